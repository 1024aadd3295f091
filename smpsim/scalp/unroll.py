"""Pictures of the scalp laid out in its chart.

Numbers: choices of speed and memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from smpsim.arrays import F64, Bool
from smpsim.errors import ParameterError
from smpsim.scalp.chart import Chart
from smpsim.scalp.grid import Grid

# The part of the chart that shows some part of the picture is looked for at this step.
_COARSE_MM = 4.0
# rows of cells that are laid out at a time: what that takes is given back
_ROWS = 128


@dataclass(frozen=True, eq=False)
class Unrolled:
    """Cells of a chart that show some cells of the picture.

    Attributes
    ----------
    row, column : int
        Indices of the first cell, whose sides are those of the picture's cells.
    of : ndarray (h, w) of int
        Index of the picture's cell in the middle of each; of the nearest at the border where there is none.
    skin : ndarray (h, w)
        Area of skin per area of chart.
    shown : ndarray (h, w) of bool
        Whether it lies within the picture's cells and faces the camera.
    """

    row: int
    column: int
    of: NDArray[np.unsignedinteger[Any]]
    skin: F64
    shown: Bool

    @property
    def seen(self) -> F64:
        """Area of skin per area of chart; 0 where it is not shown."""
        return np.where(self.shown, self.skin, 0.0)

    def grid(self, picture: Grid) -> Grid:
        """Lay out values of the picture's cells."""
        return Grid(picture.step_mm, self.row, self.column, picture.values.ravel()[self.of])


def unroll(chart: Chart, picture: Grid) -> Unrolled:
    """Find the cells of a chart that show some cells of the picture, whatever those hold.

    Raises
    ------
    ParameterError
        When the surface is somewhere else.
    """
    h, w = picture.values.shape
    return _unrolled(chart, picture.step_mm, picture.row, picture.column, h, w)


@lru_cache(maxsize=2)
def _unrolled(chart: Chart, step: float, first_row: float, first_column: float, h: int, w: int) -> Unrolled:
    """Lay out the cells of a part of the picture; boards and the studio want the same ones again and again."""
    box = _box(chart, step, (first_row, h), (first_column, w))
    columns, rows = (range(int(np.floor(low / step)), int(np.ceil(high / step))) for low, high in box)
    u, v = (np.asarray((np.arange(span.start, span.stop) + 0.5) * step, np.float64) for span in (columns, rows))
    shape = len(v), len(u)
    laid_out = Unrolled(
        rows.start,
        columns.start,
        np.empty(shape, np.min_scalar_type(h * w)),
        np.empty(shape),
        np.empty(shape, np.bool_),
    )
    for start in range(0, len(v), _ROWS):
        part = slice(start, start + _ROWS)
        (x, y), laid_out.skin[part], facing = chart.grid(u, v[part])
        i, j = y / step - first_row, x / step - first_column
        laid_out.shown[part] = facing & (i >= 0) & (i < h) & (j >= 0) & (j < w)
        # What turns away behind the silhouette lies close to it in the picture; what lies beyond the picture's cells
        # takes the last of them.
        laid_out.of[part] = i.clip(0, h - 1).astype(np.intp) * w + j.clip(0, w - 1).astype(np.intp)
    if not laid_out.shown.any():
        raise elsewhere()
    return laid_out


def _box(
    chart: Chart, step: float, down: tuple[float, int], across: tuple[float, int]
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Lowest and highest u and v of the part of the chart that shows the picture's cells, mm."""
    u, v = (np.arange(low, high + _COARSE_MM, _COARSE_MM) for low, high in chart.box_mm)
    (x, y), skin, facing = chart.grid(u, v)
    # a node's neighbours lie within this in the picture
    reach = _COARSE_MM * max(float(np.sqrt(skin[facing].max(initial=1.0))), 1.0)
    near = facing & _within(y, *down, step, reach) & _within(x, *across, step, reach)
    if not near.any():
        raise elsewhere()
    rows, columns = np.flatnonzero(near.any(1)), np.flatnonzero(near.any(0))
    return (
        (float(u[columns[0]]) - _COARSE_MM, float(u[columns[-1]]) + _COARSE_MM),
        (float(v[rows[0]]) - _COARSE_MM, float(v[rows[-1]]) + _COARSE_MM),
    )


def elsewhere() -> ParameterError:
    """Return the error for a mask that lies beside the head."""
    return ParameterError(
        "surface: no part of the mask lies on what is seen of it; check the scale and where the head is "
        "(head_x_mm, head_y_mm of an ellipsoid)",
        name="surface",
    )


def _within(place: F64, first: float, number: int, step: float, reach: float) -> Bool:
    return np.asarray((place > first * step - reach) & (place < (first + number) * step + reach))
