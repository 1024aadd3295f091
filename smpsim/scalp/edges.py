"""How wide the sharpest edges near the treated area are: silhouette, hair, glasses, folds.

An edge is no sharper than the camera, so the blur is at most its width: the standard deviation of its slope along a
profile, times the cosine of its tilt.  Skin alone cannot tell a soft photo with noise from a sharp one with fine
texture; edges can.  Lanes along rows and columns are looked at; the sharper quarter of the strong edges counts.

Numbers: estimates, where no comment derives them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation

from smpsim.arrays import F32, F64, U8, Bool, Int
from smpsim.scalp.mask import Area

# every so many pixels a lane of three; half the length of a profile; how far from the area an edge may lie
_APART_PX, _HALF_PX, _NEAR_MM = 8, 14, 4.0
# least steepness (per px) and height of an edge, of 255; how many are looked at, and how many it takes
_STEEP, _HIGH, _MOST, _ENOUGH = 3.0, 25.0, 300, 12
# the same for the sum of three pixels: the steepest are looked for first
_THRICE_STEEP = (72, 36, 18, 9)
# an edge ends where its slope is less than this share of the steepest; cosine of the greatest tilt
_FOOT, _UPRIGHT = 0.1, 0.8
# what the variance of a Gaussian is when it ends there (2.146 standard deviations from its middle): derived
_CUT = 0.823
# wider edges do not fit into a profile
_WIDEST_PX = 4.5
_QUANTILE = 0.25


def edge_blur(pixels: U8, area: Area) -> float:
    """Measure the sharper quarter of the edges: standard deviation, px; infinite when too few or too wide to tell.

    Parameters
    ----------
    pixels : ndarray (H, W, 3) uint8
        The photo; green stands for lightness.
    area : Area
        The treated area; not empty.
    """
    assert area.box is not None
    reach = round(_NEAR_MM * area.px_per_mm) + _APART_PX
    rows, columns = (slice(max(side.start - reach, 0), side.stop + reach) for side in area.box)
    green = pixels[rows, columns, 1]
    coarse = area.coverage[rows, columns][::_APART_PX, ::_APART_PX] > 0
    near = binary_dilation(coarse, iterations=max(reach // _APART_PX, 1))
    widths = np.concatenate([_widths(green, near), _widths(green.T, near.T)])
    width = float(np.quantile(widths, _QUANTILE)) if len(widths) >= _ENOUGH else np.inf
    return width if width < _WIDEST_PX else np.inf


def _widths(green: U8, near: Bool) -> F64:
    """Widths of the strong edges that cross the rows."""
    lanes = [green[start::_APART_PX] for start in range(3)]
    n = min(len(lane) for lane in lanes)
    if not n or green.shape[1] < 2 * _HALF_PX + 2:
        return np.empty(0)
    top, middle, bottom = (lane[:n] for lane in lanes)
    level = np.add(top, middle, dtype=np.int16)
    level += bottom
    level = np.ascontiguousarray(level)
    rows, columns = _peaks(level, near)
    around = columns[:, None] + np.arange(-_HALF_PX, _HALF_PX + 2)
    profile = np.diff(level[rows[:, None], around] / np.float32(3))
    steepest = profile[:, _HALF_PX]
    down = (bottom[rows, columns] - top[rows, columns].astype(np.float32)) / 2
    cosine = np.abs(steepest) / np.maximum(np.hypot(steepest, down), np.float32(1e-6))
    height, width = _measured(profile * np.sign(steepest)[:, None])
    return np.asarray((width * cosine)[(height > _HIGH) & (cosine > _UPRIGHT)])


def _peaks(level: NDArray[np.int16], near: Bool) -> tuple[Int, Int]:
    """Lanes (of three times the light) and columns of the steepest peaks of the slope, steepest first."""
    steep = np.diff(level)
    np.abs(steep, out=steep)
    inner = steep[:, _HALF_PX:-_HALF_PX]
    peak = (inner >= steep[:, _HALF_PX - 1 : -_HALF_PX - 1]) & (inner >= steep[:, _HALF_PX + 1 : -_HALF_PX + 1])
    for least in _THRICE_STEEP:
        rows, columns = np.divmod(np.flatnonzero(peak & (inner >= least)), peak.shape[1])
        columns += _HALF_PX
        wanted = near[np.minimum(rows, len(near) - 1), np.minimum(columns // _APART_PX, near.shape[1] - 1)]
        rows, columns = rows[wanted], columns[wanted]
        around = level[rows[:, None], columns[:, None] + np.arange(-1, 3)] / np.float32(3)
        before, here, after = np.abs(np.diff(around)).T
        real = np.flatnonzero((here > _STEEP) & (here >= before) & (here > after))
        if len(real) >= _MOST:
            break
    first = real[np.argsort(-here[real], kind="stable")[:_MOST]]
    return rows[first], columns[first]


def _measured(profile: F32) -> tuple[F64, F64]:
    """Height and standard deviation of edges from their slopes (n, 2 half + 1), steepest in the middle."""
    rising = profile > _FOOT * profile[:, _HALF_PX, None]
    after = np.minimum.accumulate(rising[:, _HALF_PX:], axis=1)
    before = np.minimum.accumulate(rising[:, _HALF_PX::-1], axis=1)[:, ::-1]
    part = np.where(np.concatenate([before[:, :-1], after], axis=1), profile, 0).astype(np.float64)
    at = np.arange(-_HALF_PX, _HALF_PX + 1)
    height = np.maximum(part.sum(1), 1e-9)
    mean = part @ at / height
    # Differences of neighbours are means over a pixel: they widen by its variance.
    return height, np.sqrt(np.maximum(part @ (at**2) / height - mean**2 - 1 / 12, 0.0) / _CUT)
