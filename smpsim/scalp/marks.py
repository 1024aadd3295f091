"""Old dots in a photo: found as dark round spots, with the light that each takes.

What is missing is told against the skin between dots, ``S``, a mean of the surroundings in which what is bare counts
most.  Of the contrast

    1 - I / S = p(d),   d = sum of a_i exp(-r_i^2 / (2 s_i^2))

places and widths come from scikit-image's Laplacian of Gaussians (`blob_log`), the heights ``a_i`` of all dots
together by least squares, and ``p``, for each channel, is the mean of what is seen where ``d`` is: dots are no
Gaussians where they are opaque, and all have one pigment's colour.  What is left over is searched again, for what a
stronger dot outshone.  Spots that are much wider or take much more light than the usual dot are moles and the like;
those that take much less are pores.

Numbers: estimates; `tests/benchmarks/repair.py` prints what they reach.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.ndimage import gaussian_filter
from scipy.sparse import csr_array
from scipy.sparse.linalg import lsmr
from scipy.spatial import cKDTree

from smpsim.arrays import F32, F64, Bool

# narrowest and widest spots: px and mm (standard deviation); how many widths are tried
_NARROW_PX, _WIDE_MM, _WIDTHS = 1.0, 0.45, 6
# a spot stands out so many deviations of the skin's grain, and this share of the light, at least
_SIGMAS, _LEAST = 4.0, 0.01
_ROUNDS, _REFITS, _STEPS = 3, 2, 15
# grain is what is between these (standard deviations, px)
_GRAIN_PX = (1.0, 1.6)
# the skin is averaged over this, mm, first with dots and then between them; contrast at which skin counts a quarter
_SURROUNDINGS_MM, _BETWEEN_MM, _BARE = 1.5, 1.2, 0.03
# light taken over that of the usual dot, and width over its: less or more is no dot
_FAINT, _STRONG, _WIDER = 0.2, 10.0, 2.4
# two finds so near (widths) are one; spots are drawn so far (widths); tiles, px
_APART, _REACH, _TILE, _ROUND_TILE = 0.8, 3.2, 256, 16
#: weights of R, G, B in contrasts, about those of lightness
LIGHTNESS = np.array([0.4, 0.4, 0.2])
_TINY = 1e-6
# steps of the drawn contrast in which the seen one is looked up
_BINS = 24


@dataclass(frozen=True, eq=False)
class Marks:
    """Dots of a picture.

    Attributes
    ----------
    x_px, y_px, sigma_px : ndarray (N,), px
        Middle of each, and standard deviation of its Gaussian, camera and all.
    height : ndarray (N,)
        Height of the Gaussian: about the share of the light that is missing in its middle.
    skin : ndarray (h, w, 3) float32
        Light of the skin between dots.
    """

    x_px: F64
    y_px: F64
    sigma_px: F64
    height: F64
    skin: F32
    _shapes: Any
    _profile: tuple[F64, F64]

    def __len__(self) -> int:
        return len(self.x_px)

    @property
    def taken_px2(self) -> F64:
        """(N,): light that each dot takes, over that of the skin, times px2."""
        return np.asarray(2 * np.pi * self.sigma_px**2 * self.height)

    def missing(self, share: F64) -> F32:
        """Light that is missing (h, w, 3), over that of the skin, when of each dot a share (N,) counts."""
        every = self._shapes @ self.height
        part = np.divide(self._shapes @ (self.height * share), every, out=np.zeros_like(every), where=every > 0)
        seen = [part * np.interp(every, self._profile[0], channel) for channel in self._profile[1].T]
        return np.stack(seen, -1).astype(np.float32).reshape(self.skin.shape)


def find_marks(linear: F32, inside: Bool, px_per_mm: float) -> Marks:
    """Find dots.

    Parameters
    ----------
    linear : ndarray (h, w, 3) float32
        Linear light of a part of a photo, at most about 10 px/mm.
    inside : ndarray (h, w) bool
        Where dots may be.
    px_per_mm : float
        Its scale.
    """
    places, sigma, threshold = np.empty((0, 2)), np.empty(0), 0.0
    drawn = np.zeros(inside.shape, np.float32)
    skin = _mean(linear, inside.astype(np.float32), _SURROUNDINGS_MM * px_per_mm)
    for n in range(_ROUNDS):
        rest = _contrast(linear, skin, inside) - drawn
        threshold = threshold or max(_SIGMAS * _grain(rest, inside), _LEAST)
        places, sigma = _more(places, sigma, _spots(np.where(inside, rest, 0), threshold, px_per_mm))
        shapes = _shapes(places, sigma, inside.shape)
        for _ in range(_REFITS if n == _ROUNDS - 1 else 1):
            height, drawn = _fitted(_contrast(linear, skin, inside), shapes)
            skin = _between(linear, skin, inside, drawn, px_per_mm)
    usual = _like_the_usual(sigma, height)
    places, sigma, shapes = places[usual], sigma[usual], shapes[:, usual]
    height, drawn = _fitted(_contrast(linear, skin, inside), shapes)
    profile = _profile(linear, skin, np.where(inside, drawn, 0))
    return Marks(places[:, 0], places[:, 1], sigma, height, skin, shapes, profile)


def _contrast(linear: F32, skin: F32, inside: Bool) -> F64:
    """Share of the light that is missing (h, w), channels weighted about as in lightness; none outside."""
    return np.where(inside, (1 - linear / np.maximum(skin, np.float32(_TINY))) @ LIGHTNESS, 0)


def _profile(linear: F32, skin: F32, drawn: F32) -> tuple[F64, F64]:
    """Contrast that is seen (n, 3), on average, where a contrast (n,) is drawn."""
    there = drawn > _LEAST
    if not there.any():
        return np.zeros(1), np.zeros((1, 3))
    seen, height = 1 - linear[there] / np.maximum(skin[there], _TINY), drawn[there]
    edges = np.quantile(height, np.linspace(0, 1, _BINS + 1))
    which = np.clip(np.searchsorted(edges, height, side="right") - 1, 0, _BINS - 1)
    count = np.maximum(np.bincount(which, minlength=_BINS), 1)
    at, *means = (np.bincount(which, column, _BINS) / count for column in (height, *seen.T))
    return np.concatenate([[0.0], at]), np.concatenate([np.zeros((1, 3)), np.stack(means, -1)]).clip(0, 1)


def _grain(picture: F64, inside: Bool) -> float:
    """Deviation of the skin's own grain, robustly."""
    fine, coarse = (gaussian_filter(picture, sd) for sd in _GRAIN_PX)
    grain = (fine - coarse)[inside]
    return float(1.4826 * np.median(np.abs(grain - np.median(grain))))


def _spots(picture: F64, threshold: float, px_per_mm: float) -> F64:
    """Find spots (n, 3): x, y, width, tile by tile."""
    from skimage.feature import blob_log

    found = [np.empty((0, 3))]
    for top in range(0, picture.shape[0], _TILE):
        for left in range(0, picture.shape[1], _TILE):
            y, x = max(top - _ROUND_TILE, 0), max(left - _ROUND_TILE, 0)
            tile = picture[y : top + _TILE + _ROUND_TILE, x : left + _TILE + _ROUND_TILE]
            if not tile.any():
                continue
            widest = max(_WIDE_MM * px_per_mm, 1.5 * _NARROW_PX)
            spots = blob_log(  # type: ignore[no-untyped-call]
                tile, min_sigma=_NARROW_PX, max_sigma=widest, num_sigma=_WIDTHS, threshold=threshold, overlap=0.5
            )
            row, column = spots[:, 0] + y, spots[:, 1] + x
            mine = (row >= top) & (row < top + _TILE) & (column >= left) & (column < left + _TILE)
            found.append(np.column_stack([column, row, spots[:, 2]])[mine] + [0.5, 0.5, 0])
    return np.concatenate(found)


def _more(places: F64, sigma: F64, spots: F64) -> tuple[F64, F64]:
    """Add spots that are not those that were found before."""
    if len(places) and len(spots):
        away, nearest = cKDTree(places).query(spots[:, :2])
        spots = spots[away > _APART * np.maximum(sigma[nearest], 1)]
    return np.concatenate([places, spots[:, :2]]), np.concatenate([sigma, spots[:, 2]])


def _shapes(places: F64, sigma: F64, shape: tuple[int, ...]) -> Any:
    """Sparse (h w, N): the Gaussian of each spot at the middles of pixels."""
    rows, columns, values = [], [], []
    for width in np.unique(sigma):
        which = np.flatnonzero(sigma == width)
        reach = int(np.ceil(_REACH * width))
        y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
        at_x, at_y = (places[which, k, None, None] for k in (0, 1))
        i, j = np.floor(at_y).astype(np.intp) + y, np.floor(at_x).astype(np.intp) + x
        height = np.exp(-((i + 0.5 - at_y) ** 2 + (j + 0.5 - at_x) ** 2) / (2 * width**2))
        seen = (i >= 0) & (j >= 0) & (i < shape[0]) & (j < shape[1])
        rows.append((i * shape[1] + j)[seen])
        columns.append(np.broadcast_to(which[:, None, None], i.shape)[seen])
        values.append(height[seen])
    parts = [np.concatenate(part) if part else np.empty(0) for part in (values, rows, columns)]
    at = (parts[1].astype(np.intp), parts[2].astype(np.intp))
    return csr_array((parts[0], at), shape=(shape[0] * shape[1], len(places)))


def _fitted(contrast: F64, shapes: Any) -> tuple[F64, F32]:
    """Height of each spot (N,) by least squares, and the picture of all (h, w)."""
    if not shapes.shape[1]:
        return np.empty(0), np.zeros(contrast.shape, np.float32)
    height = lsmr(shapes, contrast.ravel(), maxiter=_STEPS)[0].clip(0, 1)
    return height, np.asarray(shapes @ height, np.float32).reshape(contrast.shape)


def _between(linear: F32, skin: F32, inside: Bool, drawn: F32, px_per_mm: float) -> F32:
    """Light of the skin between dots: a mean of what is left without them, in which bare skin counts most."""
    bare = np.where(inside, (_BARE / (_BARE + drawn)) ** 2, 0).astype(np.float32)
    return _mean(linear + skin * drawn[..., None], bare, _BETWEEN_MM * px_per_mm)


def _mean(picture: F32, weight: F32, deviation: float) -> F32:
    """Weighted mean of the surroundings (h, w, 3)."""
    total = gaussian_filter(weight, deviation) + np.float32(_TINY)
    planes = (gaussian_filter(plane * weight, deviation) / total for plane in np.moveaxis(picture, -1, 0))
    return np.stack(list(planes), -1)


def _like_the_usual(sigma: F64, height: F64) -> Bool:
    """Whether spots are like the usual one: half of all light is missing in spots that take more, or are wider."""
    taken = sigma**2 * height
    if not taken.sum():
        return np.zeros(len(sigma), np.bool_)
    usual = _weighted_median(taken, taken)
    wide = _weighted_median(sigma, taken)
    return np.asarray((taken > _FAINT * usual) & (taken < _STRONG * usual) & (sigma <= _WIDER * wide))


def _weighted_median(values: F64, weights: F64) -> float:
    order = np.argsort(values)
    share = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(share, share[-1] / 2)])
