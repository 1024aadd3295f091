"""The light of the photo: what comes out of the skin, and what its surface reflects.

Dichromatic split: a pixel is ``diffuse + surface``.  Diffuse light has been in the skin and has its colour; surface
light (shine) has the colour of the lamp.  Pigment darkens diffuse light only.

Samples about 0.35 mm apart are split into ``a c + s l`` (:mod:`smpsim.scalp.dichromatic`) with the colours of diffuse
light ``c`` and of the lamp ``l`` of that place (:mod:`smpsim.scalp.illumination`).  The lamp is taken as white at
first; where shine glitters it is looked at (:mod:`smpsim.scalp.glitter`).  Skin is mostly diffuse, so what could be
either counts as diffuse:

* The shine of a sample is what it is to be expected to be, if shine is exponentially distributed with the mean of
  the surroundings: a little uneven skin is no shine where there is none round it.
* Shine glitters; broad light without glitter is the light of another lamp on diffuse skin.
* A surface reflects about 3 % of the light (Fresnel, n = 1.4, more at a slant), diffuse skin its albedo R.  The mean
  of ``s`` is held below 0.07 ``a / R`` over the whole area, and below 0.15 ``a / R`` over 10 mm, with
  ``R = 0.86 (B / R)^1.4`` in G, a fit to the reflectances of all tones in :mod:`smpsim.ink.skin`.

Clipped pixels have lost colour: they have as much diffuse light as their neighbours.  Grey photos (or skin as grey
as the lamp) have no colour to tell by; there light beyond 1.8 times the median counts as shine.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter

from smpsim.arrays import F32, F64, U8, Bool
from smpsim.colour import ColourSpace, individual_typology_angle, lab
from smpsim.scalp.backdrop import backdrop
from smpsim.scalp.dichromatic import chroma, colour, expected, green_albedo, shine_of, smooth, step
from smpsim.scalp.glitter import coloured_lamp, glitter, lamp_colour
from smpsim.scalp.grid import Grid
from smpsim.scalp.illumination import Cells, Illumination, illumination, shade
from smpsim.scalp.mask import Area

# samples per mm, at least, where the photo has as many; no more samples than this in all
_SAMPLES_PER_MM, _SAMPLES = 2.5, 210_000
_SMOOTH_MM = 0.2
_CELL_MM = 2.0
# the map reaches this far beyond the area: dots darken the skin round it
_MARGIN_MM = 4.0
_CLIPPED = 254
_DARK = np.float32(1e-5)
_NEAR_MM, _CLIPPED_MM = 3.0, 2.5
# the variance of shine grows so much because the colours are estimates too: an estimate
_UNSURE = np.float32(1.5)
_MOST_HERE, _MOST_ALL, _HERE_MM = 0.10, 0.07, 10.0
# Chroma of the skin (spread of the channels over their mean) below which shine cannot be told by colour, and from
# which it can; in between the share that is believed grows.
_CHROMA = (0.10, 0.30)
_GREY_SHINE = 1.8
# light (of the brightest channel) from which a tone curve may be flat, and from which it is: estimates
_BLEACHED = (0.6, 0.9)
# logarithms of R/G and G/B of the fairest skin: a little less than that of the lightest tone of the optical model
_FAIR = (0.22, 0.25)
_TONE_MM = 10.0
# skin is told from a backdrop by cells that are mostly treated, and their mean over this
_MOSTLY, _SKIN_MM = 0.95, 6.0
# skin with less colour than this (spread of the channels over their mean) has no tone to be told
_GREY, _NO_ITA = 0.03, 20.0


@dataclass(frozen=True, eq=False)
class Light:
    """Light of a photo.

    Attributes
    ----------
    diffuse : tuple of 3 Grid
        Share of the light of R, G and B that is diffuse, 0 to 1, round the treated area.
    ita_deg : float
        Individual typology angle of the skin, degrees: the median over the lit part of the area; it needs no more
        than a rough white balance here.
    tone : Grid
        The same by region (smooth over 10 mm).
    tone_told : bool
        Whether the skin has colour to tell its angle by; if not, as in a grey photo, `ita_deg` is 20, a fair medium.
    """

    diffuse: tuple[Grid, Grid, Grid]
    ita_deg: float
    tone: Grid
    tone_told: bool


@dataclass(frozen=True, eq=False)
class _Samples:
    """Samples of a photo: light (3, h, w), which of them are skin to measure, how far they are clipped."""

    light: F32
    skin: Bool
    clipped: F32
    step_mm: float
    n_cell: int

    def cells(self) -> Cells:
        weight = self.skin.astype(np.float32)
        share = _blocks(weight, self.n_cell)
        light = np.stack([_blocks(channel * weight, self.n_cell) for channel in self.light], -1)
        mean = light / np.maximum(share, 1e-6)[..., None]
        return Cells(np.maximum(mean, 1e-5).astype(np.float64), share.astype(np.float64), self.step_mm * self.n_cell)

    def every_second(self) -> _Samples:
        clipped = self.clipped[::2, ::2]
        return _Samples(self.light[:, ::2, ::2], self.skin[::2, ::2], clipped, 2 * self.step_mm, self.n_cell // 2)


def measure_light(pixels: U8, space: ColourSpace, area: Area, alpha: U8 | None = None) -> Light:
    """Split the light of a photo round the treated area.

    Parameters
    ----------
    pixels : ndarray (H, W, 3) uint8
        The photo.
    space : ColourSpace
        What its bytes mean.
    area : Area
        The treated area; not empty.
    alpha : ndarray (H, W) uint8, optional
        Opacity; fully transparent pixels are not looked at.

    Returns
    -------
    Light
        Maps of the share of diffuse light, and the tone of the skin.
    """
    rows, columns = _surroundings(area)
    stride = _stride(rows, columns, area.px_per_mm)
    samples = _sample(pixels, space, area, alpha, (rows, columns, stride))
    cells = samples.cells()
    half = samples.every_second()
    lit = _lit(samples, half, cells)
    skin, source = _colours(samples, lit)
    shine = _shine(samples, skin, source)
    shine *= _believed(samples, skin, source, shine) * np.float32(_glittering(half, lit))
    share = _share(samples, skin, source * shine)
    share *= _answering(samples.light, share, skin)
    tone = _tone(samples, share, space, (rows, columns), area.px_per_mm)
    share *= 1 - _behind(samples, cells, area, (rows, columns))
    row, column = ((start + 0.5) / stride - 0.5 for start in (rows.start, columns.start))
    red, green, blue = (Grid(samples.step_mm, row, column, channel) for channel in share)
    return Light((red, green, blue), *tone)


def _lit(samples: _Samples, half: _Samples, cells: Cells) -> Illumination:
    """Find the colours of diffuse light and lamps: under white lamps at first, then under those that glitter."""
    white = np.ones(3)
    lit = illumination(cells, white)
    coloured = coloured_lamp(half.light, half.skin, _by_lamp(half, lit)[1], half.step_mm)
    if coloured is not None:
        lit = illumination(cells, white, coloured)
    skin, source = _colours(samples, lit)
    shine = _shine(samples, skin, source)
    main = lamp_colour(samples.light, skin, shine, _by_lamp(samples, lit)[0], samples.step_mm)
    main = white if main is None else main
    lit = illumination(cells, main, coloured)
    s, variance = shine_of(half.light, *_colours(half, lit))
    hidden = glitter(half.light, s, variance, _by_lamp(half, lit)[0], half.step_mm).hidden()
    return illumination(cells, main, coloured, hidden) if hidden else lit


def _stride(rows: slice, columns: slice, px_per_mm: float) -> int:
    """Pixels from sample to sample."""
    n = (rows.stop - rows.start) * (columns.stop - columns.start)
    return max(int(px_per_mm / _SAMPLES_PER_MM), int(np.ceil((n / _SAMPLES) ** 0.5)), 1)


def _surroundings(area: Area) -> tuple[slice, slice]:
    """Rows and columns of the treated area and a margin round it."""
    assert area.box is not None
    margin = int(np.ceil(_MARGIN_MM * area.px_per_mm))
    rows, columns = (
        slice(max(side.start - margin, 0), min(side.stop + margin, n))
        for side, n in zip(area.box, area.coverage.shape, strict=True)
    )
    return rows, columns


def _sample(pixels: U8, space: ColourSpace, area: Area, alpha: U8 | None, where: tuple[slice, slice, int]) -> _Samples:
    rows, columns, stride = where
    step_mm = stride / area.px_per_mm
    taken = pixels[rows, columns][::stride, ::stride]
    clipped = (taken >= _CLIPPED).any(-1)
    inside = area.coverage[rows, columns][::stride, ::stride] > 0.5
    if alpha is not None:
        inside = inside & (alpha[rows, columns][::stride, ::stride] > 0)
    skin = inside & ~clipped
    if not skin.any():
        skin = inside if inside.any() else np.ones(inside.shape, np.bool_)
    light = np.empty((3, *inside.shape), np.float32)
    for channel in range(3):
        linear = space.decode_channel(taken[..., channel], channel)
        gaussian_filter(linear, _SMOOTH_MM / step_mm, output=light[channel], truncate=3)
    np.maximum(light, _DARK, out=light)
    far = gaussian_filter(clipped.astype(np.float32), _SMOOTH_MM / step_mm, truncate=3) if clipped.any() else None
    return _Samples(light, skin, np.zeros((1, 1), np.float32) if far is None else far, step_mm, _n_cell(step_mm))


def _n_cell(step_mm: float) -> int:
    return 2 * max(round(_CELL_MM / step_mm / 2), 1)


def _blocks(a: F32, n: int) -> F32:
    """Means over blocks of n x n, the last ones filled up with zeros."""
    h, w = a.shape
    wide = np.zeros((-(-h // n) * n, -(-w // n) * n), np.float32)
    wide[:h, :w] = a
    down = np.add.reduce(wide.reshape(-1, n, wide.shape[1]), axis=1)
    return np.asarray(down.reshape(len(down), -1, n).sum(-1) / np.float32(n * n), np.float32)


def _spread(cells: F64, samples: _Samples) -> F32:
    """Interpolate values (h, w, k) on cells to the samples: (k, H, W)."""
    h, w = samples.skin.shape
    n = samples.n_cell
    grids = (Grid(float(n), 0, 0, cells[..., k]) for k in range(cells.shape[-1]))
    return np.stack([np.broadcast_to(g.on_pixels(slice(0, h), slice(0, w), 1.0), (h, w)) for g in grids])


def _shade_of(samples: _Samples, lit: Illumination) -> F32:
    return shade(samples.light.mean(0), lit.lit).astype(np.float32)


def _colours(samples: _Samples, lit: Illumination) -> tuple[F32, F32]:
    """Colours of diffuse light and of the lamp at the samples, (3, h, w), of mean 1."""
    dark = _shade_of(samples, lit)
    in_shade = 1 + (_spread(lit.shade, samples) - 1) * dark
    skin, lamp = _spread(lit.skin, samples) * in_shade, _spread(lit.lamp, samples) * in_shade
    skin /= skin.mean(0)
    lamp /= lamp.mean(0)
    return skin, lamp


def _by_lamp(samples: _Samples, lit: Illumination) -> tuple[Bool, Bool]:
    """Find the samples of skin that the main lamp lights, and those that a coloured one does."""
    coloured = _spread(lit.coloured[..., None], samples)[0]
    bright = samples.skin & (_shade_of(samples, lit) < 0.3)
    return np.asarray(bright & (coloured < 0.2)), np.asarray(bright & (coloured > 0.6))


def _shine(samples: _Samples, skin: F32, lamp: F32) -> F32:
    """Amount of shine of every sample, (h, w)."""
    s, variance = shine_of(samples.light, skin, lamp)
    positive = np.maximum(s, 0)
    share = np.clip(1 - positive * lamp[1] / samples.light[1], 0.05, 1)
    n = samples.n_cell
    weight = _blocks(samples.skin.astype(np.float32), n).astype(np.float64)
    mean = _blocks(positive * samples.skin, n) / np.maximum(weight, 1e-6)
    near = _spread(smooth(mean, weight, _NEAR_MM / _CELL_MM)[..., None], samples)[0]
    return expected(s, _UNSURE * variance * share * share, np.maximum(near, np.float32(1e-6)))


def _glittering(samples: _Samples, lit: Illumination) -> float:
    """Share of the shine that its glitter makes believable."""
    s, variance = shine_of(samples.light, *_colours(samples, lit))
    return glitter(samples.light, s, variance, samples.skin, samples.step_mm).belief()


def _believed(samples: _Samples, skin: F32, lamp: F32, shine: F32) -> F32:
    """Share of the shine that a surface can throw back, (h, w)."""
    n = samples.n_cell
    weight = samples.skin.astype(np.float32)
    s, light = shine * lamp[1], samples.light[1]
    albedo = green_albedo(np.moveaxis(skin / lamp, 0, -1))
    thrown, fallen, area = (
        _blocks(np.asarray(part * weight, np.float32), n).astype(np.float64)
        for part in (s, np.maximum(light - s, np.float32(0.1) * light) / albedo, np.ones_like(s))
    )
    sigma = _HERE_MM / _CELL_MM
    here = _MOST_HERE * smooth(fallen, area, sigma) / np.maximum(smooth(thrown, area, sigma), 1e-9)
    whole = _MOST_ALL * float(fallen.sum()) / max(float(thrown.sum()), 1e-9)
    believed: F32 = _spread(np.minimum(np.minimum(here, whole), 1)[..., None], samples)[0]
    return believed


def _share(samples: _Samples, skin: F32, surface: F32) -> F64:
    """Share of diffuse light, (3, h, w), 0 to 1."""
    light, inside = samples.light, samples.skin
    spread = np.median((skin.max(0) - skin.min(0))[inside])
    belief = float(np.clip((spread - _CHROMA[0]) / (_CHROMA[1] - _CHROMA[0]), 0, 1))
    brightness = light.mean(0)
    if belief < 1:
        bright = np.maximum(brightness - np.float32(_GREY_SHINE) * np.median(brightness[inside]), 0)
        surface = np.float32(belief) * surface + np.float32(1 - belief) * bright
    share = np.clip(1 - surface / light, 0, 1)
    if samples.clipped.any():
        share = _over_clipped(samples, share)
    return np.where(light > 2 * _DARK, share, 1).astype(np.float64)


def _answering(light: F32, share: F64, skin: F32) -> F64:
    """Share of a change that bright channels show, (3, h, w).

    Towards white a camera's tone curve is flat, and skin loses its colour: a channel that is darker than the others
    would have it, by the colour of the skin, has been compressed so far, and answers so much less (less still where
    the curve goes on to bend).  Where all of the skin is bleached, it had at least the colour of very fair skin.
    """
    if np.median(np.ptp(skin, axis=0)) < _CHROMA[0]:
        return np.ones(share.shape)
    bright = step(light.max(0).astype(np.float64), *_BLEACHED)
    own = np.maximum(chroma(np.moveaxis(skin, 0, -1).astype(np.float64)), _FAIR)
    whole = light * share / np.moveaxis(colour(own), -1, 0)
    answer = whole / np.maximum(whole.max(0), _DARK)
    return np.asarray(1 - bright * (1 - answer))


def _over_clipped(samples: _Samples, share: F32) -> F32:
    """Where pixels are clipped, take the diffuse light of the neighbours."""
    lost = step(samples.clipped.astype(np.float64), 0.02, 0.2).astype(np.float32)
    n = samples.n_cell
    weight = np.asarray((1 - lost) * (samples.skin + np.float32(1e-3)), np.float32)
    known = _blocks(weight, n).astype(np.float64)
    diffuse = np.stack(
        [_blocks(np.asarray(samples.light[c] * share[c] * weight, np.float32), n) for c in range(3)], -1
    )
    near = smooth(diffuse / np.maximum(known, 1e-9)[..., None], known, _CLIPPED_MM / _CELL_MM)
    theirs = np.clip(_spread(near, samples) / samples.light, 0, 1)
    return np.asarray(share + (theirs - share) * lost)


def _behind(samples: _Samples, cells: Cells, area: Area, where: tuple[slice, slice]) -> F32:
    """Share of each sample that is no skin but lies behind the head, (h, w)."""
    if not np.isfinite(area.edge_distance.values).all():
        return np.zeros(samples.skin.shape, np.float32)
    near = smooth(np.log(cells.light), np.where(cells.weight > _MOSTLY, cells.weight, 0.0), _SKIN_MM / _CELL_MM)
    y, x = (
        (side.start / area.px_per_mm + (np.arange(n) + 0.5) * samples.step_mm)
        for side, n in zip(where, samples.skin.shape, strict=True)
    )
    distance = area.edge_distance.at(*np.broadcast_arrays(x, y[:, None]))
    return backdrop(samples.light, np.exp(_spread(near, samples).astype(np.float64)), distance, samples.step_mm)


def _tone(
    samples: _Samples, share: F64, space: ColourSpace, where: tuple[slice, slice], px_per_mm: float
) -> tuple[float, Grid, bool]:
    """Individual typology angle of the skin: median, by region, and whether there is colour to tell it by."""
    diffuse = _Samples(
        samples.light * share.astype(np.float32), samples.skin, samples.clipped, samples.step_mm, samples.n_cell
    ).cells()
    good = diffuse.good
    dark, _ = diffuse.dark()
    lit = good & (dark < 0.5)
    colours = np.stack([np.median(diffuse.light[lit if lit.any() else good], axis=0)])
    ita = float(individual_typology_angle(lab(colours.astype(np.float32), space))[0])
    near = smooth(diffuse.light, diffuse.weight * (1 - dark) + 1e-6, _TONE_MM / _CELL_MM)
    angles = individual_typology_angle(lab(near.astype(np.float32), space)).astype(np.float64)
    spread = np.ptp(colours) / max(float(colours.mean()), 1e-6)
    told = bool(np.isfinite(ita) and spread > _GREY)
    ita = ita if told else _NO_ITA
    row, column = (side.start / (px_per_mm * diffuse.step_mm) for side in where)
    return ita, Grid(diffuse.step_mm, row, column, np.where(np.isfinite(angles), angles, ita)), told
