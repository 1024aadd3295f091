"""Hairlines: a smooth line through named points, mirrored over the axis of the face or free, and the area behind it.

The points lie in the pixels of the upright photo.  A mirrored line keeps one half, from the middle outwards; its axis
goes through a point and leans with the head.  The area is what lies between the line and the rear border: the outline
of the head as it was traced in the photo, that of an average head, or a line of its own.

Numbers: choices of layout and bounds, but for the heights above the wrinkle.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from smpsim.arrays import F32, F64
from smpsim.errors import ParameterError
from smpsim.kinds import are_places, needed
from smpsim.scalp.landmarks import Landmarks, Point, as_point
from smpsim.scalp.outline import Outline
from smpsim.scalp.polygon import coverage_of
from smpsim.scalp.spline import smooth_line
from smpsim.scalp.tape import Head
from smpsim.scalp.templates import Template, place_template, sharp_points, template

MAX_POINTS = 10_000
# a drawn line has a sample every so many px, and about so many at most
_STEP_PX, _MOST_SAMPLES = 1.0, 100_000
#: places lie within this, px
FARTHEST_PX = 1e6
# points on the outline of a head
_OUTLINE_POINTS = 49
# above the highest wrinkle of the raised brows: a mature line by 15 to 20 mm, a juvenile one on it (baldingblog.com)
_ABOVE_CREASE_MM = {"mature": 17.5, "receded": 17.5, "juvenile": 0.0}


@dataclass(frozen=True)
class Axis:
    """The axis over which a line is mirrored.

    Attributes
    ----------
    x, y : float, px
        A point of it.
    tilt_deg : float, deg
        How far it leans from upright, clockwise as seen in the picture.
    """

    x: float
    y: float
    tilt_deg: float = 0.0

    def mirrored(self, points: F64) -> F64:
        """Mirror points, (..., 2) px."""
        return np.asarray(points - 2 * self.across(points)[..., None] * self._sideways)

    def across(self, points: F64) -> F64:
        """How far points (..., 2) px lie beside the axis, px, to the right of the picture."""
        return np.asarray((points - np.array([self.x, self.y])) @ self._sideways)

    @property
    def _sideways(self) -> F64:
        tilt = math.radians(self.tilt_deg)
        return np.array([math.cos(tilt), math.sin(tilt)])


@dataclass(frozen=True, eq=False)
class Hairline:
    """A hairline on a photo.

    Attributes
    ----------
    points : dict of str to (float, float), px
        Named points in order: of a mirrored line from its middle outwards, of a free one from the left of the picture
        to its right.
    rear : tuple of (float, float), px
        Rear border of the area, from the left of the picture to its right, never mirrored; () when the area is closed
        by a straight line.
    axis : Axis or None
        Where it is mirrored; None for a free line.
    sharp : frozenset of str
        Names of the points at which it may turn sharply.

    Raises
    ------
    ParameterError
        When there are too few points or too many, or one is no place.
    """

    points: Mapping[str, Point]
    rear: tuple[Point, ...] = ()
    axis: Axis | None = None
    sharp: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        least = 2 if self.axis else 3
        everything = [*self.points.values(), *self.rear]
        if not (least <= len(self.points) and len(everything) <= MAX_POINTS):
            number = len(self.points) if len(self.points) < least else len(everything)
            raise ParameterError(
                f"hairline: {number} points are not allowed; give {least} to {MAX_POINTS}", name="points"
            )
        if not are_places(everything, FARTHEST_PX):
            raise ParameterError("hairline: a point is no place; give px, at most a million", name="points")

    @classmethod
    def fit(
        cls,
        landmarks: Landmarks,
        form: str | Template = "mature",
        *,
        mid_mm: float | None = None,
        side: str | None = None,
        temple_peaks: bool = True,
        outline: Outline | None = None,
    ) -> Self:
        """Fit a template to a face.

        Parameters
        ----------
        landmarks : Landmarks
            The face, seen from the front.
        form : str or Template
            Name of a template, or proportions of one's own.
        mid_mm : float, mm, optional
            Mid-point above the glabella, by tape, 40 to 130.  When not given it follows the highest wrinkle, for a
            female line the third of the face, where those are known; else the template's own.
        side : {"soft", "medium", "defined"}, optional
            Side profile; the template's own when not given.
        temple_peaks : bool
            Whether there are temporal peaks.
        outline : Outline, optional
            The outline of the head in this photo; that of an average head when not given.

        Raises
        ------
        ParameterError
            For an unknown name, or proportions that no head has.
        """
        needed(landmarks, Landmarks, "landmarks")
        chosen = template(form) if isinstance(form, str) else form
        name = form if isinstance(form, str) else ""
        mid = _mid_mm(name, chosen, landmarks) if mid_mm is None else mid_mm
        check_mid(mid)
        chosen = replace(chosen, mid_mm=mid)
        places = place_template(chosen, landmarks.head, side=side, temple_peaks=temple_peaks)
        points = {key: as_point(landmarks.to_px(place)) for key, place in places.items()}
        x, y = landmarks.glabella
        rear = (
            landmarks.to_px(_ellipse(landmarks.head, places["sideburn"][1])) if outline is None else outline.border()
        )
        rear_points = tuple(as_point(point) for point in rear)
        return cls(points, rear_points, Axis(x, y, landmarks.tilt_deg), sharp_points(chosen, side))

    def unlinked(self) -> Self:
        """Return the same line with its halves freed; points are then called "left corner", "right corner"."""
        if self.axis is None:
            return self
        middle, *others = self.points
        places = self.named()
        order = [(f"left {key}", key) for key in reversed(others)] + [(middle, middle)]
        order += [(f"right {key}", key) for key in others]
        sharp = frozenset(key for key, own in order if own in self.sharp)
        return type(self)({key: places[key] for key, _ in order}, self.rear, None, sharp)

    def named(self) -> dict[str, Point]:
        """All points by name, px; of a mirrored line those beside the middle as "left ..." and "right ..."."""
        if self.axis is None:
            return dict(self.points)
        first, *others = self.points
        named = {first: self.points[first]}
        for key in others:
            here = np.array(self.points[key])
            there = self.axis.mirrored(here)
            left, right = (here, there) if here[0] < there[0] else (there, here)
            named |= {f"left {key}": as_point(left), f"right {key}": as_point(right)}
        return named

    @property
    def line(self) -> F64:
        """The line, (n, 2) px, a point about every px, from the left of the picture to its right."""
        points = np.array(list(self.points.values()), np.float64)
        sharp = [key in self.sharp for key in self.points]
        if self.axis is not None:
            half, points = len(points), self._whole(points)
            # a first point on the axis counts once, one beside it twice
            sharp = [*sharp[::-1], *sharp[2 * half - len(points) :]]
        return smooth_line(points, sharp, _step_px(points))

    @property
    def rear_line(self) -> F64:
        """The rear border, (n, 2) px, in the same direction; (0, 2) when there is none."""
        if not self.rear:
            return np.empty((0, 2))
        rear = np.array(self.rear, np.float64)
        return smooth_line(rear, np.zeros(len(rear), np.bool_), _step_px(rear))

    def _whole(self, half: F64) -> F64:
        """Both halves of a mirrored line; a first point on the axis counts once."""
        if self.axis is None:
            return half
        there = self.axis.mirrored(half)
        first = 1 if np.hypot(*(there[0] - half[0])) < _STEP_PX else 0
        left, right = (half, there) if half[-1, 0] < there[-1, 0] else (there, half)
        return np.concatenate([left[::-1], right[first:]])

    def mask(self, size: tuple[int, int]) -> F32:
        """Fill the area between line and rear border.

        Parameters
        ----------
        size : (int, int), px
            Width and height of the upright photo.

        Returns
        -------
        ndarray (H, W) float32
            Coverage, 0 to 1, read-only; the edge is antialiased.
        """
        mask = coverage_of([np.concatenate([self.line, self.rear_line[::-1]])], size, rule="positive")
        mask.flags.writeable = False
        return mask


def check_mid(mid_mm: float) -> None:
    """Refuse a mid-point that no line has."""
    if not 40 <= mid_mm <= 130:
        raise ParameterError(f"mid_mm: {mid_mm:g} mm is not allowed; give 40 to 130 mm", name="mid_mm", value=mid_mm)


def _mid_mm(name: str, form: Template, landmarks: Landmarks) -> float:
    """Where the mid-point of a template lies on this face, mm by tape."""
    height = None
    if landmarks.crease_mm is not None and name in _ABOVE_CREASE_MM:
        height = landmarks.crease_mm + _ABOVE_CREASE_MM[name]
    elif landmarks.face_mm is not None and name == "female":
        # chin to brow are two of three equal thirds
        height = landmarks.face_mm / 2
    return form.mid_mm if height is None else float(landmarks.head.tape_mm(np.zeros(2), np.array([0.0, height])))


def _ellipse(head: Head, lowest_mm: float) -> F64:
    """Outline of a head over the top, from left to right, down to a height, (n, 2) mm."""
    lowest = math.asin(lowest_mm / head.vertex_mm)
    angle = np.linspace(math.pi - lowest, lowest, _OUTLINE_POINTS)
    return np.stack([head.half_breadth_mm * np.cos(angle), head.vertex_mm * np.sin(angle)], -1)


def _step_px(points: F64) -> float:
    """Distance of the samples of a line through points."""
    length = float(np.hypot(*np.diff(points, axis=0).T).sum())
    return max(_STEP_PX, length / _MOST_SAMPLES)
