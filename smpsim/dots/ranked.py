r"""One set of dots for every density: ranked placement.

Darts arrive uniformly in space and in time ``t`` (per mm2).  The dart of time ``t`` is kept if no kept dart lies
within ``r(t) = c (a t)^-1/2``.  Scaling space by ``s`` and time by ``s^-2`` leaves arrivals and rule unchanged, so the
chance ``a`` of being kept cannot depend on ``t``: the density of kept dots grows linearly, ``rho = a t``.  That is the
*rank* of a dart, and the rule reads: **a dart of rank rho is kept if no kept dart lies within c rho^-1/2.**  Every
prefix ``{rank <= rho}`` is the same process at another scale: the same regularity, and a hard minimum distance
``c rho^-1/2``.  ``a(c)`` is measured (:data:`_CHANCE`), as there is no closed form.

Nothing here looks at mask, photo or resolution.  The darts are hashes of (seed, band of rank, cell in mm), so the set
is defined on the whole infinite plane; computing a part of it must give the same dots as computing all:

* Ranks are cut into bands ``[2^(k/2), 2^((k+1)/2))`` per mm2.  The darts of a band live in square cells of side
  ``L_k``, a power of two between ``2 r_k`` and ``4 r_k``.
* A band is computed in the cells that hold demand of its rank or more, in all cells of the next finer band, and in one
  ring of cells round these.
* A dart is *kept*, *refused* or *unknown*: refused when an earlier kept dart is within r; else unknown when an earlier
  unknown dart is within r, or r reaches beyond the computed cells; else kept.  So what is kept is certain.  Should an
  unknown dart be left where it is asked for, all is computed again with one more ring (hardly ever).

The process begins at a rank of 2^-10 per mm2 (one dot in 10 cm2); its memory of that beginning is lost by the ranks
in use.

Numbers: choices of layout, but for the chances, which are measured.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce

import numpy as np
from scipy.interpolate import PchipInterpolator

from smpsim.arrays import F64, U64, Bool, Int
from smpsim.dots._neighbours import any_within, close_pairs
from smpsim.dots.hashing import combine, mix, stream, uniform
from smpsim.scalp.grid import looked_up

_FIRST_BAND = -20
_BAND_RATIO = 2.0**0.5
_CELL_OVER_RADIUS = 2.0

# chance of being kept by c = r rho^1/2: tests/benchmarks/calibrate_ranked.py, 2 x 500,000 dots a row (from 0.62: an
# eighth of that); the two runs of a row differ by at most 1 %
_CHANCE = (
    (0.24038, 0.82261),
    (0.27082, 0.77656),
    (0.30018, 0.72745),
    (0.33221, 0.66955),
    (0.36304, 0.61093),
    (0.39202, 0.55193),
    (0.42315, 0.48620),
    (0.45385, 0.41957),
    (0.48222, 0.35849),
    (0.51146, 0.29649),
    (0.54394, 0.23061),
    (0.57227, 0.17663),
    (0.59690, 0.13371),
    (0.62784, 0.08817),
    (0.65479, 0.05545),
    (0.68006, 0.03239),
    (0.70131, 0.01874),
    (0.71491, 0.01232),
)

_KEPT, _REFUSED, _UNKNOWN = 1, 2, 3


@dataclass(frozen=True, eq=False)
class Darts:
    """Darts, or the dots that they have become.

    Attributes
    ----------
    u_mm, v_mm : ndarray (N,), mm
        Position in the chart.
    rank_per_mm2 : ndarray (N,), /mm2
        Density at which each appears.
    key : ndarray (N,) of uint64
        Hash key, for the dot's other properties.
    """

    u_mm: F64
    v_mm: F64
    rank_per_mm2: F64
    key: U64

    def __len__(self) -> int:
        return len(self.key)

    def __getitem__(self, rows: Bool | Int) -> Darts:
        index = np.flatnonzero(rows) if rows.dtype == np.bool_ else rows
        return Darts(self.u_mm.take(index), self.v_mm.take(index), self.rank_per_mm2.take(index), self.key.take(index))

    @staticmethod
    def joined(parts: list[Darts]) -> Darts:
        """Return the darts of all parts, in order."""
        return Darts(
            np.concatenate([part.u_mm for part in parts]),
            np.concatenate([part.v_mm for part in parts]),
            np.concatenate([part.rank_per_mm2 for part in parts]),
            np.concatenate([part.key for part in parts]),
        )

    def cells(self, side_mm: float, row: int = 0, column: int = 0) -> tuple[Int, Int]:
        """Row and column of the square cell of each dart, counted from the given ones."""
        i = np.floor(self.v_mm / side_mm).astype(np.intp) - row
        j = np.floor(self.u_mm / side_mm).astype(np.intp) - column
        return i, j


@dataclass(frozen=True)
class Demand:
    """Where dots are asked for, and up to which rank.

    Attributes
    ----------
    cell_mm : float
        Side of a cell; cell (i, j) covers [j, j + 1) x [i, i + 1) times this, in the chart.
    row, column : int
        Indices of the first cell of the array.
    per_mm2 : ndarray (h, w)
        Highest density asked for in each cell, per mm2; 0 where none.
    """

    cell_mm: float
    row: int
    column: int
    per_mm2: F64

    def shared(self, number: float) -> Demand:
        """Return the demand for places that have so many dots each."""
        return replace(self, per_mm2=self.per_mm2 / number)

    def asks(self, darts: Darts, slack: float = 1.0) -> Bool:
        """Whether each dart lies in a cell that asks for its rank, or so many times less."""
        return slack * looked_up(self.per_mm2, *darts.cells(self.cell_mm, self.row, self.column)) >= darts.rank_per_mm2

    def in_cells(self, side_mm: float) -> Demand:
        """Return the demand in other cells, whose side is a power of two times that of these: the highest in each."""
        if side_mm >= self.cell_mm:
            step = round(side_mm / self.cell_mm)
            if step == 1:
                return self
            values = highest_in_blocks(self.per_mm2, step, self.row % step, self.column % step)
            return Demand(side_mm, self.row // step, self.column // step, values)
        step = round(self.cell_mm / side_mm)
        values = self.per_mm2.repeat(step, 0).repeat(step, 1)
        return Demand(side_mm, self.row * step, self.column * step, values)

    def framed(self, rings: int) -> Demand:
        """Return a copy with so many more cells on every side, which ask for nothing."""
        return Demand(self.cell_mm, self.row - rings, self.column - rings, np.pad(self.per_mm2, rings))


def chance_of_being_kept(c: float) -> float:
    """a(c): the chance of a dart to be kept, by interpolation of measured values in the logarithm."""
    cs, chances = np.array(_CHANCE).T
    return float(np.exp(float(PchipInterpolator(cs, np.log(chances))(c))))


def place_ranked(demand: Demand, *, c: float, seed: int) -> Darts:
    """Place dots where they are asked for, as if they had been placed everywhere.

    Parameters
    ----------
    demand : Demand
        Where, and up to which density.
    c : float
        Minimum distance of every prefix over its density^-1/2, 0.25 to 0.71.
    seed : int
        Any integer.

    Returns
    -------
    Darts
        All dots of the demanded cells up to the highest density asked for anywhere, in order of band; more than is
        asked for, to be selected by rank.
    """
    if not np.any(demand.per_mm2 > 0):
        return _nothing()
    rings = 1
    while True:
        placed, unknown = _place(demand, c, seed, rings)
        if not np.any(demand.asks(unknown)):
            return placed
        rings += 1


def _nothing() -> Darts:
    return Darts(np.zeros(0), np.zeros(0), np.zeros(0), np.zeros(0, np.uint64))


def _place(demand: Demand, c: float, seed: int, rings: int) -> tuple[Darts, Darts]:
    """Run all bands; return the kept and the unknown darts."""
    chance, highest = chance_of_being_kept(c), float(demand.per_mm2.max())
    kept, unknown = [_nothing()], [_nothing()]
    for region in _regions(demand, c, rings):
        darts = _arrivals(region, chance, highest, seed)
        radius = c * darts.rank_per_mm2**-0.5
        alive = np.flatnonzero(~any_within(darts.u_mm, darts.v_mm, radius, *_positions(kept)))
        darts, radius = darts[alive], radius[alive]
        doubtful = any_within(darts.u_mm, darts.v_mm, radius, *_positions(unknown))
        state = _resolve(darts, radius, region.reaches_beyond(darts, radius) | doubtful)
        kept.append(darts[state == _KEPT])
        unknown.append(darts[state == _UNKNOWN])
    return Darts.joined(kept), Darts.joined(unknown)


def _positions(parts: list[Darts]) -> tuple[F64, F64]:
    return np.concatenate([part.u_mm for part in parts]), np.concatenate([part.v_mm for part in parts])


# -- where a band is computed -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Region:
    """The cells in which one band is computed; all neighbours of the inner ones are among them."""

    band: int
    c: float
    cell_mm: float
    row: int
    column: int
    cells: Bool
    inner: Bool

    @property
    def ranks(self) -> tuple[float, float]:
        """First and last density of the band, per mm2."""
        return float(_BAND_RATIO**self.band), float(_BAND_RATIO ** (self.band + 1))

    def reaches_beyond(self, darts: Darts, radius: F64) -> Bool:
        """Whether the disc of each dart meets a cell that is not computed."""
        beyond = ~self.inner[darts.cells(self.cell_mm, self.row, self.column)]
        outer = np.flatnonzero(beyond)
        u, v, radius, meets = darts.u_mm[outer], darts.v_mm[outer], radius[outer], np.zeros(len(outer), np.bool_)
        # The square round the disc is smaller than a cell, so its corners lie in all the cells that it meets.
        for dv in (-1, 1):
            i = np.floor((v + dv * radius) / self.cell_mm).astype(np.intp) - self.row
            for du in (-1, 1):
                j = np.floor((u + du * radius) / self.cell_mm).astype(np.intp) - self.column
                meets |= looked_up(self.cells, i, j) == 0
        beyond[outer] = meets
        return beyond


def _regions(demand: Demand, c: float, rings: int) -> list[_Region]:
    """Return the regions of all bands, from coarse to fine (each is found from the next finer one)."""
    last = int(np.ceil(2 * np.log2(demand.per_mm2.max()))) - 1
    regions: list[_Region] = []
    asked = demand
    for band in range(max(last, _FIRST_BAND), _FIRST_BAND - 1, -1):
        radius = c * (_BAND_RATIO**band) ** -0.5
        asked = asked.in_cells(2.0 ** np.ceil(np.log2(_CELL_OVER_RADIUS * radius)))
        asked = asked.framed(rings)
        inner = asked.per_mm2 >= _BAND_RATIO**band
        cells = _dilated(inner, rings)
        regions.append(_Region(band, c, asked.cell_mm, asked.row, asked.column, cells, inner))
        # what is computed for a band is computed for all coarser ones
        asked.per_mm2[cells] = np.inf
    return regions[::-1]


def _dilated(cells: Bool, rings: int) -> Bool:
    """Cells and all that are at most so many rows and columns away."""
    grown = cells.copy()
    for along in (grown, grown.T):
        for _ in range(rings):
            before = along.copy()
            along[1:] |= before[:-1]
            along[:-1] |= before[1:]
    return grown


def highest_in_blocks(values: F64 | Bool, step: int, rows_before: int, columns_before: int) -> F64:
    """Maximum over blocks of step x step values, 0 or more, the first of which lack some rows and columns."""
    h, w = (n + (-n) % step for n in (rows_before + values.shape[0], columns_before + values.shape[1]))
    padded = np.zeros((h, w))
    padded[rows_before : rows_before + values.shape[0], columns_before : columns_before + values.shape[1]] = values
    rows = reduce(np.maximum, [padded[k::step] for k in range(step)])
    return np.asarray(reduce(np.maximum, [rows[:, k::step] for k in range(step)]))


# -- darts and their fate ---------------------------------------------------------------------------------------------


def _arrivals(region: _Region, chance: float, highest: float, seed: int) -> Darts:
    """All darts of a band in its region, with rank at most `highest`."""
    low, high = region.ranks
    i, j = np.nonzero(region.cells)
    i, j = i + region.row, j + region.column
    cell_key = stream(combine(seed, region.band, i, j), "placement")
    number = _poisson(uniform(cell_key), (high - low) / chance * region.cell_mm**2)
    at = np.repeat(np.arange(len(i)), number)
    index = np.arange(len(at)) - np.repeat(np.cumsum(number) - number, number)
    key = mix(cell_key[at] + (index + 1).astype(np.uint64))
    rank = low + (high - low) * uniform(stream(key, "rank"))
    if high > highest:
        early = np.flatnonzero(rank <= highest)
        at, key, rank = at[early], key[early], rank[early]
    u = (j[at] + uniform(stream(key, "u"))) * region.cell_mm
    v = (i[at] + uniform(stream(key, "v"))) * region.cell_mm
    return Darts(u, v, rank, key)


def _poisson(u: F64, mean: float) -> Int:
    """Poisson numbers by inversion of uniform ones."""
    n = np.arange(1, int(mean + 12 * mean**0.5 + 30))
    log_weights = np.concatenate([[0.0], np.cumsum(np.log(mean / n))]) - mean
    return np.searchsorted(np.cumsum(np.exp(log_weights)), u)


def _resolve(darts: Darts, radius: F64, doubtful: Bool) -> Int:
    """Decide the darts of one band among themselves, in order of rank.

    A dart is decided once all earlier darts within its radius are: as many rounds as the longest chain.
    """
    state = np.zeros(len(radius), np.intp)
    if not len(darts):
        return state
    early, late = _conflicts(darts, radius)
    doubtful, waiting = doubtful.copy(), np.zeros(len(radius), np.bool_)
    undecided = np.arange(len(radius))
    while True:
        waiting[undecided] = False
        waiting[late[state.take(early) == 0]] = True
        ready = undecided[~waiting.take(undecided)]
        if not len(ready):
            return state
        state[ready] = np.where(doubtful.take(ready), _UNKNOWN, _KEPT)
        decided = state.take(early)
        state[late[decided == _KEPT]] = _REFUSED
        doubtful[late[decided == _UNKNOWN]] = True
        undecided = undecided[state.take(undecided) == 0]
        open_ = np.flatnonzero(state.take(late) == 0)
        early, late = early[open_], late[open_]


def _conflicts(darts: Darts, radius: F64) -> tuple[Int, Int]:
    """Pairs of darts, the later of which has the earlier one within its radius."""
    one, other = close_pairs(darts.u_mm, darts.v_mm, float(radius.max()))
    swap = darts.rank_per_mm2.take(one) > darts.rank_per_mm2.take(other)
    early, late = np.where(swap, other, one), np.where(swap, one, other)
    du = darts.u_mm.take(early) - darts.u_mm.take(late)
    dv = darts.v_mm.take(early) - darts.v_mm.take(late)
    close = np.flatnonzero(du**2 + dv**2 < radius.take(late) ** 2)
    return early[close], late[close]
