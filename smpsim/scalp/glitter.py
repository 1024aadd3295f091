"""What glitter tells of shine: the colour of the lamp, and shine that is everywhere.

Where skin shines, light varies from place to place more than in matte skin: ``cov(I) = cov(diffuse) + l l' var(s)``.
What varies over 0.5 to 2.5 mm is taken; the first term is that of matte skin, relative to its light; the lamp's
colour is the first eigenvector of what is left.  It is believed by the share of the variance that it explains
(half at a third; an estimate), and only near white, as lamps that a camera was balanced for are.

Where all skin shines, the most colourful skin does too, and what was taken for its colour has shine in it.  But shine
glitters in proportion: against the glitter ``g`` (spread of s within 4 mm over the light) the share of shine is a
line, ``f = f0 + k g``, and where nothing glitters nothing shines: ``-f0`` is missing.  Uneven skin seems to glitter
too, by ``v`` (from the variance of s); the line is believed by g / v, and by 0.6 at most (found on samples of all
tones, where it halves the error on dark skin and leaves light skin alone; not known to hold for photographs).

Broad light without any glitter is a lamp of another colour on diffuse skin, not shine: shine is believed when g is a
quarter of it, or 1.25 v, in the median (estimates; below them less, to nothing at 0.12 and 0.9).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from smpsim.arrays import F32, F64, Bool

_FINE_MM, _COARSE_MM = 0.5, 2.5
_SHINING, _MATTE = 0.85, 0.35
_BELIEF = (0.15, 0.5)
_FAR, _FAR_COLOURED = 0.5, 1.6
_FEWEST, _EVERY, _MANY = 200, 3, 10_000
_NEAR_MM, _SCATTER = 4.0, 0.03
_SHINY, _BEYOND = (0.12, 0.25), (0.9, 1.25)
_GLITTERS, _TRUST, _MOST_HIDDEN = (0.8, 1.3), 0.6, 0.12


def lamp_colour(light: F32, shine: F32, lit: Bool, coloured: Bool, step_mm: float) -> tuple[F64 | None, F64 | None]:
    """Colours of the main lamp and of a coloured one, each (3,) of mean 1, or None when shine does not tell.

    Parameters
    ----------
    light : ndarray (3, h, w), linear
        Samples of the photo.
    shine : ndarray (h, w), linear
        A first guess of the shine in them.
    lit, coloured : ndarray (h, w) of bool
        Skin that the main lamp lights, and skin that is mostly lit by a coloured one.
    step_mm : float
        Distance of the samples.
    """
    if lit.sum() < _FEWEST:
        return None, None
    coarse = [gaussian_filter(c, _COARSE_MM / step_mm, truncate=2.5) for c in (*light, shine)]
    fine = [gaussian_filter(c, _FINE_MM / step_mm, truncate=2.5) for c in light]
    base = np.stack([c[lit] for c in coarse[:3]], -1)
    near = coarse[3][lit]
    change = np.stack([c[lit] for c in fine], -1) - base
    part = near / base.mean(-1)
    high, low = np.quantile(part, (_SHINING, _MATTE))
    shining, matte = part >= high, part <= low
    rough = _covariance(change[matte] / base[matte])
    diffuse = np.maximum(base - near[:, None], np.float32(0.1) * base)
    main = _lamp(change[shining], diffuse[shining], rough, _FAR) if high > 0 else None
    if coloured.sum() < _FEWEST:
        return main, None
    base = np.stack([c[coloured] for c in coarse[:3]], -1)
    change = np.stack([c[coloured] for c in fine], -1) - base
    return main, _lamp(change, np.float32(0.7) * base, rough, _FAR_COLOURED)


def _covariance(a: F32) -> F64:
    return np.asarray(a.T.astype(np.float64) @ a / len(a))


def _lamp(change: F32, diffuse: F32, rough: F64, far: float) -> F64 | None:
    """First eigenvector of the covariance beyond that of rough matte skin."""
    level = np.sqrt((diffuse.astype(np.float64) ** 2).mean(0))
    seen = _covariance(change)
    values, vectors = np.linalg.eigh(seen - level[:, None] * rough * level)
    vector = vectors[:, -1]
    colour = np.maximum(np.abs(vector), 1e-3)
    logs = np.log(colour / colour.mean())
    belief = np.clip((values[-1] / max(float(np.trace(seen)), 1e-20) - _BELIEF[0]) / (_BELIEF[1] - _BELIEF[0]), 0, 1)
    if belief <= 0 or np.abs(logs).max() > far or (vector.max() > 0 > vector.min()):
        return None
    found = np.exp((belief if far == _FAR else 1.0) * logs)
    return np.asarray(found / found.mean())


@dataclass(frozen=True, eq=False)
class Glitter:
    """How much shine varies within some millimetres, relative to the light, on (every second of) the samples.

    Attributes
    ----------
    share : ndarray
        Mean share of shine, below 0 too.
    spread : ndarray
        Standard deviation of the shine over the mean light.
    uneven : ndarray
        The same as uneven skin would have it.
    known : ndarray of bool
        Where there is skin.
    """

    share: F32
    spread: F32
    uneven: F32
    known: Bool

    def _thinned(self) -> tuple[F32, F32, F32] | None:
        """Return the three maps where there is skin, thinned, as they are smooth; None where there is too little."""
        thin = (slice(None, None, _EVERY), slice(None, None, _EVERY))
        known = self.known[thin]
        if known.sum() < _FEWEST // 8:
            return None
        return self.share[thin][known], self.spread[thin][known], self.uneven[thin][known]

    def belief(self) -> float:
        """How far the shine of the whole is believed (0 to 1) for glittering: as shine does, or more than skin."""
        maps = self._thinned()
        if maps is None:
            return 1.0
        share, spread, uneven = (float(np.median(a)) for a in maps)
        shine = (spread / max(share, 1e-3) - _SHINY[0]) / (_SHINY[1] - _SHINY[0])
        skin = (spread / max(uneven, 1e-6) - _BEYOND[0]) / (_BEYOND[1] - _BEYOND[0])
        return float(np.clip(max(shine, skin), 0, 1))

    def hidden(self) -> float:
        """Share of the light (0 to 0.12) that is shine where the least shine was found."""
        maps = self._thinned()
        if maps is None:
            return 0.0
        share, spread, uneven = maps
        ratio = float(np.median(spread) / max(float(np.median(uneven)), 1e-9))
        belief = np.clip((ratio - _GLITTERS[0]) / (_GLITTERS[1] - _GLITTERS[0]), 0, 1)
        if belief <= 0:
            return 0.0
        return float(np.clip(-_TRUST * belief * _intercept(spread, share), 0, _MOST_HIDDEN))


def glitter(light: F32, shine: F32, variance: F32, where: Bool, step_mm: float) -> Glitter:
    """Measure how shine varies from place to place.

    Parameters
    ----------
    light : ndarray (3, h, w), linear
        Samples of the photo.
    shine, variance : ndarray (h, w)
        Shine in them, below 0 too, and its variance.
    where : ndarray (h, w) of bool
        Skin.
    step_mm : float
        Distance of the samples.
    """
    n = 2 if where.sum() > _MANY else 1
    light, shine, variance, where = light[:, ::n, ::n], shine[::n, ::n], variance[::n, ::n], where[::n, ::n]
    known = where & np.isfinite(variance)
    sigma = _NEAR_MM / (step_mm * n)

    def mean(a: F32) -> F32:
        near = gaussian_filter(np.where(known, a, np.float32(0)), sigma, truncate=2.5)
        return np.asarray(near / np.maximum(below, np.float32(1e-6)), np.float32)

    below = gaussian_filter(known.astype(np.float32), sigma, truncate=2.5)
    brightness, average = np.maximum(mean(light.mean(0)), np.float32(1e-6)), mean(shine)
    spread, uneven = (
        np.asarray(np.sqrt(mean(a)) / brightness, np.float32) for a in (np.square(shine - average), variance)
    )
    return Glitter(np.asarray(average / brightness, np.float32), spread, uneven, known)


def _intercept(x: NDArray[np.floating], y: NDArray[np.floating]) -> float:
    """Intercept of a robust line."""
    weight = np.ones(len(x))
    for _ in range(6):
        total = weight.sum()
        mx, my = (weight @ x) / total, (weight @ y) / total
        slope = (weight @ ((x - mx) * (y - my))) / max(float(weight @ np.square(x - mx)), 1e-12)
        weight = 1 / (1 + np.square((y - my - slope * (x - mx)) / _SCATTER))
    return float(my - slope * mx) if slope > 0 else 0.0
