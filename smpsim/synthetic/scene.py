"""The scene of the sample: a head with its skin under a rig of lamps, as light that reaches the lens.

Numbers: estimates, and a choice of memory.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from smpsim.arrays import F32, U64
from smpsim.synthetic.cases import Spot
from smpsim.synthetic.drawn import Drawn
from smpsim.synthetic.ears import ears
from smpsim.synthetic.hair import COLOURS, Cut, Hair, grow
from smpsim.synthetic.head import Head, unit
from smpsim.synthetic.head import coverage as covers
from smpsim.synthetic.lamps import Lights
from smpsim.synthetic.light import Normal, backdrop, irradiance, shine
from smpsim.synthetic.noise import Cells, Spline, octaves
from smpsim.synthetic.skin import BLOOD_RGB, MELANIN_RGB, VEIN_RGB, Grain, Texture

# Reflectance in G of light skin (derived: that of the tone): mottling and redness grow as skin gets darker.
_LIGHT_GREEN = 0.372
_STRIP_PX = 1 << 16


@dataclass(frozen=True, eq=False)
class Lit:
    """Light of some cells, linear.

    Attributes
    ----------
    diffuse : ndarray (h, w, 3) float32
        Out of the skin; 0 where there is none.
    surface : ndarray (h, w, 3) float32
        Light that never was in the skin: shine, and the background.
    irradiance : ndarray (h, w, 3) float32
        Light that falls on the skin; ``diffuse = albedo * irradiance * coverage``.
    coverage : ndarray (h, w) float32, 0..1
        Share of the head.
    height_mm : ndarray (h, w) float32, mm
        Height of the skin.
    hair : ndarray (h, w) float32, 0..1
        Share of the pixel that hair covers.
    """

    diffuse: F32
    surface: F32
    irradiance: F32
    coverage: F32
    height_mm: F32
    hair: F32

    @classmethod
    def empty(cls, height: int, width: int) -> Lit:
        """Room for a whole picture."""
        diffuse, surface, falling = (np.empty((height, width, 3), np.float32) for _ in range(3))
        coverage, height_mm, hair = (np.zeros((height, width), np.float32) for _ in range(3))
        return cls(diffuse, surface, falling, coverage, height_mm, hair)

    def arrays(self) -> tuple[F32, ...]:
        """All of them."""
        return self.diffuse, self.surface, self.irradiance, self.coverage, self.height_mm, self.hair


class Scene:
    """One head under one rig.

    Parameters
    ----------
    head : Head
        The head.
    texture : Texture
        Its skin.
    reflectance : ndarray (3,), 0..1
        Mean reflectance of the skin, linear.
    lights : Lights
        The rig.
    key : ndarray of uint64, shape (1,)
        Key of the scene.
    cut : Cut or None
        How the hair at the sides is cut; None is none.
    hair_colour : str
        A key of :data:`smpsim.synthetic.hair.COLOURS`.
    spot : Spot or None
        What is on the skin.
    """

    def __init__(
        self,
        head: Head,
        texture: Texture,
        reflectance: F32,
        lights: Lights,
        key: U64,
        *,
        cut: Cut | None = None,
        hair_colour: str = "dark",
        spot: Spot | None = None,
    ) -> None:
        self.head, self.texture, self.lights = head, texture, lights
        self.key, self.cut, self.spot = key, cut, spot
        self.roots_mm = np.empty((0, 2))
        self.grain: Grain | None = None
        self.hair_colour = np.array(COLOURS[hair_colour], np.float32)
        self.reflectance = reflectance
        self.exposure = np.float32(lights.exposure * (_LIGHT_GREEN / float(reflectance[1])) ** lights.exposure_power)
        where = head.down, head.across
        self.oil = octaves(key, "oil", [(16.0, 16.0, 0.28), (5.0, 5.0, 0.22), (1.8, 1.8, 0.14)], *where)
        self.uneven = octaves(key, "backdrop", [(45.0, 45.0, 0.06)], *where)
        darkness = max(1 - float(reflectance[1]) / _LIGHT_GREEN, 0.0)
        self.contrast = np.float32(1 + 0.8 * darkness)
        self.gloss = np.float32(1 - 0.4 * darkness)  # longer exposure would else make dark skin look wet
        self.melanin, self.blood = _regions(head, darkness)

    def light(self, down: Cells, across: Cells) -> Lit:
        """Light of some cells."""
        seen = self.head.seen(down, across)
        melanin, blood, slope_x, slope_y, *vein = self.texture.at(*seen.chart_mm)
        if self.grain is not None:
            more = self.grain.over(down, across)
            melanin, slope_x, slope_y = melanin + more[0], slope_x + more[1], slope_y + more[2]
        if self.spot is not None:
            melanin, blood, slope_x, slope_y = self._spotted((melanin, blood, slope_x, slope_y), down, across)
        dx = self.head.bumps.over(down, across, slope="across")
        dy = self.head.bumps.over(down, across, slope="down")
        smooth = _tilt(seen.normal, dx + np.float32(0.4) * slope_x, dy + np.float32(0.4) * slope_y)
        rough = _tilt(seen.normal, dx + slope_x, dy + slope_y)
        coverage = covers(seen.inside_mm, across.step_mm)
        falling = irradiance(self.lights, seen, smooth) * self.exposure
        diffuse = self._albedo(melanin, blood, down, across) * falling * coverage[..., None]
        for share in vein:
            diffuse *= np.exp(-share[..., None] * VEIN_RGB)
        film = np.clip(1 + self.oil.over(down, across), 0.1, 2.2)
        surface = shine(self.lights, seen, rough, film, self.texture.unresolved)
        surface *= (coverage * (self.exposure * self.gloss))[..., None]
        uncovered = np.nonzero((coverage < 1).any(1))[0]
        if len(uncovered):
            behind = backdrop(self.lights, self.uneven.over(down, across), down, across)
            aside = ears(self.head, self.lights, self.reflectance * self.exposure, down, across)
            if aside is not None:
                behind += (aside.light - behind) * aside.coverage[..., None]
            surface += behind * (1 - coverage)[..., None]
        return Lit(diffuse, surface, falling, coverage, seen.height_mm, np.zeros_like(coverage))

    def whole(self, down: Cells, across: Cells, drawn: Drawn | None = None) -> Lit:
        """Light of the whole picture, made strip by strip; hair lies before what is drawn on the skin."""
        all_ = Lit.empty(down.n, across.n)
        self.grain = Grain.of(self.key, across.step_mm)
        rows = max(_STRIP_PX // across.n, 4)
        for start in range(0, down.n, rows):
            strip = Cells(start * down.step_mm, down.step_mm, min(rows, down.n - start))
            for whole, part in zip(all_.arrays(), self.light(strip, across).arrays(), strict=True):
                whole[start : start + strip.n] = part
        if drawn is not None and not drawn.mark.digital:
            _wax(all_, drawn)
        if self.cut is not None:
            hair = grow(self.head, self.cut, self.lights, down, across, self.key, self.spot)
            self.roots_mm = hair.roots_mm
            self._cover(all_, hair)
        return all_

    def _spotted(self, layers: tuple[F32, ...], down: Cells, across: Cells) -> tuple[F32, ...]:
        """Change melanin, blood and the slopes where something is on the skin."""
        assert self.spot is not None
        tissue, share = self.spot.tissue, self.spot.share(down, across)
        kept = 1 - np.float32(1 - tissue.texture) * share
        pigment = np.float32(tissue.melanin) / self.contrast, np.float32(tissue.blood)
        added = *(share * more for more in pigment), *self.spot.slopes(down, across)
        return tuple(layer * kept + more for layer, more in zip(layers, added, strict=True))

    def _cover(self, lit: Lit, hair: Hair) -> None:
        """Put hair before the scene: it shades the skin, hides it, and sends out its own light as surface light."""
        key_light = np.array(self.lights.lamps[0].light, np.float32) * self.exposure
        reaches_key = np.clip(lit.irradiance[..., 0] / key_light[0], 0, 1)
        lit.hair[:] = hair.coverage
        for c in range(3):
            own = self.hair_colour[c] * hair.level * lit.irradiance[..., c]
            lit.irradiance[..., c] *= hair.shade
            lit.diffuse[..., c] *= hair.shade * (1 - hair.coverage)
            own += np.float32(0.03) * hair.shine * reaches_key * key_light[c]
            lit.surface[..., c] *= 1 - hair.coverage
            lit.surface[..., c] += own * hair.coverage

    def _albedo(self, melanin: F32, blood: F32, down: Cells, across: Cells) -> F32:
        """Reflectance (h, w, 3) of the skin from its texture and its region."""
        melanin = self.contrast * melanin + self.melanin.over(down, across)
        blood = blood + self.blood.over(down, across)
        albedo = np.empty((*melanin.shape, 3), np.float32)
        for c in range(3):
            albedo[..., c] = self.reflectance[c] * np.exp(-MELANIN_RGB[c] * melanin - BLOOD_RGB[c] * blood)
        return albedo


def _wax(lit: Lit, drawn: Drawn) -> None:
    """Put wax on the skin: it hides the skin and its shine, and sends out its own light as surface light."""
    share = drawn.share * lit.coverage
    for c, own in enumerate(drawn.mark.colour):
        lit.diffuse[..., c] *= 1 - share
        lit.surface[..., c] += share * (np.float32(own) * lit.irradiance[..., c] - lit.surface[..., c])


def _tilt(normal: Normal, slope_x: F32, slope_y: F32) -> Normal:
    """Tilt a normal by the slopes of a height on the surface: minus their projection on it."""
    x, y, z = normal
    along = x * slope_x + y * slope_y
    tilted = (x - slope_x + along * x, y - slope_y + along * y, z + along * z)
    return unit(*(np.asarray(part, np.float32) for part in tilted))


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
    melanin = 0.02 + 0.22 * shaved + (0.03 + 0.10 * darkness) * top - 0.10 * darkness * forehead
    blood = 0.17 + 0.25 * darkness + 0.09 * forehead - 0.06 * shaved - 0.02 * top
    return tuple(Spline(np.asarray(f, np.float32), *knots) for f in (melanin, blood))  # type: ignore[return-value]
