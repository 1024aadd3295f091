"""A photo without its transparent pixels: what is under them is no light, so nothing of the skin is told by it.

They take the colour of the nearest opaque pixel, for filters that reach over the border of what was cut out, and are
protected, so that nothing is measured on them.

Numbers: estimates.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.ndimage import distance_transform_edt, maximum_filter

from smpsim.arrays import U8
from smpsim.scalp.mask import Area

# below this a pixel is transparent: colours under less opacity were often rounded by what cut them out
_HALF = 128
# beside them pixels are mixed with what lay behind, or are half of an edge, mm
_RIM_MM = 1.0
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
    i, j = distance_transform_edt(clear, return_distances=False, return_indices=True)
    filled, protect = pixels.copy(), np.zeros(pixels.shape[:2], np.float32)
    filled[box][clear] = pixels[box][i[clear], j[clear]]
    protect[box] = clear
    if area.protect is not None:
        np.maximum(protect, area.protect, out=protect)
    return filled, replace(area, protect=protect)
