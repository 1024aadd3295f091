"""Poisson-disc sampling that leaves no room for another dot.

A set of dots p_i with radii r_i = radius[int(y_i), int(x_i)] is built so that |p_i - p_j| >= min(r_i, r_j), and so
that every allowed point lies closer than its own radius to some dot.  With one radius r this is what random dart
throwing ends with: D = N r^2 / area = 0.6965 (tests/benchmarks/goals_dots.py measures how near it comes).

The algorithm, from the outside in::

    for band in bands, large radii first:            # 2^(e/2) <= r < 2^((e+1)/2), e an integer
        side = smallest radius of the band / sqrt(2) # a cell of this side holds at most one dot
        enter the dots of earlier bands near by
        repeat ROUNDS times:
            every cell that is not fully covered throws one dart into its free part
            drop darts closer than r(dart) to a dot
            keep the darts that no earlier dart forbids; they become dots and cover what is around
        cut what is still free into pieces, and throw darts into these       # slivers

* *Free part*: a cell has 8 x 8 squares and one bit for each, set when all of the square is surely covered
  (``_coverbits``).  Dots set bits by table, cells are never searched.
* *Earlier*: every dart has a random time of arrival, uniform in free area and time.  Deciding darts by their times is
  what throwing them one after the other does, so the set has the spectrum of sequential dart throwing (``_contest``).
* A later dot keeps its own radius from all earlier ones, so min(r_i, r_j) holds between any two.
* *Nothing depends on order, extent or history*: cells are counted from the picture's origin, band edges are powers of
  sqrt(2) (one constant radius has cells of its own), and all randomness is a hash of (seed, band, cell, round).  An
  edit of map or mask moves dots near by only.

The last rounds reach gaps of 1/64 cell (``_slivers``), so that no empty circle is larger than 1.01 r or so.

Origins: one dot per cell, Bridson 2007 ("Fast Poisson disk sampling in arbitrary dimensions"); parallel rounds, Wei
2008 ("Parallel Poisson disk sampling"); cutting what is left, White, Cline and Egbert 2007 ("Poisson disk point sets
by hierarchical dart throwing") and Ebeida et al. 2012 ("A simple algorithm for maximal Poisson-disk sampling in high
dimensions").

Numbers: choices of memory.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from smpsim.arrays import F64, Bool
from smpsim.dots._cellgrid import NOWHERE, CellGrid
from smpsim.dots._radiusfield import SMALLEST, Band, RadiusField
from smpsim.dots._rounds import DRAWS, fill_band
from smpsim.dots.hashing import combine
from smpsim.errors import ParameterError

MAX_DOTS = 50_000_000
"""More dots than this are refused: they need several GB."""

MAX_CELLS = 3 * MAX_DOTS


def poisson_disc(
    *,
    radius: float | ArrayLike,
    shape: tuple[int, int] | None = None,
    mask: ArrayLike | None = None,
    seed: int = 0,
) -> F64:
    """Place as many dots as fit at random, none closer to another than a given radius.

    Parameters
    ----------
    radius : float or array_like, shape (h, w)
        Minimum distance, in cells of the map (pixels), > 0: one for all, or one per cell.  Two dots keep the
        smaller of their radii.  Ignored where `mask` is False.
    shape : (int, int), optional
        Height and width of the picture in cells.  May be left out when a map or a mask gives it.
    mask : array_like of bool, shape (h, w), optional
        True where dots may be; everywhere when left out.
    seed : int, default 0
        Which of the possible sets, >= 0.

    Returns
    -------
    ndarray of float64, shape (N, 2)
        x in [0, w) and y in [0, h) of the dots, in cells, origin at the outer corner of the first cell.  The cell of
        a dot is ``[int(y), int(x)]``.  The order means nothing.

    Raises
    ------
    ParameterError
        A radius is not a positive finite number, shapes are missing or disagree, or so many dots (more than
        50 million) would be placed that memory is at risk.

    Notes
    -----
    The same arguments give the same dots, bit for bit.  An edit of map or mask moves no dot farther than 6 radii
    away (the largest radius near by; in 300 edits that were tried, at most 4.2).  With one radius, about ``0.6965 *
    area / radius**2`` dots are placed, and some more along the border.
    A constant map obeys the same rules as one number, but gives another set.

    Examples
    --------
    >>> from smpsim.dots.poisson import poisson_disc
    >>> poisson_disc(radius=5, shape=(100, 200)).shape
    (582, 2)
    """
    distance = _checked_radius(radius)
    allowed = _checked_mask(mask, shape, distance)
    key = _seed_key(seed)
    if isinstance(distance, np.ndarray):
        _check_map(distance, allowed)
    if not allowed.any():
        return np.zeros((0, 2))
    field = RadiusField(allowed, distance)
    _check_amount(field)
    parts = [np.zeros((0, 2))]
    for band in field.bands():
        if field.extent(band)[0].stop:
            parts.append(_place_band(field, band, key, parts))
    return np.concatenate(parts)


def _place_band(field: RadiusField, band: Band, key: tuple[int, ...], earlier: list[F64]) -> F64:
    grid = CellGrid(field, band, field.cells(band), _salts(key, band))
    if len(earlier) > 1:
        grid.enter(*np.concatenate(earlier).T)
    entered = np.flatnonzero(grid.u < 2)
    fill_band(grid)
    grid.u[entered] = NOWHERE
    return np.column_stack(grid.dots())


def _salts(key: tuple[int, ...], band: Band) -> list[int]:
    """Return the share of the seed in each round of random numbers, integers below 2^32."""
    return [int(one) >> 32 for one in combine(*key, band.key, np.arange(DRAWS))]


def _seed_key(seed: int) -> tuple[int, ...]:
    """Cut a seed of any size into parts that a hash can take."""
    try:
        rest = operator.index(seed)
    except TypeError:
        raise ParameterError(f"seed must be an integer >= 0, not {seed!r}", name="seed", value=seed) from None
    if rest < 0:
        raise ParameterError(f"seed is {rest}; allowed are integers >= 0", name="seed", value=seed)
    parts = [rest & 0xFFFFFFFF]
    while rest := rest >> 32:
        parts.append(rest & 0xFFFFFFFF)
    return len(parts), *parts


def _checked_radius(radius: float | ArrayLike) -> float | NDArray[Any]:
    values = np.asarray(radius)
    if values.dtype.kind not in "iuf" or values.ndim not in (0, 2):
        raise ParameterError(
            f"radius must be a number or a map of shape (h, w), not {values.dtype} of shape {values.shape}",
            name="radius",
            value=radius,
        )
    if values.ndim == 2:
        return values
    one = float(values)
    if not SMALLEST <= one < float("inf"):
        raise ParameterError(
            f"radius is {one:g} px; it must be positive (at least {SMALLEST:g}) and finite",
            name="radius",
            value=radius,
        )
    return one


def _checked_mask(mask: ArrayLike | None, shape: tuple[int, int] | None, radius: float | NDArray[Any]) -> Bool:
    """Return where dots may be, after all shapes have been found to agree."""
    allowed = None if mask is None else np.asarray(mask)
    if allowed is not None and (allowed.dtype != np.bool_ or allowed.ndim != 2):
        raise ParameterError(
            f"mask must be bool of shape (h, w), not {allowed.dtype} of shape {allowed.shape}; compare it "
            "with a threshold first",
            name="mask",
            value=mask,
        )
    known: list[tuple[str, tuple[int, ...]]] = [] if shape is None else [("shape", _checked_shape(shape))]
    known += [("mask", allowed.shape)] if allowed is not None else []
    known += [("radius", radius.shape)] if isinstance(radius, np.ndarray) else []
    if not known:
        raise ParameterError("shape is missing: give shape=(h, w), a mask or a map of radii", name="shape")
    (first, size), *others = known
    for name, other in others:
        if other != size:
            raise ParameterError(
                f"{name} has shape {other}, but {first} says {size}; they must agree", name=name, value=other
            )
    return np.ones(size, np.bool_) if allowed is None else allowed


def _checked_shape(shape: tuple[int, int]) -> tuple[int, int]:
    try:
        h, w = (operator.index(n) for n in shape)
    except (TypeError, ValueError):
        h = w = -1
    if min(h, w) < 0:
        raise ParameterError(
            f"shape is {shape!r}; it must be (height, width), two integers >= 0", name="shape", value=shape
        )
    return h, w


def _check_map(radius: NDArray[Any], allowed: Bool) -> None:
    for rows in _strips(radius.shape[0]):
        # what is not a number is neither
        if radius[rows].size and radius[rows].min() >= SMALLEST and radius[rows].max() < np.inf:
            continue
        good = (radius[rows] >= SMALLEST) & (radius[rows] < np.inf)
        good |= ~allowed[rows]
        if not good.all():
            row, col = (int(i) for i in np.argwhere(~good)[0])
            value = radius[rows][row, col]
            raise ParameterError(
                f"radius is {value:g} px at [{rows.start + row}, {col}]; it must be positive (at least {SMALLEST:g}) "
                "and finite wherever the mask is True",
                name="radius",
                value=value,
            )


def _strips(n_rows: int, height: int = 64) -> Iterator[slice]:
    return (slice(first, min(first + height, n_rows)) for first in range(0, n_rows, height))


def _check_amount(field: RadiusField) -> None:
    """Refuse what would not fit into memory, before it is tried."""
    if field.most_dots() > MAX_DOTS and (dots := field.expected_dots()) > MAX_DOTS:
        raise ParameterError(
            f"radius is so small that about {dots:.3g} dots would be placed; at most {MAX_DOTS:.3g} are allowed: use "
            "larger radii or a smaller mask",
            name="radius",
            value=dots,
        )
    for band in field.bands():
        rows, cols = field.extent(band)
        cells = (rows.stop - rows.start) * (cols.stop - cols.start)
        if cells > MAX_CELLS:
            raise ParameterError(
                f"radii of {band.side * 2**0.5:.3g} px are so far apart in the picture that {cells:.3g} cells would "
                f"lie between them; at most {MAX_CELLS:.3g} are allowed: use larger radii, or one call per part",
                name="radius",
                value=cells,
            )
