"""Which points lie close to which: a grid of cells, its points in order of cells.

In that order the points of three cells side by side are one run of a list.  So everything near a place is in three
runs (the row of its cell, the row above, the row below), and there is no tree to climb.  Distances are compared in
float64, exactly as ``(u1 - u2)^2 + (v1 - v2)^2 < radius^2``: how the plane is cut into cells never changes an answer.

Numbers: a choice of memory.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from smpsim.arrays import F64, Bool, Int

Starts: TypeAlias = NDArray[np.int32]
"""Where runs begin or end: half the memory of an index."""

C128: TypeAlias = NDArray[np.complex128]

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

    def of(self, u: F64, v: F64) -> Int:
        """Return the cell of each point of the box."""
        i, j = self._rows_and_columns(u, v)
        i *= self.width
        i += j
        return i

    def near(self, u: F64, v: F64) -> tuple[Int, Int]:
        """Return which points can matter to the box, and their cells."""
        i, j = self._rows_and_columns(u, v)
        index = np.flatnonzero((i > 0) & (i < self._height - 1) & (j > 0) & (j < self.width - 1))
        return index, i.take(index) * self.width + j.take(index)

    def _rows_and_columns(self, u: F64, v: F64) -> tuple[Int, Int]:
        i = np.floor(v / self._side).astype(np.intp)
        j = np.floor(u / self._side).astype(np.intp)
        i -= self._row
        j -= self._column
        return i, j

    def starts(self, cells: Int) -> Starts:
        """Return where the points of every cell begin in a list in order of cells; and the end."""
        starts = np.zeros(self._height * self.width + 1, np.int32)
        np.cumsum(np.bincount(cells, minlength=len(starts) - 1), dtype=np.int32, out=starts[1:])
        return starts


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
    index, cell = cells.near(others_u, others_v)
    starts, index = cells.starts(cell), index[np.argsort(cell)]
    listed = _complex(others_u.take(index), others_v.take(index))
    for first in range(0, len(u), AT_ONCE):
        part = slice(first, first + AT_ONCE)
        place, own = _complex(u[part], v[part]), cells.of(u[part], v[part])
        # The own row first: most points that are hit are hit there, and need not ask again.
        for row in (0, -cells.width, cells.width):
            own_row = own + row
            runs = starts.take(own_row - 1), starts.take(own_row + 2)
            _ask(*runs, listed, place, radius[part] ** 2, hit[part])
    return hit


def _ask(start: Starts, stop: Starts, listed: C128, place: C128, radius2: F64, hit: Bool) -> None:
    """Mark the places that have one of their run closer than their radius: the first of every run, the second, ..."""
    asking = np.flatnonzero((start < stop) & ~hit)
    at, stop = start.take(asking), stop.take(asking)
    while len(asking):
        away = listed.take(at) - place.take(asking)
        close = away.real**2 + away.imag**2 < radius2.take(asking)
        hit[asking[close]] = True
        at += 1
        on = np.flatnonzero((at < stop) & ~close)
        asking, at, stop = asking.take(on), at.take(on), stop.take(on)


def _complex(u: F64, v: F64) -> C128:
    """Both coordinates in one number, which is read at once."""
    place = np.empty(len(u), np.complex128)
    place.real, place.imag = u, v
    return place


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
    cell = cells.of(u, v)
    starts, order = cells.starts(cell), np.argsort(cell)
    cell = cell[order]
    # What comes later in the own row, and what is in the row below: so every pair comes once.
    one, other = _runs(np.arange(1, len(u) + 1, dtype=np.int32), starts.take(cell + 2))
    below = cell + cells.width
    one_below, other_below = _runs(starts.take(below - 1), starts.take(below + 2))
    return order.take(np.concatenate([one, one_below])), order.take(np.concatenate([other, other_below]))


def _runs(start: Starts, stop: Starts) -> tuple[Int, Int]:
    """Write out the runs [start, stop): which run each entry belongs to, and the entry."""
    count = stop - start
    of = np.repeat(np.arange(len(count)), count)
    return of, np.arange(len(of)) + (start - np.cumsum(count) + count).take(of)
