"""Thin lines of a picture, dark or light, in every direction: what hair is, and pores, sparks and noise are not.

Along each of eight directions the picture is averaged over five pixels (``S``), and compared with the same beside it,
two pixels to the left and to the right (``S1``, ``S2``)::

    v = clip(S, min(S1, S2), max(S1, S2)) - S

is above 0 on a dark line, below 0 on a light one, and 0 on an edge or a slope.  The median of v here, five pixels
ahead and five behind is what a line of 15 pixels has, and a spot has not.  The strongest direction counts: heights
are rounded down to multiples of 8, and the number of the direction is kept in what is free.

How strong chance makes it is told by the mean of ``|v|`` over cells.  Uneven skin has that in all directions alike;
hair has little of it across itself, so the half of the directions in which there is least tells the skin's.

Numbers: choices of layout: how far a line reaches, and how it is packed into 16 bits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from smpsim.arrays import F32, U8, Bool

I16 = NDArray[np.int16]

#: brightness of one byte in the pictures that are looked at
PER_BYTE = 16
#: sums of so many bytes along either side of a cell fit into 16 bits
LARGEST = 16
#: pixels of a line, of which heights are sums
PIXELS = 5
# (row, column): two steps along the line, two pixels to its side, five pixels on
_DIRECTIONS = (
    ((0, 1), (0, 2), (2, 0), (0, 5)),
    ((0, 1), (1, 2), (2, -1), (2, 5)),
    ((1, 1), (2, 2), (2, -1), (4, 4)),
    ((1, 0), (2, 1), (1, -2), (5, 2)),
    ((1, 0), (2, 0), (0, 2), (5, 0)),
    ((1, 0), (2, -1), (1, 2), (5, -2)),
    ((1, -1), (2, -2), (2, 1), (4, -4)),
    ((0, -1), (1, -2), (2, 1), (2, -5)),
)
# pixels that a line reaches, and its side
_REACH, _SIDE = 7, 2
_ROWS = 64
# bits of what is kept of a line
_HEIGHT, _DIRECTION = np.int16(~7), np.int16(7)
#: pixels along a side of a cell, every second of which is looked at
CELL = 16
_EVERY = 2


@dataclass(frozen=True, eq=False)
class Oriented:
    """Lines of a picture.

    Attributes
    ----------
    height : ndarray (h, w) int16
        How much darker or lighter than both sides the line of each pixel is, in 1 / 80 of a byte.
    direction : ndarray (h, w) int16, 0 to 7
        Where it goes, in steps of 22.5 degrees: from left to right, then clockwise.
    dark : ndarray (h, w) of bool
        Whether it is darker.
    chance : ndarray (ceil(h / 16), ceil(w / 16)) float32
        Mean height of lines of five pixels in each cell, in the same unit.
    """

    height: I16
    direction: I16
    dark: Bool
    chance: F32


def means(channel: U8, n: int) -> I16:
    """Means of bytes over cells of n x n pixels, 16 per byte.

    Parameters
    ----------
    channel : ndarray (H, W) uint8
        Whole cells.
    n : int, 1 to 16
        Pixels along a cell: sums of so many bytes fit into 16 bits.
    """
    # rows first: they lie in memory as they are added
    tall = np.zeros((channel.shape[0] // n, channel.shape[1]), np.uint16)
    for i in range(n):
        tall += channel[i::n]
    total = tall[:, ::n].copy()
    for j in range(1, n):
        total += tall[:, j::n]
    return np.rint(total * np.float32(PER_BYTE / n**2)).astype(np.int16)


def oriented(picture: I16) -> Oriented:
    """Find lines.

    Parameters
    ----------
    picture : ndarray (h, w) int16
        Brightness, 16 per byte.
    """
    h, w = picture.shape
    margin = _REACH + 2 * _SIDE
    padded = np.pad(picture, margin, mode="edge")
    both = np.empty((2, h, w), np.int16)
    chance = np.empty((-(-h // CELL), -(-w // CELL)), np.float32)
    for top in range(0, h, _ROWS):
        rows = min(_ROWS, h - top)
        mean = _strip(padded[top : top + rows + 2 * margin], both[:, top : top + rows])
        chance[top // CELL : top // CELL + len(mean)] = mean
    dark, light = both
    height = np.maximum(dark, light)
    return Oriented(height & _HEIGHT, height & _DIRECTION, dark >= light, chance)


def _strip(padded: I16, both: I16) -> F32:
    """Strongest dark and light lines of some rows, round which the picture goes on; and their mean by chance."""
    both[:] = 0
    shape = both.shape[1], both.shape[2]
    means, marked = [], np.empty(shape, np.int16)
    for number, (near, far, side, on) in enumerate(_DIRECTIONS):
        v = _height(_line(padded, near, far), side)
        before, middle, after = (_shifted(v, (k * on[0], k * on[1]), shape) for k in (-1, 0, 1))
        means.append(_cells(middle))
        low, high = np.minimum(before, after), np.maximum(before, after)
        np.maximum(low, middle, out=low)
        np.minimum(low, high, out=low)
        for strongest in both:
            np.bitwise_and(low, _HEIGHT, out=marked)
            np.bitwise_or(marked, np.int16(number), out=marked)
            np.maximum(strongest, marked, out=strongest)
            np.negative(low, out=low)
    return np.asarray(np.sort(means, axis=0)[: len(means) // 2].mean(0), np.float32)


def _line(padded: I16, near: tuple[int, int], far: tuple[int, int]) -> I16:
    """Sum of five pixels along a direction; two pixels fewer on every side."""
    shape = padded.shape[0] - 2 * _SIDE, padded.shape[1] - 2 * _SIDE
    total = _shifted(padded, (0, 0), shape).copy()
    for y, x in (near, far):
        total += _shifted(padded, (y, x), shape)
        total += _shifted(padded, (-y, -x), shape)
    return total


def _height(line: I16, side: tuple[int, int]) -> I16:
    """How far lines are darker (above 0) or lighter than both sides; two pixels fewer on every side."""
    shape = line.shape[0] - 2 * _SIDE, line.shape[1] - 2 * _SIDE
    left, right = (_shifted(line, (k * side[0], k * side[1]), shape) for k in (-1, 1))
    here = _shifted(line, (0, 0), shape)
    between = np.maximum(here, np.minimum(left, right))
    np.minimum(between, np.maximum(left, right), out=between)
    between -= here
    return between


def _shifted(a: I16, by: tuple[int, int], shape: tuple[int, int]) -> I16:
    """View of the middle of an array, shifted."""
    top, left = ((n - m) // 2 + b for n, m, b in zip(a.shape, shape, by, strict=True))
    return a[top : top + shape[0], left : left + shape[1]]


def _cells(v: I16) -> F32:
    """Mean of the heights of a strip over cells."""
    some = np.abs(v[::_EVERY, ::_EVERY])
    at = [np.arange(0, k, CELL // _EVERY) for k in some.shape]
    sums = np.add.reduceat(np.add.reduceat(some, at[1], axis=1, dtype=np.int32), at[0], axis=0)
    counts = [np.diff(np.append(a, k)) for a, k in zip(at, some.shape, strict=True)]
    return np.asarray(sums / np.outer(*counts), np.float32)
