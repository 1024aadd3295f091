"""Dots of a treatment: ranked placement, selected by density, with what the needle leaves at each.

Placement works in the chart of the surface (:mod:`smpsim.scalp.chart`), as if that were all.  A dart of rank ``tau``
there, kept at a distance of ``c tau^-1/2``, has on the skin the rank::

    rho = tau / skin                        skin = area of skin per area of chart, at the dart

The chart scales all directions alike, by ``skin^-1/2``, so that on the skin it keeps ``c rho^-1/2``, and the darts of
``rho`` or less have the density ``rho`` there: locally it is the same process as on the plane, at another scale, and
so is every prefix.  (Two neighbours whose scales differ keep the distance of the later one in the chart: within half
the change of scale over that distance.)

Numbers: estimates, where no comment derives them; sizes of blocks are choices.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from smpsim.arrays import F64, U64
from smpsim.dots.density import Density
from smpsim.dots.groups import dots_per_place, grouped
from smpsim.dots.hashing import stream, uniform
from smpsim.dots.placed import Placed
from smpsim.dots.ranked import Darts
from smpsim.dots.table import Dots
from smpsim.ink.course import ink_of_session, session_of, share_placed
from smpsim.ink.pigment import Deposits, deposits
from smpsim.parameters import Edge
from smpsim.scalp.chart import LEAST_FACING, Spots
from smpsim.scalp.mask import Area
from smpsim.treatment import Treatment

#: c at regularity 1: the minimum distance of a saturated Poisson-disc set, sqrt(0.6965) density^-1/2:
#: derived from the density of :mod:`smpsim.dots.poisson`
SATURATED = 0.8346
# Dots have their full size and ink where the feather leaves this share of the density: both start at zero at the
# border, but so soon that the darkness of the skin over the density of dots is the same in every band.  An estimate by
# eye.
_FULL = 0.06
# share of size and of ink at the border, where they have a feather of their own: estimates
_FINEST, _LIGHTEST = 0.6, 0.3
# Between the middles of cells, where the demand is found, skin per chart may be this much more: 1 % per mm at worst.
_SLACK = 1.05
# Deposits are drawn for so many dots at a time.
_AT_ONCE = 8192


def place(area: Area, *, treatment: Treatment, seed: int, placed: Placed | None = None) -> tuple[Dots, Density]:
    """Place the dots of a treatment.

    Parameters
    ----------
    area : Area
        The treated area; not empty.
    treatment : Treatment
        What is asked for.
    seed : int
        Any integer: another seed, other dots.
    placed : Placed, optional
        What has been placed for other treatments of the same photo.

    Returns
    -------
    Dots
        The dots that stand after the treatment's session.
    Density
        The density that was asked for.
    """
    placement, course = treatment.placement, treatment.course
    density = Density(area, placement.added_per_cm2, treatment.edge, seed)
    each = dots_per_place(placement)
    shown = share_placed(course)
    demand = density.demand(shown).shared(each)
    # on a curved scalp the demand is no strict bound: see _SLACK
    flat = area.surface.chart is None
    places = (placed or Placed()).place(demand, c=placement.regularity * SATURATED, seed=seed, is_bound=flat)
    places = places[demand.asks(places, slack=_SLACK)]
    spots = area.surface.spots(places.u_mm, places.v_mm)
    asked, feather = asked_for(density, spots)
    stands = 100 * each * places.rank_per_mm2 / spots.skin <= shown * asked
    chosen = np.flatnonzero(stands & (spots.facing >= LEAST_FACING))
    places, asked, feather, spots = places[chosen], asked[chosen], feather[chosen], spots[chosen]
    if each > 1:
        return _in_groups(places, spots, asked, density, treatment), density
    rank = 100 * places.rank_per_mm2 / spots.skin
    return left_by(places, spots, rank, asked, feather, density, treatment), density


def _in_groups(places: Darts, spots: Spots, asked: F64, density: Density, treatment: Treatment) -> Dots:
    """Put dots at every place; they stand or fall together, but none stands outside of the area."""
    darts, place = grouped(places, treatment.placement, spots.skin)
    rank = 100 * darts.rank_per_mm2 / spots.skin[place]
    spots = density.area.surface.spots(darts.u_mm, darts.v_mm)
    here, feather = asked_for(density, spots)
    return left_by(darts, spots, rank, asked[place], feather, density, treatment)[here > 0]


def asked_for(density: Density, spots: Spots) -> tuple[F64, F64]:
    """Density asked for on the skin at some places of it, per cm2, and the feather in it."""
    x, y, _ = spots.space_mm
    feather = density.feather_at(spots.u_mm, spots.v_mm)
    return density.at(x, y, (spots.u_mm, spots.v_mm), feather), feather


def left_by(
    darts: Darts, spots: Spots, rank: F64, asked: F64, feather: F64, density: Density, treatment: Treatment
) -> Dots:
    """Give every dart, at its rank per cm2, what the needle leaves there.

    Parameters
    ----------
    darts, spots, rank
        The darts, where they lie, and the density at which each appears, per cm2.
    asked, feather
        What :func:`asked_for` says there.
    density : Density
        The density asked for.
    treatment : Treatment
        All parameters.
    """
    left = _left(darts, treatment)
    x, y, _ = spots.space_mm
    size, ink = feathered(darts, feather, density, treatment.edge)
    np.multiply(left.diameter_mm, size, out=left.diameter_mm)
    np.multiply(left.ink_per_mm, ink, out=left.ink_per_mm)
    session = session_of(rank / asked, treatment.course)
    np.multiply(left.ink_per_mm, ink_of_session(treatment.course, session), out=left.ink_per_mm)
    return Dots(
        x_mm=x,
        y_mm=y,
        u_mm=darts.u_mm,
        v_mm=darts.v_mm,
        diameter_mm=left.diameter_mm,
        depth_mm=left.depth_mm,
        ink_per_mm=left.ink_per_mm,
        aspect=left.aspect,
        angle_rad=left.angle_rad,
        rank_per_cm2=rank,
        session=session,
        foreshortening=spots.foreshortening,
    )


def _left(darts: Darts, treatment: Treatment) -> Deposits:
    """Draw the deposit at every dart, some at a time: what that takes stays in the cache."""
    left = Deposits(*np.empty((len(Deposits._fields), len(darts))))
    for start in range(0, len(darts), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        some = deposits(treatment, partial(_drawn, darts.key[part]))
        for whole, values in zip(left, some, strict=True):
            whole[part] = values
    return left


def _drawn(key: U64, name: str) -> F64:
    return uniform(stream(key, name))


def feathered(darts: Darts, feather: F64, density: Density, edge: Edge) -> tuple[F64, F64]:
    """Shares of size and ink that the border leaves each dart, each by its own feather where it has one."""
    u, v = darts.u_mm, darts.v_mm
    # what size squared times ink is proportional to
    strength = np.minimum(feather / _FULL, 1)
    size, ink = strength**0.25, strength**0.5
    if edge.size_feather_mm is not None:
        size = _FINEST + (1 - _FINEST) * density.risen(u, v, edge.size_feather_mm)
    if edge.shade_feather_mm is not None:
        ink = _LIGHTEST + (1 - _LIGHTEST) * density.risen(u, v, edge.shade_feather_mm)
    return size, ink
