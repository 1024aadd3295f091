"""More dots than are asked for: placed once for a wide area, chosen by rank under the mask of the moment.

Placement never looks at the mask (:mod:`smpsim.dots.ranked`), so a dot lies where it lies, whatever is drawn round it:
nothing jumps while a line is dragged, and what is exported has the same dots.

Numbers: choices of speed and memory.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.ndimage import maximum_filter

from smpsim.arrays import F32, F64, Bool, Int
from smpsim.dots.density import Density
from smpsim.dots.groups import dots_per_place, grouped
from smpsim.dots.ranked import Darts, Demand, place_ranked
from smpsim.ink.course import share_placed
from smpsim.parameters import Course, Edge, Placement
from smpsim.raster.place import SATURATED, asked_for
from smpsim.scalp.chart import LEAST_FACING, Spots
from smpsim.scalp.grid import looked_up
from smpsim.scalp.mask import Area
from smpsim.scalp.surface import Surface

# how far beyond the mask dots are placed, and how much denser, at steps of this ratio
_MARGIN_MM, _RATIO = 25.0, 1.25
# stands for any density
_ANY = 80.0
_SHARP = Edge(feather_mm=0.0, edge_roughness_mm=0.0, edge_macro_mm=0.0, sentinels_per_cm=0.0, side_blend_mm=0.0)


@dataclass(frozen=True)
class Kind:
    """What placement depends on but for the area and the density."""

    placement: Placement
    surface: Surface
    seed: int

    @classmethod
    def of(cls, placement: Placement, surface: Surface, seed: int) -> Kind:
        """Leave out the density."""
        return cls(replace(placement, density_per_cm2=_ANY, present_per_cm2=0.0), surface, seed)


@dataclass(frozen=True, eq=False)
class Standing:
    """The dots that stand.

    Attributes
    ----------
    which : ndarray (n,) int
        Their rows in the table of all, rising.
    asked, feather : ndarray (n,)
        Density asked for there (of a group at its place), per cm2, and the feather in it.
    """

    which: Int
    asked: F64
    feather: F64


class Plenty:
    """All dots of a wide area.

    Parameters
    ----------
    kind : Kind
        What they depend on.
    area : Area
        The treated area of the moment; dots are placed round it, too.
    full_per_cm2 : float
        Density of the moment; more are placed.

    Attributes
    ----------
    darts : Darts
        The dots, by rank.
    spots : Spots
        Where they lie.
    rank_per_cm2 : ndarray (N,)
        Density on the skin at which each appears.
    """

    def __init__(self, kind: Kind, area: Area, full_per_cm2: float) -> None:
        self.kind = kind
        self._most_per_cm2 = _RATIO ** np.ceil(np.log(full_per_cm2) / np.log(_RATIO) + 1)
        cells = area.cells
        reach = round(_MARGIN_MM / cells.step_mm)
        self._demand = _wide(area, self._most_per_cm2, kind.seed, reach)
        each = dots_per_place(kind.placement)
        demand = self._demand.shared(each)
        places = place_ranked(demand, c=kind.placement.regularity * SATURATED, seed=kind.seed)
        places = places[demand.asks(places)]
        self._take(places, kind.surface.spots(places.u_mm, places.v_mm), each)

    _place: Int | None = None

    def _take(self, places: Darts, spots: Spots, each: float) -> None:
        """Keep the places that are seen, by rank, and their dots."""
        rank = 100 * each * places.rank_per_mm2 / spots.skin
        order = np.argsort(rank, kind="stable")
        order = order[spots.facing[order] >= LEAST_FACING]
        self._places, self._place_spots, self._place_rank = places[order], spots[order], rank[order]
        if each > 1:
            self.darts, place = grouped(self._places, self.kind.placement, self._place_spots.skin)
            self._place = place
            self.spots = self.kind.surface.spots(self.darts.u_mm, self.darts.v_mm)
            self.rank_per_cm2 = 100 * self.darts.rank_per_mm2 / self._place_spots.skin[place]
        else:
            self.darts, self.spots = self._places, self._place_spots
            self.rank_per_cm2 = self._place_rank

    def __len__(self) -> int:
        return len(self.darts)

    def serves(self, kind: Kind, area: Area, full_per_cm2: float) -> bool:
        """Whether all that may be asked for is here."""
        return kind == self.kind and full_per_cm2 <= self._most_per_cm2 and bool(self._covers(area).all())

    def _covers(self, area: Area) -> Bool:
        """Whether each of the cells that hold the area is one that dots were placed in."""
        cells, mine = area.cells, self._demand
        step = round(mine.cell_mm / cells.step_mm)
        held = cells.values[::step, ::step] > 0
        if area.surface.chart is not None:
            held &= area.skin.values[::step, ::step] > 0
        i, j = np.nonzero(held)
        i, j = i + int(cells.row) // step - mine.row, j + int(cells.column) // step - mine.column
        return looked_up(mine.per_mm2, i, j) > 0

    def standing(self, density: Density, course: Course) -> Standing:
        """Choose the dots that stand under a density."""
        shown = share_placed(course)
        first = int(np.searchsorted(self._place_rank, shown * density.full_per_cm2, side="right"))
        near = np.flatnonzero(_near(density.area, self._places, first))
        asked, feather = asked_for(density, self._place_spots[near])
        stands = self._place_rank[near] <= shown * asked
        if self._place is None:
            return Standing(near[stands], asked[stands], feather[stands])
        of_place = np.full(len(self._places), np.nan)
        of_place[near[stands]] = asked[stands]
        which = np.flatnonzero(~np.isnan(of_place[self._place]))
        here, feather = asked_for(density, self.spots[which])
        inside = here > 0
        return Standing(which[inside], of_place[self._place[which[inside]]], feather[inside])


def _wide(area: Area, per_cm2: float, seed: int, reach: int) -> Demand:
    """Return the demand of everything so many cells round an area, on the cells of its chart."""
    cell_px = area.px_per_mm * area.cells.step_mm
    return Density(Area(_grown(area, reach * cell_px), area.px_per_mm, area.surface), per_cm2, _SHARP, seed).demand()


def _grown(area: Area, by_px: float) -> F32:
    """Return a mask of all within so many pixels of the area, to a whole block of pixels."""
    block = max(round(by_px / 10), 1)
    h, w = area.coverage.shape
    wide = np.zeros((-(-h // block) * block, -(-w // block) * block), np.bool_)
    wide[:h, :w] = area.coverage > 0
    coarse = wide.reshape(wide.shape[0] // block, block, -1, block).any((1, 3))
    grown = maximum_filter(coarse, 2 * round(by_px / block) + 1)
    mask: F32 = grown.repeat(block, 0).repeat(block, 1)[:h, :w].astype(np.float32)
    return mask


def _near(area: Area, darts: Darts, first: int) -> Bool:
    """Whether each of the first darts lies in the cells of the area, or within 2 mm of one that holds some of it."""
    cells, lent = area.cells, area.spill.values > 0
    i = np.floor(darts.v_mm[:first] / cells.step_mm).astype(np.intp) - int(cells.row)
    j = np.floor(darts.u_mm[:first] / cells.step_mm).astype(np.intp) - int(cells.column)
    return looked_up(lent, i, j) > 0
