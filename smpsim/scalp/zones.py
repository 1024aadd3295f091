"""Zones of the scalp (front, temples, top, crown, sides), each with its own density, as one mask.

A mask multiplies the density asked for.  So zones are a mask whose grey is each zone's share of the densest one;
between zones the density changes over ``blend_mm``, and where an area ends its edge is that of the mask, as ever.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from smpsim.arrays import F32
from smpsim.errors import MaskError, ParameterError

# a Gaussian goes from 5 to 95 % of a step over this many of its standard deviations
_STEP_IN_SIGMAS = 3.29


def join_zones(
    zones: Sequence[tuple[NDArray[np.floating], float]], *, px_per_mm: float, blend_mm: float = 10.0
) -> tuple[F32, float]:
    """Join zones of different density into one mask.

    Parameters
    ----------
    zones : sequence of (ndarray (H, W), float)
        Coverage of each zone, 0 to 1, and its density, per cm2, above 0.  Where zones overlap the mean counts.
    px_per_mm : float
        Scale of the masks, above 0.
    blend_mm : float, mm
        Length over which the density changes from one zone to the next (5 to 95 %), 0 or more; 10 is an estimate.

    Returns
    -------
    ndarray (H, W) float32
        The mask, 0 to 1.
    float
        Density of the densest zone, per cm2: the ``density_per_cm2`` of the treatment.

    Raises
    ------
    MaskError
        When there are no zones, or they are not of one size.
    ParameterError
        When a number is out of its range.
    """
    if not zones or len({np.shape(mask) for mask, _ in zones}) != 1 or np.ndim(zones[0][0]) != 2:
        raise MaskError("zones: give at least one mask, all of the photo's size, (H, W)")
    if not (all(density > 0 for _, density in zones) and px_per_mm > 0 and blend_mm >= 0):
        raise ParameterError("zones: densities and px_per_mm must be above 0, blend_mm 0 or more", name="zones")
    highest = max(density for _, density in zones)
    sigma = blend_mm * px_per_mm / _STEP_IN_SIGMAS
    whole = np.zeros(np.shape(zones[0][0]), np.float32)
    weighted, weights = np.zeros_like(whole), np.full_like(whole, 1e-6)
    for mask, density in zones:
        coverage = np.asarray(mask, np.float32).clip(0, 1)
        spread = gaussian_filter(coverage, sigma) if sigma else coverage
        weighted += spread * np.float32(density / highest)
        weights += spread
        np.maximum(whole, coverage, out=whole)
    return whole * (weighted / weights).clip(0, 1), highest
