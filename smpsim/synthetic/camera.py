"""The camera of the sample: a lens with some depth of field, a sensor with noise, chroma smoothing, sRGB, JPEG.

    lens_blur_px**2 = (0.035 px_per_mm)**2 + 0.45**2 + blur_px**2 + (0.0026 depth_mm px_per_mm)**2    about
    variance of noise = noise**2 (1e-4 light + 1e-6)                                                  linear light

The picture is mixed of three that are sharp at three depths, so ``lens_blur_px`` is the root of the mixed variance.

Numbers: estimates; bounds and tables are choices.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache

import numpy as np
from PIL import Image
from scipy import ndimage, special

from smpsim.arrays import F32, U8, U64
from smpsim.colour import SRGB
from smpsim.dots.hashing import combine, stream
from smpsim.errors import ParameterError
from smpsim.files.photo import Photo, read_photo
from smpsim.synthetic.drawn import Drawn

# Blur of the lens in focus (mm on the skin, and px), and what it grows by per mm behind the focus.
_FOCUS_MM, _FOCUS_PX, _DEFOCUS = 0.035, 0.45, 0.0026
# Variance of the sensor's noise: photons (per unit of light) and electronics.
_SHOT, _READ = 1.0e-4, 1.0e-6
_NOISE_BLUR_PX = 0.45
# steps of a table: a choice
_GAUSSIAN_STEPS = 1 << 12
# lightness in Y'CbCr (ITU-R BT.601)
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
# what is refused beyond: choices
_LIMITS = {"blur_px": 50.0, "chroma_blur_px": 50.0, "noise": 50.0}


@dataclass(frozen=True)
class Camera:
    """What the camera does to the light.

    Attributes
    ----------
    blur_px : float, px, 0 to 50
        Defocus of the whole picture beyond the lens's own, standard deviation of a Gaussian.
    chroma_blur_px : float, px, 0 to 50
        Smoothing of Cb and Cr, standard deviation of a Gaussian; 0 is none.
    noise : float, 0 to 50
        Factor on the standard deviation of the sensor's noise; 0 is none.
    jpeg_quality : int or None, 1 to 100
        The picture goes through a JPEG of this quality (4:2:0); None is no JPEG.
    """

    blur_px: float = 0.0
    chroma_blur_px: float = 1.3
    noise: float = 1.0
    jpeg_quality: int | None = None

    def __post_init__(self) -> None:
        for name, high in _LIMITS.items():
            value = getattr(self, name)
            if not (isinstance(value, int | float | np.integer | np.floating) and 0 <= value <= high):
                raise ParameterError(
                    f"{name}: {value!r} is not allowed for a sample; give 0 to {high:g}", name=name, value=value
                )
        q = self.jpeg_quality
        if q is not None and not (isinstance(q, int | np.integer) and not isinstance(q, bool) and 1 <= q <= 100):
            raise ParameterError(
                f"jpeg_quality: {q!r} is not allowed; give None or a whole number from 1 to 100",
                name="jpeg_quality",
                value=q,
            )

    def expose(
        self, linear: F32, depth_mm: F32, px_per_mm: float, key: U64, drawn: Drawn | None = None
    ) -> tuple[Photo, F32]:
        """Take the picture.

        Parameters
        ----------
        linear : ndarray (H, W, 3) float32, 0..
            Light that reaches the lens; overwritten.  Beyond 1 it is clipped.
        depth_mm : ndarray (H, W), mm
            Distance behind the focus.
        px_per_mm : float
            Scale.
        key : ndarray of uint64, shape (1,)
            Key of the scene.
        drawn : Drawn, optional
            Mark-up on the finished picture, before it is coded.

        Returns
        -------
        photo : Photo
            sRGB.
        lens_blur_px : ndarray (H, W) float32, px
            Standard deviation of the lens's blur at each place.
        """
        lens_blur = self._focus(linear, depth_mm, px_per_mm)
        if self.noise:
            self._add_noise(linear, key)
        encoded = SRGB.encode_float(linear)
        if self.chroma_blur_px:
            grey = encoded @ _LUMA
            for channel in range(3):
                chroma = ndimage.gaussian_filter(encoded[..., channel] - grey, self.chroma_blur_px, truncate=3)
                encoded[..., channel] = grey + chroma
        if drawn is not None:
            encoded += drawn.share[..., None] * (np.array(drawn.mark.colour, np.float32) - encoded)
        return self._develop(np.clip(np.rint(encoded), 0, 255).astype(np.uint8)), lens_blur

    def _focus(self, linear: F32, depth_mm: F32, px_per_mm: float) -> F32:
        """Blur by depth: three pictures, each sharp somewhere, are mixed."""
        nearest = float(np.sqrt((_FOCUS_MM * px_per_mm) ** 2 + _FOCUS_PX**2 + self.blur_px**2))
        deepest = float(depth_mm.max())
        farthest = deepest * _DEFOCUS * px_per_mm
        place = np.clip(depth_mm / max(deepest, 1e-6), 0, 1) * np.float32(2)
        near, far = np.minimum(place, 1), np.clip(place - 1, 0, 1)
        variance = [nearest**2 + (share * farthest) ** 2 for share in (0.0, 0.5, 1.0)]
        more = [float(np.sqrt(b - a)) for a, b in zip([0.0, *variance], variance, strict=False)]
        for channel in range(3):
            sharp = ndimage.gaussian_filter(linear[..., channel], more[0], truncate=3, mode="nearest")
            middle = ndimage.gaussian_filter(sharp, more[1], truncate=3, mode="nearest")
            soft = ndimage.gaussian_filter(middle, more[2], truncate=3, mode="nearest")
            mixed = sharp + (middle - sharp) * near
            linear[..., channel] = mixed + (soft - middle) * far
        first, second = np.float32(variance[1] - variance[0]), np.float32(variance[2] - variance[1])
        return np.asarray(np.sqrt(np.float32(variance[0]) + first * near + second * far), np.float32)

    def _add_noise(self, linear: F32, key: U64) -> None:
        """Noise of photons and of electronics."""
        height, width = linear.shape[:2]
        for channel in range(3):
            light = linear[..., channel]
            spread = np.sqrt(np.float32(_SHOT) * light + np.float32(_READ)) * np.float32(self.noise)
            light += spread * _normal(stream(key, f"sensor {channel}"), height, width)

    def _develop(self, pixels: U8) -> Photo:
        """Pixels as they come out of the camera's file."""
        if self.jpeg_quality is None:
            return Photo.from_array(pixels)
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, "JPEG", quality=int(self.jpeg_quality), subsampling="4:2:0")
        return read_photo(file.getvalue())


@cache
def _quantiles() -> F32:
    """Tabulate normal deviates in equal steps of probability."""
    shares = (np.arange(_GAUSSIAN_STEPS) + 0.5) / _GAUSSIAN_STEPS
    return np.asarray(special.ndtri(shares), np.float32)


def _normal(key: U64, height: int, width: int) -> F32:
    """Make normal noise of variance 1 (H, W) for the sensor, neighbours a little alike as after demosaicing."""
    words = combine(key.view(np.int64), np.arange(height)[:, None], np.arange((width + 3) // 4))
    steps = words.view(np.uint16).reshape(height, -1)[:, :width] >> np.uint16(4)
    blurred = ndimage.gaussian_filter(_quantiles().take(steps), _NOISE_BLUR_PX, truncate=3)
    taps = np.exp(-0.5 * (np.arange(-1, 2) / _NOISE_BLUR_PX) ** 2)
    return np.asarray(blurred * np.float32(taps.sum() ** 2 / np.square(taps).sum()), np.float32)
