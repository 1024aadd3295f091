"""Dots become a map of transmittance.

The optical depths of dots add, so ``T = exp(-sum X)``, and a pixel sees the mean of T over itself.  The picture is cut
into tiles at fixed places, and a tile depends on nothing but the dots near it: a window shows the same bytes as the
whole.  There are two kinds of Gaussians:

* *Smooth* ones have a standard deviation of a pixel or more: their X at the centre of a pixel is added.  Each is
  sampled on the level of a pyramid on which its standard deviation is 1 to 2 samples, so all cost the same, however
  wide.  Coarser levels are brought down by quadratic B-splines.  That widens them by a known variance,
  ``(1 - 4^-L) / 3`` samples squared from level L, which is taken off before; what is left of the coarse lattice is
  less than 1 % of the Gaussian's peak.
* *Sharp* ones are narrower.  What a pixel loses by one of them, ``c = mean(1 - exp(-X))``, is integrated by
  Gauss-Legendre quadrature over the pixel, and ``-log(1 - c)`` is added.  Those narrower than 1/8 of a pixel are
  widened to that, with as much less depth A as keeps their whole loss, ``2 pi s^2 Ein(A)``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from smpsim.arrays import F32, F64, Int
from smpsim.ink.loss import ein
from smpsim.raster.options import RenderOptions

# pixels per side of a tile, and the coarsest level (6 samples a tile)
TILE_PX = 384
_COARSEST = 6
# samples that B-splines need beyond the tile
_PAD = 2
# Gaussians are at least this wide, px
_NARROWEST_PX = 0.125
# transmittance that stands for none: its logarithm is finite
_OPAQUE = 1e-12
# reaches and numbers of nodes are smaller than this
_MANY = 64
# which elements of a covariance are kept
_XX_XY_YY = (0, 0), (0, 1), (1, 1)
# stamps drawn at a time: their samples stay in the cache
_CHUNK_SAMPLES = 100_000


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
    below : ndarray (N, C), optional
        Share of the skin's light that comes from below each dot: the most that far Gaussians can take
        (:mod:`smpsim.raster.far`); None where they are not limited.
    """

    x_mm: F64
    y_mm: F64
    weights_mm2: F64
    covariances_mm2: F64
    below: F64 | None = None


@dataclass(frozen=True, eq=False)
class _Stamps:
    """Gaussians of one level, reach and kind, in samples of that level, sorted by row.

    ``X = peak exp(a dx^2 + b dx dy + c dy^2)`` per channel, each array being (C, n); upright when all b are 0.
    Sharp ones have nodes along each axis of a pixel, smooth ones none.
    """

    level: int
    reach: int
    nodes: int
    x: F64
    y: F64
    a: F32
    b: F32
    c: F32
    peak: F32
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


def tiles(shape: tuple[int, int], rows: slice, columns: slice) -> Iterator[Tile]:
    """Tiles of a picture (height, width) that meet some of its rows and columns, row by row."""
    for i in range(rows.start // TILE_PX, -(-rows.stop // TILE_PX)):
        for j in range(columns.start // TILE_PX, -(-columns.stop // TILE_PX)):
            down = slice(i * TILE_PX, min((i + 1) * TILE_PX, shape[0]))
            across = slice(j * TILE_PX, min((j + 1) * TILE_PX, shape[1]))
            yield Tile(down, across, i, j)


class Splatter:
    """Transmittance of dots, tile by tile.

    Parameters
    ----------
    blobs : Blobs
        What the dots take from the light.
    px_per_mm : float
        Scale of the picture.
    options : RenderOptions
        Accuracy.
    sharp : bool
        Whether Gaussians narrower than a pixel are optical depths, to be integrated over it; else all are smooth,
        the pixel being part of their covariance, and may be negative.
    """

    def __init__(self, blobs: Blobs, px_per_mm: float, options: RenderOptions, *, sharp: bool = True) -> None:
        self._channels = blobs.weights_mm2.shape[1]
        self._levels: dict[int, list[_Stamps]] = {}
        for stamps in _stamps(blobs, px_per_mm, options, sharp):
            self._levels.setdefault(stamps.level, []).append(stamps)
        # Fresh memory is slow: every level has an array that is used again for each tile.
        self._samples = {level: self._empty(level, groups) for level, groups in self._levels.items()}

    def _empty(self, level: int, groups: list[_Stamps]) -> F32:
        # Stamps may stick out of the wanted samples by their whole width.
        width = (TILE_PX >> level) + 2 * (_PAD + 2 * max(stamps.reach for stamps in groups))
        return np.empty((self._channels, width, width), np.float32)

    def transmittance(self, tile: Tile) -> F32 | None:
        """Mean transmittance of each pixel of a tile.

        Parameters
        ----------
        tile : Tile
            One of :func:`tiles`.

        Returns
        -------
        ndarray (C, h, w) float32, or None
            0 to 1; None where no dot reaches, so that it is 1 everywhere.
        """
        depth = self.depth(tile)
        return None if depth is None else np.exp(-depth)

    def depth(self, tile: Tile) -> F32 | None:
        """Sum of all Gaussians at each pixel of a tile, (C, h, w) float32; None where it is 0.

        Only until the next call: the memory is used again.
        """
        total: F32 | None = None
        for level in range(_COARSEST, -1, -1):
            if total is not None:
                total = _refined(total)
            mine = self._level(level, tile) if level in self._levels else None
            if mine is not None:
                total = mine if total is None else np.add(total, mine, out=total)
        if total is None:
            return None
        h, w = tile.rows.stop - tile.rows.start, tile.columns.stop - tile.columns.start
        return total[:, _PAD : _PAD + h, _PAD : _PAD + w]

    def _level(self, level: int, tile: Tile) -> F32 | None:
        """Optical depth of one level over a tile and its padding, (C, n + 2 pad, n + 2 pad); None where it is 0."""
        n = TILE_PX >> level
        samples = self._samples[level]
        border = (samples.shape[1] - n) // 2
        origin = tile.row * n - border, tile.column * n - border
        empty = True
        for stamps in self._levels[level]:
            near = _near(stamps, tile, n)
            if len(near) and empty:
                samples.fill(0)
                empty = False
            side = (2 * stamps.reach + 1) * max(stamps.nodes, 1)
            chunk = max(_CHUNK_SAMPLES // side**2, 1)
            for start in range(0, len(near), chunk):
                _add(stamps, near[start : start + chunk], origin, samples)
        wanted = slice(border - _PAD, border + n + _PAD)
        return None if empty else samples[:, wanted, wanted]


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
    nodes, weights = _nodes(stamps.nodes)
    at = (k[:, None] + 0.5 + nodes).reshape(-1, 1)
    dx, dy = (at + (column - x)).astype(np.float32), (at + (row - y)).astype(np.float32)
    width = samples.shape[2]
    index = ((k[:, None] * width + k)[:, :, None] + (row * width + column)).ravel()
    for channel, flat in enumerate(samples.reshape(len(samples), -1)):
        a, b, c, peak = (v[channel, which] for v in (stamps.a, stamps.b, stamps.c, stamps.peak))
        along_x, along_y = a * dx * dx, c * dy * dy
        if stamps.upright:
            value = (peak * np.exp(along_y))[:, None, :] * np.exp(along_x)
        else:
            value = dy[:, None, :] * (b * dx)
            value += along_x
            value += along_y[:, None, :]
            np.exp(value, out=value)
            value *= peak
        if stamps.nodes:
            value = _pixel_loss(value, weights)
        np.add.at(flat, index, value.ravel())


@lru_cache
def _nodes(number: int) -> tuple[F64, F32]:
    """Gauss-Legendre nodes and weights on a pixel, -1/2 to 1/2; none stands for its centre."""
    nodes, weights = np.polynomial.legendre.leggauss(max(number, 1))
    return nodes / 2, (weights / 2).astype(np.float32)


def _pixel_loss(x: F32, weights: F32) -> F32:
    """-log(1 - c) of each pixel, c being the mean of 1 - exp(-X) over its nodes; x is (h nodes, w nodes, n)."""
    nodes = len(weights)
    np.negative(x, out=x)
    np.exp(x, out=x)
    blocks = x.reshape(x.shape[0] // nodes, nodes, x.shape[1] // nodes, nodes, -1)
    rows = sum((blocks[:, i] * weights[i] for i in range(1, nodes)), blocks[:, 0] * weights[0])
    mean = sum((rows[:, :, i] * weights[i] for i in range(1, nodes)), rows[:, :, 0] * weights[0])
    kept: F32 = np.log(np.clip(mean, _OPAQUE, 1))  # the weights' sum is 1 but for the last digit
    return -kept


def _stamps(blobs: Blobs, px_per_mm: float, options: RenderOptions, sharp: bool) -> Iterator[_Stamps]:
    """Sort the Gaussians by level, reach and number of nodes; those of a kind by row."""
    by_row = np.argsort(blobs.y_mm, kind="stable")
    x, y = blobs.x_mm * px_per_mm, blobs.y_mm * px_per_mm
    for k in range(blobs.weights_mm2.shape[2]):
        # Dots last, and next to one another: the same numbers as (N, C, 2, 2) take three times as long.
        weights = np.ascontiguousarray(blobs.weights_mm2[:, :, k].T) * px_per_mm**2
        cov = np.stack([blobs.covariances_mm2[:, :, k, i, j].T for i, j in _XX_XY_YY]) * px_per_mm**2
        if sharp:
            weights, cov = _widened(weights, cov)
        group = _kinds(cov, options, sharp)
        order = by_row[np.argsort(group[by_row], kind="stable")]
        codes, first = np.unique(group[order], return_index=True)
        for code, rows in zip(codes.tolist(), np.split(order, first)[1:], strict=True):
            above, n = divmod(code, _MANY)
            kind = (*divmod(above, _MANY), n)
            yield _group(x[rows], y[rows], weights.take(rows, axis=1), cov.take(rows, axis=2), kind)


def _kinds(cov: F64, options: RenderOptions, sharp: bool) -> NDArray[np.int16]:
    """Level, reach and number of nodes of Gaussians with covariances (3, C, N) px2, as one number each."""
    xx, xy, yy = cov
    middle, spread = (xx + yy) / 2, np.hypot((xx - yy) / 2, xy)
    narrow, wide = np.sqrt((middle - spread).min(0)), np.sqrt((middle + spread).max(0))
    level = np.clip(np.floor(np.log2(np.maximum(narrow, 1))), 0, _COARSEST)
    reach = np.maximum(np.rint(options.reach_sigmas * wide / 2.0**level), 1)
    finely = np.maximum(np.ceil(options.nodes_per_sigma / narrow), 2)
    nodes = np.where(sharp & (narrow < 1), finely, 0)
    group = (level * _MANY + np.minimum(reach, _MANY - 1)) * _MANY + np.minimum(nodes, _MANY - 1)
    return np.asarray(group, np.int16)  # few bits sort fast


def _group(x: F64, y: F64, weights: F64, cov: F64, kind: tuple[int, int, int]) -> _Stamps:
    """Make stamps of Gaussians that are given in pixels."""
    level, reach, nodes = kind
    xx, yy = (v / 4**level - (1 - 4.0**-level) / 3 for v in (cov[0], cov[2]))
    xy = cov[1] / 4**level
    determinant = xx * yy - xy**2
    peak = weights / 4**level / (2 * np.pi * np.sqrt(determinant))
    a, b, c = -yy / (2 * determinant), xy / determinant, -xx / (2 * determinant)
    a, b, c, peak = (v.astype(np.float32) for v in (a, b, c, peak))
    return _Stamps(level, reach, nodes, x / 2**level, y / 2**level, a, b, c, peak, upright=not xy.any())


def _widened(weights: F64, cov: F64) -> tuple[F64, F64]:
    """Weights (C, N) and covariances (3, C, N), px2, of optical depth, the narrowest widened at equal loss."""
    area = 2 * np.pi * np.sqrt(cov[0] * cov[2] - cov[1] ** 2)
    grown = np.maximum(_NARROWEST_PX**2 * 2 * np.pi / np.maximum(area, 1e-12), 1)
    if not (grown > 1).any():
        return weights, cov
    depth = weights / area
    wanted = ein(depth) / grown
    less = depth / grown
    for _ in range(4):  # Newton: d Ein / dA = (1 - exp(-A)) / A
        less = np.maximum(less - (ein(less) - wanted) * less / np.maximum(-np.expm1(-less), 1e-12), 0)
    return np.where(grown > 1, less * area * grown, weights), cov * grown


def footprint(covariances: F64) -> F64:
    """Integral of ``exp(-d' C^-1 d / 2)`` for covariances C (..., 2, 2): 2 pi sqrt(det C)."""
    c = covariances
    return np.asarray(2 * np.pi * np.sqrt(c[..., 0, 0] * c[..., 1, 1] - c[..., 0, 1] ** 2))


def _refined(coarse: F32) -> F32:
    """Sample a quadratic B-spline twice as finely, both arrays with two samples more on each side."""
    height, width = (2 * (n - _PAD) for n in coarse.shape[1:])
    fine = np.empty((len(coarse), height, width), np.float32)
    # Channel by channel everything stays in the cache; columns first, for theirs are the slow writes.
    across = np.empty((coarse.shape[1], width), np.float32)
    for rough, smooth in zip(coarse, fine, strict=True):
        _refine_rows(rough.T, across.T)
        _refine_rows(across, smooth)
    return fine


def _refine_rows(coarse: F32, fine: F32) -> None:
    outer, middle, inner = np.float32(9 / 32), np.float32(22 / 32), np.float32(1 / 32)
    before, here, after = coarse[:-2], coarse[1:-1] * middle, coarse[2:]
    for parity, near, far in ((0, before, after), (1, after, before)):
        part = near * outer
        part += here
        np.add(part, far * inner, out=fine[parity::2])
