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
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from smpsim.arrays import F32, F64
from smpsim.ink.loss import ein
from smpsim.raster.desk import Desk
from smpsim.raster.far import Far
from smpsim.raster.options import RenderOptions
from smpsim.raster.refine import PAD, refined
from smpsim.raster.splat import TILE_PX, Blobs, Splatter, Tile, footprint, on_tile
from smpsim.scalp.camera import LUMA, Camera

#: share of the light that a pixel keeps at least, and at most
LEAST_LEFT, MOST_LEFT = 0.01, 1.1
_CORE, _MIDDLE, _FAR = 0, 1, 2


@dataclass(frozen=True, eq=False)
class Left:
    """What dots leave of the diffuse light of a tile: ``T = far clip(smooth - slope near)``.

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
    smooth : ndarray (3, n, n) float32 or None
        1 less the loss of smoothed colour; None for 1.
    near : ndarray (1 or 3, h, w) float32 or None
        Loss of lightness, or of every channel, at the pixels; None for 0.
    slope : ndarray (3,) float32
        What a channel loses with lightness.
    desk : Desk
        Memory.
    """

    tile: Tile
    level: int
    far: F32
    smooth: F32 | None
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

    def beside_far(self, channel: int) -> F32:
        """T of a channel without far light at the pixels, (h, w), mostly 0 to 1.

        Smoothed colour may leave a channel a little brighter than it was.
        """
        h, w = self.tile.rows.stop - self.tile.rows.start, self.tile.columns.stop - self.tile.columns.start
        left = self.desk.array("beside far", (h, w))
        if self.near is None:
            left.fill(0)
        else:
            np.multiply(self.near[channel % len(self.near)], -self.slope[channel], out=left)
        left += 1 if self.smooth is None else self.on_pixels(self.smooth[channel], "smooth")
        np.clip(left, LEAST_LEFT, MOST_LEFT, out=left)
        return left

    def transmittance(self) -> F32:
        """T of R, G and B at the pixels, (3, h, w)."""
        return np.stack([self.beside_far(c) * self.on_pixels(self.far[c], "far") for c in range(3)])

    def total(self, channel: int, beside: F32, coverage: F32) -> float:
        """Sum of T over the pixels, times their coverage, by what is beside far light."""
        weights = np.multiply(beside, coverage, out=self.desk.array("weights", beside.shape))
        if self.level:
            if any(n % 2 for n in weights.shape):
                weights = np.pad(weights, [(0, n % 2) for n in weights.shape])
            weights = weights[::2] + weights[1::2]
            weights = weights[:, ::2] + weights[:, 1::2]
        h, w = weights.shape
        return float(np.einsum("ij,ij->", weights, self.far[channel, PAD : PAD + h, PAD : PAD + w]))


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
        near, *colour = split(blobs, lens, camera) if camera.chroma_px else (_plain(blobs, lens),)
        self._far = Far(blobs, px_per_mm, options, spread_mm2=lens, sharp=False)
        self._near = Splatter(near, px_per_mm, options, sharp=False)
        self._colour = [Splatter(part, px_per_mm, options, sharp=False) for part in colour]
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
            nothing = Left(
                tile, self._level, np.ones((3, side, side), np.float32), None, None, self._slope, self._desk
            )
            return nothing if always else None
        near, smooth = self._near.depth(tile), None
        for part in self._colour:
            smooth = self._smooth(part.samples(tile, self._level))
        return Left(tile, self._level, far, smooth, near, self._slope, self._desk)

    def transmittance(self, tile: Tile) -> F32 | None:
        """(3, h, w) float32, mostly 0 to 1; None where no dot reaches."""
        left = self.left(tile)
        return None if left is None else left.transmittance()

    def _smooth(self, loss: F32 | None) -> F32 | None:
        """1 less the loss of R, G and B by smoothed colour, of that of R and B: it takes no lightness."""
        if loss is None:
            return None
        red, blue = loss
        weight_red, weight_green, weight_blue = LUMA * self._skin
        green = red * np.float32(weight_red / -weight_green) + blue * np.float32(weight_blue / -weight_green)
        return 1 - np.stack([red, green, blue])


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
    weights = np.stack([colour[..., 0] + colour[..., 1], colour[..., 2]], -1)
    # ... and for that of colour, which is smoothed besides.
    smoothed = blobs.covariances_mm2[:, 1:2, :_FAR] + (lens + camera.chroma_mm**2 * np.eye(2))
    return lightness, Blobs(blobs.x_mm, blobs.y_mm, weights, smoothed)


def _spreads(covariances: F64, lens: F64) -> F64:
    """Covariances (N, C, 3, 2, 2), mm2, of core g, core g^2 and middle as the lens shows them."""
    near = covariances[:, :, (_CORE, _CORE, _MIDDLE)]
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
    return np.stack([(lost - a2) * left, a2 / 2 * left, ein(middle) * wide], -1)


def _isotropic(variance: F64) -> F64:
    return np.asarray(variance[:, None, None, None, None] * np.eye(2))
