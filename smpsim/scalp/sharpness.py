"""Blur of a photo, from the spectrum of treated skin.

Skin has detail on all scales.  A lens, defocus and a denoiser multiply its power by a Gaussian, noise comes after
them, and a JPEG takes away what its table rounds to nothing::

    power = a f^-b (1 + f0 / f) exp(-4 pi^2 s^2 f^2) + n exp(-4 pi^2 m^2 f^2)        then the JPEG, then the bytes

s is the standard deviation of the blur in pixels, the pixel included; f0 is 0.8 cycles per mm.  Bytes add a known
noise, which is taken off; what the JPEG has taken is put back, as far as its tables are known.  s, b and m run over a
grid, and the mean of log s over it is the answer, weighted by how well each fits and by how likely it was before.
Where the finest detail of the skin is coarser than the blur, the two cannot be told apart, and the answer is too wide.

Numbers: estimates from samples with known blur, not from photographs.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.special import ndtr

from smpsim.arrays import F64, Int

# bands of frequency, of about equal width in its logarithm from 2 cycles per window on
_BANDS, _FIRST = 18, 2
# frequency below which the spectrum of skin is steeper, cycles per mm
_KNEE_PER_MM = 0.8
# what is likely beforehand: slope of the spectrum, and log of the blur in px, each as mean and standard deviation
_SLOPE, _LOG_BLUR = (0.8, 0.3), (np.log(0.9), 0.8)
# error of the log of the model, and what is added to it for each unit of the log by which power was corrected
_MISFIT, _CORRECTED = 0.2, 0.5
# least share of a band's power that may be left after the noise of bytes is taken off
_LEAST_LEFT = 0.01
# spread of the log of power over the blocks of a JPEG
_UNEVEN = 1.3
# grid of the fit: blur (px) and slope of detail, and blur of the noise (px)
_BLURS, _SLOPES = (a.ravel() for a in np.meshgrid(np.geomspace(0.3, 16, 30), np.arange(0.2, 2.7, 0.4), indexing="ij"))
_NOISE_BLURS = np.array([0.0, 0.35, 0.5])
# powers of which the JPEG's loss is tabulated
_POWERS = np.geomspace(1e-3, 1e6, 300)
_LOG_POWERS = np.log(_POWERS)


class Sharpness:
    """What turns a spectrum into a blur, for windows of one size on one photo.

    Parameters
    ----------
    side : int, px
        Side of a window.
    px_per_mm : float
        Scale of the photo.
    rounding : float
        Power that the rounding of bytes adds, per pixel (the variance of its noise).
    table : tuple of 64 int, optional
        Quantisation table of lightness, when the photo is a JPEG as its camera wrote it.
    """

    def __init__(self, side: int, px_per_mm: float, rounding: float, table: tuple[int, ...] | None = None) -> None:
        edges = np.unique(np.rint(np.geomspace(_FIRST, side // 2 + 1, _BANDS + 1)).astype(np.intp))
        self._edges, self._rounding = edges, rounding
        rings = np.arange(side // 2 + 1)
        # A ring has as many samples as its radius.
        self._share = rings.astype(np.float64)
        self._frequency = self._banded(rings / side)
        self._after = None if table is None else _after_jpeg(np.array(table).reshape(8, 8), self._frequency)
        f = self._frequency[:, None]
        fall = -4 * np.pi**2 * f**2
        skin = np.log1p(_KNEE_PER_MM / (f * px_per_mm)) - _SLOPES * np.log(f / f[0])
        self._models = _Models(np.exp(fall * _BLURS**2 + skin), np.exp(fall * _NOISE_BLURS**2))

    def _banded(self, rings: F64) -> F64:
        """Mean over the rings of each band, (side / 2 + 1) -> (bands,)."""
        total, number = (np.add.reduceat(v, self._edges[:-1]) for v in (self._share * rings, self._share))
        return np.asarray(total / number)

    def blur(self, power: F64) -> float:
        """Blur in px, 0.3 to 16.

        Parameters
        ----------
        power : ndarray (side / 2 + 1,)
            Mean power per pixel at 0, 1, ... cycles per window: the variance of white noise.
        """
        found = np.maximum(self._banded(power), 1e-9)
        corrected = np.maximum(found - self._rounding, _LEAST_LEFT * found)
        if self._after is not None:
            rows = zip(np.log(corrected), self._after, strict=True)
            corrected = np.exp([np.interp(p, row, _LOG_POWERS) for p, row in rows])
        weight = 1 / (_MISFIT**2 + (_CORRECTED * np.log(corrected / found)) ** 2)
        error = self._models.misfit(corrected, weight)
        blurs = np.log(_BLURS)
        error += ((_SLOPES - _SLOPE[0]) / _SLOPE[1]) ** 2 + ((blurs - _LOG_BLUR[0]) / _LOG_BLUR[1]) ** 2
        likely = np.exp((error.min() - error) / 2).sum(0)
        return float(np.exp((likely * blurs).sum() / likely.sum()))


class _Models:
    """Sums of detail and noise: (bands, noises, grid), so that sums over bands run along the grid."""

    def __init__(self, detail: F64, noise: F64) -> None:
        self._d = np.asarray(detail[:, None], np.float32)
        self._n = np.asarray(noise[:, :, None], np.float32)
        self._products = self._d * self._d, self._n * self._n, self._d * self._n

    def misfit(self, power: F64, weight: F64) -> F64:
        """Weighted squares of the log of power over the best sum, (noises, grid)."""
        p = (power / power[0]).astype(np.float32)[:, None, None]
        w0 = (weight / weight.max()).astype(np.float32)[:, None, None]
        d, n = self._d, self._n
        terms = (*self._products, d * p, n * p)
        model = p
        for _ in range(4):
            w = w0 / model**2
            dd, nn, dn, dp, np_ = ((w * a).sum(0) for a in terms)
            determinant = np.maximum(dd * nn - dn**2, 1e-30)
            of_detail = np.maximum((dp * nn - np_ * dn) / determinant, 0)
            of_noise = np.maximum((np_ - of_detail * dn) / nn, 0)
            of_detail = np.where(of_noise == 0, dp / dd, of_detail)
            model = np.maximum(of_detail * d + of_noise * n, 1e-9 * p)
        return np.asarray((weight[:, None, None] * np.log(p / model) ** 2).sum(0), np.float64)


def _after_jpeg(table: Int, frequency: F64) -> F64:
    """Log of the power that a JPEG leaves of each of _POWERS at some frequencies, (bands, powers)."""
    ratios, left = _quantised()
    angle = (np.arange(8) + 0.5) * np.pi / 16
    rows = []
    for f in frequency:
        # Wave k of the cosine transform of a block has k / 16 cycles per pixel.
        i, j = (np.clip(np.rint(16 * f * v), 0, 7).astype(np.intp) for v in (np.cos(angle), np.sin(angle)))
        steps = table[i, j][:, None] ** 2.0
        rows.append(np.log((steps * np.exp(np.interp(np.log(_POWERS / steps), ratios, left))).mean(0)))
    return np.array(rows)


@lru_cache
def _quantised() -> tuple[F64, F64]:
    """Log of the power of numbers before and after rounding to whole ones; they are normal, of uneven variance."""
    power = np.geomspace(1e-4, 10, 100)
    nodes, weights = np.polynomial.hermite_e.hermegauss(5)
    spread = np.sqrt(power * np.exp(_UNEVEN * nodes - _UNEVEN**2 / 2)[:, None])
    k = np.arange(1, 80)[:, None, None]
    each = 2 * (k**2 * (ndtr((k + 0.5) / spread) - ndtr((k - 0.5) / spread))).sum(0)
    after = (weights / weights.sum()) @ each
    far = np.geomspace(11, 1e9, 40)
    return np.log(np.append(power, far)), np.log(np.append(after + 1e-12, far + 1 / 12))
