"""Hair that is too long for the shaved look, on the area or beside it, as advice.

It is fine texture, darker than the skin, over patches at least 5 mm wide: fair hair, or hair that the photo shows
smooth, is missed. Here it is told by its texture, in patches and as far as 12 mm round the area; hair by hair, for
what stands behind it, is :mod:`smpsim.scalp.hair`.

Numbers: estimates, as in :mod:`smpsim.scalp.photo_check`.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.ndimage import distance_transform_edt, gaussian_filter

from smpsim.arrays import F32, F64, U8, Bool
from smpsim.scalp.advice import Advice
from smpsim.scalp.camera import LUMA
from smpsim.scalp.grid import average_over_cells
from smpsim.scalp.mask import Area

#: limit: what is beyond it is told
HAIR_CM2 = 4.5
_HAIR_SAMPLES_PER_MM = 3.0
# texture of hair: detail between these lengths (mm) over the mean, darker than skin (logarithm), in patches so wide
_DETAIL_MM, _NEAR_MM, _TEXTURE, _DARKER, _PATCH_MM, _ROUND_MM = (0.12, 0.7), 1.0, 0.12, -0.2, 2.5, 12.0
_DARKEST = 4


def long_hair(pixels: U8, area: Area) -> Iterator[Advice]:
    """Look for hair that is too long, on the area and 12 mm round it."""
    luma, inside, per_mm = _lightness(pixels, area)
    light = (np.maximum(luma, _DARKEST) / 255) ** 2.2
    near = gaussian_filter(light, _NEAR_MM * per_mm, truncate=2)
    seen = np.log(near / np.quantile(near[inside], 0.6)) < _DARKER
    # every step leaves less of it, so where little is left the next one is spared
    if _cm2(seen, per_mm) > HAIR_CM2:
        seen &= _texture(light, near, per_mm) > _TEXTURE
    if _cm2(seen, per_mm) > HAIR_CM2:
        seen &= distance_transform_edt(~inside) < _ROUND_MM * per_mm
        seen = _patches(seen, _PATCH_MM * per_mm)
    cm2 = _cm2(seen, per_mm)
    if cm2 > HAIR_CM2:
        words = f"what looks like hair stands on about {cm2:.0f} cm2 of the area or beside it"
        # rough skin in raking light, and brows or glasses near the area, look so, too
        yield Advice("hair", words, cm2, HAIR_CM2, "cm2", "if it is hair, clip it to about 1 mm first")


def _cm2(seen: Bool, per_mm: float) -> float:
    return float(seen.sum()) / per_mm**2 / 100


def _texture(light: F64, near: F64, per_mm: float) -> F64:
    """Strength of detail over the mean."""
    fine, coarse = (gaussian_filter(light, length * per_mm, truncate=2) for length in _DETAIL_MM)
    return np.asarray(np.sqrt(gaussian_filter((fine - coarse) ** 2, _NEAR_MM * per_mm, truncate=2)) / near)


def _lightness(pixels: U8, area: Area) -> tuple[F64, Bool, float]:
    """Return lightness round the area on cells, which of them are treated, and cells per mm."""
    assert area.box is not None
    margin = int(np.ceil((_ROUND_MM + 2) * area.px_per_mm))
    rows, columns = (slice(max(side.start - margin, 0), side.stop + margin) for side in area.box)
    cell = max(area.px_per_mm / _HAIR_SAMPLES_PER_MM, 1.0)
    luma: F32 = pixels[rows, columns].astype(np.float32) @ LUMA.astype(np.float32)
    cells = tuple(range(int(n / cell) or 1) for n in luma.shape)
    inside = average_over_cells(area.coverage[rows, columns], cell, *cells) > 0.5
    return average_over_cells(luma, cell, *cells), inside if inside.any() else ~inside, area.px_per_mm / cell


def _patches(seen: Bool, radius: float) -> Bool:
    """Find what of some places is at least twice the radius wide (a morphological opening by a disc)."""
    core = distance_transform_edt(np.pad(seen, 1))[1:-1, 1:-1] > radius
    return np.asarray(distance_transform_edt(~core) <= radius) if core.any() else core
