"""What one dot does to the light: three Gaussians per dot and channel.

A spherical deposit of diameter ``d`` (a = d / 2) at depth ``z``, of absorption ``mu``, in a skin of epidermal optical
depth ``te``, dermal absorption ``mua`` and scattering ``musp``, takes the share ``1 - exp(-X(rho))`` of the diffuse
light at the distance ``rho`` from its centre::

    q  = 1 - 2 / tau^2 (1 - (1 + tau) exp(-tau)),  tau = mu d             absorption efficiency of a sphere
    ze = max(z - kz exp(-z musp) a q^2, 0.2 z),    t = ze musp            effective depth
    A  = pi a^2 q / (1 + sh 3 musp pi a^2 q / (4 pi a))                   absorbing cross-section
    S  = exp(s0 + sT te + sT2 te^2 + sA al + sTA te al - 2 sM mueff ze - sE te exp(-t))
         (1 - sig(sb) exp(-0.3 e^sc t)),           al = sqrt(mua / musp), mueff = sqrt(3 mua (mua + musp))
    s1 = sqrt((a1 ze (t / (1 + t))^e1 + c1 / musp)^2 + d1 d^2)            core
    s2 = (a2 ze + b2 / musp) / (1 + m2 mueff ze)                          middle
    s3 = (a3 ze + b3 / musp) / (1 + m3 mueff ze)                          far
    f1 = clip(exp(w1 - e^u1 t^(e^u2) + wT te + wT2 te^2), 0, 0.97)
    f3 = sig(v0 + v1 ln t + vT te + vM mueff / musp)
    X  = A S (f1 N(rho; s1) + (1 - f1)(1 - f3) N(rho; s2) + (1 - f1) f3 N(rho; s3))

with ``N`` the normalised two-dimensional Gaussian.  The 30 coefficients were fitted to Monte Carlo transport of 1057
cases; on other depths, sizes, tones and seeds the error is 6.4 % rms of the peak, 5.0 % of the width, 6.7 % of the
missing light.  Valid for z <= 2 mm and d 0.1 to 0.3 mm; beyond that it is an extrapolation.  A deposit whose top is
less than 0.12 mm below the surface gets another core, see :mod:`smpsim.ink.shallow`.  What would stick out above
the skin is cut off: the rest has its own centroid, and ``mu`` is thinned by the volume that is gone.

Numbers: fitted to Monte Carlo transport (docs/model.md#one-dot); the size of blocks is a choice.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from smpsim.arrays import F64
from smpsim.errors import ParameterError
from smpsim.ink.shallow import DEEP_ENOUGH_MM, FITTED, Coefficients, Near, seen_directly
from smpsim.ink.skin import SkinOptics

# fitted coefficients, named as in the equations
_S0, _ST, _ST2, _SA, _STA, _SM, _SE = 1.7317, 0.166638, -0.285602, 0.949763, -1.56406, 1.00323, 0.202692
_SB, _SC = 0.59804, 2.12577
_A1, _E1, _C1, _D1 = 0.232574, 0.535479, 0.0151349, 0.0492685
_A2, _B2, _M2 = 0.537711, 0.0978727, 0.161496
_A3, _B3, _M3 = 1.45903, 0.884033, 0.51915
_W1, _U1, _U2, _WT, _WT2 = -1.54504, 0.148931, 0.0845296, 0.776064, -0.24621
_V0, _V1, _VT, _VM = 1.79317, -0.0946671, -0.269369, -2.56908
_KZ, _SH = 0.470042, 0.24517
# The darkest epidermis of the fit has 2.32: beyond this the model would turn round, so it stays.
_TE_MAX = 2.33
# Dots are taken so many at a time: arrays that stay in the cache are worth half the time.
_BLOCK = 8192


class DotGaussians(NamedTuple):
    """Core, middle and far Gaussian of dots.

    Attributes
    ----------
    weights_mm2 : ndarray, B+(C, 3), mm2
        Integral of X over the skin, per Gaussian.
    sigmas_mm : ndarray, B+(C, 3), mm
        Standard deviation along each axis.
    """

    weights_mm2: F64
    sigmas_mm: F64


def dot_gaussians(
    *,
    depth_mm: ArrayLike,
    diameter_mm: ArrayLike,
    ink_per_mm: ArrayLike,
    skin: SkinOptics,
) -> DotGaussians:
    """Spread and darkness of dots.

    Parameters
    ----------
    depth_mm : array_like (B)
        Depth of the centre of the deposit below the skin, mm, > 0.  What would stick out above the skin is cut off.
    diameter_mm : array_like (B)
        Diameter of the deposit, mm, > 0.  Depth and diameter broadcast to the shape B.
    ink_per_mm : array_like, B or B+(C,)
        Absorption of the deposit, /mm, >= 0.
    skin : SkinOptics
        The skin, with C channels.

    Returns
    -------
    DotGaussians
        ``(weights_mm2, sigmas_mm)``, each of shape B+(C, 3).

    Raises
    ------
    ParameterError
        When a value is out of its range or not finite.
    """
    z, d, mu = _dots(depth_mm, diameter_mm, ink_per_mm, skin.n_channels)
    return gaussians_by(FITTED, z, d, mu, skin)


def gaussians_by(fit: Coefficients, z: F64, d: F64, mu: F64, skin: SkinOptics) -> DotGaussians:
    """Spread and darkness by given numbers of :mod:`smpsim.ink.shallow`; depth, diameter, ink are B+(1,) or B+(C,)."""
    skin = _as_dark_as_fitted(skin)
    if z.ndim == 1:
        return _of_block(fit, z, d, mu, skin)
    mu = np.broadcast_to(mu, z.shape[:-1] + mu.shape[-1:])
    weights, sigmas = (np.empty((*z.shape[:-1], skin.n_channels, 3)) for _ in range(2))
    for start in range(0, len(z), _BLOCK):
        part = slice(start, start + _BLOCK)
        weights[part], sigmas[part] = _of_block(fit, z[part], d[part], mu[part], skin)
    return DotGaussians(weights, sigmas)


def _of_block(fit: Coefficients, z: F64, d: F64, mu: F64, skin: SkinOptics) -> DotGaussians:
    shallow = (z - d / 2 < DEEP_ENOUGH_MM)[..., 0]
    centroid, share = _below_the_skin(z, d)
    weights, sigmas = _closed_form(centroid, d, mu * share, skin)
    if shallow.any():
        z, d, mu = z[shallow], d[shallow], np.broadcast_to(mu, shallow.shape + mu.shape[-1:])[shallow]
        deepest = _peaks(*_closed_form(DEEP_ENOUGH_MM + d / 2, d, mu, skin)).sum(-1)
        peaks, sigmas[shallow] = seen_directly(
            _peaks(weights[shallow], sigmas[shallow]),
            sigmas[shallow],
            deepest,
            Near(np.maximum(z - d / 2, 0), d, mu),
            skin,
            fit,
        )
        weights[shallow] = peaks * (2 * np.pi * sigmas[shallow] ** 2)
    return DotGaussians(weights, sigmas)


def _as_dark_as_fitted(skin: SkinOptics) -> SkinOptics:
    most = _TE_MAX / np.maximum(skin.epidermis_mm, 1e-9)
    return SkinOptics(
        mua_epidermis_per_mm=np.minimum(skin.mua_epidermis_per_mm, most),
        epidermis_mm=skin.epidermis_mm,
        mua_dermis_per_mm=skin.mua_dermis_per_mm,
        musp_per_mm=skin.musp_per_mm,
    )


def _peaks(weights: F64, sigmas: F64) -> F64:
    return np.asarray(weights / (2 * np.pi * sigmas**2))


def _closed_form(z: F64, d: F64, mu: F64, skin: SkinOptics) -> tuple[F64, F64]:
    """Weights and standard deviations as in the equations above; z, d are B+(1,), mu B+(1,) or B+(C,)."""
    te = skin.mua_epidermis_per_mm * skin.epidermis_mm
    mua, musp = skin.mua_dermis_per_mm, skin.musp_per_mm
    al, mueff = np.sqrt(mua / musp), np.sqrt(3 * mua * (mua + musp))
    q = absorption_efficiency(mu * d)
    ze = np.maximum(z - _KZ * np.exp(-z * musp) * d / 2 * q**2, 0.2 * z)
    t = ze * musp
    area = np.pi / 4 * d**2 * q
    area = area / (1 + _SH * 3 * musp * area / (2 * np.pi * d))
    strength = np.exp(
        _S0 + _ST * te + _ST2 * te**2 + _SA * al + _STA * te * al - 2 * _SM * mueff * ze - _SE * te * np.exp(-t)
    )
    strength *= 1 - expit(_SB) * np.exp(-0.3 * np.exp(_SC) * t)
    s1 = np.hypot(_A1 * ze * (t / (1 + t)) ** _E1 + _C1 / musp, np.sqrt(_D1) * d)
    s2 = (_A2 * ze + _B2 / musp) / (1 + _M2 * mueff * ze)
    s3 = (_A3 * ze + _B3 / musp) / (1 + _M3 * mueff * ze)
    f1 = np.clip(np.exp(_W1 - np.exp(_U1) * t ** np.exp(_U2) + _WT * te + _WT2 * te**2), 0, 0.97)
    f3 = expit(_V0 + _V1 * np.log(t) + _VT * te + _VM * mueff / musp)
    shares = np.stack([f1, (1 - f1) * (1 - f3), (1 - f1) * f3], axis=-1)
    return (area * strength)[..., None] * shares, np.stack([s1, s2, s3], axis=-1)


def dot_contrast(
    rho_mm: ArrayLike, *, depth_mm: ArrayLike, diameter_mm: ArrayLike, ink_per_mm: ArrayLike, skin: SkinOptics
) -> F64:
    """Share of the diffuse light that a dot takes away.

    Parameters
    ----------
    rho_mm : array_like (B)
        Distance from the centre of the dot along the skin, mm, >= 0.  Broadcasts with the dots: many distances of one
        dot, or one for each of many.
    depth_mm, diameter_mm, ink_per_mm, skin : array_like (B), SkinOptics
        As in :func:`dot_gaussians`; so C numbers of ink for one dot are those of its channels.

    Returns
    -------
    ndarray, B+(C,)
        C = 1 - R / R0, 0 to 1.

    Raises
    ------
    ParameterError
        When a value is out of its range or not finite.
    """
    rho = np.asarray(rho_mm, np.float64)
    if not np.all(np.isfinite(rho) & (rho >= 0)):
        raise ParameterError("rho_mm: distances must be finite and 0 or more", name="rho_mm")
    weights, sigmas = dot_gaussians(depth_mm=depth_mm, diameter_mm=diameter_mm, ink_per_mm=ink_per_mm, skin=skin)
    try:
        away = rho[..., None, None] / sigmas
    except ValueError:
        shapes = f"{rho.shape} does not fit to the dots' {weights.shape[:-2]}"
        raise ParameterError(f"rho_mm: the shape {shapes}", name="rho_mm") from None
    x = weights / (2 * np.pi * sigmas**2) * np.exp(-0.5 * away**2)
    return np.asarray(-np.expm1(-x.sum(-1)))


def seen_width_mm(
    *,
    depth_mm: float,
    diameter_mm: float,
    ink_per_mm: float,
    skin: SkinOptics,
    channel: int = 1,
    spread_mm2: float = 0.0,
) -> float:
    """Full width at half maximum of a dot's contrast, mm, before the camera.

    Parameters
    ----------
    depth_mm, diameter_mm, ink_per_mm : float
        As in :func:`dot_contrast`.
    skin : SkinOptics
        The skin.
    channel : int
        Colour channel; 1 is green.
    spread_mm2 : float, mm2
        What is added to the variance of its Gaussians, as pigment spreads.
    """
    rho = np.linspace(0, 4 * (depth_mm + diameter_mm + spread_mm2**0.5), 400)[:, None]
    weights, sigmas = dot_gaussians(depth_mm=depth_mm, diameter_mm=diameter_mm, ink_per_mm=ink_per_mm, skin=skin)
    w, v = weights[channel], sigmas[channel] ** 2 + spread_mm2
    falling = np.expm1(-(w / (2 * np.pi * v) * np.exp(-0.5 * rho**2 / v)).sum(-1))
    return float(2 * np.interp(falling[0] / 2, falling, rho[:, 0]))


def absorption_efficiency(tau: ArrayLike) -> F64:
    """Share of the light on a sphere's cross-section that it absorbs.

    Parameters
    ----------
    tau : array_like
        Optical depth along the diameter, >= 0.

    Returns
    -------
    ndarray, same shape
        0 to 1; van de Hulst 1957, the limit without refraction.
    """
    tau = np.asarray(tau, np.float64)
    large = np.clip(tau, 1e-2, 1e5)
    return np.where(tau < 1e-2, 2 / 3 * tau, 1 - 2 / large**2 * (1 - (1 + large) * np.exp(-large)))


def _dots(depth: ArrayLike, diameter: ArrayLike, ink: ArrayLike, channels: int) -> tuple[F64, F64, F64]:
    """Check and broadcast to B+(1,), B+(1,) and B+(1,) or B+(C,)."""
    z, d, mu = (np.asarray(v, np.float64) for v in (depth, diameter, ink))
    for name, value, bound in (("depth_mm", z, 0), ("diameter_mm", d, 0), ("ink_per_mm", mu, None)):
        if not np.all(np.isfinite(value) & ((value >= 0) if bound is None else (value > bound))):
            allowed = "0 or more" if bound is None else "above 0"
            raise ParameterError(f"{name}: dots must have finite values {allowed}", name=name)
    per_channel = mu.ndim == max(z.ndim, d.ndim) + 1 and mu.shape[-1] == channels
    if not per_channel:
        mu = mu[..., None]
    try:
        shape = np.broadcast_shapes(z.shape, d.shape, mu.shape[:-1])
    except ValueError:
        raise ParameterError(
            f"depth_mm {z.shape}, diameter_mm {d.shape} and ink_per_mm {np.shape(ink)} have shapes that do not fit "
            "together"
        ) from None
    return np.broadcast_to(z, shape)[..., None], np.broadcast_to(d, shape)[..., None], mu


def _below_the_skin(z: F64, d: F64) -> tuple[F64, F64]:
    """Depth of the centroid of the part of each sphere that is below the skin, and its share of the volume."""
    a = d / 2
    high = np.maximum(a - z, 0.0)  # height of the cap that sticks out
    if not high.any():
        return z, np.ones_like(z)
    cap = high**2 * (3 * a - high) / 4  # volumes are in units of pi * 4/3
    ball = a**3
    cap_centroid = np.where(high > 0, 0.75 * (2 * a - high) ** 2 / np.maximum(3 * a - high, 1e-300), 0.0)
    return z + cap * cap_centroid / (ball - cap), 1 - cap / ball
