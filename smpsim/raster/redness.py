"""Redness of treated skin in the picture: more blood in the dermis, so less green and blue light from it.

How strong it is, as a share of that of the day of the session, follows from the days since
(:func:`smpsim.ink.healing.redness`) and from the distance ``d`` behind the edge of the treated area, mm::

    strength = redness(days) w^2 (3 - 2 w) blotches,   w = (d + 9) / 15, from 0 to 1
    left     = R(blood + strength redness_blood_frac) / R(blood)

with the reflectance ``R`` of the skin (:meth:`smpsim.ink.skin.SkinOptics.reddened`), so it shows on every tone as
blood would.  Blotches are a smooth random field.

Numbers: estimates.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from smpsim.arrays import F32, U8
from smpsim.colour import ColourSpace
from smpsim.dots.noise import random_field
from smpsim.ink.course import last_work_days
from smpsim.ink.healing import redness
from smpsim.ink.skin import SkinOptics
from smpsim.parameters import Course
from smpsim.scalp.grid import Grid
from smpsim.scalp.mask import Area
from smpsim.scalp.surroundings import distance_in_picture, skin_in_picture

# Redness rises from here outside of the edge to here behind it, mm: with its cells it stays within 10 mm.
_OUTSIDE_MM, _BEHIND_MM = 9.0, 6.0
# blotches: wavelengths (mm), and how much they vary, within limits
_WAVES_MM, _VARIES, _LIMITS = (7.0, 22.0), 0.2, (0.4, 1.5)
# strengths at which the optics are asked, from none to the strongest blotch
_STEPS = 31


@dataclass(frozen=True, eq=False)
class Redness:
    """Diffuse light that blood takes.

    Attributes
    ----------
    lost : tuple of 3 Grid
        Share of the diffuse light of R, G and B, by cells of the picture; 0 at the outermost.
    """

    lost: tuple[Grid, Grid, Grid]

    def left(self, rows: slice, columns: slice, px_per_mm: float) -> F32 | None:
        """(3, h, w) or (3, 1, 1) float32: share of light left on pixels of a picture; None where none is lost."""
        lost = np.broadcast_arrays(*(grid.on_pixels(rows, columns, px_per_mm) for grid in self.lost))
        return 1 - np.stack(lost) if any(channel.any() for channel in lost) else None


def measure_redness(
    pixels: U8, space: ColourSpace, area: Area, *, skin: SkinOptics, course: Course, seed: int
) -> Redness | None:
    """Work out the redness at the moment of the picture.

    Parameters
    ----------
    pixels : ndarray (H, W, 3) uint8
        The photo: redness does not show on what lies behind the head.
    space : ColourSpace
        What its bytes mean.
    area : Area
        The treated area; not empty.
    skin : SkinOptics
        The skin, R, G, B.
    course : Course
        The moment.
    seed : int
        Seed of the blotches.

    Returns
    -------
    Redness or None
        None when there is none.
    """
    days = last_work_days(course)
    strength = 0.0 if days is None else redness(days, course.healing)
    if strength * course.redness_blood_frac == 0:
        return None
    cells = distance_in_picture(area, _OUTSIDE_MM)
    way = np.clip((cells.values + _OUTSIDE_MM) / (_OUTSIDE_MM + _BEHIND_MM), 0, 1)
    local = strength * way**2 * (3 - 2 * way)
    local *= skin_in_picture(pixels, space, area, cells)
    local *= np.clip(1 + _VARIES * random_field(cells, seed, _WAVES_MM, "redness"), *_LIMITS)
    asked = np.linspace(0, _LIMITS[1], _STEPS)
    lost = 1 - np.stack([skin.reddened(share * course.redness_blood_frac) for share in asked])
    red, green, blue = (
        Grid(cells.step_mm, cells.row, cells.column, np.interp(local, asked, lost[:, c])) for c in range(3)
    )
    return Redness((red, green, blue))
