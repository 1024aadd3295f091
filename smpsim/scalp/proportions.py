"""A hairline measured back on the face, with its uncertainty, and what is unusual about it.

Numbers: estimates, but for those that name their source.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from smpsim.arrays import F64
from smpsim.kinds import needed
from smpsim.scalp.hairline import Hairline
from smpsim.scalp.landmarks import Landmarks
from smpsim.scalp.templates import E_SIDEWAYS_MM, Template

# a drawn point is off by this many px
_CLICK_PX = 1.5
# Heads are not curved alike: of what a tape adds to the length in the picture this share is uncertain (estimate).
_CURVATURE = 0.25
_MM_PER_CM = 10
# a template holds when its lengths are met within this
_TOLERANCE_MM = 3.0


@dataclass(frozen=True)
class Measure:
    """One length of a hairline.

    Attributes
    ----------
    name : str
        What is measured.
    value_mm, uncertainty_mm : float, mm
        Length by tape, and its standard uncertainty (scale, clicks, curvature of the head).
    low_mm, high_mm : float, mm
        Where it usually lies.
    source : str
        Who says so.
    too_low, too_high : str
        What is to be said when it lies below or above that.
    """

    name: str
    value_mm: float
    uncertainty_mm: float
    low_mm: float
    high_mm: float
    source: str
    too_low: str
    too_high: str

    @property
    def beyond_mm(self) -> float:
        """How far it lies outside of its range, mm."""
        return max(self.low_mm - self.value_mm, self.value_mm - self.high_mm, 0.0)

    @property
    def warning(self) -> str | None:
        """One line when it lies outside of its range, else None."""
        if not self.beyond_mm:
            return None
        advice = self.too_low if self.value_mm < self.low_mm else self.too_high
        return (
            f"{self.name} is {self.value_mm / _MM_PER_CM:.1f} +- {self.uncertainty_mm / _MM_PER_CM:.1f} cm; usual are "
            f"{self.low_mm / _MM_PER_CM:.1f} to {self.high_mm / _MM_PER_CM:.1f} cm ({self.source}): {advice}"
        )


#: measure -> (low, high, source, advice when below, when above); the tolerances round 8 and 5 cm are estimates
_RANGES = {
    "mid-point above glabella": (
        67.0,
        110.0,
        "brow to hairline of 20 men 6.8 cm, tressless.com; 7 to 11 cm, estplast.com.tr",
        "a line so low will not age well",
        "a line so high looks receded",
    ),
    "corner from mid-point": (
        60.0,
        90.0,
        "about 8 cm, jcasonline.com",
        "the corners close in on the middle",
        "the forehead looks wide",
    ),
    "corner above E": (65.0, 95.0, "about 8 cm, jcasonline.com", "do not flatten the corner", "the corner is receded"),
    "temporal peak from corner": (
        38.0,
        60.0,
        "about 5 cm, jcasonline.com",
        "the temples close in",
        "the temporal peak lies low",
    ),
    "corner above mid-point": (
        -1.0,
        35.0,
        "level with the mid-point or above it, rejuvenatehairtransplant.com",
        "the corner must not lie lower than the mid-point",
        "the corner is receded",
    ),
}


def measure_hairline(hairline: Hairline, landmarks: Landmarks) -> tuple[Measure, ...]:
    """Measure a hairline on a face seen from the front.

    Parameters
    ----------
    hairline : Hairline
        A line with the points "mid", "corner" and "temple" (or "left corner" and so on); what is missing is left out.
    landmarks : Landmarks
        The face.

    Returns
    -------
    tuple of Measure
        Lengths by tape.  Heights above brows and mid-point are compared along the tape as well.

    Raises
    ------
    ParameterError
        When either is something else, the file of a line for example.
    """
    needed(hairline, Hairline, "hairline")
    needed(landmarks, Landmarks, "landmarks")
    places = {name: landmarks.to_mm(np.array(point)) for name, point in hairline.named().items()}
    measures = []
    mid = places.get("mid")
    if mid is not None:
        measures.append(_measure("mid-point above glabella", "", [(np.zeros(2), mid)], landmarks, at_face=True))
    for side, sign in (("left", -1.0), ("right", 1.0)):
        corner, temple = (places.get(f"{side} {name}") for name in ("corner", "temple"))
        e = landmarks.head.at_tape(np.zeros(2), 0.0, E_SIDEWAYS_MM) * np.array([sign, 1.0])
        if corner is None:
            continue
        measures.append(_measure("corner above E", side, [(e, corner)], landmarks, at_face=True))
        if mid is not None:
            measures.append(_measure("corner from mid-point", side, [(mid, corner)], landmarks))
            heights = [(e, corner), (np.zeros(2), mid)]
            measures.append(_measure("corner above mid-point", side, heights, landmarks))
        if temple is not None:
            measures.append(_measure("temporal peak from corner", side, [(corner, temple)], landmarks))
    return tuple(measures)


def warnings_about(measures: tuple[Measure, ...]) -> tuple[str, ...]:
    """One line for every length outside of its range, with its source."""
    return tuple(measure.warning for measure in measures if measure.warning is not None)


def short_of_rule(measures: tuple[Measure, ...], form: Template) -> str | None:
    """Say when a corner lies nearer to the mid-point than the template asks, as the photo shows no more of the head.

    Parameters
    ----------
    measures : tuple of Measure
        The fitted line, measured.
    form : Template
        What it was fitted to.
    """
    reached = [measure.value_mm for measure in measures if measure.name.endswith("corner from mid-point")]
    short = form.corner_mm - min(reached, default=form.corner_mm)
    if short <= _TOLERANCE_MM:
        return None
    return (
        f"the corner lies {short:.0f} mm nearer to the mid-point than this template asks: the rest is behind the "
        "outline of the head; take a photo from a little higher, or another template"
    )


def _measure(
    name: str, side: str, tapes: list[tuple[F64, F64]], landmarks: Landmarks, *, at_face: bool = False
) -> Measure:
    """Measure the first tape, less the second one when there is one."""
    lengths = [float(landmarks.head.tape_mm(a, b)) for a, b in tapes]
    value = lengths[0] - sum(lengths[1:])
    bent = value - math.dist(*tapes[0]) + sum(math.dist(a, b) for a, b in tapes[1:])
    scale = landmarks.scale
    parts = [
        value * scale.uncertainty_frac,
        math.sqrt(2) * _CLICK_PX / scale.px_per_mm,
        _CURVATURE * bent,
        landmarks.uncertainty_mm if at_face else 0.0,
    ]
    label = f"{side} {name}" if side else name
    return Measure(label, value, math.hypot(*parts), *_RANGES[name])
