"""Shapes of hairlines, as proportions on the skin.

A template says where four things lie, by tape (mm): the mid-point above the glabella, the frontotemporal corner from
the mid-point and above E, and the temporal peak from the corner towards E.  E lies 80 mm sideways from the glabella.
Between them the line bows, peaks and turns as the style wants it; those shapes are estimates by eye.

``mature`` is the method of 431 cases (jcasonline.com: 8 / 8 / 8 / 5 cm).  The others move its points within what else
is published: brow to hairline 68 mm in 20 men (tressless.com), mid-points of 7 to 11 cm (estplast.com.tr), the female
line at one third of the face (kamolhospital.com).

Numbers: estimates within these sources.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from smpsim.arrays import F64
from smpsim.errors import ParameterError, quoted
from smpsim.scalp.tape import Head

#: E beside the glabella, by tape
E_SIDEWAYS_MM = 80.0
# lower end of the line before the ear: mm below the glabella, share of the half breadth there; as on hand-drawn masks
_SIDEBURN_MM, _SIDEBURN_SHARE = -12.0, 0.93
# directions from the mid-point between which the corner lies
_BETWEEN = (-1.2, 1.3)
#: side profiles: how deep the line draws back round the temporal peak (mm), and which points are sharp; by eye
SIDES: dict[str, tuple[float, frozenset[str]]] = {
    "soft": (1.0, frozenset()),
    "medium": (2.5, frozenset({"temple"})),
    "defined": (4.0, frozenset({"corner", "temple"})),
}


@dataclass(frozen=True)
class Template:
    """Proportions and shape of a hairline.

    Attributes
    ----------
    mid_mm, corner_mm, corner_above_e_mm, temple_mm : float, mm by tape
        Glabella to mid-point, mid-point to corner, E to corner, corner to temporal peak.
    bow_mm : float, mm
        How far the line between mid-point and corner bows upwards (below 0: down).
    peak_mm : float, mm
        Depth of a widow's peak.
    sharp : bool
        Whether the corner is sharp, whatever the side profile.
    side : str
        Side profile when none is asked for.
    about : str
        What it is, in a few words.
    """

    mid_mm: float
    corner_mm: float
    corner_above_e_mm: float
    temple_mm: float
    bow_mm: float = 0.0
    peak_mm: float = 0.0
    sharp: bool = False
    side: str = "medium"
    about: str = ""


TEMPLATES: dict[str, Template] = {
    "straight": Template(68, 70, 75, 45, sharp=True, side="defined", about="edge-up: level, with sharp corners"),
    "rounded": Template(74, 72, 74, 48, bow_mm=1, side="soft", about="one round bow from temple to temple"),
    "mature": Template(80, 80, 80, 50, bow_mm=3, about="the 8 / 8 / 8 / 5 cm rule"),
    "receded": Template(85, 66, 102, 65, bow_mm=-5, side="soft", about="corners drawn back, the middle left"),
    "widows-peak": Template(76, 78, 84, 50, bow_mm=3, peak_mm=10, about="the middle comes down to a point"),
    "female": Template(65, 68, 68, 40, bow_mm=3, side="soft", about="low and round, the temples closed"),
    "juvenile": Template(62, 70, 70, 45, bow_mm=1, about="low and level, before any recession"),
}


def template(name: str) -> Template:
    """Return the template of a name.

    Raises
    ------
    ParameterError
        When there is none.
    """
    if name not in TEMPLATES:
        raise ParameterError(
            f"template: {quoted(name)} is unknown; choose {', '.join(TEMPLATES)}", name="template", value=name
        )
    return TEMPLATES[name]


def place_template(
    form: Template, head: Head, *, side: str | None = None, temple_peaks: bool = True
) -> dict[str, F64]:
    """Find the named points of one half.

    Parameters
    ----------
    form : Template
        The proportions.
    head : Head
        The head to place it on.
    side : {"soft", "medium", "defined"}, optional
        Side profile; the template's own when not given.
    temple_peaks : bool
        Whether there are temporal peaks; else the line falls straight to the sideburn.

    Returns
    -------
    dict of str to ndarray (2,)
        (across, up) in mm from the glabella, in order from the middle outwards.

    Raises
    ------
    ParameterError
        When no head has these proportions.
    """
    glabella = np.zeros(2)
    e = head.at_tape(glabella, 0.0, E_SIDEWAYS_MM)
    mid = head.at_tape(glabella, np.pi / 2, form.mid_mm)
    try:
        corner = head.where_tapes_meet(mid, form.corner_mm, e, form.corner_above_e_mm, between=_BETWEEN)
    except ValueError:
        raise ParameterError(
            f"hairline: no corner lies {form.corner_mm:g} mm from a mid-point at {form.mid_mm:g} mm and "
            f"{form.corner_above_e_mm:g} mm above E; move the mid-point nearer to 80 mm",
            name="mid_mm",
            value=form.mid_mm,
        ) from None
    points = {"mid": mid, **_front(form, mid, corner), "corner": corner}
    return points | _side(form, head, corner, e, _side_of(form, side)[0] if temple_peaks else None)


def sharp_points(form: Template, side: str | None = None) -> frozenset[str]:
    """Names of the points at which the line may turn sharply."""
    sharp = _side_of(form, side)[1]
    return sharp | {"corner"} if form.sharp else sharp


def _side_of(form: Template, side: str | None) -> tuple[float, frozenset[str]]:
    name = side or form.side
    if name not in SIDES:
        raise ParameterError(f"side: {quoted(name)} is unknown; choose {', '.join(SIDES)}", name="side", value=name)
    return SIDES[name]


def _front(form: Template, mid: F64, corner: F64) -> dict[str, F64]:
    """Points between the middle and the corner."""
    points = {}
    if form.peak_mm:
        points["shoulder"] = mid + np.array([form.peak_mm * 1.5, form.peak_mm])
    chord = corner - mid
    lift = form.bow_mm + form.peak_mm / 2
    points["front"] = mid + 0.6 * chord + lift * np.array([-chord[1], chord[0]]) / np.hypot(*chord)
    return points


def _side(form: Template, head: Head, corner: F64, e: F64, deep_mm: float | None) -> dict[str, F64]:
    """Points from the corner down; the peak lies on the straight line to E, as far as the tape says."""
    sideburn = np.array([_SIDEBURN_SHARE * head.half_breadth_mm, _SIDEBURN_MM])
    if deep_mm is None:
        return {"sideburn": sideburn}
    towards = e - corner
    direction = float(np.arctan2(towards[1], towards[0]))
    temple = head.at_tape(corner, direction, min(form.temple_mm, 0.9 * float(head.tape_mm(corner, e))))
    # between corner and peak, and behind the peak, the line draws back
    back = np.array([deep_mm, 0.0])
    recess, below = (corner + temple) / 2 + back, (temple + sideburn) / 2 + back
    return {"recess": recess, "temple": temple, "below": below, "sideburn": sideburn}
