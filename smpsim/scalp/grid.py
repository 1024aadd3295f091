"""A coarse grid in millimetres, the same at every resolution of the photo.

Numbers: choices between time and accuracy, where no comment derives them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.ndimage import gaussian_filter

from smpsim.arrays import F32, F64, Bool, Int

#: a Gaussian goes from 5 to 95 % of a step over this many of its standard deviations: derived
STEP_IN_SIGMAS = 3.29
# blocks in the standard deviation of a wide mean, at least
_BLOCKS_PER_SIGMA = 1.7
# a blur by less than this, in steps, may be left out where the mean may be rough
_NO_BLUR = 0.4
# less than this share of a cell is left by rounding
_SLIVER = 1e-9


@dataclass(frozen=True, eq=False)
class Grid:
    """Values at the centres of square cells; cell (i, j) covers [j, j + 1) x [i, i + 1) times the step.

    Attributes
    ----------
    step_mm : float
        Side of a cell.
    row, column : float
        Indices of the first cell of the array, counted from the origin of the picture.
    values : ndarray (h, w)
        One value per cell.
    """

    step_mm: float
    row: float
    column: float
    values: F64

    def at(self, x_mm: F64, y_mm: F64) -> F64:
        """Interpolate bilinearly; outside, the nearest value of the border counts.

        Parameters
        ----------
        x_mm, y_mm : ndarray, any shape, mm
            Positions.
        """
        h, w = self.values.shape
        u = np.clip(x_mm / self.step_mm - 0.5 - self.column, 0, w - 1)
        v = np.clip(y_mm / self.step_mm - 0.5 - self.row, 0, h - 1)
        j, i = (np.minimum(p.astype(np.intp), max(n - 2, 0)) for p, n in ((u, w), (v, h)))
        fu, fv = u - j, v - i
        # steps to the next column and row in the flat array: none where there is only one
        right, below, first, f = min(w - 1, 1), w * min(h - 1, 1), i * w + j, self.values.ravel()
        above = f.take(first) * (1 - fu) + f.take(first + right) * fu
        first += below
        return np.asarray(above * (1 - fv) + (f.take(first) * (1 - fu) + f.take(first + right) * fu) * fv)

    def on_pixels(self, rows: slice, columns: slice, px_per_mm: float) -> F32:
        """Interpolate bilinearly at the centres of pixels.

        Parameters
        ----------
        rows, columns : slice
            Pixels of a picture.
        px_per_mm : float
            Its scale.

        Returns
        -------
        ndarray (h, w) float32, or (1, 1)
            One value where all cells round the pixels have the same.
        """
        h, w = self.values.shape
        cells_per_px = 1 / (px_per_mm * self.step_mm)
        above, below, down = neighbours(rows, cells_per_px, self.row, h)
        left, right, across = neighbours(columns, cells_per_px, self.column, w)
        cells = self.values[above[0] : below[-1] + 1, left[0] : right[-1] + 1].astype(np.float32)
        if cells.min() == cells.max():
            return cells[:1, :1]
        above, below, left, right = above - above[0], below - above[0], left - left[0], right - left[0]
        return between(cells, (above, below, down), (left, right, across))


def between(values: F32, rows: tuple[Int, Int, F32], columns: tuple[Int, Int, F32]) -> F32:
    """Interpolate values (..., h, w) between rows and columns, as :func:`neighbours` gives them."""
    (above, below, down), (left, right, across) = rows, columns
    # Columns first, on few rows: whole rows are copied faster than single values.  take() leaves the values as they
    # lie in memory, unlike an array of indices in brackets.
    wide = values.take(left, axis=-1)
    wide += (values.take(right, axis=-1) - wide) * across
    result: F32 = wide.take(above, axis=-2)
    change = wide.take(below, axis=-2)
    change -= result
    change *= down[:, None]
    result += change
    return result


def neighbours(pixels: slice, cells_per_px: float, first: float, n_cells: int) -> tuple[Int, Int, F32]:
    """Cells before and after the centre of each pixel, and the share of the second one."""
    position = np.clip((np.arange(pixels.start, pixels.stop) + 0.5) * cells_per_px - 0.5 - first, 0, n_cells - 1)
    before = position.astype(np.intp)
    return before, np.minimum(before + 1, n_cells - 1), (position - before).astype(np.float32)


def cells_over(n_px: float, cell_px: float) -> int:
    """Return how many cells of some length hold pixels 0 to `n_px`; a sliver left by rounding is no cell."""
    return max(math.ceil(n_px / cell_px - _SLIVER), 1)


@lru_cache(maxsize=32)
def averaging_weights(n_px: int, cell_px: float, first: int, n_cells: int) -> sparse.csr_array:
    """Weights that average pixels over cells, by the length of their overlap.

    Parameters
    ----------
    n_px : int
        Number of pixels along the axis; pixel k covers [k, k + 1).
    cell_px : float
        Length of a cell in pixels; cell c covers [c, c + 1) times this.
    first, n_cells : int
        The cells wanted; each must meet a pixel.

    Returns
    -------
    csr_array (n_cells, n_px)
        Rows sum to 1: what lies outside the picture does not count.
    """
    edges = np.arange(first, first + n_cells + 1) * cell_px
    start, stop = max(edges[0], 0.0), min(edges[-1], float(n_px))
    cuts = np.unique(np.concatenate([np.arange(np.floor(start), np.ceil(stop) + 1), edges]).clip(start, stop))
    middle, length = (cuts[1:] + cuts[:-1]) / 2, np.diff(cuts)
    cells = np.searchsorted(edges, middle) - 1
    # the middle of a sliver at the very end, left by rounding, may be the end itself
    pixels = np.minimum(middle.astype(np.intp), n_px - 1)
    weights = sparse.csr_array((length, (cells, pixels)), shape=(n_cells, n_px))
    return sparse.csr_array(sparse.diags_array(1 / weights.sum(1)) @ weights)


def average_over_cells(picture: F32, cell_px: float, rows: range, columns: range) -> F64:
    """Average a picture over square cells.

    Parameters
    ----------
    picture : ndarray (H, W)
        Pixel values.
    cell_px : float
        Side of a cell in pixels.
    rows, columns : range
        The cells wanted.

    Returns
    -------
    ndarray (len(rows), len(columns))
        Means over the part of each cell that lies in the picture.
    """
    h, w = picture.shape
    top, left = int(rows.start * cell_px), int(columns.start * cell_px)
    bottom, right = min(int(np.ceil(rows.stop * cell_px)), h), min(int(np.ceil(columns.stop * cell_px)), w)
    down = averaging_weights(h, cell_px, rows.start, len(rows))[:, top:bottom].astype(picture.dtype)
    across = averaging_weights(w, cell_px, columns.start, len(columns))[:, left:right].astype(picture.dtype)
    return np.asarray((across @ (down @ picture[top:bottom, left:right]).T).T, np.float64)


def block_means(a: F32, n: int) -> F32:
    """Means over blocks of n x n, the last ones filled up with zeros."""
    h, w = a.shape
    wide = np.zeros((-(-h // n) * n, -(-w // n) * n), np.float32)
    wide[:h, :w] = a
    down = np.add.reduce(wide.reshape(-1, n, wide.shape[1]), axis=1)
    total: F32 = down[:, ::n].copy()
    for k in range(1, n):
        total += down[:, k::n]
    total /= np.float32(n * n)
    return total


def wide_means(a: F32, sigma: float, *, mirrored: bool = False, truncate: float = 2.0, coarse: bool = False) -> F32:
    """Gaussian means, by way of means over blocks where those are smooth enough.

    Parameters
    ----------
    a : ndarray (h, w) float32
        Values.
    sigma : float
        Standard deviation, in steps of the values.
    mirrored : bool
        Whether the values go on beyond their border as in a mirror; else as they end.
    truncate : float
        Standard deviations at which the Gaussian ends.
    coarse : bool
        Whether blocks may be as wide as the standard deviation: quick, and good enough for a glance.

    Returns
    -------
    ndarray (h, w) float32
        Means.
    """
    n, (h, w) = max(math.ceil(sigma) if coarse else int(sigma / _BLOCKS_PER_SIGMA), 1), a.shape
    mode = "reflect" if mirrored else "nearest"
    if n == 1:
        return np.asarray(gaussian_filter(a, sigma, mode=mode, truncate=truncate))
    # blocks seldom end with the values: what is mirrored must be the values, not the last block
    more = n * int(np.ceil(truncate * sigma / n)) if mirrored else 0
    ends = (0, more + -h % n), (0, more + -w % n)
    blocks = block_means(np.pad(a, ends, mode="symmetric" if mirrored else "edge"), n)
    # blocks have a variance of (n^2 - 1) / 12, and interpolation adds n^2 / 6 on average
    narrower = (sigma * sigma - (3 * n * n - 1) / 12) ** 0.5
    if not coarse or narrower > _NO_BLUR * n:
        blocks = gaussian_filter(blocks, narrower / n, mode=mode, truncate=truncate)
    smooth = blocks.astype(np.float64)
    return np.broadcast_to(Grid(float(n), 0, 0, smooth).on_pixels(slice(0, h), slice(0, w), 1.0), (h, w))


def looked_up(cells: F32 | F64 | Bool, i: Int, j: Int, outside: float = 0.0) -> F64:
    """Values of cells at rows `i` and columns `j`, as numbers; `outside` where there are none."""
    h, w = cells.shape
    inside = (i >= 0) & (i < h) & (j >= 0) & (j < w)
    return np.where(inside, cells[i.clip(0, h - 1), j.clip(0, w - 1)], outside).astype(np.float64, copy=False)


def mostly(mask: NDArray[np.generic]) -> Bool:
    """Pixels that have half of the highest value or more: a speck of next to nothing, painted astray, is none."""
    values = np.asarray(mask)
    return np.asarray((values > 0) & (values >= 0.5 * np.max(values, initial=0)))


def bounding_box(mask: NDArray[np.generic] | Bool) -> tuple[slice, slice] | None:
    """Rows and columns that hold all non-zero values; None when there are none."""
    rows = np.flatnonzero(mask.any(1))
    if not len(rows):
        return None
    columns = np.flatnonzero(mask[rows[0] : rows[-1] + 1].any(0))
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)
