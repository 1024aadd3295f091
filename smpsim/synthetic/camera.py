"""The camera of the sample: a lens with some depth of field, a sensor with noise, chroma smoothing, sRGB."""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy import ndimage, special

from smpsim.arrays import F32, U8, U64
from smpsim.colour import SRGB
from smpsim.dots.hashing import combine, stream

# Blur of the lens in focus (mm on the skin, and px), and what it grows by per mm behind the focus.
_FOCUS_MM, _FOCUS_PX, _DEFOCUS = 0.035, 0.45, 0.0026
# Variance of the sensor's noise: photons (per unit of light) and electronics.
_SHOT, _READ = 1.0e-4, 1.0e-6
_NOISE_BLUR_PX, _CHROMA_BLUR_PX = 0.45, 1.3
_GAUSSIAN_STEPS = 1 << 12


def expose(linear: F32, depth_mm: F32, px_per_mm: float, key: U64) -> U8:
    """Take the picture.

    Parameters
    ----------
    linear : ndarray (H, W, 3) float32, 0..1
        Light that reaches the lens; overwritten.
    depth_mm : ndarray (H, W), mm
        Distance behind the focus.
    px_per_mm : float
        Scale.
    key : ndarray of uint64, shape (1,)
        Key of the scene.

    Returns
    -------
    ndarray (H, W, 3) uint8
        sRGB.
    """
    _focus(linear, depth_mm, px_per_mm)
    height, width = depth_mm.shape
    for channel in range(3):
        light = linear[..., channel]
        spread = np.sqrt(np.float32(_SHOT) * light + np.float32(_READ))
        light += spread * _normal(stream(key, f"sensor {channel}"), height, width)
    encoded = SRGB.encode_float(linear)
    grey = encoded @ np.array([0.299, 0.587, 0.114], np.float32)
    for channel in range(3):
        chroma = ndimage.gaussian_filter(encoded[..., channel] - grey, _CHROMA_BLUR_PX, truncate=3)
        encoded[..., channel] = grey + chroma
    return np.clip(np.rint(encoded), 0, 255).astype(np.uint8)


def _focus(linear: F32, depth_mm: F32, px_per_mm: float) -> None:
    """Blur by depth: three pictures, each sharp somewhere, are mixed."""
    nearest = float(np.hypot(_FOCUS_MM * px_per_mm, _FOCUS_PX))
    farthest = float(depth_mm.max()) * _DEFOCUS * px_per_mm
    place = np.clip(depth_mm / max(float(depth_mm.max()), 1e-6), 0, 1) * np.float32(2)
    far = np.clip(place - 1, 0, 1)
    for channel in range(3):
        light = linear[..., channel]
        sharp, middle, soft = (
            ndimage.gaussian_filter(light, float(np.hypot(nearest, share * farthest)), truncate=3, mode="nearest")
            for share in (0.0, 0.5, 1.0)
        )
        mixed = sharp + (middle - sharp) * np.minimum(place, 1)
        linear[..., channel] = mixed + (soft - middle) * far


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
