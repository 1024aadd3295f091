"""Named treatments: what each of them changes."""

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
}
