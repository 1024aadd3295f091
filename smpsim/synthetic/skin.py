"""What the skin of the sample looks like from close by: mottling, pores, stubble, spots, fine relief.

Everything lives on the chart (millimetres along the skin) and is averaged over the cells in which it is wanted.

Numbers: estimates by eye, beside photographs, but for those that name their source.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from smpsim.arrays import F32, U64
from smpsim.dots.hashing import stream
from smpsim.synthetic.noise import Cells, Spline, Spots, lattice, octaves, stamp

#: mean reflectance (R, G, B, linear) of the tones by the model of smpsim.ink.skin (own Monte Carlo runs)
REFLECTANCE = {
    "light": (0.503, 0.372, 0.277),
    "fair": (0.430, 0.296, 0.199),
    "medium": (0.326, 0.219, 0.119),
    "tan": (0.271, 0.157, 0.077),
    "olive": (0.202, 0.108, 0.048),
    "dark": (0.120, 0.063, 0.019),
    "deep": (0.065, 0.030, 0.009),
    "very-dark": (0.048, 0.021, 0.006),
}
#: what a unit of melanin or of blood takes from R, G and B: estimates, as in :mod:`smpsim.scalp.dichromatic`
MELANIN_RGB = np.array([0.70, 1.00, 1.70], np.float32)
BLOOD_RGB = np.array([0.12, 1.00, 1.05], np.float32)
#: what a vein below the skin takes: red most, for red light reaches it (an estimate, by eye)
VEIN_RGB = np.array([0.20, 0.075, 0.04], np.float32)

# Length down and across (mm) and standard deviation: optical depth in G, and mm of height.
_MELANIN = [(11.0, 11.0, 0.022), (3.6, 3.6, 0.018), (1.3, 1.3, 0.018), (0.5, 0.5, 0.018), (0.20, 0.20, 0.024)]
_BLOOD = [(9.0, 9.0, 0.034), (3.0, 3.0, 0.022), (1.1, 1.1, 0.030), (0.45, 0.45, 0.030)]
_RELIEF = [(5.0, 6.5, 0.20), (1.6, 2.0, 0.018), (0.50, 0.60, 0.0052), (0.15, 0.18, 0.0105)]
# Grain of the skin that only close pictures show: length (mm), optical depth of melanin, mm of height; from px/mm.
_GRAIN_MM, _GRAIN_MELANIN, _GRAIN_HEIGHT_MM, _GRAIN_FROM = 0.03, 0.035, 0.0022, 10.0
# It is the sum of two tiles of so many knots, which together repeat nowhere.
_GRAIN_TILES = (509, 389)
_STUBBLE = Spots(spacing_mm=1.1, share=0.05, sigma_mm=(0.08, 0.15), clump=0.9)
_PORES = Spots(spacing_mm=0.85, share=0.55, sigma_mm=(0.09, 0.16), clump=0.2)
_MOLES = Spots(spacing_mm=9.0, share=0.16, sigma_mm=(0.22, 0.75), clump=0.5)
_BLEMISHES = Spots(spacing_mm=12.0, share=0.20, sigma_mm=(0.5, 1.6), clump=0.3)
_FRECKLES = Spots(spacing_mm=1.9, share=0.42, sigma_mm=(0.28, 0.95), clump=0.5)
_SUN_SPOTS = Spots(spacing_mm=11.0, share=0.30, sigma_mm=(1.0, 2.4), clump=0.5)
_FURROWS_MM = (7.5, 0.40)
# Veins: where they begin on the chart (mm), where they head for (degrees from up), how long and wide they are (mm).
_VEINS = ((-52.0, 6.0, 14.0, 62.0, 1.0), (47.0, 2.0, -16.0, 70.0, 1.1), (-6.0, -2.0, 3.0, 46.0, 0.8))


@dataclass(frozen=True, eq=False)
class Texture:
    """Skin over the cells of a chart.

    Attributes
    ----------
    values : ndarray (h, w, 4 or 5) float32
        Optical depth of melanin and of blood beyond the mean (in G), slope of the relief across and down (mm per mm),
        and where there are veins, their share (0 to about 1).
    down, across : Cells
        Where.
    unresolved : float
        Variance of the relief's slope that the cells average out.
    """

    values: F32
    down: Cells
    across: Cells
    unresolved: float

    def at(self, u_mm: F32, v_mm: F32) -> list[F32]:
        """Interpolate all values bilinearly at places of the chart, any shape; outside, the border counts."""
        h, w = self.down.n, self.across.n
        x = np.clip((u_mm - self.across.start_mm) / self.across.step_mm - 0.5, 0, w - 1.001)
        y = np.clip((v_mm - self.down.start_mm) / self.down.step_mm - 0.5, 0, h - 1.001)
        j, i = x.astype(np.int32), y.astype(np.int32)
        fx, fy = (x - j)[..., None].astype(np.float32), (y - i)[..., None].astype(np.float32)
        flat, first = self.values.reshape(-1, self.values.shape[-1]), i * w + j
        top = flat.take(first, 0) * (1 - fx) + flat.take(first + 1, 0) * fx
        bottom = flat.take(first + w, 0) * (1 - fx) + flat.take(first + (w + 1), 0) * fx
        both = top + (bottom - top) * fy
        return [both[..., k] for k in range(both.shape[-1])]


def texture(
    key: U64,
    down: Cells,
    across: Cells,
    *,
    forehead_mm: tuple[float, float] | None = None,
    veins: bool = False,
    freckles: bool = False,
) -> Texture:
    """Make the skin.

    Parameters
    ----------
    key : ndarray of uint64, shape (1,)
        Key of the scene.
    down, across : Cells
        Cells of the chart, of one step.
    forehead_mm : (float, float), mm, or None
        Middle of the forehead on the chart, where fine lines run across it.
    veins : bool
        Whether veins show: bluish, a little raised.
    freckles : bool
        Whether there are freckles and sun spots.
    """
    key = stream(key, "skin")
    pores = _PORES.over(key, "pores", down, across)
    stubble = _STUBBLE.over(key, "stubble", down, across)
    blemishes = _BLEMISHES.over(key, "blemishes", down, across)
    melanin = octaves(key, "melanin", _MELANIN, down, across).over(down, across)
    moles = _MOLES.over(key, "freckles", down, across) ** 2
    melanin += 0.10 * pores + 0.45 * stubble + 0.7 * moles
    blood = octaves(key, "blood", _BLOOD, down, across).over(down, across)
    blood += 0.28 * blemishes + 0.25 * moles
    height = octaves(key, "relief", _RELIEF, down, across).over(down, across)
    height += 0.10 * blemishes - 0.013 * pores
    if forehead_mm is not None:
        height -= _furrows(key, down, across, forehead_mm)
    if freckles:
        freckled = _freckled(key, down, across)
        melanin += freckled
        blood += 0.35 * freckled
    vein = _veins(key, down, across) if veins else None
    if vein is not None:
        height += 0.13 * vein
    slope_down, slope_across = np.gradient(height, down.step_mm)
    layers = [melanin, blood, slope_across, slope_down]
    layers += [] if vein is None else [vein]
    values = np.empty((down.n, across.n, len(layers)), np.float32)
    for number, layer in enumerate(layers):
        values[..., number] = layer
    return Texture(values, down, across, _unresolved(down.step_mm))


class Grain:
    """The finest texture, on the picture's plane: without foreshortening, which blur hides where it matters.

    Parameters
    ----------
    key : ndarray of uint64, shape (1,)
        Key of the scene.
    """

    def __init__(self, key: U64) -> None:
        self.tiles = []
        for n in _GRAIN_TILES:
            cells = Cells(0.5, 1.0, n)
            white = (lattice(stream(key, f"grain {n}"), cells, cells) - 0.5) * (12 * 4 * np.pi / 2) ** 0.5
            self.tiles.append(ndimage.gaussian_filter(white.astype(np.float32), (2 / 3) ** 0.5, mode="wrap"))

    @classmethod
    def of(cls, key: U64, px_mm: float) -> Grain | None:
        """Make the grain of a picture; None where its pixels would average it out."""
        return None if px_mm * _GRAIN_FROM > 1 else cls(key)

    def over(self, down: Cells, across: Cells) -> tuple[F32, F32, F32]:
        """Optical depth of melanin, slope across and down, averaged over cells (h, w)."""
        knots = down.knots(_GRAIN_MM), across.knots(_GRAIN_MM)
        rows, columns = (np.arange(c.n) + round(c.start_mm / c.step_mm + 0.5) for c in knots)
        parts = [tile[np.ix_(rows % len(tile), columns % len(tile))] for tile in self.tiles]
        spline = Spline(parts[0] + parts[1], *knots)
        slope_across, slope_down = (
            np.float32(_GRAIN_HEIGHT_MM) * spline.over(down, across, slope=along) for along in ("across", "down")
        )
        return np.float32(_GRAIN_MELANIN) * spline.over(down, across), slope_across, slope_down


def _unresolved(step_mm: float) -> float:
    """Slope variance that averaging over cells (and between them) takes from the relief."""
    total = 0.0
    for length, across, deviation in _RELIEF:
        for scale in (length, across):
            slope = (deviation / scale) ** 2 / 2
            total += slope / 2 * (1 - (scale**2 / (scale**2 + step_mm**2 / 4)) ** 2)
    return total


def _freckled(key: U64, down: Cells, across: Cells) -> F32:
    """Optical depth of freckles and sun spots: of uneven shape, thick in places."""
    ragged = octaves(key, "ragged", [(1.1, 1.1, 0.5), (0.45, 0.45, 0.4)], down, across).over(down, across)
    spots = _FRECKLES.over(key, "sun freckles", down, across) + 0.35 * _SUN_SPOTS.over(key, "sun spots", down, across)
    return np.asarray(0.34 * spots * np.clip(1 + 0.8 * ragged, 0.1, 2.2), np.float32)


def _veins(key: U64, down: Cells, across: Cells) -> F32:
    """Veins, 0 to about 1 on their middle: they wander and branch, and fade where they dive."""
    key = stream(key, "veins")
    step, spots = 0.3, []
    for number, (u, v, heading, length, sigma) in enumerate(_VEINS):
        for branch, begins in ((0, 0.0), (1, 0.35), (2, 0.6)):
            along = Cells(0.0, step, int(length * (1 - begins) / step))
            lane = Cells((10 * number + branch - 0.5) * 50.0, 50.0, 1)
            turn, deep = (
                octaves(key, name, [(50.0, wave, 1.0)], lane, along).over(lane, along)[0]
                for name, wave in (("turn", 4.5), ("deep", 9.0))
            )
            angle = np.deg2rad(heading + 34 * turn + (0, 38, -34)[branch])
            x, y = u + step * np.cumsum(np.sin(angle)), v - step * np.cumsum(np.cos(angle))
            if branch == 0:
                main = x, y
            else:
                at = int(begins * len(main[0]))
                x, y = x + main[0][at] - u, y + main[1][at] - v
            peak = np.clip(0.75 + 0.5 * deep, 0, 1.2) * np.linspace(1, 0.2, along.n) * (1 - 0.25 * branch)
            width = np.full(along.n, sigma * (1 - 0.2 * branch))
            spots.append((x, y, width, peak * step / (width * 2.507)))
    x, y, width, peak = (np.concatenate(parts) for parts in zip(*spots, strict=True))
    return stamp(x, y, width, peak, down, across)


def _furrows(key: U64, down: Cells, across: Cells, middle_mm: tuple[float, float]) -> F32:
    """Depth, mm, of fine lines across the forehead: they wander, fade and come back."""
    apart, width = _FURROWS_MM
    v, u = down.centres_mm.astype(np.float32), (across.centres_mm - middle_mm[0]).astype(np.float32)
    depth = np.zeros((down.n, across.n), np.float32)
    for line in range(-3, 4):
        rows = Cells((line - 0.5) * 40.0, 40.0, 1)
        wander, strength, start = (
            octaves(key, f"furrow {name}", [(40.0, length, 1.0)], rows, across).over(rows, across)[0]
            for name, length in (("wander", 14.0), ("strength", 8.0), ("start", 30.0))
        )
        path = middle_mm[1] + apart * line + 1.3 * wander + 1.5 * start - 0.0035 * u**2
        fade = np.clip(0.55 + 0.6 * strength, 0, 1.4) * np.exp(-((u / 42) ** 4))
        near = slice(*np.searchsorted(v, [path[fade > 0.01].min() - 4 * width, path[fade > 0.01].max() + 4 * width]))
        depth[near] += 0.055 * fade * np.exp(((v[near, None] - path) / width) ** 2 * np.float32(-0.5))
    return depth
