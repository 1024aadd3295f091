"""Photographs of shaved hair with known numbers, drawn apart from everything that measures them.

Stubs are capsules (a line with round ends), painted on a lattice several times finer than the pixels; then come the
shade of a round head, mottled skin with pores, a lens, the noise of a sensor and a JPEG of quality 85 with 4:2:0.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter, zoom

#: linear R, G, B of skin and of the hair on it
TONES = {
    "light": ((0.50, 0.37, 0.28), (0.030, 0.022, 0.016)),
    "medium": ((0.33, 0.22, 0.12), (0.014, 0.011, 0.009)),
    "dark": ((0.12, 0.063, 0.030), (0.008, 0.007, 0.006)),
}
#: name -> (width, mean length), mm
SIZES = {"fine": (0.06, 0.35), "usual": (0.08, 0.55), "coarse": (0.10, 0.80)}
_FINE_MM = 0.02


@dataclass(frozen=True)
class Shaved:
    """A picture and what is true of it: stubs per cm2, and mean over stubs of length x width x darkness, mm2."""

    jpeg: bytes
    px_per_mm: float
    density_per_cm2: float
    spot_mm2: float
    width_mm: float
    mean_darkness: float


def shave(
    *,
    px_per_mm: float,
    density_per_cm2: float,
    size: str = "usual",
    tone: str = "light",
    placement: str = "spaced",
    side_mm: float = 20.0,
    blur_px: float = 0.75,
    noise: float = 0.012,
    seed: int = 0,
) -> Shaved:
    """Draw a square patch; `placement` is "random" (no order at all) or "spaced" (roots keep their distance)."""
    rng = np.random.default_rng([seed, 4711])
    n_px = round(side_mm * px_per_mm)
    side_mm = n_px / px_per_mm
    skin, hair = (np.array(c) for c in TONES[tone])
    width, length = SIZES[size]
    border = 1.2
    roots = _roots(rng, placement, density_per_cm2, side_mm + 2 * border) - border
    ups = max(round(1 / (_FINE_MM * px_per_mm)), 3)
    cover = np.zeros((n_px * ups, n_px * ups), np.float32)
    lengths = length * rng.uniform(0.75, 1.25, len(roots))
    widths = width * rng.uniform(0.9, 1.1, len(roots))
    angles = rng.uniform(0, 2 * np.pi) + rng.normal(0, 0.3, len(roots))
    for (x, y), long, wide, angle in zip(roots, lengths, widths, angles, strict=True):
        _paint(cover, (x, y), long, wide, angle, ups * px_per_mm)
    cover = cover.reshape(n_px, ups, n_px, ups).mean((1, 3))
    inside = ((roots >= 0) & (roots < side_mm)).all(1)
    light = _skin(rng, skin, n_px, px_per_mm) * (1 - cover[..., None]) + hair * cover[..., None]
    light = light * _shade(rng, n_px)[..., None]
    light = gaussian_filter(light, (blur_px, blur_px, 0))
    light = light + rng.normal(0, 1, light.shape) * noise * np.sqrt(light * 0.35 + 0.002)
    darkness = 1 - hair[1] / skin[1]
    return Shaved(
        _jpeg(light),
        px_per_mm,
        100 * inside.sum() / side_mm**2,
        float(np.mean(lengths * widths)) * darkness,
        width,
        float(cover.mean()) * darkness,
    )


def _roots(rng, placement, density_per_cm2, side_mm):
    """Roots (n, 2) in a square, mm."""
    n = rng.poisson(density_per_cm2 * side_mm**2 / 100)
    if placement == "random":
        return rng.uniform(0, side_mm, (n, 2))
    apart = 0.45 * 10 / np.sqrt(density_per_cm2)
    kept = np.empty((0, 2))
    while len(kept) < n:
        new = rng.uniform(0, side_mm, 2)
        if not len(kept) or ((kept - new) ** 2).sum(1).min() > apart**2:
            kept = np.vstack([kept, new])
    return kept


def _paint(cover, root, long, wide, angle, scale):
    """Darken the fine lattice where a capsule lies."""
    start = np.array(root) * scale
    along = np.array([np.cos(angle), np.sin(angle)])
    # a capsule's area is (length - width) width + pi width^2 / 4: as long as a rectangle of the asked area
    run = max((long - np.pi / 4 * wide) * scale, 0.0)
    stop = start + along * run
    low = np.floor(np.minimum(start, stop) - wide * scale).astype(int)
    high = np.ceil(np.maximum(start, stop) + wide * scale).astype(int)
    x0, y0 = np.maximum(low, 0)
    x1, y1 = np.minimum(high, cover.shape[::-1])
    if x0 >= x1 or y0 >= y1:
        return
    x, y = np.arange(x0, x1) + 0.5 - start[0], np.arange(y0, y1)[:, None] + 0.5 - start[1]
    t = np.clip(x * along[0] + y * along[1], 0, run)
    away = np.hypot(x - t * along[0], y - t * along[1])
    part = np.clip(wide * scale / 2 - away + 0.5, 0, 1)
    cover[y0:y1, x0:x1] = np.maximum(cover[y0:y1, x0:x1], part)


def _skin(rng, colour, n_px, px_per_mm):
    """Skin (n, n, 3): mottled on several scales, with faint pores."""
    mottle = np.zeros((n_px, n_px))
    for size_mm, strength in ((4.0, 0.03), (1.2, 0.02), (0.35, 0.015)):
        field = gaussian_filter(rng.normal(size=(n_px, n_px)), size_mm * px_per_mm, mode="wrap")
        mottle += strength * field / field.std()
    pores = np.zeros((n_px, n_px))
    n = rng.poisson(0.8 * (n_px / px_per_mm) ** 2)
    pores[tuple(rng.integers(0, n_px, (2, n)))] = 1
    pores = gaussian_filter(pores, 0.1 * px_per_mm) * 2 * np.pi * (0.1 * px_per_mm) ** 2
    return np.array(colour) * np.exp(mottle - 0.03 * pores)[..., None]


def _shade(rng, n_px):
    """Light that falls off towards one side, (n, n)."""
    coarse = rng.uniform(0.8, 1.0, (3, 3))
    return zoom(coarse, n_px / 3, order=1, grid_mode=True, mode="nearest")[:n_px, :n_px]


def _jpeg(light):
    """Encode as sRGB, and as a JPEG as telephones write them."""
    light = np.clip(light, 0, 1)
    encoded = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    buffer = io.BytesIO()
    Image.fromarray(np.rint(255 * encoded).astype(np.uint8)).save(buffer, "JPEG", quality=85, subsampling=2)
    return buffer.getvalue()
