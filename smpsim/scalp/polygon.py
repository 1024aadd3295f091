"""Polygons as coverage: the exact share of each pixel that lies inside.

Every edge is cut at the borders of pixels.  A cut piece that goes down by ``dy`` adds ``dy`` to all pixels right of it
in its row, and to its own pixel the part right of the piece; so a sum along each row gives the winding
number, averaged over each pixel: above 0 inside of a loop that goes anticlockwise as seen.

Numbers: a choice: what is lost in rounding.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from smpsim.arrays import F32, F64

_ROUNDING = 1e-6
Rule = Literal["nonzero", "evenodd", "positive"]


def coverage_of(loops: Sequence[F64], size: tuple[int, int], *, rule: Rule = "nonzero") -> F32:
    """Fill closed polygons.

    Parameters
    ----------
    loops : sequence of ndarray (n, 2), px
        Corners x, y of each polygon; the last is joined to the first.  They may leave the picture.
    size : (int, int), px
        Width and height of the picture.
    rule : {"nonzero", "evenodd", "positive"}
        Inside is what the polygons wind round at all; an odd number of times; or anticlockwise as seen (so that what
        a line cuts off on the wrong side is left out).

    Returns
    -------
    ndarray (H, W) float32
        Coverage, 0 to 1.
    """
    width, height = size
    coverage = np.zeros((height, width), np.float32)
    box, inside = part_of(loops, size, rule)
    coverage[box] = inside
    return coverage


def box_of(loops: Sequence[F64], size: tuple[int, int]) -> tuple[slice, slice]:
    """Rows and columns of the picture that polygons may touch."""
    loops = [loop for loop in loops if len(loop)]
    if not loops:
        return slice(0, 0), slice(0, 0)
    low, high = (end([end(loop, axis=0) for loop in loops], axis=0) for end in (np.min, np.max))
    left, top = np.floor(low).clip(0, size).astype(int).tolist()
    right, bottom = np.ceil(high).clip(0, size).astype(int).tolist()
    return slice(top, bottom), slice(left, right)


def part_of(loops: Sequence[F64], size: tuple[int, int], rule: Rule) -> tuple[tuple[slice, slice], F64]:
    """Coverage by polygons in their box alone: its rows and columns, and (h, w) 0 to 1."""
    loops = [np.asarray(loop, np.float64) for loop in loops if len(loop) > 2]
    rows, columns = box = box_of(loops, size)
    shifted = [loop - [columns.start, rows.start] for loop in loops]
    h, w = rows.stop - rows.start, columns.stop - columns.start
    return box, _inside(_winding(shifted, w, h), rule) if h > 0 < w else np.zeros((max(h, 0), max(w, 0)))


def _winding(loops: Sequence[F64], width: int, height: int) -> F64:
    """Winding number, averaged over each pixel."""
    change = np.zeros((height, width + 1))
    for loop in loops:
        _add_edges(change, loop, np.roll(loop, -1, axis=0))
    return np.asarray(np.cumsum(change, axis=1, out=change)[:, :width])


def _inside(winding: F64, rule: Rule) -> F64:
    inside = winding if rule == "positive" else np.abs(winding)
    if rule == "evenodd":
        inside = 1 - np.abs(inside % 2 - 1)
    # what is not touched is 0 to the bit, whatever the sums were rounded to
    inside[inside < _ROUNDING] = 0
    inside[inside > 1 - _ROUNDING] = 1
    return inside


def _add_edges(change: F64, start: F64, stop: F64) -> None:
    """Add what edges change in each row, to be summed along the rows."""
    height, width = change.shape
    sloping = start[:, 1] != stop[:, 1]
    start, stop = start[sloping], stop[sloping]
    start, stop = _cut(start, stop, 1, height)
    # what lies left of the picture counts as its left border, what lies right of it changes nothing
    start, stop = _cut(start, stop, 0, width - 1)
    middle = (start + stop) / 2
    down = stop[:, 1] - start[:, 1]
    inside = (middle[:, 1] > 0) & (middle[:, 1] < height) & (middle[:, 0] < width - 1)
    x, row, down = middle[inside, 0].clip(0), middle[inside, 1].astype(np.intp), down[inside]
    column = np.minimum(x.astype(np.intp), width - 2)
    right = (column + 1 - x) * down
    # the part right of the piece in its own pixel, the rest from the next pixel on
    flat, every = row * width + column, change.reshape(-1)
    for at, share in ((flat, right), (flat + 1, down - right)):
        touched, which = np.unique(at, return_inverse=True)
        every[touched] += np.bincount(which, share, len(touched))


def _cut(start: F64, stop: F64, axis: int, limit: int) -> tuple[F64, F64]:
    """Cut edges at whole numbers of one coordinate from 0 to the limit."""
    low = np.ceil(np.minimum(start, stop)[:, axis]).clip(0, limit + 1).astype(np.intp)
    high = np.floor(np.maximum(start, stop)[:, axis]).clip(-1, limit).astype(np.intp)
    counts = np.maximum(high - low + 1, 0)
    edge = np.repeat(np.arange(len(start)), counts)
    which = np.arange(len(edge)) - np.repeat(np.cumsum(counts) - counts, counts)
    along = stop[:, axis] - start[:, axis]
    level = low[edge] + which
    share = (level - start[edge, axis]) / np.where(along == 0, 1, along)[edge]
    # each edge: its start, its cuts in order, its stop
    owner = np.concatenate([np.arange(len(start)), edge, np.arange(len(start))])
    at = np.concatenate([np.zeros(len(start)), share.clip(0, 1), np.ones(len(start))])
    order = np.lexsort((at, owner))
    owner, at = owner[order], at[order]
    same = owner[1:] == owner[:-1]
    points = start[owner] + (stop - start)[owner] * at[:, None]
    return points[:-1][same], points[1:][same]
