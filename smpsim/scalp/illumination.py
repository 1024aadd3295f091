"""What colour diffuse light has, place by place: skin under the main lamp, in the shade, under coloured lamps.

Everything is fitted to means over cells of about 2 mm.

1. The chroma of skin under the main lamp is a plane over the photo, fitted to the *most colourful* cells: shine only
   takes colour away.  A cell counts less the more shine it would have, and the farther its hue is off.
2. Cells in the shade have another colour, by their brightness (:mod:`smpsim.scalp.shade`).
3. Where the hue is off the plane of skin and lamp there is a coloured lamp.  It has one colour, which shifts the
   chroma of skin and of shine alike, and a smooth share of the diffuse light.  Its shine may reach farther than its
   diffuse light: where its colour is known, all shine there is taken for its own.

Numbers: estimates, chosen on samples of all tones and rigs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter

from smpsim.arrays import F64, Bool
from smpsim.scalp.cells import Cells
from smpsim.scalp.dichromatic import Split, amounts, chroma, colour, one_sided, smooth, split, step, tint
from smpsim.scalp.shade import SMALLEST_MM2, in_shade

# weight of cells more colourful than the fit; the others have the rest
_TAIL, _TAIL_COLOURED = 0.95, 0.9
# shares of shine and of hue at which the weight has fallen to a half; shine is first allowed more
_SHINE_FIRST, _SHINE, _HUE = 0.5, 0.07, 0.1
_ROUGH, _ROUNDS = 0.2, 16
_RIDGE = 0.05
_SHADE_WEIGHT = 0.03
_HUE_MM, _SHARE_MM = 2.0, 3.0
_COLOURED = (0.05, 0.15)
_OFF = (0.04, 0.1)
_REACH = (0.02, 0.06)
_PLANE_MM = 60.0
_FIT_CELLS = 1500


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
    coloured : ndarray (h, w), 0..1
        Share of coloured lamps.
    """

    skin: F64
    lamp: F64
    shade: F64
    coloured: F64


def illumination(cells: Cells, base: F64, lamp: F64, coloured: F64 | None = None, hidden: float = 0.0) -> Illumination:
    """Find the colours of diffuse light.

    Parameters
    ----------
    cells : Cells
        The photo.
    base : ndarray (h, w, 2)
        Chroma of skin under the main lamp, from :func:`main_chroma`.
    lamp : ndarray (3,)
        Colour of the main lamp, of mean 1.
    coloured : ndarray (3,), optional
        Colour of a coloured lamp, if it is known.
    hidden : float
        Share of the light that is shine in the most colourful cells.
    """
    if hidden > 0:
        skin = colour(base) / colour(base).mean(-1, keepdims=True)
        base = chroma(np.maximum(skin - hidden * lamp, 0.1 * skin))
    valid = np.asarray(np.where((cells.weight > 0.3) | (cells.good.sum() < 12), cells.weight, 0.0), np.float64)
    mixture, shining, total = _mixture(cells, base, valid, lamp, coloured)
    shaded = colour(in_shade(cells, base, valid * cells.dark, lamp))
    return Illumination(colour(base) * mixture, shining, shaded / mixture, total)


def _mixture(cells: Cells, base: F64, valid: F64, lamp: F64, coloured: F64 | None) -> tuple[F64, F64, F64]:
    """Find what coloured lamps make of diffuse light, the colour of shine (h, w, 3), and where they are (h, w)."""
    rest, skin = cells.chroma - base, colour(base)
    hue = smooth(split(cells.light, skin, lamp)[1], valid, _HUE_MM / cells.step_mm)
    mixture, total = np.ones(cells.light.shape), np.zeros(valid.shape)
    shining = np.broadcast_to(lamp, cells.light.shape)
    for off in (hue, -hue):
        weight = valid * (1 - cells.dark) * step(off, *_COLOURED)
        if weight.sum() * cells.step_mm**2 < SMALLEST_MM2:
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


def main_chroma(cells: Cells, lamp: F64) -> F64:
    """Chroma of skin under a main lamp of some colour (3,), a plane: (h, w, 2)."""
    good, dark = cells.good, cells.dark
    y, x = np.indices(good.shape) * (cells.step_mm / _PLANE_MM)
    plane = np.stack([np.ones(good.shape), x - x[good].mean(), y - y[good].mean()], -1)
    some = _some(good)
    light, basis, t = cells.light[some], plane[some], cells.chroma[some]
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
    each = 1 / light.T
    parts = Split(lamp[:, None] * each)
    for i in range(_ROUNDS):
        skin = tint(*(basis @ fit).T) * each
        limit = last + (first - last) * max(0.0, 1 - i / (0.7 * _ROUNDS))
        w = weight * one_sided(parts.shine(skin), limit, _TAIL) / (1 + (parts.hue(skin) / _HUE) ** 2) ** 2
        weighted = basis * w[:, None]
        fit = np.linalg.solve(
            weighted.T @ basis + (w.sum() + 1e-9) * (ridge + 1e-9 * np.eye(len(fit))), weighted.T @ t
        )
    return fit


def _coloured(cells: Cells, base: F64, rest: F64, weight: F64, lamp: F64) -> F64:
    """Shift of chroma (2,) under a coloured lamp."""
    inside = _some(weight > 0)
    light, t, w = cells.light[inside], rest[inside], weight[inside]
    skin = colour(base[inside])
    shift: F64 = (t * w[:, None]).sum(0) / w.sum()
    for i in range(_ROUNDS):
        shine, _ = split(light, skin * colour(shift), lamp * colour(shift))
        v = w * one_sided(shine, 0.1 + 0.4 * max(0.0, 1 - i / (0.7 * _ROUNDS)), _TAIL_COLOURED)
        shift = (t * v[:, None]).sum(0) / v.sum()
    return np.asarray(shift)


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
