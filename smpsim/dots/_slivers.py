"""The last few per cent: gaps too small for darts that are thrown blindly into free squares.

Every square that is still free becomes a *piece*, or, where radius or mask differ from pixel to pixel, one piece per
pixel it touches: no radius in a piece is below a known one, and only a little above it.  Pieces stay in order of
cells.  On each of ``LEVELS`` levels the dots around each cell are listed, pieces are cut in four, parts inside one
disc are dropped, each remaining part throws one dart, and the earliest good dart of each cell competes with those of
the neighbours.

Numbers: choices between time and how small a gap may be.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from smpsim.arrays import F32, U32, Bool, Int
from smpsim.dots._cellgrid import NOWHERE, CellGrid, Darts
from smpsim.dots._contest import Arena, distances2
from smpsim.dots.hashing import mix32

LEVELS = 3
"""Levels of cutting: the last parts are 1/64 cell (0.011 r) wide."""

AT_ONCE = 3072
"""Pieces at a time: with all dots around them, they stay in the cache."""

EVEN = 0.97
"""Squares are left uncut when their smallest r^2 is no less than this part of the largest."""

MIDDLES = ((2 * np.arange(8) + 1) / 16).astype(np.float32)
"""Offsets of the middles of squares in a cell."""

LAST_OFFSET = np.nextafter(np.float32(1), np.float32(0))


class Pieces(NamedTuple):
    """Rectangles inside cells.

    Attributes
    ----------
    cell : ndarray of int, shape (n,)
        Index of the cell.
    u, v : ndarray of float32, shape (n,)
        Centre, offset in the cell, 0 to 1.
    half_u, half_v : ndarray of float32, shape (n,)
        Half of the width and height, cells.
    r2 : ndarray of float32, shape (n,)
        Smallest squared radius in the piece, cells^2.
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
        starts = range(0, self.cell.size, AT_ONCE)
        return [Pieces._make(field[i : i + AT_ONCE] for field in self) for i in starts]


def fill_slivers(grid: CellGrid, arena: Arena) -> None:
    """Place dots in all remaining gaps of a band.

    Parameters
    ----------
    grid : CellGrid
        Cells and dots.
    arena : Arena
        Where darts compete.
    """
    pieces = free_pieces(grid, grid.open_cells())
    for level in range(LEVELS):
        if not pieces.cell.size:
            return
        pieces, darts = _throw(grid, pieces, level - LEVELS)
        arena.settle_few(darts)
        pieces = pieces.take(np.flatnonzero(_in_free_square(grid, pieces)))


def _in_free_square(grid: CellGrid, pieces: Pieces) -> Bool:
    square = (pieces.v * np.float32(8)).astype(np.uint64) * np.uint64(8) + (pieces.u * np.float32(8)).astype(np.uint64)
    return np.asarray((grid.free_squares(pieces.cell) >> square) & np.uint64(1) != 0)


def free_pieces(grid: CellGrid, cell: Int) -> Pieces:
    """Return the free squares of cells, cut up by pixels where these can differ."""
    bytes_ = grid.free_squares(cell).astype("<u8").view(np.uint8)
    free = np.flatnonzero(np.unpackbits(bytes_, bitorder="little").view(np.bool_))
    which, square = free >> 6, free & 63
    mixed = grid.mixed(cell).take(which)
    cell = cell.take(which)
    plain, cut = np.flatnonzero(~mixed), np.flatnonzero(mixed)
    return Pieces.concatenate([_whole(cell[plain], square[plain]), _mixed(grid, cell[cut], square[cut])])


def _whole(cell: Int, square: Int, r2: F32 | None = None) -> Pieces:
    half = np.full(cell.size, np.float32(1 / 16))
    u, v = MIDDLES.take(square & 7), MIDDLES.take(square >> 3)
    return Pieces(cell, u, v, half, half, np.full(cell.size, np.float32(2)) if r2 is None else r2)


def _mixed(grid: CellGrid, cell: Int, square: Int) -> Pieces:
    """Return squares as pieces, uncut where the radius hardly varies, with the smallest one in it."""
    row, col = square >> 3, square & 7
    if grid.band.side > 8:
        return _by_pixel(grid, cell, row, col)
    # A square is at most one pixel wide: its corners see every pixel it touches.
    edges = [((axis / 8).astype(np.float32), ((axis + 1) / 8).astype(np.float32)) for axis in (col, row)]
    corners = [grid.r2(cell, u, v) for u in edges[0] for v in edges[1]]
    low = np.minimum.reduce(corners)
    even = low >= np.maximum.reduce(corners) * np.float32(EVEN)
    even &= low > 0
    whole, cut = np.flatnonzero(even), np.flatnonzero(~even)
    pieces = Pieces.concatenate(
        [_whole(cell[whole], square[whole], low[whole]), _by_pixel(grid, cell[cut], row[cut], col[cut])]
    )
    return pieces.take(np.argsort(pieces.cell, kind="stable"))


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
    near_u, near_v = grid.offsets_near(grid.u, grid.v, grid.near(cell))
    here = near_u < NOWHERE / 2
    # Move the dots of every cell up, over the neighbours before them that hold none.
    empty = np.cumsum(~here, axis=0, dtype=np.int8)
    most = len(here) - int(empty[-1].min(initial=len(here)))
    from_ = np.flatnonzero(here)
    to = from_ - empty.ravel().take(from_) * np.intp(n)
    out = np.full((2, most, n), NOWHERE)
    for listed, near in zip(out, (near_u, near_v), strict=True):
        listed.ravel()[to] = near.ravel().take(from_)
    return out[0], out[1]


def _throw(grid: CellGrid, pieces: Pieces, round_: int) -> tuple[Pieces, Darts]:
    """Cut pieces, throw a dart into each uncovered part, keep the earliest good dart of each cell."""
    left, darts = [], []
    for part in pieces.chunks():
        first, of = _runs(part.cell)
        du, dv = _dots_around(grid, part.cell[first])
        parent, part = _uncovered_quarters(part, of, du, dv)
        left.append(part)
        thrown = _darts(grid, part, round_)
        good = np.flatnonzero(~_hit(thrown, of.take(parent), du, dv) & (thrown.r2 > 0))
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


def _uncovered_quarters(pieces: Pieces, of: Int, du: F32, dv: F32) -> tuple[Int, Pieces]:
    """Cut pieces in four and drop the parts inside one disc: those whose farthest corner is closer than the radius.

    Returns
    -------
    parent : ndarray of int, shape (m,)
        The piece that each part was cut from, ascending.
    parts : Pieces
        The parts.
    """
    half_u, half_v = pieces.half_u * np.float32(0.5), pieces.half_v * np.float32(0.5)
    far_u = _farthest2(du.take(of, axis=1, mode="clip"), pieces.u, half_u)
    far_v = _farthest2(dv.take(of, axis=1, mode="clip"), pieces.v, half_v)
    uncovered = np.empty((of.size, 4), np.bool_)
    for quarter in range(4):
        uncovered[:, quarter] = (far_u[quarter & 1] + far_v[quarter >> 1] >= pieces.r2).all(axis=0)
    which = np.flatnonzero(uncovered)
    parent = which >> 2
    half_u, half_v = half_u.take(parent), half_v.take(parent)
    sign_u, sign_v = ((which & bit > 0) * np.float32(2) - np.float32(1) for bit in (1, 2))
    u, v = pieces.u.take(parent) + sign_u * half_u, pieces.v.take(parent) + sign_v * half_v
    return parent, Pieces(pieces.cell.take(parent), u, v, half_u, half_v, pieces.r2.take(parent))


def _farthest2(near: F32, centre: F32, half: F32) -> list[F32]:
    """Return the squared distance of dots from the far edge of the lower and the upper half, along one axis."""
    out = []
    for middle in (centre - half, centre + half):
        far = near - middle
        np.abs(far, out=far)
        far += half
        far *= far
        out.append(far)
    return out


def _hit(darts: Darts, of: Int, du: F32, dv: F32) -> Bool:
    near = distances2(du.take(of, axis=1, mode="clip"), dv.take(of, axis=1, mode="clip"), darts.u, darts.v)
    return np.asarray((near < darts.r2).any(axis=0))


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
