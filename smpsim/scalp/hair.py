"""Hair in front of the skin, which hides the dots behind it.

Single hairs: the photo (its green) is looked at in about 5 pixels per mm, means of n x n of its own, or fewer where it
is not sharp; lines are found there (:mod:`smpsim.scalp.strands`).  A pixel of the photo is hidden as far as it is as
dark, or as light, as the middle of the hair that it belongs to.  Where hairs lie close, what is between them is hair
too: if it is as bright as they are, and all of it where they cover half of the skin.

Areas of hair in which none is told from the others are found by texture and colour (:mod:`smpsim.scalp.combed`).

Numbers: estimates; `tests/benchmarks/hair.py` prints what they reach.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

import numpy as np
from scipy.ndimage import gaussian_filter

from smpsim.arrays import F32, F64, U8
from smpsim.scalp.combed import MARGIN_MM, combed, rise
from smpsim.scalp.grid import Grid, averaging_weights, cells_over, wide_means
from smpsim.scalp.mask import Area
from smpsim.scalp.oriented import CELL, I16, LARGEST, PER_BYTE, means
from smpsim.scalp.strands import Places, Strands, per_cell, strands
from smpsim.threads import beside

_PX_PER_MM, _SHARP_PX = 5.0, 1.1
# below this a hair is a small part of a pixel, and not looked for
_LEAST_PX_PER_MM = 3.0
# the map reaches this far beyond the area, as far as dots darken the skin
_MARGIN_MM = 2.0
_GREEN = 1
# shares of a hair's contrast from which a pixel is hair, in part and as a whole
_COVERED = (0.1, 0.6)
# share of hair over this where those lie close that may be hair as well, and where all of it is
_DENSE_MM, _CLOSE, _DENSE = 0.7, (0.2, 0.35), (0.4, 0.55)
# cells over which brightness is smoothed; least difference of hair and skin, bytes; what is more like hair
_NEAR_CELLS, _UNLIKE, _LIKE = 2.5, 4.0, (0.3, 0.7)
# every fourth pixel tells the brightness of the skin
_EVERY = 4


@dataclass(frozen=True, eq=False)
class Hair:
    """Hair in front of the skin.

    Attributes
    ----------
    share : Grid
        Share of each cell that hair hides, 0 to 1; 0 at its border, and so beyond it.
    hidden_frac : float
        Share of the treated area that lies behind hair, 0 to 1.
    """

    share: Grid
    hidden_frac: float

    def at_scale(self, px_per_mm: float) -> Grid:
        """Share of hair in the pixels of a picture of the same photo: means where those are larger than the cells."""
        cell = 1 / (px_per_mm * self.share.step_mm)
        if cell <= 1.001 or not self.hidden_frac:
            return self.share
        values, weights, first = self.share.values, [], []
        for start, n in zip((round(self.share.row), round(self.share.column)), values.shape, strict=True):
            begin, end = int(max(start, 0) / cell), cells_over(start + n, cell)
            known = averaging_weights(int(np.ceil(end * cell)), cell, begin, end - begin)
            weights.append(known[:, max(start, 0) : start + n])
            first.append(begin)
        down, across = weights
        ahead = [max(-round(s), 0) for s in (self.share.row, self.share.column)]
        mean = (across @ (down @ values[ahead[0] :, ahead[1] :]).T).T
        return Grid(1 / px_per_mm, first[0] - 1, first[1] - 1, np.pad(np.asarray(mean), 1))


def measure_hair(pixels: U8, area: Area, *, sensitivity: float = 1.0, blur_px: float = 0.0, threads: int = 1) -> Hair:
    """Find hair in and round the treated area.

    Parameters
    ----------
    pixels : ndarray (H, W, 3) uint8
        The photo at its full size.
    area : Area
        The treated area; not empty.
    sensitivity : float, 0 to 3
        0 finds none; the larger, the fainter hair is found, and the more is taken for hair that is none.
    blur_px : float, px
        Sharpness of the photo.
    threads : int
        With more than 1, single hairs are looked for beside areas of hair.
    """
    n = min(max(round(area.px_per_mm / _PX_PER_MM), round(blur_px / _SHARP_PX), 1), LARGEST)
    rows, columns = _surroundings(area, n, _MARGIN_MM)
    step_mm = n / area.px_per_mm
    nothing = Hair(Grid(step_mm, 0, 0, np.zeros((1, 1))), 0.0)
    if (
        sensitivity <= 0
        or area.px_per_mm < _LEAST_PX_PER_MM
        or min(rows.stop - rows.start, columns.stop - columns.start) < CELL * n
    ):
        return nothing
    green, treated = pixels[rows, columns, _GREEN], area.coverage[rows, columns]
    with beside(partial(_single, green, treated, n, step_mm, sensitivity), threads) as finding:
        single = cache(finding)
        if threads == 1:
            single()  # one after the other takes less memory
        dense = _areas(pixels, area, (rows, columns), single, sensitivity)
    share = single()
    if share is None and dense is None:
        return nothing
    if share is None:
        share = _uncovered(green)
    inner = share[1:-1, 1:-1]
    if dense is not None:
        np.maximum(inner, dense.on_pixels(rows, columns, area.px_per_mm), out=inner)
    hidden = float(np.einsum("ij,ij->", inner, treated)) / max(float(treated.sum()), 1e-9)
    grid = Grid(1 / area.px_per_mm, rows.start - 1, columns.start - 1, share)  # type: ignore[arg-type]
    return Hair(grid, hidden)


def _single(green: U8, treated: F32, n: int, step_mm: float, sensitivity: float) -> F32 | None:
    """Share of each pixel that single hairs hide, and 0 round them; None where there are none."""
    picture = means(green, n)
    found = strands(picture, treated[n // 2 :: n, n // 2 :: n] > 0, 1 / step_mm, sensitivity)
    if found is None:
        return None
    share = _uncovered(green)
    _cover(share[1:-1, 1:-1], found, green, n)
    _fill(share[1:-1, 1:-1], found, picture, n, step_mm)
    return share


def _uncovered(green: U8) -> F32:
    return np.zeros((green.shape[0] + 2, green.shape[1] + 2), np.float32)


def _areas(
    pixels: U8, area: Area, place: tuple[slice, slice], single: Callable[[], F32 | None], sensitivity: float
) -> Grid | None:
    """Areas of hair, as a grid of the photo, by what single hairs hide of some rows and columns."""
    rows, columns = _surroundings(area, 1, MARGIN_MM)

    def hairs(n: int, shape: tuple[int, int]) -> F32 | None:
        known = single()
        if known is None:
            return None
        share = np.zeros(shape, np.float32)
        pairs = (
            _middles(side.start - whole.start, side.stop - side.start, n, count)
            for side, whole, count in zip(place, (rows, columns), shape, strict=True)
        )
        cells, middles = zip(*pairs, strict=True)
        share[cells] = known[1:-1, 1:-1][middles]
        return share

    found = combed(pixels[rows, columns], area.coverage[rows, columns], hairs, area.px_per_mm, sensitivity)
    if found is None:
        return None
    cell_px = found.step_mm * area.px_per_mm
    return Grid(found.step_mm, rows.start / cell_px, columns.start / cell_px, found.values)


def _middles(first: int, length: int, n: int, count: int) -> tuple[slice, slice]:
    """Those of some cells of n pixels whose middle lies in a span, and their middles, counted from its beginning."""
    begin = max(-(-(first - n // 2) // n), 0)
    end = max(min(-(-(first + length - n // 2) // n), count), begin)
    start = begin * n + n // 2 - first
    return slice(begin, end), slice(start, start + (end - begin) * n, n)


def _surroundings(area: Area, n: int, margin_mm: float) -> tuple[slice, slice]:
    """Rows and columns that are looked at, whole cells of n pixels."""
    assert area.box is not None
    margin = int(np.ceil(margin_mm * area.px_per_mm))
    rows, columns = (
        slice(max(side.start - margin, 0) // n * n, min(-(-(side.stop + margin) // n), size // n) * n)
        for side, size in zip(area.box, area.coverage.shape, strict=True)
    )
    return rows, columns


def _cover(share: F32, lines: Strands, green: U8, n: int) -> None:
    """Set the share of each pixel that hair hides: how far it is as dark, or light, as the line that it is beside."""
    skin = lines.brightness + lines.contrast
    for i in range(-n, 2 * n):
        y = lines.row * n + i
        for j in range(-n, 2 * n):
            x = lines.column * n + j
            some = (y >= 0) & (y < share.shape[0]) & (x >= 0) & (x < share.shape[1])
            at = y[some], x[some]
            own = (skin[some] - green[at] * np.float32(PER_BYTE)) / lines.contrast[some]
            share[at] = np.maximum(share[at], rise(own, _COVERED))


def _fill(share: F32, lines: Strands, picture: I16, n: int, step_mm: float) -> None:
    """Raise the share of pixels between lines that lie close together: how far they are as bright, not as skin is."""
    covered = share[n // 2 :: n, n // 2 :: n]
    close = wide_means(covered, _DENSE_MM / step_mm, truncate=2.5)
    cells = np.nonzero(close > _CLOSE[0])
    more = rise(close[cells], _DENSE)
    hair = _cell_means((lines.row, lines.column), lines.brightness, picture.shape)
    bare = np.nonzero(covered[::_EVERY, ::_EVERY] == 0)
    if len(bare[0]):
        seen = picture[::_EVERY, ::_EVERY][bare]
        skin = _cell_means((bare[0] * _EVERY, bare[1] * _EVERY), seen, picture.shape)
        middles = np.asarray(cells[1] + 0.5), np.asarray(cells[0] + 0.5)
        bright, other = (Grid(float(CELL), 0, 0, a).at(*middles) for a in (skin, hair))
        apart = other - bright
        apart[np.abs(apart) < _UNLIKE * PER_BYTE] = np.inf
        more = np.maximum(more, rise((picture[cells] - bright) / apart, _LIKE) * rise(close[cells], _CLOSE))
    for i in range(n):
        for j in range(n):
            at = cells[0] * n + i, cells[1] * n + j
            share[at] = np.maximum(share[at], more)


def _cell_means(at: Places, values: I16, shape: tuple[int, int]) -> F64:
    """Means of the values of some pixels in and near each cell."""
    faint = 1e-3
    total = gaussian_filter(per_cell(at, shape, values) + faint * values.mean(), _NEAR_CELLS)
    return np.asarray(total / gaussian_filter(per_cell(at, shape) + faint, _NEAR_CELLS))
