"""Synthetic photos with one fault made on purpose, for the check of photos."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from smpsim import Photo, Sample, sample
from smpsim.arrays import F32

#: a photo, its mask and its scale in px/mm
Made = tuple[Photo, F32, float]


def good(**how: Any) -> Made:
    """Make a photo as it should be: at 6 px/mm unless it is said otherwise."""
    made: Sample = sample(**{"px_per_mm": 6} | how)
    return made.photo, made.mask, made.scale.px_per_mm


def relit(made: Made, factor: tuple[float, float, float], plus: F32 | float = 0.0) -> Made:
    """Multiply the light of a photo, channel by channel, and add white light."""
    photo, mask, scale = made
    light = photo.linear * np.array(factor, np.float32) + np.asarray(plus, np.float32)
    light = np.clip(light, 0, 1)
    encoded = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return Photo.from_array((255 * encoded).round().astype(np.uint8)), mask, scale


def bleached(made: Made) -> Made:
    """Squeeze all of a photo below white, as a camera's tone curve does with too much light."""
    photo, mask, scale = made
    return Photo.from_array((236 + photo.pixels / 18).round().astype(np.uint8)), mask, scale


def overexposed(made: Made) -> Made:
    """Raise the light until a tenth of the skin is clipped."""
    light = made[0].linear[made[1] > 0.5].max(-1)
    factor = float(1 / np.quantile(light, 0.9))
    return relit(made, (factor, factor, factor))


def shining(made: Made) -> Made:
    """Add a strong highlight in the middle of the upper half."""
    height, width = made[0].pixels.shape[:2]
    y, x = np.mgrid[:height, :width].astype(np.float32) / width
    away = ((x - 0.5) / 0.15) ** 2 + ((y - 0.3 * height / width) / 0.15) ** 2
    return relit(made, (0.9, 0.9, 0.9), (0.4 * np.exp(-away))[..., None].astype(np.float32))


def cut(made: Made) -> Made:
    """Cut off the upper third of the area."""
    photo, mask, scale = made
    rows = np.nonzero(mask.any(1))[0]
    top = int(rows[0] + 0.33 * np.ptp(rows))
    return Photo.from_array(photo.pixels[top:]), mask[top:], scale


#: what is made wrong, by the code of the advice that should tell it
FAULTS: dict[str, Callable[..., Made]] = {
    "px-per-mm": lambda **how: good(px_per_mm=4, **how),
    "blur": lambda **how: good(blur_px=3, **how),
    "dark": lambda **how: relit(good(**how), (0.15, 0.15, 0.15)),
    "bright": lambda **how: bleached(good(**how)),
    "clipped": lambda **how: overexposed(good(**how)),
    "hair": lambda **how: good(hair="short", **how),
    "coloured-light": lambda **how: relit(good(**how), (0.45, 0.8, 1.5)),
    "shine": lambda **how: shining(good(**how)),
    "compression": lambda **how: good(jpeg_quality=40, **how),
    "cut-off": lambda **how: cut(good(**how)),
}
