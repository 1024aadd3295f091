"""Single hairs: lines of a picture that are long, narrow and stronger than chance.

A pixel may be hair where its line (:mod:`smpsim.scalp.oriented`) is 3.2 times as high as chance makes lines in the
skin round it; neighbours hang together when they go the same way.  Such a group is hair when

* it is at least 3 mm and 20 pixels long: pores, stubble and sparks of shine are not;
* its length times its mean height over chance is more than what skin without hair has;
* it is narrow: what is beside it differs from it nearly as much as what is farther off; freckles, veins and folds are
  wider.

Where there is hair, there is more: within some millimetres of it half the length and a third of the strength will do.

Numbers: estimates, chosen on samples with and without hair and on photographs of bald heads.
"""

from __future__ import annotations

from functools import reduce
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.ndimage import gaussian_filter, maximum_filter
from scipy.sparse.csgraph import connected_components

from smpsim.arrays import F32, F64, Bool, Int
from smpsim.scalp.grid import Grid
from smpsim.scalp.oriented import CELL, I16, PIXELS, Oriented, oriented

Places: TypeAlias = tuple[Int, Int]
Groups: TypeAlias = NDArray[np.int32]

# heights over chance of a pixel, and times their length in px of those that hang together
_CLEAR, _TOGETHER = 3.2, 250.0
_LONG_MM, _LONG_PX = 3.0, 20.0
# the same among hair that is known: strength, length, how far it is looked for (in cells of 16 pixels), and share of
# the pixels there that are hair
_AMONG, _SHORT_PX, _AMONG_CELLS, _SOME = 75.0, 10.0, 2.5, 0.03
_NARROW = 0.48
# hair is looked for this far beyond the skin
_BEYOND_MM = 1.0
# contrast with the skin is at least half of that with what is beside it; every fourth pixel tells the skin
_APART, _EVERY = 2.0, 4
# chance is smoothed over so many of its cells; the least, in 1 / 80 of a byte: photos without any noise
_SMOOTH_CELLS, _LEAST = 1.5, 12.0
# rows at a time; what is added to a direction if it is dark
_ROWS, _DARK = 64, 16
# the middle of a line is this share as high as its highest neighbour
_MIDDLE = 0.7
# eight places round a pixel, at two and at four pixels
_BESIDE = ((0, 2), (1, 1), (2, 0), (1, -1), (0, -2), (-1, -1), (-2, 0), (-1, 1))


class Strands(NamedTuple):
    """Pixels in the middle of hairs, each (n,): place; contrast with the skin, above 0 if darker; brightness.

    Contrast and brightness are 16 per byte.
    """

    row: Int
    column: Int
    contrast: F32
    brightness: I16


def strands(picture: I16, near: Bool, px_per_mm: float, sensitivity: float) -> Strands | None:
    """Find single hairs.

    Parameters
    ----------
    picture : ndarray (h, w) int16
        Brightness, 16 per byte.
    near : ndarray (h, w) of bool
        Where the skin is; hair is looked for a little beyond it as well.
    px_per_mm : float
        Scale of the picture.
    sensitivity : float, above 0
        Limits are divided by it.

    Returns
    -------
    Strands or None
        The middles of hairs; None where there is none.
    """
    found = oriented(picture)
    chance = _chance(found.chance, near)
    clear = _clear(picture, found.height, chance, np.float32(_CLEAR / sensitivity)) & _grown(near, px_per_mm)
    at, count, of = _together(clear, found)
    if not count:
        return None
    length = _lengths(at, of, count)
    high = np.bincount(of, found.height[at] / chance[at], count) / np.bincount(of, minlength=count)
    strength = length * high * sensitivity
    likely = (length >= _SHORT_PX) & (strength > _AMONG)
    at, of = _of_groups(likely, at, of)
    likely &= _narrowness(picture, at, of, count) > _NARROW
    hair = likely & (length >= max(_LONG_MM * px_per_mm, _LONG_PX)) & (strength > _TOGETHER)
    if not hair.any():
        return None
    hair |= likely & _among(hair, of, at, picture.shape)
    return _middles(picture, found, _of_groups(hair, at, of)[0])


def _of_groups(groups: Bool, at: Places, of: Groups) -> tuple[Places, Groups]:
    """Pixels of some of the groups."""
    some = groups[of]
    return (at[0][some], at[1][some]), of[some]


def _middles(picture: I16, found: Oriented, at: Places) -> Strands:
    """Of the pixels of lines those in the middle."""
    height = found.height[at]
    middle = height >= _MIDDLE * _highest(found.height, at)
    at, height = (at[0][middle], at[1][middle]), height[middle]
    contrast = np.where(found.dark[at], height, -height) / np.float32(PIXELS)
    return Strands(*at, contrast.astype(np.float32), picture[at])


def _chance(cells: F32, near: Bool) -> F32:
    """Height of lines by chance at every pixel, from cells, those of the area being believed."""
    rows, columns = (np.arange(0, size, CELL) for size in near.shape)
    weight = np.add.reduceat(np.add.reduceat(near, rows, 0, dtype=np.float32), columns, 1)
    weight += np.float32(1e-3)
    smooth = gaussian_filter(cells * weight, _SMOOTH_CELLS) / gaussian_filter(weight, _SMOOTH_CELLS)
    grid = Grid(float(CELL), 0, 0, np.maximum(smooth, _LEAST))
    h, w = near.shape
    return np.broadcast_to(grid.on_pixels(slice(0, h), slice(0, w), 1.0), near.shape)


def _grown(near: Bool, px_per_mm: float) -> Bool:
    """Where hair is looked for: the area, and what is near it."""
    n = max(round(_BEYOND_MM * px_per_mm), 1)
    coarse = np.logical_or.reduceat(
        np.logical_or.reduceat(near, np.arange(0, near.shape[0], n), 0), np.arange(0, near.shape[1], n), 1
    )
    coarse = maximum_filter(coarse, 3)
    return np.repeat(np.repeat(coarse, n, 0)[: near.shape[0]], n, 1)[:, : near.shape[1]]


def _clear(picture: I16, height: I16, chance: F32, least: np.float32) -> Bool:
    """Which pixels are clearly higher than chance, and differ from the skin round them, not only from hair beside."""
    skin, clear = _skin(picture), np.empty(picture.shape, np.bool_)
    for top in range(0, len(picture), _ROWS):  # what a few rows take stays in the cache
        rows = slice(top, min(top + _ROWS, len(picture)))
        apart = picture[rows] - skin.on_pixels(rows, slice(0, picture.shape[1]), 1.0)
        np.abs(apart, out=apart)
        apart *= np.float32(PIXELS * _APART)
        np.greater(apart, height[rows], out=clear[rows])
        clear[rows] &= height[rows] > least * chance[rows]
    return clear


def _skin(picture: I16) -> Grid:
    """Usual brightness of each cell."""
    n = CELL // _EVERY
    some = picture[::_EVERY, ::_EVERY]
    some = some[: some.shape[0] // n * n, : some.shape[1] // n * n]
    each = some.reshape(some.shape[0] // n, n, -1, n).swapaxes(1, 2).reshape(some.shape[0] // n, -1, n * n)
    usual = np.asarray(gaussian_filter(np.median(each, axis=-1), 0.5), np.float64)
    return Grid(float(CELL), 0, 0, usual)


def _together(clear: Bool, found: Oriented) -> tuple[Places, int, Groups]:
    """Find neighbours that go the same way, all dark or all light: pixels, number of groups, group of each pixel."""
    width = clear.shape[1]
    # a difference of these is that of the directions, modulo 8, as long as both are dark or light
    kind = (found.direction.astype(np.uint8) + found.dark * np.uint8(_DARK)).ravel()
    clear = clear.ravel()
    pairs = []
    for down, right in ((0, 1), (1, -1), (1, 0), (1, 1)):
        step = down * width + right
        turn = kind[:-step] - kind[step:]
        alike = (turn + np.uint8(1) <= 2) | (turn == 7) | (turn == 249)
        alike &= clear[:-step] & clear[step:]
        if right:
            alike[(0 if right < 0 else width - 1) :: width] = False  # beyond the border of the picture
        pairs.append(np.stack([one := np.flatnonzero(alike), one + step]))
    joined = np.concatenate(pairs, axis=1)
    member = np.zeros(clear.shape, np.bool_)
    member[joined] = True
    places = np.flatnonzero(member)
    number = np.empty(clear.shape, np.int32)
    number[places] = np.arange(len(places), dtype=np.int32)
    one, other = number[joined]
    graph = sparse.csr_array((np.ones(len(one), np.bool_), (one, other)), shape=(len(places), len(places)))
    count, of = connected_components(graph, directed=False)
    row, column = np.divmod(places, width)
    return (row, column), count, of


def _lengths(at: Places, of: Groups, count: int) -> F64:
    """Length of each group of pixels: of a straight line with the same greatest spread."""
    number = np.maximum(np.bincount(of, minlength=count), 1)
    y, x = (a - (np.bincount(of, a, count) / number)[of] for a in at)
    yy, xx, xy = (np.bincount(of, a, count) / number for a in (y * y, x * x, x * y))
    greatest = (yy + xx) / 2 + np.sqrt(((yy - xx) / 2) ** 2 + xy**2)
    return np.asarray(np.sqrt(12 * greatest) + 1)


def _narrowness(picture: I16, at: Places, of: Groups, count: int) -> F64:
    """Contrast of each group with what is two pixels off, over that with what is four pixels off."""
    padded = np.pad(picture, 4, mode="edge")
    y, x = (a + 4 for a in at)
    here = 8 * padded[y, x].astype(np.int32)
    near, far = (sum(padded[y + k * i, x + k * j].astype(np.int32) for i, j in _BESIDE) - here for k in (1, 2))
    sign = np.sign(near)
    above, below = (np.bincount(of, a * sign, count) for a in (near, far))
    return np.where(below > 0, above / np.maximum(below, 1e-9), np.inf)


def _among(hair: Bool, of: Groups, at: Places, shape: tuple[int, int]) -> Bool:
    """Which groups of pixels have hair round them."""
    number = per_cell(at, shape, hair[of])
    share = gaussian_filter(number / CELL**2, _AMONG_CELLS)[at[0] // CELL, at[1] // CELL]
    return np.asarray(np.bincount(of, share, len(hair)) > _SOME * np.bincount(of, minlength=len(hair)))


def _highest(height: I16, at: Places) -> I16:
    """Greatest height of the neighbours of some pixels."""
    padded = np.pad(height, 1)
    around = (padded[at[0] + i, at[1] + j] for i in range(3) for j in range(3) if (i, j) != (1, 1))
    return np.asarray(reduce(np.maximum, around))


def per_cell(at: Places, shape: tuple[int, int], values: NDArray[np.generic] | None = None) -> F64:
    """Add up the values of some pixels in every cell of 16 pixels a side, or count them."""
    h, w = (-(-k // CELL) for k in shape)
    return np.bincount(at[0] // CELL * w + at[1] // CELL, values, h * w).reshape(h, w).astype(np.float64)
