"""How wide the sharpest edges near the treated area are: silhouette, hair, glasses, folds.

An edge is no sharper than the camera, so the blur is at most its width: the standard deviation of its slope along a
profile, times the cosine of its tilt.  Skin alone cannot tell a soft photo with noise from a sharp one with fine
texture; edges can.  Lanes along rows and columns are looked at; the sharper quarter of the strong edges counts.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import binary_dilation

from smpsim.arrays import F32, F64, U8, Bool
from smpsim.scalp.mask import Area

# every so many pixels a lane of three; half the length of a profile; how far from the area an edge may lie
_APART_PX, _HALF_PX, _NEAR_MM = 8, 14, 4.0
# least steepness (per px) and height of an edge, of 255; how many are looked at, and how many it takes
_STEEP, _HIGH, _MOST, _ENOUGH = 3.0, 25.0, 300, 12
# an edge ends where its slope is less than this share of the steepest; cosine of the greatest tilt
_FOOT, _UPRIGHT = 0.1, 0.8
# what the variance of a Gaussian is when it ends there (2.146 standard deviations from its middle)
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
    lanes = [green[start::_APART_PX].astype(np.float32) for start in range(3)]
    n = min(len(lane) for lane in lanes)
    if not n or green.shape[1] < 2 * _HALF_PX + 2:
        return np.empty(0)
    lane = (lanes[0][:n] + lanes[1][:n] + lanes[2][:n]) / 3
    slope = np.diff(lane)
    steep = np.abs(slope)
    inner = steep[:, 1:-1]
    peak = (inner > _STEEP) & (inner >= steep[:, :-2]) & (inner > steep[:, 2:])
    peak[:, : _HALF_PX - 1] = peak[:, -_HALF_PX + 1 :] = False
    rows, columns = np.nonzero(peak)
    columns += 1
    wanted = near[np.minimum(rows, len(near) - 1), np.minimum(columns // _APART_PX, near.shape[1] - 1)]
    rows, columns = rows[wanted], columns[wanted]
    first = np.argsort(-steep[rows, columns], kind="stable")[:_MOST]
    rows, columns = rows[first], columns[first]
    down = (lanes[2][rows, columns] - lanes[0][rows, columns]) / 2
    cosine = steep[rows, columns] / np.maximum(np.hypot(steep[rows, columns], down), 1e-6)
    around = columns[:, None] + np.arange(-_HALF_PX, _HALF_PX + 1)
    profile = slope[rows[:, None], np.minimum(around, slope.shape[1] - 1)] * np.sign(slope[rows, columns])[:, None]
    height, width = _measured(profile)
    return np.asarray((width * cosine)[(height > _HIGH) & (cosine > _UPRIGHT)])


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
