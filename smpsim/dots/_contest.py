"""Which darts become dots: those that no dot and no earlier dart forbids.

A dart of time t is forbidden by whatever lies closer than its own radius and is a dot or a dart of an earlier time.
Deciding all darts in order of time, one after the other, is what *sequential* dart throwing does.  Here every dart
that no earlier dart forbids is kept at once.

While most cells have a dart, neighbours are compared by shifting whole arrays (tiles of cells that stay in the cache),
which costs ten times less per cell than reading neighbours at indices.  What forbids what is then known for good, and
``EXTRA_LOOKS`` further looks are cheap: they keep darts that were forbidden only by darts that a kept one forbids.
Whatever is undecided after them is dropped.  Later, when few cells are left, neighbours are read at indices.

Numbers: choices of speed and memory; the halo is derived from the looks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from smpsim.arrays import F32, Bool, Int
from smpsim.dots._cellgrid import NOWHERE, CellGrid, Darts

EXTRA_LOOKS = 2
HALO = 2 + 4 * EXTRA_LOOKS
"""Cells around a tile that its darts' fate can depend on."""

TILE = 96, 640
"""Cells (rows, columns) of a tile."""

LOOK = 1024
"""Cells at a time whose neighbours are all read at once."""

_Duels = list[tuple[int, Bool, Bool]]


class Arena:
    """The darts of one round, laid out as the cells are.

    Parameters
    ----------
    grid : CellGrid
        Cells and dots.
    """

    def __init__(self, grid: CellGrid) -> None:
        self._grid = grid
        n = grid.u.size
        self._u, self._v = np.full(n, NOWHERE), np.full(n, NOWHERE)
        # Dots and empty cells count as earlier than any dart, and where few compete, empty cells as later.
        self._time = np.full(n, np.float32(-1))
        self._time_of_few = np.full(n, np.float32(np.inf))
        self._r2 = np.zeros(0 if grid.band.one_radius else n, np.float32)

    def enter(self, darts: Darts) -> None:
        """Lay darts out, at most one per cell."""
        at = self._grid.at(darts.cell)
        self._u[at] = darts.u
        self._v[at] = darts.v
        self._time[at] = darts.time
        if not self._grid.band.one_radius:
            self._r2[at] = darts.r2

    # -- few darts: read neighbours at indices

    def settle_few(self, darts: Darts) -> Int:
        """Let darts that no dot forbids, at most one per cell, compete; the winners become dots.

        Returns
        -------
        ndarray of int
            Cells of the new dots.
        """
        at = self._grid.at(darts.cell)
        self._u[at] = darts.u
        self._v[at] = darts.v
        self._time_of_few[at] = darts.time
        forbidden = [self._forbidden(part) for part in darts.chunks(LOOK)]
        self._u[at] = NOWHERE
        self._time_of_few[at] = np.inf
        won = np.flatnonzero(~np.concatenate([np.zeros(0, np.bool_), *forbidden]))
        self._grid.add(darts.cell[won], darts.u[won], darts.v[won])
        return darts.cell[won]

    def _forbidden(self, darts: Darts) -> Bool:
        # Few cells hold an earlier dart: only there places are read.
        near = self._grid.near(darts.cell)
        earlier = np.flatnonzero(self._time_of_few.take(near, mode="clip") <= darts.time)
        offset, of = np.divmod(earlier, darts.cell.size)
        hit = distances2(
            *self._grid.offsets_at(self._u, self._v, near.ravel().take(earlier), offset),
            darts.u.take(of),
            darts.v.take(of),
        )
        out = np.zeros(darts.cell.size, np.bool_)
        out[of[hit < darts.r2.take(of)]] = True
        return out

    # -- many darts: shift whole tiles

    def settle_many(self, rounds_darts: Iterable[Darts]) -> None:
        """Let darts compete with dots and with each other, tile by tile; the winners become dots."""
        for darts in rounds_darts:
            self.enter(darts)
        won = np.zeros(self._grid.shape, np.bool_)
        for rows, cols in self._tiles():
            self._find_winners(rows, cols, won[rows, cols])
        at = np.flatnonzero(won)
        self._grid.add(self._grid.cell_of(at), self._u[at], self._v[at])
        self._u.fill(NOWHERE)
        self._time[at] = -1
        if self._r2.size:
            self._r2[at] = 0

    def _tiles(self) -> Iterator[tuple[slice, slice]]:
        n_rows, n_cols = self._grid.shape
        for row in range(2, n_rows - 2, TILE[0]):
            for col in range(2, n_cols - 2, TILE[1]):
                yield slice(row, min(row + TILE[0], n_rows - 2)), slice(col, min(col + TILE[1], n_cols - 2))

    def _find_winners(self, rows: slice, cols: slice, won: Bool) -> None:
        grid = self._grid
        shape = grid.shape
        np.less(self._u.reshape(shape)[rows, cols], np.float32(2), out=won)
        if not won.any():
            return
        top, left = max(rows.start - HALO, 0), max(cols.start - HALO, 0)
        around = slice(top, rows.stop + HALO), slice(left, cols.stop + HALO)
        u, v = (
            np.minimum(dots.reshape(shape)[around], darts.reshape(shape)[around])
            for dots, darts in ((grid.u, self._u), (grid.v, self._v))
        )
        width = u.shape[1]
        time = self._time.reshape(shape)[around].ravel()
        r2 = self._r2.reshape(shape)[around].ravel() if self._r2.size else None
        duels = _duels(u.ravel(), v.ravel(), time, r2, [o for o in grid.offsets if o > (0, 0)], width)
        kept = _kept(duels, time.size).reshape(-1, width)
        won &= kept[rows.start - top :, cols.start - left :][: won.shape[0], : won.shape[1]]


def distances2(du: F32, dv: F32, u: F32, v: F32) -> F32:
    """Return the squared distances, cells^2, of darts (u, v) from offsets (du, dv), which are overwritten."""
    du -= u
    dv -= v
    du *= du
    dv *= dv
    du += dv
    return du


def clear_of_dots(grid: CellGrid, darts: Darts) -> Darts:
    """Drop the darts that a dot forbids."""
    # Nearest cells first: most darts that fail do so there, and of the others the rest need not be asked.
    for which in (slice(0, 4), slice(4, 8), slice(8, None)):
        du, dv = grid.offsets_near(grid.u, grid.v, grid.near(darts.cell, which), which)
        hit = (distances2(du, dv, darts.u, darts.v) < darts.r2).any(axis=0)
        darts = darts.take(np.flatnonzero(~hit))
    return darts


def _duels(u: F32, v: F32, time: F32, r2: F32 | None, offsets: list[tuple[int, int]], width: int) -> _Duels:
    """Find, for each forward offset of a tile, which of two cells forbids the other.

    Returns
    -------
    list of (shift, second, first)
        ``second[i]``: cell i forbids cell i + shift; ``first[i]``: cell i + shift forbids cell i.
    """
    u_from = {dx: u + np.float32(dx) for dx in range(-2, 3)}
    v_from = {dy: v + np.float32(dy) for dy in range(3)}
    du, dv = np.empty_like(u), np.empty_like(u)
    duels = []
    for dy, dx in offsets:
        shift = dy * width + dx
        n = u.size - shift
        d2, e2 = du[:n], dv[:n]
        np.subtract(u_from[dx][shift:], u[:n], out=d2)
        d2 *= d2
        np.subtract(v_from[dy][shift:], v[:n], out=e2)
        e2 *= e2
        d2 += e2
        # At equal times (possible, but rare) the first cell yields.
        later = time[shift:] > time[:n]
        if r2 is None:
            near = d2 < np.float32(2)
            second = near & later
            first = np.logical_xor(near, second, out=near)
        else:
            second = d2 < r2[shift:]
            second &= later
            first = d2 < r2[:n]
            first &= ~later
        duels.append((shift, second, first))
    return duels


def _forbidden_by(which: Bool | None, duels: _Duels, n: int) -> Bool:
    out = np.zeros(n, np.bool_)
    for shift, second, first in duels:
        out[shift:] |= second if which is None else second & which[: n - shift]
        out[: n - shift] |= first if which is None else first & which[shift:]
    return out


def _kept(duels: _Duels, n: int) -> Bool:
    kept = ~_forbidden_by(None, duels, n)
    for _ in range(EXTRA_LOOKS):
        undecided = ~(kept | _forbidden_by(kept, duels, n))
        kept |= undecided & ~_forbidden_by(undecided, duels, n)
    return kept
