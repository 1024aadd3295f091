"""Transmittance over diffuse light: ``out = photo - diffuse * (1 - T)``, in linear light.

Surface light stays as it is, so a pixel of which a share ``f`` is diffuse is multiplied by ``1 - f (1 - T)``.  A pixel
whose light does not change keeps its byte.

Bytes go in and bytes come out, so the tone curve, the product and the way back are one table of (byte, factor);
factors are rounded to 1/1820, which is less than a tenth of a byte.

Numbers: an estimate round hairs; else choices of precision and speed.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from smpsim.arrays import F32, U8
from smpsim.colour import ColourSpace
from smpsim.raster.camera import Left
from smpsim.scalp.grid import Grid, wide_means

# standard deviation of the mean round a hair: a few dots
_AROUND_MM = 0.7
# steps of factors up to 1, and number of factors: they go up to 1.12
_STEPS, _BITS = 1820, 11
# rows at a time
_ROWS = 64


def factors(left: Left, channel: int, diffuse: Grid, redness: F32 | None, px_per_mm: float) -> F32:
    """Return what the light of each pixel of a channel is multiplied by.

    Parameters
    ----------
    left : Left
        What the dots leave of the diffuse light of a tile.
    channel : int
        0, 1 or 2.
    diffuse : Grid
        Share of the light of the channel that is diffuse, 0 to 1.
    redness : ndarray (3, n, n) float32, optional
        What redness leaves of it, on the lattice of `left`.
    px_per_mm : float
        Scale of the picture.

    Returns
    -------
    ndarray (h, w) float32
        0 to 1.12.
    """
    rows, columns, smaller = left.lattice
    share = diffuse.on_pixels(rows, columns, px_per_mm / smaller)
    far = share * left.far[channel] if redness is None else share * (left.far[channel] * redness[channel])
    # Where dots leave all, what is taken off is 0 to the last digit, and so the factor 1.
    factor = left.on_pixels(far * left.smooth[channel] - share, "factor")
    if left.near is not None:
        through = left.on_pixels(far * left.slope[channel], "through")
        through *= left.near[channel % len(left.near)]
        factor -= through
    factor += 1
    # a product of interpolated maps is a little other than the interpolated product: darker than black is none
    return np.maximum(factor, 0, out=factor)


def neutral_factors(transmittance: F32, diffuse: F32) -> F32:
    """Return the same for a photo without colour, by T (h, w) and the diffuse share (h, w) or (1, 1) of its pixels."""
    return 1 - diffuse * (1 - transmittance)


def behind(factor: F32, hair: F32, px_per_mm: float, *, coarse: bool = False) -> F32:
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
    coarse : bool
        Whether the mean may be rough.
    """
    seen = 1 - (1 - factor) * (1 - hair)
    around = wide_means(seen, _AROUND_MM * px_per_mm, coarse=coarse)
    return np.asarray(factor + (around - factor) * hair, np.float32)


def darken(pixels: U8, factor: F32, space: ColourSpace, channel: int, out: U8) -> None:
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
    out : ndarray (h, w) uint8
        Takes the darkened bytes; unchanged where the factor is 1.
    """
    table = _table(space, channel)
    for start in range(0, len(pixels), _ROWS):  # what a few rows take stays in the cache
        rows = slice(start, start + _ROWS)
        index = factor[rows] * np.float32(_STEPS)
        index += np.multiply(pixels[rows], np.float32(2**_BITS), dtype=np.float32)
        index += np.float32(0.5)
        out[rows] = table.take(index.astype(np.intp))


def neutral(transmittance: F32, space: ColourSpace) -> F32:
    """Transmittance of luminance alone, for photos without colour, (h, w)."""
    weights = (space.to_xyz[1] / space.to_xyz[1].sum()).astype(np.float32)
    return np.asarray(np.einsum("c,chw->hw", weights, transmittance))


@lru_cache(maxsize=12)
def _table(space: ColourSpace, channel: int) -> U8:
    """Byte after multiplication, at byte * 2^bits + factor * steps."""
    factor = np.arange(2**_BITS, dtype=np.float32) / np.float32(_STEPS)
    table = space.encode_channel(space.curves[channel][:, None] * factor, channel)
    table[:, _STEPS] = np.arange(256)
    return table.ravel()
