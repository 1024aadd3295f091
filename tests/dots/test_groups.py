"""Groups of dots: shares, distances, and the same rank rule as for single dots."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial import cKDTree

import smpsim
from smpsim.errors import ParameterError

# 80 x 80 mm, and its middle, in which the density is full
MASK = np.ones((160, 160), np.float32)


def dots(**leaves: float) -> smpsim.Dots:
    treatment = smpsim.Treatment().replace(**leaves)
    return smpsim.place_dots(MASK, scale=2.0, treatment=treatment, seed=4)


def sizes_of_groups(found: smpsim.Dots) -> np.ndarray:
    """Dots of a group share their rank."""
    return np.unique(found.rank_per_cm2, return_counts=True)[1]


@pytest.mark.parametrize("shares", [(0.0, 0.0), (0.45, 0.35), (1.0, 0.0), (0.0, 1.0)])
def test_density_and_shares_are_those_asked_for(shares: tuple[float, float]) -> None:
    pairs, triples = shares
    found = dots(pairs_frac=pairs, triples_frac=triples, density_per_cm2=150)
    assert len(found) == pytest.approx(150 * 64, rel=0.03, abs=0)
    sizes = sizes_of_groups(found)
    # a group at the border of the picture may have lost dots; shares of n groups scatter by sqrt(p q / n)
    for size, share in ((1, 1 - pairs - triples), (2, pairs), (3, triples)):
        assert (sizes == size).mean() == pytest.approx(share, rel=0, abs=0.035)


def test_dots_of_a_group_have_the_distance_asked_for() -> None:
    for distance_mm in (0.3, 0.6):
        found = dots(triples_frac=1, group_distance_mm=distance_mm, density_per_cm2=30)
        nearest = cKDTree(np.column_stack([found.u_mm, found.v_mm])).query(
            np.column_stack([found.u_mm, found.v_mm]), 3
        )[0][:, 1:]
        inner = (np.abs(found.u_mm - 40) < 38) & (np.abs(found.v_mm - 40) < 38)
        assert nearest[inner].mean() == pytest.approx(distance_mm, rel=0.02, abs=0)
        assert nearest[inner].min() > 0.79 * distance_mm
        assert nearest[inner].max() < 1.21 * distance_mm


def test_a_lower_density_leaves_out_whole_groups_and_moves_no_dot() -> None:
    many, few = (dots(pairs_frac=0.45, triples_frac=0.35, density_per_cm2=d) for d in (120, 40))
    kept = many[many.rank_per_cm2 <= 40]
    assert len(few) == len(kept)
    for name, values in few.as_dict().items():
        if name != "session":  # it depends on the density asked for
            np.testing.assert_array_equal(values, getattr(kept, name))


def test_places_are_as_even_as_single_dots() -> None:
    found = dots(triples_frac=1, density_per_cm2=150, regularity=0.55)
    place = np.unique(found.rank_per_cm2, return_inverse=True)[1]
    number = np.bincount(place)
    x, y = (np.bincount(place, a) / number for a in (found.u_mm, found.v_mm))
    whole = number == 3
    points = np.column_stack([x, y])[whole]
    distance = cKDTree(points).query(points, 2)[0][:, 1]
    # the minimum distance of places at the density of places, and their Clark-Evans index, as at 50 single dots / cm2
    assert distance.min() >= 0.55 * 0.8346 * (150 / 3 / 100) ** -0.5 * (1 - 1e-9)
    assert 2 * distance.mean() * (150 / 3 / 100) ** 0.5 == pytest.approx(1.42, rel=0, abs=0.04)


def test_every_dot_of_a_group_has_its_own_properties_and_lies_in_the_mask() -> None:
    mask = np.zeros((160, 160), np.float32)
    mask[40:120, 40:120] = 1
    treatment = smpsim.Treatment().replace(triples_frac=1, feather_mm=0, edge_roughness_mm=0)
    found = smpsim.place_dots(mask, scale=2.0, treatment=treatment, seed=4)
    assert len(np.unique(found.diameter_mm)) == len(found)
    assert np.all(mask[(2 * found.y_mm).astype(int), (2 * found.x_mm).astype(int)] == 1)


def test_shares_beyond_one_are_refused() -> None:
    with pytest.raises(ParameterError, match=r"pairs_frac: 0\.6 and triples_frac 0\.5 are more than 1 together"):
        smpsim.Treatment().replace(pairs_frac=0.6, triples_frac=0.5)


HEAD = smpsim.Surface.ellipsoid(centre_mm=(110, 130), azimuth_deg=175, elevation_deg=45)


def on_a_head(density_per_cm2: float) -> smpsim.Dots:
    treatment = smpsim.Treatment().replace(
        triples_frac=1, group_distance_mm=0.4, density_per_cm2=density_per_cm2, feather_mm=0, edge_roughness_mm=0
    )
    return smpsim.place_dots(np.ones((520, 440), np.float32), scale=2.0, treatment=treatment, surface=HEAD, seed=4)


def test_on_a_head_the_distance_in_a_group_is_that_on_the_skin_at_every_tilt() -> None:
    found = on_a_head(30)
    spots = HEAD.spots(found.u_mm, found.v_mm)
    place, number = np.unique(found.rank_per_cm2, return_inverse=True, return_counts=True)[1:]
    order = np.argsort(place, kind="stable")
    order = order[number[place[order]] == 3].reshape(-1, 3)  # groups that are whole
    triangles = spots.space_mm.T[order]
    sides = np.stack([np.linalg.norm(triangles[:, k] - triangles[:, k - 1], axis=1) for k in range(3)], 1)
    # equilateral on the skin, but for the change of scale within half a millimetre
    assert np.all(np.abs(sides / sides.mean(1, keepdims=True) - 1) < 0.01)
    assert 0.79 * 0.4 < sides.min() < sides.max() < 1.21 * 0.4
    facing = spots.facing[order[:, 0]]
    for low, high in ((0.9, 1.0), (0.5, 0.9), (0.087, 0.5)):
        band = sides[(facing > low) & (facing <= high)].mean(1)
        # uniform within 20 %: standard deviation 0.2 / sqrt(3) of 0.4 mm, over n groups; four of these
        assert band.mean() == pytest.approx(0.4, rel=4 * 0.2 / (3 * len(band)) ** 0.5, abs=0), len(band)


def test_on_a_head_a_lower_density_leaves_out_whole_groups_and_moves_no_dot() -> None:
    many, few = on_a_head(60), on_a_head(20)
    kept = many[many.rank_per_cm2 <= 20]
    assert len(few) == len(kept) > 3000
    for name, values in few.as_dict().items():
        if name != "session":  # it depends on the density asked for
            np.testing.assert_array_equal(values, getattr(kept, name))
