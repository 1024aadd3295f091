"""Light on the head of the sample: how much falls on the skin, and what the skin's surface throws back."""

from __future__ import annotations

import numpy as np

from smpsim.arrays import F32, F64
from smpsim.synthetic.head import Seen
from smpsim.synthetic.lamps import Lamp, Lights
from smpsim.synthetic.noise import Cells

Normal = tuple[F32, F32, F32]
_FULL = np.float32(1)


def irradiance(lights: Lights, seen: Seen, normal: Normal) -> F32:
    """Light that falls on the skin; 1 makes skin of reflectance R send out R.

    Parameters
    ----------
    lights : Lights
        The rig.
    seen : Seen
        Geometry of the cells, shape (h, w).
    normal : tuple of 3 ndarrays (h, w)
        Unit normals with the relief that matters for diffuse light.

    Returns
    -------
    ndarray (h, w, 3) float32, linear
        Of all lamps and the room, wrapped round the terminator.
    """
    up = np.float32(0.5) - np.float32(0.5) * normal[1]
    open_ = np.float32(0.55) + np.float32(0.45) * np.clip(normal[2], 0, 1)
    total = np.empty((*up.shape, 3), np.float32)
    for c in range(3):
        sky, ground = np.float32(lights.sky[c]), np.float32(lights.ground[c])
        total[..., c] = (ground + (sky - ground) * up) * open_
    for lamp in lights.lamps:
        cosine, edge = dot(normal, lamp.unit()), _to_edge(lamp, seen)
        for c in range(3):
            wrap = np.float32(lamp.wrap[c])
            share = np.clip((cosine + wrap) * (_FULL / (_FULL + wrap)), 0, None)
            share = share * np.sqrt(share) if lamp.power == 1.5 else share**lamp.power
            total[..., c] += np.float32(lamp.light[c]) * share * _passes(lamp, edge, c)
    return total


def shine(lights: Lights, seen: Seen, rough: Normal, film: F32, unresolved: float) -> F32:
    """Light that the surface of the skin throws back.

    Parameters
    ----------
    lights : Lights
        The rig.
    seen : Seen
        Geometry of the cells, shape (h, w).
    rough : tuple of 3 ndarrays (h, w)
        Unit normals with all of the relief.
    film : ndarray (h, w), 0..3
        Film of oil on the skin, 1 on average.
    unresolved : float
        Variance of the relief's slope that ``rough`` lacks.

    Returns
    -------
    ndarray (h, w, 3) float32, linear
        In the colour of each lamp, and of the room at grazing angles.
    """
    grazing = np.float32(0.055) * (1 - np.clip(seen.normal[2], 0, 1)) ** 5
    total = grazing[..., None] * np.array(lights.room, np.float32)
    for lamp in lights.lamps:
        if lamp.lobes:
            level = _lobes(lamp, rough, film, unresolved)
            level *= np.clip(dot(seen.normal, lamp.unit()) * 3 + np.float32(0.3), 0, 1)
            level = level * _passes(lamp, _to_edge(lamp, seen), 2)
            total += level[..., None] * np.array(lamp.light, np.float32)
    return np.asarray(total, np.float32)


def backdrop(lights: Lights, uneven: F32, down: Cells, across: Cells) -> F32:
    """Light of the background (h, w, 3), linear; ``uneven`` (h, w) is its relative change from place to place."""
    x = (across.centres_mm / 190 - 0.5).astype(np.float32)
    y = (down.centres_mm / 130 - 0.5).astype(np.float32)[:, None]
    right, below = (np.float32(f) for f in lights.fall_off)
    level = np.maximum(1 + uneven + right * x + below * y - np.float32(0.25) * x * x, np.float32(0.05))
    return np.asarray(level[..., None] * np.array(lights.backdrop, np.float32), np.float32)


def dot(normal: Normal, towards: F64) -> F32:
    """Cosine between normals and one direction."""
    x, y, z = towards.astype(np.float32)
    return np.asarray(normal[0] * x + normal[1] * y + normal[2] * z, np.float32)


def _lobes(lamp: Lamp, rough: Normal, film: F32, unresolved: float) -> F32:
    """Shine of one lamp (h, w), in units of its light."""
    total = np.zeros(film.shape, np.float32)
    for aside, width, skin, oily in lamp.lobes:
        half = lamp.unit() + np.array([*aside, 1.0])
        cosine = np.clip(dot(rough, half / np.linalg.norm(half)), 0.05, 1)
        spread = width**2 + 2 * unresolved
        level = np.float32(width**2 / spread) * (np.float32(skin) + np.float32(oily) * film)
        total += level / np.square(1 + (1 / (cosine * cosine) - 1) * np.float32(1 / spread))
    return total


def _to_edge(lamp: Lamp, seen: Seen) -> F32 | None:
    """Distance (h, w), mm, into the light from the edge of what stands before the lamp."""
    if lamp.shadow is None:
        return None
    towards = lamp.unit()
    aside = np.array(lamp.shadow.across)
    aside = aside - (aside @ towards) * towards
    return dot(seen.place_mm, aside / np.linalg.norm(aside)) - np.float32(lamp.shadow.offset_mm)


def _passes(lamp: Lamp, edge_mm: F32 | None, channel: int) -> F32 | np.float32:
    """Share of a lamp's light that passes what stands before it."""
    if lamp.shadow is None or edge_mm is None:
        return _FULL
    soft = np.float32(1.1 / lamp.shadow.soft_mm[channel])
    return np.asarray(np.float32(0.5) + np.float32(0.5) * np.tanh(edge_mm * soft), np.float32)
