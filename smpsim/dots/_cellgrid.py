"""One band's grid of cells: at most one dot per cell, kept as an offset from the cell's corner.

Arrays have ``PAD`` empty cells on every side and are used flat.  A cell's *index* is its flat position minus two
rows and two columns, so that its neighbours lie at non-negative shifts: ``array[shift:][index]`` is the value at a
neighbour, without any arithmetic on the index.

Offsets are float32: relative to the cell they are exact to 1e-7 of the radius anywhere in the picture.

Numbers: choices of speed and memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from smpsim.arrays import F32, F64, U32, U64, Bool, Int
from smpsim.dots._coverbits import FULL, cover_tables, dot_codes, neighbour_offsets, position_steps
from smpsim.dots._radiusfield import Band, BandCells, RadiusField
from smpsim.dots.hashing import mix32

PAD = 4

NOWHERE = np.float32(1e4)
"""Offset of a dot that is not there: far from everything."""

CHUNK = 16384
"""Cells at a time: the temporaries of one step stay in the cache, and are small enough for the memory allocator to
keep (new pages took 15 % of the time for 10,000 dots)."""


class Darts(NamedTuple):
    """Darts in cells.

    Attributes
    ----------
    cell : ndarray of int, shape (n,)
        Index of the cell.
    u, v : ndarray of float32, shape (n,)
        Offset from the corner of the cell, 0 to 1.
    time : ndarray of float32, shape (n,)
        Time of arrival, positive: the earlier dart goes first.
    r2 : ndarray of float32, shape (n,)
        Squared radius at the dart, cells^2; 0 where no dot may be.
    """

    cell: Int
    u: F32
    v: F32
    time: F32
    r2: F32

    def take(self, which: Int) -> Darts:
        """Return some of the darts."""
        return Darts._make(field.take(which) for field in self)

    @staticmethod
    def concatenate(parts: list[Darts]) -> Darts:
        """Join darts."""
        if not parts:
            none = np.zeros(0, np.float32)
            return Darts(np.zeros(0, np.intp), none, none, none, none)
        return Darts._make(np.concatenate(field) for field in zip(*parts, strict=True))

    def allowed(self) -> Darts:
        """Drop the darts that fell where no dot may be."""
        keep = self.r2 > 0
        return self if keep.all() else self.take(np.flatnonzero(keep))

    def chunks(self, size: int) -> Iterator[Darts]:
        """Cut into parts that stay in the cache."""
        for first in range(0, self.cell.size, size):
            yield Darts._make(field[first : first + size] for field in self)


class CellGrid:
    """Dots and cover of one band.

    Parameters
    ----------
    field : RadiusField
        Radius and mask.
    band : Band
        The band.
    cells : BandCells
        Its cells.
    salts : sequence of int
        A number below 2^32 per round of random numbers, the round's share of the seed.
    """

    def __init__(self, field: RadiusField, band: Band, cells: BandCells, salts: Sequence[int]) -> None:
        self.field, self.band, self._salts = field, band, salts
        self.shape = cells.some.shape[0] + 2 * PAD, cells.some.shape[1] + 2 * PAD
        self.stride = self.shape[1]
        self._base = 2 * self.stride + 2
        # Absolute row and column of the cell with index 0.
        self._y0, self._x0 = cells.y0 - PAD + 2, cells.x0 - PAD + 2
        n = self.shape[0] * self.stride
        self.u, self.v = np.full(n, NOWHERE), np.full(n, NOWHERE)
        self.offsets = neighbour_offsets(band.one_radius)
        dy, dx = np.array(self.offsets).T[:, :, None]
        self._shift = self._base + dy * self.stride + dx
        self._dy, self._dx = dy.astype(np.float32), dx.astype(np.float32)
        self.mask = self._framed(np.where(cells.some, np.uint64(0), FULL), FULL)
        self._partial = self._framed(~cells.full, True)[self._base :]
        self._steps = position_steps(band.one_radius)
        # Ready to be added to the code of a dot.
        self._class = self._framed(cells.radius_class.astype(np.uint16) * np.uint16(self._steps**2), 0)
        self._cover_near = list(
            zip(self._views(self.mask), self._views(self._class), cover_tables(band.one_radius), strict=True)
        )
        self._close_outside(cells)
        self._place = self._hashed_places()[self._base :]
        # The masks by index of cell, like the two above.
        self._mask_here = self.mask[self._base :]

    def _framed(self, inner: NDArray[Any], frame: Any) -> NDArray[Any]:
        out = np.full(self.shape, frame, inner.dtype)
        out[PAD:-PAD, PAD:-PAD] = inner
        return out.ravel()

    def _hashed_places(self) -> U32:
        """Return a hash of the absolute row and column, the same for a cell in any grid of the band."""
        row = np.arange(self.shape[0], dtype=np.int64) + (self._y0 - 2)
        col = np.arange(self.stride, dtype=np.int64) + (self._x0 - 2)
        # Negative places (padding) wrap, as they may.
        row_key = row.astype(np.uint32) * np.uint32(0x85EBCA77)
        col_key = col.astype(np.uint32) * np.uint32(0x9E3779B1)
        return mix32((row_key[:, None] ^ col_key).ravel())

    def _close_outside(self, cells: BandCells) -> None:
        """Mark the squares of border cells that lie outside of the band."""
        row, col = np.nonzero(cells.some & ~cells.full)
        at = (row + PAD) * self.stride + col + PAD
        self.mask[at] = ~self.field.squares(self.band, row + cells.y0, col + cells.x0)

    def _views(self, array: NDArray[Any]) -> list[NDArray[Any]]:
        return [array[int(shift) :] for shift in self._shift[:, 0]]

    def near(self, cell: Int, which: slice = slice(None)) -> Int:
        """Return the flat positions of some or all neighbours of cells, nearest first; shape (neighbours, n)."""
        return np.asarray(cell + self._shift[which])

    def offsets_near(self, u: F32, v: F32, at: Int, which: slice = slice(None)) -> tuple[F32, F32]:
        """Read offsets (arrays u, v) of neighbours `at`, relative to the corner of the cell that asks."""
        du, dv = u.take(at, mode="clip"), v.take(at, mode="clip")
        du += self._dx[which]
        dv += self._dy[which]
        return du, dv

    def offsets_at(self, u: F32, v: F32, at: Int, offset: Int) -> tuple[F32, F32]:
        """Read offsets of single neighbours `at`, each seen from where it is the neighbour of number `offset`."""
        du, dv = u.take(at), v.take(at)
        du += self._dx.ravel().take(offset)
        dv += self._dy.ravel().take(offset)
        return du, dv

    def at(self, cell: Int) -> Int:
        """Return the flat positions of cell indices."""
        out: Int = cell + self._base
        return out

    def cell_of(self, at: Int) -> Int:
        """Return the cell indices of flat positions."""
        out: Int = at - self._base
        return out

    def place_of(self, cell: Int) -> tuple[Int, Int]:
        """Return the absolute row and column of cells."""
        row = cell // self.stride
        return row + self._y0, cell - row * self.stride + self._x0

    # -- what is free

    def open_cells(self) -> Int:
        """Return the indices of all cells with a free square."""
        return np.flatnonzero(self._mask_here != FULL)

    def still_open(self, cell: Int) -> Int:
        """Return those of the cells that have a free square."""
        return cell.take(np.flatnonzero(self._mask_here.take(cell) != FULL))

    def free_squares(self, cell: Int) -> U64:
        """Return the free squares of cells, one bit each."""
        return ~self._mask_here.take(cell)

    def mixed(self, cell: Int) -> Bool:
        """Say in which cells radius or mask can differ from pixel to pixel."""
        if self.band.one_radius:
            return np.asarray(self._partial.take(cell))
        return np.ones(cell.size, np.bool_)

    def r2(self, cell: Int, u: F32, v: F32) -> F32:
        """Return the squared radius at offsets in cells, cells^2; 0 where no dot may be."""
        out = np.full(cell.size, np.float32(2))
        which = np.flatnonzero(self.mixed(cell))
        if which.size:
            # The arithmetic is that of `positions`: a dot's pixel is the one that is looked up here.
            x, y = self.positions(cell[which], u[which], v[which])
            out[which] = self.field.r2(self.band, y, x)
        return out

    def positions(self, cell: Int, u: F32, v: F32) -> tuple[F64, F64]:
        """Return x and y, px, of offsets in cells."""
        iy, ix = self.place_of(cell)
        x, y = np.add(ix, u, dtype=np.float64), np.add(iy, v, dtype=np.float64)
        x *= self.band.side
        y *= self.band.side
        return x, y

    def keys(self, cell: Int, round_: int) -> U32:
        """Return one number per cell for a round, to be mixed."""
        key = self._place.take(cell)
        key ^= np.uint32(self._salts[round_])
        return key

    # -- dots

    def add(self, cell: Int, u: F32, v: F32) -> None:
        """Place dots in distinct cells and mark what they cover."""
        at = self.at(cell)
        self.u[at] = u
        self.v[at] = v
        self.mask[at] = FULL
        for first in range(0, cell.size, CHUNK):
            part = slice(first, first + CHUNK)
            self._cover(cell[part], dot_codes(u[part], v[part], self._steps))

    def _cover(self, cell: Int, code: Int) -> None:
        # Cells are distinct, so at one offset no two dots write to the same mask.
        for mask, radius_class, table in self._cover_near:
            covered = mask.take(cell)
            if self.band.one_radius:
                covered |= table.take(code)
            else:
                covered |= table.take(code + radius_class.take(cell))
            mask[cell] = covered

    def enter(self, x: F64, y: F64) -> None:
        """Enter the dots of earlier bands (x, y in px) that are in reach of this one."""
        cx, cy = x / self.band.side, y / self.band.side
        col, row = np.floor(cx).astype(np.intp), np.floor(cy).astype(np.intp)
        u, v = (cx - col).astype(np.float32), (cy - row).astype(np.float32)
        row -= self._y0
        col -= self._x0
        # Two cells of padding stay empty around these, for their own neighbours.
        inside = (row >= 0) & (row < self.shape[0] - 4) & (col >= 0) & (col < self.stride - 4)
        near = np.flatnonzero(inside)
        last = np.nextafter(np.float32(1), np.float32(0))
        self.add(row[near] * self.stride + col[near], np.minimum(u[near], last), np.minimum(v[near], last))

    def dots(self) -> tuple[F64, F64]:
        """Return x and y, px, of all dots, in order of cells."""
        at = np.flatnonzero(self.u < 2)
        return self.positions(self.cell_of(at), self.u[at], self.v[at])
