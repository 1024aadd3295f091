"""What is measured on sets of dots, for tests and benchmarks."""

import numpy as np
from scipy.spatial import Delaunay, cKDTree


def radius_at(dots, radius):
    if np.ndim(radius) == 0:
        return np.full(len(dots), float(radius))
    return np.asarray(radius, float)[dots[:, 1].astype(int), dots[:, 0].astype(int)]


def closest(dots, radius):
    """Smallest |pi - pj| / min(ri, rj) over all pairs."""
    r = radius_at(dots, radius)
    octave = np.floor(np.log2(r))
    worst = np.inf
    for low in np.unique(octave):
        # Pairs whose smaller radius is in this octave.
        small, all_ = np.flatnonzero(octave == low), np.flatnonzero(octave >= low)
        near = cKDTree(dots[small]).sparse_distance_matrix(cKDTree(dots[all_]), 2 ** (low + 1), output_type="ndarray")
        a, b = small[near["i"]], all_[near["j"]]
        pair = a != b
        worst = min(worst, np.min((near["v"] / np.minimum(r[a], r[b]))[pair], initial=np.inf))
    return worst


def widest_gap(dots, radius, mask, n=100_000):
    """Largest distance to the nearest dot / radius, over random allowed points."""
    rows, cols = np.nonzero(mask)
    rng = np.random.default_rng(0)
    which = rng.integers(0, rows.size, n)
    points = np.column_stack([cols[which] + rng.random(n), rows[which] + rng.random(n)])
    return np.max(cKDTree(dots).query(points)[0] / radius_at(points, radius))


def circumradii(dots, margin):
    """Radii of the empty circles around Delaunay triangles whose centre is farther than margin from the hull's box."""
    a, b, c = np.moveaxis(dots[Delaunay(dots).simplices], 1, 0)
    sides = [np.hypot(*(p - q).T) for p, q in ((b, c), (a, c), (a, b))]
    area = np.abs((b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]) / 2
    centre = (a + b + c) / 3
    inner = np.all((centre > dots.min(0) + margin) & (centre < dots.max(0) - margin), axis=1)
    return (np.prod(sides, axis=0) / (4 * area))[inner]


def spectrum(dots, side, n_max):
    """Periodogram of dots in a square, times a Hann window, on the frequencies k / side, |k| <= n_max."""
    window = np.prod(1 - np.cos(2 * np.pi * dots / side), axis=1) / 1.5
    k = np.arange(-n_max, n_max + 1)
    along_x, along_y = (np.exp(-2j * np.pi * np.outer(p / side, k)) for p in dots.T)
    return np.abs((along_y * window[:, None]).T @ along_x) ** 2 / len(dots), k


def anisotropy_db(power, k, side, rings):
    """Mean over rings [f, f + 1 / side) of the variance of power over its mean squared, in dB.

    Mean power of n isotropic sets has -10 log10(n): the noise floor.
    """
    f = np.hypot(*np.meshgrid(k, k)) / side
    spread = [np.var(power[ring]) / np.mean(power[ring]) ** 2 for low in rings for ring in [abs(f - low) < 0.5 / side]]
    return 10 * np.log10(np.mean(spread))
