"""Dots become a map of transmittance.

The optical depths of dots add, so ``T = exp(-sum X)``, and a pixel sees the mean of T over itself.  The picture is cut
into tiles at fixed places; each tile is computed on a fine lattice of ``2^k`` samples per pixel and side, about 16 per
mm, and averaged.  A tile depends on nothing but the dots near it: a window shows the same bytes as the whole.

Every Gaussian is sampled on the level of a pyramid on which its standard deviation is 1 to 2 samples, so all cost the
same, sharp or blurred.  Coarser levels are brought down by quadratic B-splines.  That widens them by a known variance,
``(1 - 4^-L) / 3`` samples squared from level L, which is taken off before; what is left of the coarse lattice is less
than 1 % of the Gaussian's peak.

Levels at or above the pixel are smooth over it: there ``mean(T) = mean(exp(-X_fine)) exp(-X_smooth)``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from smpsim.arrays import F32, F64, Int
from smpsim.raster.options import RenderOptions

# samples per side of a tile, and the coarsest level (8 samples a tile)
_TILE = 512
_COARSEST = 6
# samples that B-splines need beyond the tile
_PAD = 2
# smallest variance on the finest level, samples squared: narrower Gaussians would slip between the samples
_NARROWEST = 0.25
# optical depth that stands for none: its logarithm is finite
_NO_PEAK = 1e-12
# reaches are smaller than this, in samples
_REACHES = 64
# stamps drawn at a time: their samples stay in the cache
_CHUNK = 256


@dataclass(frozen=True, eq=False)
class Blobs:
    """Gaussians of optical depth, several per dot.

    Attributes
    ----------
    x_mm, y_mm : ndarray (N,), mm
        Centres in the picture plane.
    weights_mm2 : ndarray (N, C, K), mm2
        Integral of X over the picture plane, per channel and Gaussian.
    covariances_mm2 : ndarray (N, C, K, 2, 2), mm2
        Covariance of x and y.
    """

    x_mm: F64
    y_mm: F64
    weights_mm2: F64
    covariances_mm2: F64


@dataclass(frozen=True, eq=False)
class _Stamps:
    """Gaussians of one level and reach, in samples of that level, sorted by row."""

    level: int
    reach: int
    x: F64
    y: F64
    # X = exp(a dx^2 + b dx dy + c dy^2 + log_peak), per channel: (C, n); upright when all b are 0
    a: F32
    b: F32
    c: F32
    log_peak: F32
    upright: bool


@dataclass(frozen=True)
class Tile:
    """A piece of the picture.

    Attributes
    ----------
    rows, columns : slice
        Pixels of the picture, cut at its border.
    row, column : int
        Indices of the tile.
    """

    rows: slice
    columns: slice
    row: int
    column: int


class Splatter:
    """Transmittance of dots, tile by tile.

    Parameters
    ----------
    blobs : Blobs
        What the dots take from the light.
    shape : (int, int)
        Height and width of the picture, px.
    px_per_mm : float
        Its scale.
    options : RenderOptions
        Accuracy.
    """

    def __init__(self, blobs: Blobs, shape: tuple[int, int], px_per_mm: float, options: RenderOptions) -> None:
        self.shape = shape
        self._pixel_level = _pixel_level(px_per_mm, options.samples_per_mm)
        self._levels: dict[int, list[_Stamps]] = {}
        for stamps in _stamps(blobs, px_per_mm * 2**self._pixel_level, options.reach_sigmas):
            self._levels.setdefault(stamps.level, []).append(stamps)
        self._channels = blobs.weights_mm2.shape[1]
        self.tile_px = _TILE >> self._pixel_level

    def tiles(self, rows: slice, columns: slice) -> Iterator[Tile]:
        """Tiles that meet some rows and columns of the picture, row by row."""
        size = self.tile_px
        for i in range(rows.start // size, -(-rows.stop // size)):
            for j in range(columns.start // size, -(-columns.stop // size)):
                down = slice(i * size, min((i + 1) * size, self.shape[0]))
                across = slice(j * size, min((j + 1) * size, self.shape[1]))
                yield Tile(down, across, i, j)

    def transmittance(self, tile: Tile) -> F32 | None:
        """Mean transmittance of each pixel of a tile.

        Parameters
        ----------
        tile : Tile
            One of :meth:`tiles`.

        Returns
        -------
        ndarray (C, h, w) float32, or None
            0 to 1; None where no dot reaches, so that it is 1 everywhere.
        """
        pyramid = {level: samples for level in self._levels if (samples := self._level(level, tile)) is not None}
        if not pyramid:
            return None
        at_pixel = self._pixel_level
        t = np.exp(-_inner(_descend(pyramid, range(_COARSEST, at_pixel - 1, -1), self._channels)))
        fine = {level: samples for level, samples in pyramid.items() if level < at_pixel}
        if fine:
            t_fine = np.exp(-_inner(_descend(fine, range(max(fine), -1, -1), self._channels)))
            t *= _block_mean(t_fine, at_pixel)
        h, w = tile.rows.stop - tile.rows.start, tile.columns.stop - tile.columns.start
        return t[:, :h, :w]

    def _level(self, level: int, tile: Tile) -> F32 | None:
        """Optical depth of one level over a tile and its padding, (C, n + 2 pad, n + 2 pad); None where it is 0."""
        groups = self._levels[level]
        n = _TILE >> level
        # Stamps may stick out of the wanted samples by their whole width: they are added to a larger array.
        border = _PAD + 2 * max(stamps.reach for stamps in groups)
        samples: F32 | None = None
        for stamps in groups:
            near = _near(stamps, tile, n)
            if len(near) and samples is None:
                samples = np.zeros((self._channels, n + 2 * border, n + 2 * border), np.float32)
            for start in range(0, len(near), _CHUNK):
                assert samples is not None
                _add(stamps, near[start : start + _CHUNK], (tile.row * n - border, tile.column * n - border), samples)
        wanted = slice(border - _PAD, border + n + _PAD)
        return None if samples is None else samples[:, wanted, wanted]


def _near(stamps: _Stamps, tile: Tile, n: int) -> Int:
    """Find the stamps that reach a tile of n samples a side."""
    margin = stamps.reach + _PAD
    first, last = np.searchsorted(stamps.y, (tile.row * n - margin, (tile.row + 1) * n + margin))
    x = stamps.x[first:last] - tile.column * n
    return np.asarray(first + np.flatnonzero((x >= -margin) & (x < n + margin)))


def _add(stamps: _Stamps, which: Int, origin: tuple[int, int], samples: F32) -> None:
    """Add some stamps to samples (C, h, w) whose first one lies at the origin (row, column).

    The last axis of all arrays runs over the stamps: it is long, and so the loops inside numpy are.
    """
    x, y = stamps.x[which] - origin[1], stamps.y[which] - origin[0]
    column, row = np.floor(x).astype(np.intp), np.floor(y).astype(np.intp)
    k = np.arange(-stamps.reach, stamps.reach + 1)
    dx = (k[:, None] + (column + 0.5 - x)).astype(np.float32)
    dy = (k[:, None] + (row + 0.5 - y)).astype(np.float32)
    width = samples.shape[2]
    index = ((k[:, None] * width + k)[:, :, None] + (row * width + column)).ravel()
    for channel, flat in enumerate(samples.reshape(len(samples), -1)):
        a, b, c, log_peak = (v[channel, which] for v in (stamps.a, stamps.b, stamps.c, stamps.log_peak))
        along_x, along_y = a * dx * dx + log_peak, c * dy * dy
        if stamps.upright:
            value = np.exp(along_y)[:, None, :] * np.exp(along_x)
        else:
            value = dy[:, None, :] * (b * dx)
            value += along_x
            value += along_y[:, None, :]
            np.exp(value, out=value)
        np.add.at(flat, index, value.ravel())


def _pixel_level(px_per_mm: float, samples_per_mm: float) -> int:
    """Level of the pyramid on which a sample is a pixel: 2^level samples per pixel come nearest to those wanted."""
    return int(np.clip(round(np.log2(samples_per_mm / px_per_mm)), 0, _COARSEST))


def _stamps(blobs: Blobs, samples_per_mm: float, reach_sigmas: float) -> Iterator[_Stamps]:
    """Sort the Gaussians by level and reach."""
    for k in range(blobs.weights_mm2.shape[2]):
        cov = blobs.covariances_mm2[:, :, k] * samples_per_mm**2
        xx, xy, yy = cov[..., 0, 0], cov[..., 0, 1], cov[..., 1, 1]
        spread = np.hypot((xx - yy) / 2, xy)
        narrow, wide = np.sqrt((xx + yy) / 2 - spread).min(1), np.sqrt((xx + yy) / 2 + spread).max(1)
        level = np.clip(np.floor(np.log2(np.maximum(narrow, 1))), 0, _COARSEST).astype(np.intp)
        reach = np.ceil(reach_sigmas * np.maximum(wide / 2.0**level, 0.5)).astype(np.intp)
        group = level * _REACHES + np.minimum(reach, _REACHES - 1)
        for code in np.unique(group):
            of_group = np.flatnonzero(group == code)
            rows = of_group[np.argsort(blobs.y_mm[of_group], kind="stable")]
            yield _group(blobs, rows, k, cov[rows], samples_per_mm, *divmod(int(code), _REACHES))


def _group(blobs: Blobs, rows: Int, k: int, cov: F64, samples_per_mm: float, level: int, reach: int) -> _Stamps:
    per_mm = samples_per_mm / 2**level
    widened = (1 - 4.0**-level) / 3
    xx, yy = (np.maximum(cov[..., i, i] / 4**level - widened, _NARROWEST) for i in (0, 1))
    xy = cov[..., 0, 1] / 4**level
    determinant = np.maximum(xx * yy - xy**2, _NARROWEST**2)
    peak = blobs.weights_mm2[rows, :, k] * per_mm**2 / (2 * np.pi * np.sqrt(determinant))
    a, b, c = -yy / (2 * determinant), xy / determinant, -xx / (2 * determinant)
    log_peak = np.log(np.maximum(peak, _NO_PEAK))
    x, y = blobs.x_mm[rows] * per_mm, blobs.y_mm[rows] * per_mm
    a, b, c, log_peak = (np.ascontiguousarray(v.T, np.float32) for v in (a, b, c, log_peak))
    return _Stamps(level, reach, x, y, a, b, c, log_peak, upright=not xy.any())


def _descend(pyramid: dict[int, F32], levels: range, channels: int) -> F32:
    """Sum levels from coarse to fine on the lattice of the last one."""
    total: F32 | None = None
    for level in levels:
        if total is not None:
            total = _refined(total)
        if level in pyramid:
            total = pyramid[level] if total is None else total + pyramid[level]
    if total is None:
        n = (_TILE >> levels[-1]) + 2 * _PAD
        return np.zeros((channels, n, n), np.float32)
    return total


def _refined(coarse: F32) -> F32:
    """Sample a quadratic B-spline twice as finely, both arrays with two samples more on each side."""
    return _refined_rows(_refined_rows(coarse).swapaxes(1, 2)).swapaxes(1, 2)


def _refined_rows(coarse: F32) -> F32:
    outer, middle, inner = np.float32(9 / 32), np.float32(22 / 32), np.float32(1 / 32)
    n = coarse.shape[1] - 2 * _PAD
    fine = np.empty((coarse.shape[0], 2 * n + 2 * _PAD, coarse.shape[2]), np.float32)
    before, here, after = coarse[:, :-2], coarse[:, 1:-1] * middle, coarse[:, 2:]
    np.add(here, before * outer, out=fine[:, 0::2])
    fine[:, 0::2] += after * inner
    np.add(here, after * outer, out=fine[:, 1::2])
    fine[:, 1::2] += before * inner
    return fine


def _inner(padded: F32) -> F32:
    return padded[:, _PAD:-_PAD, _PAD:-_PAD]


def _block_mean(fine: F32, level: int) -> F32:
    """Mean of blocks of 2^level samples a side."""
    for _ in range(level):
        fine = fine[:, ::2] + fine[:, 1::2]
        fine = fine[:, :, ::2] + fine[:, :, 1::2]
    return fine * np.float32(0.25**level)
