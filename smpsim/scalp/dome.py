"""The dome of a bald head in a photo without a face: from the side, from behind, from above, or cut off at the brows.

Upper halves of ellipses are laid over the photo, small and large ones, and each is judged by what it holds: its rim
parts two colours; what is inside looks like its own middle, and what is outside does not; the middle is as red and
yellow as skin, and there is little detail in it (hair, leaves and books have much).  Of domes about as good the larger
one is taken, for the top of a head is a dome as well.

Numbers: estimates, chosen on synthetic heads from four sides and on seven of fourteen photographs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter

from smpsim.arrays import F64, U8, Bool
from smpsim.scalp.lab import lab_on_cells

# the longer side of the photo in cells; detail is what is seen on cells so many times finer
_CELLS, _FINER = 96, 4
# half breadths in shares of the shorter side (at most of the breadth), heights over them, and how far apart domes lie
_SMALLEST, _LARGEST, _SIZES, _SHAPES, _APART = 0.06, 0.6, 12, (0.9, 1.2), 0.25
# so many different ones are then moved and stretched, thrice, by steps in half breadths
_BEST, _DIFFERENT = 12, 0.5
_STEPS = np.stack(np.meshgrid(*[(-1, 0, 1)] * 4, indexing="ij"), -1).reshape(-1, 4) * [0.1, 0.1, 0.1, 0.12]
_TIMES = (1.0, 0.8, 0.5)
# where a dome is looked at: on rays just inside of its rim and outside, and at places (rad, share) in its middle
_COARSE, _FINE = (np.radians(np.linspace(8, 172, n)) for n in (12, 24))
_INSIDE, _OUTSIDE = (0.82, 0.9), (1.1, 1.25)
_MIDDLE = np.stack(np.meshgrid(np.radians(np.linspace(20, 160, 6)), (0.35, 0.7)), -1).reshape(-1, 2)
# L*, a*, b*: shade changes more over a head than colour does, but in a grey photo there is nothing else
_COLOUR, _GREY = np.array([0.6, 1.3, 1.3]), np.array([1.3, 1.3, 1.3])
_GREY_CHROMA, _STRONG_CONTRAST, _LEAST_SPREAD = 4.0, 25.0, np.array([6.0, 3.0, 3.0])
# skin: hue (deg, width, fall); chroma and lightness from not at all to surely; what is less like it is not looked at
_HUE, _HUE_WIDTH, _HUE_FALL = 52.0, 15.0, 12.0
_CHROMA, _VIVID, _DARK = (5.0, 11.0), (50.0, 40.0), (8.0, 18.0)
_DARK_GREY, _WHITE, _LEAST_SKIN = (25.0, 40.0), (92.0, 84.0), 0.25
# what counts beside the contrast of the rim
_LIKENESS, _EVENNESS, _SKIN, _DETAIL, _MOST_DETAIL, _CUT_OFF, _SIZE = 0.7, 0.4, 0.8, -0.08, 6.0, -1.0, 0.35
# a rim out of the picture counts a little against the dome; so much of it must be seen
_UNSEEN, _LEAST_SEEN = 0.35, 0.5
# a head scores at least this, its size apart: where this was chosen, domes of heads score 2.2 to 2.8, those on clothes
# or backdrop at most 2.0, a smooth brown ramp 2.1
_HEAD = 2.18


@dataclass(frozen=True)
class Dome:
    """The upper half of an ellipse over a head.

    Attributes
    ----------
    x, y : float, px
        Middle of the ellipse.
    half_breadth_px, height_px : float, px
        Its half axes.
    score : float
        How much it looks like a bald head: about 2.2, below which none is said to be there, to 2.8.
    """

    x: float
    y: float
    half_breadth_px: float
    height_px: float
    score: float

    def scaled(self, factor: float) -> Dome:
        """Return the same dome in a photo that is so many times as large."""
        x, y, half_breadth, height = (n * factor for n in (self.x, self.y, self.half_breadth_px, self.height_px))
        return Dome(x, y, half_breadth, height, self.score)


@dataclass(frozen=True, eq=False)
class _Cells:
    """The photo on cells: weighted Lab (h, w, 3), detail (h, w), side of a cell, and whether there is no colour."""

    colour: F64
    detail: F64
    side_px: float
    grey: bool


def find_dome(pixels: U8) -> Dome | None:
    """Find the dome of a bald head.

    Parameters
    ----------
    pixels : ndarray (H, W, 3) uint8
        The upright photo.

    Returns
    -------
    Dome or None
        The best one; None when nothing looks like a bald head.
    """
    cells = _on_cells(pixels)
    domes = _laid_over(*cells.detail.shape)
    domes = domes[_skin(cells, domes) > _LEAST_SKIN]
    if not len(domes):
        return None
    settled = np.array([_settled(cells, domes[k]) for k in _different(domes, _scores(cells, domes, _COARSE))])
    alone = settled[:, 4] - _size(cells, settled[:, 2])
    if alone.max() < _HEAD:
        return None
    best = np.where(alone >= _HEAD, settled[:, 4], -np.inf).argmax()
    x, y, half_breadth, height = (settled[best, :4] * cells.side_px).tolist()
    return Dome(x, y, half_breadth, height, float(alone[best]))


def _on_cells(pixels: U8) -> _Cells:
    """Return the colours and the detail of a photo on cells."""
    longer = max(pixels.shape[:2])
    fine = max(longer / (_CELLS * _FINER), 1.0)
    n = max(round(longer / _CELLS / fine), 1)
    lab = lab_on_cells(pixels, fine)
    fluctuation = lab[..., 0] - gaussian_filter(lab[..., 0], n / 2)
    # about the middles of the cells; a photo may be narrower than half of one
    rows, columns = (slice(min(n // 2, length - 1), None, n) for length in lab.shape[:2])
    detail = np.sqrt(gaussian_filter(fluctuation**2, n))[rows, columns]
    lab = gaussian_filter(lab, (n / 2, n / 2, 0))[rows, columns]
    grey = bool(np.quantile(np.hypot(lab[..., 1], lab[..., 2]), 0.95) < _GREY_CHROMA)
    return _Cells(lab * (_GREY if grey else _COLOUR), detail, n * fine, grey)


def _laid_over(height: int, width: int) -> F64:
    """Domes of all sizes all over the photo: middle x and y, half breadth, height in cells, (n, 4)."""
    shorter, domes = min(height, width), []
    for half in np.geomspace(_SMALLEST * shorter, _LARGEST * width, _SIZES):
        step = max(_APART * half, 1.0)
        for shape in _SHAPES:
            x = np.arange(0.3 * half, width - 0.3 * half, step)
            y = np.arange(0.9 * shape * half, height + 0.15 * half, step)
            places = np.stack(np.meshgrid(x, y), -1).reshape(-1, 2)
            domes.append(np.column_stack([places, np.full((len(places), 2), [half, shape * half])]))
    return np.concatenate(domes)


def _different(domes: F64, scores: F64) -> list[int]:
    """Return the indices of the best domes that lie apart."""
    best: list[int] = []
    for k in np.argsort(-scores):
        x, y, half, _ = domes[best].T
        if (np.hypot(x - domes[k, 0], y - domes[k, 1]) > _DIFFERENT * np.maximum(half, domes[k, 2])).all():
            best.append(int(k))
        if len(best) == _BEST:
            break
    return best


def _settled(cells: _Cells, dome: F64) -> F64:
    """Move and stretch a dome to where it scores best; its score is added, (5,)."""
    for finer in _TIMES:
        around = dome[:4] + _STEPS * dome[2] * finer
        scores = _scores(cells, around, _FINE)
        dome = np.append(around[scores.argmax()], scores.max())
    return dome


def _scores(cells: _Cells, domes: F64, rays: F64) -> F64:
    """How much domes look like bald heads, (n,)."""
    middle, within = _at(cells.colour, _places(domes, *_MIDDLE.T))
    usual = np.median(middle, axis=1, keepdims=True)
    spread = 1.48 * np.median(np.abs(middle - usual), axis=1, keepdims=True) + _LEAST_SPREAD

    def alike(colour: F64) -> F64:
        shade, *chroma = np.moveaxis((colour - usual) / spread, -1, 0)
        return np.asarray(np.exp(-(0.5 * np.minimum(np.abs(shade), 3) ** 2 + chroma[0] ** 2 + chroma[1] ** 2) / 8))

    inner = np.mean([_at(cells.colour, _places(domes, rays, share))[0] for share in _INSIDE], axis=0)
    outer, seen = zip(*(_at(cells.colour, _places(domes, rays, share)) for share in _OUTSIDE), strict=True)
    contrast = np.minimum(np.sqrt(((inner - outer[0]) ** 2).sum(-1)) / _STRONG_CONTRAST, 1)
    likeness = alike(inner) - (alike(outer[0]) + alike(outer[1])) / 2
    shown = seen[0].mean(1)
    rim = ((contrast + _LIKENESS * likeness) * seen[0]).mean(1) / (shown + _UNSEEN * (1 - shown))
    detail = np.median(_at(cells.detail, _places(domes, *_MIDDLE.T))[0], axis=1)
    held = _EVENNESS * alike(middle).mean(1) + _SKIN * _skin(cells, domes) + _DETAIL * np.minimum(detail, _MOST_DETAIL)
    score = rim + held + _CUT_OFF * (1 - within.mean(1)) + _size(cells, domes[:, 2])
    return np.where(shown > _LEAST_SEEN, score, -np.inf)


def _size(cells: _Cells, half_breadth: F64) -> F64:
    return np.asarray(_SIZE * np.log(half_breadth / (0.3 * min(cells.detail.shape))))


def _skin(cells: _Cells, domes: F64) -> F64:
    """Tell how likely the middle of each dome is skin by its colour, 0 to 1; in a grey photo by its lightness."""
    middle = np.median(_at(cells.colour, _places(domes, *_MIDDLE.T))[0], axis=1)
    light, a, b = np.moveaxis(middle / (_GREY if cells.grey else _COLOUR), -1, 0)
    if cells.grey:
        return _rising(light, *_DARK_GREY) * _rising(light, *_WHITE)
    off, chroma = np.abs(np.degrees(np.arctan2(b, a)) - _HUE), np.hypot(a, b)
    hue = np.exp(-0.5 * (np.maximum(off - _HUE_WIDTH, 0) / _HUE_FALL) ** 2)
    return np.asarray(hue * _rising(chroma, *_CHROMA) * _rising(chroma, *_VIVID) * _rising(light, *_DARK))


def _rising(value: F64, none: float, sure: float) -> F64:
    return np.clip((value - none) / (sure - none), 0, 1)


def _places(domes: F64, angles: F64, share: F64 | float) -> tuple[F64, F64]:
    """Places (n, m) in cells, at a share of the way from the middle of each dome to its rim."""
    x, y, half, height = domes.T[..., None]
    return x + share * half * np.cos(angles), y - share * height * np.sin(angles)


def _at(values: F64, places: tuple[F64, F64]) -> tuple[F64, Bool]:
    """Values of the cells at places, those of the border outside of the photo, and whether they lie in it."""
    (x, y), (h, w) = places, values.shape[:2]
    inside = (x >= 0) & (y >= 0) & (x < w) & (y < h)
    return values[y.astype(np.intp).clip(0, h - 1), x.astype(np.intp).clip(0, w - 1)], inside
