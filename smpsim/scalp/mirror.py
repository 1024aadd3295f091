"""A traced line made the same on both sides: its own axis, and the mean of its halves.

Numbers: choices of the search, and estimates.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize
from scipy.spatial import cKDTree

from smpsim.arrays import F64
from smpsim.errors import ParameterError
from smpsim.scalp.hairline import Axis
from smpsim.scalp.tracing import lengths

# first steps of the search for an axis, as a share of the line's length and in deg; what is found is refined
_FIRST_STEPS = 0.05, 5.0
# a line that ends so far from the axis (share of its length) is no half of anything
_FARTHEST = 0.5


def own_axis(points: F64) -> Axis:
    """Find the axis over which a line is most like its mirror image.

    The mean distance of the mirrored line from the line is least; a line with a longer end leans towards it.

    Parameters
    ----------
    points : ndarray (n, 2), px
        The line, from the left of the picture to its right.
    """
    length = float(lengths(points)[-1])
    tree, chord = cKDTree(points), points[-1] - points[0]
    start = [*points[np.searchsorted(lengths(points), length / 2)], np.degrees(np.arctan2(chord[1], chord[0]))]

    def axis_at(beside: float, turn_deg: float) -> Axis:
        tilt = np.radians(start[2])
        x, y = start[0] + beside * length * np.cos(tilt), start[1] + beside * length * np.sin(tilt)
        return Axis(float(x), float(y), float(start[2] + turn_deg))

    def unlike(at: F64) -> float:
        return float(np.mean(tree.query(axis_at(*at.tolist()).mirrored(points))[0]))

    beside, turn_deg = _FIRST_STEPS
    steps = np.array([(0.0, 0.0), (beside, 0.0), (0.0, turn_deg)])
    found = minimize(unlike, np.zeros(2), method="Nelder-Mead", options={"initial_simplex": steps, "xatol": 1e-4})
    return axis_at(*found.x.tolist())


def mean_half(points: F64, axis: Axis) -> F64:
    """Average the two halves of a line.

    Places at the same length from the axis are averaged; where one half ends the other goes on alone, moved by as much
    as it then lies beside the mean.  A line on one side of the axis is taken as it is.

    Parameters
    ----------
    points : ndarray (n, 2), px
        The line, from the left of the picture to its right.
    axis : Axis
        Over which it is mirrored.

    Returns
    -------
    ndarray (m, 2), px
        The half on the right of the picture, from the axis outwards.

    Raises
    ------
    ParameterError
        When the line lies far from the axis.
    """
    aside = axis.across(points)
    crossing = np.flatnonzero((aside[:-1] < 0) & (aside[1:] >= 0))
    if not len(crossing):
        if np.abs(aside).min() > _FARTHEST * lengths(points)[-1]:
            raise ParameterError("mirror: the line lies far from the axis; mark the pupils again", name="mirror")
        return points if aside.mean() > 0 else axis.mirrored(points[::-1])
    last = int(crossing[np.abs(crossing - len(points) // 2).argmin()])
    share = aside[last] / (aside[last] - aside[last + 1])
    middle = points[last] + share * (points[last + 1] - points[last])
    right = np.concatenate([middle[None], points[last + 1 :]])
    left = axis.mirrored(np.concatenate([middle[None], points[last::-1]]))
    return _mean(*sorted((left, right), key=lambda half: float(lengths(half)[-1])))


def _mean(short: F64, long: F64) -> F64:
    """Mean of two lines from the same place, at the same lengths."""
    along = lengths(long)
    end = lengths(short)[-1]
    there = np.stack([np.interp(along, lengths(short), short[:, axis]) for axis in range(2)], -1)
    last = int(np.searchsorted(along, end, side="right")) - 1
    apart = np.where((along <= end)[:, None], there - long, there[last] - long[last])
    return np.asarray(long + apart / 2)
