"""How many dots are asked for, where: density per cm2 from the treated area.

``density(x) = density_per_cm2 * coverage(x) * feather(x)``, and ``feather = s (2 - s)`` with ``s`` rising from 0 at
the border to 1 at ``feather_mm`` behind it.  In an area that is narrow beside the feather it takes three quarters of
the half-width, so that the middle of a thin strip is full.

The border is not ruled: it is the drawn line, moved by random fields (:mod:`smpsim.dots.border`), deep bays inwards
and little outwards.  There a few dots stand ahead of the line, with the coverage of the area behind it.  Without
roughness no dot leaves the mask.  With ``sentinels_per_cm`` the border stands 3 mm behind the line, and so many single
dots between them.

At the sides, where the area ends in arms, density falls to zero over ``side_blend_mm`` (:mod:`smpsim.dots.arms`).

Numbers: estimates, and so is the shape of the feather.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.ndimage import maximum_filter

from smpsim.arrays import F64, Bool
from smpsim.dots.arms import ends_of_arms
from smpsim.dots.border import BEHIND_MM, NARROW, ROUGHEST, half_width_mm, reach_mm, wander_mm
from smpsim.dots.ranked import Demand, highest_in_blocks
from smpsim.parameters import Edge
from smpsim.scalp.grid import Grid
from smpsim.scalp.mask import Area

# sentinels stand this far ahead of the drawn line, too (mm)
_AHEAD_MM = 0.5
# what stands for no feather at all
_NO_FEATHER_MM = 1e-6
# side of the cells in which placement is asked for dots
_DEMAND_MM = 1.0


@dataclass(frozen=True, eq=False)
class Density:
    """Density of dots asked for.

    Attributes
    ----------
    area : Area
        The treated area; not empty.
    full_per_cm2 : float
        Density where mask and feather are full, per cm2.
    edge : Edge
        Width of the feather, roughness of the border, blend at the sides.
    seed : int
        Seed of the border's wandering.
    """

    area: Area
    full_per_cm2: float
    edge: Edge
    seed: int

    @cached_property
    def _behind(self) -> tuple[F64, F64]:
        """Distance behind the wandering border, and half the width of the area, on its cells, mm."""
        distance, edge = self.area.edge_distance, self.edge
        half_width = half_width_mm(distance, reach_mm(edge))
        behind = distance.values - wander_mm(distance, half_width, edge, self.seed)
        if edge.sentinels_per_cm > 0:
            behind = behind - np.minimum(BEHIND_MM, ROUGHEST * half_width)
        return behind, half_width

    @cached_property
    def _rise(self) -> Grid:
        """Feather on the cells of the area, as ``s`` of the module; below 0 in front of the border."""
        distance = self.area.edge_distance
        if not np.isfinite(distance.values).any():
            return _like(distance, np.sign(distance.values))
        rise = self._over(self.edge.feather_mm)
        if self.edge.sentinels_per_cm > 0:
            rise = np.maximum(rise, self._sentinels(distance.values))
        return _like(distance, self._blended(rise, distance))

    def _sentinels(self, distance: F64) -> F64:
        """Return the least rise, which asks for the sentinels between the drawn line and the border."""
        per_cm2 = 10 * self.edge.sentinels_per_cm / (BEHIND_MM + _AHEAD_MM)
        share = min(per_cm2 / self.full_per_cm2, 1.0)
        return np.where((distance > -_AHEAD_MM) & (distance < BEHIND_MM), 1 - (1 - share) ** 0.5, -np.inf)

    def risen(self, u_mm: F64, v_mm: F64, over_mm: float) -> F64:
        """How far a linear feather of its own has risen at positions in the chart, 0 to 1.

        Parameters
        ----------
        u_mm, v_mm : ndarray (N,), mm
            Positions.
        over_mm : float, mm
            Its width; narrower where the area is narrow.
        """
        distance = self.area.edge_distance
        if over_mm <= 0 or not np.isfinite(distance.values).any():
            return np.ones(np.shape(u_mm))
        return _like(distance, self._over(over_mm).clip(0, 1)).at(u_mm, v_mm)

    def _over(self, width_mm: float) -> F64:
        """Distance behind the border over the width of a feather, which is narrower where the area is narrow."""
        behind, half_width = self._behind
        return np.asarray(behind / np.maximum(np.minimum(width_mm, NARROW * half_width), _NO_FEATHER_MM))

    def _blended(self, rise: F64, distance: Grid) -> F64:
        """Take from the rise what makes the feather so much less at the ends of arms."""
        left = ends_of_arms(distance, self.edge.side_blend_mm)
        fading = (left < 1) & (rise > 0)
        rise[fading] = 1 - np.sqrt(1 - _feather(rise[fading]) * left[fading])
        return rise

    def feather_at(self, u_mm: F64, v_mm: F64) -> F64:
        """Share of the full density that the feather leaves, 0 to 1, at positions in the chart."""
        return _feather(self._rise.at(u_mm, v_mm))

    def at(self, x_mm: F64, y_mm: F64, chart_mm: tuple[F64, F64] | None = None, feather: F64 | None = None) -> F64:
        """Density asked for at positions in the picture plane, per cm2.

        Parameters
        ----------
        x_mm, y_mm : ndarray, any shape, mm
            Positions in the picture plane.
        chart_mm : (ndarray, ndarray), mm, optional
            The same in the chart; on the plane they are equal.
        feather : ndarray, optional
            What :meth:`feather_at` says there, where it is known already.
        """
        coverage = self.area.at(x_mm, y_mm)
        u_mm, v_mm = (x_mm, y_mm) if chart_mm is None else chart_mm
        if self.edge.edge_roughness_mm > 0:
            ahead = coverage == 0
            if ahead.any():
                coverage[ahead] = self.area.spill.at(u_mm[ahead], v_mm[ahead])
        if feather is None:
            feather = self.feather_at(u_mm, v_mm)
        asked = self.full_per_cm2 * np.nan_to_num(coverage) * feather
        return asked if self.area.protect is None else asked * self.area.free_at(x_mm, y_mm)

    @cached_property
    def mean_per_cm2(self) -> float:
        """Mean density asked for over the area, per cm2."""
        area = self.area
        coverage = area.cells.values
        if self.edge.edge_roughness_mm > 0:
            coverage = coverage + (1 - area.touched.values) * area.spill.values
        feather = _feather(self._rise.values)
        skin = area.skin.values * area.free
        return float(self.full_per_cm2 * (coverage * feather * skin).sum() / (area.cells.values * skin).sum())

    def demand(self, share: float = 1.0) -> Demand:
        """Return what placement is asked for: an upper bound of the density in the chart in every cell of 1 mm.

        Parameters
        ----------
        share : float
            Share of the density that is to stand; what is asked for below 1 is as for 1.
        """
        rise, area = self._rise, self.area
        step = round(_DEMAND_MM / rise.step_mm)
        rows_before, columns_before = int(rise.row) % step, int(rise.column) % step

        def nearby(values: F64 | Bool, reach: int) -> F64:
            # Values of the cells of 1 mm round each: what lies between the middles of cells counts as well.
            return np.asarray(
                maximum_filter(highest_in_blocks(values, step, rows_before, columns_before), 2 * reach + 1)
            )

        bound = max(share, 1.0) * self.full_per_cm2 / 100 * _feather(nearby(rise.values, 1))
        # coverage is lent to cells up to 2 mm away
        bound *= nearby(area.cells.values > 0, 3)
        if area.surface.chart is not None:
            bound *= nearby(area.skin.values, 1)
        return Demand(_DEMAND_MM, int(rise.row) // step, int(rise.column) // step, bound)


def _like(grid: Grid, values: F64) -> Grid:
    """Other values on the same cells."""
    return Grid(grid.step_mm, grid.row, grid.column, values)


def _feather(s: F64) -> F64:
    """0 in front of the border, then steep, then flat: 1 from s = 1."""
    s = np.clip(s, 0, 1)
    return np.asarray(s * (2 - s))
