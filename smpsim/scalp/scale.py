"""Pixels to millimetres.

Whoever knows the scale says it (:class:`Scale`, :meth:`Scale.from_points`); otherwise it is estimated, and every
scale carries its uncertainty.  Lengths of the body behind it:

* distance of the pupils 63 mm, adults 54 to 72 (h-o-m-e.org/interocular-distance),
* visible diameter of the iris 12.2 mm, mean error 2.9 % on 94 people (PMC10447546),
* breadth of the head 155 mm, as in the parameters (men 154 mm, standard deviation 6: Gordon et al. 2014),
* width of the face that the detector marks 153 mm, and of a hairline mask 0.9 of the head's breadth: estimates, from
  eleven photographs of known pupil distance.

Numbers: from the sources above; all else is an estimate.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np

from smpsim.arrays import F32, U8
from smpsim.errors import MaskError, ParameterError, quoted
from smpsim.kinds import check_mask_read, check_photo_read
from smpsim.parameters.client import HEAD_BREADTH_MM
from smpsim.scalp.face import find_faces
from smpsim.scalp.grid import bounding_box, mostly

PUPILS_MM, _PUPILS_UNCERTAINTY = 63.0, 0.05
IRIS_MM, _IRIS_UNCERTAINTY = 12.2, 0.03
FACE_BOX_MM, FACE_UNCERTAINTY = 153.0, 0.15
_MASK_OF_HEAD, _MASK_UNCERTAINTY = 0.9, 0.25
# A click is off by this many pixels.
_CLICK_PX = 1.5
#: below this, single dots are not resolved: a dot of 0.25 mm is 1.5 px wide
RESOLVED_PX_PER_MM = 6.0

_LIMITS = (0.05, 500.0)
_ESTIMATED = ("face", "head", "mask", "photo")


class _Pixels(Protocol):
    @property
    def pixels(self) -> U8: ...


@dataclass(frozen=True)
class Scale:
    """Scale of a photograph, at the point of the scalp nearest to the camera.

    Attributes
    ----------
    px_per_mm : float
        Pixels per millimetre, 0.05 to 500.
    source : str
        How it is known: "typed", "ruler", "pupils", "iris", "face", "mask" or another word.
    uncertainty_frac : float
        Standard uncertainty over value, >= 0; 0 when typed, as nothing is known of it.

    Raises
    ------
    ParameterError
        When a value is out of its range.
    """

    px_per_mm: float
    source: str = "typed"
    uncertainty_frac: float = 0.0

    def __post_init__(self) -> None:
        low, high = _LIMITS
        if not (_is_number(self.px_per_mm) and low <= self.px_per_mm <= high):
            given = f"{quoted(self.px_per_mm)} px/mm" if _is_number(self.px_per_mm) else quoted(self.px_per_mm)
            raise ParameterError(
                f"px_per_mm: {given} is not allowed; give a number, {low:g} to {high:g} px/mm ({self.source})",
                name="px_per_mm",
                value=self.px_per_mm,
            )
        if not (_is_number(self.uncertainty_frac) and 0 <= self.uncertainty_frac < math.inf):
            raise ParameterError(
                f"uncertainty_frac: {quoted(self.uncertainty_frac)} is not allowed; give 0 or more, 0.15 being 15 %",
                name="uncertainty_frac",
                value=self.uncertainty_frac,
            )
        object.__setattr__(self, "px_per_mm", float(self.px_per_mm))
        object.__setattr__(self, "uncertainty_frac", float(self.uncertainty_frac))

    @property
    def is_estimated(self) -> bool:
        """Whether nobody measured it: it was guessed from what the photo shows."""
        return self.source in _ESTIMATED

    @property
    def resolves_dots(self) -> bool:
        """Whether single dots can be seen at this scale (6 px/mm or more)."""
        return self.px_per_mm >= RESOLVED_PX_PER_MM

    @classmethod
    def from_points(
        cls,
        a: tuple[float, float],
        b: tuple[float, float],
        distance_mm: float = PUPILS_MM,
        *,
        source: str = "ruler",
        distance_uncertainty_frac: float = 0.0,
    ) -> Self:
        """Scale from two points a known distance apart.

        Parameters
        ----------
        a, b : (float, float), px
            Positions x, y in the upright photo.
        distance_mm : float
            Their distance on the scalp or face, mm, > 0; 63 for the pupils of an adult (54 to 72, h-o-m-e.org).
        source : str
            Name of the ruler.
        distance_uncertainty_frac : float
            Standard uncertainty of the distance over its value, >= 0.

        Raises
        ------
        ParameterError
            When the points coincide, or the distance is not positive.
        """
        if not (_is_number(distance_mm) and math.isfinite(distance_mm) and distance_mm > 0):
            raise ParameterError(
                f"distance_mm: {quoted(distance_mm)} is not allowed; give a number of mm, more than 0",
                name="distance_mm",
                value=distance_mm,
            )
        for place in (a, b):
            check_place(source, place)
        length = math.dist(a, b)
        if not (math.isfinite(length) and length > 0):
            raise ParameterError(f"ruler: the points {a} and {b} coincide; give two places", name="ruler")
        click = math.sqrt(2) * _CLICK_PX / length
        return cls(length / distance_mm, source, math.hypot(click, distance_uncertainty_frac))

    @classmethod
    def from_pupils(cls, a: tuple[float, float], b: tuple[float, float]) -> Self:
        """Scale from the centres of the two pupils, 63 mm apart in adults.

        Parameters
        ----------
        a, b : (float, float), px
            Positions x, y in the upright photo, in either order.

        Raises
        ------
        ParameterError
            When the points coincide.
        """
        return cls.from_points(a, b, PUPILS_MM, source="pupils", distance_uncertainty_frac=_PUPILS_UNCERTAINTY)

    @classmethod
    def from_iris(cls, a: tuple[float, float], b: tuple[float, float]) -> Self:
        """Scale from the left and the right end of one iris, 12.2 mm apart.

        Parameters
        ----------
        a, b : (float, float), px
            Positions x, y in the upright photo, in either order.

        Raises
        ------
        ParameterError
            When the points coincide.
        """
        return cls.from_points(a, b, IRIS_MM, source="iris", distance_uncertainty_frac=_IRIS_UNCERTAINTY)

    @classmethod
    def estimate(cls, photo: _Pixels, mask: F32, *, head_width_mm: float | None = None) -> Self:
        """Guess the scale when nobody says it.

        A face below the mask gives it to about 15 %; else, or when the width of the head is given, the width of the
        mask does, to about 25 %.

        Parameters
        ----------
        photo : Photo
            The upright photo.
        mask : ndarray (H, W)
            The treated area, 0 to 1.
        head_width_mm : float, optional
            Breadth of this head, mm, 100 to 220.

        Raises
        ------
        MaskError
            When the mask is empty.
        ParameterError
            When the head's width is out of range.
        """
        check_photo_read(photo)
        check_mask_read(mask)
        box = bounding_box(mostly(mask))
        if box is None:
            raise MaskError("mask: it is empty, so no scale can be estimated; say --px-per-mm or draw a mask")
        check_head_width(head_width_mm)
        face_px = _face_width(photo.pixels, box) if head_width_mm is None else None
        if face_px is not None:
            return cls(face_px / FACE_BOX_MM, "face", FACE_UNCERTAINTY)
        width_px = box[1].stop - box[1].start
        px_per_mm = width_px / (_MASK_OF_HEAD * (head_width_mm or HEAD_BREADTH_MM))
        return cls(min(max(px_per_mm, _LIMITS[0]), _LIMITS[1]), "mask", _MASK_UNCERTAINTY)


def known_scale(scale: Scale | float) -> Scale:
    """Return a scale; a number is px per mm."""
    return scale if isinstance(scale, Scale) else Scale(scale)


def check_place(name: str, place: object, unit: str = "px") -> None:
    """Refuse what is no place in a picture."""
    numbers = tuple(place) if isinstance(place, Sequence | np.ndarray) and not isinstance(place, str) else ()
    if len(numbers) != 2 or not all(_is_number(number) and math.isfinite(number) for number in numbers):
        raise ParameterError(f"{name}: {quoted(place)} is no place; give x, y in {unit}", name=name, value=place)


def check_head_width(head_width_mm: float | None) -> None:
    """Refuse a breadth that no head has."""
    if head_width_mm is not None and not (_is_number(head_width_mm) and 100 <= head_width_mm <= 220):
        shown = f"{head_width_mm:g}" if _is_number(head_width_mm) else quoted(head_width_mm)
        raise ParameterError(f"head width: {shown} mm is not allowed; give 100 to 220 mm", name="head_width")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)


def _face_width(pixels: U8, mask_box: tuple[slice, slice]) -> float | None:
    """Width of the face below the mask in px; None when there is none."""
    rows, columns = mask_box
    widths = [
        face.width
        for face in find_faces(pixels)
        if face.centre[1] > rows.stop
        and columns.start < face.centre[0] < columns.stop
        and 0.6 < face.width / (columns.stop - columns.start) < 2
    ]
    return max(widths, default=None)
