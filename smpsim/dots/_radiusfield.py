"""The radius everywhere in the picture, and the cells and squares where a band of it lives.

Radii are sorted into *levels*, 8 per factor 2 of r^2, read from the bits of the float32 number r^2 itself (exponent
and 3 bits of mantissa), so levels are absolute: editing a map moves no boundary between them.  A *band* is 8 levels.
Level 0 means "no dot here".  Blocks of 8 x 8 pixels know their lowest and highest level, so that a band looks at
single pixels only along its border.

Numbers: choices of speed and memory; the shift of levels is derived.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from smpsim.arrays import F32, F64, U64, Bool, Int

Pixels = NDArray[Any]
"""Levels (uint8 or uint16) or masks, by pixel or by block of pixels."""

BLOCK = 8
LEVEL_SHIFT = 20  # of the 23 bits of mantissa, 3 stay
SMALLEST = 1e-9
"""Smallest radius, px: its square is a normal float32 number."""

#: dots x radius^2 / area where no other dot has room: what random dart throwing ends with, as measured
#: (tests/benchmarks/goals_dots.py)
SATURATED = 0.6965
_SAMPLES = 1 << 20  # pixel reads at a time
_STRIP = 16  # rows of the map at a time: temporaries stay in the cache


@dataclass(frozen=True)
class Band:
    """Radii that share one grid of cells.

    Attributes
    ----------
    side : float
        Side of a cell, px: smallest radius / sqrt(2), so that no cell holds two dots.
    low, high : int
        First and last level.
    key : int
        What makes its random numbers its own; 0 for one constant radius.
    """

    side: float
    low: int
    high: int
    key: int

    @property
    def one_radius(self) -> bool:
        """Whether all dots have the same radius, sqrt(2) cells."""
        return self.key == 0


@dataclass(frozen=True)
class BandCells:
    """The cells of a band: rows y0.., columns x0.. of its absolute grid.

    Attributes
    ----------
    y0, x0 : int
        Absolute row and column of the first cell.
    some : ndarray of bool, shape (ny, nx)
        May hold dots of the band (all others surely hold none).
    full : ndarray of bool, shape (ny, nx)
        All of the cell belongs to the band.
    radius_class : ndarray of uint8, shape (ny, nx)
        No radius in the cell is below the beginning of this class, see ``_coverbits``.
    """

    y0: int
    x0: int
    some: Bool
    full: Bool
    radius_class: Pixels


class RadiusField:
    """Radius and mask, cropped to what the mask allows and framed by at least one empty block.

    Parameters
    ----------
    allowed : ndarray of bool, shape (h, w)
        Where dots may be; at least one True.
    radius : float or ndarray, shape (h, w)
        Minimum distance, px; at least `SMALLEST` and finite wherever `allowed`.
    """

    def __init__(self, allowed: Bool, radius: float | Pixels) -> None:
        # One dot of this radius reaches all of the picture: larger ones make no difference.
        self._largest = float(np.hypot(*allowed.shape)) + 2
        rows, cols = (_span(np.any(allowed, axis=axis)) for axis in (1, 0))
        self._row0, self._col0 = ((s.start // BLOCK - 1) * BLOCK for s in (rows, cols))
        n_rows, n_cols = (-(-s.stop // BLOCK) * BLOCK + BLOCK for s in (rows, cols))
        shape = n_rows - self._row0, n_cols - self._col0
        self._one = min(radius, self._largest) if isinstance(radius, float) else None
        self._level: Pixels = np.zeros(shape, np.uint16 if self._one is None else np.uint8)
        self._r2 = np.zeros(shape if self._one is None else (0, 0), np.float32)
        blocks = shape[0] // BLOCK, shape[1] // BLOCK
        self._lowest: Pixels = np.empty(blocks, self._level.dtype)
        self._highest = np.empty_like(self._lowest)
        self._floor = np.empty_like(self._lowest)
        for first in range(rows.start, rows.stop, _STRIP):
            strip = slice(first, min(first + _STRIP, rows.stop)), cols
            self._fill(strip, allowed[strip], None if isinstance(radius, float) else radius[strip])
        for first in range(0, blocks[0], BLOCK):
            self._summarise(slice(first, min(first + BLOCK, blocks[0])))

    def _fill(self, strip: tuple[slice, slice], allowed: Bool, radius: Pixels | None) -> None:
        rows, cols = strip
        at = (
            slice(rows.start - self._row0, rows.stop - self._row0),
            slice(cols.start - self._col0, cols.stop - self._col0),
        )
        if radius is None:
            self._level[at] = allowed
            return
        r2 = self._r2[at]
        np.copyto(r2, np.minimum(radius, self._largest), where=allowed, casting="same_kind")
        np.square(r2, out=r2)
        self._level[at] = r2.view(np.uint32) >> np.uint32(LEVEL_SHIFT)

    def _summarise(self, blocks: slice) -> None:
        level = self._level[blocks.start * BLOCK : blocks.stop * BLOCK]
        # Minus one wraps level 0 round to the top, so that the minimum ignores it.
        self._lowest[blocks] = _by_block(level - level.dtype.type(1), np.minimum)
        self._highest[blocks] = _by_block(level, np.maximum)
        self._floor[blocks] = _by_block(level, np.minimum)
        self._lowest[blocks] += level.dtype.type(1) * (self._highest[blocks] > 0)

    def expected_dots(self) -> float:
        """Return how many dots a saturated set has, by the area of each pixel over r^2."""
        if self._one is not None:
            return SATURATED * np.count_nonzero(self._level) / self._one**2
        r2 = self._r2[self._r2 > 0]
        return SATURATED * float(np.sum(1 / r2, dtype=np.float64))

    def most_dots(self) -> float:
        """Return a bound of :meth:`expected_dots` that costs nothing, from blocks of pixels."""
        inside = self._highest > 0
        if self._one is not None:
            return SATURATED * BLOCK**2 * np.count_nonzero(inside) / self._one**2
        r2 = (self._lowest[inside].astype(np.uint32) << np.uint32(LEVEL_SHIFT)).view(np.float32)
        return SATURATED * BLOCK**2 * float(np.sum(1 / r2, dtype=np.float64))

    def bands(self) -> list[Band]:
        """Return the bands that may have dots, largest radii first."""
        if self._one is not None:
            return [Band(self._one / 2**0.5, 1, 1, 0)]
        inside = self._highest > 0
        first, last = int(self._lowest[inside].min()) >> 3, int(self._highest.max()) >> 3
        # r^2 of exponent e is in [2^(e - 127), 2^(e - 126)), and side^2 = half of the smallest.
        return [Band(2.0 ** ((e - 128) / 2), e * 8, e * 8 + 7, e) for e in range(last, first - 1, -1)]

    def extent(self, band: Band) -> tuple[slice, slice]:
        """Return the absolute rows and columns of cells around a band; empty when there is none."""
        inside = (self._lowest <= band.high) & (self._highest >= band.low)
        if not inside.any():
            return slice(0, 0), slice(0, 0)
        rows = _cell_span(inside.any(axis=1), self._row0, band.side)
        return rows, _cell_span(inside.any(axis=0), self._col0, band.side)

    def cells(self, band: Band) -> BandCells:
        """Find the cells of a band."""
        rows, cols = self.extent(band)
        # Block edges are at most one block apart in this sampling, so no block of a cell is missed.
        per_cell = max(1, int(np.ceil(band.side / BLOCK)))
        at = self._blocks(rows, per_cell, band.side, 0), self._blocks(cols, per_cell, band.side, 1)
        some = _by_cell((self._lowest <= band.high) & (self._highest >= band.low), at, per_cell, np.logical_or)
        whole = (self._floor >= band.low) & (self._highest <= band.high)
        full = _by_cell(whole, at, per_cell, np.logical_and)
        if band.one_radius:
            return BandCells(rows.start, cols.start, some, full, np.zeros(some.shape, np.uint8))
        above = np.maximum(self._lowest, band.low) - self._lowest.dtype.type(band.low)
        radius_class = _by_cell(np.minimum(above, 7).astype(np.uint8), at, per_cell, np.minimum)
        return BandCells(rows.start, cols.start, some, full, radius_class)

    def _blocks(self, cells: slice, per_cell: int, side: float, axis: int) -> Int:
        edge = (cells.start + np.arange((cells.stop - cells.start) * per_cell + 1) / per_cell) * side
        return self._pixel(edge, axis) // BLOCK

    def squares(self, band: Band, iy: Int, ix: Int) -> U64:
        """Find the squares (1/8 cell) that any pixel of the band touches.

        Parameters
        ----------
        band : Band
            The band.
        iy, ix : ndarray of int, shape (n,)
            Absolute cells.

        Returns
        -------
        ndarray of uint64, shape (n,)
            One bit per square.
        """
        # Few cells near a border are cut by it: look at whole cells before looking at squares.
        some, every = (part[0] for part in self._parts(band, iy, ix, 1))
        out = np.where(some, ~np.uint64(0), np.uint64(0))
        cut = np.flatnonzero(some & ~every)
        touched, _ = self._parts(band, iy[cut], ix[cut], 8)
        rows = np.packbits(touched.reshape(8, 8, -1), axis=1, bitorder="little")
        out[cut] = np.ascontiguousarray(rows[:, 0].T).view("<u8").ravel()
        return out

    def _parts(self, band: Band, iy: Int, ix: Int, parts: int) -> tuple[Bool, Bool]:
        """Cut cells in parts x parts and compare the pixels that these touch with a band.

        Returns
        -------
        some, every : ndarray of bool, shape (parts * parts, n)
            Whether any pixel of a part, or every one, is in the band.  Large parts are compared by blocks of pixels:
            then `some` may be True, and `every` False, without need.
        """
        pitch = 1 if band.side <= 2 * BLOCK * parts else BLOCK
        # Samples at most one pitch apart, on both edges of every part: nothing is missed.
        per_part = max(1, int(np.ceil(band.side / parts / pitch)))
        step = np.arange(parts * per_part + 1)[:, None] / (parts * per_part)
        some, every = np.empty((2, parts * parts, iy.size), np.bool_)
        at_once = max(1, _SAMPLES // step.size**2)
        for first in range(0, iy.size, at_once):
            cells = slice(first, first + at_once)
            rows = self._pixel((iy[cells] + step) * band.side, 0) // pitch
            cols = self._pixel((ix[cells] + step) * band.side, 1) // pitch
            touched, within = self._compare(band, rows, cols, pitch)
            some[:, cells] = _by_part(touched, parts, per_part, np.logical_or)
            every[:, cells] = _by_part(within, parts, per_part, np.logical_and)
        return some, every

    def _compare(self, band: Band, rows: Int, cols: Int, pitch: int) -> tuple[Bool, Bool]:
        """Say of pixels or blocks (all rows with all columns) whether some or all of each is in a band."""
        floor, lowest, highest = (self._level,) * 3 if pitch == 1 else (self._floor, self._lowest, self._highest)
        at = rows[:, None] * lowest.shape[1] + cols
        low = lowest.ravel().take(at)
        if pitch == 1:
            touched = (low >= band.low) & (low <= band.high)
            return touched, touched
        high = highest.ravel().take(at)
        within = (high <= band.high) & (floor.ravel().take(at) >= band.low)
        return (low <= band.high) & (high >= band.low), within

    def _pixel(self, position: F64, axis: int) -> Int:
        index = position.astype(np.intp)
        index -= self._col0 if axis else self._row0
        return np.clip(index, 0, self._level.shape[axis] - 1, out=index)

    def r2(self, band: Band, y: F64, x: F64) -> F32:
        """Return the squared radius at positions, in cells^2 of the band; 0 where it has no dots.

        Parameters
        ----------
        band : Band
            The band.
        y, x : ndarray of float64, shape (n,)
            Positions, px.

        Returns
        -------
        ndarray of float32, shape (n,)
            0, or 2 <= r2 < 4 (exactly 2 for one radius).
        """
        at = self._pixel(y, 0)
        at *= self._level.shape[1]
        at += self._pixel(x, 1)
        if self._one is not None:
            return self._level.ravel().take(at) * np.float32(2)
        r2 = self._r2.ravel().take(at)
        # side^2 is a power of two, so this is exact.
        r2 *= np.float32(1 / band.side**2)
        r2 *= (r2 >= 2) & (r2 < 4)
        return r2


def _span(present: NDArray[Any] | np.bool_) -> slice:
    where = np.flatnonzero(present)
    return slice(int(where[0]), int(where[-1]) + 1)


def _by_block(values: Pixels, reduce: np.ufunc) -> Pixels:
    by_rows = reduce.reduce(values.reshape(-1, BLOCK, values.shape[1]), axis=1)
    # Reducing along rows of a transposed copy is several times faster than along short inner axes.
    turned = np.ascontiguousarray(by_rows.T).reshape(-1, BLOCK, by_rows.shape[0])
    return np.asarray(reduce.reduce(turned, axis=1).T)


def _by_cell(blocks: Pixels, edges: tuple[Int, Int], per_cell: int, reduce: np.ufunc) -> Pixels:
    """Reduce the blocks at the edges (rows, columns) of parts of cells to the cells."""
    # rows first: they are copied whole
    values = blocks
    for axis, edge in enumerate(edges):
        values = reduce(values.take(edge[:-1], axis=axis), values.take(edge[1:], axis=axis))
    if per_cell > 1:
        ny, nx = values.shape[0] // per_cell, values.shape[1] // per_cell
        values = reduce.reduce(values.reshape(ny, per_cell, nx, per_cell), axis=(1, 3))
    return np.asarray(values)


def _by_part(samples: Bool, parts: int, per_part: int, reduce: np.ufunc) -> Bool:
    """Reduce samples (rows, columns, cells) on the edges of parts to (parts * parts, cells)."""
    values = reduce(samples[:-1], samples[1:])
    values = reduce(values[:, :-1], values[:, 1:])
    if per_part > 1:
        values = reduce.reduce(values.reshape(parts, per_part, parts, per_part, -1), axis=(1, 3))
    return np.asarray(values.reshape(parts * parts, -1))


def _cell_span(present: NDArray[Any] | np.bool_, origin: int, side: float) -> slice:
    blocks = _span(present)
    first, last = origin + blocks.start * BLOCK, origin + blocks.stop * BLOCK
    return slice(int(max(first, 0) / side), int(np.ceil(last / side)))
