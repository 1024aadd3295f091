"""Deposits whose top is less than 0.12 mm below the skin: how the core of a dot looks there.

Deep down a dot is a soft shadow; near the surface it is seen directly.  With the top at ``t >= 0``, and per channel
the scattering ``musp``, the absorption ``mue`` and the thickness ``h`` of the epidermis, its optical depth ``te``::

    K  = e2 (mue + musp),  o = exp(e0) musp (1 - exp(-K h)) / K exp(e1 te)
    V  = o / (1 + o)                                    share of the skin's light that the epidermis sends back itself
    Ve = V (1 - exp(-K t) 2 mu / (K + 2 mu))            what of it is sent back above the pigment, or through it
    c  = 1 / (1 + l musp t^2 / d)                       the rest comes from below, past the deposit by 1 - c,
    Y  = tau / (1 + p tau),  tau = mu d                 or through it by exp(-Y)
    Xn = -ln(Ve + (1 - V) (1 - c (1 - exp(-Y))))        depth of the dot's centre, of one that is seen directly

Between there and 0.12 mm, where the closed form of :mod:`smpsim.ink.optics` begins and gives ``X12``::

    g  = (1 - t / 0.12 mm)^(3/4)
    X  = X12 (max(Xn / X12, 1))^g                       falls with depth, rises with ink, whatever the coefficients are
    s1 = s1 exp(g (w0 + w1 ln(1 + A1) + w2 V))          the shadow of a black ball has steeper flanks than a Gaussian

The core takes the change of X up (or, where X is less than the closed form has it, all three Gaussians are scaled).

The eight coefficients are fitted to the 450 Monte Carlo cases of this kind by ``tests/benchmarks/fit_optics.py``,
which also tells the error on tones, wavelengths and places that were left out of the fit.  That a deposit which
sticks out above the skin keeps the contrast of one that touches it, at its centre, is a convention: it loses light
in all, because what sticks out is gone.

Numbers: where the closed form begins is as given with it (docs/model.md#one-dot); the power of the gate and what keeps
logarithms finite are choices.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from smpsim.arrays import F64
from smpsim.ink.skin import SkinOptics

#: mm below the skin: deposits whose top is here or deeper are left to the closed form
DEEP_ENOUGH_MM = 0.12
_GATE = 0.75
# darkest a dot gets: it never takes more than 0.999 of the light
_LEAST_LEFT = 1e-3
_TINY = 1e-300


class Coefficients(NamedTuple):
    """Fitted numbers, named as in the equations; e2, l, p, w are dimensionless, exp(e0) too."""

    e0: float
    e1: float
    e2: float
    l: float  # noqa: E741
    p: float
    w0: float
    w1: float
    w2: float


#: by ``tests/benchmarks/fit_optics.py``
FITTED = Coefficients(-1.7514, 2.4841, 1.9501, 0.4921, 0.0475, 0.2555, -0.1806, -0.6502)


class Near(NamedTuple):
    """Shallow deposits: tops (mm, 0 where they stick out), diameters (mm) and ink (/mm), arrays that broadcast."""

    top_mm: F64
    diameter_mm: F64
    ink_per_mm: F64


def seen_directly(
    peaks: F64, sigmas_mm: F64, deepest: F64, near: Near, skin: SkinOptics, fit: Coefficients = FITTED
) -> tuple[F64, F64]:
    """Correct the Gaussians of shallow deposits.

    Parameters
    ----------
    peaks, sigmas_mm : ndarray (N, C, 3)
        Optical depth at the centre and standard deviation (mm) of core, middle and far by the closed form.
    deepest : ndarray (N, C)
        Optical depth at the centre by the closed form when the top is at 0.12 mm.
    near : Near
        The deposits, arrays (N, 1) or (N, C).
    skin : SkinOptics
        The skin.
    fit : Coefficients
        Fitted numbers.

    Returns
    -------
    tuple of ndarray (N, C, 3)
        Peaks and standard deviations.
    """
    gate = (1 - np.minimum(near.top_mm / DEEP_ENOUGH_MM, 1)) ** _GATE
    veil, within = _veil(skin, fit)
    seen = _seen_depth(near, veil, within, skin.musp_per_mm, fit)
    wanted = deepest * np.maximum(seen / np.maximum(deepest, _TINY), 1) ** gate
    total = peaks.sum(-1)
    less = np.minimum(wanted / np.maximum(total, _TINY), 1)
    peaks = peaks * less[..., None]
    peaks[..., 0] += np.maximum(wanted - total, 0)
    sigmas_mm = sigmas_mm.copy()
    sigmas_mm[..., 0] *= np.exp(gate * (fit.w0 + fit.w1 * np.log1p(peaks[..., 0]) + fit.w2 * veil))
    return peaks, sigmas_mm


def _veil(skin: SkinOptics, fit: Coefficients) -> tuple[F64, F64]:
    """Share of the light that the epidermis sends back itself, and 1 / the depth (mm) within which it does."""
    within = fit.e2 * (skin.mua_epidermis_per_mm + skin.musp_per_mm)
    sent = skin.musp_per_mm * -np.expm1(-within * skin.epidermis_mm) / within
    te = skin.mua_epidermis_per_mm * skin.epidermis_mm
    odds = np.exp(fit.e0 + fit.e1 * te) * sent
    return odds / (1 + odds), within


def _seen_depth(near: Near, veil: F64, within: F64, musp: F64, fit: Coefficients) -> F64:
    """Optical depth of the centre of a dot that is seen directly."""
    top, size, ink = near
    tau = ink * size
    above = veil * (1 - np.exp(-within * top) * 2 * ink / (within + 2 * ink))
    caught = 1 / (1 + fit.l * musp * top**2 / size)
    left = above + (1 - veil) * (1 + caught * np.expm1(-tau / (1 + fit.p * tau)))
    return np.asarray(-np.log((left + _LEAST_LEFT) / (1 + _LEAST_LEFT)))
