"""Areas of hair: so much of it that single hairs are not told apart, or that a filter has melted them together.

Combed hair is a texture that goes one way.  On cells of 0.35 mm the logarithm of green, less its mean over 1.2 mm, has
a gradient ``g`` at an angle ``t``; over windows of 1.6 mm, with ``w = min(|g|, 0.12 per mm)``, ::

    coherence = |sum w exp(2 i t)| / sum w,   strength = mean w / 0.12

are both high in hair, while pores, stubble, freckles and noise go no way.  Outlines of the head and borders of shade
are single strong edges: they are not looked at, nor is what lies beside the border of the treated area.

Texture alone is not believed, for wrinkles have it too: hair also differs from skin in colour, or much in brightness.
What has no such texture is skin; from there the skin before the area (the forehead) is found, as far as it goes on in
the same colour.  Colours of skin are smooth means of it, so what changes slowly is no difference.  And hair must fill
a patch of about 6 mm.  Where nothing tells what the skin is like, no area is found.

In an area a place is hidden as far as it is like the hair there, not like the skin: gaps stay skin.

Numbers: estimates, chosen on samples of seeds 0 to 6 and on photographs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from scipy.ndimage import gaussian_filter, label, maximum_filter

from smpsim.arrays import F32, F64, U8, Bool
from smpsim.scalp.grid import Grid, block_means, wide_means
from smpsim.scalp.oriented import LARGEST, PER_BYTE, means

#: by pixels of a cell, and the number of cells down and across
Single: TypeAlias = Callable[[int, tuple[int, int]], F32 | None]
#: how far round the treated area skin is looked for, mm
MARGIN_MM = 8.0
_FINE_MM, _PER_CELL = 0.35, 4
# bytes to logarithms of light, with what keeps noise in the dark small
_GAMMA, _DARK = 2.2, 12.0
# means that texture is what is left of; its gradient beyond which it counts no more; edges that are not looked at
_SMOOTH_MM, _SHADING_MM, _CAP, _EDGE = 0.35, 1.2, 0.12, 0.45
_WINDOW_MM = 1.6
# share of a single hair, and of hair round it below which it is single
_SINGLE, _FEW, _SOME_PLAIN = 0.1, 0.6, 0.1
# beside the border of the area, from the share of treated cells within this
_BORDER_MM, _BORDER = 1.5, (0.05, 0.9)
_COHERENT, _STRONG, _KNOWN = (0.35, 0.6), (0.15, 0.35), (0.15, 0.5)
# what is skin: little texture round it; a patch of 3 % of the area, a quarter as large as the largest; a colour like
# its neighbours
_PLAIN, _PLAIN_MM, _PLAIN_MM2, _PLAIN_SHARE, _OF_LARGEST, _ALIKE, _ROUNDS = 0.12, 2.0, 30.0, 0.03, 0.25, 0.2, 4
_SKIN_MM, _HAIR_MM, _FAR, _NEAR_MM = 8.0, 4.0, 3.0, 1.0
# brightness counts less than colour, for shade is dark too; how far hair is from skin
_BRIGHT, _UNLIKE = 0.2, (0.12, 0.25)
_AREA_MM, _AREA, _CORE_MM, _CORE, _LEAST_MM2 = 1.5, (0.15, 0.45), 3.0, 0.6, 40.0
# what has no texture but is like hair, among hair (its share there), and on from it
_AMONG, _OTHER, _ON_MM = (0.25, 0.5), (0.25, 0.4), 9.0
_LIKE, _APART = (0.45, 0.8), 0.04


def combed(pixels: U8, treated: F32, single: Single, px_per_mm: float, sensitivity: float) -> Grid | None:
    """Find areas of hair.

    Parameters
    ----------
    pixels : ndarray (h, w, 3) uint8
        The photo in and round the treated area.
    treated : ndarray (h, w) float32, 0 to 1
        The treated area.
    single : callable
        Waits for the share that single hairs hide, 0 to 1, of the pixels in the middle of cells of so many pixels;
        None where there are none.
    px_per_mm : float
        Scale.
    sensitivity : float, above 0
        The larger, the less texture a patch needs.

    Returns
    -------
    Grid or None
        Share that hair hides, 0 to 1, counted from the first pixel; None where there is no such area.
    """
    n = min(max(round(_FINE_MM * px_per_mm), 1), LARGEST)
    photo = _Photo(pixels, single, n, n / px_per_mm)
    if min(photo.shape) < 2:
        return None
    inside = photo.coarse(photo.cells(treated)) > 0.5
    texture, known = photo.texture(_looked_at(photo, inside))
    if _core(photo, texture * known * inside).max(initial=0) <= _CORE / sensitivity:
        return None
    skin = _skin(photo, texture, known, inside)
    if skin is None:
        return None
    unlike = np.sqrt(((photo.smooth(photo.colour, _NEAR_MM) - skin) ** 2).sum(0))
    hair = texture * rise(unlike, _UNLIKE)
    share = rise(photo.smooth(hair * known, _AREA_MM) / (photo.smooth(known, _AREA_MM) + 0.05), _AREA)
    share *= _large(photo, share, hair * known * inside, _CORE / sensitivity)
    if not share.any():
        return None
    colour = photo.mean(hair * unlike**2 * (share > 0), _HAIR_MM)
    share = _grown(photo, share, rise(unlike, _OTHER) * rise(_along(photo.colour, skin, colour), _LIKE))
    return _like_hair(photo, share, skin, colour)


@dataclass(frozen=True, eq=False)
class _Photo:
    """The photo on fine cells of n pixels, and on coarse ones of four times that."""

    pixels: U8
    single: Single
    n: int
    fine_mm: float

    @property
    def shape(self) -> tuple[int, int]:
        """Number of coarse cells."""
        h, w = (k // (self.n * _PER_CELL) for k in self.pixels.shape[:2])
        return h, w

    @property
    def step_mm(self) -> float:
        """Side of a coarse cell."""
        return self.fine_mm * _PER_CELL

    @cached_property
    def colour(self) -> F32:
        """Brightness and two differences of channels, logarithms, on coarse cells: (3, h, w)."""
        total = np.stack([self.coarse(plane) for plane in self.fine_colour * self.plain])
        few = self.coarse_plain < _SOME_PLAIN
        if few.any():
            total[:, few] = np.stack([self.coarse(plane) for plane in self.fine_colour])[:, few]
        return np.asarray(total / np.where(few, np.float32(1), self.coarse_plain), np.float32)

    @cached_property
    def plain(self) -> F32:
        """Which fine cells have no single hairs, 1 or 0: those that are so close that they are an area are none."""
        h, w = self.shape
        share = self.single(self.n, (h * _PER_CELL, w * _PER_CELL))
        if share is None:
            return np.ones((1, 1), np.float32)
        near = maximum_filter(share, 5) > _SINGLE
        few = gaussian_filter(share, _AREA_MM / self.fine_mm, truncate=2) < _FEW
        return 1 - np.asarray(near & few, np.float32)

    @cached_property
    def coarse_plain(self) -> F32:
        """Share of them in coarse cells."""
        return np.ones(self.shape, np.float32) if self.plain.size == 1 else self.coarse(self.plain)

    @cached_property
    def fine_colour(self) -> F32:
        """The same on fine cells."""
        red, blue = (self.fine_means(self.light(c), _SMOOTH_MM) for c in (0, 2))
        return np.stack([(red + self.near + blue) * np.float32(_BRIGHT / 3), red - self.near, self.near - blue])

    @cached_property
    def green(self) -> F32:
        """Logarithm of green on fine cells."""
        return self.light(1)

    @cached_property
    def near(self) -> F32:
        """The same, a little smoothed."""
        return self.fine_means(self.green, _SMOOTH_MM)

    def light(self, channel: int) -> F32:
        """Logarithm of a channel on fine cells."""
        h, w = (k * _PER_CELL * self.n for k in self.shape)
        some = means(self.pixels[:h, :w, channel], self.n).astype(np.float32) / np.float32(PER_BYTE)
        return np.asarray(np.float32(_GAMMA) * np.log(some + np.float32(_DARK)), np.float32)

    def fine_means(self, fine: F32, sigma_mm: float) -> F32:
        """Gaussian mean of fine cells."""
        return np.asarray(gaussian_filter(fine, sigma_mm / self.fine_mm, truncate=2))

    def cells(self, values: F32) -> F32:
        """Pixels in the middle of fine cells."""
        h, w = (k * _PER_CELL * self.n for k in self.shape)
        return values[self.n // 2 : h : self.n, self.n // 2 : w : self.n]

    def coarse(self, fine: F32) -> F32:
        """Means over coarse cells."""
        return block_means(fine, _PER_CELL)

    def smooth(self, coarse: F32, sigma_mm: float) -> F32:
        """Gaussian mean of coarse cells (..., h, w)."""
        sigma = sigma_mm / self.step_mm
        return np.asarray(gaussian_filter(coarse, (0,) * (coarse.ndim - 2) + (sigma, sigma)), np.float32)

    def mean(self, weight: F32, sigma_mm: float) -> F32:
        """Mean colour of what has weight, smooth, (3, h, w): of what is near, or else of what is farther off."""
        planes = np.stack([weight, *(weight * self.colour)])
        total = 1e-6 * planes.mean((1, 2), keepdims=True) + np.zeros_like(planes)
        for share, sigma in ((1.0, sigma_mm), (1e-2, _FAR * sigma_mm)):
            for plane, sums in zip(planes, total, strict=True):
                sums += share * wide_means(plane, sigma / self.step_mm, mirrored=True, truncate=4)
        return np.asarray(total[1:] / np.maximum(total[0], 1e-12), np.float32)

    @cached_property
    def gradient(self) -> tuple[F32, F32, Bool]:
        """Gradient of the texture on fine cells, down and to the right, per mm; and which coarse cells have edges."""
        down, across = np.gradient(self.near / np.float32(self.fine_mm))
        steep = (np.maximum(np.abs(down), np.abs(across)) > _EDGE).astype(np.float32)
        rest = self.near - self.fine_means(self.green, _SHADING_MM)
        down, across = np.gradient(rest / np.float32(self.fine_mm))
        return down, across, self.coarse(steep) > 0

    def texture(self, looked_at: Bool) -> tuple[F32, F32]:
        """How far coarse cells have a texture that goes one way, 0 to 1; and how far that is known."""
        down, across, _ = self.gradient
        squares = down * down, across * across
        steep = np.sqrt(squares[0] + squares[1]) + np.float32(1e-9)
        weight = np.minimum(steep, np.float32(_CAP)) / np.float32(_CAP)
        turn = weight / (steep * steep)
        sums = np.stack([weight, turn * (squares[1] - squares[0]), turn * (2 * across * down)])
        sums *= self.plain
        here = self.coarse_plain * looked_at
        planes = np.stack([here, *(self.coarse(plane) * looked_at for plane in sums)])
        planes = self.smooth(planes, _WINDOW_MM)
        strength, *way = planes[1:] / (planes[0] + np.float32(1e-4))
        one_way = np.hypot(*way)
        found = rise(one_way / np.maximum(strength, np.float32(1e-6)), _COHERENT) * rise(one_way, _STRONG)
        known = rise(planes[0], _KNOWN)
        near = self.smooth(np.stack([found * known, known]), _NEAR_MM)
        return np.asarray(near[0] / (near[1] + np.float32(0.02)), np.float32), known


def _looked_at(photo: _Photo, inside: Bool) -> Bool:
    """Cells away from edges and from the border of the area."""
    share = photo.smooth(inside.astype(np.float32), _BORDER_MM)
    low, high = _BORDER
    return np.asarray(~maximum_filter(photo.gradient[2], 3) & ((share > high) | (share < low)))


def _core(photo: _Photo, hair: F32) -> F32:
    """Share of hair in patches: about 1 in the middle of those that are 6 mm wide."""
    return photo.smooth(hair, _CORE_MM)


def _skin(photo: _Photo, texture: F32, known: F32, inside: Bool) -> F32 | None:
    """Colour of the skin, smooth, (3, h, w); None where too little skin is seen."""
    plain = (photo.smooth(texture, _PLAIN_MM) < _PLAIN) & (photo.smooth(known, _PLAIN_MM) > 0.6)
    labels, _ = label(plain & inside)
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    if sizes.max() < max(_PLAIN_MM2 / photo.step_mm**2, _PLAIN_SHARE * inside.sum()):
        return None
    bare = (sizes >= _OF_LARGEST * sizes.max())[labels] & (labels > 0)
    for _ in range(_ROUNDS):
        skin = photo.mean(bare.astype(np.float32), _SKIN_MM)
        alike = np.sqrt(((photo.colour - skin) ** 2).sum(0)) < _ALIKE
        more = plain & alike & ~inside & ~bare
        if not more.any():
            return skin
        bare |= more
    return photo.mean(bare.astype(np.float32), _SKIN_MM)


def _large(photo: _Photo, share: F32, hair: F32, core: float) -> Bool:
    """Cells of areas that are large enough and have a place that is all hair."""
    labels, count = label(share > 0)
    within, most = np.bincount(labels.ravel(), share.ravel()), np.zeros(count + 1)
    np.maximum.at(most, labels.ravel(), _core(photo, hair).ravel())
    return np.asarray(((most > core) & (within * photo.step_mm**2 > _LEAST_MM2))[labels] & (labels > 0))


def _grown(photo: _Photo, share: F32, alike: F32) -> F32:
    """Add what has no texture but is like hair: among hair, and on from it."""
    share = np.maximum(share, rise(photo.smooth(share, _CORE_MM), _AMONG))
    for _ in range(round(_ON_MM / photo.step_mm)):
        share = np.maximum(share, alike * maximum_filter(share, 3))
    return share


def _along(colour: F32, skin: F32, hair: F32) -> F32:
    """How far colours are from the skin to the hair, 0 to 1; (h, w)."""
    apart = hair - skin
    return np.asarray(((colour - skin) * apart).sum(0) / np.maximum((apart**2).sum(0), np.float32(_APART)), np.float32)


def _like_hair(photo: _Photo, share: F32, skin: F32, hair: F32) -> Grid:
    """Share of areas that is like the hair there, on fine cells."""
    rows, columns = (slice(0, k * _PER_CELL) for k in photo.shape)

    def fine(coarse: F32) -> F32:
        return Grid(float(_PER_CELL), 0, 0, coarse.astype(np.float64)).on_pixels(rows, columns, 1.0)

    before, behind = (
        np.stack([np.broadcast_to(fine(c), photo.fine_colour.shape[1:]) for c in a]) for a in (hair, skin)
    )
    like = rise(_along(photo.fine_colour, behind, before), _LIKE)
    return Grid(photo.fine_mm, 0, 0, np.asarray(fine(share) * like, np.float64))


def rise(a: F32 | F64, between: tuple[float, float]) -> F32:
    """0 below the first of two values, 1 above the second, straight between."""
    low, high = between
    return np.asarray(np.clip((a - low) / (high - low), 0, 1), np.float32)
