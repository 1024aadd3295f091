"""Transmittance over diffuse light: ``out = photo - diffuse * (1 - T)``, in linear light.

Surface light stays as it is.  A pixel whose light does not change keeps its bytes.
"""

from __future__ import annotations

import numpy as np

from smpsim.arrays import F32, U8
from smpsim.colour import ColourSpace


def darkened(pixels: U8, transmittance: F32, surface: F32, space: ColourSpace) -> tuple[U8, F32]:
    """Darken the diffuse light of a piece of a photo.

    Parameters
    ----------
    pixels : ndarray (h, w, 3) uint8
        The photo.
    transmittance : ndarray (3, h, w) float32
        Share of the diffuse light that the dots let pass, 0 to 1.
    surface : ndarray (h, w) float32
        Surface light per channel, linear; as much of it as a pixel has.
    space : ColourSpace
        What the bytes mean.

    Returns
    -------
    encoded : ndarray (h, w, 3) uint8
        The darkened photo.
    linear : ndarray (3, h, w) float32
        The same in linear light, not rounded.
    """
    encoded = np.empty_like(pixels)
    linear = np.empty(transmittance.shape, np.float32)
    for channel, t in enumerate(transmittance):
        light = space.decode_channel(pixels[..., channel], channel)
        loss = np.maximum(light - surface, 0)
        loss *= 1 - t
        np.subtract(light, loss, out=linear[channel])
        encoded[..., channel] = space.encode_channel(linear[channel], channel)
    return encoded, linear


def neutral(transmittance: F32, space: ColourSpace) -> F32:
    """Transmittance of luminance alone, for photos without colour; (3, h, w) as it came."""
    weights = (space.to_xyz[1] / space.to_xyz[1].sum()).astype(np.float32)
    grey = np.einsum("c,chw->hw", weights, transmittance)
    return np.broadcast_to(grey, transmittance.shape)
