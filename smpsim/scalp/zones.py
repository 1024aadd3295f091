"""Zones of the scalp (front, temples, top, crown, sides), each with its own density, as one mask.

A mask multiplies the density asked for.  So zones are a mask whose grey is each zone's share of the densest one;
between zones the density changes over ``blend_mm``, and where an area ends its edge is that of the mask, as ever.

Numbers: choices of precision.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, zoom

from smpsim.arrays import F32, F64
from smpsim.errors import MaskError, ParameterError
from smpsim.scalp.grid import STEP_IN_SIGMAS, average_over_cells, bounding_box

# cells per standard deviation, between which the share of density is linear: off by 0.002 of its step at most
_PER_SIGMA = 8
_NOTHING = 1e-6


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
        The mask, 0 to 1, read-only.
    float
        Density of the densest zone, per cm2: the ``density_per_cm2`` of the treatment.

    Raises
    ------
    MaskError
        When there are no zones, they are not of one size, or one is no mask.
    ParameterError
        When a number is out of its range.
    """
    if not zones or len({np.shape(mask) for mask, _ in zones}) != 1 or np.ndim(zones[0][0]) != 2:
        raise MaskError("zones: give at least one mask, all of the photo's size, (H, W)")
    if not (all(0 < density < np.inf for _, density in zones) and 0 < px_per_mm < np.inf and 0 <= blend_mm < np.inf):
        raise ParameterError("zones: densities and px_per_mm must be above 0, blend_mm 0 or more", name="zones")
    highest = max(density for _, density in zones)
    masks = [_checked(np.asarray(mask)) for mask, _ in zones]
    whole = np.maximum.reduce(masks)
    box = bounding_box(whole)
    if box is not None:
        fields = np.zeros((2, *whole[box].shape))
        for mask, (_, density) in zip(masks, zones, strict=True):
            fields += mask[box] * np.array([density / highest, 1])[:, None, None]
        whole[box] *= _blended(fields, blend_mm * px_per_mm / STEP_IN_SIGMAS)
    whole.flags.writeable = False
    return whole, highest


def _checked(mask: NDArray[np.generic]) -> F32:
    """Return a mask as floats; refuse what is none, such as bytes that go up to 255."""
    values = mask.astype(np.float32) if mask.dtype.kind in "bf" else np.full((1, 1), np.nan, np.float32)
    if not (values.min(initial=0) >= -_NOTHING and values.max(initial=0) <= 1 + _NOTHING):  # false for NaN as well
        raise MaskError("zones: a mask is neither bool nor float 0 to 1; read it with smpsim.read_mask")
    return values.clip(0, 1)


def _blended(fields: F64, sigma: float) -> F64:
    """Return the ratio of two fields (2, h, w) after a Gaussian (px), found on cells of an eighth of its width."""
    _, height, width = fields.shape
    step = max(int(sigma / _PER_SIGMA), 1)
    rows, columns = range(-(-height // step)), range(-(-width // step))
    cells = [average_over_cells(field, step, rows, columns) if step > 1 else field for field in fields]
    spread = [gaussian_filter(cell, sigma / step, mode="constant") if sigma else cell for cell in cells]
    ratio = (spread[0] / (spread[1] + _NOTHING)).clip(0, 1)
    if step > 1:
        ratio = zoom(ratio, step, order=1, mode="nearest", grid_mode=True)[:height, :width]
    return np.asarray(ratio, np.float32)
