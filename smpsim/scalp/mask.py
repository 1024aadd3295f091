"""The treated area: coverage and distance from its edge.

Coverage is that of the picture.  Everything else is measured on the scalp, on cells of its chart.  On a curved surface
a cell takes what the picture has in its middle (so the edge is known to a quarter of a millimetre), and a distance in
the chart is divided by the chart's scale there: lengths are true on the skin, but for the change of scale on the way
(about 4 % for a feather of 8 mm at 80 degrees of tilt).

Numbers: choices of precision.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

import numpy as np
from scipy.ndimage import distance_transform_edt, maximum_filter

from smpsim.arrays import F32, F64, Bool
from smpsim.errors import ParameterError
from smpsim.scalp.grid import Grid, average_over_cells, bounding_box, cells_over, looked_up
from smpsim.scalp.nearby import FARTHEST, cells_to
from smpsim.scalp.surface import Surface
from smpsim.scalp.unroll import Unrolled, elsewhere, unroll

Values = TypeVar("Values", F32, F64)

#: side of the cells on which the area is measured; a photograph of any resolution gives the same cells
STEP_MM = 0.5
#: coverage from which a cell belongs to the area when distances are measured
INSIDE = 0.05
# cells round the area that are measured as well: 2 mm
_RING = 4
# cells outside of an area to which distances matter, when they matter near by alone
_OUTSIDE = 6
# what an area may span in a picture, cm2 (a choice): a whole head has about 1000, a field of a million dots 12,500
_MOST_CM2 = 20_000


def unprotected(coverage: Values, protect: Values | None) -> Values:
    """Return the share that is treated of what is covered, 0 to 1, less what is protected of it."""
    return coverage if protect is None else coverage * (1 - protect)


@dataclass(frozen=True, eq=False)
class Area:
    """The treated area of a photograph.

    Attributes
    ----------
    coverage : ndarray (H, W) float32
        0 to 1 per pixel of the photo; multiplies the density of dots, never the picture.
    px_per_mm : float
        Scale of the photo.
    surface : Surface
        The shape of the scalp.
    protect : ndarray (H, W) float32 or None
        Share of each pixel that is kept free of dots (hair, ears, a shaved line).  Its border is no edge of the area:
        dots are cut off there, they do not thin out.
    snap_cells : int
        First and last of the cells on which it is measured are whole multiples of this, if the picture is so large:
        areas that differ a little are then measured on the same cells.
    reach_mm : float or None
        Distances inside of the edge matter up to this, and outside up to 3 mm: what is farther counts as that far.

    Raises
    ------
    ParameterError
        When it spans far more than a head: the scale must be wrong.  (That is asked here, before anything is made that
        grows with it.)
    """

    coverage: F32
    px_per_mm: float
    surface: Surface = field(default_factory=Surface.plane)
    protect: F32 | None = None
    snap_cells: int = 1
    reach_mm: float | None = None

    def __post_init__(self) -> None:
        if self.box is None:
            return
        height, width = ((side.stop - side.start) / self.px_per_mm / 10 for side in self.box)
        if width * height > _MOST_CM2:
            raise ParameterError(
                f"px_per_mm: at {self.px_per_mm:.3g} px/mm the mask would be {self._shown_cm2(self.box):,.0f} cm2 on "
                f"{width:,.0f} x {height:,.0f} cm, and a whole head has about 1,000 cm2; check the scale and its unit",
                name="px_per_mm",
                value=self.px_per_mm,
            )

    @cached_property
    def box(self) -> tuple[slice, slice] | None:
        """Rows and columns that hold the area; None when it is empty."""
        return bounding_box(self.coverage)

    @cached_property
    def area_cm2(self) -> float:
        """Area of the skin in cm2, partly covered pixels in part; what the surface does not reach is none."""
        if self.box and self.surface.chart:
            return float((self.cells.values * self.skin.values * self.free).sum()) * STEP_MM**2 / 100
        return self._shown_cm2(self.box) if self.box else 0.0

    def _shown_cm2(self, box: tuple[slice, slice]) -> float:
        """Area in the picture."""
        return float(self.treated(*box).sum()) / self.px_per_mm**2 / 100

    def treated(self, rows: slice = slice(None), columns: slice = slice(None)) -> F32:
        """Return the share of pixels that is treated: covered, and not protected."""
        protect = None if self.protect is None else self.protect[rows, columns]
        return unprotected(self.coverage[rows, columns], protect)

    def at(self, x_mm: F64, y_mm: F64) -> F64:
        """Coverage of the pixel under each position; not a number outside the picture."""
        return self._under(self.coverage, x_mm, y_mm)

    def free_at(self, x_mm: F64, y_mm: F64) -> F64 | float:
        """Share of the pixel under each position that is not protected."""
        return 1.0 if self.protect is None else 1 - np.nan_to_num(self._under(self.protect, x_mm, y_mm))

    def _under(self, picture: F32, x_mm: F64, y_mm: F64) -> F64:
        j, i = (np.floor(p * self.px_per_mm).astype(np.intp) for p in (x_mm, y_mm))
        return looked_up(picture, i, j, outside=np.nan)

    @cached_property
    def free(self) -> F64 | float:
        """Share of each of the cells that is not protected."""
        return 1.0 if self.protect is None else 1 - self._laid_out(self.averaged(self.protect)).values

    @cached_property
    def cells(self) -> Grid:
        """Mean coverage of the cells that hold the area and of 2 mm round them, as far as the picture goes.

        On a curved surface there are others, too, which take what the nearest of these has.

        Raises
        ------
        ValueError
            When the area is empty.
        ParameterError
            When nothing of it lies on the surface.
        """
        return self._laid_out(self.averaged(self.coverage))

    @cached_property
    def touched(self) -> Grid:
        """Share of each of these cells that is covered at all, however faintly."""
        return self._laid_out(self.averaged((self.coverage > 0).astype(np.float32)))

    @property
    def skin(self) -> Grid:
        """Area of skin per area of each of these cells; 0 where none is seen."""
        cells = self.cells
        seen = np.ones(cells.values.shape) if self._unrolled is None else self._unrolled.seen
        return Grid(STEP_MM, cells.row, cells.column, seen)

    @cached_property
    def beyond_frac(self) -> float:
        """Share of the area, in the picture, that the surface does not reach: it has no dots."""
        if self._unrolled is None:
            return 0.0
        cells = self.averaged(self.coverage).values.ravel()
        reached = np.zeros(len(cells), np.bool_)
        reached[self._unrolled.of[self._unrolled.shown]] = True
        return float(cells[~reached].sum() / cells.sum())

    @cached_property
    def _unrolled(self) -> Unrolled | None:
        """The cells of the chart that show the area; None on the plane."""
        chart = self.surface.chart
        if chart is None:
            return None
        covered = self.averaged(self.coverage)
        laid_out = unroll(chart, covered)
        treated = unprotected(covered.values, None if self.protect is None else self.averaged(self.protect).values)
        if not treated.ravel()[laid_out.of[laid_out.shown]].any():
            raise elsewhere()
        return laid_out

    def _laid_out(self, picture: Grid) -> Grid:
        return picture if self._unrolled is None else self._unrolled.grid(picture)

    def averaged(self, picture: F32, ring: int = _RING) -> Grid:
        """Mean of a picture on its cells that hold the area, and on some rings of cells round them."""
        if self.box is None:
            raise ValueError("an empty area has no cells")
        cell_px = STEP_MM * self.px_per_mm
        spans = []
        for side, n_px in zip(self.box, picture.shape, strict=True):
            last = cells_over(n_px, cell_px)
            first = max(int(side.start / cell_px) - ring, 0) // self.snap_cells * self.snap_cells
            stop = -(-(int(np.ceil(side.stop / cell_px)) + ring) // self.snap_cells) * self.snap_cells
            spans.append(range(first, min(stop, last)))
        rows, columns = spans
        return Grid(STEP_MM, rows.start, columns.start, average_over_cells(picture, cell_px, rows, columns))

    @cached_property
    def edge_distance(self) -> Grid:
        """Distance from the edge of the area on the skin, mm: negative outside, infinite where there is no edge.

        The border of the picture is no edge: the skin goes on behind it.
        """
        cells = self.cells
        inside = cells.values > INSIDE
        if inside.all() or not inside.any():
            distance = np.broadcast_to(np.inf if inside.any() else -np.inf, inside.shape)
        else:
            within, without = self._steps(inside)
            distance = np.where(inside, within - 0.5, 0.5 - without) * STEP_MM
            if self._unrolled is not None:
                distance *= np.sqrt(self._unrolled.skin)
        return Grid(STEP_MM, cells.row, cells.column, distance)

    def _steps(self, inside: Bool) -> tuple[F64, F64]:
        """Distance of cells inside from the nearest outside, and the other way round, cells."""
        reach = None if self.reach_mm is None else int(np.ceil(self.reach_mm / STEP_MM))
        if reach is None or reach > FARTHEST:
            return distance_transform_edt(inside), distance_transform_edt(~inside)
        return cells_to(~inside, reach), cells_to(inside, _OUTSIDE)

    @cached_property
    def spill(self) -> Grid:
        """Coverage that the area lends to the cells round it: the largest within 2 mm."""
        cells = self.cells
        return Grid(STEP_MM, cells.row, cells.column, maximum_filter(cells.values, 2 * _RING + 1))
