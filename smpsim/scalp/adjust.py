"""A hairline moved or reshaped as a whole: lower, higher, softer, sharper.

Numbers: estimates by eye; the longest step is a choice.
"""

from __future__ import annotations

import numpy as np

from smpsim.arrays import F64
from smpsim.errors import ParameterError
from smpsim.scalp.hairline import Hairline
from smpsim.scalp.landmarks import as_point

# a point goes so much of the way towards the middle of its neighbours in a step; a corner turns by this at least: by
# eye
_STEP, _CORNER_RAD = 0.25, 0.35
# a step of moving is no longer than this
_MOST_MM = 100.0


def lowered(line: Hairline, mm: float, *, px_per_mm: float) -> Hairline:
    """Move a line down the forehead.

    The front moves whole, what falls to the ears less and less, the ends not at all: they lie beside the ears whatever
    the front does.

    Parameters
    ----------
    line : Hairline
        The line.
    mm : float, mm
        How far, -100 to 100; below 0 it moves up.
    px_per_mm : float
        Scale.

    Raises
    ------
    ParameterError
        When it would move too far.
    """
    if not abs(mm) <= _MOST_MM:
        raise ParameterError(f"mm: {mm:g} mm is not allowed; give -100 to 100 mm", name="mm", value=mm)
    points = np.array(list(line.points.values()), np.float64)
    tilt = np.radians(0.0 if line.axis is None else line.axis.tilt_deg)
    down = np.array([-np.sin(tilt), np.cos(tilt)])
    height = -(points @ down)
    ends = height[-1] if line.axis else max(height[0], height[-1])
    front = np.median(height)
    share = np.clip((height - ends) / (front - ends), 0, 1) if front > ends else np.ones(len(points))
    return _at(line, points + share[:, None] * down * mm * px_per_mm, line.sharp)


def softened(line: Hairline) -> Hairline:
    """Return a softer line: without sharp points, and when it has none, rounder."""
    if line.sharp:
        return _at(line, np.array(list(line.points.values())), frozenset())
    return _at(line, _drawn(line, _STEP), line.sharp)


def sharpened(line: Hairline) -> Hairline:
    """Return a sharper line: sharp where it turns most, and when it is so already, with its corners farther out."""
    if line.sharp:
        return _at(line, _drawn(line, -_STEP), line.sharp)
    points = _with_other_side(line)
    along = np.diff(points, axis=0)
    heading = np.arctan2(along[:, 1], along[:, 0])
    turn = np.abs((np.diff(heading) + np.pi) % (2 * np.pi) - np.pi)
    # of the points between the first and the last, or of a half from its middle on
    names = list(line.points)[: len(turn)] if line.axis else list(line.points)[1:-1]
    sharp = frozenset(name for name, angle in zip(names, turn, strict=True) if angle > _CORNER_RAD)
    return _at(line, np.array(list(line.points.values())), sharp)


def _drawn(line: Hairline, step: float) -> F64:
    """Draw every point but the ends towards the middle of its neighbours, or away from it."""
    points = _with_other_side(line)
    inner = points[1:-1]
    moved = inner + step * ((points[:-2] + points[2:]) / 2 - inner)
    whole = np.concatenate([points[:1], moved, points[-1:]])
    return whole[1:] if line.axis else whole


def _with_other_side(line: Hairline) -> F64:
    """Points of a line, of a half with its second one mirrored before the first."""
    points = np.array(list(line.points.values()), np.float64)
    return points if line.axis is None else np.concatenate([line.axis.mirrored(points[1:2]), points])


def _at(line: Hairline, points: F64, sharp: frozenset[str]) -> Hairline:
    return Hairline(dict(zip(line.points, map(as_point, points), strict=True)), line.rear, line.axis, sharp)
