"""Light as a sum of two colours: one that comes out of the skin, one that the lamp has.

A sample is ``I = a c + s l`` with the colour ``c`` of diffuse light, the colour ``l`` of the lamp, the amount ``a`` of
the first and ``s`` of the second.  What does not fit is taken relative to the light, ``e = (I - a c - s l) / I``, and
``e' P e`` is made smallest, where ``1 / P`` is the covariance that uneven skin has::

    P^-1 = u^2 (M M' + B B') + n^2          M = (0.70, 1, 1.70)   B = (0.12, 1, 1.05)

with what melanin (M) and blood (B) take from R, G and B, relative to G: estimates near their absorption at the
wavelengths of :mod:`smpsim.ink.skin`, (0.71, 1, 1.95) by Jacques 2013 and (0.08, 1, 1.60) by Prahl, and what the model
of medium skin loses by them, (0.74, 1, 1.69) and (0.19, 1, 0.86).

Chroma is ``t = (log R/G, log G/B)``: light of another colour shifts it, whatever the skin.

Numbers: estimates; steps and bounds are choices of precision.
"""

from __future__ import annotations

from functools import cache
from itertools import combinations
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from scipy.special import erfcx

from smpsim.arrays import F32, F64

MELANIN = np.array([0.70, 1.00, 1.70])
BLOOD = np.array([0.12, 1.00, 1.05])
_UNEVEN, _NOISE = 0.03, 0.02
_PRECISION = np.linalg.inv(_UNEVEN**2 * (np.outer(MELANIN, MELANIN) + np.outer(BLOOD, BLOOD)) + _NOISE**2 * np.eye(3))
_DARK = 1e-5
# share of shine below 0 at which the weight of a sample has fallen to a half
_COLOURFUL = 0.3
_RIDGE = 1e-6
# standard deviations beyond which a normal distribution is not cut off, or its tail exponential
_FAR, _HAZARD, _HALF = np.float32(8), (2 / np.pi) ** 0.5, 0.5**0.5
# steps of a table per standard deviation
_STEPS = np.float32(256)

_Float = TypeVar("_Float", bound=np.floating)


def chroma(linear: F64) -> F64:
    """Chroma (..., 2) of linear light (..., 3)."""
    logs = np.log(np.maximum(linear, _DARK))
    return np.asarray(logs[..., :2] - logs[..., 1:])


def tint(t0: F64, t1: F64) -> F64:
    """Linear light (3, ...) of a chroma, R = 1."""
    green = np.exp(-t0)
    return np.stack([np.ones_like(green), green, green * np.exp(-t1)])


def colour(t: F64) -> F64:
    """Linear light (..., 3) of a chroma (..., 2), R = 1."""
    return np.moveaxis(tint(t[..., 0], t[..., 1]), 0, -1)


def green_albedo(skin: NDArray[np.floating]) -> F64:
    """Albedo in G, at most 0.5, of skin of some colour (..., 3) under white light: a fit to all tones."""
    return np.asarray(np.minimum(0.86 * (skin[..., 2] / skin[..., 0]) ** 1.4, 0.5), np.float64)


def split(light: F64, skin: F64, lamp: F64) -> tuple[F64, F64]:
    """Share of shine in some light, and how far its hue is off the plane of skin and lamp.

    Parameters
    ----------
    light, skin, lamp : ndarray (..., 3)
        Linear light, none of it 0.

    Returns
    -------
    shine : ndarray (...)
        Mean over the channels of ``s l / I``; below 0 where the light is more colourful than the skin.
    hue : ndarray (...)
        Relative residual along the normal of the plane, signed.
    """
    c, m = np.moveaxis(skin / light, -1, 0), np.moveaxis(lamp / light, -1, 0)
    parts = Split(m)
    return parts.shine(c), parts.hue(c)


class Split:
    """The same with the lamp known, for planes (3, ...) of lamp and skin over the light: ``l / I`` and ``c / I``."""

    def __init__(self, lamp: F64) -> None:
        self._lamp = lamp
        self._square, self._sum = _dot(lamp, lamp), lamp[0] + lamp[1] + lamp[2]

    def shine(self, skin: F64) -> F64:
        """Share of shine."""
        cc, cm = _dot(skin, skin), _dot(skin, self._lamp)
        s = cc * self._sum - cm * (skin[0] + skin[1] + skin[2])
        return np.asarray(s / np.maximum(cc * self._square - cm * cm, 1e-9) * self._sum / 3)

    def hue(self, skin: F64) -> F64:
        """How far the hue is off the plane of skin and lamp."""
        (c0, c1, c2), (m0, m1, m2) = skin, self._lamp
        x, y, z = c1 * m2 - c2 * m1, c2 * m0 - c0 * m2, c0 * m1 - c1 * m0
        return np.asarray((x + y + z) / np.maximum(np.sqrt(x * x + y * y + z * z), 1e-9))


def one_sided(shine: F64, limit: float, tail: float) -> F64:
    """Weight of light for its share of shine: what is more colourful than the fit, below 0, counts most."""
    return np.where(shine < 0, tail / (1 + (shine / _COLOURFUL) ** 2), (1 - tail) / (1 + (shine / limit) ** 2))


def shine_of(light: F32, skin: F32, lamp: F32) -> tuple[F32, F32]:
    """Amount of shine of every sample and its variance.

    Parameters
    ----------
    light, skin, lamp : ndarray (3, h, w) float32
        Linear light above 0, the colours of diffuse light and of the lamp.

    Returns
    -------
    s, variance : ndarray (h, w) float32
        In units of ``lamp``; infinite variance where skin and lamp have the same colour.
    """
    c, m = skin / light, lamp / light
    pc, pm = _weighted(c), _weighted(m)
    cc, cm, mm = _dot(pc, c), _dot(pc, m), _dot(pm, m)
    det = cc * mm - cm * cm
    known = det > 1e-4 * cc * mm
    det = np.where(known, det, np.float32(1))
    s = np.where(known, (cc * pm.sum(0) - cm * pc.sum(0)) / det, np.float32(0))
    return s, np.where(known, cc / det, np.float32(np.inf))


def expected(s: F32, variance: F32, mean: F32) -> F32:
    """Find the shine to be expected where it is measured with normal errors and exponentially distributed.

    What is known of a sample's shine is then a normal distribution round ``s - variance / mean``, cut off below 0;
    this is its mean.

    Parameters
    ----------
    s, variance : ndarray float32
        Measured shine, below 0 too, and its variance; where that is infinite, nothing is to be expected.
    mean : ndarray float32, above 0
        Mean shine of the surroundings.
    """
    known = np.isfinite(variance)
    variance = np.where(known, variance, np.float32(1))
    deviation = np.sqrt(variance)
    z: F32 = np.asarray((s - variance / mean) / deviation, np.float32)
    here = np.where(z < -_FAR, -1 / np.minimum(z, -_FAR), np.maximum(_cut_off(z), z))
    return np.asarray(np.where(known, deviation * here, np.float32(0)), np.float32)


def _cut_off(z: F32) -> F32:
    """Mean of a normal distribution round z, cut off below 0, from a table: within 1e-6."""
    at = np.clip(z, -_FAR, _FAR)
    at += _FAR
    at *= _STEPS
    below = at.astype(np.int32)
    at -= below
    values, changes = _cut_offs()
    result: F32 = changes.take(below)
    result *= at
    result += values.take(below)
    return result


@cache
def _cut_offs() -> tuple[F32, F32]:
    """Values in steps from -_FAR to _FAR, and their changes to the next; by the scaled error function."""
    z = np.arange(2 * _FAR * _STEPS + 1, dtype=np.float64) / _STEPS - _FAR
    # density over distribution of the normal distribution
    values = z + _HAZARD / erfcx(-z * _HALF)
    return values.astype(np.float32), np.diff(values, append=values[-1]).astype(np.float32)


def _weighted(a: F32) -> F32:
    p = _PRECISION.astype(np.float32)
    return np.stack([p[i, 0] * a[0] + p[i, 1] * a[1] + p[i, 2] * a[2] for i in range(3)])


def _dot(a: NDArray[_Float], b: NDArray[_Float]) -> NDArray[_Float]:
    return np.asarray(a[0] * b[0] + a[1] * b[1] + a[2] * b[2])


def smooth(values: F64, weight: F64, sigma: float) -> F64:
    """Weighted Gaussian mean of values (h, w) or (h, w, n) over neighbours."""
    weight = weight + 1e-9
    below = gaussian_filter(weight, sigma)
    if values.ndim == 2:
        return np.asarray(gaussian_filter(values * weight, sigma) / np.maximum(below, 1e-12))
    above = gaussian_filter(values * weight[..., None], (sigma, sigma, 0))
    return np.asarray(above / np.maximum(below, 1e-12)[..., None])


def step(x: NDArray[_Float], low: float, high: float) -> NDArray[_Float]:
    """0 below ``low``, 1 above ``high`` (or the other way round), smooth between."""
    z = np.clip((x - low) / (high - low), 0, 1)
    return np.asarray(z * z * (3 - 2 * z))


def amounts(light: F64, *colours: F64) -> F64:
    """Split light into three colours, none of them less than nothing.

    Parameters
    ----------
    light : ndarray (..., 3)
        Linear light, none of it 0.
    colours : 3 ndarrays (..., 3)
        The colours.

    Returns
    -------
    ndarray (..., 3)
        How much of each: least squares relative to the light over all subsets, of which the best without a
        negative amount is taken.
    """
    parts = np.stack(colours, -1) / light[..., None]
    best, found = np.full(light.shape[:-1], np.inf), np.zeros(light.shape)
    for n in (1, 2, 3):
        for some in combinations(range(3), n):
            chosen = parts[..., some]
            across = np.swapaxes(chosen, -1, -2)
            x = np.linalg.solve(across @ chosen + _RIDGE * np.eye(n), across.sum(-1)[..., None])
            off = np.square((chosen @ x)[..., 0] - 1).sum(-1)
            better = (off < best) & (x[..., 0] >= 0).all(-1)
            full = np.zeros(light.shape)
            full[..., some] = x[..., 0]
            best, found = np.where(better, off, best), np.where(better[..., None], full, found)
    return found
