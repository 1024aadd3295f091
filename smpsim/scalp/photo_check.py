"""What is wrong with a photo, as advice: it is never refused for any of this.

Everything is measured on the treated area, on samples about 0.4 mm apart.

Hair that is too long is in :mod:`smpsim.scalp.long_hair`, coloured light in :mod:`smpsim.scalp.coloured_light`.
Bright and dark are told by the brightest skin, so that dark skin in good light is not called dark. Shine is told by
how much light it adds: its share of the light is always large on dark skin.

Numbers: estimates, chosen between samples and photographs that are good and the same made worse; only two rest on a
source: dots are not resolved below 6 px/mm (:mod:`smpsim.scalp.scale`), and hair is clipped to about 1 mm for the
shaved look (trapiantocapellismile.it).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import numpy as np

from smpsim.arrays import U8
from smpsim.colour import ColourSpace
from smpsim.scalp.advice import Advice, Skin
from smpsim.scalp.camera import Coding
from smpsim.scalp.coloured_light import coloured_light
from smpsim.scalp.grid import Grid
from smpsim.scalp.long_hair import long_hair
from smpsim.scalp.mask import Area
from smpsim.scalp.scale import RESOLVED_PX_PER_MM

#: limits: what is beyond them is told
BLUR_PX, BLUR_MM = 1.8, 0.2
DARK_FRAC, BRIGHT_FRAC, CLIPPED_FRAC = 0.45, 0.91, 0.02
SHINE_FRAC = 0.07
JPEG_QUALITY = 60.0
CUT_MM = 10.0

# Bytes from which a pixel counts as clipped
_CLIPPED = 254
# shine: colour over that of the skin, and how much brighter it is, of full scale (linear)
_PALER, _BRIGHTER = 0.8, 0.2
# a close-up is meant to be filled
_CLOSE_UP = 0.6
# ITU-T T.81, table K.1, sorted: the quantisation of lightness at quality 50
_QUALITY_50 = np.fromstring(
    "10 11 12 12 13 14 14 14 16 16 16 17 18 19 22 22 24 24 24 26 29 35 37 40 40 49 51 51 55 55 56 56 57 58 60 61 62 64"
    " 64 68 69 72 77 78 80 81 87 87 92 92 95 98 99 100 101 103 103 103 104 109 112 113 120 121",
    sep=" ",
)


class _Sharp(Protocol):
    @property
    def blur_px(self) -> Grid: ...


def check(
    pixels: U8, space: ColourSpace, area: Area, camera: _Sharp, jpeg: Coding | None = None
) -> tuple[Advice, ...]:
    """Find what would make a better photo of a treated area.

    Parameters
    ----------
    pixels : ndarray (H, W, 3) uint8
        The photo at its full size.
    space : ColourSpace
        What its bytes mean.
    area : Area
        The treated area; not empty.
    camera : Camera
        Its sharpness.
    jpeg : Coding, optional
        How the photo was coded, if it is a JPEG.

    Returns
    -------
    tuple of Advice
        The most important first; none for a good photo.
    """
    skin = Skin(pixels, space, area)
    blurred, exposed = tuple(_blur(camera, area.px_per_mm)), tuple(_exposure(skin))
    # blur hides hair, and skin that is too dark or too bright has another colour
    return (
        *_scale(area.px_per_mm),
        *blurred,
        *exposed,
        *(() if blurred else long_hair(pixels, area)),
        *(() if exposed else coloured_light(skin)),
        *_shine(skin),
        *_compression(jpeg),
        *_cut_off(area),
    )


def _scale(px_per_mm: float) -> Iterator[Advice]:
    if px_per_mm < RESOLVED_PX_PER_MM:
        limit = RESOLVED_PX_PER_MM
        words = f"at {px_per_mm:.2f} px/mm single dots are not resolved (that takes {limit:g} px/mm)"
        yield Advice("px-per-mm", words, px_per_mm, limit, "px/mm", "judge tone and edge, not dots, or go nearer")


def _blur(camera: _Sharp, px_per_mm: float) -> Iterator[Advice]:
    blur = float(np.median(camera.blur_px.values))
    if blur > BLUR_PX and blur / px_per_mm > BLUR_MM:
        words = f"the photo is blurred by {blur:.1f} px, {blur / px_per_mm:.2f} mm on the scalp"
        yield Advice("blur", words, blur, BLUR_PX, "px", "focus on the scalp and hold still")


def _exposure(skin: Skin) -> Iterator[Advice]:
    brightest = skin.brightest
    top, middle = np.quantile(brightest, (0.98, 0.5)).tolist()
    top, middle = top / 255, middle / 255
    clipped = float((brightest >= _CLIPPED).mean())
    if top < DARK_FRAC:
        words = f"the photo is too dark: the brightest skin reaches {100 * top:.0f} % of full scale"
        yield Advice("dark", words, top, DARK_FRAC, "", "give it more light or a longer exposure")
    if middle > BRIGHT_FRAC:
        words = f"the photo is too bright: the skin is at {100 * middle:.0f} % of full scale"
        yield Advice("bright", words, middle, BRIGHT_FRAC, "", "expose for the scalp, not for the room")
    if clipped > CLIPPED_FRAC:
        words = f"{100 * clipped:.0f} % of the area is clipped: nothing is known of the skin there"
        yield Advice("clipped", words, clipped, CLIPPED_FRAC, "", "expose less, or take softer light")


def _shine(skin: Skin) -> Iterator[Advice]:
    """Look for places much brighter than the skin and paler; clipped ones have been told."""
    colour = 1 - skin.light.min(0) / np.maximum(skin.light.max(0), 1e-4)
    pale, bright = (
        colour < _PALER * np.median(colour[skin.usual]),
        skin.brightness > np.median(skin.brightness) + _BRIGHTER,
    )
    share = float((pale & bright & (skin.brightest < _CLIPPED)).mean())
    if share > SHINE_FRAC:
        words = f"strong shine lies on {100 * share:.0f} % of the area, where dots hardly show"
        yield Advice("shine", words, share, SHINE_FRAC, "", "powder the scalp or take softer light")


def _compression(jpeg: Coding | None) -> Iterator[Advice]:
    if jpeg is None:
        return
    factor = float(np.mean(np.sort(np.array(jpeg.luma, np.float64)) / _QUALITY_50))
    # libjpeg's scale of quality, turned round
    quality = 100 - 50 * factor if factor < 1 else 50 / factor
    if quality < JPEG_QUALITY:
        words = f"the JPEG is compressed heavily (quality about {quality:.0f} of 100)"
        yield Advice(
            "compression", words, quality, JPEG_QUALITY, "", "send the camera's own file, not a copy of a message"
        )


def _cut_off(area: Area) -> Iterator[Advice]:
    treated = area.treated() > 0.5
    if treated.mean() > _CLOSE_UP:
        return
    edges = {"top": treated[0], "bottom": treated[-1], "left": treated[:, 0], "right": treated[:, -1]}
    side, length = max(
        ((name, float(edge.sum()) / area.px_per_mm) for name, edge in edges.items()), key=lambda e: e[1]
    )
    if length > CUT_MM:
        words = f"the area runs out of the picture: {length:.0f} mm at the {side}"
        yield Advice("cut-off", words, length, CUT_MM, "mm", "take the whole head into the picture")
