"""Curved surfaces against closed forms: points, tilt, angles, area."""

from __future__ import annotations

import numpy as np
import pytest

import smpsim
from smpsim.errors import MaskError, ParameterError
from smpsim.scalp.chart import Spots
from smpsim.scalp.ellipsoid import Ellipsoid
from smpsim.scalp.mask import Area
from smpsim.scalp.surface import HEAD_LEAVES, Surface

CENTRE = (110.0, 130.0)
POSES = [(5.0, 20.0, -1.5), (174.0, 46.0, 1.0), (84.0, 12.0, 2.0), (-42.0, 90.0, 0.0)]


def head(azimuth: float = 5.0, elevation: float = 20.0, roll: float = -1.5, **sizes: float) -> Surface:
    sizes = {"breadth_mm": 155.0, "length_mm": 190.0, "height_mm": 220.0} | sizes
    return Surface.ellipsoid(centre_mm=CENTRE, azimuth_deg=azimuth, elevation_deg=elevation, roll_deg=roll, **sizes)


def ball(diameter: float = 170.0) -> Surface:
    return head(0, 0, 0, breadth_mm=diameter, length_mm=diameter, height_mm=diameter)


def somewhere(surface: Surface, tilt_deg: float, n: int = 20_000) -> Spots:
    """Places all over the chart up to a tilt."""
    assert surface.chart is not None
    u, v = (np.random.default_rng(0).uniform(*span, n) for span in surface.chart.box_mm)
    facing = surface.spots(u, v).facing > np.cos(np.deg2rad(tilt_deg))
    assert facing.sum() > n / 10
    return surface.spots(u[facing], v[facing])


def slopes(surface: Surface, at: Spots, step: float = 0.01) -> tuple[np.ndarray, np.ndarray]:
    """Steps in space per step in the chart, along u and along v, by differences."""

    def point(u: float, v: float) -> np.ndarray:
        return surface.spots(at.u_mm + u, at.v_mm + v).space_mm

    return (point(step, 0) - point(-step, 0)) / 2 / step, (point(0, step) - point(0, -step)) / 2 / step


@pytest.mark.parametrize("pose", POSES)
def test_places_lie_on_the_ellipsoid_and_know_their_tilt(pose: tuple[float, float, float]) -> None:
    surface = head(*pose)
    spots = somewhere(surface, 84)
    assert isinstance(surface.shape, Ellipsoid)
    quadric = np.linalg.inv(surface.shape.shape())
    place = spots.space_mm - np.array([*CENTRE, 0])[:, None]
    assert np.abs((place * (quadric @ place)).sum(0) ** 0.5 - 1).max() < 1e-5
    normal = quadric @ place
    np.testing.assert_allclose(spots.facing, normal[2] / np.linalg.norm(normal, axis=0), rtol=0, atol=2e-4)


@pytest.mark.parametrize("pose", POSES)
def test_the_chart_keeps_angles_and_knows_its_scale(pose: tuple[float, float, float]) -> None:
    surface = head(*pose)
    spots = somewhere(surface, 84)
    along_u, along_v = slopes(surface, spots)
    uu, uv, vv = ((a * b).sum(0) for a, b in ((along_u, along_u), (along_u, along_v), (along_v, along_v)))
    middle, spread = (uu + vv) / 2, np.hypot((uu - vv) / 2, uv)
    stretch = np.sqrt((middle + spread) / (middle - spread)) - 1
    assert stretch.max() < 0.005
    assert np.median(stretch) < 0.0015
    np.testing.assert_allclose(spots.skin, np.sqrt(uu * vv - uv**2), rtol=1e-3)
    # never much finer than the skin, and at most this much coarser
    assert spots.skin.max() < 1.02
    assert spots.skin.min() ** -0.5 < 2.5


@pytest.mark.parametrize("pose", POSES[:2])
def test_foreshortening_is_one_across_the_tilt_and_its_cosine_along(pose: tuple[float, float, float]) -> None:
    surface = head(*pose)
    spots = somewhere(surface, 80)
    long, short = np.linalg.svd(spots.foreshortening, compute_uv=False).T
    np.testing.assert_allclose(long, 1, rtol=1e-9)
    np.testing.assert_allclose(short, spots.facing, rtol=1e-9)
    # it is the slope of the picture for steps of the skin
    along_u, along_v = slopes(surface, spots)
    picture = np.stack([along_u[:2], along_v[:2]], 1).transpose(2, 0, 1) / np.sqrt(spots.skin)[:, None, None]
    np.testing.assert_allclose(spots.foreshortening, picture, rtol=0, atol=0.005)


def test_round_the_nearest_point_the_chart_is_the_picture() -> None:
    surface = head(42, 18, -1)
    assert isinstance(surface.shape, Ellipsoid)
    x, y, _ = surface.shape.nearest_mm()
    u, v = CENTRE[0] + x + np.array([0, 2, 0]), CENTRE[1] + y + np.array([0, 0, 2])
    spots = surface.spots(u, v)
    np.testing.assert_allclose(spots.space_mm[:2], [u, v], rtol=0, atol=0.02)
    np.testing.assert_allclose(spots.skin, 1, rtol=0, atol=0.01)


def test_beyond_the_rim_nothing_faces_the_camera() -> None:
    surface = head()
    far = surface.spots(np.array([1e4, -1e4, CENTRE[0]]), np.array([0, 0, -1e4]))
    assert (far.facing < 0).all()
    assert np.isfinite(far.skin).all()


def test_a_distance_is_taken_in_space() -> None:
    surface = ball()
    u, v = np.array([CENTRE[0] + 100, CENTRE[0] + 101.0]), np.full(2, CENTRE[1])
    a, b = surface.spots(u, v).space_mm.T
    assert surface.min_distance_mm(u, v) == pytest.approx(np.linalg.norm(a - b))
    assert surface.min_distance_mm(u, v) < 0.8
    assert surface.min_distance_mm(u[:1], v[:1]) == np.inf
    assert Surface.plane().min_distance_mm(u, v) == pytest.approx(1)


# -- depth maps -------------------------------------------------------------------------------------------------------


def test_a_flat_depth_map_is_the_plane() -> None:
    u, v = np.random.default_rng(1).uniform(0, 50, (2, 300))
    spots = Surface.from_depth(np.full((100, 110), 7.0), scale=2).spots(u, v)
    np.testing.assert_allclose(spots.space_mm[:2], [u, v], rtol=0, atol=1e-6)
    np.testing.assert_allclose(spots.skin, 1, rtol=1e-6)
    np.testing.assert_allclose(spots.facing, 1, rtol=1e-6)


def test_a_measured_ball_is_a_ball() -> None:
    y, x = np.mgrid[:130, :150] + 0.5
    radius = 120.0
    height = np.sqrt(radius**2 - (x - 75) ** 2 - (y - 65) ** 2)
    surface = Surface.from_depth(500 - height, scale=1)
    u, v = np.random.default_rng(1).uniform(10, 120, (2, 2000))
    spots = surface.spots(u, v)
    inside = (spots.space_mm[0] > 5) & (spots.space_mm[0] < 145) & (spots.space_mm[1] > 5) & (spots.space_mm[1] < 125)
    assert inside.sum() > 1000
    off = spots.space_mm[:2] - [[75], [65]]
    true = np.sqrt(1 - (off**2).sum(0) / radius**2)
    np.testing.assert_allclose(spots.facing[inside], true[inside], rtol=0, atol=0.01)


@pytest.mark.parametrize(
    ("depth", "word"), [(np.zeros(9), "shape"), (np.zeros((4, 9)), "shape"), (np.full((9, 9), np.nan), "finite")]
)
def test_a_depth_map_that_is_none_is_refused(depth: np.ndarray, word: str) -> None:
    with pytest.raises(ParameterError, match=word):
        Surface.from_depth(depth, scale=1)


def test_a_bowl_that_is_nearly_upright_at_its_rim_has_dots_where_it_is_seen() -> None:
    y, x = np.mgrid[:300, :300] - 150.0
    surface = Surface.from_depth((x**2 + y**2) / 600, scale=10)
    mask = np.zeros((300, 300), np.float32)
    mask[80:220, 80:220] = 1
    assert np.isfinite(Area(mask, 10.0, surface).edge_distance.values).all()
    dots = smpsim.place_dots(mask, scale=10, surface=surface, treatment=smpsim.Treatment())
    assert len(dots) > 100


@pytest.mark.parametrize("shape", [(300, 5), (5, 300), (1000, 80), (61, 7)])
def test_a_long_map_is_averaged_over_what_it_has(shape: tuple[int, int]) -> None:
    surface = Surface.from_depth(np.broadcast_to(0.1 * np.arange(shape[1]), shape), scale=2)
    spots = surface.spots(*np.random.default_rng(0).uniform(0, np.array(shape[::-1])[:, None] / 2, (2, 50)))
    on_it = spots.facing > 0  # the rim of a strip of 5 px lies between the nodes of its chart
    assert on_it.mean() > 0.4
    np.testing.assert_allclose(spots.facing[on_it], 1 / np.hypot(1, 0.2), atol=0.005)


# -- numbers of a head ------------------------------------------------------------------------------------------------


def test_the_numbers_go_into_the_treatment_and_back() -> None:
    surface = head(-30, 12.5, 3, height_mm=231.5)
    treatment = smpsim.Treatment().replace(**surface.leaves())
    again = smpsim.Treatment().with_toml(treatment.to_toml())
    assert again == treatment
    numbers = {name: getattr(again, name) for name in HEAD_LEAVES}
    assert Surface.fit(np.ones((9, 9)), 1, **numbers) == surface
    assert Surface.plane().leaves() == {"surface": "plane"}


@pytest.mark.parametrize(
    ("name", "value"), [("breadth_mm", 10), ("azimuth_deg", 200), ("roll_deg", np.nan), ("length_mm", "long")]
)
def test_impossible_heads_are_refused(name: str, value: float) -> None:
    with pytest.raises(ParameterError, match=f"head_{name}"):
        Surface.ellipsoid(**{"centre_mm": CENTRE, name: value})


def test_sizes_that_nobody_said_are_those_of_the_population() -> None:
    shape = Surface.ellipsoid(centre_mm=CENTRE).shape
    assert isinstance(shape, Ellipsoid)
    assert shape.numbers[:5] == (155.0, 197.0, 220.0, *CENTRE)


@pytest.mark.parametrize(
    ("view", "known", "tolerance"),
    [
        ("front", (), 8),
        ("profile", ("head_azimuth_deg", "head_elevation_deg"), 8),
        ("three-quarter", ("head_azimuth_deg", "head_elevation_deg"), 12),
    ],
)
def test_a_fitted_head_lies_where_the_head_is(view: str, known: tuple[str, ...], tolerance: float) -> None:
    sample = smpsim.sample(px_per_mm=2, view=view)
    told = {name: sample.surface.leaves()[name] for name in known}
    fitted = Surface.fit(sample.mask, sample.scale, **told).shape
    assert isinstance(fitted, Ellipsoid)
    assert np.hypot(*np.subtract((fitted.x_mm, fitted.y_mm), sample.truth.centre_mm)) < tolerance


def test_a_small_area_faces_the_camera() -> None:
    mask = np.zeros((200, 300))
    mask[80:120, 140:200] = 1
    surface = Surface.fit(mask, 2)
    assert isinstance(surface.shape, Ellipsoid)
    x, y, _ = surface.shape.nearest_mm()
    assert (surface.shape.x_mm + x, surface.shape.y_mm + y) == pytest.approx((85, 50), abs=0.11)


def test_what_is_known_of_a_head_is_kept() -> None:
    mask = np.ones((100, 100))
    shape = Surface.fit(mask, 1, head_x_mm=3, head_elevation_deg=50, head_breadth_mm=140).shape
    assert isinstance(shape, Ellipsoid)
    assert (shape.x_mm, shape.elevation_deg, shape.breadth_mm) == (3, 50, 140)
    with pytest.raises(ParameterError, match="head_width"):
        Surface.fit(mask, 1, head_width=3)
    with pytest.raises(MaskError, match="empty"):
        Surface.fit(np.zeros((9, 9)), 1)


@pytest.mark.parametrize("n", [2, 3, 49, 51, 3000])
@pytest.mark.parametrize("curved", [False, True])
def test_the_smallest_distance_is_that_of_all_pairs(n: int, curved: bool) -> None:
    surface = head() if curved else Surface.plane()
    at = somewhere(head(), 60, 4 * n + 100)
    u, v = at.u_mm[:n].copy(), at.v_mm[:n].copy()
    assert len(u) == n
    for _ in range(2):
        space = surface.spots(u, v).space_mm
        apart = np.sqrt(sum((row[:, None] - row) ** 2 for row in space))
        expected = apart[np.triu_indices(n, 1)].min()
        assert surface.min_distance_mm(u, v) == pytest.approx(expected, rel=1e-12)
        u[-1], v[-1] = u[0] + 1e-3, v[0]  # a pair that is much closer than the others


def test_the_same_place_twice_has_no_distance() -> None:
    u = np.array([1.0, 2.0, 5.0, 2.0])
    assert Surface.plane().min_distance_mm(u, u) == 0
    assert Surface.plane().min_distance_mm(u[:1], u[:1]) == np.inf
