"""Pigment, needle and hand: what is left in the skin, dot by dot.

Numbers: estimates, but for those that name their source; the interface has to say so too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from smpsim.arrays import F64
from smpsim.ink.needle import deposit_diameter_mm, pigment_depth_mm
from smpsim.treatment import Treatment

# Absorption of a deposit of undiluted pigment, /mm: a bottle holds 150 mg/cm3 of carbon black (15 % of it, says a
# working artist on r/SMPchat), of 7.5 /mm per mg/cm3 (Bond and Bergstrom 2006).  That two fifths of a deposit are ink
# has no source: an estimate.
_UNDILUTED_PER_MM = 150 * 7.5 * 0.4
# Beyond this the deposit is opaque.
_OPAQUE_PER_MM = 200.0
#: pigment -> its absorption at 610, 550, 450 nm, relative to 550 nm.  Carbon black: about 1 / wavelength (Bond and
#: Bergstrom 2006).  The others are estimates, as no spectrum of an SMP pigment is published: a neutral grey absorbs
#: all alike; iron oxide absorbs 400 to 550 nm strongly and red weakly (Leu 2014, of a brown ink), and a warm grey is
#: half of it and half carbon; a mixed tattoo black has phthalocyanine blue and green in it, which absorb red, and that
#: is what remains of it.
PIGMENTS = {
    "carbon": np.array([0.90, 1.00, 1.22]),
    "neutral": np.array([1.00, 1.00, 1.00]),
    "warm": np.array([0.67, 1.00, 1.54]),
    "brown": np.array([0.43, 1.00, 1.86]),
    "tattoo": np.array([1.50, 1.00, 0.80]),
}

# Tops of deposits stay this far below the skin (mm): what reaches the epidermis is shed within weeks.
_TOP_MM = 0.12
# The second hit of a doubled dot lies this many diameters beside the first; what ink a missed dot takes.  Estimates.
_BESIDE = (0.4, 1.0)
_MISSED_INK = 0.1
# Draws of size and ink, and of depth, end here, in standard deviations of their logarithm.
_SPREAD_LIMIT, _DEPTH_LIMIT = 2.5, 5.0
# So far above the mean of the logarithm of depth, in standard deviations, its draws may be cut below: an estimate.
_SHALLOW = 3.0
# smaller spreads are none: their square is lost beside 1
_NO_SPREAD = 1e-9


class Deposits(NamedTuple):
    """What the needle leaves, one value per dot.

    Attributes
    ----------
    diameter_mm, depth_mm : ndarray (N,)
        Diameter, and depth of the centre below the skin, mm.
    ink_per_mm : ndarray (N,)
        Absorption in green light, /mm.
    aspect : ndarray (N,)
        Longest over shortest axis, >= 1.
    angle_rad : ndarray (N,)
        Direction of the longest axis, 0 to pi, from x towards y.
    """

    diameter_mm: F64
    depth_mm: F64
    ink_per_mm: F64
    aspect: F64
    angle_rad: F64


def mean_ink_per_mm(treatment: Treatment) -> float:
    """Mean absorption of deposits in green light, /mm: as given, or from the dilution of the shade (estimate)."""
    given = treatment.ink.ink_per_mm
    if given is not None:
        return given
    parts_of_water = float(treatment.ink.shade.rpartition(":")[2])
    return min(_UNDILUTED_PER_MM / (1 + parts_of_water), _OPAQUE_PER_MM)


def pigment_of(treatment: Treatment) -> str:
    """Name of the pigment, a key of :data:`PIGMENTS`."""
    return treatment.ink.shade.rpartition("-1:")[0]


def relative_absorption(treatment: Treatment) -> F64:
    """Absorption of the pigment at R, G, B over that in green, (3,)."""
    return PIGMENTS[pigment_of(treatment)]


def deposits(treatment: Treatment, draw: Callable[[str], F64]) -> Deposits:
    """Draw what the needle leaves.

    Sizes and inks are log-normal, cut at 2.5 standard deviations.  Depths are log-normal as well, cut so that the top
    of every deposit stays 0.12 mm below the skin (or the top of the mean deposit, where that is higher): so large
    dots lie deeper, as a heavy hand makes them.  The cut makes the mean deeper; so the distribution is moved up until
    the mean is the depth asked for, or nearly so (at the default it is 0.26 mm).

    A doubled dot is one deposit, 1.4 to 2 times as long as wide: the needle hit again 0.4 to 1 diameters beside.  A
    missed one has a tenth of the ink.

    Parameters
    ----------
    treatment : Treatment
        Means and spreads.
    draw : callable
        Takes the name of a stream ("size", "depth", "ink", "aspect", "angle", "doubled" or "missed") and returns
        uniform numbers (N,) in (0, 1), independent of those of any other stream.

    Returns
    -------
    Deposits
        One value per dot.
    """
    about, ink_cv = treatment.deposit, treatment.ink.ink_cv
    depth, wide = pigment_depth_mm(treatment), deposit_diameter_mm(treatment)
    aspect, longer = _shape(draw, about.aspect_max, about.doubled_frac)
    diameter_mm = _log_normal(draw("size"), wide, about.diameter_cv) * longer**0.5
    missed = draw("missed") < about.missed_frac
    top = min(depth - wide / 2, _TOP_MM)
    whole = _before_cut(depth, about.depth_cv, max(top + wide / 2, 0.0))
    low = np.maximum(top + diameter_mm / 2, 0.0)
    depth_mm = _log_normal(draw("depth"), whole, about.depth_cv, low=low, limit=_DEPTH_LIMIT)
    return Deposits(
        diameter_mm=diameter_mm,
        depth_mm=depth_mm,
        ink_per_mm=_log_normal(draw("ink"), mean_ink_per_mm(treatment), ink_cv) * np.where(missed, _MISSED_INK, 1.0),
        aspect=aspect,
        angle_rad=np.pi * draw("angle"),
    )


def _shape(draw: Callable[[str], F64], aspect_max: float, doubled_frac: float) -> tuple[F64, F64]:
    """Aspect of each deposit, and how many times as long as a single one it is."""
    doubled, drawn = draw("doubled") < doubled_frac, draw("aspect")
    low, high = _BESIDE
    twice = 1 + low + (high - low) * drawn
    return np.where(doubled, twice, aspect_max**drawn), np.where(doubled, twice, 1.0)


def _before_cut(mean: float, cv: float, low: float) -> float:
    """Mean that log-normal numbers need to have the given one when they are cut below at `low`, or as near as allowed.

    Cut at a standard deviations above the mean of their logarithm, it grows by ndtr(s - a) / ndtr(-a), s^2 = log(1 +
    cv^2).
    """
    if cv < _NO_SPREAD or low <= 0:
        return mean
    sigma = np.sqrt(np.log1p(cv**2))

    def uncut(a: float) -> float:
        return float(low * np.exp(sigma**2 / 2 - a * sigma))

    def excess(a: float) -> float:
        return float(uncut(a) * ndtr(sigma - a) / ndtr(-a)) - mean

    deepest = float(np.log(low / mean) / sigma + sigma / 2)
    if deepest >= _SHALLOW or excess(deepest) <= 0:
        return mean
    return uncut(_SHALLOW if excess(_SHALLOW) > 0 else brentq(excess, deepest, _SHALLOW))


def _log_normal(u: F64, mean: float, cv: float, low: F64 | float = 0.0, limit: float = _SPREAD_LIMIT) -> F64:
    """Log-normal numbers of the given mean and spread by inversion, cut at `limit` sigmas and below at `low`."""
    if cv < _NO_SPREAD or mean == 0:
        return np.maximum(mean, np.zeros_like(u) + low)
    sigma = np.sqrt(np.log1p(cv**2))
    centre = np.log(mean) - sigma**2 / 2
    # Both cuts stay numbers where they are the same for all dots: what is made of them is made once.
    bottom: F64 | float = -limit
    ceiling: F64 | float = limit
    bounded = np.asarray(low) > 0
    if np.any(bounded):
        lowest = (np.log(np.where(bounded, low, 1.0)) - centre) / sigma
        bottom = np.where(bounded, np.maximum(bottom, lowest), bottom)
        # Where the bound lies beyond the upper cut, all that is left is the bound itself (far out ndtri is infinite).
        if np.any(bottom > limit):
            ceiling = np.maximum(limit, bottom)
    p0, p1 = ndtr(bottom), ndtr(ceiling)
    normal = np.clip(ndtri(p0 + u * (p1 - p0)), bottom, ceiling)
    return np.asarray(np.exp(centre + sigma * normal))
