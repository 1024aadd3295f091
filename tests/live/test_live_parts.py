"""What frames are made of."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import distance_transform_edt

from smpsim.live.few import Few
from smpsim.scalp.mask import Area
from smpsim.scalp.nearby import cells_to


@pytest.mark.parametrize("reach", [1, 6, 40, 120])
def test_distances_up_to_a_reach(reach: int) -> None:
    rng = np.random.default_rng(reach)
    for shape in ((1, 1), (1, 50), (70, 1), (80, 130)):
        others = rng.random(shape) < 0.003
        others[0, -1] = True
        assert (cells_to(others, reach) == np.minimum(distance_transform_edt(~others), reach)).all()


def test_an_area_with_a_reach_is_the_same_within_it() -> None:
    coverage = np.zeros((400, 300), np.float32)
    coverage[60:330, 40:250] = 1
    near, far = Area(coverage, 4.0, reach_mm=15.0).edge_distance, Area(coverage, 4.0).edge_distance
    within = (far.values > -3) & (far.values < 15)
    assert (near.values[within] == far.values[within]).all()
    assert (near.values[far.values >= 15] >= 14.5).all()


def test_snapped_areas_have_the_same_cells() -> None:
    grids = []
    for top in (100, 104, 110):
        coverage = np.zeros((400, 300), np.float32)
        coverage[top:330, 40:250] = 1
        grids.append(Area(coverage, 4.0, snap_cells=32).cells)
    assert len({(grid.row, grid.column, grid.values.shape) for grid in grids}) == 1


def test_the_last_few_are_remembered() -> None:
    few: Few[int] = Few(2)
    made: list[int] = []

    def make(number: int) -> int:
        made.append(number)
        return number

    mine, other = np.zeros(3), np.zeros(3)
    assert [few.of(lambda: make(1), mine, 2.0), few.of(lambda: make(2), other, 2.0)] == [1, 2]
    assert few.of(lambda: make(3), mine, 2.0) == 1
    few.of(lambda: make(4), mine, 3.0)
    few.of(lambda: make(5), other, 2.0)
    assert made == [1, 2, 4, 5]
