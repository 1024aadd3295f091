"""The photo at the sizes that a screen shows: averaged in linear light, by way of halves that are made once.

Numbers: choices of speed and memory.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np

from smpsim.arrays import U8
from smpsim.colour import ColourSpace
from smpsim.raster.draw import averaged
from smpsim.scalp.grid import averaging_weights

Box = tuple[int, int, int, int]

# pieces of the photo that are remembered, and sides to which their borders are rounded, px of the answer
_SHEETS = 4
_SNAP_PX = 64
# steps of light, four of which add up to what 16 bits hold; rows at a time
_STEPS, _ROWS = 16383, 32


@dataclass(frozen=True, eq=False)
class Sheet:
    """A piece of the photo, smaller.

    Attributes
    ----------
    rows, columns : slice
        Its pixels in the whole photo at this size.
    cell : float
        Side of its pixels in px of the photo, 1 or more.
    pixels : ndarray (h, w, 3) uint8
        The photo.
    alpha : ndarray (h, w) uint8 or None
        Its opacity.
    """

    rows: slice
    columns: slice
    cell: float
    pixels: U8
    alpha: U8 | None

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width, px."""
        return self.pixels.shape[0], self.pixels.shape[1]

    def part(self, rows: slice, columns: slice) -> Sheet:
        """Return some of its pixels, given in the whole photo at this size."""
        down, across = (
            slice(span.start - own.start, span.stop - own.start)
            for span, own in ((rows, self.rows), (columns, self.columns))
        )
        alpha = None if self.alpha is None else self.alpha[down, across]
        return Sheet(rows, columns, self.cell, self.pixels[down, across], alpha)

    @property
    def region(self) -> tuple[float, float, float, float]:
        """What it shows, x, y, width and height, px of the photo."""
        h, w = self.shape
        return self.columns.start * self.cell, self.rows.start * self.cell, w * self.cell, h * self.cell


class Ground:
    """A photo, at any size.

    Parameters
    ----------
    pixels : ndarray (H, W, 3) uint8
        The photo, upright.
    alpha : ndarray (H, W) uint8 or None
        Its opacity.
    space : ColourSpace
        What the bytes mean.
    """

    def __init__(self, pixels: U8, alpha: U8 | None, space: ColourSpace) -> None:
        self._levels = [pixels]
        self._alpha, self._space = alpha, space
        self._cut_out = alpha is not None and bool(alpha.min() < 255)
        self._sheets: OrderedDict[tuple[object, ...], Sheet] = OrderedDict()

    def sheet(self, box: Box | None, max_px: int, *, snapped: bool = False) -> Sheet:
        """Return a piece of the photo.

        Parameters
        ----------
        box : (x, y, w, h), px of the photo, or None
            Which; None for all of it.
        max_px : int
            Its longer side in px becomes at most about this; never more than those of the photo.
        snapped : bool
            Whether it may be a little larger, so that neighbouring boxes have the same sheet.
        """
        height, width = self._levels[0].shape[:2]
        x, y, w, h = box or (0, 0, width, height)
        cell = max(max(w, h) / max_px, 1.0)
        step = 1
        if snapped and box is not None:
            cell, step = _rounded_up(cell), _SNAP_PX
        most = [max(round(n / cell), 1) for n in (height, width)]
        rows, columns = (
            slice(
                int(start / cell) // step * step,
                min(-(-math.ceil((start + n) / cell - 1e-9) // step) * step, last),
            )
            for start, n, last in zip((y, x), (h, w), most, strict=True)
        )
        key = (cell, rows.start, rows.stop, columns.start, columns.stop)
        if key not in self._sheets:
            self._sheets[key] = self._made(rows, columns, cell)
        self._sheets.move_to_end(key)
        while len(self._sheets) > _SHEETS:
            self._sheets.popitem(last=False)
        return self._sheets[key]

    def _made(self, rows: slice, columns: slice, cell: float) -> Sheet:
        if self._cut_out:
            spans = (range(span.start, span.stop) for span in (rows, columns))
            return Sheet(rows, columns, cell, *averaged(self._levels[0], self._alpha, self._space, cell, *spans))
        level = int(math.log2(cell))
        while len(self._levels) <= level:
            self._levels.append(_half(self._levels[-1], self._space))
        picture, left = self._levels[level], cell / 2**level
        if left == 1:
            pixels = np.ascontiguousarray(picture[rows, columns])
        else:
            pixels = self._averaged(picture, left, rows, columns)
        return Sheet(rows, columns, cell, pixels, None if self._alpha is None else np.full_like(pixels[..., 0], 255))

    def _averaged(self, picture: U8, cell: float, rows: slice, columns: slice) -> U8:
        """Average some cells of a picture in linear light; only what they need of it is looked at."""
        weights, cut = [], []
        for span, n in zip((rows, columns), picture.shape, strict=False):
            first, last = int(span.start * cell), min(math.ceil(span.stop * cell), n)
            known = averaging_weights(n, cell, span.start, span.stop - span.start)[:, first:last]
            weights.append(known.astype(np.float32))
            cut.append(slice(first, last))
        down, across = weights
        part = picture[cut[0], cut[1]]
        light = (self._space.decode_channel(part[..., c], c) for c in range(3))
        means = [(across @ (down @ channel).T).T for channel in light]
        return self._space.encode(np.stack(means, -1))


def _half(picture: U8, space: ColourSpace) -> U8:
    """Average blocks of 2 x 2 in linear light."""
    h, w = picture.shape[:2]
    even = np.pad(picture, ((0, h % 2), (0, w % 2), (0, 0)), mode="edge") if h % 2 or w % 2 else picture
    result = np.empty((even.shape[0] // 2, even.shape[1] // 2, 3), np.uint8)
    steps = np.arange(4 * _STEPS + 1, dtype=np.float32) / np.float32(4 * _STEPS)
    for c in range(3):
        light = (space.curves[c] * _STEPS).round().astype(np.uint16)
        byte = space.encode_channel(steps, c)
        for start in range(0, len(result), _ROWS):  # what a few rows take stays in the cache
            four = light.take(even[2 * start : 2 * (start + _ROWS), :, c])
            two = four[::2] + four[1::2]
            byte.take(two[:, ::2] + two[:, 1::2], out=result[start : start + _ROWS, :, c])
    return result


def _rounded_up(cell: float) -> float:
    """Return the next of few sizes: neighbouring boxes of nearly the same size have the same."""
    return float(2 ** (math.ceil(4 * math.log2(cell) - 1e-6) / 4))
