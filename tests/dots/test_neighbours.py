"""Neighbour search against brute force: same answers, to the last bit of the comparison."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smpsim.dots import _neighbours
from smpsim.dots._neighbours import any_within, close_pairs


def scattered(rng: np.random.Generator, n: int, spread: float) -> tuple[np.ndarray, np.ndarray]:
    # clumps and places on a lattice, so that cells are crowded and distances tie; the plane has negative places, too
    points = rng.normal(0, spread, (2, n))
    lattice = rng.random(n) < 0.3
    points[:, lattice] = np.round(points[:, lattice])
    return points[0], points[1]


def squared_distances(u: np.ndarray, v: np.ndarray, others_u: np.ndarray, others_v: np.ndarray) -> np.ndarray:
    return (others_u - u[:, None]) ** 2 + (others_v - v[:, None]) ** 2


@given(
    seed=st.integers(0, 2**32), n=st.integers(0, 60), m=st.integers(0, 60), spread=st.sampled_from([0.1, 2.0, 30.0])
)
@settings(max_examples=100, deadline=None)
def test_any_within_is_what_all_distances_say(seed: int, n: int, m: int, spread: float) -> None:
    rng = np.random.default_rng(seed)
    u, v = scattered(rng, n, spread)
    others = scattered(rng, m, spread)
    radius = rng.choice([0.2, 1.0, 3.0], n)
    expected = (squared_distances(u, v, *others) < radius[:, None] ** 2).any(axis=1)
    np.testing.assert_array_equal(any_within(u, v, radius, *others), expected)


@given(seed=st.integers(0, 2**32), n=st.integers(0, 80), reach=st.sampled_from([0.3, 1.0, 5.0]))
@settings(max_examples=100, deadline=None)
def test_close_pairs_come_once_and_none_is_missing(seed: int, n: int, reach: float) -> None:
    u, v = scattered(np.random.default_rng(seed), n, 2.0)
    one, other = close_pairs(u, v, reach)
    found = [frozenset(pair) for pair in zip(one.tolist(), other.tolist(), strict=True)]
    assert len(found) == len(set(found))
    assert all(len(pair) == 2 for pair in found)
    rows, columns = np.nonzero(np.triu(squared_distances(u, v, u, v) < reach**2, 1))
    assert {frozenset(pair) for pair in zip(rows.tolist(), columns.tolist(), strict=True)} <= set(found)


def test_the_circle_itself_does_not_count() -> None:
    one, three = np.array([0.0]), np.array([3.0])
    assert not any_within(one, one, np.array([3.0]), three, one)[0]
    assert any_within(one, one, np.array([np.nextafter(3.0, 4)]), three, one)[0]


def test_how_the_work_is_cut_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    (u, v), others = scattered(rng, 500, 5.0), scattered(rng, 300, 5.0)
    radius = rng.uniform(0.05, 0.4, 500)
    before = any_within(u, v, radius, *others)
    assert 0 < before.sum() < 500
    monkeypatch.setattr(_neighbours, "AT_ONCE", 7)
    np.testing.assert_array_equal(any_within(u, v, radius, *others), before)
