"""Sessions and time: the same dots, fewer or fainter."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import smpsim
from smpsim.ink.course import ink_left, session_of, session_shares
from smpsim.treatment import Treatment


def mask() -> np.ndarray:
    rows, columns = np.mgrid[:120, :160]
    return (((columns - 80) / 70) ** 2 + ((rows - 60) / 50) ** 2 < 1).astype(np.float32)


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_shares_rise_to_the_whole(n: int) -> None:
    shares = session_shares(n)
    assert len(shares) == n
    assert np.all(np.diff((0, *shares)) > 0)
    assert shares[-1] == 1


def test_shares_of_the_study() -> None:
    assert session_shares(3) == (0.3, 0.7, 1.0)


@given(share=st.floats(0, 1), n=st.integers(1, 4))
@example(share=0.3, n=3)
@example(share=0.7, n=3)
@example(share=0.0, n=4)
@example(share=1.0, n=4)
def test_a_dot_first_stands_in_the_session_that_reaches_its_share(share: float, n: int) -> None:
    session = int(session_of(np.array([share]), n)[0])
    shares = session_shares(n)
    assert 1 <= session <= n
    assert share <= shares[session - 1]
    assert session == 1 or share > shares[session - 2]


@pytest.mark.parametrize("n_sessions", [2, 3, 4])
def test_sessions_are_nested_to_the_last_digit(n_sessions: int) -> None:
    treatment = Treatment().replace(n_sessions=n_sessions)
    after = [
        smpsim.place_dots(mask(), scale=2.0, treatment=treatment.replace(session=s), seed=4)
        for s in range(1, n_sessions + 1)
    ]
    last = smpsim.place_dots(mask(), scale=2.0, treatment=treatment, seed=4)
    for number, dots in enumerate(after, 1):
        standing = last[last.session <= number]
        for name, values in dots.as_dict().items():
            assert values.tobytes() == getattr(standing, name).tobytes()
        share = session_shares(n_sessions)[number - 1]
        expected = share * len(last)
        assert len(dots) == pytest.approx(expected, rel=0, abs=5 * (0.35 * expected) ** 0.5)
    assert set(last.session.tolist()) == set(range(1, n_sessions + 1))


def test_time_moves_no_dot() -> None:
    tables = [
        smpsim.place_dots(mask(), scale=2.0, treatment=Treatment().replace(age_days=age), seed=4)
        for age in ("settled", 0, "5 y")
    ]
    for name in tables[0].as_dict():
        assert len({getattr(dots, name).tobytes() for dots in tables}) == 1


def test_ink_is_continuous_and_never_rises() -> None:
    days = np.linspace(0, 5500, 110_001)
    left = np.array([ink_left(day) for day in days])
    steps = np.diff(left)
    assert np.all(steps <= 0)
    assert steps.min() > -0.002
    assert np.all(steps[days[:-1] > 3.1] < 0)


@pytest.mark.parametrize(
    ("age", "left", "tolerance"),
    [(None, 1, 0), (28, 1, 1e-12), (0, 4 / 3, 1e-12), (3, 4 / 3, 1e-12), (28 + 5 * 365.25, 0.2 + 0.8 / np.e, 1e-12)],
)
def test_ink_at_documented_ages(age: float | None, left: float, tolerance: float) -> None:
    assert ink_left(age) == pytest.approx(left, rel=0, abs=tolerance)


def test_a_faded_picture_is_lighter() -> None:
    photo = np.full((120, 160, 3), (188, 164, 144), np.uint8)
    dark = [
        smpsim.render(photo, mask(), scale=2.0, treatment=Treatment().replace(age_days=age)).stats.mean_darkening
        for age in ("0", "settled", "2 y", "10 y")
    ]
    assert np.all(np.diff(np.array(dark), axis=0) < 0)
