"""What glitter tells of shine: the colour of the lamp, and shine that is everywhere.

Shine comes in sparks: its third moment is far from 0, while shading and the unevenness of skin are about symmetric.
With the change d of the light from the mean round it (within 3 mm, where skin shines most) and the axis
``v = c x (B c)``, to which shading along the skin's colour c and blood B are nothing::

    E[d (v.d)^2] = l (v.l)^2 E[(s - mean s)^3]  +  little

so the left side has the colour l of the lamp.  The skewness g of ``v.d`` tells how much of it is shine: the colour
is believed by g^2 / (g^2 + 0.5^2), the rest is white (an estimate; it keeps the lamps of the samples within 0.1 in
log on medium and dark skin, and near white on light skin, where shine is hard to see).

A coloured lamp, mostly from behind, lights the skin at a slant: there shine is most of what varies over 0.5 to 8 mm,
relative to the light.  Its colour is the first eigenvector of the covariance in the more coloured half.

Where all skin shines, the most colourful skin does too, and what was taken for its colour has shine in it.  But shine
glitters in proportion: against the glitter ``g`` (spread of s within 4 mm over the light) the share of shine is a
line, ``f = f0 + k g``, and where nothing glitters nothing shines: ``-f0`` is missing.  Uneven skin seems to glitter
too, by ``v`` (from the variance of s); the line is believed by g / v, and by 0.5 at most (found on samples of all
tones, where it halves the error on dark skin and leaves light skin alone; not known to hold for photographs).

Broad light without any glitter is a lamp of another colour on diffuse skin, not shine: shine is believed when g is a
quarter of it, or 1.25 v, in the median (estimates; below them less, to nothing at 0.12 and 0.9).

Numbers: estimates.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from smpsim.arrays import F32, F64, Bool
from smpsim.scalp.dichromatic import BLOOD, chroma
from smpsim.scalp.grid import wide_means

_FINE_MM, _COARSE_MM, _SPARK_MM = 0.5, 8.0, 3.0
_SHINING_MM, _SHINING = 2.0, 0.7
_SKEW = 0.5
_FAR, _NEAR_COLOURED, _FAR_COLOURED = 0.5, 0.4, 1.6
_FEWEST, _EVERY = 200, 3
_NEAR_MM, _SCATTER = 4.0, 0.03
_SHINY, _BEYOND = (0.12, 0.25), (0.9, 1.25)
_GLITTERS, _TRUST, _MOST_HIDDEN = (0.8, 1.3), 0.5, 0.12


def lamp_colour(light: F32, skin: F32, shine: F32, lit: Bool, step_mm: float) -> F64 | None:
    """Colour of the main lamp (3,) of mean 1, or None when shine does not tell.

    Parameters
    ----------
    light : ndarray (3, h, w), linear
        Samples of the photo.
    skin : ndarray (3, h, w)
        Colour of diffuse light.
    shine : ndarray (h, w)
        A first guess of the shine.
    lit : ndarray (h, w) of bool
        Skin that the main lamp lights.
    step_mm : float
        Distance of the samples.
    """
    if lit.sum() < _FEWEST:
        return None
    shining = _most(np.asarray(shine / light.mean(0)), lit, step_mm)
    change, colour = _change(light, lit, shining, step_mm, (0.0, _SPARK_MM))[0], skin[:, shining]
    axis = np.cross(colour.T, (colour * BLOOD[:, None].astype(np.float32)).T).T
    z = (axis / np.maximum(np.sqrt(np.square(axis).sum(0)), 1e-9) * change).sum(0)
    third = (change * np.square(z)).mean(1).astype(np.float64)
    skewness = float((z**3).mean() / max(float(np.square(z).mean()) ** 1.5, 1e-20))
    if skewness <= 0 or third.min() <= 0.1 * third.max():
        return None
    belief = skewness**2 / (skewness**2 + _SKEW**2)
    found = np.exp(belief * np.clip(np.log(third / third.mean()), -_FAR, _FAR))
    return np.asarray(found / found.mean())


def _most(share: F32, where: Bool, step_mm: float) -> Bool:
    """Find where there is most shine, with what is near."""
    known, sigma = where.astype(np.float32), _SHINING_MM / step_mm
    near = _mean(share * known, sigma) / np.maximum(_mean(known, sigma), np.float32(1e-3))
    return np.asarray(where & (near >= np.quantile(near[where], _SHINING)))


def coloured_lamp(light: F32, skin: Bool, coloured: Bool, step_mm: float) -> F64 | None:
    """Colour of a coloured lamp (3,) of mean 1, or None when shine does not tell.

    Parameters
    ----------
    light : ndarray (3, h, w), linear
        Samples of the photo.
    skin, coloured : ndarray (h, w) of bool
        Skin, and that part of it that this lamp lights more than others.
    step_mm : float
        Distance of the samples.
    """
    if coloured.sum() < _FEWEST:
        return None
    most = _most_coloured(light, skin, coloured, step_mm)
    change, base = _change(light, skin, most, step_mm, (_FINE_MM, _COARSE_MM))
    level = np.sqrt(np.square(base.astype(np.float64)).mean(1))
    vector = np.linalg.eigh(_covariance(change) / np.outer(level, level))[1][:, -1] * level
    colour = np.maximum(np.abs(vector), 1e-3)
    far = np.abs(np.log(colour / colour.mean())).max()
    if vector.max() > 0 > vector.min() or not _NEAR_COLOURED < far < _FAR_COLOURED:
        return None
    return np.asarray(colour / colour.mean())


def _most_coloured(light: F32, skin: Bool, coloured: Bool, step_mm: float) -> Bool:
    """Find the half of coloured samples whose chroma is farthest from that of the other skin."""
    near = np.stack([gaussian_filter(c, _SHINING_MM / step_mm, truncate=2.5) for c in light], -1).astype(np.float64)
    t, plain = chroma(near[coloured]), skin & ~coloured
    usual = np.median(chroma(near[plain if plain.any() else coloured]), axis=0)
    off = np.square(t - usual).sum(-1)
    most = coloured.copy()
    most[coloured] = off >= np.median(off)
    return most


def _change(light: F32, skin: Bool, where: Bool, step_mm: float, scale_mm: tuple[float, float]) -> tuple[F32, F32]:
    """How samples differ from the mean round them, and that mean: (3, n) each."""
    fine_mm, coarse_mm = scale_mm
    known = skin.astype(np.float32)
    below = np.maximum(_mean(known, coarse_mm / step_mm)[where], np.float32(1e-3))
    base: F32 = np.stack([_mean(c * known, coarse_mm / step_mm)[where] / below for c in light])
    fine = [gaussian_filter(c, fine_mm / step_mm, truncate=2.5) if fine_mm else c for c in light]
    return np.stack([c[where] for c in fine]) - base, base


def _mean(a: F32, sigma: float) -> F32:
    return wide_means(a, sigma, mirrored=True, truncate=2.5)


def _covariance(a: F32) -> F64:
    return np.asarray(a.astype(np.float64) @ a.T / a.shape[1])


@dataclass(frozen=True, eq=False)
class Glitter:
    """How much shine varies within some millimetres, relative to the light.

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
    known = where & np.isfinite(variance)
    sigma = _NEAR_MM / step_mm

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
