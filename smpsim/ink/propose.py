"""A treatment whose dots look like measured stubble: density, size of dots, needle depth and shade.

A dot takes its place in the picture by the light that is missing in it: ``integral of 1 - exp(-X)`` with the core and
the middle Gaussian of :mod:`smpsim.ink.optics` and 0.1 of the far one, a veil round many dots that is hardly seen
as part of one (an estimate, from dots that were rendered on samples and measured).  For each needle depth and shade
the size follows from the missing light of the mean mark.  Many pairs of depth and shade would do; that one is proposed
which has the colour and the width of the marks, as far as they are known, and is not far from what is usual (0.8 mm, a
dilution of 1:10, 0.25 mm).  How much each of these counts is an estimate.

Numbers: estimates, but for those that name their source; sizes of tables are choices.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq

from smpsim.arrays import F64
from smpsim.ink.needle import pigment_depth_mm
from smpsim.ink.optics import dot_gaussians, seen_width_mm
from smpsim.ink.pigment import deposits, mean_ink_per_mm, relative_absorption
from smpsim.ink.skin import SkinOptics
from smpsim.kinds import needed
from smpsim.parameters import PARAMETERS
from smpsim.scalp.stubble import Band, Stubble
from smpsim.treatment import Treatment

_SHADES = tuple(word for word in PARAMETERS["shade"].words if not word.startswith("tattoo"))
LIGHTEST = "carbon-1:30"
#: ITA (degrees) from which skin is very fair: "very light" begins at 55 (Chardon 1991), a photo tells it to about 5
VERY_FAIR_DEG = 50.0
# where pigment rests right: 0.15 to 0.36 mm
_NEEDLE_DEPTHS_MM = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2)
_DIAMETERS_MM = (0.08, 0.6)
# what is usual, and how far from it (standard deviation) a proposal may go as easily as miss the colour: estimates
_USUAL_DEPTH_MM, _USUAL_WATER, _USUAL_DIAMETER_MM = (0.8, 0.2), (10.0, 1.0), (0.25, 0.35)
# from 5 to 95 % of a normal distribution: derived
_BAND_SIGMAS = 3.29
# evenness (Clark and Evans) of dots placed with a regularity, measured at 60 and 150 per cm2: alike to 1 %, and as
# in docs/placement.md#measured
_REGULARITIES, _EVENNESS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.85), (1.17, 1.26, 1.36, 1.47, 1.575, 1.71)
# share of the far Gaussian that is seen as part of a dot
_VEIL = 0.1
_DOTS, _SIZES = 400, 15
_NEAR_ENOUGH = 0.1
_RADII_MM = (np.arange(100) + 0.5) * 0.02


@dataclass(frozen=True)
class Proposal:
    """A treatment that looks like what was measured.

    Attributes
    ----------
    treatment : Treatment
        The usual treatment with the leaves of `changes`.
    changes : dict of str to float or str
        Density, regularity, size of dots, needle depth and shade.
    bands : dict of str to Band
        90 % bands of density and size, from those of the measurement.
    notes : tuple of str
        What the user should know.
    """

    treatment: Treatment
    changes: dict[str, float | str]
    bands: dict[str, Band]
    notes: tuple[str, ...]


class _Plan(NamedTuple):
    cost: float
    treatment: Treatment


def propose_treatment(stubble: Stubble) -> Proposal:
    """Propose a treatment whose dots have the density and the darkness of measured stubble.

    Parameters
    ----------
    stubble : Stubble
        As :func:`smpsim.measure_stubble` tells it.

    Returns
    -------
    Proposal
        A start to be looked at, not a recipe: which pigment lies how deep cannot be told from a photo.

    Raises
    ------
    ParameterError
        When it is no Stubble.
    """
    skin = SkinOptics.from_ita(needed(stubble, Stubble, "stubble").ita_deg)
    spots = stubble.spot_mm2.value * np.array([c.value for c in stubble.darkening]) / stubble.darkness.value
    fair = stubble.ita_deg >= VERY_FAIR_DEG
    density, notes = _allowed("density_per_cm2", stubble.density_per_cm2.value)
    base = Treatment().replace(
        density_per_cm2=round(density), regularity=round(_regularity(stubble.evenness.value), 2)
    )
    plans = [
        _plan(base.replace(shade=shade, needle_depth_mm=depth), stubble, spots, skin)
        for shade in ((LIGHTEST,) if fair else _SHADES)
        for depth in _NEEDLE_DEPTHS_MM
    ]
    chosen = min(plans, key=lambda plan: plan.cost).treatment
    chosen = chosen.replace(diameter_mm=round(_diameter(chosen, spots[1], skin), 3))
    if fair:
        notes += (
            f"the skin is very fair (ITA {stubble.ita_deg:.0f} deg): the lightest shade first ({LIGHTEST}); "
            "go darker in a later session if need be",
        )
    notes += _shortfall(chosen, _mean_spot_mm2(chosen, skin) / spots[1])
    leaves = ("density_per_cm2", "regularity", "diameter_mm", "needle_depth_mm", "shade")
    bands = {"density_per_cm2": stubble.density_per_cm2, "diameter_mm": _size_band(chosen, stubble.spot_mm2)}
    return Proposal(chosen, {name: getattr(chosen, name) for name in leaves}, bands, notes)


def _shortfall(treatment: Treatment, reached: float) -> tuple[str, ...]:
    """Say when no dot has as much missing light as a mark."""
    if abs(np.log(reached)) < _NEAR_ENOUGH:
        return ()
    return (f"dots of {treatment.diameter_mm:g} mm are as near as they come: {reached:.0%} as dark",)


def _allowed(name: str, value: float) -> tuple[float, tuple[str, ...]]:
    """Hold a value in the range of its parameter, and say so."""
    about = PARAMETERS[name]
    held = min(max(value, about.low), about.high)
    return held, () if held == value else (f"{name}: {value:.4g} was measured; {about.allowed} is allowed",)


def _regularity(evenness: float) -> float:
    return float(np.interp(evenness, _EVENNESS, _REGULARITIES))


def _plan(treatment: Treatment, stubble: Stubble, spots: F64, skin: SkinOptics) -> _Plan:
    """Size the mean dot for a shade and a needle depth; how far it is from what was seen and from what is usual."""
    pigment, parts = treatment.shade.rpartition("-1:")[::2]
    depth, ink = pigment_depth_mm(treatment), mean_ink_per_mm(treatment)
    sizes = np.geomspace(*_DIAMETERS_MM, _SIZES)
    each = _spots_mm2(sizes, np.full(_SIZES, depth), np.full(_SIZES, ink), treatment, skin)
    diameter = float(np.exp(np.interp(np.log(spots[1]), np.log(each[:, 1]), np.log(sizes))))
    mine = np.array([np.interp(diameter, sizes, channel) for channel in each.T])
    unsure = np.array([np.log(c.high / c.low) / _BAND_SIGMAS for c in stubble.darkening])
    off = [
        np.log((mine / mine[1]) / (spots / spots[1]))[::2] / unsure[::2],
        [np.log(mine[1] / spots[1]) / _NEAR_ENOUGH],
    ]
    usual = (
        (treatment.needle_depth_mm - _USUAL_DEPTH_MM[0]) / _USUAL_DEPTH_MM[1],
        np.log((1 + float(parts)) / (1 + _USUAL_WATER[0])) / _USUAL_WATER[1],
        np.log(diameter / _USUAL_DIAMETER_MM[0]) / _USUAL_DIAMETER_MM[1],
        0.0 if pigment == "carbon" else 0.5,
    )
    if stubble.width_mm is not None:
        seen = seen_width_mm(depth_mm=depth, diameter_mm=diameter, ink_per_mm=ink, skin=skin)
        width = stubble.width_mm
        off.append([np.log(seen / width.value) / (np.log(width.high / width.low) / _BAND_SIGMAS)])
    return _Plan(float(sum((np.asarray(o) ** 2).sum() for o in (*off, usual))), treatment)


def _diameter(treatment: Treatment, spot_mm2: float, skin: SkinOptics) -> float:
    """Diameter of dots of which the mean has this missing light in G, within what is sensible."""

    def excess(diameter: float) -> float:
        return float(_mean_spot_mm2(treatment.replace(diameter_mm=diameter), skin)) - spot_mm2

    low, high = _DIAMETERS_MM
    if excess(low) >= 0 or excess(high) <= 0:
        return low if excess(low) >= 0 else high
    return float(brentq(excess, low, high, xtol=1e-3))


def _mean_spot_mm2(treatment: Treatment, skin: SkinOptics) -> float:
    """Missing light in G of the mean of some dots, which are spread evenly over their distribution."""
    streams: dict[str, F64] = {}

    def draw(name: str) -> F64:
        # an irrational step for each stream spreads numbers evenly, whatever the order of asking
        step = np.sqrt(2 + 3 * len(streams))
        return streams.setdefault(name, (0.5 + step * np.arange(_DOTS)) % 1 * (1 - 1e-9) + 5e-10)

    dots = deposits(treatment, draw)
    return float(_spots_mm2(dots.diameter_mm, dots.depth_mm, dots.ink_per_mm, treatment, skin)[:, 1].mean())


def _spots_mm2(diameter: F64, depth: F64, ink: F64, treatment: Treatment, skin: SkinOptics) -> F64:
    """Missing light of dots in R, G and B, mm2: (n, 3)."""
    absorbing = ink[:, None] * relative_absorption(treatment)
    weights, sigmas = dot_gaussians(depth_mm=depth, diameter_mm=diameter, ink_per_mm=absorbing, skin=skin)
    seen = np.array([1.0, 1.0, _VEIL])[:, None]
    weights, squares = weights[..., None] * seen, 2 * sigmas[..., None] ** 2
    depth_of_light = (weights / (np.pi * squares) * np.exp(-(_RADII_MM**2) / squares)).sum(-2)
    rings = 2 * np.pi * _RADII_MM * (_RADII_MM[1] - _RADII_MM[0])
    return np.asarray(-np.expm1(-depth_of_light) @ rings)


def _size_band(treatment: Treatment, spot: Band) -> Band:
    """Diameters of the ends of a band of missing light, which is nearly as their square."""
    return Band(*(treatment.diameter_mm * (v / spot.value) ** 0.5 for v in spot))
