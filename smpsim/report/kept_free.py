"""Places of the treated area that are kept free of dots: how many, and how large.

Numbers: a choice.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.ndimage import label

from smpsim.arrays import F32
from smpsim.scalp.mask import Area
from smpsim.scalp.surface import Surface

# smaller spots are not counted one by one, though their skin is: single hairs, specks of a mask
_SPOT_MM2 = 3.0


class KeptFree(NamedTuple):
    """What is kept free inside of the treated area.

    Attributes
    ----------
    n_places : int
        Places of 3 mm2 or more.
    area_cm2 : float
        All of the skin that is kept free, cm2.
    """

    n_places: int = 0
    area_cm2: float = 0.0


def kept_free(coverage: F32, protect: F32 | None, px_per_mm: float, surface: Surface) -> KeptFree:
    """Count the places in an area that are kept free, and measure their skin.

    Parameters
    ----------
    coverage : ndarray (H, W) float32
        Where to treat, 0 to 1.
    protect : ndarray (H, W) float32 or None
        What is kept free, 0 to 1.
    px_per_mm : float
        Scale of the photo.
    surface : Surface
        Shape of the scalp.
    """
    free = None if protect is None else coverage * protect
    if free is None or not free.any():
        return KeptFree()
    numbered, n = label(free > 0.5)
    sizes = np.bincount(numbered.ravel(), minlength=n + 1)[1:] / px_per_mm**2
    return KeptFree(int((sizes >= _SPOT_MM2).sum()), Area(free, px_per_mm, surface).area_cm2)
