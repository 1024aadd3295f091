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

from collections.abc import Iterator

import numpy as np

from smpsim.arrays import F32, F64
from smpsim.ink.loss import ein
from smpsim.raster.far import Far
from smpsim.raster.options import RenderOptions
from smpsim.raster.splat import Blobs, Splatter, Tile, footprint
from smpsim.scalp.camera import LUMA, Camera

# share of the light that a pixel keeps at least, and at most
_LEAST_LEFT, _MOST_LEFT = 0.01, 1.1
_CORE, _MIDDLE, _FAR = 0, 1, 2


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
        parts = _split(blobs, lens, camera) if camera.chroma_px else (_plain(blobs, lens),)
        self._far = Far(blobs, px_per_mm, options, spread_mm2=lens, sharp=False)
        self._skin = camera.skin.astype(np.float32)
        self._near = tuple(Splatter(b, px_per_mm, options, sharp=False) for b in parts)

    def transmittance(self, tile: Tile) -> F32 | None:
        """(3, h, w) float32, mostly 0 to 1; None where no dot reaches.

        Smoothed colour may leave a channel a little brighter than it was.
        """
        t = self._far.transmittance(tile)
        if t is None:
            return None
        losses = [near.depth(tile) for near in self._near]
        if any(loss is None for loss in losses):
            return t
        for channel, loss in enumerate(self._by_channel(*(loss for loss in losses if loss is not None))):
            left = np.subtract(1, loss, out=loss)
            t[channel] *= np.clip(left, _LEAST_LEFT, _MOST_LEFT, out=left)
        return t

    def _by_channel(self, near: F32, colour: F32 | None = None) -> Iterator[F32]:
        """Yield the loss of R, G and B: as it is, or of lightness and smoothed colour; it may be overwritten."""
        if colour is None:
            yield from near
            return
        red, blue = colour
        weight_red, weight_green, weight_blue = (LUMA * self._skin).astype(np.float32)
        green = (red * weight_red + blue * weight_blue) / -weight_green
        for e, smoothed in zip(self._skin, (red, green, blue), strict=True):
            loss = near[0] / e
            loss += smoothed
            yield loss


def _plain(blobs: Blobs, lens: F64) -> Blobs:
    """Core and middle as they are, in three channels."""
    return Blobs(blobs.x_mm, blobs.y_mm, _losses(blobs), _spreads(blobs.covariances_mm2, lens))


def _split(blobs: Blobs, lens: F64, camera: Camera) -> tuple[Blobs, Blobs]:
    """Lightness of core and middle (one channel), and their smoothed colour in R and B (two)."""
    masses = _losses(blobs)
    share = (LUMA * camera.skin)[:, None]
    mass = (share * masses).sum(1)
    # Green stands for the covariance of lightness: the channels differ by a few per cent.
    lightness = Blobs(blobs.x_mm, blobs.y_mm, mass[:, None], _spreads(blobs.covariances_mm2[:, 1:2], lens))
    colour = masses[:, ::2] - mass[:, None] / camera.skin[::2, None]
    weights = np.stack([colour[..., 0] + colour[..., 1], colour[..., 2]], -1)
    smoothed = lens + camera.chroma_mm**2 * np.eye(2)
    return lightness, Blobs(blobs.x_mm, blobs.y_mm, weights, blobs.covariances_mm2[:, ::2, :_FAR] + smoothed)


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
