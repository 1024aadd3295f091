"""Which points lie close to which: a grid of cells, its points in order of cells.

In that order the points of three cells side by side are one run of a list.  So everything near a place is in three
runs (the row of its cell, the row above, the row below), and there is no tree to climb.  Distances are compared in
float64, exactly as ``(u1 - u2)^2 + (v1 - v2)^2 < radius^2``: how the plane is cut into cells never changes an answer.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from smpsim.arrays import F64, Bool, Int

Starts: TypeAlias = NDArray[np.int32]
"""Where runs begin or end: half the memory of an index."""

AT_ONCE = 8192
"""Points at a time whose neighbours are read: the temporaries stay in the cache."""


class _Cells:
    """Square cells in a box, with two empty ones on every side."""

    def __init__(self, u: F64, v: F64, side: float) -> None:
        self._side = side
        self._row, self._column = (int(np.floor(axis.min() / side)) - 2 for axis in (v, u))
        self._height, self.width = (
            int(np.floor(axis.max() / side)) - first + 3 for axis, first in ((v, self._row), (u, self._column))
        )

    def of(self, u: F64, v: F64) -> tuple[Int, Bool]:
        """Return the cell of each point, and whether it can matter to the box (else the cell means nothing)."""
        i = np.floor(v / self._side).astype(np.intp) - self._row
        j = np.floor(u / self._side).astype(np.intp) - self._column
        near = (i > 0) & (i < self._height - 1) & (j > 0) & (j < self.width - 1)
        return i * self.width + j, near

    def starts(self, cells: Int) -> Starts:
        """Return, for ascending cells of points, where the points of every cell begin in their list; and the end."""
        starts = np.zeros(self._height * self.width + 1, np.int32)
        last = np.flatnonzero(np.append(cells[1:] != cells[:-1], np.ones(min(len(cells), 1), np.bool_)))
        starts[cells[last] + 1] = np.diff(last, prepend=-1)
        return np.cumsum(starts, out=starts)


def any_within(u: F64, v: F64, radius: F64, others_u: F64, others_v: F64) -> Bool:
    """Say of each point whether another set has one closer than its radius.

    Parameters
    ----------
    u, v : ndarray (n,), mm
        The points.
    radius : ndarray (n,), mm
        Their radii, positive.
    others_u, others_v : ndarray (m,), mm
        The other set.

    Returns
    -------
    ndarray of bool (n,)
        True where one is.
    """
    hit = np.zeros(len(u), np.bool_)
    if not len(u) or not len(others_u):
        return hit
    cells = _Cells(u, v, float(radius.max()))
    cell, near = cells.of(others_u, others_v)
    order = np.flatnonzero(near)
    order = order[np.argsort(cell[order])]
    starts, listed_u, listed_v = cells.starts(cell[order]), others_u[order], others_v[order]
    for first in range(0, len(u), AT_ONCE):
        part = slice(first, first + AT_ONCE)
        own, _ = cells.of(u[part], v[part])
        left = np.arange(first, first + len(own))
        # The own row first: most points that are hit are hit there, and need not ask again.
        for row in (0, -cells.width, cells.width):
            middle = own[left - first] + row
            of, other = _runs(starts[middle - 1], starts[middle + 2])
            of = left[of]
            close = (listed_u[other] - u[of]) ** 2 + (listed_v[other] - v[of]) ** 2 < radius[of] ** 2
            hit[of[close]] = True
            left = left[~hit[left]]
    return hit


def close_pairs(u: F64, v: F64, reach: float) -> tuple[Int, Int]:
    """Find all pairs that may be closer than a distance: each once, and some that are up to three times as far.

    Parameters
    ----------
    u, v : ndarray (n,), mm
        The points.
    reach : float, mm
        The distance.

    Returns
    -------
    one, other : ndarray of int (m,)
        Indices of the points; the order means nothing.
    """
    if not len(u):
        return np.zeros(0, np.intp), np.zeros(0, np.intp)
    cells = _Cells(u, v, reach)
    cell, _ = cells.of(u, v)
    order = np.argsort(cell)
    cell = cell[order]
    starts = cells.starts(cell)
    # What comes later in the own row, and what is in the row below: so every pair comes once.
    one, other = _runs(np.arange(1, len(u) + 1, dtype=np.int32), starts[cell + 2])
    below = cell + cells.width
    one_below, other_below = _runs(starts[below - 1], starts[below + 2])
    return order[np.concatenate([one, one_below])], order[np.concatenate([other, other_below])]


def _runs(start: Starts, stop: Starts) -> tuple[Int, Int]:
    """Write out the runs [start, stop): which run each entry belongs to, and the entry."""
    count = stop - start
    of = np.repeat(np.arange(len(count)), count)
    return of, np.arange(len(of)) + np.repeat(start - np.cumsum(count) + count, count)
