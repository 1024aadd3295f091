"""The photo's camera: how sharp it is, region by region, and how much it smooths colour.

Both are read off the spectra of small windows of treated skin: sharpness from lightness (see
:mod:`smpsim.scalp.sharpness`), at most that of the edges nearby (:mod:`smpsim.scalp.edges`), and chroma so:

Where lightness has detail, skin has some of its colour as well.  The gain from lightness to chroma falls with
frequency by ``exp(-2 pi^2 c^2 f^2)`` where a camera, a denoiser or a JPEG has smoothed colour by c more than
lightness; skin's own colour is as if smoothed by about a pixel, which is taken off.  Where the noise of chroma at the
finest scale is as strong as that of lightness, nothing was smoothed.  A JPEG with fewer samples of chroma has smoothed
it at least as much as taking means of its cells and interpolating between them does.

Numbers: estimates, where no comment derives them or names a standard.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.fft import rfft2
from scipy.ndimage import gaussian_filter

from smpsim.arrays import F32, F64, U8
from smpsim.scalp.edges import edge_blur
from smpsim.scalp.grid import Grid, block_means
from smpsim.scalp.mask import Area
from smpsim.scalp.sharpness import Sharpness

# Variance of a pixel, which is a square of side 1: derived.
_PIXEL = 1 / 12
# windows of this many pixels a side, or half of it in a small area; at most so many of them
_WINDOW_PX, _MOST_WINDOWS = 96, 120
# share of a window that must be treated skin (less what float32 rounds), by every so many pixels
_SKIN, _EVERY_PX = 0.8 - 1e-6, 4
# cells of the map of sharpness along the longer side, windows that one needs, and smoothing of the map in cells
_CELLS, _ENOUGH, _SMOOTH = 5, 4, 0.7
# blur when there is too little skin to tell, and the least and the most that is believed, px
_USUAL_PX, _LEAST_PX, _MOST_PX = 0.6, 0.45, 16.0
_MOST_CHROMA_PX = 2.5
# Chroma noise over luma noise above which colour was not smoothed: independent noise in R, G, B gives about 0.9.
_UNSMOOTHED = 0.45
# Variance by which skin's own colour is smoother than its lightness, px2, and the least that is told from none, px:
# estimates from samples of 6 to 12 px/mm.
_OWN_PX2, _LEAST_CHROMA_PX = 1.0, 0.5
# Frequencies at which chroma is measured, in 1 / 32 cycles per px.
_RINGS = slice(3, 10)
# Smoothing by fewer samples of chroma, px: mean of 2 pixels and linear interpolation between the means have variances
# of 4 / 12 and 4 / 6 along an axis; along one axis for 4:2:2, along both for 4:2:0: derived.
_SUBSAMPLED_PX = {1: 0.5**0.5, 2: 1.0}
# variance of rounding to bytes: derived
_ROUNDING = 1 / 12
#: weights of lightness in Y'CbCr (ITU-R BT.601, as JPEG uses it)
LUMA = np.array([0.299, 0.587, 0.114])
_SQUARES = float(LUMA @ LUMA)
# Cb and Cr from B - Y and R - Y (ITU-R BT.601)
_TO_CB, _TO_CR = 0.564, 0.713
_TO_PLANES = np.stack([LUMA, _TO_CB * ([0, 0, 1] - LUMA), _TO_CR * ([1, 0, 0] - LUMA)]).astype(np.float32)


class Coding(Protocol):
    """How a JPEG was coded."""

    @property
    def luma(self) -> tuple[int, ...]:
        """Quantisation table of lightness, 64 numbers."""

    @property
    def subsampling(self) -> int:
        """0 is 4:4:4, 1 is 4:2:2, 2 is 4:2:0."""


@dataclass(frozen=True, eq=False)
class Camera:
    """Sharpness and chroma bandwidth of a photo.

    Attributes
    ----------
    px_per_mm : float
        Scale of the photo at its full size.
    blur_px : Grid
        Standard deviation of the blur, pixels of the photo, over the treated area.
    chroma_px : float
        Standard deviation by which colour is smoothed beyond lightness, pixels of the photo.
    skin : ndarray (3,)
        Encoded colour of the skin, scaled so that its lightness is 1.
    """

    px_per_mm: float
    blur_px: Grid
    chroma_px: float
    skin: F64

    def variance_mm2(self, x_mm: F64, y_mm: F64, px_per_mm: float) -> F64:
        """Variance by which each dot is spread along each axis, mm2, in a picture of the given scale.

        In a picture that is smaller than the photo, its pixels spread as well; nothing is sharper than its pixels.
        """
        smaller = px_per_mm < 0.999 * self.px_per_mm
        pixel = _PIXEL / px_per_mm**2 if smaller else 0.0
        variance = (self.blur_px.at(x_mm, y_mm) / self.px_per_mm) ** 2 + pixel
        return np.asarray(np.maximum(variance, (_LEAST_PX / px_per_mm) ** 2))

    @property
    def chroma_mm(self) -> float:
        """Standard deviation by which colour is smoothed beyond lightness, mm."""
        return self.chroma_px / self.px_per_mm


def measure_camera(pixels: U8, area: Area, jpeg: Coding | None = None) -> Camera:
    """Measure sharpness and chroma bandwidth in the treated area of a photo.

    Parameters
    ----------
    pixels : ndarray (H, W, 3) uint8
        The photo at its full size.
    area : Area
        The treated area; not empty.
    jpeg : Coding, optional
        How the photo was coded, if it is a JPEG: its losses are not taken for blur.
    """
    windows = _Windows(pixels, area)
    blur = windows.sharpness(area.px_per_mm, jpeg.luma if jpeg else None)
    widest = max(edge_blur(pixels, area), _LEAST_PX)
    blur = replace(blur, values=np.minimum(blur.values, widest))
    chroma = max(windows.chroma(), _SUBSAMPLED_PX.get(jpeg.subsampling, 0.0) if jpeg else 0.0)
    return Camera(area.px_per_mm, blur, chroma, _skin(pixels, area))


def _skin(pixels: U8, area: Area) -> F64:
    """Median encoded colour of the area over its lightness."""
    assert area.box is not None
    step = max(int(area.px_per_mm), 1)
    some = tuple(slice(side.start, side.stop, step) for side in area.box)
    sample = pixels[some][area.treated(*some) > 0.5]
    colour = np.array([_median(sample[:, c]) for c in range(3)]) if len(sample) else np.full(3, 128.0)
    colour = np.maximum(colour, 8.0)
    return np.asarray(colour / (LUMA @ colour))


def _median(values: U8) -> float:
    """Median of bytes, by their histogram."""
    below = np.bincount(values, minlength=256).cumsum()
    middle = np.array([(len(values) - 1) // 2, len(values) // 2])
    return float(np.searchsorted(below, middle, side="right").mean())


class _Windows:
    """Spectra of lightness and chroma in windows of treated skin."""

    def __init__(self, pixels: U8, area: Area) -> None:
        assert area.box is not None
        self._box = area.box
        self.side, self.corners = _places(area)
        taper = (np.hanning(self.side)[:, None] * np.hanning(self.side)).astype(np.float32)
        smooth = _polynomials(self.side)
        half = self.side // 2 + 1
        spectra = np.empty((len(self.corners), 3, self.side, half), np.complex64)
        for spectrum, (i, j) in zip(spectra, self.corners, strict=True):
            planes = _planes(pixels[i : i + self.side, j : j + self.side])
            planes -= np.einsum("cn,kn->ck", planes, smooth) @ smooth
            spectrum[...] = rfft2(planes.reshape(3, self.side, self.side) * taper, overwrite_x=True)
        self._energy = float((taper**2).sum())
        # real and imaginary parts beside one another: (3, windows, 2 side (side / 2 + 1))
        self._spectra = spectra.view(np.float32).reshape(len(self.corners), 3, 2 * self.side * half).swapaxes(0, 1)
        fy, fx = np.fft.fftfreq(self.side)[:, None], np.fft.rfftfreq(self.side)
        self._frequency = np.hypot(fy, fx).ravel().repeat(2)

    def _together(self, a: int, b: int) -> F64:
        """Mean over the windows of the products of two spectra, part by part: twice the mean is that of the whole."""
        return np.asarray(np.einsum("nk,nk->k", self._spectra[a], self._spectra[b]) / len(self.corners), np.float64)

    def _rings(self, per_cycle: int) -> sparse.csr_array:
        """Weights that average parts over directions, at multiples of 1 / per_cycle up to 1/2."""
        ring = np.rint(self._frequency * per_cycle).astype(np.intp)
        inside = np.flatnonzero(ring <= per_cycle // 2)
        ring = ring[inside]
        return sparse.csr_array(
            (2 / np.bincount(ring)[ring], (ring, inside)), (per_cycle // 2 + 1, len(self._frequency))
        )

    def sharpness(self, px_per_mm: float, table: tuple[int, ...] | None) -> Grid:
        """Map of the blur over the treated area, px."""
        rows, columns = self._box
        height, width = rows.stop - rows.start, columns.stop - columns.start
        cell = max(height, width) / _CELLS
        shape = (max(round(height / cell), 1), max(round(width / cell), 1))
        known, weight = np.zeros(shape), np.zeros(shape)
        overall = _USUAL_PX
        if len(self.corners) >= _ENOUGH:
            measure = Sharpness(self.side, px_per_mm, _ROUNDING * _SQUARES, table)
            power = (self._rings(self.side) @ np.square(self._spectra[0]).T).T / self._energy
            overall = _blur(power, measure)
            middle = (self.corners + self.side / 2 - (rows.start, columns.start)) / cell
            for i, j in np.ndindex(shape):
                near = (np.abs(middle - (i + 0.5, j + 0.5)) < 1).all(1)
                if near.sum() >= _ENOUGH:
                    known[i, j], weight[i, j] = np.log(_blur(power[near], measure)), 1
        # Cells without enough skin take what their neighbours have, or what the whole has.
        faint = 1e-3
        spread = gaussian_filter(weight, _SMOOTH, mode="constant") + faint
        logs = (gaussian_filter(known * weight, _SMOOTH, mode="constant") + faint * np.log(overall)) / spread
        return Grid(cell / px_per_mm, rows.start / cell, columns.start / cell, np.exp(logs))

    def chroma(self) -> float:
        """Smoothing of colour beyond that of lightness, px."""
        if len(self.corners) < _ENOUGH or self._noise_has_colour():
            return 0.0
        # Bytes are rounded in R, G and B, so the noise of rounding in Cb and Cr goes with that in lightness.
        rounding, rings = _ROUNDING * self._energy, self._rings(32)[_RINGS]
        shared = _TO_CB * (LUMA[2] - _SQUARES), _TO_CR * (LUMA[0] - _SQUARES)
        frequency = np.arange(_RINGS.start, _RINGS.stop) / 32
        power = rings @ self._together(0, 0)
        power = np.maximum(power - _SQUARES * rounding, 0.3 * _SQUARES * rounding)
        widths = np.linspace(0, _MOST_CHROMA_PX, 81)
        model = np.exp(-2 * np.pi**2 * widths[:, None] ** 2 * frequency**2)
        error = np.zeros(len(widths))
        for c in range(2):
            gain = (rings @ self._together(1 + c, 0) - shared[c] * rounding) / power
            most = (model @ gain) / (model**2).sum(1)
            error += ((gain - most[:, None] * model) ** 2).sum(1)
        found = float(np.sqrt(max(widths[error.argmin()] ** 2 - _OWN_PX2, 0)))
        return found if found >= _LEAST_CHROMA_PX else 0.0

    def _noise_has_colour(self) -> bool:
        """Whether the noise of the sensor, which is beyond that of rounding, is as strong in chroma as it would be."""
        finest = self._frequency > 0.4
        power = np.array([2 * self._together(c, c)[finest].mean() for c in range(3)])
        rounding = _ROUNDING * self._energy * np.array([_SQUARES, *_rounded_chroma()])
        noise = power - rounding
        return bool(noise[0] > rounding[0] and noise[1:].mean() > _UNSMOOTHED * noise[0])


def _blur(power: F64, measure: Sharpness) -> float:
    """Blur of windows of some power (n, side / 2 + 1), px."""
    return float(np.clip(measure.blur(power.mean(0)), _LEAST_PX, _MOST_PX))


def _rounded_chroma() -> tuple[float, float]:
    """Variance of Cb and of Cr when R, G and B have variance 1 each."""
    return _TO_CB**2 * (1 - 2 * LUMA[2] + _SQUARES), _TO_CR**2 * (1 - 2 * LUMA[0] + _SQUARES)


def _places(area: Area) -> tuple[int, NDArray[np.intp]]:
    """Side of the windows, and the corners (n, 2) of those that lie on treated skin."""
    assert area.box is not None
    rows, columns = area.box
    coverage = area.treated(*(slice(side.start, side.stop, _EVERY_PX) for side in area.box))
    for side in (_WINDOW_PX, _WINDOW_PX // 2):
        step = side // 2
        quarter = block_means(coverage, step // _EVERY_PX)
        i = np.arange(rows.start, rows.stop - side + 1, step)
        j = np.arange(columns.start, columns.stop - side + 1, step)
        half = quarter[: len(i)] + quarter[1 : len(i) + 1]
        treated = half[:, : len(j)] + half[:, 1 : len(j) + 1] >= 4 * _SKIN
        corners = np.stack(np.meshgrid(i, j, indexing="ij"), -1)[treated]
        if len(corners) >= 2 * _ENOUGH:
            break
    thin = -(-len(corners) // _MOST_WINDOWS) or 1
    return side, corners[::thin]


def _planes(pixels: U8) -> F32:
    """Lightness, Cb and Cr of encoded pixels, (3, n)."""
    return np.asarray(_TO_PLANES @ pixels.reshape(-1, 3).T.astype(np.float32))


@cache
def _polynomials(side: int) -> F32:
    """Orthonormal basis (6, side^2) of the quadratic polynomials on a window: shading, not detail."""
    y, x = np.mgrid[-1 : 1 : side * 1j, -1 : 1 : side * 1j]
    terms = np.stack([np.ones_like(x), x, y, x * y, x * x, y * y], -1).reshape(-1, 6)
    return np.ascontiguousarray(np.linalg.qr(terms)[0].T, np.float32)
