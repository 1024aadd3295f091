"""Samples of the photo's light round the treated area, about 0.35 mm apart, and what is known on cells at them.

Numbers: estimates, and choices of how finely the photo is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.ndimage import gaussian_filter

from smpsim.arrays import F32, F64, U8, Bool, Int
from smpsim.colour import ColourSpace
from smpsim.scalp.cells import Cells, shade
from smpsim.scalp.grid import Grid, between, block_means, neighbours
from smpsim.scalp.mask import Area

# samples per mm, at least, where the photo has as many; no more samples than this in all
_SAMPLES_PER_MM, _SAMPLES = 2.5, 210_000
_SMOOTH_MM = 0.2
#: about the side of a cell
CELL_MM = 2.0
# the map reaches this far beyond the area: dots darken the skin round it
_MARGIN_MM = 4.0
_CLIPPED = 254
# share of hair from which a sample is none of skin
_HAIR = 0.5
#: light of what is black
DARK = np.float32(1e-5)


@dataclass(frozen=True, eq=False)
class Samples:
    """Samples of a photo.

    Attributes
    ----------
    light : ndarray (3, h, w), linear, above 0
        Light.
    skin : ndarray (h, w) of bool
        Skin to measure.
    clipped : ndarray (h, w) or (1, 1)
        How far they are clipped, 0 to 1.
    corner : (int, int), px
        Row and column of the photo where they begin.
    stride : int, px
        Distance of the samples.
    px_per_mm : float
        Scale of the photo.
    """

    light: F32
    skin: Bool
    clipped: F32
    corner: tuple[int, int]
    stride: int
    px_per_mm: float

    @property
    def step_mm(self) -> float:
        """Distance of the samples."""
        return self.stride / self.px_per_mm

    @property
    def begin(self) -> tuple[float, float]:
        """Row and column, px, at which the square round the first sample begins: half a stride before its centre."""
        row, column = (corner + 0.5 - self.stride / 2 for corner in self.corner)
        return row, column

    @property
    def n_cell(self) -> int:
        """Samples along a cell; even."""
        return 2 * max(round(CELL_MM / self.step_mm / 2), 1)

    @cached_property
    def weight(self) -> F32:
        """Share of skin in each cell."""
        return block_means(self.skin.astype(np.float32), self.n_cell)

    @cached_property
    def cells(self) -> Cells:
        """Mean light of cells."""
        return self.cells_of(self.light)

    def cells_of(self, light: F32) -> Cells:
        """Mean of some light at the samples, where there is skin."""
        mean = np.stack([self.means(channel) for channel in light], -1)
        return Cells(np.maximum(mean, 1e-5), self.weight.astype(np.float64), self.step_mm * self.n_cell)

    def means(self, a: F32) -> F64:
        """Means over the skin of each cell; 0 where there is none."""
        total = block_means(a * self.skin, self.n_cell)
        return np.asarray(total / np.maximum(self.weight, np.float32(1e-6)), np.float64)

    @cached_property
    def dark(self) -> F32:
        """How far each sample is in the shade, 0..1."""
        return shade(brightness(self.light), self.cells.lit)

    def spread(self, values: F64, every: int = 1) -> F32:
        """Interpolate values (h, w, k) on cells to every first, second ... sample: (k, H, W); may be read-only."""
        planes = np.ascontiguousarray(np.moveaxis(values, -1, 0), np.float32)
        h, w = (-(-n // every) for n in self.skin.shape)
        if (planes == planes[:, :1, :1]).all():
            return np.broadcast_to(planes[:, :1, :1], (len(planes), h, w))
        return between(planes, self._between(h, every, planes.shape[1]), self._between(w, every, planes.shape[2]))

    def _between(self, n: int, every: int, n_cells: int) -> tuple[Int, Int, F32]:
        return neighbours(slice(0, n), every / self.n_cell, (every - 1) / (2 * self.n_cell), n_cells)

    def on_grid(self, grid: Grid) -> F32:
        """Values of a grid at the samples, (h, w) or (1, 1)."""
        row, column = (
            first - begin / self.px_per_mm / grid.step_mm
            for first, begin in zip((grid.row, grid.column), self.begin, strict=True)
        )
        h, w = self.skin.shape
        return Grid(grid.step_mm, row, column, grid.values).on_pixels(slice(0, h), slice(0, w), 1 / self.step_mm)

    def grid(self, values: F32) -> Grid:
        """Values (h, w) at the samples as a grid."""
        row, column = (begin / self.stride for begin in self.begin)
        return Grid(self.step_mm, row, column, values.astype(np.float64))


def sample(pixels: U8, space: ColourSpace, area: Area, hair: Grid | None = None) -> Samples:
    """Take samples of a photo round the treated area; arguments as for :func:`smpsim.scalp.light.measure_light`."""
    rows, columns = _surroundings(area)
    stride = _stride(rows, columns, area.px_per_mm)
    some = slice(rows.start, rows.stop, stride), slice(columns.start, columns.stop, stride)
    taken = np.ascontiguousarray(np.moveaxis(pixels[some], -1, 0))
    clipped = taken.max(0) >= _CLIPPED
    inside = area.treated(*some) > 0.5
    skin = inside & ~clipped
    if hair is not None and hair.values.any():
        y, x = ((np.arange(s.start, s.stop, stride) + 0.5) / area.px_per_mm for s in (rows, columns))
        skin &= hair.at(*np.broadcast_arrays(x, y[:, None])) < _HAIR
    if not skin.any():
        skin = inside if inside.any() else np.ones(inside.shape, np.bool_)
    sigma, light = _SMOOTH_MM * area.px_per_mm / stride, np.empty(taken.shape, np.float32)
    for channel in range(3):
        gaussian_filter(space.decode_channel(taken[channel], channel), sigma, output=light[channel], truncate=3)
    np.maximum(light, DARK, out=light)
    far = (
        gaussian_filter(clipped.astype(np.float32), sigma, truncate=3)
        if clipped.any()
        else np.zeros((1, 1), np.float32)
    )
    return Samples(light, skin, far, (rows.start, columns.start), stride, area.px_per_mm)


def brightness(light: F32) -> F32:
    """Mean of three channels (3, h, w)."""
    return np.asarray((light[0] + light[1] + light[2]) / np.float32(3))


def _stride(rows: slice, columns: slice, px_per_mm: float) -> int:
    """Pixels from sample to sample."""
    n = (rows.stop - rows.start) * (columns.stop - columns.start)
    return max(int(px_per_mm / _SAMPLES_PER_MM), int(np.ceil((n / _SAMPLES) ** 0.5)), 1)


def _surroundings(area: Area) -> tuple[slice, slice]:
    """Rows and columns of the treated area and a margin round it."""
    assert area.box is not None
    margin = int(np.ceil(_MARGIN_MM * area.px_per_mm))
    rows, columns = (
        slice(max(side.start - margin, 0), min(side.stop + margin, n))
        for side, n in zip(area.box, area.coverage.shape, strict=True)
    )
    return rows, columns
