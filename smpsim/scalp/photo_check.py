"""What is wrong with a photo, as advice: it is never refused for any of this.

Everything is measured on the treated area, on samples about 0.4 mm apart.  All limits are estimates, chosen between
samples and photographs that are good and the same made worse; only two things rest on a source: dots are not resolved
below 6 px/mm (:mod:`smpsim.scalp.scale`), and hair is clipped to about 1 mm for the shaved look
(trapiantocapellismile.it).

Hair that is too long is fine texture, darker than the skin, over patches at least 5 mm wide: fair hair, or hair that
the photo shows smooth, is missed.  Bright and dark are told by the brightest skin, so that dark skin in good light is
not called dark.  Shine is told by how much light it
adds: its share of the light is always large on dark skin.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.ndimage import distance_transform_edt, gaussian_filter

from smpsim.arrays import F32, F64, U8, Bool
from smpsim.colour import ColourSpace, lab
from smpsim.scalp.camera import LUMA, Coding
from smpsim.scalp.grid import Grid, average_over_cells
from smpsim.scalp.mask import Area
from smpsim.scalp.scale import RESOLVED_PX_PER_MM

#: limits: what is beyond them is told
BLUR_PX, BLUR_MM = 1.8, 0.2
DARK_FRAC, BRIGHT_FRAC, CLIPPED_FRAC = 0.45, 0.91, 0.02
HAIR_CM2 = 4.5
HUES_DEG, CHROMA, COLOURED_FRAC = (35.0, 75.0), (12.0, 42.0), 0.05
SHINE_FRAC = 0.07
JPEG_QUALITY = 60.0
CUT_MM = 10.0

_SAMPLES_PER_MM, _HAIR_SAMPLES_PER_MM = 2.5, 3.0
# Bytes from which a pixel counts as clipped
_CLIPPED = 254
# shine: colour over that of the skin, and how much brighter it is, of full scale (linear)
_PALER, _BRIGHTER = 0.8, 0.2
# a picture without colour has no hue; a colour this far from grey has one that can be trusted region by region
_GREY, _COLOUR = 2.0, 12.0
_REGION_HUES_DEG, _REGION_MM, _REGION_L = (20.0, 90.0), 4.0, 25.0
# a close-up is meant to be filled
_CLOSE_UP = 0.6
# texture of hair: detail between these lengths (mm) over the mean, darker than skin (logarithm), in patches so wide
_DETAIL_MM, _NEAR_MM, _TEXTURE, _DARKER, _PATCH_MM, _ROUND_MM = (0.12, 0.7), 1.0, 0.12, -0.2, 2.5, 12.0
_DARKEST = 4
# ITU-T T.81, table K.1, sorted: the quantisation of lightness at quality 50
_QUALITY_50 = np.fromstring(
    "10 11 12 12 13 14 14 14 16 16 16 17 18 19 22 22 24 24 24 26 29 35 37 40 40 49 51 51 55 55 56 56 57 58 60 61 62 64"
    " 64 68 69 72 77 78 80 81 87 87 92 92 95 98 99 100 101 103 103 103 104 109 112 113 120 121",
    sep=" ",
)


@dataclass(frozen=True)
class Advice:
    """One thing that would make a better photo.

    Attributes
    ----------
    code : str
        "px-per-mm", "blur", "dark", "bright", "clipped", "hair", "coloured-light", "shine", "compression" or
        "cut-off".
    words : str
        What is seen, with what was measured.
    value, limit : float
        What was measured, and the estimated limit that it is beyond.
    unit : str
        Unit of both.
    do : str
        What to do about it.
    """

    code: str
    words: str
    value: float
    limit: float
    unit: str
    do: str

    def __str__(self) -> str:
        """Return it as one line."""
        return f"{self.words}: {self.do}"


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
    skin = _Skin(pixels, space, area)
    blurred, exposed = tuple(_blur(camera, area.px_per_mm)), tuple(_exposure(skin))
    # blur hides hair, and skin that is too dark or too bright has another colour
    return (
        *_scale(area.px_per_mm),
        *blurred,
        *exposed,
        *(() if blurred else _hair(pixels, area)),
        *(() if exposed else _coloured(skin)),
        *_shine(skin),
        *_compression(jpeg),
        *_cut_off(area),
    )


class _Skin:
    """Samples of the treated area."""

    def __init__(self, pixels: U8, space: ColourSpace, area: Area) -> None:
        assert area.box is not None
        rows, columns = area.box
        step = max(int(area.px_per_mm / _SAMPLES_PER_MM), 1)
        treated = area.coverage[rows, columns][::step, ::step] > 0.5
        if not treated.any():
            treated[:] = True
        i, j = np.nonzero(treated)
        self.px_per_mm, self.space = area.px_per_mm, space
        self.row, self.column = i * step + rows.start, j * step + columns.start
        self.bytes = pixels[self.row, self.column]

    @property
    def brightest(self) -> U8:
        """Largest channel of each sample."""
        return np.asarray(self.bytes.max(1))

    def linear(self) -> F32:
        """Linear light of the samples, (n, 3)."""
        channels = (self.space.decode_channel(np.ascontiguousarray(self.bytes[:, c]), c) for c in range(3))
        return np.stack(list(channels), -1)

    def regions(self) -> F32:
        """Mean linear light of regions of 4 mm, (m, 3)."""
        cell = _REGION_MM * self.px_per_mm
        rows, columns = (self.row / cell).astype(np.intp), (self.column / cell).astype(np.intp)
        which = np.unique(rows * (int(columns.max()) + 1) + columns, return_inverse=True)[1]
        light = self.linear()
        total = np.stack([np.bincount(which, light[:, c]) for c in range(3)], -1)
        return np.asarray(total / np.bincount(which)[:, None], np.float32)


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


def _exposure(skin: _Skin) -> Iterator[Advice]:
    brightest = skin.brightest
    top, middle = (float(np.quantile(brightest, share)) / 255 for share in (0.98, 0.5))
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


def _hair(pixels: U8, area: Area) -> Iterator[Advice]:
    """Look for hair that is too long, on the area and 12 mm round it."""
    luma, inside, per_mm = _lightness(pixels, area)
    light = (np.maximum(luma, _DARKEST) / 255) ** 2.2
    near = gaussian_filter(light, _NEAR_MM * per_mm, truncate=2)
    fine, coarse = (gaussian_filter(light, length * per_mm, truncate=2) for length in _DETAIL_MM)
    texture = np.sqrt(gaussian_filter((fine - coarse) ** 2, _NEAR_MM * per_mm, truncate=2)) / near
    darker = np.log(near / np.quantile(near[inside], 0.6)) < _DARKER
    seen = (texture > _TEXTURE) & darker & (distance_transform_edt(~inside) < _ROUND_MM * per_mm)
    cm2 = float(_patches(seen, _PATCH_MM * per_mm).sum()) / per_mm**2 / 100
    if cm2 > HAIR_CM2:
        words = f"hair stands on about {cm2:.0f} cm2 of the area or beside it"
        yield Advice("hair", words, cm2, HAIR_CM2, "cm2", "clip the sides to about 1 mm first")


def _lightness(pixels: U8, area: Area) -> tuple[F64, Bool, float]:
    """Return lightness round the area on cells, which of them are treated, and cells per mm."""
    assert area.box is not None
    margin = int(np.ceil((_ROUND_MM + 2) * area.px_per_mm))
    rows, columns = (slice(max(side.start - margin, 0), side.stop + margin) for side in area.box)
    cell = max(area.px_per_mm / _HAIR_SAMPLES_PER_MM, 1.0)
    luma: F32 = pixels[rows, columns].astype(np.float32) @ LUMA.astype(np.float32)
    cells = tuple(range(int(n / cell) or 1) for n in luma.shape)
    inside = average_over_cells(area.coverage[rows, columns], cell, *cells) > 0.5
    return average_over_cells(luma, cell, *cells), inside if inside.any() else ~inside, area.px_per_mm / cell


def _patches(seen: Bool, radius: float) -> Bool:
    """Find what of some places is at least twice the radius wide (a morphological opening by a disc)."""
    core = distance_transform_edt(np.pad(seen, 1))[1:-1, 1:-1] > radius
    return np.asarray(distance_transform_edt(~core) <= radius) if core.any() else core


def _coloured(skin: _Skin) -> Iterator[Advice]:
    """Look for a colour that no skin has, as a whole or in places."""
    light = skin.linear()
    lit = light[_usual(light.mean(1))]
    hue, colour, _ = (float(value[0]) for value in _hue(np.median(lit, axis=0)[None], skin.space))
    do = "take neutral light, or set the white balance"
    if colour > _GREY and not HUES_DEG[0] <= hue <= HUES_DEG[1]:
        words = f"the light is coloured: the skin's hue is {hue:.0f} deg (usual are {_span(HUES_DEG)})"
        yield Advice("coloured-light", words, hue, HUES_DEG[0] if hue < HUES_DEG[0] else HUES_DEG[1], "deg", do)
    elif colour > _GREY and not CHROMA[0] <= colour <= CHROMA[1]:
        words = f"the light is coloured: the skin's chroma is {colour:.0f} (usual are {_span(CHROMA)})"
        yield Advice("coloured-light", words, colour, CHROMA[0] if colour < CHROMA[0] else CHROMA[1], "", do)
    else:
        yield from _coloured_places(skin)


def _coloured_places(skin: _Skin) -> Iterator[Advice]:
    hue, colour, brightness = _hue(skin.regions(), skin.space)
    low, high = _REGION_HUES_DEG
    off = float(((colour > _COLOUR) & (brightness > _REGION_L) & ((hue < low) | (hue > high))).mean())
    if off > COLOURED_FRAC:
        words = f"coloured light falls on {100 * off:.0f} % of the area"
        yield Advice("coloured-light", words, off, COLOURED_FRAC, "", "switch off coloured lamps")


def _usual(brightness: F32) -> Bool:
    """Find samples that are neither in the shade nor shining."""
    low, high = np.quantile(brightness, 0.3, method="lower"), np.quantile(brightness, 0.8, method="higher")
    return np.asarray((brightness >= low) & (brightness <= high))


def _span(limits: tuple[float, float]) -> str:
    return f"{limits[0]:g} to {limits[1]:g}"


def _hue(light: F32, space: ColourSpace) -> tuple[F64, F64, F64]:
    """Hue (deg), chroma and lightness of linear light (n, 3) in CIELAB."""
    brightness, a, b = np.moveaxis(lab(light.astype(np.float32), space).astype(np.float64), -1, 0)
    return np.degrees(np.arctan2(b, a)), np.hypot(a, b), brightness


def _shine(skin: _Skin) -> Iterator[Advice]:
    """Look for places much brighter than the skin and paler; clipped ones have been told."""
    light = skin.linear()
    brightness = light.mean(1)
    colour = 1 - light.min(1) / np.maximum(light.max(1), 1e-4)
    pale, bright = (
        colour < _PALER * np.median(colour[_usual(brightness)]),
        brightness > np.median(brightness) + _BRIGHTER,
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
    treated = area.coverage > 0.5
    if treated.mean() > _CLOSE_UP:
        return
    edges = {"top": treated[0], "bottom": treated[-1], "left": treated[:, 0], "right": treated[:, -1]}
    side, length = max(
        ((name, float(edge.sum()) / area.px_per_mm) for name, edge in edges.items()), key=lambda e: e[1]
    )
    if length > CUT_MM:
        words = f"the area runs out of the picture: {length:.0f} mm at the {side}"
        yield Advice("cut-off", words, length, CUT_MM, "mm", "take the whole head into the picture")
