"""How many dots are asked for, where: density per cm2 from the treated area.

``density(x) = density_per_cm2 * coverage(x) * feather(x)``, and ``feather = s (2 - s)`` with ``s`` rising from 0 at
the border to 1 at ``feather_mm`` behind it.  In an area that is narrow beside the feather it takes three quarters of
the half-width, so that the middle of a thin strip is full.

The border is not ruled: it is the drawn line, moved by a smooth random field with a standard deviation of
``edge_roughness_mm``, deep bays inwards and little (0.6 standard deviations) outwards.  There a few dots stand ahead
of the line, with the coverage of the area behind it.  Without roughness no dot leaves the mask.

At the sides, where the area ends in arms, density falls to zero over ``side_blend_mm`` (:mod:`smpsim.dots.arms`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse
from scipy.ndimage import maximum_filter, uniform_filter

from smpsim.arrays import F64, Bool
from smpsim.dots.arms import ends_of_arms
from smpsim.dots.hashing import combine, stream, uniform
from smpsim.dots.ranked import Demand
from smpsim.parameters import Edge
from smpsim.scalp.grid import Grid
from smpsim.scalp.mask import Area

# The border wanders on these wavelengths (mm), the share of variance being equal: estimates by eye.
_WAVES_MM = (3.0, 9.0)
# The border comes at most this many standard deviations ahead of the line.
_AHEAD = 0.6
# share of the half-width of a narrow area that its feather takes, and of its feather that the roughness may be
_NARROW, _ROUGHEST = 0.75, 0.25
# what stands for no feather at all
_NO_FEATHER_MM = 1e-6
# side of the cells in which placement is asked for dots
_DEMAND_MM = 1.0
# Mean square of a sum of cubic B-splines with random weights, per axis.
_SPLINE_POWER = 151 / 315


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
    def _rise(self) -> Grid:
        """Feather on the cells of the area, as ``s`` of the module; below 0 in front of the border."""
        distance = self.area.edge_distance
        full, roughest = self.edge.feather_mm, self.edge.edge_roughness_mm
        if not np.isfinite(distance.values).any():
            return Grid(distance.step_mm, distance.row, distance.column, np.sign(distance.values))
        half_width = _half_width(distance, max(full, 4 * roughest))
        feather = np.minimum(full, _NARROW * half_width)
        rough = np.minimum(roughest, _ROUGHEST * half_width)
        behind = distance.values - rough * _random_field(distance, self.seed)
        rise = behind / np.maximum(feather, _NO_FEATHER_MM)
        return Grid(distance.step_mm, distance.row, distance.column, self._blended(rise, distance))

    def _blended(self, rise: F64, distance: Grid) -> F64:
        """Take from the rise what makes the feather so much less at the ends of arms."""
        left = ends_of_arms(distance, self.edge.side_blend_mm)
        fading = (left < 1) & (rise > 0)
        rise[fading] = 1 - np.sqrt(1 - _feather(rise[fading]) * left[fading])
        return rise

    def feather_at(self, u_mm: F64, v_mm: F64) -> F64:
        """Share of the full density that the feather leaves, 0 to 1, at positions in the chart."""
        return _feather(self._rise.at(u_mm, v_mm))

    def at(self, x_mm: F64, y_mm: F64, chart_mm: tuple[F64, F64] | None = None) -> F64:
        """Density asked for at positions in the picture plane, per cm2.

        Parameters
        ----------
        x_mm, y_mm : ndarray, any shape, mm
            Positions in the picture plane.
        chart_mm : (ndarray, ndarray), mm, optional
            The same in the chart; on the plane they are equal.
        """
        coverage = self.area.at(x_mm, y_mm)
        u_mm, v_mm = (x_mm, y_mm) if chart_mm is None else chart_mm
        if self.edge.edge_roughness_mm > 0:
            ahead = coverage == 0
            if ahead.any():
                coverage[ahead] = self.area.spill.at(u_mm[ahead], v_mm[ahead])
        return self.full_per_cm2 * np.nan_to_num(coverage) * self.feather_at(u_mm, v_mm)

    @cached_property
    def mean_per_cm2(self) -> float:
        """Mean density asked for over the area, per cm2."""
        area = self.area
        coverage = area.cells.values
        if self.edge.edge_roughness_mm > 0:
            coverage = coverage + (1 - area.touched.values) * area.spill.values
        feather = _feather(self._rise.values)
        skin = area.skin.values
        return float(self.full_per_cm2 * (coverage * feather * skin).sum() / (area.cells.values * skin).sum())

    def demand(self) -> Demand:
        """Return what placement is asked for: an upper bound of the density in the chart in every cell of 1 mm."""
        rise, area = self._rise, self.area
        step = round(_DEMAND_MM / rise.step_mm)
        rows_before, columns_before = int(rise.row) % step, int(rise.column) % step

        def nearby(values: F64 | Bool, reach: int) -> F64:
            # Values of the cells of 1 mm round each: what lies between the middles of cells counts as well.
            return np.asarray(maximum_filter(_highest(values, step, rows_before, columns_before), 2 * reach + 1))

        bound = self.full_per_cm2 / 100 * _feather(nearby(rise.values, 1))
        # coverage is lent to cells up to 2 mm away
        bound *= nearby(area.cells.values > 0, 3)
        if area.surface.chart is not None:
            bound *= nearby(area.skin.values, 1)
        return Demand(_DEMAND_MM, int(rise.row) // step, int(rise.column) // step, bound)


def _highest(values: F64 | Bool, step: int, rows_before: int, columns_before: int) -> F64:
    """Maximum over blocks of step x step values, the first of which lack some rows and columns."""
    h, w = (n + (-n) % step for n in (rows_before + values.shape[0], columns_before + values.shape[1]))
    padded = np.zeros((h, w))
    padded[rows_before : rows_before + values.shape[0], columns_before : columns_before + values.shape[1]] = values
    rows = np.max([padded[k::step] for k in range(step)], axis=0)
    return np.asarray(np.max([rows[:, k::step] for k in range(step)], axis=0))


def _feather(s: F64) -> F64:
    """0 in front of the border, then steep, then flat: 1 from s = 1."""
    s = np.clip(s, 0, 1)
    return np.asarray(s * (2 - s))


def _half_width(distance: Grid, reach_mm: float) -> F64:
    """Half the width of the area round each cell, mm: the largest edge distance near by, smoothed.

    At most as much as matters; a cell at the edge of a wide area must find that much.
    """
    widest = reach_mm / _NARROW
    smooth = int(np.ceil(reach_mm / distance.step_mm)) + 1
    search = int(np.ceil(widest / distance.step_mm)) + smooth // 2
    nearby = maximum_filter(np.maximum(distance.values, 0), 2 * search + 1)
    return np.asarray(uniform_filter(np.minimum(nearby, widest), smooth))


def _random_field(cells: Grid, seed: int) -> F64:
    """Smooth noise of mean 0 and standard deviation 1 on cells, cut at -0.6; the same wherever it is computed."""
    total = np.zeros(cells.values.shape)
    for wave in _WAVES_MM:
        knot_mm = wave / 2
        down, rows = _spline_weights(cells.row, cells.values.shape[0], cells.step_mm / knot_mm)
        across, columns = _spline_weights(cells.column, cells.values.shape[1], cells.step_mm / knot_mm)
        key = combine(seed, round(1000 * wave), np.array(rows)[:, None], np.array(columns)[None, :])
        uniforms = uniform(stream(key, "edge"))
        total += (across @ (down @ ((uniforms - 0.5) * 12**0.5)).T).T
    return np.asarray(np.maximum(total / (_SPLINE_POWER * len(_WAVES_MM) ** 0.5), -_AHEAD))


def _spline_weights(first: float, number: int, step: float) -> tuple[sparse.csr_array, range]:
    """Cubic B-spline weights (number, knots) of cell centres, in units of knots, and the knots' indices."""
    position = (first + 0.5 + np.arange(number)) * step
    base = np.floor(position).astype(np.intp)
    f = position - base
    weights = np.stack([(1 - f) ** 3, 3 * f**3 - 6 * f**2 + 4, 3 * (1 - f) ** 3 - 6 * (1 - f) ** 2 + 4, f**3], 1) / 6
    knots = range(int(base[0]) - 1, int(base[-1]) + 3)
    columns = base[:, None] - 1 - knots.start + np.arange(4)
    rows = np.repeat(np.arange(number), 4)
    return sparse.csr_array((weights.ravel(), (rows, columns.ravel())), shape=(number, len(knots))), knots
