"""Light on the head of the sample: what comes out of the skin, and what its surface throws back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from smpsim.arrays import F32, F64, U64
from smpsim.synthetic.head import Head, Seen, unit
from smpsim.synthetic.head import coverage as covers
from smpsim.synthetic.noise import Cells, Spline, octaves
from smpsim.synthetic.skin import BLOOD_RGB, MELANIN_RGB, Texture

Vector = tuple[float, float, float]


@dataclass(frozen=True)
class Lamp:
    """A large lamp far away: where it stands (right, down, to the viewer), its light (R, G, B), how it wraps round."""

    towards: Vector
    light: Vector
    wrap: Vector

    def unit(self) -> F64:
        """Direction of length 1."""
        direction = np.array(self.towards)
        return np.asarray(direction / np.linalg.norm(direction), np.float64)


# Light that scatters in the skin goes round the corner, red farthest.
_KEY = Lamp((-0.62, -0.62, 0.62), (1.10, 1.00, 0.87), (0.28, 0.20, 0.16))
_FILL = Lamp((0.85, -0.05, 0.50), (0.10, 0.11, 0.13), (0.4, 0.35, 0.3))
_SKY, _GROUND = (0.19, 0.19, 0.195), (0.12, 0.10, 0.085)
# Shine: where in the key lamp (right, down), width of the lobe (slope), its peak on bare skin and on a film of oil.
_LOBES = (((0.0, 0.0), 0.42, 0.080, 0.02), ((0.16, -0.14), 0.24, 0.0, 0.05), ((-0.12, 0.24), 0.24, 0.0, 0.05))
# Reflectance in G of light skin: mottling and redness grow as skin gets darker.
_LIGHT_GREEN = 0.372
_BACKDROP = np.array([0.205, 0.250, 0.290], np.float32)


class Rig:
    """Everything that lights one head.

    Parameters
    ----------
    head : Head
        The head.
    texture : Texture
        Its skin.
    reflectance : ndarray (3,), 0..1
        Mean reflectance of the skin, linear.
    exposure : float
        Factor on all light.
    key : ndarray of uint64, shape (1,)
        Key of the scene.
    """

    def __init__(self, head: Head, texture: Texture, reflectance: F32, exposure: float, key: U64) -> None:
        self.head, self.texture = head, texture
        self.reflectance, self.exposure = reflectance, np.float32(exposure)
        where = head.down, head.across
        self.oil = octaves(key, "oil", [(16.0, 16.0, 0.28), (5.0, 5.0, 0.22), (1.8, 1.8, 0.14)], *where)
        self.backdrop = octaves(key, "backdrop", [(45.0, 45.0, 0.06)], *where)
        darkness = max(1 - float(reflectance[1]) / _LIGHT_GREEN, 0.0)
        self.contrast = np.float32(1 + 0.8 * darkness)
        self.melanin, self.blood = _regions(head, darkness)

    def shine_on(self, down: Cells, across: Cells) -> tuple[F32, F32, Seen]:
        """Light of some cells.

        Returns
        -------
        diffuse : ndarray (h, w, 3) float32
            Linear light out of the skin; 0 where there is none.
        surface : ndarray (h, w, 3) float32
            Linear light that never was in the skin: shine, and the background.
        seen : Seen
            The geometry.
        """
        seen = self.head.seen(down, across)
        melanin, blood, slope_x, slope_y = self.texture.at(*seen.chart_mm)
        dx = self.head.bumps.over(down, across, slope="across")
        dy = self.head.bumps.over(down, across, slope="down")
        smooth = _tilt(seen.normal, dx + np.float32(0.4) * slope_x, dy + np.float32(0.4) * slope_y)
        rough = _tilt(seen.normal, dx + slope_x, dy + slope_y)
        coverage = covers(seen.inside_mm, across.step_mm)
        melanin = self.contrast * melanin + self.melanin.over(down, across)
        blood = blood + self.blood.over(down, across)
        shine = self._shine(rough, seen.normal, self.oil.over(down, across)) * coverage
        backdrop = (1 + self.backdrop.over(down, across) + _fall_off(down, across)) * (1 - coverage)
        shape = coverage.shape
        diffuse, surface = np.empty((*shape, 3), np.float32), np.empty((*shape, 3), np.float32)
        for c in range(3):
            albedo = self.reflectance[c] * np.exp(-MELANIN_RGB[c] * melanin - BLOOD_RGB[c] * blood)
            diffuse[..., c] = albedo * _irradiance(smooth, c) * (coverage * self.exposure)
            surface[..., c] = shine * np.float32(_KEY.light[c]) + backdrop * _BACKDROP[c]
        return diffuse, surface, seen

    def _shine(self, rough: tuple[F32, F32, F32], smooth: tuple[F32, F32, F32], oil: F32) -> F32:
        """Light of the key lamp and of the room that the surface throws back."""
        total = np.zeros(oil.shape, np.float32)
        film = np.clip(1 + oil, 0.1, 2.2)
        lit = np.clip(_dot(smooth, _KEY.unit()) * 3 + np.float32(0.3), 0, 1)
        for aside, width, skin, oily in _LOBES:
            half = _KEY.unit() + np.array([*aside, 1.0])
            cosine = np.clip(_dot(rough, half / np.linalg.norm(half)), 0.05, 1)
            spread = width**2 + 2 * self.texture.unresolved
            level = np.float32(width**2 / spread) * (np.float32(skin) + np.float32(oily) * film)
            total += level / np.square(1 + (1 / (cosine * cosine) - 1) * np.float32(1 / spread))
        grazing = (1 - np.clip(smooth[2], 0, 1)) ** 5
        return np.asarray((total * lit + np.float32(0.055) * grazing) * self.exposure, np.float32)


def _dot(normal: tuple[F32, F32, F32], towards: F64) -> F32:
    x, y, z = towards.astype(np.float32)
    return np.asarray(normal[0] * x + normal[1] * y + normal[2] * z, np.float32)


def _tilt(normal: tuple[F32, F32, F32], slope_x: F32, slope_y: F32) -> tuple[F32, F32, F32]:
    """Tilt a normal by the slopes of a height on the surface: minus their projection on it."""
    x, y, z = normal
    along = x * slope_x + y * slope_y
    tilted = (x - slope_x + along * x, y - slope_y + along * y, z + along * z)
    return unit(*(np.asarray(part, np.float32) for part in tilted))


def _irradiance(normal: tuple[F32, F32, F32], channel: int) -> F32:
    """Light that falls on the skin (1 keeps its reflectance), wrapped round the terminator."""
    up = np.float32(0.5) - np.float32(0.5) * normal[1]
    sky, ground = np.float32(_SKY[channel]), np.float32(_GROUND[channel])
    total = ground + (sky - ground) * up
    total *= np.float32(0.55) + np.float32(0.45) * np.clip(normal[2], 0, 1)
    for lamp in (_KEY, _FILL):
        wrap = lamp.wrap[channel]
        share = np.clip((_dot(normal, lamp.unit()) + np.float32(wrap)) / np.float32(1 + wrap), 0, None)
        total += np.float32(lamp.light[channel]) * share * np.sqrt(share)
    return np.asarray(total, np.float32)


def _fall_off(down: Cells, across: Cells) -> F32:
    """Light of the backdrop falls from upper right to lower left."""
    x = (across.centres_mm / 190 - 0.5).astype(np.float32)
    y = (down.centres_mm / 130 - 0.5).astype(np.float32)[:, None]
    return np.asarray(np.float32(0.22) * x - np.float32(0.20) * y - np.float32(0.25) * x * x, np.float32)


def _regions(head: Head, darkness: float) -> tuple[Spline, Spline]:
    """Melanin and blood (optical depth in G) by region: a tanned top, a ruddy forehead, shaved hair at the sides.

    Scalps in photographs are redder than the model's skin, dark ones the more: median G / R is 0.54 in light skin and
    0.31 in dark skin (six and two photographs), hence the mean of ``blood``.
    """
    knots = head.down.knots(2.0), head.across.knots(2.0)
    side, front, up = head.seen(*knots).on_head
    turn = np.degrees(np.arctan2(np.abs(side), front))
    shaved = 1 / (1 + np.exp(-(turn - 74) / 4)) / (1 + np.exp((up - 0.58) / 0.06))
    forehead = np.exp(-(((up - 0.45) / 0.3) ** 2)) * np.exp(-((turn / 50) ** 2))
    top = np.exp(-(((up - 1) / 0.3) ** 2))
    melanin = 0.02 + 0.22 * shaved + 0.03 * top
    blood = 0.17 + 0.25 * darkness + 0.09 * forehead - 0.06 * shaved - 0.02 * top
    return tuple(Spline(np.asarray(f, np.float32), *knots) for f in (melanin, blood))  # type: ignore[return-value]
