"""Named treatments: what each of them changes.

Numbers: estimates, where docs/cases.md or docs/repair.md names no source.
"""

from __future__ import annotations

from smpsim.declare import Value

#: name -> (what it is, {leaf: value})
PRESETS: dict[str, tuple[str, dict[str, Value]]] = {
    "light": ("a light, open look", {"density_per_cm2": 55.0}),
    "standard": ("the usual density", {"density_per_cm2": 80.0}),
    "full": ("a full, shaved look", {"density_per_cm2": 110.0}),
    "follicular": ("dots in groups of one, two and three, as hairs grow", {"pairs_frac": 0.45, "triples_frac": 0.35}),
    "afro": ("groups of three with larger gaps, for coarse hair", {"triples_frac": 1.0}),
    "light-skin": ("pigment for light skin: much diluted", {"shade": "carbon-1:20"}),
    "medium-skin": ("pigment for medium skin", {"shade": "carbon-1:10"}),
    "dark-skin": ("pigment for dark skin: hardly diluted, warm", {"shade": "warm-1:5"}),
    "grey-hair": ("pigment beside grey hair", {"shade": "neutral-1:20"}),
    "lighter-first": ("sessions from lighter to darker pigment", {"first_ink_frac": 0.7}),
    "sharp-edge": (
        "a ruled line, full from the first dot",
        {"feather_mm": 0.0, "edge_roughness_mm": 0.0, "shade_feather_mm": 0.0, "size_feather_mm": 0.0},
    ),
    "defined-edge": ("a short transition, almost a line", {"feather_mm": 3.0, "edge_roughness_mm": 0.4}),
    "natural-edge": (
        "irregular on every scale, with a few dots ahead",
        {"feather_mm": 8.0, "edge_roughness_mm": 0.8, "edge_macro_mm": 1.5, "sentinels_per_cm": 1.0},
    ),
    "soft-edge": ("a wide, light transition at the line", {"feather_mm": 14.0, "edge_roughness_mm": 1.2}),
    "broken-edge": (
        "a line with gaps in it",
        {"feather_mm": 5.0, "edge_roughness_mm": 0.8, "edge_gaps_frac": 0.4, "sentinels_per_cm": 1.0},
    ),
    "jagged-edge": (
        "small teeth and no transition",
        {"feather_mm": 2.0, "edge_roughness_mm": 0.3, "edge_jags_mm": 4.0},
    ),
    "faded-edge": (
        "fewer, finer and lighter dots over two centimetres",
        {"feather_mm": 20.0, "edge_roughness_mm": 1.0, "shade_feather_mm": 15.0, "size_feather_mm": 10.0},
    ),
    # Badly done, each by one fault (the numbers are estimates), and all of them.
    "too-deep": (
        "badly done: the needle goes too deep: dots blur and turn blue, and spread more with the years",
        {"needle_depth_mm": 1.8, "diameter_mm": 0.4},
    ),
    "too-large": (
        "badly done: a thick needle, or one held too long at each dot: spots instead of stubble",
        {"diameter_mm": 0.55},
    ),
    "too-dense": (
        "badly done: no gaps left, so that dots merge into a helmet",
        {"density_per_cm2": 220.0, "feather_mm": 2.0, "shade": "carbon-1:5"},
    ),
    "wrong-pigment": (
        "badly done: a tattoo ink: its black fades, what is green and blue in it stays (after five years)",
        {"shade": "tattoo-1:0", "needle_depth_mm": 1.2, "diameter_mm": 0.4, "age_days": 1826.0},
    ),
    "too-sharp": (
        "badly done: ruled like a stencil and full from the first dot; too low, too, if the mask is",
        {
            "feather_mm": 0.0,
            "edge_roughness_mm": 0.0,
            "shade_feather_mm": 0.0,
            "size_feather_mm": 0.0,
            "density_per_cm2": 140.0,
            "shade": "carbon-1:3",
        },
    ),
    "uneven-hand": (
        "badly done: an uneven hand: depth, size and spacing differ, places are hit twice or missed",
        {
            "regularity": 0.3,
            "depth_cv": 0.6,
            "diameter_cv": 0.5,
            "ink_cv": 0.8,
            "aspect_max": 2.2,
            "doubled_frac": 0.3,
            "missed_frac": 0.15,
        },
    ),
    "botched": (
        "badly done in every way: too deep, too large, too dense, a tattoo ink, ruled, by an uneven hand",
        {
            "needle_depth_mm": 1.6,
            "diameter_mm": 0.5,
            "density_per_cm2": 130.0,
            "shade": "tattoo-1:5",
            "feather_mm": 1.0,
            "edge_roughness_mm": 0.0,
            "regularity": 0.3,
            "diameter_cv": 0.4,
            "depth_cv": 0.4,
            "doubled_frac": 0.2,
        },
    ),
}

_SCAR: dict[str, Value] = {"ink_cv": 0.6, "missed_frac": 0.05, "fading": "fast"}
#: cases (docs/cases.md); a sample of the same name shows each: the same form as PRESETS, which holds them too
CASES: dict[str, tuple[str, dict[str, Value]]] = {
    "shaved-head": (
        "case: hairline and top of a shaved head, beside stubble at the sides",
        {"density_per_cm2": 110.0, "edge_macro_mm": 1.5, "sentinels_per_cm": 1.0},
    ),
    "between-hair": (
        "case: density between longer hair: dots on the skin that is seen, a wide transition",
        {"density_per_cm2": 110.0, "feather_mm": 14.0, "edge_roughness_mm": 1.2, "hair_sensitivity": 0.7},
    ),
    "parting": (
        "case: a parting: fine dots that thin out into the hair on both sides",
        {"density_per_cm2": 135.0, "feather_mm": 4.0, "diameter_mm": 0.22, "shade": "carbon-1:5"},
    ),
    "transplant": (
        "case: dots between grafts: set present_per_cm2 to the stubble that smpsim match counts",
        {"density_per_cm2": 90.0, "present_per_cm2": 30.0},
    ),
    "strip-scar": (
        "case: a linear scar from a strip of donor hair",
        {"density_per_cm2": 180.0, "feather_mm": 0.5, "edge_roughness_mm": 0.2, **_SCAR},
    ),
    "dot-scars": (
        "case: pale round scars of single follicles, one or two dots in each",
        {"density_per_cm2": 260.0, "feather_mm": 0.0, "edge_roughness_mm": 0.0, **_SCAR},
    ),
    "burn-scar": (
        "case: a scar of a burn or an operation",
        {"density_per_cm2": 130.0, "feather_mm": 2.0, "ink_spread_mm": 0.05, **_SCAR},
    ),
    "areata": (
        "case: round bald patches; they may move, so that a picture holds for today alone",
        {"density_per_cm2": 75.0, "feather_mm": 2.0},
    ),
    "birthmark": (
        "case: dots round and in a birthmark, which lower its contrast and do not hide it",
        {"density_per_cm2": 130.0, "shade": "carbon-1:5"},
    ),
    "flat-scar": ("ink in a flat scar: it shows as in skin", {"ink_response": 1.0, "ink_spread_mm": 0.02}),
    "raised-scar": ("ink in a raised scar: it shows less", {"ink_response": 0.8, "ink_spread_mm": 0.05}),
    "sunken-scar": ("ink in a sunken scar: it shows half as much", {"ink_response": 0.5, "ink_spread_mm": 0.03}),
}
PRESETS |= CASES
