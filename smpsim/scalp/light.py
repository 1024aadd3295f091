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

Numbers: estimates.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from smpsim.arrays import F32, F64, U8, Bool
from smpsim.colour import ColourSpace, individual_typology_angle, lab
from smpsim.scalp.backdrop import backdrop
from smpsim.scalp.dichromatic import chroma, expected, green_albedo, shine_of, smooth, step, tint
from smpsim.scalp.glitter import Glitter, coloured_lamp, glitter, lamp_colour
from smpsim.scalp.grid import Grid, block_means
from smpsim.scalp.illumination import Illumination, illumination, main_chroma
from smpsim.scalp.mask import Area
from smpsim.scalp.samples import CELL_MM, DARK, Samples, brightness, sample

_NEAR_MM, _CLIPPED_MM = 3.0, 2.5
# the variance of shine grows so much because the colours are estimates too: an estimate
_UNSURE = np.float32(1.5)
_MOST_HERE, _MOST_ALL, _HERE_MM = 0.10, 0.07, 10.0
# share of the shade below which a sample is lit; shares of a coloured lamp below which it is the main lamp that
# lights, and from which it is the coloured one
_BRIGHT, _PLAIN, _COLOURED = 0.3, 0.2, 0.6
# every fourth sample is enough to see glitter where every second are more than this
_MANY = 10_000
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


def measure_light(pixels: U8, space: ColourSpace, area: Area, hair: Grid | None = None) -> Light:
    """Split the light of a photo round the treated area.

    Parameters
    ----------
    pixels : ndarray (H, W, 3) uint8
        The photo.
    space : ColourSpace
        What its bytes mean.
    area : Area
        The treated area; not empty.
    hair : Grid, optional
        Share of hair in front of the skin; what is mostly hair is not taken for skin.

    Returns
    -------
    Light
        Maps of the share of diffuse light, and the tone of the skin.
    """
    samples = sample(pixels, space, area, hair)
    lit = _lit(samples)
    skin, source = _colours(samples, lit)
    shine = _shine(samples, skin, source)
    shine *= _believed(samples, lit, source, shine) * np.float32(
        _glitter(samples, lit, samples.skin[::2, ::2]).belief()
    )
    share = _share(samples, skin, source * shine)
    _answer(samples.light, share, skin)
    tone = _tone(samples, share, space)
    share *= 1 - _behind(samples, area)
    red, green, blue = (samples.grid(channel) for channel in share)
    return Light((red, green, blue), *tone)


def _lit(samples: Samples) -> Illumination:
    """Find the colours of diffuse light and lamps: under white lamps at first, then under those that glitter."""
    cells, lamp = samples.cells, np.ones(3)
    base = main_chroma(cells, lamp)
    lit = illumination(cells, base, lamp)
    coloured = _coloured_lamp(samples, lit)
    if coloured is not None:
        lit = illumination(cells, base, lamp, coloured)
    skin, source = _colours(samples, lit)
    shine = _shine(samples, skin, source)
    main = lamp_colour(samples.light, skin, shine, _by_main_lamp(samples, lit), samples.step_mm)
    if main is not None:
        lamp, base = main, main_chroma(cells, main)
        lit = illumination(cells, base, lamp, coloured)
    hidden = _glitter(samples, lit, _by_main_lamp(samples, lit, every=2)).hidden()
    return illumination(cells, base, lamp, coloured, hidden) if hidden else lit


def _coloured_lamp(samples: Samples, lit: Illumination) -> F64 | None:
    """Colour of a coloured lamp, if its shine tells."""
    if lit.coloured.max() <= _COLOURED:
        return None
    coloured = samples.spread(lit.coloured[..., None], every=2)[0] > _COLOURED
    skin = samples.skin[::2, ::2]
    coloured &= skin & (samples.dark[::2, ::2] < _BRIGHT)
    return coloured_lamp(samples.light[:, ::2, ::2], skin, coloured, 2 * samples.step_mm)


def _by_main_lamp(samples: Samples, lit: Illumination, every: int = 1) -> Bool:
    """Find which of every so many samples are skin that the main lamp lights."""
    plain = samples.spread(lit.coloured[..., None], every)[0] < _PLAIN
    return np.asarray(plain & samples.skin[::every, ::every] & (samples.dark[::every, ::every] < _BRIGHT))


def _colours(samples: Samples, lit: Illumination, every: int = 1) -> tuple[F32, F32]:
    """Colours of diffuse light and of the lamp at every so many samples, (3, h, w), of mean 1."""
    in_shade = (samples.spread(lit.shade, every) - 1) * samples.dark[::every, ::every]
    in_shade += 1
    skin, lamp = (samples.spread(cells, every) * in_shade for cells in (lit.skin, lit.lamp))
    skin /= brightness(skin)
    lamp /= brightness(lamp)
    return skin, lamp


def _shine(samples: Samples, skin: F32, lamp: F32) -> F32:
    """Amount of shine of every sample, (h, w)."""
    s, variance = shine_of(samples.light, skin, lamp)
    positive = np.maximum(s, 0)
    share = np.clip(1 - positive * lamp[1] / samples.light[1], 0.05, 1)
    near = smooth(samples.means(positive), samples.weight.astype(np.float64), _NEAR_MM / CELL_MM)
    variance *= _UNSURE * share * share
    return expected(s, variance, np.maximum(samples.spread(near[..., None])[0], np.float32(1e-6)))


def _glitter(samples: Samples, lit: Illumination, where: Bool) -> Glitter:
    """Glitter of the shine on some skin, given at every second sample, by as many samples as it takes."""
    every, where = (4, where[::2, ::2]) if where.sum() > _MANY else (2, where)
    light = samples.light[:, ::every, ::every]
    s, variance = shine_of(light, *_colours(samples, lit, every))
    return glitter(light, s, variance, where, every * samples.step_mm)


def _believed(samples: Samples, lit: Illumination, lamp: F32, shine: F32) -> F32:
    """Share of the shine that a surface can throw back, (h, w)."""
    s, light = shine * lamp[1], samples.light[1]
    albedo, area = green_albedo(lit.skin / lit.lamp), samples.weight.astype(np.float64)
    thrown, fallen = samples.means(s), samples.means(np.maximum(light - s, np.float32(0.1) * light)) / albedo
    sigma = _HERE_MM / CELL_MM
    here = _MOST_HERE * smooth(fallen * area, area, sigma) / np.maximum(smooth(thrown * area, area, sigma), 1e-9)
    whole = _MOST_ALL * float((fallen * area).sum()) / max(float((thrown * area).sum()), 1e-9)
    believed: F32 = samples.spread(np.minimum(np.minimum(here, whole), 1)[..., None])[0]
    return believed


def _share(samples: Samples, skin: F32, surface: F32) -> F32:
    """Share of diffuse light, (3, h, w), 0 to 1."""
    light, inside = samples.light, samples.skin
    spread = np.median((skin.max(0) - skin.min(0))[inside])
    belief = float(np.clip((spread - _CHROMA[0]) / (_CHROMA[1] - _CHROMA[0]), 0, 1))
    if belief < 1:
        bright = brightness(light)
        bright = np.maximum(bright - np.float32(_GREY_SHINE) * np.median(bright[inside]), 0)
        surface = np.float32(belief) * surface + np.float32(1 - belief) * bright
    share: F32 = np.clip(1 - surface / light, 0, 1)
    if samples.clipped.any():
        share = _over_clipped(samples, share)
    share[light <= 2 * DARK] = 1
    return share


def _answer(light: F32, share: F32, skin: F32) -> None:
    """Take from the share of diffuse light (3, h, w) what bright channels do not show of a change.

    Towards white a camera's tone curve is flat, and skin loses its colour: a channel that is darker than the others
    would have it, by the colour of the skin, has been compressed so far, and answers so much less (less still where
    the curve goes on to bend).  Where all of the skin is bleached, it had at least the colour of very fair skin.
    """
    bleached = np.flatnonzero(light.max(0) > _BLEACHED[0])
    if not len(bleached) or np.median(skin.max(0) - skin.min(0)) < _CHROMA[0]:
        return
    # as lists of samples: share stays the same array
    share = share.reshape(3, -1)
    light, here, skin = (a.reshape(3, -1).take(bleached, axis=1) for a in (light, share, skin))
    bright = step(light.max(0), *_BLEACHED)
    own = np.maximum(chroma(skin.T.astype(np.float64)), _FAIR)
    whole = light * here / tint(*own.T)
    answer = whole / np.maximum(whole.max(0), DARK)
    share[:, bleached] = here * (1 - bright * (1 - answer))


def _over_clipped(samples: Samples, share: F32) -> F32:
    """Where pixels are clipped, take the diffuse light of the neighbours."""
    lost = step(samples.clipped, 0.02, 0.2)
    n = samples.n_cell
    weight = np.asarray((1 - lost) * (samples.skin + np.float32(1e-3)), np.float32)
    known = block_means(weight, n).astype(np.float64)
    diffuse = np.stack([block_means(samples.light[c] * share[c] * weight, n) for c in range(3)], -1)
    near = smooth(diffuse / np.maximum(known, 1e-9)[..., None], known, _CLIPPED_MM / CELL_MM)
    theirs = np.clip(samples.spread(near) / samples.light, 0, 1)
    return np.asarray(share + (theirs - share) * lost)


def _behind(samples: Samples, area: Area) -> F32 | float:
    """Share of each sample that is no skin but lies behind the head, (h, w)."""
    if not np.isfinite(area.edge_distance.values).all():
        return 0.0
    cells = samples.cells
    near = smooth(np.log(cells.light), np.where(cells.weight > _MOSTLY, cells.weight, 0.0), _SKIN_MM / CELL_MM)
    distance = samples.on_grid(area.edge_distance)
    return backdrop(samples.light, np.exp(samples.spread(near)), distance, samples.step_mm)


def _tone(samples: Samples, share: F32, space: ColourSpace) -> tuple[float, Grid, bool]:
    """Individual typology angle of the skin: median, by region, and whether there is colour to tell it by."""
    diffuse = samples.cells_of(samples.light * share)
    good = diffuse.good
    lit = good & (diffuse.dark < 0.5)
    colours = np.stack([np.median(diffuse.light[lit if lit.any() else good], axis=0)])
    ita = float(individual_typology_angle(lab(colours.astype(np.float32), space))[0])
    near = smooth(diffuse.light, diffuse.weight * (1 - diffuse.dark) + 1e-6, _TONE_MM / CELL_MM)
    angles = individual_typology_angle(lab(near.astype(np.float32), space)).astype(np.float64)
    spread = np.ptp(colours) / max(float(colours.mean()), 1e-6)
    told = bool(np.isfinite(ita) and spread > _GREY)
    ita = ita if told else _NO_ITA
    row, column = (begin / (samples.px_per_mm * diffuse.step_mm) for begin in samples.begin)
    return ita, Grid(diffuse.step_mm, row, column, np.where(np.isfinite(angles), angles, ita)), told
