"""A photo without its transparent pixels: what is under them is no light, so nothing of the skin is told by it.

They take the mean colour round the nearest opaque pixel, for filters that reach over the border of what was cut out,
and are protected, so that nothing is measured on them.

Numbers: estimates.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.ndimage import distance_transform_edt, gaussian_filter, maximum_filter

from smpsim.arrays import U8, Bool
from smpsim.scalp.grid import Grid, block_means
from smpsim.scalp.mask import Area

# below this a pixel is transparent: colours under less opacity were often rounded by what cut them out
_HALF = 128
# beside them pixels are mixed with what lay behind, or are half of an edge, mm
_RIM_MM = 1.0
# standard deviation of the mean that fills them, mm
_NEAR_MM = 1.0
# ... which is found on cells, so many of them in it
_CELLS = 2
# no filter that looks at the skin reaches farther beyond the area, mm
_REACH_MM = 20.0


def opaque(pixels: U8, alpha: U8 | None, area: Area) -> tuple[U8, Area]:
    """Leave transparent pixels out.

    Parameters
    ----------
    pixels : ndarray (H, W, 3) uint8
        The photo.
    alpha : ndarray (H, W) uint8 or None
        Its opacity.
    area : Area
        The treated area; not empty.

    Returns
    -------
    pixels : ndarray (H, W, 3) uint8
        The photo, filled in and round the area; the same array where it is opaque there.
    area : Area
        The area, its transparent pixels protected; the same where there are none, or nothing else.
    """
    assert area.box is not None
    margin = round(_REACH_MM * area.px_per_mm)
    box = tuple(slice(max(side.start - margin, 0), side.stop + margin) for side in area.box)
    if alpha is None or alpha[box].min() >= _HALF:
        return pixels, area
    clear = maximum_filter(alpha[box] < _HALF, 2 * round(_RIM_MM * area.px_per_mm) + 1)
    if not area.treated(*box)[~clear].any():
        return pixels, area
    protect = np.zeros(pixels.shape[:2], np.float32)
    protect[box] = clear
    if area.protect is not None:
        np.maximum(protect, area.protect, out=protect)
    return _filled(pixels, box, clear, _NEAR_MM * area.px_per_mm), replace(area, protect=protect)


def _filled(pixels: U8, box: tuple[slice, ...], clear: Bool, sigma: float) -> U8:
    """Fill pixels by the mean round the nearest of the others: single ones, drawn out, would be lines like hair."""
    n, (h, w) = max(int(sigma / _CELLS), 1), clear.shape
    there = (~clear).astype(np.float32)
    cells = block_means(there, n)
    i, j = distance_transform_edt(cells == 0, return_distances=False, return_indices=True)
    weight, filled = gaussian_filter(cells, sigma / n)[i, j], pixels.copy()
    for before, after in zip(np.moveaxis(pixels[box], -1, 0), np.moveaxis(filled[box], -1, 0), strict=True):
        means = gaussian_filter(block_means(before * there, n), sigma / n)[i, j] / weight
        smooth = Grid(n, 0, 0, means.astype(np.float64)).on_pixels(slice(0, h), slice(0, w), 1.0)
        after[clear] = np.broadcast_to(smooth, clear.shape)[clear].round().clip(0, 255)
    return filled
