"""Dots as the photo's camera would have seen them.

A lens spreads what each dot takes from the light, and a camera smooths colour more than lightness.  Both act on the
*loss* ``1 - T``, which is linear in them, so they are applied dot by dot, with the sharpness of the photo at that dot,
before anything is drawn; no pass over the picture is needed.

The loss of one Gaussian of optical depth, ``1 - exp(-A g)`` with ``g = exp(-r^2 / 2 s^2)``, is replaced by
``a1 g + a2 g^2`` of the same peak and the same integral::

    a1 + a2 = 1 - exp(-A)          a1 + a2 / 2 = Ein(A) = integral of (1 - exp(-t)) / t from 0 to A

Core and middle of a dot overlap: the core sees the light that the middle has left, ``exp(-A2 s2^2 / (s1^2 + s2^2))``.
The lens adds its variance to that of each Gaussian.

Chroma: with ``e`` the encoded colour of the skin, a loss ``K`` changes the encoded values by about ``-e K / gamma``,
so lightness by the mean ``Y = sum w e K`` with the weights ``w`` of Y'CbCr.  Written as ``K = Y / e + D``, the first
part is lightness, and only the second is smoothed.  ``sum w e D = 0``, so two channels of D are enough::

    T = (1 - Y / e - smoothed D) T_far

Where the camera smooths no colour, every channel is drawn for itself.

Numbers: choices: bounds that keep logarithms finite; the formulas are derived.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from smpsim.arrays import F32, F64
from smpsim.ink.loss import ein
from smpsim.raster.desk import Desk
from smpsim.raster.far import Far
from smpsim.raster.options import RenderOptions
from smpsim.raster.refine import PAD, refined
from smpsim.raster.splat import TILE_PX, Blobs, Splatter, Tile, footprint, on_tile, side_by_side
from smpsim.scalp.camera import LUMA, Camera
from smpsim.threads import beside

#: share of the light that a pixel keeps at least, and at most
LEAST_LEFT, MOST_LEFT = 0.01, 1.1
_CORE, _MIDDLE, _FAR = 0, 1, 2


@dataclass(frozen=True, eq=False)
class Left:
    """What dots leave of the diffuse light of a tile: ``T = far (smooth - slope near)``.

    `far` and `smooth` are given on a level of the pyramid, for the whole tile and its padding: what is smooth is
    brought down to pixels last of all.

    Attributes
    ----------
    tile : Tile
        The tile.
    level : int
        0 or 1.
    far : ndarray (3, n, n) float32
        Transmittance of far light.
    smooth : ndarray (3, n, n) float32
        1 less the loss that is smooth: that of colour, and that of lightness as far as it has no finer samples.
    near : ndarray (1 or 3, h, w) float32 or None
        Loss of lightness, or of every channel, that takes the pixels themselves; None for 0.
    slope : ndarray (3,) float32
        What a channel loses with lightness.
    desk : Desk
        Memory.
    """

    tile: Tile
    level: int
    far: F32
    smooth: F32
    near: F32 | None
    slope: F32
    desk: Desk

    @property
    def lattice(self) -> tuple[slice, slice, int]:
        """Rows and columns of the samples of `far`, counted in pixels of a picture that is so many times as small."""
        n = TILE_PX >> self.level
        rows, columns = (slice(k * n - PAD, (k + 1) * n + PAD) for k in (self.tile.row, self.tile.column))
        return rows, columns, 2**self.level

    def on_pixels(self, field: F32, name: str) -> F32:
        """Bring a field (n, n) down to the pixels of the tile, (h, w); until the next one of that name."""
        if self.level:
            side = 2 * (len(field) - PAD)
            field = refined(field[None], self.desk.array(name, (1, side, side)))[0]
        pixels: F32 = on_tile(field[None], self.tile)[0]
        return pixels

    def transmittance(self) -> F32:
        """T of R, G and B at the pixels, (3, h, w)."""
        return np.stack([self._beside_far(c) * self.on_pixels(self.far[c], "far") for c in range(3)])

    def _beside_far(self, channel: int) -> F32:
        """T of a channel without far light at the pixels, (h, w)."""
        smooth = self.on_pixels(self.smooth[channel], "smooth")
        return smooth if self.near is None else smooth - self.slope[channel] * self.near[channel % len(self.near)]

    def lost(self, coverage: F32) -> F64:
        """Return the sums (3,) of 1 - T over the pixels, times their coverage."""
        whole = self._sums(coverage)
        near = () if self.near is None else [self._sums(loss * coverage) for loss in self.near]
        h, w = whole.shape
        lost = np.full(3, whole.sum(dtype=np.float64))
        for channel in range(3):
            far, smooth = (a[channel, PAD : PAD + h, PAD : PAD + w] for a in (self.far, self.smooth))
            left = smooth * whole
            if near:
                left -= self.slope[channel] * near[channel % len(near)]
            lost[channel] -= np.einsum("ij,ij->", left, far)
        return lost

    def _sums(self, a: F32) -> F32:
        """Add up pixels (h, w) over the samples of `far`."""
        if not self.level:
            return a
        if any(n % 2 for n in a.shape):
            a = np.pad(a, [(0, n % 2) for n in a.shape])
        rows = a[::2] + a[1::2]
        return np.asarray(rows[:, ::2] + rows[:, 1::2])

    def held(self) -> Left:
        """Hold what is left beside far light within limits: smoothed colour may leave a channel a little brighter."""
        if self.near is None:
            return replace(self, smooth=self.smooth.clip(LEAST_LEFT, MOST_LEFT))
        most, least = (self.slope * limit for limit in (self.near.max((1, 2)), self.near.min((1, 2))))
        low, high = self.smooth.min((1, 2)) - most, self.smooth.max((1, 2)) - least
        if (low >= LEAST_LEFT).all() and (high <= MOST_LEFT).all():
            return self
        near = np.empty((3, *self.near.shape[1:]), np.float32)
        for channel, slope in enumerate(self.slope):
            smooth = self.on_pixels(self.smooth[channel], "smooth")
            limits = (smooth - MOST_LEFT) / slope, (smooth - LEAST_LEFT) / slope
            np.clip(self.near[channel % len(self.near)], *limits, out=near[channel])
        return replace(self, near=near)


class Seen:
    """Transmittance of dots as seen by the camera, tile by tile.

    Parameters
    ----------
    blobs : Blobs
        Core, middle and far Gaussian of every dot, for R, G, B.
    camera : Camera
        Sharpness and chroma bandwidth of the photo.
    px_per_mm : float
        Scale of the picture to draw.
    options : RenderOptions
        Accuracy.
    """

    def __init__(self, blobs: Blobs, camera: Camera, px_per_mm: float, options: RenderOptions) -> None:
        x, y = blobs.x_mm, blobs.y_mm
        lens = _isotropic(camera.variance_mm2(x, y, px_per_mm))
        distant = partial(Far, blobs, px_per_mm, options, spread_mm2=lens, sharp=False)
        with beside(distant, options.n_threads) as far:
            near, *colour = split(blobs, lens, camera) if camera.chroma_px else (_plain(blobs, lens),)
            self._near = Splatter(near, px_per_mm, options, sharp=False)
            self._colour = [Splatter(part, px_per_mm, options, sharp=False) for part in colour]
            self._far = far()
        self._skin = camera.skin.astype(np.float32)
        self._slope: F32 = (1 / self._skin if colour else np.ones(3)).astype(np.float32)
        self._level = min(1, self._far.finest, *(part.finest for part in self._colour))
        self._desk = Desk()

    def left(self, tile: Tile, *, always: bool = False) -> Left | None:
        """Return what the dots leave of the light; None where no dot reaches, unless it is wanted always.

        Only until the next call in the same thread: the memory is used again.
        """
        far = self._far.samples(tile, self._level)
        if far is None:
            side = (TILE_PX >> self._level) + 2 * PAD
            ones = np.ones((3, side, side), np.float32)
            return Left(tile, self._level, ones, ones, None, self._slope, self._desk) if always else None
        smooth = np.ones(far.shape, np.float32)
        for part in self._colour:
            self._take(smooth, part.samples(tile, self._level))
        near = self._near.samples(tile, self._level)
        if near is not None:
            smooth -= self._slope[:, None, None] * near
        sharp = self._near.samples(tile, 0, self._level - 1) if self._level else None
        sharp = None if sharp is None else on_tile(sharp, tile)
        return Left(tile, self._level, far, smooth, sharp, self._slope, self._desk).held()

    def transmittance(self, tile: Tile) -> F32 | None:
        """(3, h, w) float32, mostly 0 to 1; None where no dot reaches."""
        left = self.left(tile)
        return None if left is None else left.transmittance()

    def _take(self, left: F32, loss: F32 | None) -> None:
        """Take from what is left (3, n, n) the loss by smoothed colour, of that of R and B: it takes no lightness."""
        if loss is None:
            return
        red, blue = loss
        weight_red, weight_green, weight_blue = LUMA * self._skin
        left[0] -= red
        left[1] += red * np.float32(weight_red / weight_green) + blue * np.float32(weight_blue / weight_green)
        left[2] -= blue


def _plain(blobs: Blobs, lens: F64) -> Blobs:
    """Core and middle as they are, in three channels."""
    return Blobs(blobs.x_mm, blobs.y_mm, _losses(blobs), _spreads(blobs.covariances_mm2, lens))


def split(blobs: Blobs, lens: F64, camera: Camera) -> tuple[Blobs, Blobs]:
    """Split core and middle into their lightness (one channel) and their smoothed colour in R and B (two).

    Parameters
    ----------
    blobs : Blobs
        Core, middle and far Gaussian of every dot, for R, G, B.
    lens : ndarray that broadcasts to (N, 3, 3, 2, 2), mm2
        Covariance that the lens adds.
    camera : Camera
        Chroma bandwidth of the photo, and its skin.
    """
    masses = _losses(blobs)
    share = (LUMA * camera.skin)[:, None]
    mass = (share * masses).sum(1)
    # Green stands for the covariance of lightness: the channels differ by a few per cent.
    lightness = Blobs(blobs.x_mm, blobs.y_mm, mass[:, None], _spreads(blobs.covariances_mm2[:, 1:2], lens))
    colour = masses[:, ::2] - mass[:, None] / camera.skin[::2, None]
    weights = side_by_side([colour[..., 0] + colour[..., 1], colour[..., 2]])
    # ... and for that of colour, which is smoothed besides.
    smoothed = blobs.covariances_mm2[:, 1:2, :_FAR] + (lens + camera.chroma_mm**2 * np.eye(2))
    return lightness, Blobs(blobs.x_mm, blobs.y_mm, weights, smoothed)


def _spreads(covariances: F64, lens: F64) -> F64:
    """Covariances (N, C, 3, 2, 2), mm2, of core g, core g^2 and middle as the lens shows them."""
    near = covariances.T.take((_CORE, _CORE, _MIDDLE), axis=2).T
    near[:, :, 1] /= 2  # g^2 is half as wide
    near += lens
    return near


def _losses(blobs: Blobs) -> F64:
    """Integrals of loss (N, C, 3), mm2, of core g, core g^2 and middle."""
    narrow, wide = (footprint(blobs.covariances_mm2[:, :, k]) for k in (_CORE, _MIDDLE))
    core, middle = blobs.weights_mm2[..., _CORE] / narrow, blobs.weights_mm2[..., _MIDDLE] / wide
    left = np.exp(-middle * wide / (narrow + wide)) * narrow
    lost = -np.expm1(-core)
    a2 = 2 * (lost - ein(core))
    return side_by_side([(lost - a2) * left, a2 / 2 * left, ein(middle) * wide])


def _isotropic(variance: F64) -> F64:
    return np.asarray((np.eye(2)[:, :, None, None, None] * variance).T)
