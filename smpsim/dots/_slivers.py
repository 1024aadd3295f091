"""The last few per cent: gaps too small for darts that are thrown blindly into free squares.

Every square that is still free becomes a *piece*, or, where radius or mask can differ from pixel to pixel, one piece
per pixel it touches: inside a piece the radius is one number.  The dots around each cell are listed once, and then, on
each of ``LEVELS`` levels: pieces inside one disc are dropped, each remaining piece throws one dart, the earliest good
dart of each cell competes with those of the neighbours, and what is left of the pieces is cut in four.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from smpsim.arrays import F32, U32, Bool, Int
from smpsim.dots._cellgrid import CHUNK, NOWHERE, CellGrid, Darts
from smpsim.dots._contest import Arena
from smpsim.dots.hashing import mix32

LEVELS = 4
"""Levels of cutting: the last pieces are 1/64 cell (0.011 r) wide."""

LAST_OFFSET = np.nextafter(np.float32(1), np.float32(0))


class Pieces(NamedTuple):
    """Rectangles with one radius inside cells.

    Attributes
    ----------
    cell : ndarray of int, shape (n,)
        Index of the cell.
    u, v : ndarray of float32, shape (n,)
        Centre, offset in the cell, 0 to 1.
    half_u, half_v : ndarray of float32, shape (n,)
        Half of the width and height, cells.
    r2 : ndarray of float32, shape (n,)
        Squared radius, cells^2.
    """

    cell: Int
    u: F32
    v: F32
    half_u: F32
    half_v: F32
    r2: F32

    def take(self, which: Int) -> Pieces:
        """Return some of the pieces."""
        return Pieces._make(field.take(which) for field in self)

    @staticmethod
    def concatenate(parts: list[Pieces]) -> Pieces:
        """Join pieces."""
        return Pieces._make(np.concatenate(field) for field in zip(*parts, strict=True))

    def chunks(self) -> list[Pieces]:
        """Cut into parts that stay in the cache."""
        starts = range(0, self.cell.size, CHUNK)
        return [Pieces._make(field[i : i + CHUNK] for field in self) for i in starts]

    def quarters(self) -> Pieces:
        """Cut each piece in four, in its place in the order."""
        out = Pieces._make(np.repeat(field, 4) for field in self)
        half_u, half_v = out.half_u, out.half_v
        half_u *= np.float32(0.5)
        half_v *= np.float32(0.5)
        for quarter in range(4):
            u, v = out.u[quarter::4], out.v[quarter::4]
            u += half_u[quarter::4] * np.float32(1 if quarter & 1 else -1)
            v += half_v[quarter::4] * np.float32(1 if quarter & 2 else -1)
        return out


def fill_slivers(grid: CellGrid, arena: Arena, first_round: int) -> None:
    """Place dots in all remaining gaps of a band.

    Parameters
    ----------
    grid : CellGrid
        Cells and dots.
    arena : Arena
        Where darts compete.
    first_round : int
        Number of the first round of random numbers to use.
    """
    pieces = free_pieces(grid, grid.open_cells())
    for level in range(LEVELS):
        if level:
            pieces = pieces.quarters()
        if not pieces.cell.size:
            return
        pieces, darts = _throw(grid, pieces, first_round + level)
        arena.settle_few(darts)
        pieces = pieces.take(np.flatnonzero(_in_free_square(grid, pieces)))


def _in_free_square(grid: CellGrid, pieces: Pieces) -> Bool:
    square = (pieces.v * np.float32(8)).astype(np.uint64) * np.uint64(8) + (pieces.u * np.float32(8)).astype(np.uint64)
    return np.asarray((grid.free_squares(pieces.cell) >> square) & np.uint64(1) != 0)


def free_pieces(grid: CellGrid, cell: Int) -> Pieces:
    """Return the free squares of cells, cut up by pixels where these can differ."""
    which, square = np.nonzero(
        np.unpackbits(grid.free_squares(cell).astype("<u8").view(np.uint8).reshape(-1, 8), axis=1, bitorder="little")
    )
    cell = cell[which]
    col, row = square & 7, square >> 3
    mixed = grid.mixed(cell)
    plain = np.flatnonzero(~mixed)
    half = np.full(plain.size, np.float32(1 / 16))
    u, v = ((axis[plain] * 2 + 1).astype(np.float32) * half for axis in (col, row))
    whole = Pieces(cell[plain], u, v, half, half, np.full(plain.size, np.float32(2)))
    mixed_at = np.flatnonzero(mixed)
    if not mixed_at.size:
        return whole
    cut = _by_pixel(grid, cell[mixed_at], row[mixed_at], col[mixed_at])
    return Pieces.concatenate([whole, cut])


def _by_pixel(grid: CellGrid, cell: Int, row: Int, col: Int) -> Pieces:
    side = grid.band.side
    iy, ix = grid.place_of(cell)
    top, n_rows = _pixel_span(iy + row / 8, side)
    left, n_cols = _pixel_span(ix + col / 8, side)
    count = n_rows * n_cols
    of = np.repeat(np.arange(cell.size), count)
    k = np.arange(of.size) - np.repeat(np.cumsum(count) - count, count)
    v, half_v = _clipped((top[of] + k // n_cols[of]) / side - iy[of], row[of] / 8, 1 / side)
    u, half_u = _clipped((left[of] + k % n_cols[of]) / side - ix[of], col[of] / 8, 1 / side)
    r2 = grid.r2(cell[of], u, v)
    keep = np.flatnonzero((half_u > 0) & (half_v > 0) & (r2 > 0))
    return Pieces(cell[of], u, v, half_u, half_v, r2).take(keep)


def _pixel_span(edge: NDArray[np.float64], side: float) -> tuple[Int, Int]:
    first = (edge * side).astype(np.intp)
    return first, ((edge + 0.125) * side).astype(np.intp) - first + 1


def _clipped(pixel: NDArray[np.float64], square: NDArray[np.float64], width: float) -> tuple[F32, F32]:
    """Return centre and half width of what a pixel and a square (1/8) have in common; negative when nothing."""
    low, high = np.maximum(pixel, square), np.minimum(pixel + width, square + 0.125)
    return ((low + high) / 2).astype(np.float32), ((high - low) / 2).astype(np.float32)


def _dots_around(grid: CellGrid, cell: Int) -> tuple[F32, F32]:
    """List the dots in reach of cells, nearest cells first.

    Returns
    -------
    du, dv : ndarray of float32, shape (most, n)
        Offset from the corner of the cell; ``NOWHERE`` where a list is shorter.
    """
    n = cell.size
    count = np.zeros(n, np.intp)
    du, dv = (np.full((len(grid.dots_near), n), NOWHERE) for _ in range(2))
    for near in grid.dots_near:
        u = near.u.take(cell, mode="clip")
        here = np.flatnonzero(u < 2)
        to = count[here] * n + here
        du.ravel()[to] = u[here] + near.dx
        dv.ravel()[to] = near.v.take(cell[here], mode="clip") + near.dy
        count[here] += 1
    most = int(count.max(initial=0))
    return du[:most], dv[:most]


def _throw(grid: CellGrid, pieces: Pieces, round_: int) -> tuple[Pieces, Darts]:
    """Drop covered pieces, throw a dart into each other one, keep the earliest good dart of each cell."""
    left, darts = [], []
    for part in pieces.chunks():
        first, of = _runs(part.cell)
        du, dv = _dots_around(grid, part.cell[first])
        uncovered = np.flatnonzero(~_covered(part, of, du, dv))
        part, of = part.take(uncovered), of[uncovered]
        left.append(part)
        thrown = _darts(grid, part, round_)
        good = np.flatnonzero(~_hit(thrown, of, du, dv) & (thrown.r2 == part.r2))
        darts.append(thrown.take(good))
    return Pieces.concatenate(left), _earliest(Darts.concatenate(darts))


def _runs(cell: Int) -> tuple[Int, Int]:
    """Return where runs of the same cell begin, and the run that each entry belongs to."""
    begins = np.ones(cell.size, np.bool_)
    np.not_equal(cell[1:], cell[:-1], out=begins[1:])
    return np.flatnonzero(begins), np.cumsum(begins) - 1


def _earliest(darts: Darts) -> Darts:
    """Keep the earliest dart of each cell; darts are in order of cells."""
    if not darts.cell.size:
        return darts
    first, of = _runs(darts.cell)
    at = np.flatnonzero(darts.time == np.minimum.reduceat(darts.time, first)[of])
    return darts.take(at[_runs(darts.cell[at])[0]])


def _covered(pieces: Pieces, of: Int, du: F32, dv: F32) -> Bool:
    """Say which pieces lie inside one disc: their farthest corner is closer than the radius."""
    out = np.zeros(of.size, np.bool_)
    for u, v in zip(du, dv, strict=True):
        far = np.abs(u.take(of) - pieces.u)
        far += pieces.half_u
        far *= far
        far_v = np.abs(v.take(of) - pieces.v)
        far_v += pieces.half_v
        far_v *= far_v
        far += far_v
        out |= far < pieces.r2
    return out


def _hit(darts: Darts, of: Int, du: F32, dv: F32) -> Bool:
    out = np.zeros(of.size, np.bool_)
    for u, v in zip(du, dv, strict=True):
        near = u.take(of) - darts.u
        near *= near
        near_v = v.take(of) - darts.v
        near_v *= near_v
        near += near_v
        out |= near < darts.r2
    return out


def _darts(grid: CellGrid, pieces: Pieces, round_: int) -> Darts:
    key = grid.keys(pieces.cell, round_)
    key ^= _scaled(pieces.u) * np.uint32(0xC2B2AE35) + _scaled(pieces.v) * np.uint32(0x165667B1)
    mix32(key)
    step = np.float32(2.0**-15)
    u = ((key & np.uint32(0xFFFF)).astype(np.float32) + np.float32(0.5)) * step - np.float32(1)
    v = ((key >> np.uint32(16)).astype(np.float32) + np.float32(0.5)) * step - np.float32(1)
    u = np.clip(u * pieces.half_u + pieces.u, 0, LAST_OFFSET)
    v = np.clip(v * pieces.half_v + pieces.v, 0, LAST_OFFSET)
    chance = (mix32(key).astype(np.float32) + np.float32(1)) * np.float32(2.0**-32 * 0.9999998)
    # Larger pieces are hit earlier: darts arrive uniformly in area and time.
    time = -np.log(chance) / (pieces.half_u * pieces.half_v)
    return Darts(pieces.cell, u, v, time, grid.r2(pieces.cell, u, v))


def _scaled(offset: F32) -> U32:
    return (offset * np.float32(2.0**20)).astype(np.uint32)
