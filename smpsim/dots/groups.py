"""Groups of dots, as hairs grow: places of ranked placement become one, two or three dots.

A place is single, a pair or a triple by the shares asked for, ``1 - p - t``, ``p`` and ``t``, so it has
``m = 1 + p + 2 t`` dots on average.  Dots shall have the density asked for, so places are asked for ``1 / m`` of it; a
place of rank ``r`` appears, whole, where ``m r`` dots are asked for: that is the rank of its dots.  So places keep the
statistics of single dots at every density, and a slider adds or removes whole groups.

The dots of a group lie on the corners of a line or of an equilateral triangle round the place, turned at random, their
distance being that asked for within 20 % (an estimate).
"""

from __future__ import annotations

import numpy as np

from smpsim.arrays import F64, Int
from smpsim.dots.hashing import combine, stream, uniform
from smpsim.dots.ranked import Darts
from smpsim.parameters import Placement

# share by which the distance of two dots of a group varies: an estimate
_JITTER = 0.2


def dots_per_place(placement: Placement) -> float:
    """Mean number of dots at a place, 1 to 3."""
    return 1 + placement.pairs_frac + 2 * placement.triples_frac


def grouped(places: Darts, placement: Placement, skin: F64) -> tuple[Darts, Int]:
    """Put dots at every place.

    Parameters
    ----------
    places : Darts
        Places, with the density of places at which each appears.
    placement : Placement
        Shares of pairs and triples, and the distance of their dots.
    skin : ndarray (N,)
        Area of skin per area of chart at the places; 1 on the plane.

    Returns
    -------
    Darts
        Dots, with the density of dots at which each appears.
    ndarray (N,) of int
        Index of each dot's place.
    """
    number = _number(places, placement)
    place = np.repeat(np.arange(len(places)), number)
    member = np.arange(len(place)) - np.repeat(np.cumsum(number) - number, number)
    of = places[place]
    # distances are meant on the skin
    du, dv = _offsets(of, number[place], member, placement.group_distance_mm / np.sqrt(skin[place]))
    rank = of.rank_per_mm2 * dots_per_place(placement)
    return Darts(of.u_mm + du, of.v_mm + dv, rank, combine(of.key.view(np.int64), member)), place


def _number(places: Darts, placement: Placement) -> Int:
    """Dots at each place: 1, 2 or 3."""
    u = uniform(stream(places.key, "group"))
    return 1 + (u < placement.pairs_frac + placement.triples_frac) + (u < placement.triples_frac)


def _offsets(of: Darts, number: Int, member: Int, distance_mm: F64) -> tuple[F64, F64]:
    """From its place to each dot, mm."""
    turn = 2 * np.pi * (uniform(stream(of.key, "turn")) + member / number)
    distance = distance_mm * (1 + _JITTER * (2 * uniform(stream(of.key, "distance")) - 1))
    # corners of a polygon of that side; a single dot stays where it is
    radius = np.where(number > 1, distance / (2 * np.sin(np.pi / number)), 0)
    return radius * np.cos(turn), radius * np.sin(turn)
