"""What colour diffuse light has, place by place: skin under the main lamp, in the shade, under coloured lamps.

Everything is fitted to means over cells of about 2 mm.

1. The chroma of skin under the main lamp is a plane over the photo, fitted to the *most colourful* cells: shine only
   takes colour away.  A cell counts less the more shine it would have, and the farther its hue is off.
2. Cells much darker than the lit skin are in the shade (or are hair).  What lights them has another colour, which goes
   with their brightness: light that has scattered in the skin reaches farthest beyond the terminator, and is red; what
   is darker still has the light of the room.  So every brightness has its own, smooth, chroma.  At a silhouette skin
   mirrors the room, and the less light falls on it the more of its light that is: cells near the border of the area
   count little.  What a surface throws back does not depend on the skin: in dark skin it is much of the blue
   everywhere, and the chroma of its shade is that of the most colourful cells.
3. Where the hue is off the plane of skin and lamp there is a coloured lamp.  It has one colour, which shifts the
   chroma of skin and of shine alike, and a smooth share of the diffuse light.  Its shine may reach farther than its
   diffuse light: where its colour is known, all shine there is taken for its own.

All lengths, limits and weights are estimates, chosen on samples of all tones and rigs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import distance_transform_edt, gaussian_filter

from smpsim.arrays import F64, Bool
from smpsim.scalp.dichromatic import amounts, chroma, colour, green_albedo, smooth, split, step

# weight of cells more colourful than the fit; the others have the rest
_TAIL, _TAIL_COLOURED = 0.95, 0.9
# shares of shine and of hue at which the weight has fallen to a half; shine is first allowed more
_SHINE_FIRST, _SHINE, _COLOURFUL, _HUE = 0.5, 0.07, 0.3, 0.1
_ROUGH, _ROUNDS = 0.2, 16
_RIDGE = 0.05
# logarithms of brightness, relative to lit skin: where shade begins and is full, and steps of the shade
_SHADE = (-0.3, -1.0)
_LEVELS = np.array([-0.65, -1.0, -1.5, -2.0, -2.75])
# cells over which brightness is smoothed: enough to reach over the border of the area
_LEVEL_CELLS = 0.6
_SHADE_WEIGHT = 0.03
_PALE = (0.2, 0.06)
_SHADE_ROUNDS, _SHADE_SHINE, _TAIL_SHADE = 4, 0.05, 0.98
_LIT_QUANTILE = 0.6
_SHADE_MM, _HUE_MM, _SHARE_MM = 30.0, 2.0, 3.0
_BORDER_MM, _BORDER = (2.0, 10.0), 0.05
_COLOURED = (0.05, 0.15)
_OFF = (0.04, 0.1)
_REACH = (0.02, 0.06)
_SMALLEST_MM2, _SMALL_SHADE_MM = 30.0, 10.0
_PLANE_MM = 60.0
_FIT_CELLS = 1500


@dataclass(frozen=True, eq=False)
class Cells:
    """Mean light of cells.

    Attributes
    ----------
    light : ndarray (h, w, 3), linear, above 0
        Mean light.
    weight : ndarray (h, w), 0..1
        How much of a cell is skin to be measured.
    step_mm : float
        Side of a cell.
    """

    light: F64
    weight: F64
    step_mm: float

    @property
    def good(self) -> Bool:
        """Cells that hold enough skin: most of them or, in tiny areas, any."""
        most = self.weight > 0.6
        return most if most.sum() >= 12 else self.weight > 0.01

    def inner(self) -> F64:
        """Weight of each cell for its distance from the border, 0.05..1."""
        distance = distance_transform_edt(np.pad(self.weight > 0.5, 1))[1:-1, 1:-1] * self.step_mm
        return _BORDER + (1 - _BORDER) * step(distance, *_BORDER_MM)

    def dark(self) -> tuple[F64, float]:
        """How far each cell is in the shade, 0..1, and the light of the lit skin."""
        brightness = self.light.mean(-1)
        lit = float(np.quantile(brightness[self.good], _LIT_QUANTILE))
        return shade(brightness, lit), lit


@dataclass(frozen=True, eq=False)
class Illumination:
    """Colours of diffuse light on cells.

    Attributes
    ----------
    skin : ndarray (h, w, 3)
        Colour of diffuse light.
    lamp : ndarray (h, w, 3)
        Colour of shine.
    shade : ndarray (h, w, 3)
        What both are multiplied by in the shade.
    lit : float
        Brightness of lit skin.
    coloured : ndarray (h, w), 0..1
        Share of coloured lamps.
    """

    skin: F64
    lamp: F64
    shade: F64
    lit: float
    coloured: F64


def shade(brightness: F64, lit: float) -> F64:
    """How far light is that of the shade, 0..1."""
    return step(np.log(np.maximum(brightness, 1e-6) / max(lit, 1e-6)), *_SHADE)


def illumination(cells: Cells, lamp: F64, coloured: F64 | None = None, hidden: float = 0.0) -> Illumination:
    """Find the colours of diffuse light.

    Parameters
    ----------
    cells : Cells
        The photo.
    lamp : ndarray (3,)
        Colour of the main lamp, of mean 1.
    coloured : ndarray (3,), optional
        Colour of a coloured lamp, if it is known.
    hidden : float
        Share of the light that is shine in the most colourful cells.
    """
    dark, lit = cells.dark()
    base = _main(cells, lamp, dark)
    if hidden > 0:
        skin = colour(base) / colour(base).mean(-1, keepdims=True)
        base = chroma(np.maximum(skin - hidden * lamp, 0.1 * skin))
    valid = np.asarray(np.where((cells.weight > 0.3) | (cells.good.sum() < 12), cells.weight, 0.0), np.float64)
    mixture, shining, total = _mixture(cells, base, valid, dark, lamp, coloured)
    in_shade = colour(_in_shade(cells, base, valid * dark, lamp, lit))
    return Illumination(colour(base) * mixture, shining, in_shade / mixture, lit, total)


def _mixture(cells: Cells, base: F64, valid: F64, dark: F64, lamp: F64, coloured: F64 | None) -> tuple[F64, F64, F64]:
    """Find what coloured lamps make of diffuse light, the colour of shine (h, w, 3), and where they are (h, w)."""
    rest, skin = chroma(cells.light) - base, colour(base)
    hue = smooth(split(cells.light, skin, lamp)[1], valid, _HUE_MM / cells.step_mm)
    mixture, total = np.ones(cells.light.shape), np.zeros(valid.shape)
    shining = np.broadcast_to(lamp, cells.light.shape)
    for off in (hue, -hue):
        weight = valid * (1 - dark) * step(off, *_COLOURED)
        if weight.sum() * cells.step_mm**2 < _SMALLEST_MM2:
            continue
        shift = _coloured(cells, base, rest, weight * step(off, 0, _high(off, weight)), lamp)
        if coloured is not None and chroma(coloured / lamp) @ shift > 0:
            tint, reach = coloured / lamp, step(off, *_REACH)
            share = reach * _diffuse_share(cells, skin, tint, coloured, valid)
        else:
            tint = colour(shift)
            share = reach = _share(cells, skin, tint, lamp, valid)
        mixture = mixture * (1 - share[..., None]) + tint * share[..., None]
        shining = shining * (1 - reach[..., None]) + lamp * tint * reach[..., None]
        total = np.maximum(total, reach)
    return mixture, shining, total


def _high(values: F64, weight: F64) -> float:
    return max(float(np.quantile(values[weight > 0], 0.9)), 1e-6)


def _main(cells: Cells, lamp: F64, dark: F64) -> F64:
    """Chroma of skin under the main lamp, a plane: (h, w, 2)."""
    good = cells.good
    y, x = np.indices(good.shape) * (cells.step_mm / _PLANE_MM)
    plane = np.stack([np.ones(good.shape), x - x[good].mean(), y - y[good].mean()], -1)
    some = _some(good)
    light, basis, t = cells.light[some], plane[some], chroma(cells.light[some])
    weight = np.maximum(np.square(1 - dark[some]), _SHADE_WEIGHT)
    fit = _most(t, np.where(dark[some] > 0.5, _SHADE_WEIGHT, 1.0))[None, :]
    fit = _tail(light, basis[:, :1], t, lamp, weight, fit)
    off = np.zeros(good.shape)
    off[good] = split(cells.light[good], colour(fit), lamp)[1]
    off = np.abs(smooth(off, good.astype(np.float64), _HUE_MM / cells.step_mm))[some]
    weight = weight * (1 - step(off, *_OFF))
    if weight.sum() < 0.1 * len(weight):
        return plane[..., :1] @ fit
    start = np.concatenate([fit, np.zeros((2, 2))])
    return plane @ _tail(light, basis, t, lamp, weight, start, first=2 * _SHINE, last=2 * _SHINE)


def _some(cells: Bool) -> Bool:
    """Every second, third ... of so many cells: enough for a fit."""
    every = -(-int(cells.sum()) // _FIT_CELLS)
    if every <= 1:
        return cells
    chosen = np.zeros(cells.size, np.bool_)
    chosen[np.flatnonzero(cells)[::every]] = True
    return chosen.reshape(cells.shape)


def _most(t: F64, weight: F64) -> F64:
    """Find where most chromas lie (2,): the middle of the densest crowd."""
    centre = np.median(t[weight == weight.max()], axis=0)
    for _ in range(10):
        w = weight / (1 + ((t - centre) ** 2).sum(1) / _ROUGH**2) ** 2
        centre = (t * w[:, None]).sum(0) / w.sum()
    return np.asarray(centre)


def _tail(
    light: F64, basis: F64, t: F64, lamp: F64, weight: F64, fit: F64, first: float = _SHINE_FIRST, last: float = _SHINE
) -> F64:
    """Fit chroma by least squares, again and again, to the cells that have no shine."""
    ridge = _RIDGE * np.diag([0.0, 1.0, 1.0][: len(fit)])
    for i in range(_ROUNDS):
        shine, hue = split(light, colour(basis @ fit), lamp)
        limit = last + (first - last) * max(0.0, 1 - i / (0.7 * _ROUNDS))
        w = weight * _one_sided(shine, limit, _TAIL) / (1 + (hue / _HUE) ** 2) ** 2
        weighted = basis * w[:, None]
        fit = np.linalg.solve(
            weighted.T @ basis + (w.sum() + 1e-9) * (ridge + 1e-9 * np.eye(len(fit))), weighted.T @ t
        )
    return fit


def _one_sided(shine: F64, limit: float, tail: float) -> F64:
    """Weight of cells: those more colourful than the fit count most."""
    return np.where(shine < 0, tail / (1 + (shine / _COLOURFUL) ** 2), (1 - tail) / (1 + (shine / limit) ** 2))


def _coloured(cells: Cells, base: F64, rest: F64, weight: F64, lamp: F64) -> F64:
    """Shift of chroma (2,) under a coloured lamp."""
    inside = _some(weight > 0)
    light, t, w = cells.light[inside], rest[inside], weight[inside]
    skin = colour(base[inside])
    shift: F64 = (t * w[:, None]).sum(0) / w.sum()
    for i in range(_ROUNDS):
        shine, _ = split(light, skin * colour(shift), lamp * colour(shift))
        v = w * _one_sided(shine, 0.1 + 0.4 * max(0.0, 1 - i / (0.7 * _ROUNDS)), _TAIL_COLOURED)
        shift = (t * v[:, None]).sum(0) / v.sum()
    return np.asarray(shift)


def _in_shade(cells: Cells, base: F64, weight: F64, lamp: F64, lit: float) -> F64:
    """Shift of chroma in the shade, for each step of brightness smooth: (h, w, 2)."""
    rest = chroma(cells.light) - base
    if weight.sum() * cells.step_mm**2 < _SMALLEST_MM2:
        return smooth(rest, weight + 1e-4 * cells.weight, _SMALL_SHADE_MM / cells.step_mm)
    brightness = smooth(np.log(cells.light.mean(-1) / lit), cells.weight, _LEVEL_CELLS)
    level = np.interp(-brightness, -_LEVELS, np.arange(len(_LEVELS)))
    weight, shift, known = weight * cells.inner(), np.zeros(rest.shape), np.full((*level.shape, 1), 1e-9)
    for k in range(len(_LEVELS)):
        near = np.maximum(1 - np.abs(level - k), 0)
        if (weight * near).any():
            shift += near[..., None] * _matte(cells, base, rest, weight * near, lamp)
            known += near[..., None]
    return np.asarray(shift / known)


def _matte(cells: Cells, base: F64, rest: F64, weight: F64, lamp: F64) -> F64:
    """Shift of chroma of cells in the shade, smooth: (h, w, 2); in dark skin that of the most colourful."""
    skin = colour(base)
    belief = step(green_albedo(skin / lamp), *_PALE)
    shift = np.broadcast_to((rest * weight[..., None]).sum((0, 1)) / weight.sum(), rest.shape)
    for _ in range(_SHADE_ROUNDS if belief.any() else 1):
        shine, _hue = split(cells.light, skin * colour(shift), lamp * colour(shift))
        matte = 1 - belief + belief * _one_sided(shine, _SHADE_SHINE, _TAIL_SHADE)
        shift = _broad(rest, weight * matte + 1e-7, _SHADE_MM / cells.step_mm)
    return shift


def _broad(values: F64, weight: F64, sigma: float) -> F64:
    """Weighted Gaussian mean (h, w, n) over so many neighbours that products of matrices are faster than filters."""
    places = (np.arange(n) / sigma for n in weight.shape)
    down, across = (np.exp(-0.5 * np.square(x[:, None] - x)) for x in places)
    both = np.concatenate([weight[None], np.moveaxis(values, -1, 0) * weight])
    below, *above = down @ both @ across
    return np.asarray(np.stack(above, -1) / below[..., None])


def _share(cells: Cells, skin: F64, tint: F64, lamp: F64, valid: F64) -> F64:
    """Share of diffuse light that comes from a coloured lamp, smooth: (h, w), 0..1.

    The lamp's light on the skin sticks out of the plane of skin and main lamp; what it leaves is split in two.
    """
    coloured, normal = skin * tint, np.cross(skin, lamp)
    height = (normal * coloured).sum(-1)
    amount = np.maximum((normal * cells.light).sum(-1) / np.where(np.abs(height) < 1e-9, 1e-9, height), 0)
    rest = np.maximum(cells.light - amount[..., None] * coloured, 1e-6)
    shine, _ = split(rest, skin, lamp)
    main = rest.mean(-1) / skin.mean(-1) * np.clip(1 - np.maximum(shine, 0), 0.02, 1)
    sigma = _SHARE_MM / cells.step_mm
    both = gaussian_filter((amount + main) * valid, sigma)
    share = np.clip(gaussian_filter(amount * valid, sigma) / np.maximum(both, 1e-12), 0, 1)
    return np.asarray(share * step(share, 0.0, 0.1), np.float64)


def _diffuse_share(cells: Cells, skin: F64, tint: F64, coloured: F64, valid: F64) -> F64:
    """Share of diffuse light that comes from a coloured lamp of known colour where its shine is, smooth: (h, w), 0..1.

    Its shine reaches farther than its diffuse light: lamps from behind shine at grazing angles.  So the light there
    is split into three: skin under the main lamp, skin under the coloured one, and the shine of the coloured one.
    """
    skin = skin / skin.mean(-1, keepdims=True)
    found = amounts(cells.light, skin, skin * tint, np.broadcast_to(coloured, skin.shape))
    other = found[..., 1] * (skin * tint).mean(-1)
    sigma = _SHARE_MM / cells.step_mm
    both = gaussian_filter((found[..., 0] + other) * valid, sigma)
    return np.asarray(np.clip(gaussian_filter(other * valid, sigma) / np.maximum(both, 1e-9), 0, 1), np.float64)
