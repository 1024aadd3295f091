"""Many dots together: how much of the skin's light comes from below a depth.

With the names of :mod:`smpsim.ink.optics`, at the depth ``z``::

    c = exp(-2 p2 mueff z) / (1 + exp(p7) te^1.5 + p0 (musp z)^p1 exp(p6 te))

fitted to Monte Carlo transport (the share of the light that went below z; absolute error 0.028 rms for z of 0.1 mm and
more, as given with the coefficients).

Numbers: fitted to Monte Carlo transport, as given with the model (docs/model.md#many-dots); guards against 0 are
choices.
"""

from __future__ import annotations

import numpy as np

from smpsim.arrays import F64, Reals
from smpsim.ink.skin import SkinOptics

_P0, _P1, _P2, _P6, _P7 = 0.139217499, 1.55781657, 0.593473642, 1.39516329, -2.07179432
# darkest epidermis of the fit, and a share that is not yet none
_TE_MAX, _LEAST = 2.33, 1e-6
_TINY = np.float32(1e-30)


def light_from_below(depth_mm: F64, skin: SkinOptics) -> F64:
    """Share of the skin's diffuse light that has been below a depth.

    Parameters
    ----------
    depth_mm : ndarray, shape B, mm
        Depths, >= 0.
    skin : SkinOptics
        The skin, with C channels.

    Returns
    -------
    ndarray, B+(C,)
        Above 0, at most 1; falls with depth.
    """
    mua, musp = skin.mua_dermis_per_mm, skin.musp_per_mm
    te = np.minimum(skin.mua_epidermis_per_mm * skin.epidermis_mm, _TE_MAX)
    z = np.asarray(depth_mm, np.float64)[..., None]
    mueff = np.sqrt(3 * mua * (mua + musp))
    turned_back = np.exp(_P7) * te**1.5 + _P0 * (musp * z) ** _P1 * np.exp(_P6 * te)
    return np.asarray(np.maximum(np.exp(-2 * _P2 * mueff * z) / (1 + turned_back), _LEAST))


def far_light(x: Reals, m: Reals) -> Reals:
    """Share of the light that far Gaussians leave, by the law of :mod:`smpsim.raster.far`.

    Parameters
    ----------
    x : ndarray
        Sum of the optical depths of the far Gaussians, >= 0.
    m : ndarray of the same shape
        Sum of each times the share of the light that comes from below its dot.

    Returns
    -------
    ndarray of the same shape
        0 to 1.
    """
    # steps overwrite one another, so that they stay in the cache
    u = x / np.maximum(m, _TINY)
    u *= x
    u /= 2
    loss = u / 2
    loss += 1
    loss *= x
    u += 1
    u *= u
    loss /= u
    np.subtract(1, loss, out=loss)
    return np.maximum(loss, 0, out=loss)
