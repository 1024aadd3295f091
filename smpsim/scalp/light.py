"""The light of the photo: what comes out of the skin, and what its surface reflects.

Dichromatic split: a pixel is ``diffuse + surface``.  Diffuse light has been in the skin and has its colour; surface
light (shine) has the colour of the lamp, here taken as white.  Pigment darkens diffuse light only.

The colour of diffuse light is the median of matte skin in the treated area.  Every place of a coarse map is then
fitted as ``alpha * skin colour + s * white`` by least squares, and both sides smoothed over 1 mm.  Skin is uneven in
colour, so a share of 0.1 of the light is not taken for shine.  A first split: one colour of skin, one lamp.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter

from smpsim.arrays import F32, F64, U8, Bool
from smpsim.colour import ColourSpace, individual_typology_angle, lab
from smpsim.scalp.grid import Grid
from smpsim.scalp.mask import Area

# samples of the map per mm, at most; the map is smoothed over this length
_SAMPLES_PER_MM = 1.5
_SMOOTH_MM = 1.0
# the map reaches this far beyond the area: dots darken the skin round it
_MARGIN_MM = 4.0
# uneven skin: this share of the light is not taken for shine
_UNEVEN = 0.1
# Chroma of the skin (spread of the channels over their mean) below which shine cannot be told by colour, and from
# which it can; in between the share that is believed grows.
_CHROMA = (0.15, 0.45)
# Where it cannot, light beyond this multiple of the median counts as shine.
_GREY_SHINE = 1.8
# luminance quantiles between which skin is matte: neither in shadow nor shining
_MATTE = (0.1, 0.6)
_NO_ITA = 20.0


@dataclass(frozen=True, eq=False)
class Light:
    """Light of a photo.

    Attributes
    ----------
    diffuse : tuple of 3 Grid
        Share of the light of R, G and B that is diffuse, 0 to 1, round the treated area.
    ita_deg : float
        Individual typology angle of the matte skin, degrees; it needs no more than a rough white balance here.
    """

    diffuse: tuple[Grid, Grid, Grid]
    ita_deg: float


def measure_light(pixels: U8, space: ColourSpace, area: Area) -> Light:
    """Split the light of a photo round the treated area.

    Parameters
    ----------
    pixels : ndarray (H, W, 3) uint8
        The photo.
    space : ColourSpace
        What its bytes mean.
    area : Area
        The treated area; not empty.

    Returns
    -------
    Light
        Coarse maps of the share of diffuse light, and the tone of the skin.
    """
    step = max(int(area.px_per_mm / _SAMPLES_PER_MM), 1)
    rows, columns = _surroundings(area)
    linear = space.decode(np.ascontiguousarray(pixels[rows, columns][::step, ::step]))
    inside = area.coverage[rows, columns][::step, ::step] > 0.5
    if not inside.any():
        inside = np.ones(inside.shape, np.bool_)
    skin = _matte_colour(linear, inside)
    blur = _SMOOTH_MM * area.px_per_mm / step
    surface = gaussian_filter(_surface(linear, inside, skin), blur)
    surface = np.maximum(surface - _UNEVEN * gaussian_filter(linear.mean(-1), blur), 0)
    # Sample i lies at the centre of pixel rows.start + step * i.
    row, column = ((start + 0.5) / step - 0.5 for start in (rows.start, columns.start))
    red, green, blue = (
        Grid(step / area.px_per_mm, row, column, _diffuse_share(surface, gaussian_filter(linear[..., c], blur)))
        for c in range(3)
    )
    ita = float(individual_typology_angle(lab(skin[None, :].astype(np.float32), space))[0])
    return Light((red, green, blue), ita if np.isfinite(ita) else _NO_ITA)


def _diffuse_share(surface: F64, light: F32) -> F64:
    """1 - surface / light, 0 to 1; 1 where there is no light."""
    return np.asarray(1 - np.clip(surface / np.maximum(light, 1e-6), 0, 1) * (light > 1e-6))


def _surroundings(area: Area) -> tuple[slice, slice]:
    """Rows and columns of the treated area and a margin round it."""
    assert area.box is not None
    margin = int(np.ceil(_MARGIN_MM * area.px_per_mm))
    rows, columns = (
        slice(max(side.start - margin, 0), min(side.stop + margin, n))
        for side, n in zip(area.box, area.coverage.shape, strict=True)
    )
    return rows, columns


def _matte_colour(linear: F32, inside: Bool) -> F64:
    """Median linear colour of matte skin, (3,)."""
    skin = linear[inside]
    brightness = skin.mean(1)
    low, high = np.quantile(brightness, _MATTE, method="nearest")  # of two samples, too, one is between
    matte = skin[(brightness >= low) & (brightness <= high)]
    return np.asarray(np.median(matte, axis=0), np.float64)


def _surface(linear: F32, inside: Bool, skin: F64) -> F64:
    """Surface light of every sample; negative where the skin is more colourful than its median."""
    brightness = linear.mean(-1, dtype=np.float64)
    colour = skin / max(skin.mean(), 1e-6)
    chroma = colour - 1
    belief = float(np.clip((np.ptp(colour) - _CHROMA[0]) / (_CHROMA[1] - _CHROMA[0]), 0, 1))
    bright = np.maximum(brightness - _GREY_SHINE * np.median(brightness[inside]), 0)
    if belief == 0:
        return np.asarray(bright)
    alpha = ((linear - brightness[..., None]) @ chroma) / (chroma @ chroma)
    return np.asarray(belief * (brightness - np.maximum(alpha, 0)) + (1 - belief) * bright)
