"""The Poisson-disc core: distance, saturation, isotropy, locality, refusals."""

import doctest

import numpy as np
import pytest
from disc_measures import anisotropy_db, circumradii, closest, radius_at, spectrum, widest_gap
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from scipy.ndimage import gaussian_filter
from scipy.stats import chi2, norm

from smpsim.dots import poisson
from smpsim.dots._contest import TILE
from smpsim.dots.poisson import MAX_CELLS, poisson_disc
from smpsim.errors import ParameterError

TOLERANCE = 1e-6


def check(dots, radius, mask):
    h, w = mask.shape
    assert np.all((dots >= 0) & (dots < [w, h]))
    assert mask[dots[:, 1].astype(int), dots[:, 0].astype(int)].all()
    assert closest(dots, radius) >= 1 - TOLERANCE
    assert widest_gap(dots, radius, mask) <= 1.01


def test_example_of_the_docstring():
    failed, attempted = doctest.testmod(poisson)
    assert attempted
    assert not failed


# -- one radius


@pytest.mark.parametrize("radius", [0.37, 1.0, 2.0**0.5, 5.3])
def test_one_radius_is_saturated_and_keeps_its_distance(radius):
    shape = int(150 * radius) + 1, int(180 * radius) + 1
    dots = poisson_disc(radius=radius, shape=shape, seed=3)
    assert closest(dots, radius) >= 1 - TOLERANCE
    assert circumradii(dots, 4 * radius).max() <= 1.02 * radius
    inner = np.all((dots > 5 * radius) & (dots < np.array(shape[::-1]) - 5 * radius), axis=1)
    area = (shape[0] - 10 * radius) * (shape[1] - 10 * radius)
    # Random dart throwing ends at 0.6965; slivers below 1/64 cell stay open, which costs 0.003.  The count in a window
    # of 13,500 dots has a standard deviation of 0.25 %.
    assert 0.688 <= inner.sum() * radius**2 / area <= 0.702
    check(dots, radius, np.ones(shape, bool))


def test_every_large_set_has_the_density_of_random_dart_throwing():
    dots = poisson_disc(radius=1.0, shape=(250, 260), seed=11)
    assert 0.69 <= len(dots) / (250 * 260) <= 0.703


def test_spectrum_is_the_same_in_all_directions():
    """Mean power in 12 sectors of direction, over the ring of the first peak, is the same (chi-square, level 1e-3)."""
    n_sets, side, n_max, n_sectors = 6, 60.0, 80, 12
    power = 0
    for seed in range(n_sets):
        dots = poisson_disc(radius=1.0, shape=(60, 60), seed=seed)
        p, k = spectrum(dots, side, n_max)
        power = power + p / n_sets
    fx, fy = np.meshgrid(k, k)
    f = np.hypot(fx, fy) / side
    sector = ((np.arctan2(fy, fx) % np.pi) / np.pi * n_sectors).astype(int) % n_sectors
    statistic, freedom = 0.0, 0
    for low in np.arange(0.3, 1.3, 0.1):
        ring = (f >= low) & (f < low + 0.1)
        n = np.bincount(sector[ring])
        mean = np.bincount(sector[ring], power[ring]) / n
        # Power at one frequency is exponential; the Hann window correlates neighbours ((3/2)^2 ... 2.25^2 in area),
        # and each frequency appears twice (k and -k lie in the same sector).
        freedom_per_mean = n * n_sets / (2 * (35 / 18) ** 2)
        total = power[ring].mean()
        statistic += np.sum(freedom_per_mean * (mean / total - 1) ** 2)
        freedom += n_sectors - 1
    assert statistic < chi2.isf(1e-3, freedom)


def test_anisotropy_is_at_the_noise_floor():
    """Within 0.5 dB: with 8 sets and 50 rings of some 160 independent powers each, 5 standard deviations."""
    n_sets, side = 8, 64.0
    rings = np.arange(0.4, 1.4, 0.02)
    power = 0
    for seed in range(n_sets):
        p, k = spectrum(poisson_disc(radius=1.0, shape=(64, 64), seed=100 + seed), side, 92)
        power = power + p / n_sets
    assert abs(anisotropy_db(power, k, side, rings) + 10 * np.log10(n_sets)) < 0.5


def test_no_cell_or_tile_of_the_algorithm_shows():
    """Dots are as frequent in all places of a cell and at the edges of tiles as elsewhere (three tests, Sidak, 1e-3).

    Counts in such places vary about as random ones do (structure factor at these frequencies: 0.9 to 1.1).
    """
    level = 1 - (1 - 1e-3) ** (1 / 3)
    radius = 2.0**0.5  # cells of one pixel
    dots = np.concatenate([poisson_disc(radius=radius, shape=(430, 1300), seed=s) for s in range(4)])
    inner = dots[np.all((dots > 10) & (dots < [1290, 420]), axis=1)]
    counts = np.histogram2d(*(inner % 1).T, bins=6)[0].ravel()
    assert ((counts - counts.mean()) ** 2).sum() / counts.mean() / 1.1 < chi2.isf(level, counts.size - 1)
    for axis, tile, stop in ((0, TILE[1], 1290), (1, TILE[0], 420)):
        near_edge = np.abs((inner[:, axis] + tile / 2) % tile - tile / 2) < 2
        share = np.mean(np.abs((np.arange(10, stop) + 0.5 + tile / 2) % tile - tile / 2) < 2)
        z = (near_edge.sum() - share * len(inner)) / np.sqrt(share * len(inner))
        assert abs(z) < norm.isf(level / 2)


# -- maps


def ramp(h, w):
    return np.broadcast_to(np.linspace(1.5, 6.0, w), (h, w))


def test_smooth_map_has_the_count_that_its_radii_ask_for():
    radius = ramp(400, 500)
    dots = poisson_disc(radius=radius, seed=2)
    inner = np.all((dots > 6) & (dots < [494, 394]), axis=1)
    ideal = 0.6965 * np.sum(1 / radius[6:-6, 6:-6] ** 2)
    assert 0.985 <= inner.sum() / ideal <= 1.01
    check(dots, radius, np.ones(radius.shape, bool))


def test_jump_by_a_factor_of_100():
    radius = np.where(np.arange(300) < 120, 0.5, 50.0) * np.ones((200, 1))
    check(poisson_disc(radius=radius, seed=1), radius, np.ones(radius.shape, bool))


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int16])
def test_noise(dtype):
    radius = (1 + np.random.default_rng(0).exponential(5, (90, 110))).astype(dtype)
    check(poisson_disc(radius=radius, seed=1), radius, np.ones(radius.shape, bool))


def test_constant_map_obeys_the_same_rules():
    radius = np.full((120, 160), 2.3)
    dots = poisson_disc(radius=radius, seed=4)
    check(dots, 2.3, np.ones(radius.shape, bool))
    assert len(dots) == pytest.approx(len(poisson_disc(radius=2.3, shape=radius.shape)), rel=0.02)


def test_radius_is_ignored_outside_of_the_mask():
    radius, mask = ramp(60, 80).copy(), np.zeros((60, 80), bool)
    mask[10:40, 20:70] = True
    dots = poisson_disc(radius=radius, mask=mask, seed=1)
    radius[~mask] = np.resize([np.nan, np.inf, -1.0, 0.0, 1e30], np.count_nonzero(~mask))
    assert_array_equal(poisson_disc(radius=radius, mask=mask, seed=1), dots)


# -- masks


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**80),
    size=st.tuples(st.integers(1, 90), st.integers(1, 90)),
    blur=st.floats(0.3, 6),
    share=st.floats(0.02, 0.98),
    radius=st.floats(0.4, 40),
    varied=st.booleans(),
)
def test_any_mask_is_filled(seed, size, blur, share, radius, varied):
    rng = np.random.default_rng(seed)
    noise = gaussian_filter(rng.normal(size=size), blur)
    mask = noise >= np.quantile(noise, 1 - share)
    field = radius * np.exp(gaussian_filter(rng.normal(size=size), 2)) if varied else radius
    check(poisson_disc(radius=field, mask=mask, seed=seed), field, mask)


def islands(rng, h, w):
    """Boxes, holes in them, lines of one pixel, single pixels; some touch the border."""
    mask = np.zeros((h, w), bool)
    for value in (True, True, True, False, False):
        top, left, tall, wide = rng.integers(0, h), rng.integers(0, w), rng.integers(1, h + 1), rng.integers(1, w + 1)
        mask[top : top + tall, left : left + wide] = value
    mask[rng.integers(0, h)] = True
    mask[:, rng.integers(0, w)] = True
    mask[rng.integers(0, h, 5), rng.integers(0, w, 5)] = True
    return mask


def uneven(rng, kind, h, w):
    """A map of radii: one radius, a slope, jumps along lines, or noise."""
    low, high = np.sort(2 ** rng.uniform(-1, 5, 2))
    slope = rng.uniform(-1, 1) * np.linspace(0, 1, h)[:, None] + rng.uniform(-1, 1) * np.linspace(0, 1, w)
    share = {
        "slope": (slope - slope.min()) / max(np.ptp(slope), 1e-9),
        "jumps": (np.sin(9 * slope) > 0) * 1.0,
        "noise": rng.random((h, w)),
        "one": np.zeros((h, w)),
    }[kind]
    return low * (high / low) ** share


@settings(max_examples=40)
@given(
    seed=st.integers(0, 2**40),
    h=st.integers(1, 80),
    w=st.integers(1, 80),
    kind=st.sampled_from(["slope", "jumps", "noise", "one"]),
)
def test_any_map_in_islands_holes_and_lines(seed, h, w, kind):
    rng = np.random.default_rng(seed)
    mask, field = islands(rng, h, w), uneven(rng, kind, h, w)
    check(poisson_disc(radius=field, mask=mask, seed=seed), field, mask)


@settings(max_examples=25)
@given(seed=st.integers(0, 2**40), kind=st.sampled_from(["slope", "jumps", "noise", "one"]))
def test_a_window_alone_has_the_dots_of_the_whole(seed, kind):
    rng = np.random.default_rng(seed)
    field = np.minimum(uneven(rng, kind, 120, 150), 4.0)
    top, left = rng.integers(0, 40, 2)
    window = np.zeros(field.shape, bool)
    window[top : top + 80, left : left + 100] = True
    part = poisson_disc(radius=field, mask=window, seed=seed)
    whole = poisson_disc(radius=field, seed=seed)
    inside = window[whole[:, 1].astype(int), whole[:, 0].astype(int)]
    dots = moved(part, whole[inside])
    # the edges that are the picture's own are no edges of the window
    low, high = np.array([left, top]), np.array([left + 100, top + 80])
    to_low = np.where(low > 0, dots - low, np.inf)
    to_high = np.where(high < [150, 120], high - dots, np.inf)
    assert np.all(np.minimum(to_low, to_high).min(axis=1, initial=np.inf) <= 6 * field.max())
    assert len(part) > len(dots) / 2


@pytest.mark.parametrize("radius", [0.6, 4.0, 33.0, 700.0])
@pytest.mark.parametrize("varied", [False, True])
def test_lines_points_and_borders(radius, varied):
    mask = np.zeros((130, 170), bool)
    mask[0], mask[:, -1], mask[40] = True, True, True
    np.fill_diagonal(mask[30:], True)
    mask[100, 140] = True
    field = np.full(mask.shape, radius) if varied else radius
    check(poisson_disc(radius=field, mask=mask, seed=1), field, mask)


def test_single_pixels_far_apart_get_one_dot_each():
    mask = np.zeros((200, 300), bool)
    mask[::40, ::50] = True
    dots = poisson_disc(radius=30.0, mask=mask)
    assert len(dots) == mask.sum()


@pytest.mark.parametrize("radius", [1e3, 1e12, 1e300])
def test_one_dot_when_the_radius_exceeds_the_picture(radius):
    assert poisson_disc(radius=radius, shape=(50, 70)).shape == (1, 2)
    assert poisson_disc(radius=np.full((50, 70), radius)).shape == (1, 2)


@pytest.mark.parametrize("shape", [(0, 0), (0, 5), (7, 0), (4, 4)])
def test_no_room_no_dots(shape):
    assert poisson_disc(radius=1.0, mask=np.zeros(shape, bool)).shape == (0, 2)
    assert poisson_disc(radius=np.full(shape, np.nan), mask=np.zeros(shape, bool)).shape == (0, 2)


# -- locality, seeds


def moved(before, after):
    """Dots that are in one set only."""
    a, b = (set(map(tuple, dots)) for dots in (before, after))
    return np.array(sorted(a ^ b)).reshape(-1, 2)


@pytest.mark.parametrize("varied", [False, True])
def test_an_edit_of_the_mask_moves_nothing_beyond_six_radii(varied):
    radius = ramp(200, 260) if varied else 2.0
    mask = np.ones((200, 260), bool)
    before = poisson_disc(radius=radius, mask=mask, seed=7)
    rng = np.random.default_rng(0)
    for _ in range(12):
        y, x, size = rng.integers(20, 170), rng.integers(20, 230), rng.integers(1, 12)
        edited = mask.copy()
        edited[y : y + size, x : x + size] = False
        dots = moved(before, poisson_disc(radius=radius, mask=edited, seed=7))
        away = np.hypot(*(dots - np.clip(dots, [x, y], [x + size, y + size])).T)
        assert np.all(away <= 6 * radius_at(dots, radius))


def test_an_edit_of_the_map_moves_nothing_beyond_six_radii():
    radius = np.array(ramp(200, 260))
    before = poisson_disc(radius=radius, seed=7)
    for y, x, factor in ((20, 40, 0.5), (90, 130, 1.3), (150, 200, 2.0), (60, 220, 0.9), (5, 5, 0.7)):
        edited = radius.copy()
        edited[y : y + 9, x : x + 9] *= factor
        dots = moved(before, poisson_disc(radius=edited, seed=7))
        away = np.hypot(*(dots - np.clip(dots, [x, y], [x + 9, y + 9])).T)
        assert len(dots)
        assert np.all(away <= 6 * np.maximum(radius_at(dots, radius), radius_at(dots, edited)))


def test_a_larger_picture_has_the_same_dots_inside():
    small = poisson_disc(radius=2.0, shape=(100, 120), seed=9)
    large = poisson_disc(radius=2.0, shape=(160, 700), seed=9)
    dots = moved(small, large[np.all(large < [120, 100], axis=1)])
    assert np.all((dots[:, 0] > 120 - 12) | (dots[:, 1] > 100 - 12))


def test_trimming_the_finest_radii_moves_nothing_far_away():
    radius = np.array(ramp(120, 200))
    before = poisson_disc(radius=radius, seed=1)
    radius[:, :3] = 50.0
    dots = moved(before, poisson_disc(radius=radius, seed=1))
    assert dots[:, 0].max() < 3 + 6 * 2.0


def test_same_seed_same_dots_other_seed_other_dots():
    sets = [poisson_disc(radius=3.0, shape=(60, 60), seed=s) for s in (0, 1, 2**32, 2**32 + 1, 2**64, 2**200)]
    for i, dots in enumerate(sets):
        for other in sets[:i]:
            assert not set(map(tuple, dots)) & set(map(tuple, other))
    assert_array_equal(sets[0], poisson_disc(radius=3.0, shape=(60, 60), seed=np.int64(0)))


@pytest.mark.parametrize("varied", [False, True])
def test_how_the_work_is_cut_does_not_matter(monkeypatch, varied):
    arguments = {"radius": ramp(90, 150) if varied else 1.3, "shape": (90, 150), "seed": 3}
    before = poisson_disc(**arguments)
    monkeypatch.setattr("smpsim.dots._contest.TILE", (17, 23))
    monkeypatch.setattr("smpsim.dots._contest.LOOK", 50)
    monkeypatch.setattr("smpsim.dots._slivers.AT_ONCE", 70)
    monkeypatch.setattr("smpsim.dots._rounds.CHUNK", 101)
    monkeypatch.setattr("smpsim.dots._cellgrid.CHUNK", 103)
    monkeypatch.setattr("smpsim.dots._radiusfield._SAMPLES", 1000)
    assert_array_equal(poisson_disc(**arguments), before)


def test_mask_of_everything_is_no_mask():
    assert_array_equal(poisson_disc(radius=3.0, mask=np.ones((50, 60), bool)), poisson_disc(radius=3, shape=(50, 60)))


# -- refusals


@pytest.mark.parametrize("bad", [0, -1.0, 1e-10, np.nan, np.inf])
def test_bad_radii(bad):
    with pytest.raises(ParameterError, match="must be positive") as error:
        poisson_disc(radius=bad, shape=(5, 5))
    assert error.value.name == "radius"
    radius = np.ones((100, 5))
    radius[70, 2] = bad
    with pytest.raises(ParameterError, match=r"at \[70, 2\]; it must be positive") as error:
        poisson_disc(radius=radius)
    assert (error.value.name, repr(error.value.value)) == ("radius", repr(radius[70, 2]))


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ({"radius": 1.0}, "shape"),
        ({"radius": 1.0, "shape": (5,)}, "shape"),
        ({"radius": 1.0, "shape": (5, -1)}, "shape"),
        ({"radius": 1.0, "shape": (5.5, 5)}, "shape"),
        ({"radius": 1.0, "shape": (5, 6), "mask": np.ones((6, 5), bool)}, "mask"),
        ({"radius": np.ones((5, 6)), "shape": (6, 5)}, "radius"),
        ({"radius": np.ones((5, 6)), "mask": np.ones((6, 5), bool)}, "radius"),
        ({"radius": 1.0, "mask": np.ones((6, 5))}, "mask"),
        ({"radius": 1.0, "mask": np.ones(5, bool)}, "mask"),
        ({"radius": np.ones(5), "shape": (1, 5)}, "radius"),
        ({"radius": "wide", "shape": (5, 5)}, "radius"),
        ({"radius": 1.0, "shape": (5, 5), "seed": -1}, "seed"),
        ({"radius": 1.0, "shape": (5, 5), "seed": 1.5}, "seed"),
    ],
)
def test_bad_arguments(arguments, name):
    with pytest.raises(ParameterError) as error:
        poisson_disc(**arguments)
    assert error.value.name == name
    assert "\n" not in str(error.value)


def test_too_many_dots_are_refused_before_memory_is_taken():
    for radius in (1e-3, 1e-9, np.full((100, 100), 1e-3), np.full((100, 100), 1e-9)):
        with pytest.raises(ParameterError, match="dots would be placed") as error:
            poisson_disc(radius=radius, shape=(100, 100))
        assert error.value.name == "radius"
        assert error.value.value == pytest.approx(0.6965 * 1e4 / np.max(radius) ** 2)
    mask = np.zeros((1000, 1000), bool)
    mask[0, 0] = mask[-1, -1] = True
    assert MAX_CELLS < 1e9
    with pytest.raises(ParameterError, match=r"^radii of 0\.02 px are so far apart") as error:
        poisson_disc(radius=0.02, mask=mask)
    assert error.value.name == "radius"
