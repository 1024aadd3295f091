"""How many dots are asked for, where: density per cm2 from the treated area.

``density(x) = density_per_cm2 * coverage(x) * feather(x)``.  The feather rises as a smooth step over ``feather_mm``
behind a border that wanders about: the drawn line moved inwards by a smooth random field with a standard deviation of
``edge_roughness_mm``.  So density starts at zero, at a border that is not ruled, and never outside the mask.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse
from scipy.ndimage import maximum_filter

from smpsim.arrays import F64
from smpsim.dots.hashing import combine, stream, uniform
from smpsim.dots.ranked import Demand
from smpsim.parameters import Edge
from smpsim.scalp.grid import Grid
from smpsim.scalp.mask import Area

# The border wanders on these wavelengths (mm), the share of variance being equal: estimates by eye.
_WAVES_MM = (3.0, 9.0)
# The random field is cut at this many standard deviations; the line is moved inwards by as many.
_CUT = 1.8
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
        Width of the feather and roughness of the border.
    seed : int
        Seed of the border's wandering.
    """

    area: Area
    full_per_cm2: float
    edge: Edge
    seed: int

    @cached_property
    def _inset(self) -> Grid:
        """Distance behind the wandering border, mm, on the cells of the area; negative in front of it."""
        distance = self.area.edge_distance
        rough = self.edge.edge_roughness_mm
        if rough == 0 or not np.isfinite(distance.values).any():
            return distance
        field = _random_field(distance, self.seed)
        return Grid(distance.step_mm, distance.row, distance.column, distance.values - rough * (_CUT + field))

    def feather_at(self, x_mm: F64, y_mm: F64) -> F64:
        """Share of the full density that the feather leaves, 0 to 1."""
        return _smooth_step(self._inset.at(x_mm, y_mm), self.edge.feather_mm)

    def at(self, x_mm: F64, y_mm: F64) -> F64:
        """Density asked for at positions in the picture plane, per cm2."""
        return self.full_per_cm2 * self.area.at(x_mm, y_mm) * self.feather_at(x_mm, y_mm)

    @cached_property
    def mean_per_cm2(self) -> float:
        """Mean density asked for over the area, per cm2."""
        coverage = self.area.cells.values
        feather = _smooth_step(self._inset.values, self.edge.feather_mm)
        return float(self.full_per_cm2 * (coverage * feather).sum() / coverage.sum())

    def demand(self) -> Demand:
        """Return what placement is asked for: an upper bound of the density in every cell of 1 mm."""
        inset = self._inset
        bound = _smooth_step(maximum_filter(inset.values, 3), self.edge.feather_mm)
        bound = bound * maximum_filter(self.area.cells.values > 0, 3)
        step = round(_DEMAND_MM / inset.step_mm)
        before, columns_before = inset.row % step, inset.column % step
        h, w = (n + (-n) % step for n in (before + bound.shape[0], columns_before + bound.shape[1]))
        padded = np.zeros((h, w))
        padded[before : before + bound.shape[0], columns_before : columns_before + bound.shape[1]] = bound
        highest = padded.reshape(h // step, step, w // step, step).max((1, 3))
        return Demand(_DEMAND_MM, inset.row // step, inset.column // step, highest * self.full_per_cm2 / 100)


def _smooth_step(distance: F64, width: float) -> F64:
    """0 in front of the border, 1 behind `width`, with no slope at either end."""
    if width == 0:
        return (distance > 0).astype(np.float64)
    s = np.clip(distance / width, 0, 1)
    return np.asarray(s * s * (3 - 2 * s))


def _random_field(cells: Grid, seed: int) -> F64:
    """Smooth noise of mean 0 and standard deviation 1 on cells, cut at +-1.8; the same wherever it is computed."""
    total = np.zeros(cells.values.shape)
    for wave in _WAVES_MM:
        knot_mm = wave / 2
        down, rows = _spline_weights(cells.row, cells.values.shape[0], cells.step_mm / knot_mm)
        across, columns = _spline_weights(cells.column, cells.values.shape[1], cells.step_mm / knot_mm)
        key = combine(seed, round(1000 * wave), np.array(rows)[:, None], np.array(columns)[None, :])
        uniforms = uniform(stream(key, "edge"))
        total += (across @ (down @ ((uniforms - 0.5) * 12**0.5)).T).T
    return np.asarray(np.clip(total / (_SPLINE_POWER * len(_WAVES_MM) ** 0.5), -_CUT, _CUT))


def _spline_weights(first: int, number: int, step: float) -> tuple[sparse.csr_array, range]:
    """Cubic B-spline weights (number, knots) of cell centres, in units of knots, and the knots' indices."""
    position = (first + 0.5 + np.arange(number)) * step
    base = np.floor(position).astype(np.intp)
    f = position - base
    weights = np.stack([(1 - f) ** 3, 3 * f**3 - 6 * f**2 + 4, 3 * (1 - f) ** 3 - 6 * (1 - f) ** 2 + 4, f**3], 1) / 6
    knots = range(int(base[0]) - 1, int(base[-1]) + 3)
    columns = base[:, None] - 1 - knots.start + np.arange(4)
    rows = np.repeat(np.arange(number), 4)
    return sparse.csr_array((weights.ravel(), (rows, columns.ravel())), shape=(number, len(knots))), knots
