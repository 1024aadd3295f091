"""Stubble drawn as numbers say, to be measured as the photo is.

Roots lie at random, no two nearer than ``spacing / sqrt(density)``, as far as a few attempts bring about.  Hairs are
lines, blurred by camera and width together; the noise is white below the blur of a camera, and mottling of the skin.
Where the photo is a JPEG of known tables, the drawing is rounded as that was: it drops what is faint.

Numbers: estimates, and choices of how finely is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy import fft
from scipy.ndimage import gaussian_filter
from scipy.spatial import cKDTree

from smpsim.arrays import F32, F64, Int
from smpsim.scalp.shafts import SURROUNDINGS_MM, contrast

# beyond the border, mm: hairs reach in
_MARGIN_MM = 1.2
_ATTEMPTS = 12
# blur of the noise (px), size of mottling (mm): estimates
_GRAIN_PX, _MOTTLE_MM = 0.45, 0.3
_TRUNCATE = 3.0
_LAYERS = 3
#: the tone curve by which light is rounded: near enough to all that are in use
GAMMA = 2.2


class Numbers(NamedTuple):
    """What stubble is drawn by.

    Attributes
    ----------
    density_per_cm2, spot_mm2, length_mm : float
        Hairs per cm2, missing light of the mean hair (length x width x darkness), mean length.
    blur_px : float
        Standard deviation across a hair.
    grain, mottle : float
        Contrast of noise and of mottled skin.
    spacing : float
        Least distance of roots times the square root of density, 0 to 0.55.
    length_cv, spot_cv, spread_rad : float
        Spread of lengths, of missing light per length (each over their mean) and of directions.
    """

    density_per_cm2: float
    spot_mm2: float
    length_mm: float
    blur_px: float
    grain: float
    mottle: float
    spacing: float
    length_cv: float
    spot_cv: float
    spread_rad: float


class Drawn(NamedTuple):
    """A drawing: contrast (h, w) float32, roots per cm2 in it, their mean distance to the nearest, mm."""

    contrast: F32
    density_per_cm2: float
    nearest_mm: float


@dataclass(frozen=True, eq=False)
class Paper:
    """What is drawn on.

    Attributes
    ----------
    light : ndarray (h, w) float32
        Mean light of the surroundings.
    px_per_mm : float
        Scale.
    direction_rad : float
        Mean direction of the hairs.
    table : ndarray (8, 8) float32 or None
        How the photo's JPEG rounds lightness.
    corner : (int, int)
        Row and column of the first pixel in its JPEG block.
    """

    light: F32
    px_per_mm: float
    direction_rad: float
    table: F32 | None = None
    corner: tuple[int, int] = (0, 0)

    def draw(self, rng: np.random.Generator, numbers: Numbers) -> Drawn:
        """Draw stubble."""
        height, width = (n / self.px_per_mm for n in self.light.shape)
        density = numbers.density_per_cm2 / 100
        outer = np.array([width, height]) + 2 * _MARGIN_MM
        roots = _roots(rng, density, numbers.spacing, outer) - _MARGIN_MM
        seen = contrast(1 - self._hairs(rng, roots, numbers), self.px_per_mm)
        seen += self._noise(rng, numbers)
        if self.table is not None:
            seen = contrast(self._rounded(self.light * (1 - seen)), self.px_per_mm)
        inside = ((roots >= 0) & (roots < (width, height))).all(1)
        nearest = cKDTree(roots).query(roots[inside], 2)[0][:, 1] if inside.sum() > 1 else np.array([1.0])
        return Drawn(seen, 100 * max(inside.sum(), 0.5) / (width * height), float(nearest.mean()))

    def _hairs(self, rng: np.random.Generator, roots: F64, numbers: Numbers) -> F32:
        """Share of light that hairs take."""
        n, scale = len(roots), self.px_per_mm
        relative = rng.uniform(1 - 3**0.5 * numbers.length_cv, 1 + 3**0.5 * numbers.length_cv, n)
        angle = self.direction_rad + numbers.spread_rad * rng.standard_normal(n)
        steps = int(np.ceil(2 * numbers.length_mm * scale)) + 2
        run = (relative * numbers.length_mm * scale)[:, None] * ((np.arange(steps) + 0.5) / steps - 0.5)
        border = int(np.ceil(_MARGIN_MM * scale))
        x = (roots[:, :1] * scale - 0.5 + np.cos(angle)[:, None] * run + border).ravel()
        y = (roots[:, 1:] * scale - 0.5 + np.sin(angle)[:, None] * run + border).ravel()
        wide = np.log1p(numbers.spot_cv**2) ** 0.5
        strong = np.exp(wide * rng.standard_normal(n) - wide**2 / 2)
        spots = np.repeat(strong * relative * numbers.spot_mm2 * scale**2 / steps, steps)
        shape = (self.light.shape[0] + 2 * border, self.light.shape[1] + 2 * border)
        # spreading a point over four pixels has blurred it already
        blur = max(numbers.blur_px**2 - 0.25, 0.05) ** 0.5
        # where hairs of different layers cross, they hide one another
        layers = np.repeat(np.arange(n) % _LAYERS, steps)
        dark = gaussian_filter(_splat(x, y, spots, layers, shape), (0, blur, blur), truncate=_TRUNCATE)
        dark = dark[:, border:-border, border:-border]
        return np.asarray(1 - (1 - dark).prod(0), np.float32)

    def _noise(self, rng: np.random.Generator, numbers: Numbers) -> F32:
        """Grain and mottled skin."""
        shape, scale = self.light.shape, self.px_per_mm
        square = fft.fftfreq(shape[0])[:, None] ** 2 + fft.rfftfreq(shape[1])[None] ** 2
        grain = numbers.grain * np.exp(-2 * np.pi**2 * _GRAIN_PX**2 * square)
        mottle = np.exp(-2 * np.pi**2 * (_MOTTLE_MM * scale) ** 2 * square)
        mottle *= numbers.mottle / np.sqrt((mottle**2).mean())
        wide = -np.expm1(-2 * np.pi**2 * (SURROUNDINGS_MM * scale) ** 2 * square)
        white = (fft.rfft2(rng.standard_normal(shape, np.float32)) for _ in range(2))
        return np.asarray(fft.irfft2(wide * (next(white) * grain + next(white) * mottle), shape), np.float32)

    def _rounded(self, light: F32) -> F32:
        """Round light as a JPEG does: the cosine transform of blocks, in steps of the table."""
        assert self.table is not None
        (top, left), (h, w) = self.corner, light.shape
        code = 255 * np.clip(light, 0, 1) ** np.float32(1 / GAMMA)
        code = np.pad(code, ((top, -(h + top) % 8), (left, -(w + left) % 8)), mode="edge")
        blocks = (code - 128).reshape(code.shape[0] // 8, 8, code.shape[1] // 8, 8)
        waves = fft.dctn(blocks, axes=(1, 3), norm="ortho")
        steps = self.table[:, None, :]
        blocks = fft.idctn(np.rint(waves / steps) * steps, axes=(1, 3), norm="ortho")
        code = blocks.reshape(code.shape)[top : top + h, left : left + w] + 128
        return np.asarray((np.clip(np.rint(code), 0, 255) / 255) ** np.float32(GAMMA), np.float32)


def _roots(rng: np.random.Generator, density_per_mm2: float, spacing: float, size_mm: F64) -> F64:
    """Places (n, 2) in a rectangle from 0, 0; those that are too close are drawn again."""
    roots = rng.uniform(0, size_mm, (rng.poisson(density_per_mm2 * size_mm.prod()), 2))
    for _ in range(_ATTEMPTS):
        close = cKDTree(roots).query_pairs(spacing / density_per_mm2**0.5, output_type="ndarray")[:, 1]
        if not len(close):
            break
        close = np.unique(close)
        roots[close] = rng.uniform(0, size_mm, (len(close), 2))
    return roots


def _splat(x: F64, y: F64, amounts: F64, layers: Int, shape: tuple[int, int]) -> F32:
    """Add points to the four pixels round them, in their layer: (_LAYERS, *shape)."""
    column, row = np.floor(x).astype(np.intp), np.floor(y).astype(np.intp)
    inside = (column >= 0) & (row >= 0) & (column < shape[1] - 1) & (row < shape[0] - 1)
    column, row, amounts = column[inside], row[inside], amounts[inside]
    fx, fy = x[inside] - column, y[inside] - row
    place = (layers[inside] * shape[0] + row) * shape[1] + column
    total = np.zeros(_LAYERS * shape[0] * shape[1])
    for down, share in ((0, 1 - fy), (shape[1], fy)):
        total += np.bincount(place + down, (1 - fx) * share * amounts, len(total))
        total += np.bincount(place + down + 1, fx * share * amounts, len(total))
    return np.asarray(total.reshape(_LAYERS, *shape), np.float32)
