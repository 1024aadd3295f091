"""A smooth line through points, with corners where they are wanted.

Centripetal Catmull-Rom: knots at the cumulated square roots of the distances, and at each point the slope of the
parabola through it and its neighbours; between two points a cubic of those slopes.  It neither loops nor overshoots
between close points (Yuksel, Schaefer and Keyser 2011).

Numbers: a choice: what is lost in rounding.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from scipy.interpolate import CubicHermiteSpline

from smpsim.arrays import F64, Bool

_LEAST = 1e-9


def smooth_line(points: F64, corners: Sequence[bool] | Bool, step: float) -> F64:
    """Draw a smooth line through points.

    Parameters
    ----------
    points : ndarray (n, 2)
        n >= 2 points, in order; equal neighbours count once.
    corners : sequence of bool, (n,)
        Where the line may turn sharply.
    step : float
        Distance of its samples, about, in the unit of the points; > 0.

    Returns
    -------
    ndarray (m, 2)
        The line; every point is one of its samples.
    """
    points = np.asarray(points, np.float64)
    kept = np.append(True, np.hypot(*np.diff(points, axis=0).T) > _LEAST)
    points, sharp = points[kept], np.array(corners, np.bool_)[kept]
    if len(points) < 2:
        return points
    sharp[[0, -1]] = True
    pieces = [_piece(points[a : b + 1], step) for a, b in pairwise(np.flatnonzero(sharp))]
    return np.concatenate([*(piece[:-1] for piece in pieces), points[-1:]])


def _piece(points: F64, step: float) -> F64:
    """One piece without corners."""
    chords = np.hypot(*np.diff(points, axis=0).T)
    knots = np.append(0.0, np.cumsum(np.sqrt(chords)))
    curve = CubicHermiteSpline(knots, points, _slopes(points, knots))
    counts = np.maximum(np.ceil(1.1 * chords / step), 1).astype(int)
    spans = zip(knots[:-1], knots[1:], counts, strict=True)
    at = np.concatenate([*(np.linspace(a, b, n, endpoint=False) for a, b, n in spans), knots[-1:]])
    return np.asarray(curve(at))


def _slopes(points: F64, knots: F64) -> F64:
    """Slope at each point of the parabola through it and its neighbours; of the end's parabola at the ends."""
    h = np.diff(knots)[:, None]
    chords = np.diff(points, axis=0) / h
    if len(points) == 2:
        return np.repeat(chords, 2, axis=0)
    inner = (chords[:-1] * h[1:] + chords[1:] * h[:-1]) / (h[:-1] + h[1:])
    return np.concatenate([2 * chords[:1] - inner[:1], inner, 2 * chords[-1:] - inner[-1:]])
