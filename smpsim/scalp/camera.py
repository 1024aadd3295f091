"""The photo's camera: how sharp it is, region by region, and how much it smooths colour.

Both are read off the spectra of small windows of treated skin.

* **Sharpness.** Skin has detail on all scales: the power of lightness falls about as ``f^-b``, b 1 to 4.5.  A lens,
  defocus and a denoiser multiply it by ``exp(-4 pi^2 s^2 f^2)``, noise adds a constant.  The s that fits best is the
  standard deviation of the blur in pixels, the pixel included.  On samples of known blur it is right to about 15 %
  where the blur is wider than the finest detail of the skin.
* **Chroma.** Where lightness has detail, skin has some of its colour as well.  The gain from lightness to chroma falls
  with frequency by ``exp(-2 pi^2 c^2 f^2)`` where a camera, a JPEG with halved chroma or a denoiser has smoothed
  colour by c more than lightness.  Where the noise of chroma at the finest scale is as strong as that of lightness,
  nothing was smoothed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from smpsim.arrays import F32, F64, U8
from smpsim.scalp.grid import Grid
from smpsim.scalp.mask import Area

# Variance of a pixel, which is a square of side 1.
_PIXEL = 1 / 12
# windows of this many pixels a side, or half of it in a small area; at most so many of them
_WINDOW_PX, _MOST_WINDOWS = 96, 120
# share of a window that must be treated skin
_SKIN = 0.8
# cells of the map of sharpness along the longer side, windows that one needs, and smoothing of the map in cells
_CELLS, _ENOUGH, _SMOOTH = 5, 4, 0.7
# blur when there is too little skin to tell, and the least and the most that is believed, px
_USUAL_PX, _LEAST_PX, _MOST_PX = 0.6, 0.45, 16.0
_MOST_CHROMA_PX = 2.5
# Chroma noise over luma noise above which colour was not smoothed: independent noise in R, G, B gives about 0.9.
_UNSMOOTHED = 0.45
# grid of the fit: blur of detail (px), slope of its spectrum, blur of noise (px); along axes 0, 1, 2 of four
_BLURS = np.concatenate([[0.0], np.geomspace(0.3, _MOST_PX, 48)])[:, None, None, None]
_SLOPES = np.arange(1.0, 4.6, 0.5)[:, None, None]
# an error that is this much larger is nearly as good
_NEARLY = 1.02
_NOISE_BLURS = np.array([0.0, 0.35, 0.5, 0.65])[:, None]
#: weights of lightness in Y'CbCr (ITU-R BT.601, as JPEG uses it)
LUMA = np.array([0.299, 0.587, 0.114])

Complex = NDArray[np.complex64]


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


def measure_camera(pixels: U8, area: Area) -> Camera:
    """Measure sharpness and chroma bandwidth in the treated area of a photo.

    Parameters
    ----------
    pixels : ndarray (H, W, 3) uint8
        The photo at its full size.
    area : Area
        The treated area; not empty.
    """
    windows = _Windows(pixels, area)
    return Camera(area.px_per_mm, windows.sharpness(area.px_per_mm), windows.chroma(), _skin(pixels, area))


def _skin(pixels: U8, area: Area) -> F64:
    """Median encoded colour of the area over its lightness."""
    assert area.box is not None
    step = max(int(area.px_per_mm), 1)
    sample = pixels[area.box][::step, ::step][area.coverage[area.box][::step, ::step] > 0.5]
    colour = np.median(sample, axis=0) if len(sample) else np.full(3, 128.0)
    colour = np.maximum(colour, 8.0)
    return np.asarray(colour / (LUMA @ colour))


class _Windows:
    """Spectra of lightness and chroma in windows of treated skin."""

    def __init__(self, pixels: U8, area: Area) -> None:
        assert area.box is not None
        self._box = area.box
        self.side, self.corners = _places(area)
        taper = (np.hanning(self.side)[:, None] * np.hanning(self.side)).astype(np.float32)
        smooth = _polynomials(self.side).astype(np.float32)
        spectra = []
        for i, j in self.corners:
            planes = _planes(pixels[i : i + self.side, j : j + self.side]).reshape(3, -1)
            detail = planes - (planes @ smooth) @ smooth.T
            spectra.append(np.fft.rfft2(detail.reshape(3, self.side, self.side) * taper))
        shape = (-1, 3, self.side, self.side // 2 + 1)
        self._spectra: Complex = np.array(spectra, np.complex64).reshape(shape)
        fy, fx = np.fft.fftfreq(self.side)[:, None], np.fft.rfftfreq(self.side)
        self._frequency = np.hypot(fy, fx)

    def _radial(self, power: NDArray[np.floating[Any]], per_cycle: int) -> tuple[F64, F64]:
        """Mean of (n, side, side / 2 + 1) over windows and directions, at multiples of 1 / per_cycle up to 1/2."""
        ring = np.rint(self._frequency * per_cycle).astype(np.intp).ravel()
        number, total = np.bincount(ring), np.bincount(ring, power.mean(0).ravel())
        last = per_cycle // 2 + 1
        return np.arange(last) / per_cycle, total[:last] / number[:last]

    def blur(self, which: NDArray[np.bool_]) -> float:
        """Blur of some windows, px."""
        power = np.abs(self._spectra[which, 0]) ** 2
        frequency, mean = self._radial(power, self.side)
        return _fitted_blur(frequency[2:], np.maximum(mean[2:], 1e-9))

    def sharpness(self, px_per_mm: float) -> Grid:
        """Map of the blur over the treated area, px."""
        rows, columns = self._box
        height, width = rows.stop - rows.start, columns.stop - columns.start
        cell = max(height, width) / _CELLS
        shape = (max(round(height / cell), 1), max(round(width / cell), 1))
        known, weight = np.zeros(shape), np.zeros(shape)
        overall = _USUAL_PX
        if len(self.corners) >= _ENOUGH:
            overall = self.blur(np.ones(len(self.corners), np.bool_))
            middle = (self.corners + self.side / 2 - (rows.start, columns.start)) / cell
            for i, j in np.ndindex(shape):
                near = (np.abs(middle - (i + 0.5, j + 0.5)) < 1).all(1)
                if near.sum() >= _ENOUGH:
                    known[i, j], weight[i, j] = np.log(self.blur(near)), 1
        # Cells without enough skin take what their neighbours have, or what the whole has.
        faint = 1e-3
        spread = gaussian_filter(weight, _SMOOTH, mode="constant") + faint
        logs = (gaussian_filter(known * weight, _SMOOTH, mode="constant") + faint * np.log(overall)) / spread
        return Grid(cell / px_per_mm, rows.start / cell, columns.start / cell, np.exp(logs))

    def chroma(self) -> float:
        """Smoothing of colour beyond that of lightness, px."""
        if len(self.corners) < _ENOUGH:
            return 0.0
        light, colours = self._spectra[:, 0], self._spectra[:, 1:]
        finest = self._frequency > 0.4
        noise = [float((np.abs(self._spectra[:, c]) ** 2)[:, finest].mean()) for c in range(3)]
        if (noise[1] + noise[2]) / 2 > _UNSMOOTHED * noise[0]:
            return 0.0
        power = self._radial(np.abs(light) ** 2, 16)[1]
        gains = [self._radial((colours[:, c] * light.conj()).real, 16)[1] / np.maximum(power, 1e-9) for c in range(2)]
        reference = gains[0][0] ** 2 + gains[1][0] ** 2
        if reference < 1e-4:
            return 0.0
        fall = (gains[0] * gains[0][0] + gains[1] * gains[1][0]) / reference
        widths = np.linspace(0, _MOST_CHROMA_PX, 81)
        frequency = np.array([1, 2, 3]) / 16
        model = np.exp(-2 * np.pi**2 * widths[:, None] ** 2 * frequency**2)
        return float(widths[((model - fall[1:4]) ** 2).sum(1).argmin()])


def _places(area: Area) -> tuple[int, NDArray[np.intp]]:
    """Side of the windows, and the corners (n, 2) of those that lie on treated skin."""
    assert area.box is not None
    rows, columns = area.box
    for side in (_WINDOW_PX, _WINDOW_PX // 2):
        step = side // 2
        i = np.arange(rows.start, rows.stop - side + 1, step)
        j = np.arange(columns.start, columns.stop - side + 1, step)
        corners = np.stack(np.meshgrid(i, j, indexing="ij"), -1).reshape(-1, 2)
        treated = [area.coverage[a : a + side : 4, b : b + side : 4].mean() >= _SKIN for a, b in corners]
        corners = corners[np.array(treated, np.bool_)]
        if len(corners) >= 2 * _ENOUGH:
            break
    thin = -(-len(corners) // _MOST_WINDOWS) or 1
    return side, corners[::thin]


def _planes(pixels: U8) -> F32:
    """Lightness, Cb and Cr of encoded pixels, (3, h, w)."""
    rgb = pixels.astype(np.float32)
    light = rgb @ LUMA.astype(np.float32)
    return np.stack([light, 0.564 * (rgb[..., 2] - light), 0.713 * (rgb[..., 0] - light)])


def _polynomials(side: int) -> F64:
    """Orthonormal basis (side^2, 6) of the quadratic polynomials on a window: shading, not detail."""
    y, x = np.mgrid[-1 : 1 : side * 1j, -1 : 1 : side * 1j]
    terms = np.stack([np.ones_like(x), x, y, x * y, x * x, y * y], -1).reshape(-1, 6)
    return np.linalg.qr(terms)[0]


def _fitted_blur(frequency: F64, power: F64) -> float:
    """Blur whose ``a f^-b exp(-4 pi^2 s^2 f^2) + n exp(-4 pi^2 m^2 f^2)`` comes nearest to the log of a spectrum.

    The second term is noise, which a camera may have smoothed a little (m); a and n are found by weighted least
    squares for every s, b and m of a grid.
    """
    power = (power / power[0]).astype(np.float32)
    fall = -4 * np.pi**2 * frequency**2
    detail = np.exp(fall * _BLURS**2 - _SLOPES * np.log(frequency / frequency[0])).astype(np.float32)
    noise = np.exp(fall * _NOISE_BLURS**2).astype(np.float32)
    weights = np.sqrt(frequency / frequency.sum()).astype(np.float32)
    model = np.broadcast_to(power, np.broadcast_shapes(detail.shape, noise.shape))
    for _ in range(4):
        w = weights / model**2
        dd, nn, dn = (
            (w * p * q).sum(-1, keepdims=True) for p, q in ((detail, detail), (noise, noise), (detail, noise))
        )
        dp, np_ = ((w * p * power).sum(-1, keepdims=True) for p in (detail, noise))
        determinant = np.maximum(dd * nn - dn**2, 1e-30)
        a = np.maximum((dp * nn - np_ * dn) / determinant, 0)
        n = np.maximum((np_ - a * dn) / nn, 0)
        model = np.maximum(a * detail + n * noise, 1e-6 * power)
    error = (weights * np.log(power / model) ** 2).sum(-1).min((1, 2))
    # The sharpest that is nearly as good: little skin leaves much room.
    sharpest = int(np.flatnonzero(error <= _NEARLY * error.min())[0])
    return float(np.clip(_BLURS[sharpest, 0, 0, 0], _LEAST_PX, _MOST_PX))
