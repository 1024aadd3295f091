"""What colour the lamp has, seen in the glitter of shine.

Where skin shines, light varies from place to place more than in matte skin: ``cov(I) = cov(diffuse) + l l' var(s)``.
What varies over 0.5 to 2.5 mm is taken; the first term is that of matte skin, relative to its light; the lamp's
colour is the first eigenvector of what is left.  It is believed by the share of the variance that it explains
(half at a third; an estimate), and only near white, as lamps that a camera was balanced for are.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter

from smpsim.arrays import F32, F64, Bool

_FINE_MM, _COARSE_MM = 0.5, 2.5
_SHINING, _MATTE = 0.85, 0.35
_BELIEF = (0.15, 0.5)
_FAR, _FAR_COLOURED = 0.5, 1.6
_FEWEST = 400


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
    diffuse = np.maximum(base - near[:, None], 0.1 * base)
    main = _lamp(change[shining], diffuse[shining], rough, _FAR) if high > 0 else None
    if coloured.sum() < _FEWEST:
        return main, None
    base = np.stack([c[coloured] for c in coarse[:3]], -1)
    change = np.stack([c[coloured] for c in fine], -1) - base
    return main, _lamp(change, 0.7 * base, rough, _FAR_COLOURED)


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
