"""What dots take from the light in all, and the ink that takes a share of that.

The visible darkening ``V`` of a dot is what it takes of the light of a channel, integrated over the skin.  With the
weights ``w`` and variances ``v`` of core, middle and far Gaussian (:mod:`smpsim.ink.optics`), ``A = w / (2 pi v)``
and ``Ein(A)``, the integral of ``(1 - exp(-t)) / t`` from 0 to A::

    V = 2 pi v1 Ein(A1) exp(-A2 v2 / (v1 + v2)) + 2 pi v2 Ein(A2) + w3

The core sees the light that the middle has left, as in the picture (:mod:`smpsim.raster.camera`).  ``V`` rises with
the ink, less and less: a saturated dot loses half of its ink before it shows.

Dots that share the skin take light from one another.  Those of a field that all have the share ``g`` of their own
darkening have together, with the means of ``V`` by near and far Gaussians and the law of :mod:`smpsim.raster.far`::

    D(g) = 1 - exp(-n g V_near) T_far(n g V_far)

so that for the share ``f`` of the field's darkening each must have ``g`` with ``D(g) = f D(1)``.

Numbers: choices of precision, speed and of how the ink is searched for; the formulas are derived.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import NamedTuple

import numpy as np
from scipy.special import exp1

from smpsim.arrays import F64
from smpsim.ink.field import far_light, light_from_below
from smpsim.ink.optics import dot_gaussians
from smpsim.ink.skin import SkinOptics

# Optical depth along the diameter at which half of what can be is seen, about; least share that is searched.
_HALF, _NOTHING = 1.5, 1e-8
# Bounds of a slope that is 1, about; a step that tells nothing of it; number of steps.
_SLOPES, _STILL, _STEPS = (0.3, 3.0), 1e-9, 6
# Ink goes to so many times what it was at most; shares of darkening are looked up in so many steps.
_MOST, _TABLE = 2.0, 201
# dots are taken so many at a time: their arrays stay in the cache
_BLOCK = 8192
# Ein is looked up in so many cells per unit; from here on it is a logarithm, to 1e-12
_EIN_STEPS, _EIN_ENDS = 32, 24
# no darkening at all, so that it has a logarithm
_TINY = 1e-300


def ein(a: F64) -> F64:
    """Integral of (1 - exp(-t)) / t from 0 to a, for a >= 0, to 1e-9: a quarter of the time of the integral itself."""
    steps = np.minimum(a, _EIN_ENDS) * _EIN_STEPS
    cell = np.minimum(steps.astype(np.intp), _EIN_ENDS * _EIN_STEPS - 1)
    steps -= cell
    first, *others = _ein_cubics()
    result = first.take(cell)
    for coefficients in others:
        result *= steps
        result += coefficients.take(cell)
    return np.where(a > _EIN_ENDS, np.euler_gamma + np.log(np.maximum(a, 1)), result)


@cache
def _ein_cubics() -> F64:
    """Coefficients (4, n) of the cubics that go through Ein and its slope, those of the highest power first."""
    a = np.arange(_EIN_ENDS * _EIN_STEPS + 1) / _EIN_STEPS
    large = np.maximum(a, 1e-3)
    value = np.where(a < 1e-3, a * (1 - a / 4), np.euler_gamma + np.log(large) + exp1(large))
    slope = np.where(a < 1e-3, 1 - a / 2, -np.expm1(-large) / large) / _EIN_STEPS
    rise, before, after = np.diff(value), slope[:-1], slope[1:]
    return np.stack([before + after - 2 * rise, 3 * rise - 2 * before - after, before, value[:-1]])


def visible(weights_mm2: F64, variances_mm2: F64) -> tuple[F64, F64]:
    """Light that a dot takes alone, integrated over the skin, mm2: by core and middle, and by the far Gaussian.

    Parameters
    ----------
    weights_mm2, variances_mm2 : ndarray (..., 3), mm2
        Integral of the optical depth, and variance along each axis, of core, middle and far Gaussian.

    Returns
    -------
    tuple of ndarray (...)
        Share of the light, times mm2.
    """
    areas = 2 * np.pi * variances_mm2[..., :2]
    core, middle = np.moveaxis(weights_mm2[..., :2] / areas, -1, 0)
    narrow, wide = np.moveaxis(areas, -1, 0)
    left = np.exp(-middle * wide / (narrow + wide))
    return np.asarray(narrow * ein(core) * left + wide * ein(middle)), weights_mm2[..., 2]


class Faded(NamedTuple):
    """Dots that have lost ink, or won some.

    Attributes
    ----------
    ink_per_mm : ndarray (N, C), /mm
        Absorption, at most twice what it was.
    size : ndarray (N, C)
        Factor of a dot's area that does the rest, where it is too dark to get darker; else nearly 1.
    """

    ink_per_mm: F64
    size: F64


def faded(
    share: F64,
    *,
    depth_mm: F64,
    diameter_mm: F64,
    ink_per_mm: F64,
    spread_mm2: F64,
    skin: SkinOptics,
    dots_per_mm2: float = 0.0,
) -> Faded:
    """Find the ink with which dots have a share of their visible darkening, after they have spread.

    Parameters
    ----------
    share : ndarray (N, C)
        Wanted visible darkening over that of the dots as they are given, dot by dot: from 0, and somewhat above 1.
    depth_mm, diameter_mm : ndarray (N,), mm
        The dots.
    ink_per_mm : ndarray (N, C), /mm
        Their absorption.
    spread_mm2 : ndarray (N,), mm2
        What is added to the variance of their Gaussians.
    skin : SkinOptics
        The skin, with C channels.
    dots_per_mm2 : float
        How many such dots share the skin; 0 for dots that stand alone.
    """
    left = Faded(ink_per_mm.copy(), np.ones(ink_per_mm.shape))
    every = slice(None, None, len(ink_per_mm) // _BLOCK + 1)
    crowds = _crowds(*_parts(depth_mm[every], diameter_mm[every], ink_per_mm[every], skin), depth_mm[every], skin)
    changed = np.flatnonzero((share != 1).any(1) | (spread_mm2 > 0))
    for start in range(0, len(changed), _BLOCK):
        some = changed[start : start + _BLOCK]
        z, d, mu = depth_mm[some], diameter_mm[some], ink_per_mm[some]
        each = np.stack([c.alone(f, dots_per_mm2) for c, f in zip(crowds, share[some].T, strict=True)], -1)
        wanted = each * sum(_parts(z, d, mu, skin))
        found, seen = _searched(partial(_seen, z, d, spread_mm2[some], skin), _log(wanted), mu * d[:, None])
        bare = (mu <= 0) | (each <= 0)
        left.ink_per_mm[some] = np.where(bare, 0.0, found / d[:, None])
        left.size[some] = np.where(bare, 1.0, wanted / np.where(seen > 0, seen, 1.0))
    return left


def _parts(z: F64, d: F64, ink: F64, skin: SkinOptics, spread: F64 | None = None) -> tuple[F64, F64]:
    """Darkening of dots alone by near and by far Gaussians, (N, C) each."""
    weights, sigmas = dot_gaussians(depth_mm=z, diameter_mm=d, ink_per_mm=ink, skin=skin)
    variances = sigmas**2
    return visible(weights, variances if spread is None else variances + spread[:, None, None])


def _seen(z: F64, d: F64, spread: F64, skin: SkinOptics, tau: F64) -> F64:
    near, far = _parts(z, d, tau / d[:, None], skin, spread)
    return near + far


class _Crowd(NamedTuple):
    """Dots that share the skin: what one takes alone, near and far (mm2), and the share of the light from below it."""

    near: float
    far: float
    below: float

    def alone(self, share: F64, dots_per_mm2: float) -> F64:
        """Share of its own darkening that each needs so that all together have the given share of theirs."""
        near, far = self.near * dots_per_mm2, self.far * dots_per_mm2
        if near + far <= 0:
            return share
        each = np.linspace(0, _MOST, _TABLE)
        together = 1 - np.exp(-near * each) * far_light(far * each, far * self.below * each)
        return np.interp(share * np.interp(1, each, together), together, each)


def _crowds(near: F64, far: F64, depth_mm: F64, skin: SkinOptics) -> list[_Crowd]:
    """Mean dot of each channel."""
    below = np.average(light_from_below(depth_mm, skin), axis=0, weights=far + _TINY)
    return [_Crowd(*means) for means in zip(near.mean(0).tolist(), far.mean(0).tolist(), below.tolist(), strict=True)]


def _searched(look: Callable[[F64], F64], wanted: F64, tau: F64) -> tuple[F64, F64]:
    """Find optical depths of which so much is seen (in logarithms), by secants; return them, and what is seen of them.

    The depth stands for itself as ``tau / (tau + 3 / 2)``, which is nearly proportional to what is seen of it.
    """
    low, high = np.log(_NOTHING), np.log(_filled(_MOST * tau))
    x = np.log(_filled(tau))
    y = _log(look(tau)) - wanted
    slope = np.ones(tau.shape)
    for _ in range(_STEPS):
        new_x = np.clip(x - y / slope, low, high)
        seen = look(_unfilled(new_x))
        new_y = _log(seen) - wanted
        moved = np.abs(new_x - x) > _STILL
        slope = np.where(moved, (new_y - y) / np.where(moved, new_x - x, 1.0), slope).clip(*_SLOPES)
        x, y = new_x, new_y
    return _unfilled(x), seen


def _filled(tau: F64) -> F64:
    return np.asarray(np.maximum(tau / (tau + _HALF), _NOTHING))


def _unfilled(x: F64) -> F64:
    q = np.exp(x)
    return np.asarray(_HALF * q / (1 - q))


def _log(seen: F64) -> F64:
    return np.asarray(np.log(np.maximum(seen, _TINY)))
