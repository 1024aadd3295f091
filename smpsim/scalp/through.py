"""A traced line as a hairline, free or mirrored: few named points whose spline runs along it.

Numbers: estimates.
"""

from __future__ import annotations

from typing import TypeGuard

import numpy as np
from scipy.spatial import cKDTree

from smpsim.arrays import F64, Bool
from smpsim.errors import ParameterError
from smpsim.kinds import are_places
from smpsim.scalp.hairline import FARTHEST_PX, Axis, Hairline
from smpsim.scalp.landmarks import Landmarks, as_point
from smpsim.scalp.mirror import mean_half, own_axis
from smpsim.scalp.outline import Outline
from smpsim.scalp.polygon import coverage_of
from smpsim.scalp.tracing import lengths

# the spline may leave the traced line by so much, unless it has so many points already
_OFF_MM, _MOST_POINTS = 0.5, 31
_FEWEST = 3
# a corner is where a half turns most, over so much on both sides, and by so much at least: estimates
_ROUND_MM, _CORNER_RAD = 10.0, 0.35
# a line is looked for from so far above the glabella, within this share of the outline, from so far below its middle
_LOWEST_MM, _WITHIN, _FROM_DEG = 12.0, 0.97, -20.0


def hairline_through(
    points: F64,
    px_per_mm: float,
    *,
    face: Landmarks | None = None,
    outline: Outline | None = None,
    mirror: bool = False,
) -> Hairline:
    """Lay a hairline through a traced line.

    Parameters
    ----------
    points : ndarray (n, 2), px
        The line, from the left of the picture to its right.
    px_per_mm : float, > 0
        Scale.
    face : Landmarks, optional
        The face; "mid" lies on its axis where the line crosses it, else in the middle of the line.
    outline : Outline, optional
        Outline of the head, the rear border; without it the line has none, and the mask of an arch is empty.
    mirror : bool
        Make both sides the same: the mean of the two halves, mirrored over the axis of the face, else over that of the
        line's own best symmetry.  A detected face (source "face") is not placed well enough to be an axis.

    Returns
    -------
    Hairline
        "mid", "left end", "right end", where a half turns the corners, and as many numbered points as it takes to
        keep within 0.5 mm.  A mirrored one has one half of them: "mid", "corner", "end".

    Raises
    ------
    ParameterError
        When there are less than 3 points, or the line to be mirrored lies far from the axis of the face.
    """
    if not (are_places(points, FARTHEST_PX) and len(points) >= _FEWEST):
        raise ParameterError("points: these are no line; give 3 or more places, each as x, y in px", name="points")
    axis = None
    if mirror:
        axis = Axis(*face.glabella, face.tilt_deg) if _has_axis(face) else own_axis(points)
        points = mean_half(points, axis)
    named = _named(points, px_per_mm, face) if axis is None else _named_half(points, px_per_mm)
    rear = () if outline is None else tuple(map(as_point, outline.border()))
    chosen = sorted(named)
    while True:
        names = {index: f"point {number}" for number, index in enumerate(chosen, 1)} | named
        line = Hairline({names[k]: as_point(points[k]) for k in chosen}, rear, axis)
        off = cKDTree(line.line).query(points)[0]
        off[chosen] = 0
        if off.max() < _OFF_MM * px_per_mm or len(chosen) >= _MOST_POINTS:
            return line
        chosen = sorted({*chosen, int(off.argmax())})


def _has_axis(face: Landmarks | None) -> TypeGuard[Landmarks]:
    return face is not None and face.source != "face"


def told_of_mirror(line: Hairline, points: F64, px_per_mm: float, face: Landmarks | None) -> str:
    """Tell what became of a traced line (n, 2) px that was mirrored."""
    axis = "the axis of the face" if _has_axis(face) else "its own axis"
    beside = float(cKDTree(line.line).query(points)[0].max()) / px_per_mm
    return f"mirrored over {axis}: up to {beside:.0f} mm beside the line as it was"


def _named_half(points: F64, px_per_mm: float) -> dict[int, str]:
    """Index of the points of a half, from the middle to the right, that have a name of their own."""
    turn = _turn(points, px_per_mm)
    corner = int(turn.argmax())
    return {0: "mid", len(points) - 1: "end"} | ({corner: "corner"} if turn[corner] > _CORNER_RAD else {})


def _named(points: F64, px_per_mm: float, face: Landmarks | None) -> dict[int, str]:
    """Index of the points that have a name of their own."""
    last = len(points) - 1
    if face is None:
        mid = int(np.searchsorted(lengths(points), lengths(points)[-1] / 2))
    else:
        mid = int(np.abs(face.to_mm(points)[:, 0]).argmin())
    mid = min(max(mid, 1), last - 1)
    named = {0: "left end", mid: "mid", last: "right end"}
    turn = _turn(points, px_per_mm)
    for name, first, end in (("left corner", 1, mid), ("right corner", mid + 1, last)):
        corner = first + int(turn[first:end].argmax()) if end > first else first
        if turn[corner] > _CORNER_RAD and corner not in named:
            named[corner] = name
    return named


def _turn(points: F64, px_per_mm: float) -> F64:
    """How far a line turns, rad, round each of its points: towards the face, from the left of the picture."""
    length = lengths(points)
    at = np.stack([length - _ROUND_MM * px_per_mm, length, length + _ROUND_MM * px_per_mm])
    x, y = (np.interp(at, length, points[:, axis]) for axis in range(2))
    before, after = (np.arctan2(y[k + 1] - y[k], x[k + 1] - x[k]) for k in (0, 1))
    whole = (at[0] > 0) & (at[2] < length[-1])
    return np.where(whole, (after - before + np.pi) % (2 * np.pi) - np.pi, 0.0)


def forehead(face: Landmarks, outline: Outline, size: tuple[int, int]) -> Bool:
    """Where a hairline may be drawn: within the outline of the head, above the brows; (H, W)."""
    angles = np.radians(np.linspace(_FROM_DEG, 180 - _FROM_DEG, 200))
    width, height = size
    head = coverage_of([outline.points(angles, _WITHIN)], size) > 0.5
    x, y = np.arange(width) + 0.5, np.arange(height)[:, None] + 0.5
    up = face.to_px(np.array([0.0, 1.0])) - face.glabella
    height_mm = ((x - face.glabella[0]) * up[0] + (y - face.glabella[1]) * up[1]) / (up @ up)
    return np.asarray(head & (height_mm > _LOWEST_MM))
