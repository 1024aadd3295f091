"""Filling one band: rounds of darts into free squares, then the slivers.

Numbers: choices between time and evenness.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from smpsim.arrays import F32, U8, U32, Int
from smpsim.dots._cellgrid import CHUNK, CellGrid, Darts
from smpsim.dots._contest import Arena, clear_of_dots
from smpsim.dots._coverbits import pick_free
from smpsim.dots._slivers import LEVELS, fill_slivers
from smpsim.dots.hashing import mix32

MANY_ROUNDS = 1
"""First rounds, in which most cells throw a dart: 72 % of all dots are placed after them."""

ROUNDS = 7
"""All rounds before the slivers: 95 % of all dots are placed, and one more would place 0.6 %."""

TIMED_ROUNDS = 3
LAST_TIME = np.float32(3)
"""In the first rounds, darts that arrive later are not thrown.  A cell throws its first dart only; if this fails, a
second one may have come within the same time, and is missing.  Without a limit of time, dots prefer the corners of
cells by 2 %: no spectrum shows it, but a count of places in cells does.  With it, by 0.5 %, which 6.6 million dots
just show (3 standard deviations)."""

DRAWS = ROUNDS + LEVELS
"""Rounds of random numbers; the last ones are those of the slivers."""


def fill_band(grid: CellGrid) -> None:
    """Place dots in all cells of a band until there is no room for another.

    Parameters
    ----------
    grid : CellGrid
        Cells, with the dots of earlier bands.
    """
    arena = Arena(grid)
    cells = grid.open_cells()
    for round_ in range(ROUNDS):
        darts = _thrown(grid, cells, round_)
        if round_ < MANY_ROUNDS:
            arena.settle_many(darts)
        else:
            arena.settle_few(Darts.concatenate([clear_of_dots(grid, d) for d in darts]))
        cells = grid.still_open(cells)
    fill_slivers(grid, arena)


def _thrown(grid: CellGrid, cells: Int, round_: int) -> Iterator[Darts]:
    for first in range(0, cells.size, CHUNK):
        yield throw(grid, cells[first : first + CHUNK], round_)


def throw(grid: CellGrid, cell: Int, round_: int) -> Darts:
    """Throw a dart into a free square of every cell; drop those that land where no dot may be.

    The dart of a cell with free area a (in cells) arrives at a time of density a exp(-a t).  So darts arrive uniformly
    in free area and time, as they do when thrown one after the other.

    Parameters
    ----------
    grid : CellGrid
        Cells and dots.
    cell : ndarray of int, shape (n,)
        Indices of cells with a free square.
    round_ : int
        0 throws anywhere in the cell, whatever is free.
    """
    key = mix32(grid.keys(cell, round_))
    if round_ == 0:
        u, v = _two_uniforms(key)
        time = _exponential(mix32(key))
    else:
        bit, count = pick_free(grid.free_squares(cell), key >> np.uint32(16))
        u, v = _in_square(bit, mix32(key))
        time = _exponential(mix32(key))
        time *= np.float32(64)
        time /= count
    if round_ < TIMED_ROUNDS:
        in_time = np.flatnonzero(time < LAST_TIME)
        cell, time = cell.take(in_time), time.take(in_time)
        u, v = u.take(in_time), v.take(in_time)
    return Darts(cell, u, v, time, grid.r2(cell, u, v)).allowed()


def _in_square(bit: U8, key: U32) -> tuple[F32, F32]:
    u, v = _two_uniforms(key)
    u += bit & np.uint8(7)
    v += bit >> np.uint8(3)
    u *= np.float32(1 / 8)
    v *= np.float32(1 / 8)
    return u, v


def _two_uniforms(key: U32) -> tuple[F32, F32]:
    """Return the two halves of hashes as multiples of 2^-16, shifted by half a step, in (0, 1)."""
    u = (key & np.uint32(0xFFFF)).astype(np.float32)
    v = (key >> np.uint32(16)).astype(np.float32)
    for half in (u, v):
        half += np.float32(0.5)
        half *= np.float32(2.0**-16)
    return u, v


def _exponential(key: U32) -> F32:
    """Turn hashes into numbers of density exp(-t), t > 0."""
    t = key.astype(np.float32)
    t += np.float32(1)
    # A little below 2^-32: float32 rounds the largest hashes up to 2^32, and the time must not be 0.
    t *= np.float32(2.0**-32 * 0.9999998)
    np.log(t, out=t)
    return np.negative(t, out=t)
