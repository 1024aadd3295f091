"""Dots as a table."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smpsim.dots.table import Dots

COLUMNS = {
    "x_mm", "y_mm", "u_mm", "v_mm", "diameter_mm", "depth_mm", "ink_per_mm", "aspect", "angle_rad", "rank_per_cm2",
    "session", "foreshortening",
}  # fmt: skip


def table(n: int, seed: int = 0) -> Dots:
    random = np.random.default_rng(seed)
    numbers = {name: random.random(n) for name in COLUMNS - {"session", "foreshortening"}}
    return Dots(**numbers, session=random.integers(1, 4, n), foreshortening=random.random((n, 2, 2)))


def equal(a: Dots, b: Dots) -> bool:
    mine, other = a.as_dict(), b.as_dict()
    return all(
        mine[name].dtype == other[name].dtype and np.array_equal(mine[name], other[name]) for name in mine | other
    )


def test_columns_of_the_contract() -> None:
    dots = table(5)
    assert set(dots.as_dict()) == COLUMNS
    assert len(dots) == 5
    assert dots.foreshortening.shape == (5, 2, 2)


def test_arrays_are_read_only_and_the_table_is_frozen() -> None:
    given_ = {name: np.array(values) for name, values in table(3).as_dict().items()}
    dots = Dots(**given_)
    for name, values in dots.as_dict().items():
        with pytest.raises(ValueError, match="read-only"):
            values[0] = 0
        # the caller's own array is left as it was
        assert given_[name].flags.writeable
    with pytest.raises(dataclasses.FrozenInstanceError):
        dots.x_mm = np.zeros(3)  # type: ignore[misc]


def test_columns_of_different_length_are_refused() -> None:
    columns = table(3).as_dict()
    with pytest.raises(ValueError, match="depth_mm has 2 rows, x_mm has 3"):
        Dots(**columns | {"depth_mm": np.zeros(2)})


@given(st.lists(st.booleans(), max_size=20))
def test_rows_are_chosen_by_booleans_positions_and_slices(wanted: list[bool]) -> None:
    dots = table(len(wanted))
    chosen = np.array(wanted, np.bool_)
    part = dots[chosen]
    assert len(part) == sum(wanted)
    assert equal(part, dots[np.flatnonzero(chosen)])
    assert equal(dots[:], dots)
    for name, values in part.as_dict().items():
        np.testing.assert_array_equal(values, getattr(dots, name)[chosen])


def test_order_and_repetition_of_positions_count() -> None:
    dots = table(4)
    np.testing.assert_array_equal(dots[np.array([3, 0, 0])].x_mm, dots.x_mm[[3, 0, 0]])
    np.testing.assert_array_equal(dots[1:3].session, dots.session[1:3])


@pytest.mark.parametrize("row", [0, np.int64(1), np.array(2), np.zeros((2, 2), int)], ids=repr)
def test_there_are_no_single_dots(row: object) -> None:
    with pytest.raises(TypeError, match="no single dots"):
        table(4)[row]  # type: ignore[index]


@given(st.lists(st.integers(0, 5), min_size=1, max_size=4))
def test_tables_are_joined_in_order(lengths: list[int]) -> None:
    parts = [table(n, seed) for seed, n in enumerate(lengths)]
    joined = Dots.concatenate(parts)
    assert len(joined) == sum(lengths)
    start = 0
    for part in parts:
        assert equal(joined[start : start + len(part)], part)
        start += len(part)


def test_an_empty_table_has_the_types_of_a_full_one() -> None:
    empty, full = Dots.empty(), table(1)
    assert len(empty) == 0
    assert {n: (v.dtype, v.shape[1:]) for n, v in empty.as_dict().items()} == {
        n: (v.dtype, v.shape[1:]) for n, v in full.as_dict().items()
    }
    assert equal(Dots.concatenate([empty, full]), full)


def test_the_smallest_distance_is_that_of_all_pairs_in_the_chart() -> None:
    dots = table(60)
    du, dv = (np.subtract.outer(v, v) for v in (dots.u_mm, dots.v_mm))
    distance = np.hypot(du, dv)[np.triu_indices(60, 1)]
    assert dots.min_distance_mm == pytest.approx(distance.min(), rel=0, abs=1e-12)
    assert table(1).min_distance_mm == Dots.empty().min_distance_mm == float("inf")
    twins = dots[np.array([0, 0])]
    assert twins.min_distance_mm == 0
