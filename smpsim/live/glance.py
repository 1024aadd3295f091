"""A sheet with dots on it, as :mod:`smpsim.raster.draw` would draw it, by a shorter way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from smpsim.arrays import F32, U8
from smpsim.colour import ColourSpace
from smpsim.ink.field import far_light
from smpsim.live.ground import Sheet
from smpsim.live.plate import Lattice, Plate, Sums
from smpsim.raster.camera import LEAST_LEFT, MOST_LEFT
from smpsim.raster.composite import behind, darken, neutral
from smpsim.raster.redness import Redness
from smpsim.raster.walk import Look
from smpsim.scalp.camera import LUMA, Camera
from smpsim.scalp.grid import Grid


@dataclass(frozen=True, eq=False)
class Lit:
    """A sheet of the photo with what was seen of it.

    Attributes
    ----------
    sheet : Sheet
        The photo.
    diffuse : tuple of 3 ndarray
        Share of the light of R, G and B that is diffuse, (h, w) or (1, 1).
    hair : ndarray (h, w) or (1, 1)
        Share of each pixel that hair hides.
    px_per_mm : float
        Scale.
    space : ColourSpace
        What the bytes mean.
    grey : bool
        Whether the photo has no colour.
    """

    sheet: Sheet
    diffuse: tuple[F32, F32, F32]
    hair: F32
    px_per_mm: float
    space: ColourSpace
    grey: bool

    @classmethod
    def of(cls, sheet: Sheet, look: Look, px_per_mm: float, grey: bool) -> Lit:
        """Read off what a look at the photo has seen."""
        where = sheet.rows, sheet.columns, px_per_mm
        red, green, blue = (grid.on_pixels(*where) for grid in look.light.diffuse)
        hair = look.hair.at_scale(px_per_mm).on_pixels(*where)
        return cls(sheet, (red, green, blue), hair, px_per_mm, look.space, grey)


def drawn(lit: Lit, plate: Plate, total: Sums, camera: Camera, redness: Redness | None) -> tuple[U8, F32]:
    """Draw dots on a sheet.

    Parameters
    ----------
    lit : Lit
        The sheet.
    plate, total : Plate, Sums
        What the dots take.
    camera : Camera
        The camera.
    redness : Redness, optional
        Redness of the skin.

    Returns
    -------
    ndarray (h, w, 3) uint8
        The picture.
    ndarray (3, h, w) float32
        Transmittance.
    """
    rows, columns = lit.sheet.rows, lit.sheet.columns
    left = _transmittance(lit.sheet.shape, plate, total, camera)
    through = left
    if redness is not None:
        red = redness.left(rows, columns, lit.px_per_mm)
        through = left if red is None else left * red
    if lit.grey:
        through = np.broadcast_to(neutral(through, lit.space), through.shape)
    image = np.empty(lit.sheet.pixels.shape, np.uint8)
    for c in range(3):
        factor = 1 - lit.diffuse[c] * (1 - through[c])
        if lit.hair.any():
            factor = behind(factor, lit.hair, lit.px_per_mm, coarse=True)
        if lit.sheet.alpha is not None:
            factor = np.where(lit.sheet.alpha == 0, np.float32(1), factor)
        darken(lit.sheet.pixels[..., c], factor, lit.space, c, out=image[..., c])
    return image, left


def _transmittance(shape: tuple[int, int], plate: Plate, total: Sums, camera: Camera) -> F32:
    """T of R, G and B at the pixels, (3, h, w)."""
    near = _on_pixels(total.near, plate.near, shape)
    red, blue = (_on_pixels(a, plate.colour, shape) + near * k for a, k in zip(total.colour, plate.tint, strict=True))
    weight_red, weight_green, weight_blue = (LUMA * camera.skin).astype(np.float32)
    green = red * (weight_red / -weight_green) + blue * (weight_blue / -weight_green)
    result = np.empty((3, *shape), np.float32)
    for c, colour in enumerate((red, green, blue)):
        np.multiply(near, np.float32(-1 / camera.skin[c]), out=result[c])
        result[c] -= colour
        result[c] += 1
        np.clip(result[c], LEAST_LEFT, MOST_LEFT, out=result[c])
        far = far_light(total.far[c], total.far[c] * plate.below[c]).astype(np.float32)
        result[c] *= _on_pixels(far, plate.far, shape)
    return result


def _on_pixels(samples: F32, lattice: Lattice, shape: tuple[int, int]) -> F32:
    """Read samples at the pixels of the sheet."""
    if lattice.step == 1:
        b = lattice.border
        return samples[b : b + shape[0], b : b + shape[1]]
    h, w = shape
    grid = Grid(float(lattice.step), -lattice.border, -lattice.border, samples)  # type: ignore[arg-type]
    return grid.on_pixels(slice(0, h), slice(0, w), 1.0)
