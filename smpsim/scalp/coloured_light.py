"""Light that gives the skin a colour that no skin has, as a whole or in places, as advice.

Numbers: estimates, as in :mod:`smpsim.scalp.photo_check`.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from smpsim.arrays import F32, F64
from smpsim.colour import ColourSpace, lab
from smpsim.scalp.advice import Advice, Skin

#: limits: what is beyond them is told
HUES_DEG, CHROMA, COLOURED_FRAC = (35.0, 75.0), (12.0, 42.0), 0.05

# a picture without colour has no hue; a colour this far from grey has one that can be trusted region by region
_GREY, _COLOUR = 2.0, 12.0
_REGION_HUES_DEG, _REGION_L = (20.0, 90.0), 25.0


def coloured_light(skin: Skin) -> Iterator[Advice]:
    """Look for a colour that no skin has, as a whole or in places."""
    lit = skin.light[:, skin.usual]
    hue, colour, _ = (float(value[0]) for value in _hue(np.median(lit, axis=1)[None], skin.space))
    do = "take neutral light, or set the white balance"
    if colour > _GREY and not HUES_DEG[0] <= hue <= HUES_DEG[1]:
        words = f"the light is coloured: the skin's hue is {hue:.0f} deg (usual are {_span(HUES_DEG)})"
        yield Advice("coloured-light", words, hue, HUES_DEG[0] if hue < HUES_DEG[0] else HUES_DEG[1], "deg", do)
    elif colour > _GREY and not CHROMA[0] <= colour <= CHROMA[1]:
        words = f"the light is coloured: the skin's chroma is {colour:.0f} (usual are {_span(CHROMA)})"
        yield Advice("coloured-light", words, colour, CHROMA[0] if colour < CHROMA[0] else CHROMA[1], "", do)
    else:
        yield from _coloured_places(skin)


def _coloured_places(skin: Skin) -> Iterator[Advice]:
    hue, colour, brightness = _hue(skin.regions(), skin.space)
    low, high = _REGION_HUES_DEG
    off = float(((colour > _COLOUR) & (brightness > _REGION_L) & ((hue < low) | (hue > high))).mean())
    if off > COLOURED_FRAC:
        words = f"coloured light falls on {100 * off:.0f} % of the area"
        yield Advice("coloured-light", words, off, COLOURED_FRAC, "", "switch off coloured lamps")


def _span(limits: tuple[float, float]) -> str:
    return f"{limits[0]:g} to {limits[1]:g}"


def _hue(light: F32, space: ColourSpace) -> tuple[F64, F64, F64]:
    """Hue (deg), chroma and lightness of linear light (n, 3) in CIELAB."""
    brightness, a, b = np.moveaxis(lab(light.astype(np.float32), space).astype(np.float64), -1, 0)
    return np.degrees(np.arctan2(b, a)), np.hypot(a, b), brightness
