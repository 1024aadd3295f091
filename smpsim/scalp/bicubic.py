"""Smooth functions of two coordinates, from their values on a regular grid.

Numbers: choices of speed and precision.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.ndimage import spline_filter1d

from smpsim.arrays import F64, Int

# nodes by which the values are continued: what the end of the filter does fades by 0.27 from each to the next
_PAD = 12
# positions worked on at a time: their arrays stay in the cache
_CHUNK = 1 << 12


@dataclass(frozen=True, eq=False)
class Bicubic:
    """Cubic B-splines through values on a grid; a position's result does not depend on the others asked for.

    Attributes
    ----------
    step : float
        Distance of the nodes.
    x0, y0 : float
        Position of the first node.
    coefficients : ndarray (F, h + 24, w + 24)
        Of F functions.
    """

    step: float
    x0: float
    y0: float
    coefficients: F64

    @classmethod
    def through(cls, values: F64, step: float, x0: float, y0: float) -> Bicubic:
        """Interpolate values (F, h, w), h and w being 7 or more; they go on linearly beyond the grid."""
        pads = [(0, 0), (_PAD, _PAD), (_PAD, _PAD)]
        padded = np.pad(values, pads, mode="reflect", reflect_type="odd")
        return cls(step, x0, y0, spline_filter1d(spline_filter1d(padded, axis=1), axis=2))

    def at(self, x: F64, y: F64) -> tuple[F64, F64, F64]:
        """Return values and slopes along x and y, each (F, N), at positions (N,)."""
        result = tuple(np.empty((len(self.coefficients), len(x))) for _ in range(3))
        for start in range(0, len(x), _CHUNK):
            part = slice(start, start + _CHUNK)
            for whole, piece in zip(result, self._at(x[part], y[part]), strict=True):
                whole[:, part] = piece
        return result[0], result[1], result[2]

    def _at(self, x: F64, y: F64) -> tuple[F64, F64, F64]:
        _, h, w = self.coefficients.shape
        (i, down, down_slope), (j, across, across_slope) = (
            _taps((p - p0) / self.step + _PAD, n) for p, p0, n in ((y, self.y0, h), (x, self.x0, w))
        )
        flat = self.coefficients.reshape(len(self.coefficients), -1)
        first = i * w + j
        value, slope_x, slope_y = (np.zeros((len(flat), len(x))) for _ in range(3))
        for a in range(4):
            row, row_slope = np.zeros_like(value), np.zeros_like(value)
            for b in range(4):
                tap = flat.take(first + (a * w + b), axis=1)
                row += tap * across[b]
                row_slope += tap * across_slope[b]
            value += row * down[a]
            slope_x += row_slope * down[a]
            slope_y += row * down_slope[a]
        return value, slope_x / self.step, slope_y / self.step

    def on_grid(self, x: F64, y: F64) -> F64:
        """Return values (F, len(y), len(x)) for all pairs of x and y."""
        fields, h, w = self.coefficients.shape
        # columns first, so that the long axis of the result is the last one
        across = spline_matrix((x - self.x0) / self.step + _PAD, w)
        by_column = across @ self.coefficients.transpose(2, 0, 1).reshape(w, fields * h)
        by_row = by_column.reshape(len(x), fields, h).transpose(2, 1, 0).reshape(h, -1)
        down = spline_matrix((y - self.y0) / self.step + _PAD, h)
        return np.asarray((down @ by_row).reshape(len(y), fields, len(x)).transpose(1, 0, 2))


def _taps(position: F64, n: int) -> tuple[Int, list[F64], list[F64]]:
    """First of the four coefficients round each position, their weights and the slopes of these."""
    first = np.clip(np.floor(position).astype(np.intp) - 1, 0, n - 4)
    f = position - first - 1
    g = 1 - f
    weights = [g**3 / 6, (4 - 6 * f**2 + 3 * f**3) / 6, (4 - 6 * g**2 + 3 * g**3) / 6, f**3 / 6]
    slopes = [-(g**2) / 2, 1.5 * f**2 - 2 * f, 2 * g - 1.5 * g**2, f**2 / 2]
    return first, weights, slopes


def spline_matrix(position: F64, n: int) -> sparse.csr_array:
    """Weights of positions as a matrix (len(position), n)."""
    first, weights, _ = _taps(position, n)
    columns, starts = (first[:, None] + np.arange(4)).ravel(), np.arange(0, 4 * len(position) + 1, 4)
    return sparse.csr_array((np.stack(weights, 1).ravel(), columns, starts), (len(position), n))


def inverse(function: Bicubic, wanted: F64, start: F64, inside: Callable[[F64], F64]) -> F64:
    """Find where two functions have wanted values, by Newton's method.

    Parameters
    ----------
    function : Bicubic
        Its first two functions count.
    wanted, start : ndarray (2, N)
        Values, and positions near the solutions.
    inside : callable
        Moves positions (2, N) back into the domain.

    Returns
    -------
    ndarray (2, N)
        Positions; where there is no solution in the domain, one at its border.
    """
    at = start
    for _ in range(_NEWTON_STEPS):
        value, slope_x, slope_y = (v[:2] for v in function.at(*at))
        miss = wanted - value
        determinant = slope_x[0] * slope_y[1] - slope_x[1] * slope_y[0]
        step = np.stack([miss[0] * slope_y[1] - miss[1] * slope_y[0], miss[1] * slope_x[0] - miss[0] * slope_x[1]])
        at = inside(at + step / determinant)
    return at


# Starting within a cell of the solution, three would do.
_NEWTON_STEPS = 5
