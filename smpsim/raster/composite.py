"""Transmittance over diffuse light: ``out = photo - diffuse * (1 - T)``, in linear light.

Surface light stays as it is, so a pixel of which a share ``f`` is diffuse is multiplied by ``1 - f (1 - T)``.  A pixel
whose light does not change keeps its byte.

Bytes go in and bytes come out, so the tone curve, the product and the way back are one table of (byte, factor);
factors are rounded to 1/1820, which is less than a tenth of a byte.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.ndimage import gaussian_filter

from smpsim.arrays import F32, U8
from smpsim.colour import ColourSpace

# standard deviation of the mean round a hair: a few dots
_AROUND_MM = 0.7
# steps of factors up to 1, and number of factors: they go up to 1.12
_STEPS, _BITS = 1820, 11


def factors(transmittance: F32, diffuse: F32) -> F32:
    """Return what the light of each pixel is multiplied by.

    Parameters
    ----------
    transmittance : ndarray (h, w) float32
        Share of the diffuse light that the dots let pass, 0 to 1.
    diffuse : ndarray (h, w) float32, or (1, 1)
        Share of the light that is diffuse, 0 to 1.
    """
    factor: F32 = transmittance - 1
    factor *= diffuse
    factor += 1
    return factor


def behind(factor: F32, hair: F32, px_per_mm: float) -> F32:
    """Let dots lie behind hair, which takes the mean of what is seen round it.

    Most hairs are narrower than the pixels that show them, so what is seen there is skin as well: left as bright as it
    was among skin with dots, a dark hair would look like a scratch.  Where all is hair nothing changes.

    Parameters
    ----------
    factor : ndarray (h, w) float32
        What the light of each pixel is multiplied by without hair.
    hair : ndarray (h, w) float32
        Share of each pixel that hair hides, 0 to 1.
    px_per_mm : float
        Scale.
    """
    seen = 1 - (1 - factor) * (1 - hair)
    around = gaussian_filter(seen, _AROUND_MM * px_per_mm, mode="nearest", truncate=2)
    return np.asarray(factor + (around - factor) * hair, np.float32)


def darkened(pixels: U8, factor: F32, space: ColourSpace, channel: int) -> U8:
    """Multiply the light of one channel.

    Parameters
    ----------
    pixels : ndarray (h, w) uint8
        Bytes of the channel.
    factor : ndarray (h, w) float32
        0 to 1.12.
    space : ColourSpace
        What the bytes mean.
    channel : int
        0, 1 or 2.

    Returns
    -------
    ndarray (h, w) uint8
        The darkened bytes; unchanged where the factor is 1.
    """
    index = (factor * np.float32(_STEPS) + np.float32(0.5)).astype(np.int32)
    index += pixels.astype(np.int32) << np.int32(_BITS)
    return _table(space, channel).take(index)


def neutral(transmittance: F32, space: ColourSpace) -> F32:
    """Transmittance of luminance alone, for photos without colour; (3, h, w) as it came."""
    weights = (space.to_xyz[1] / space.to_xyz[1].sum()).astype(np.float32)
    grey = np.einsum("c,chw->hw", weights, transmittance)
    return np.broadcast_to(grey, transmittance.shape)


@lru_cache(maxsize=12)
def _table(space: ColourSpace, channel: int) -> U8:
    """Byte after multiplication, at byte * 2^bits + factor * steps."""
    factor = np.arange(2**_BITS, dtype=np.float32) / np.float32(_STEPS)
    table = space.encode_channel(space.curves[channel][:, None] * factor, channel)
    table[:, _STEPS] = np.arange(256)
    return table.ravel()
