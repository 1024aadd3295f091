"""Dots seen in a picture: blobs of light that is missing, found by size.

The optical depth of the picture, ``-log`` of its linear light in the mean of R, G and B, is filtered at twelve scales
by ``-s^2`` times the Laplacian of a Gaussian (LoG) of standard deviation ``s`` px.  A dot is a local maximum in place
of the strongest answer over ``s``; its radius is ``s sqrt 2``.  From the strongest down, each dot takes away the
weaker ones within its radius.  (T. Lindeberg, "Feature detection with automatic scale selection", 1998.)

On a Gaussian blob of peak ``A`` and any width the strongest answer is ``A / 2``, at its own width: a threshold of 0.2
is an optical depth of 0.4 for a dot that stands alone on even skin.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_laplace
from scipy.spatial import cKDTree
from skimage.feature import peak_local_max

from smpsim.colour import SRGB

# scales of the filter, px
_SCALES_PX = np.geomspace(0.7, 5.0, 12)
# light below this is as dark as a picture tells
_DARKEST = 2e-3
#: nothing is looked for so near to the border of the picture, px
BORDER_PX = 4
# two dots are never nearer to each other than this, px
_NEAREST_PX = 1.5
# side of the square that is the skin round a dot, px
_SKIN_PX = 25
_DEPTH_OF_BYTE = -np.log(
    np.maximum(SRGB.decode(np.arange(256, dtype=np.uint8)[:, None, None].repeat(3, -1)), _DARKEST)
)
_DEPTH_OF_BYTE = _DEPTH_OF_BYTE[:, 0, 0].astype(np.float64)


@dataclass(frozen=True, eq=False)
class Found:
    """Dots found in a picture.

    Attributes
    ----------
    points : ndarray (N, 2)
        Row and column of the pixel.
    radius_px : ndarray (N,)
        Radius, 1 to 7 px.
    strength : ndarray (N,)
        Answer of the filter, above the threshold.
    """

    points: np.ndarray
    radius_px: np.ndarray
    strength: np.ndarray

    def __len__(self) -> int:
        return len(self.points)


def optical_depth(picture: np.ndarray) -> np.ndarray:
    """``-log`` of linear light, (H, W, 3), of bytes (H, W, 3) in sRGB's curve (Display P3 has the same)."""
    return np.asarray(_DEPTH_OF_BYTE[picture])


def answers(picture: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Strongest answer of the filter at every pixel of (H, W, 3) uint8, and the scale that gives it, px."""
    depth = optical_depth(picture).mean(-1)
    every = np.stack([-(s**2) * gaussian_laplace(depth, s) for s in _SCALES_PX])
    return every.max(0), _SCALES_PX[every.argmax(0)]


def find_dots(picture: np.ndarray, threshold: float) -> Found:
    """Find the dots of a picture (H, W, 3) uint8 whose answer is above the threshold."""
    return dots_of(*answers(picture), threshold)


def dots_of(strongest: np.ndarray, scale: np.ndarray, threshold: float) -> Found:
    """Find dots in what :func:`answers` gives."""
    points = peak_local_max(strongest, min_distance=1, threshold_abs=threshold, exclude_border=BORDER_PX)
    where = tuple(points.T)
    radius, strength = scale[where] * 2**0.5, strongest[where]
    kept = _strongest_of_each(points, radius, strength)
    return Found(points[kept], radius[kept], strength[kept])


def _strongest_of_each(points: np.ndarray, radius: np.ndarray, strength: np.ndarray) -> np.ndarray:
    """Which points are left when each, from the strongest down, has taken away those within its radius."""
    kept = np.ones(len(points), bool)
    if not len(points):
        return kept
    near = cKDTree(points).query_ball_point(points.astype(float), np.maximum(radius, _NEAREST_PX))
    for i in np.argsort(-strength):
        if kept[i]:
            kept[near[i]] = False
            kept[i] = True
    return kept


def contrast(picture: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Optical depth of points (N, 2) over the skin around, the lower quartile of a square, (N, 3), for R, G, B."""
    depth = optical_depth(picture)
    half, rank = _SKIN_PX // 2, _SKIN_PX**2 // 4
    padded = np.pad(depth, ((half, half), (half, half), (0, 0)), "symmetric")
    squares = np.lib.stride_tricks.sliding_window_view(padded, (_SKIN_PX, _SKIN_PX), axis=(0, 1))
    around = squares[tuple(points.T)].reshape(len(points), 3, -1)
    return np.asarray(depth[tuple(points.T)] - np.partition(around, rank, axis=-1)[..., rank])
