"""Noise and spots on lattices in millimetres: the same at every resolution, averaged over what a pixel sees.

A lattice of hashes, smoothed by a Gaussian, is the coefficients of a cubic B-spline; together they smooth by about one
lattice step, so that neither the lattice nor its axes show.

Numbers: choices of how lattices are sampled; variances are derived.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, sparse

from smpsim.arrays import F32, F64, U64
from smpsim.dots.hashing import combine, stream, uniform

# Smoothing of the lattice in steps; with the spline's own variance of 1/3 it comes to 1.
_LATTICE_SIGMA = (2 / 3) ** 0.5
_MARGIN = 4
_STAMP_GROUPS = 4
# Places within a cell at which the spline is averaged.
_SUBCELLS = np.array([-1 / 3, 0.0, 1 / 3])


@dataclass(frozen=True)
class Cells:
    """Equal cells along an axis; cell k covers [start + k step, start + (k + 1) step), mm."""

    start_mm: float
    step_mm: float
    n: int

    @classmethod
    def cover(cls, low_mm: float, high_mm: float, step_mm: float) -> Cells:
        """Cells of a step that begin at ``low_mm`` and reach ``high_mm``."""
        return cls(low_mm, step_mm, int(np.ceil((high_mm - low_mm) / step_mm)))

    @property
    def centres_mm(self) -> F64:
        """Middles of the cells, mm, shape (n,)."""
        return np.asarray(self.start_mm + (np.arange(self.n) + 0.5) * self.step_mm, np.float64)

    def knots(self, knot_mm: float) -> Cells:
        """Cells whose middles are the multiples of ``knot_mm`` that a cubic spline over these cells needs."""
        first = int(np.floor(self.start_mm / knot_mm)) - 2
        last = int(np.ceil((self.start_mm + self.n * self.step_mm) / knot_mm)) + 2
        return Cells((first - 0.5) * knot_mm, knot_mm, last - first + 1)


@dataclass(frozen=True, eq=False)
class Spline:
    """A smooth function of the plane: coefficients (h, w) of cubic B-splines at the middles of cells."""

    coefficients: F32
    down: Cells
    across: Cells

    def over(self, down: Cells, across: Cells, *, slope: str = "") -> F32:
        """Average the function, or its slope per mm along "down" or "across", over cells: (down.n, across.n)."""
        rows = weights(down, self.down, slope=slope == "down")
        columns = weights(across, self.across, slope=slope == "across")
        return np.ascontiguousarray((columns @ (rows @ self.coefficients).T).T, np.float32)


def weights(cells: Cells, knots: Cells, *, slope: bool = False) -> sparse.csr_array:
    """(cells.n, knots.n): what each coefficient of a cubic B-spline adds to the mean over each cell."""
    places = cells.centres_mm[:, None] + _SUBCELLS * cells.step_mm
    t = (places - knots.start_mm) / knots.step_mm - 0.5
    t = np.clip(t, 1, knots.n - 2 - 1e-6)
    i = np.floor(t)
    f = t - i
    if slope:
        parts = [-((1 - f) ** 2) / 2, (3 * f - 4) * f / 2, (1 + 2 * f - 3 * f * f) / 2, f * f / 2]
        scale = 1 / knots.step_mm
    else:
        parts = [(1 - f) ** 3 / 6, (3 * f - 6) * f * f / 6 + 2 / 3, (1 + 3 * f + (3 - 3 * f) * f * f) / 6, f**3 / 6]
        scale = 1.0
    column = (i[..., None] + np.arange(-1, 3)).astype(np.intp)
    row = np.broadcast_to(np.arange(cells.n)[:, None, None], column.shape)
    value = np.stack(parts, -1) * (scale / len(_SUBCELLS))
    entries = (value.astype(np.float32).ravel(), (row.ravel(), column.ravel()))
    return sparse.csr_array(entries, shape=(cells.n, knots.n))


def lattice(key: U64, down: Cells, across: Cells) -> F64:
    """Numbers uniform in (0, 1) at the absolute indices of cells: (down.n, across.n)."""
    rows, columns = (np.arange(c.n) + round(c.start_mm / c.step_mm + 0.5) for c in (down, across))
    return uniform(combine(key.view(np.int64), rows[:, None], columns))


def noise(key: U64, down: Cells, across: Cells) -> F32:
    """Noise of mean 0 and variance 1, correlated over one step: coefficients at the middles of cells."""
    wide = [Cells(c.start_mm - _MARGIN * c.step_mm, c.step_mm, c.n + 2 * _MARGIN) for c in (down, across)]
    white = (lattice(key, *wide) - 0.5).astype(np.float32) * np.float32((12 * 4 * np.pi) ** 0.5)
    smooth = ndimage.gaussian_filter(white, _LATTICE_SIGMA)
    return np.asarray(smooth[_MARGIN:-_MARGIN, _MARGIN:-_MARGIN], np.float32)


def octaves(key: U64, name: str, layers: Sequence[tuple[float, float, float]], down: Cells, across: Cells) -> Spline:
    """Sum of noises, coarse to fine.

    Parameters
    ----------
    key : ndarray of uint64, shape (1,)
        Key of the scene.
    name : str
        Name of the stream.
    layers : sequence of (float, float, float)
        Length of correlation down and across, mm, each falling, and standard deviation.
    down, across : Cells
        Where it is wanted.
    """
    total: Spline | None = None
    for number, (down_mm, across_mm, deviation) in enumerate(layers):
        knots = down.knots(down_mm), across.knots(across_mm)
        fine = np.float32(deviation) * noise(stream(key, f"{name} {number}"), *knots)
        total = Spline(fine if total is None else fine + total.over(*knots), *knots)
    if total is None:
        raise ValueError("octaves: give at least one layer")
    return total


@dataclass(frozen=True)
class Spots:
    """Round spots strewn over the skin.

    Attributes
    ----------
    spacing_mm : float
        There is at most one spot in a square of this side.
    share : float
        Mean share of the squares that have one; where ``clump`` is large it varies from place to place.
    sigma_mm : (float, float)
        Smallest and largest Gaussian radius.
    clump : float
        How much the share varies, 0 to 1.
    """

    spacing_mm: float
    share: float
    sigma_mm: tuple[float, float]
    clump: float = 0.0

    def over(self, key: U64, name: str, down: Cells, across: Cells) -> F32:
        """Sum of the spots, averaged over cells (down.n, across.n); the peak of a spot is 0 to 1, mean 0.5."""
        places = down.knots(self.spacing_mm), across.knots(self.spacing_mm)
        draw = [lattice(stream(key, f"{name} {part}"), *places) for part in ("x", "y", "there", "size", "peak")]
        often = octaves(stream(key, name), "often", [(14.0, 14.0, 1.0)], *places).over(*places)
        there = draw[2] < self.share * np.exp(self.clump * (1.6 * often - 1.28 * self.clump))
        x, y = (
            c.start_mm + (i + d[there]) * c.step_mm
            for c, d, i in zip(places[::-1], draw[:2], np.nonzero(there)[::-1], strict=True)
        )
        low, high = self.sigma_mm
        sigma = low * (high / low) ** draw[3][there]
        return stamp(x, y, sigma, draw[4][there], down, across)


def stamp(x_mm: F64, y_mm: F64, sigma_mm: F64, peak: F64, down: Cells, across: Cells) -> F32:
    """Add Gaussians (places, radii and peaks, shape (n,)) to cells; what a cell averages widens and lowers them."""
    total = np.zeros(down.n * across.n)
    if len(x_mm) == 0:
        return total.reshape(down.n, across.n).astype(np.float32)
    # small ones apart from large ones: each takes as many cells as the largest of its group
    for group in np.array_split(np.argsort(sigma_mm, kind="stable"), min(_STAMP_GROUPS, len(x_mm))):
        place, value = _stamped(x_mm[group], y_mm[group], sigma_mm[group], peak[group], down, across)
        total += np.bincount(place, value, minlength=len(total))
    return total.reshape(down.n, across.n).astype(np.float32)


def _stamped(
    x_mm: F64, y_mm: F64, sigma_mm: F64, peak: F64, down: Cells, across: Cells
) -> tuple[NDArray[np.intp], F64]:
    """List cells, by index, and what each gets."""
    step = across.step_mm
    wide = np.hypot(sigma_mm, step / 12**0.5)
    reach = int(np.ceil(2.7 * wide.max() / step))
    near = np.arange(-reach, reach + 1)
    factors, indices = [], []
    for place, cells in ((y_mm, down), (x_mm, across)):
        t = (place - cells.start_mm) / step
        index = np.floor(t).astype(np.intp)[:, None] + near
        inside = (index >= 0) & (index < cells.n)
        factors.append(inside * np.exp(-0.5 * ((index + 0.5 - t[:, None]) * (step / wide[:, None])) ** 2))
        indices.append(index.clip(0, cells.n - 1))
    value = (peak * (sigma_mm / wide) ** 2)[:, None, None] * factors[0][:, :, None] * factors[1][:, None, :]
    return (indices[0][:, :, None] * across.n + indices[1][:, None, :]).ravel(), value.ravel()
