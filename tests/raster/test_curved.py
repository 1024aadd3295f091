"""Dots on curved scalps: distances, density, ellipses, and the same dots whatever is asked for.

55,000 dots on the seen half of a head, up to 85 degrees of tilt.  Counts of such dots scatter by 0.6 of their root; a
band of tilt with 5,000 dots or more by less than 0.9 %, so 3 % is more than three standard deviations.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from scipy.ndimage import distance_transform_edt
from scipy.spatial import cKDTree

import smpsim
from smpsim.arrays import F64
from smpsim.errors import ParameterError
from smpsim.raster import place
from smpsim.raster.options import RenderOptions
from smpsim.raster.splat import TILE_PX, Blobs, Splatter, tiles
from smpsim.scalp.ellipsoid import Ellipsoid
from smpsim.scalp.mask import Area
from smpsim.scalp.surface import Surface
from smpsim.treatment import Treatment

DENSITY, C = 110.0, 0.55 * 0.8346
PX_PER_MM = 2.0
HEAD = Surface.ellipsoid(
    centre_mm=(110, 130), breadth_mm=155, length_mm=190, height_mm=220, azimuth_deg=5, elevation_deg=20, roll_deg=-1.5
)
BALL = Surface.ellipsoid(centre_mm=(100, 100), breadth_mm=180, length_mm=180, height_mm=180)


def plain(**leaves: object) -> Treatment:
    bare = {"feather_mm": 0, "edge_roughness_mm": 0, "side_blend_mm": 0, "n_sessions": 1, "density_per_cm2": DENSITY}
    return Treatment().replace(**bare | leaves)


def everywhere() -> np.ndarray:
    return np.ones((520, 440), np.float32)


@cache
def placed() -> smpsim.Dots:
    return smpsim.place_dots(everywhere(), scale=PX_PER_MM, treatment=plain(), surface=HEAD, seed=1)


def tilt_of(dots: smpsim.Dots) -> F64:
    return np.rad2deg(np.arccos(HEAD.spots(dots.u_mm, dots.v_mm).facing))


def true_areas(shape: Ellipsoid, bands: list[tuple[float, float]]) -> list[float]:
    """cm2 of an ellipsoid within bands of tilt, by Gauss's map: dA = det(shape) / (n' shape n)^2 dOmega."""
    theta, phi = (np.arange(n) + 0.5 for n in (1800, 720))
    t, f = np.meshgrid(theta / 1800 * np.pi / 2, phi / 720 * 2 * np.pi, indexing="ij")
    normal = np.stack([np.sin(t) * np.cos(f), np.sin(t) * np.sin(f), np.cos(t)], -1)
    matrix = shape.shape()
    area = np.linalg.det(matrix) / ((normal @ matrix) * normal).sum(-1) ** 2 * np.sin(t)
    area = area.sum(1) * (np.pi / 2 / 1800) * (2 * np.pi / 720) / 100
    degrees = np.rad2deg(t[:, 0])
    return [float(area[(degrees >= low) & (degrees < high)].sum()) for low, high in bands]


# -- where they are ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [1, 0.3, 0.1])
def test_every_prefix_keeps_its_distance_in_space_and_its_regularity(share: float) -> None:
    dots = placed()
    dots = dots[dots.rank_per_cm2 <= share * DENSITY]
    spots = HEAD.spots(dots.u_mm, dots.v_mm)
    spacing = (share * DENSITY / 100) ** -0.5
    nearest = cKDTree(spots.space_mm.T).query(spots.space_mm.T, 2)[0][:, 1]
    assert 0.98 * C * spacing < nearest.min() < 1.03 * C * spacing
    assert HEAD.min_distance_mm(dots.u_mm, dots.v_mm) == pytest.approx(nearest.min())
    inner = nearest[tilt_of(dots) < 80]
    assert 2 * inner.mean() / spacing == pytest.approx(1.42, rel=0, abs=0.03)
    assert inner.std() / inner.mean() == pytest.approx(0.204, rel=0, abs=0.015)


@pytest.mark.parametrize("share", [1, 0.4])
def test_the_density_of_the_skin_is_the_same_at_every_tilt(share: float) -> None:
    dots = placed()
    dots, bands = dots[dots.rank_per_cm2 <= share * DENSITY], [(0.0, 40.0), (40.0, 55.0), (55.0, 70.0), (70.0, 84.9)]
    assert isinstance(HEAD.shape, Ellipsoid)
    tilt = tilt_of(dots)
    for (low, high), area in zip(bands, true_areas(HEAD.shape, bands), strict=True):
        count = ((tilt >= low) & (tilt < high)).sum()
        assert count > 4000
        assert count / area == pytest.approx(share * DENSITY, rel=0.03)
    # and so they crowd in the picture
    rim = tilt > 70
    assert rim.sum() / len(dots) > 0.25


def test_areas_are_those_of_the_skin() -> None:
    assert isinstance(HEAD.shape, Ellipsoid)
    area = Area(everywhere(), PX_PER_MM, HEAD).area_cm2
    assert area == pytest.approx(sum(true_areas(HEAD.shape, [(0.0, 85.0)])), rel=0.002)
    y, x = (np.mgrid[:400, :400] + 0.5) / 2 - 100
    for tilt in (30, 60, 75):
        cap = (np.hypot(x, y) < 90 * np.sin(np.deg2rad(tilt))).astype(np.float32)
        true = 2 * np.pi * 9**2 * (1 - np.cos(np.deg2rad(tilt)))
        assert Area(cap, PX_PER_MM, BALL).area_cm2 == pytest.approx(true, rel=0.02)


@pytest.mark.parametrize("tilt", [45, 70])
def test_the_distance_from_the_edge_is_measured_on_the_skin(tilt: float) -> None:
    y, x = (np.mgrid[:400, :400] + 0.5) / 2 - 100
    area = Area((np.hypot(x, y) < 90 * np.sin(np.deg2rad(tilt))).astype(np.float32), PX_PER_MM, BALL)
    u, v = np.random.default_rng(0).uniform(-90, 290, (2, 20_000))
    spots = BALL.spots(u, v)
    true = 90 * (np.deg2rad(tilt) - np.arccos(np.clip(spots.facing, -1, 1)))
    near = (true > 2) & (true < 12)
    assert near.sum() > 500
    found = area.edge_distance.at(u[near], v[near])
    # half a millimetre of the picture is more where the skin is slanted
    assert np.abs(found - true[near]).max() < 0.05 * 12 + 0.75 / np.cos(np.deg2rad(tilt))
    assert np.abs(np.mean(found - true[near])) < 0.5 / np.cos(np.deg2rad(tilt))


def test_a_flat_measured_scalp_has_the_dots_of_the_plane() -> None:
    mask = np.zeros((160, 200), np.float32)
    mask[30:120, 40:170] = 1
    flat = Surface.from_depth(np.zeros((160, 200)), scale=2)
    plane, curved = (smpsim.place_dots(mask, scale=2, treatment=Treatment(), surface=s, seed=3) for s in (None, flat))
    assert len(plane) > 1000
    assert len(plane) == len(curved)
    for name in ("x_mm", "y_mm", "rank_per_cm2", "diameter_mm", "foreshortening"):
        np.testing.assert_allclose(getattr(curved, name), getattr(plane, name), rtol=0, atol=1e-4)


# -- the same dots, whatever is asked for -----------------------------------------------------------------------------


def rows_of(some: smpsim.Dots, many: smpsim.Dots) -> np.ndarray:
    where = {u: i for i, u in enumerate(many.u_mm)}
    return np.array([where[u] for u in some.u_mm])


@pytest.mark.parametrize("leaves", [{}, {"density_per_cm2": 40}, {"density_per_cm2": 23.7, "feather_mm": 6}])
def test_the_same_dots_whatever_the_mask_and_the_density(leaves: dict[str, float]) -> None:
    mask = np.zeros((520, 440), np.float32)
    mask[60:260, 40:150] = 1
    mask[90:100, 60:90] = 0.4
    dots = smpsim.place_dots(mask, scale=PX_PER_MM, treatment=plain(**leaves), surface=HEAD, seed=1)
    assert len(dots) > 500
    rows = rows_of(dots, placed())
    thinned = {"ink_per_mm", "diameter_mm"} if "feather_mm" in leaves else set()
    for name in set(dots.as_dict()) - thinned - {"session"}:
        assert getattr(dots, name).tobytes() == getattr(placed(), name)[rows].tobytes()
    if not leaves:
        # all of them are there, too, but for a few at the very edge, which is drawn in cells of half a millimetre
        row, column = (placed().y_mm * 2).astype(int), (placed().x_mm * 2).astype(int)
        due = np.flatnonzero(placed().rank_per_cm2 <= DENSITY * mask[row, column].astype(float))
        missing = np.setdiff1d(due, rows)
        depth = distance_transform_edt(mask > 0)[row[missing], column[missing]]
        assert len(missing) < 0.005 * len(due)
        assert depth.max(initial=0) < 2


def test_groups_keep_their_distance_on_the_skin() -> None:
    treatment = plain(pairs_frac=1.0, group_distance_mm=0.6, density_per_cm2=20)
    dots = smpsim.place_dots(everywhere(), scale=PX_PER_MM, treatment=treatment, surface=HEAD, seed=1)
    space = HEAD.spots(dots.u_mm, dots.v_mm).space_mm.T
    nearest = cKDTree(space).query(space, 2)[0][:, 1]
    assert np.median(nearest[tilt_of(dots) > 60]) == pytest.approx(0.6, rel=0.03)


# -- how they are drawn -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tilt", [0, 40, 55, 70])
def test_a_dot_is_drawn_as_the_ellipse_that_it_is(tilt: float) -> None:
    angles = np.rad2deg(np.arccos(HEAD.spots(placed().u_mm, placed().v_mm).facing))
    foreshortening = placed().foreshortening[np.argmin(np.abs(angles - tilt))]
    scale, sigma = 40.0, 0.08
    shape = sigma**2 * foreshortening @ foreshortening.T
    middle = TILE_PX / 2 / scale
    weight = 2 * np.pi * sigma**2 * np.cos(np.deg2rad(tilt))  # peak of optical depth 1
    blobs = Blobs(np.array([middle]), np.array([middle]), np.full((1, 1, 1), weight), shape[None, None, None])
    tile = next(tiles((TILE_PX, TILE_PX), slice(0, TILE_PX), slice(0, TILE_PX)))
    transmittance = Splatter(blobs, scale, RenderOptions()).transmittance(tile)
    assert transmittance is not None
    loss = 1 - transmittance[0].astype(np.float64)
    y, x = np.mgrid[:TILE_PX, :TILE_PX] + 0.5 - TILE_PX / 2
    moments = np.array([[(loss * a * b).sum() for a in (x, y)] for b in (x, y)]) / loss.sum()
    short, long = np.linalg.eigvalsh(moments) ** 0.5
    assert short / long == pytest.approx(np.cos(np.deg2rad(tilt)), rel=0.05)
    # it is short where the skin falls off: towards the silhouette
    if tilt:
        along = np.linalg.eigh(moments)[1][:, 0]
        downhill = np.linalg.svd(foreshortening)[0][:, 1]
        assert abs(along @ downhill) > 0.99


def test_a_preview_on_the_head_and_again_from_its_treatment() -> None:
    sample = smpsim.sample(px_per_mm=4, view="crown")
    curved = smpsim.render(sample.photo, sample.mask, scale=sample.scale, surface=sample.surface, seed=2)
    flat = smpsim.render(sample.photo, sample.mask, scale=sample.scale, seed=2)
    assert (curved.stats.surface, flat.stats.surface) == ("ellipsoid", "plane")
    assert curved.stats.area_cm2 > 1.05 * flat.stats.area_cm2
    assert curved.stats.density_per_cm2 == pytest.approx(curved.stats.requested_density_per_cm2, rel=0.03)
    bound = C * (80 / 100) ** -0.5
    assert 0.98 * bound < (curved.stats.min_distance_mm or 0) < 1.1 * bound
    # darkening is that of the skin, however it is turned
    np.testing.assert_allclose(curved.stats.mean_darkening, flat.stats.mean_darkening, rtol=0.06)
    assert curved.label["treatment"]["head_azimuth_deg"] == 174
    again = smpsim.render(sample.photo, sample.mask, scale=sample.scale, treatment=curved.treatment, seed=2)
    assert again.image.tobytes() == curved.image.tobytes()


def test_a_fitted_head_is_told_and_then_fixed() -> None:
    sample = smpsim.sample(px_per_mm=3)
    treatment = Treatment().replace(surface="ellipsoid", head_roll_deg=-1.5)
    preview = smpsim.render(sample.photo, sample.mask, scale=sample.scale, treatment=treatment)
    assert any("head_x_mm" in line for line in preview.stats.warnings)
    fixed = preview.treatment
    assert None not in (fixed.head.head_x_mm, fixed.head.head_azimuth_deg)
    smaller = sample.mask.copy()
    smaller[:, : smaller.shape[1] // 2] = 0
    half = smpsim.render(sample.photo, smaller, scale=sample.scale, treatment=fixed)
    assert half.treatment == fixed
    assert not any("head_x_mm" in line for line in half.stats.warnings)
    assert set(half.dots.u_mm.tolist()) & set(preview.dots.u_mm.tolist())


def test_a_mask_that_reaches_beyond_the_head_is_told() -> None:
    sample = smpsim.sample(px_per_mm=2)
    wide = np.zeros_like(sample.mask)
    wide[100:160, 20:] = 1
    beyond = Area(wide, 2.0, sample.surface).beyond_frac
    shape = sample.surface.shape
    assert isinstance(shape, Ellipsoid)
    y, x = np.nonzero(wide)
    place = (np.stack([x, y], -1) + 0.5) / 2 - sample.truth.centre_mm
    inside = (place @ np.linalg.inv(shape.shape()[:2, :2]) * place).sum(-1) < np.sin(np.deg2rad(85)) ** 2
    assert beyond == pytest.approx(1 - inside.mean(), abs=0.02)
    assert beyond > 0.1
    told = smpsim.render(sample.photo, wide, scale=sample.scale, surface=sample.surface).stats.warnings
    assert any("beyond the ellipsoid" in line for line in told)
    fine = smpsim.render(sample.photo, sample.mask, scale=sample.scale, surface=sample.surface).stats.warnings
    assert not any("beyond" in line for line in fine)


def test_a_head_beside_the_mask_is_an_error() -> None:
    far = Surface.ellipsoid(centre_mm=(3000, 130))
    with pytest.raises(ParameterError, match="head_x_mm"):
        smpsim.place_dots(everywhere(), scale=PX_PER_MM, treatment=plain(), surface=far)


@pytest.mark.parametrize("kept", [False, True])
def test_a_mask_just_beside_the_head_is_one_as_well(kept: bool) -> None:
    """Its cells are those of the head's rim, but none of what the head shows is treated."""
    head = smpsim.sample(px_per_mm=2)
    shape = head.surface.shape
    assert isinstance(shape, Ellipsoid)
    y, x = np.indices(head.mask.shape)
    place = (np.stack([x, y], -1) + 0.5) / 2 - head.truth.centre_mm
    out = np.sqrt((place @ np.linalg.inv(shape.shape()[:2, :2]) * place).sum(-1))
    mask = ((out > 1.01) & (out < 1.04) & (y < 100)).astype(np.float32)
    protect = None
    if kept:
        protect = 1 - mask
        mask = np.maximum(mask, head.mask)
    given = {"scale": head.scale, "surface": head.surface, "protect": protect}
    with pytest.raises(ParameterError, match="no part of the mask lies on what is seen"):
        smpsim.render(head.photo, mask, **given)
    with pytest.raises(ParameterError, match="no part of the mask lies on what is seen"):
        smpsim.place_dots(mask, treatment=Treatment(), **given)


def test_no_dot_is_lost_to_the_demand_of_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    # skin per chart is steepest at the silhouette; with a slack beyond measure every place is looked up
    monkeypatch.setattr(place, "_SLACK", 1e9)
    every = smpsim.place_dots(everywhere(), scale=PX_PER_MM, treatment=plain(), surface=HEAD, seed=1)
    assert all(getattr(every, name).tobytes() == values.tobytes() for name, values in placed().as_dict().items())
