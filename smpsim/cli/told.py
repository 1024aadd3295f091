"""What ``smpsim info`` says of a photo or a preview, in words and with units; ``--json`` has the plain facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from smpsim.errors import SmpsimError
from smpsim.parameters import PARAMETERS
from smpsim.treatment import Treatment


def photo_in_words(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Say what is known of a photo.

    Parameters
    ----------
    facts : mapping
        As ``smpsim info --json`` writes them.

    Returns
    -------
    dict of str to str or list of str
        Name -> words; a list is told line by line.
    """
    width, height = facts["width_px"], facts["height_px"]
    dpi = facts["dpi"]
    tone = {"skin tone": "not told, as there is no colour; medium is assumed when none is named (--skin)"}
    return {
        "format": facts["format"],
        "size": f"{width} x {height} px, {width * height / 1e6:.3g} megapixels",
        "colour profile": facts["colour_profile"],
        "colour": "none (grey)" if facts["grey"] else "yes",
        **(tone if facts["grey"] else {}),
        "transparency": "yes" if facts["transparency"] else "no",
        "resolution": "not said" if dpi is None else f"{dpi:g} dpi",
        **_checked(facts),
        **({"notices": facts["notices"]} if facts["notices"] else {}),
        **_simulation(facts["simulation"]),
    }


def _checked(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Say on which area the photo was checked, at what scale, and what would make a better one."""
    from smpsim.stats import behind_hair

    are = "can" if facts["dots_can_be_resolved"] else "cannot"
    if facts.get("advice") is None:
        at_most = facts["px_per_mm_if_a_head_fills_the_width"]
        scale = f"at most {at_most:.2f} px/mm, if a head fills the width"
        advice = ["none can be given"]
    else:
        unsure = 100 * facts["scale_uncertainty_frac"]
        scale = f"{facts['px_per_mm']:.2f} px/mm{f' +- {unsure:.2g} %' if unsure else ''} ({facts['scale_source']})"
        advice = [f"{one['words']}: {one['do']}" for one in facts["advice"]]
        advice = [*advice, *behind_hair(facts["behind_hair_frac"])] or ["none: the photo is good"]
    return {
        "area": facts.get("area", "not said"),
        "scale": f"{scale}: single dots {are} be resolved",
        "advice": advice,
    }


def _simulation(label: Mapping[str, Any] | None) -> dict[str, Any]:
    """Say how a preview was made; a label that this version cannot read is told as it stands."""
    if label is None:
        return {"simulation": "no"}
    try:
        return _preview(label)
    except (SmpsimError, LookupError, TypeError, ValueError):
        return {"simulation": label}


def _preview(label: Mapping[str, Any]) -> dict[str, Any]:
    from smpsim.ink import course, needle

    treatment = Treatment().replace(**label["treatment"])
    given, usual = treatment.as_dict(), Treatment().as_dict()
    changed = [
        f"{name} {PARAMETERS[name].show(value)}: {PARAMETERS[name].help}"
        for name, value in given.items()
        if value != usual[name]
    ]
    shown = {
        "window": "x, y, width, height: {0[0]}, {0[1]}, {0[2]}, {0[3]} px",
        "max_px": "a smaller picture of the whole, at most {} px",
    }
    return {
        "simulation": f"yes, by smpsim {label['version']}",
        "time": course.in_words(treatment.course),
        "dots": needle.in_words(treatment, tone_told=label.get("skin_tone_source") != "assumed"),
        "density": f"{PARAMETERS['density_per_cm2'].show(given['density_per_cm2'])} asked for",
        "scale": f"{float(label['px_per_mm']):.2f} px/mm of the whole photo ({label['scale_source']})",
        "surface": label["surface"],
        "seed": label["seed"],
        **{name.replace("_", " "): text.format(label[name]) for name, text in shown.items() if name in label},
        "treatment": changed or "all else as by default",
    }
