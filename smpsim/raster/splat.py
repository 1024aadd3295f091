"""Dots become a map of transmittance.

The optical depths of dots add, so ``T = exp(-sum X)``, and a pixel sees the mean of T over itself.  The picture is cut
into tiles at fixed places, and a tile depends on nothing but the dots near it: a window shows the same bytes as the
whole.  There are two kinds of Gaussians:

* *Smooth* ones have a standard deviation of a pixel or more: their X at the centre of a pixel is added.  Each is
  sampled on the level of a pyramid on which its standard deviation is 1 to 2 samples, so all cost the same, however
  wide.  Coarser levels are brought down by quadratic B-splines.  That widens them by a known variance,
  ``(1 - 4^-L) / 3`` samples squared from level L, which is taken off before; what is left of the coarse lattice is
  less than 1 % of the Gaussian's peak.
* *Sharp* ones are narrower: :mod:`smpsim.raster.stamps`.  Those narrower than 1/8 of a pixel are widened to that, with
  as much less depth A as keeps their whole loss, ``2 pi s^2 Ein(A)``.

Numbers: choices between time and accuracy; the formulas are derived.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from smpsim.arrays import F32, F64, Int
from smpsim.ink.loss import ein
from smpsim.raster.desk import Desk
from smpsim.raster.options import RenderOptions
from smpsim.raster.products import Products
from smpsim.raster.refine import PAD, refined
from smpsim.raster.stamps import Stamps

# pixels per side of a tile, and the coarsest level (6 samples a tile)
TILE_PX = 384
_COARSEST = 6
# Gaussians are at least this wide, px
_NARROWEST_PX = 0.125
# reaches and numbers of nodes are smaller than this
_MANY = 64
# upright Gaussians are products from this level on; their covariance has no more than this beside its axes
_COARSE, _UPRIGHT = 2, 1e-3
# which elements of a covariance are kept
_XX_XY_YY = (0, 0), (0, 1), (1, 1)


@dataclass(frozen=True, eq=False)
class Blobs:
    """Gaussians of optical depth, several per dot.

    They are drawn fastest from arrays in Fortran's order, where the same numbers of all dots lie next to one another.

    Attributes
    ----------
    x_mm, y_mm : ndarray (N,), mm
        Centres in the picture plane.
    weights_mm2 : ndarray (N, C, K), mm2
        Integral of X over the picture plane, per channel and Gaussian.
    covariances_mm2 : ndarray (N, S, K, 2, 2), mm2
        Covariance of x and y of S shapes, C or a part of it: channel c has shape c modulo S.
    below : ndarray (N, C), optional
        Share of the skin's light that comes from below each dot: the most that far Gaussians can take
        (:mod:`smpsim.raster.far`); None where they are not limited.
    """

    x_mm: F64
    y_mm: F64
    weights_mm2: F64
    covariances_mm2: F64
    below: F64 | None = None


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
        self._uses = blobs.weights_mm2.shape[1] // blobs.covariances_mm2.shape[1], blobs.covariances_mm2.shape[1]
        groups = sorted(
            _sorted(blobs, px_per_mm, options, sharp), key=lambda group: (group.level, type(group).__name__)
        )
        self._levels: dict[int, list[list[Any]]] = {}
        for (level, _), alike in groupby(groups, lambda group: (group.level, type(group))):
            self._levels.setdefault(level, []).append(list(alike))
        self._desk = Desk()

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

    @property
    def finest(self) -> int:
        """Finest level that Gaussians are sampled on."""
        return min(self._levels, default=_COARSEST)

    def depth(self, tile: Tile) -> F32 | None:
        """Sum of all Gaussians at each pixel of a tile, (C, h, w) float32; None where it is 0.

        Only until the next call in the same thread: the memory is used again.
        """
        total = self.samples(tile, 0)
        return None if total is None else on_tile(total, tile)

    def samples(self, tile: Tile, level: int, coarsest: int = _COARSEST) -> F32 | None:
        """Sum of all Gaussians on a level of the pyramid, as :meth:`depth`, but for the whole tile and its padding.

        Gaussians on finer levels are left out, and those on levels beyond the coarsest.
        """
        total: F32 | None = None
        for coarser in range(coarsest, level - 1, -1):
            if total is not None:
                total = refined(total)
            for groups in self._levels.get(coarser, ()):
                mine = self._summed(groups, tile)
                if mine is not None:
                    total = mine if total is None else np.add(total, mine, out=total)
        return total

    def _summed(self, groups: list[Stamps] | list[Products], tile: Tile) -> F32 | None:
        """Sum of groups of one level over a tile and its padding, (C, n + 2 pad, n + 2 pad); None where it is 0."""
        reached = [(group, near) for group in groups if len(near := _near(group, tile))]
        if not reached:
            return None
        level, kind = groups[0].level, type(groups[0]).__name__
        n = TILE_PX >> level
        border = PAD + max(group.border(n + 2 * PAD) for group in groups)
        width = n + 2 * border
        samples = self._desk.array(f"{kind} {level}", (*self._uses, width, width))
        samples.fill(0)
        for group, near in reached:
            group.add(near, (tile.row * n - border, tile.column * n - border), samples, self._desk)
        wanted = slice(border - PAD, border + n + PAD)
        return samples.reshape(-1, width, width)[:, wanted, wanted]


def on_tile(samples: F32, tile: Tile) -> F32:
    """Cut samples of pixels, (C, h, w), with their padding, to those of a tile."""
    h, w = tile.rows.stop - tile.rows.start, tile.columns.stop - tile.columns.start
    return samples[:, PAD : PAD + h, PAD : PAD + w]


def _near(group: Stamps | Products, tile: Tile) -> Int:
    """Find the Gaussians that reach a tile and its padding."""
    n = TILE_PX >> group.level
    margin = group.reach + PAD
    first, last = np.searchsorted(group.y, (tile.row * n - margin, (tile.row + 1) * n + margin))
    x = group.x[first:last] - tile.column * n
    return np.asarray(first + np.flatnonzero((x >= -margin) & (x < n + margin)))


def _sorted(blobs: Blobs, px_per_mm: float, options: RenderOptions, sharp: bool) -> Iterator[Stamps | Products]:
    """Sort the Gaussians by kind; those of a kind by row."""
    weights, cov = blobs.weights_mm2.T * px_per_mm**2, blobs.covariances_mm2.T
    cov = np.stack([cov[i, j] for i, j in _XX_XY_YY]) * px_per_mm**2
    n_gaussians, n_shapes, n_dots = cov.shape[1:]
    uses = weights.shape[1] // n_shapes
    weights = weights.reshape(n_gaussians, uses, n_shapes, n_dots).transpose(1, 2, 0, 3)
    cov = cov.swapaxes(1, 2)
    if sharp:
        weights, cov = _widened(weights, cov)
    by_row = np.argsort(blobs.y_mm, kind="stable")
    kind = _kinds(cov, options, sharp)[:, by_row].T.ravel()
    order = np.argsort(kind, kind="stable")
    codes, first = np.unique(kind[order], return_index=True)
    x, y = blobs.x_mm * px_per_mm, blobs.y_mm * px_per_mm
    for code, some in zip(codes.tolist(), np.split(order, first)[1:], strict=True):
        dots, of_dot = by_row[some // n_gaussians], some % n_gaussians
        above, nodes = divmod(abs(code), _MANY)
        w, c = (a.reshape(*a.shape[:2], -1).take(of_dot * n_dots + dots, axis=2) for a in (weights, cov))
        yield _group(x[dots], y[dots], w, c, (*divmod(above, _MANY), nodes), code < 0, options)


def _kinds(cov: F64, options: RenderOptions, sharp: bool) -> NDArray[np.int16]:
    """Level, reach and number of nodes of Gaussians with covariances (3, S, K, N) px2, as one number each.

    It is below 0 for upright ones.  Products have no reach.
    """
    xx, xy, yy = cov
    middle, spread = (xx + yy) / 2, np.hypot((xx - yy) / 2, xy)
    narrow, wide = np.sqrt((middle - spread).min(0)), np.sqrt((middle + spread).max(0))
    level = np.clip(np.floor(np.log2(np.maximum(narrow, 1))), 0, _COARSEST)
    reach = np.clip(np.rint(options.reach_sigmas * wide / 2.0**level), 1, _MANY - 1)
    nodes = np.where(sharp & (narrow < 1), np.clip(np.ceil(options.nodes_per_sigma / narrow), 2, _MANY - 1), 0)
    upright = (np.abs(xy) <= _UPRIGHT * np.minimum(xx, yy)).all(0)
    reach[(level >= _COARSE) & upright & (reach <= _farthest(options))] = 0
    kind = (level * _MANY + reach) * _MANY + nodes
    return np.asarray(np.where(upright, -kind, kind), np.int16)  # few bits sort fast


def _farthest(options: RenderOptions) -> int:
    """Return the reach of products, samples: whatever others there are, the same ones reach a block."""
    return round(2 * options.reach_sigmas)


def _group(
    x: F64, y: F64, weights: F64, cov: F64, kind: tuple[int, int, int], upright: bool, options: RenderOptions
) -> Stamps | Products:
    """Make a group of Gaussians that are given in pixels, by row."""
    level, reach, nodes = kind
    x, y = x / 2**level, y / 2**level
    xx, yy = (v / 4**level - (1 - 4.0**-level) / 3 for v in (cov[0], cov[2]))
    xy = cov[1] / 4**level
    determinant = xx * yy - xy**2
    peak = weights / 4**level / (2 * np.pi * np.sqrt(determinant))
    a, b, c = -yy / (2 * determinant), xy / determinant, -xx / (2 * determinant)
    if not reach:
        return Products(level, _farthest(options), x, y, *(v.astype(np.float32) for v in (a, c, peak)))
    return Stamps(level, reach, nodes, upright, x, y, *(v.astype(np.float32) for v in (a, b, c, peak)))


def _widened(weights: F64, cov: F64) -> tuple[F64, F64]:
    """Weights (U, S, K, N) and covariances (3, S, K, N), px2, the narrowest widened at equal loss."""
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


def side_by_side(parts: Sequence[F64]) -> F64:
    """Stack arrays (N, C) to (N, C, K) in Fortran's order."""
    return np.stack([part.T for part in parts]).T


def footprint(covariances: F64) -> F64:
    """Integral of ``exp(-d' C^-1 d / 2)`` for covariances C (..., 2, 2): 2 pi sqrt(det C)."""
    c = covariances
    return np.asarray(2 * np.pi * np.sqrt(c[..., 0, 0] * c[..., 1, 1] - c[..., 0, 1] ** 2))
