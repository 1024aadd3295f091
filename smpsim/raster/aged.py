"""Dots at their age: what each takes from the light at the moment of the picture.

Settled dots are as the needle left them, but in tissue that takes ink otherwise (scars).  There, and at any other
moment, a dot has a share of its visible darkening: the tissue's, by :mod:`smpsim.ink.healing` in the first weeks and
by :mod:`smpsim.ink.years` later.  The ink for it is found per dot (:func:`smpsim.ink.loss.faded`), and its Gaussians
spread.  Scabs lie over the dots as further ones.

When a scab falls depends on the dot (half) and on its surroundings (half), by smooth random fields: some places heal
before others, so that the work looks patchy after a week.

Numbers: an estimate.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri

from smpsim.arrays import F64, U64
from smpsim.dots.hashing import place_key, stream, uniform
from smpsim.dots.noise import random_field
from smpsim.dots.table import Dots
from smpsim.ink.course import ages
from smpsim.ink.healing import Scabs, scabs, shed_day, visible_healing
from smpsim.ink.loss import faded
from smpsim.ink.pigment import pigment_of, relative_absorption
from smpsim.ink.skin import SkinOptics
from smpsim.ink.years import spread_mm2, visible_left
from smpsim.scalp.grid import Grid
from smpsim.scalp.mask import Area
from smpsim.treatment import Treatment

# wavelengths (mm) on which some places heal before others: an estimate
_PATCHES_MM = (9.0, 30.0)


class Aged(NamedTuple):
    """Dots at the moment of the picture, one value per dot.

    Attributes
    ----------
    ink_per_mm : ndarray (N, 3), /mm
        Absorption of the deposits for R, G, B.
    spread_mm2 : ndarray (N,), mm2
        What is added to the variance of their Gaussians.
    size : ndarray (N, 3)
        Growth of their area for R, G, B.
    scabs : Scabs or None
        What lies on them, if anything does.
    """

    ink_per_mm: F64
    spread_mm2: F64
    size: F64
    scabs: Scabs | None = None


def aged(
    dots: Dots,
    treatment: Treatment,
    skin: SkinOptics,
    area: Area,
    seed: int,
    residue: F64 | None = None,
    *,
    dots_per_mm2: float | None = None,
) -> Aged:
    """Work out what has become of dots.

    Parameters
    ----------
    dots : Dots
        The dots, as the needle left them.
    treatment : Treatment
        Pigment and moment.
    skin : SkinOptics
        The skin, R, G, B.
    area : Area
        The treated area; not empty.
    seed : int
        Seed of what heals before what.
    residue : ndarray (N,), optional
        Share of their visible darkening that a laser has left, 0 to 1.
    dots_per_mm2 : float, optional
        How crowded they are; by their own number when not given.
    """
    course, tissue = treatment.course, treatment.skin
    ink = dots.ink_per_mm[:, None] * relative_absorption(treatment)
    old = ages(course, dots.session)
    ordinary = tissue.ink_response == 1 and not tissue.ink_spread_mm
    if not len(dots) or (old is None and residue is None and ordinary):
        return Aged(ink, np.zeros(len(dots)), np.ones(ink.shape))
    share = np.full(ink.shape, tissue.ink_response)
    spread = np.full(len(dots), tissue.ink_spread_mm**2)
    crusts = None
    if residue is not None:
        share *= residue[:, None]
    if old is not None:
        key = place_key(dots.u_mm, dots.v_mm)
        shed = shed_day(_late(dots, key, area, seed), course.healing)
        healing = visible_healing(old.days, shed, course.first_loss_frac)
        share *= healing[:, None] * visible_left(old.years, course.fading, pigment_of(treatment))
        spread += spread_mm2(old.years, dots.depth_mm, course.fading)
        crusts = scabs(old.days, shed, dots.diameter_mm, uniform(stream(key, "scab")))
    left = faded(
        share,
        depth_mm=dots.depth_mm,
        diameter_mm=dots.diameter_mm,
        ink_per_mm=ink,
        spread_mm2=spread,
        skin=skin,
        dots_per_mm2=len(dots) / (100 * area.area_cm2) if dots_per_mm2 is None else dots_per_mm2,
    )
    return Aged(left.ink_per_mm, spread, left.size, crusts if crusts is not None and crusts.depth.any() else None)


def _late(dots: Dots, key: U64, area: Area, seed: int) -> F64:
    """When each dot sheds its scab among all, 0 to 1, evenly: by itself and by its surroundings."""
    own = ndtri(uniform(stream(key, "shed")))
    around = random_field(area.cells, seed, _PATCHES_MM, "healing")
    cells = area.cells
    place = Grid(cells.step_mm, cells.row, cells.column, around).at(dots.u_mm, dots.v_mm)
    return np.asarray(ndtr((own + place) / 2**0.5))
