"""Speed of the Poisson-disc core as ratios against named peers in the same run.

    pytest -p no:cacheprovider -s tests/benchmarks/test_bench_poisson.py

Peers: PyPI ``bridson`` 0.1 with k = 30 and ``scipy.stats.qmc.PoissonDisk``, both at the 10,000 dots of a square, and
our own rate at other sizes.  Runs are interleaved, ratios are of paired runs.
"""

from statistics import median
from time import perf_counter

import numpy as np
import pytest
from scipy.spatial import cKDTree
from scipy.stats import qmc

from smpsim.dots.poisson import poisson_disc


def seconds(call):
    start = perf_counter()
    result = call()
    return perf_counter() - start, len(result)


def ours(n_dots, seed):
    side = round((n_dots / 0.6965) ** 0.5)
    took, n = seconds(lambda: poisson_disc(radius=1.0, shape=(side, side), seed=seed))
    assert n / side**2 >= 0.69
    return took / n


def line(name, ratios):
    print(f"\n{name}: {median(ratios):.3g} [{min(ratios):.3g} .. {max(ratios):.3g}]", end="")
    return median(ratios)


@pytest.fixture(scope="module", autouse=True)
def warm():
    poisson_disc(radius=1.0, shape=(200, 200))


def test_ten_thousand_dots_against_bridson():
    bridson = pytest.importorskip("bridson")
    side = 128
    ratios = []
    for seed in range(7):
        took, n = seconds(lambda: bridson.poisson_disc_samples(side, side, 1.0, k=30))
        ratios.append(took / n / median(ours(10_000, 10 * seed + i) for i in range(5)))
    assert line("10 k dots/s, ours / PyPI bridson k=30", ratios) >= 60


def test_ten_thousand_dots_against_scipy():
    ratios = []
    for seed in range(3):
        engine = qmc.PoissonDisk(2, radius=1 / 128, rng=seed)
        took, n = seconds(engine.fill_space)
        ratios.append(took / n / median(ours(10_000, 10 * seed + i) for i in range(5)))
    assert line("10 k dots/s, ours / scipy.stats.qmc.PoissonDisk", ratios) >= 300


def test_time_grows_linearly():
    exponents = []
    for seed in range(3):
        small, large = median(ours(10_000, seed + i) for i in range(5)), ours(1_000_000, seed)
        exponents.append(1 + np.log(large / small) / np.log(100))
    middle = median(1 / ours(100_000, seed) for seed in range(5))
    print(f"\n100 k dots: {middle / 1e6:.3g} M dots/s", end="")
    assert line("exponent of time, 10 k to 1 M dots", exponents) <= 1.05


def test_map_of_radii_in_a_mask_against_one_radius():
    """A feathered ellipse in 12 MP: three bands or more, each with a border of its own; reads 12 million radii."""
    y, x = np.mgrid[:3000, :4000]
    outward = np.hypot((y - 1500) / 1300, (x - 2000) / 1700)
    mask = outward < 1
    radius = (6 / np.sqrt(np.clip(3 * (1 - outward), 1 / 16, 1))).astype(np.float32)
    ratios = []
    for seed in range(5):
        took, n = seconds(lambda seed=seed: poisson_disc(radius=radius, mask=mask, seed=seed))
        assert 0.985 <= n / (0.6965 * np.sum(1 / radius[mask].astype(float) ** 2)) <= 1.02
        ratios.append(n / took * ours(100_000, seed))
    print(f"\nmap of radii, {n} dots in {mask.mean() * 12:.3g} MP: {n / took / 1e6:.3g} M dots/s", end="")
    assert line("map of radii, share of the rate for one radius", ratios) >= 0.25


def test_dots_against_a_tree_query():
    """The floor of anybody who only finds the nearest neighbours of given dots."""
    dots = poisson_disc(radius=1.0, shape=(379, 379))
    ratios = [seconds(lambda: cKDTree(dots).query(dots, 2)[0])[0] / len(dots) / ours(100_000, s) for s in range(5)]
    assert line("100 k dots/s, ours / one nearest-neighbour query of scipy's cKDTree", ratios) >= 0.5
