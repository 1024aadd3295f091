"""Smooth random fields on cells: the same at a place, whatever else is asked for.

Numbers: derived.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy import sparse

from smpsim.arrays import F64
from smpsim.dots.hashing import combine, stream, uniform
from smpsim.scalp.grid import Grid

# Mean square of a sum of cubic B-splines with random weights, per axis.
_SPLINE_POWER = 151 / 315


def random_field(cells: Grid, seed: int, waves_mm: tuple[float, ...], name: str, cut: float = np.inf) -> F64:
    """Smooth noise of mean 0 and standard deviation 1; the same wherever it is computed.

    Parameters
    ----------
    cells : Grid
        The cells on which it is wanted.
    seed : int
        Another seed, another field.
    waves_mm : tuple of float, mm
        Wavelengths, of equal variance.
    name : str
        Name of the field: fields of different names share nothing.
    cut : float
        Standard deviations below the mean where it is cut.

    Returns
    -------
    ndarray of the grid's shape
        The noise.
    """
    h, w = cells.values.shape
    return np.maximum(_field(cells.row, cells.column, h, w, cells.step_mm, seed, waves_mm, name), -cut)


@lru_cache(maxsize=4)
def _field(
    row: float, column: float, h: int, w: int, step_mm: float, seed: int, waves_mm: tuple[float, ...], name: str
) -> F64:
    """Compute the noise on some cells; sheets of options and the studio want it there again and again."""
    total = np.zeros((h, w))
    for wave in waves_mm:
        knot_mm = wave / 2
        down, rows = _spline_weights(row, h, step_mm / knot_mm)
        across, columns = _spline_weights(column, w, step_mm / knot_mm)
        key = combine(seed, round(1000 * wave), np.array(rows)[:, None], np.array(columns)[None, :])
        uniforms = uniform(stream(key, name))
        total += (across @ (down @ ((uniforms - 0.5) * 12**0.5)).T).T
    return np.asarray(total / (_SPLINE_POWER * len(waves_mm) ** 0.5))


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
