"""Masks of views, drawn as finely as dots are placed by and no finer: four pixels per millimetre.

Numbers: choices of speed and memory.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace

import numpy as np

from smpsim.arrays import F32
from smpsim.project import View
from smpsim.scalp.grid import average_over_cells, cells_over
from smpsim.scalp.hairline import Hairline
from smpsim.scalp.strokes import Print, Stroke, paint, print_of

#: two pixels to a side of the cells on which areas are measured (:data:`smpsim.scalp.mask.STEP_MM`)
PX_PER_MM = 4.0
# prints of strokes that are remembered, bytes in all
_MOST_BYTES = 48 * 1024 * 1024


@dataclass(frozen=True, eq=False)
class Drawn:
    """A view's mask, smaller.

    Attributes
    ----------
    coverage : ndarray (h, w) float32
        Where to treat, 0 to 1.
    protect : ndarray (h, w) float32 or None
        What is kept free of dots; None for nothing.
    px_per_mm : float
        Its scale.
    """

    coverage: F32
    protect: F32 | None
    px_per_mm: float


class Masks:
    """Draws masks; prints of strokes, and a mask that was brought along, are remembered."""

    def __init__(self) -> None:
        self._prints: OrderedDict[tuple[Stroke, tuple[int, ...]], Print] = OrderedDict()
        self._bytes = 0
        self._brought: tuple[F32, float, F32] | None = None

    def of(self, view: View, px_per_mm: float) -> Drawn:
        """Draw the mask of a view whose photo has so many pixels per mm."""
        smaller = min(PX_PER_MM / px_per_mm, 1.0)
        width, height = (cells_over(n, 1 / smaller) for n in view.photo.size)
        coverage = self._brought_along(view.mask, smaller, (height, width))
        if view.hairline is not None:
            line = shrunk(view.hairline, smaller).mask((width, height))
            coverage = line if view.mask is None else np.maximum(coverage, line)
        if not view.strokes:
            return Drawn(coverage, None, px_per_mm * smaller)
        strokes = [_stroke(stroke, smaller) for stroke in view.strokes]
        coverage, protect = paint(coverage, strokes, self._print)
        return Drawn(coverage, protect if protect.any() else None, px_per_mm * smaller)

    def _brought_along(self, mask: F32 | None, smaller: float, shape: tuple[int, int]) -> F32:
        if mask is None:
            return np.zeros(shape, np.float32)
        if self._brought is None or self._brought[0] is not mask or self._brought[1] != smaller:
            rows, columns = (range(n) for n in shape)
            self._brought = mask, smaller, average_over_cells(mask, 1 / smaller, rows, columns).astype(np.float32)
        return self._brought[2]

    def _print(self, stroke: Stroke, shape: tuple[int, ...]) -> Print:
        key = stroke, shape
        if key not in self._prints:
            self._prints[key] = made = print_of(stroke, shape)
            self._bytes += made[1].nbytes
            while self._bytes > _MOST_BYTES and len(self._prints) > 1:
                self._bytes -= self._prints.popitem(last=False)[1][1].nbytes
        self._prints.move_to_end(key)
        return self._prints[key]


def shrunk(line: Hairline, factor: float) -> Hairline:
    """Return a line in a photo of another size."""
    axis = line.axis
    return Hairline(
        {name: (x * factor, y * factor) for name, (x, y) in line.points.items()},
        tuple((x * factor, y * factor) for x, y in line.rear),
        None if axis is None else replace(axis, x=axis.x * factor, y=axis.y * factor),
        line.sharp,
    )


def _stroke(stroke: Stroke, factor: float) -> Stroke:
    points = tuple((x * factor, y * factor) for x, y in stroke.points)
    return replace(stroke, points=points, width_px=stroke.width_px * factor, edge_px=stroke.edge_px * factor)
