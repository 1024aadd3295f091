"""Sessions, ages and touch-ups: which dots stand, how old they are, and how that is said."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import smpsim
from smpsim.errors import ParameterError
from smpsim.ink.course import ages, in_words, ink_of_session, last_work_days, session_of, share_placed, time_named
from smpsim.parameters import Course
from smpsim.treatment import Treatment

YEAR_D = 365.25


def mask() -> np.ndarray:
    rows, columns = np.mgrid[:120, :160]
    return (((columns - 80) / 70) ** 2 + ((rows - 60) / 50) ** 2 < 1).astype(np.float32)


def placed(**leaves: object) -> smpsim.Dots:
    return smpsim.place_dots(mask(), scale=2.0, treatment=Treatment().replace(**leaves), seed=4)


# -- sessions ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_shares_rise_to_the_whole(n: int) -> None:
    shares = Course(n_sessions=n).shares
    assert len(shares) == n
    assert np.all(np.diff((0, *shares)) > 0)
    assert shares[-1] == 1


def test_shares_of_the_study_and_shares_of_ones_own() -> None:
    assert Course().shares == (0.3, 0.7, 1.0)
    assert Course(session_1_frac=0.4, session_3_frac=0.1).shares == (0.4, 0.7, 1.0)
    assert Course(n_sessions=1, session_1_frac=0.4).shares == (1.0,)


def test_shares_that_do_not_rise_are_refused() -> None:
    with pytest.raises(ParameterError, match=r"session_1_frac: 0\.7 is not below the 0\.7 that stand after session 2"):
        Treatment().replace(session_1_frac=0.7)


@given(share=st.floats(0, 1), n=st.integers(1, 4))
@example(share=0.3, n=3)
@example(share=0.7, n=3)
@example(share=0.0, n=4)
@example(share=1.0, n=4)
def test_a_dot_first_stands_in_the_session_that_reaches_its_share(share: float, n: int) -> None:
    course = Course(n_sessions=n)
    session = int(session_of(np.array([share]), course)[0])
    assert 1 <= session <= n
    assert share <= course.shares[session - 1]
    assert session == 1 or share > course.shares[session - 2]


@pytest.mark.parametrize("leaves", [{"n_sessions": 2}, {}, {"n_sessions": 4, "first_ink_frac": 0.6}])
def test_sessions_are_nested_to_the_last_digit(leaves: dict[str, float]) -> None:
    shares = Treatment().replace(**leaves).course.shares
    last = placed(**leaves)
    for number, share in enumerate(shares, 1):
        dots = placed(session=number, **leaves)
        standing = last[last.session <= number]
        for name, values in dots.as_dict().items():
            assert values.tobytes() == getattr(standing, name).tobytes()
        expected = share * len(last)
        assert len(dots) == pytest.approx(expected, rel=0, abs=5 * (0.35 * expected) ** 0.5)
    assert set(last.session.tolist()) == set(range(1, len(shares) + 1))


def test_the_first_session_is_lighter() -> None:
    even, rising = placed(), placed(first_ink_frac=0.6)
    np.testing.assert_allclose(rising.ink_per_mm / even.ink_per_mm, 0.6 + 0.2 * (even.session - 1), rtol=1e-12)
    assert ink_of_session(Course(n_sessions=1, first_ink_frac=0.5), np.array([1, 1])).tolist() == [1, 1]


def test_time_moves_no_dot_and_leaves_what_the_needle_left() -> None:
    tables = [placed(age_days=age) for age in ("settled", "fresh", 0, "5 y")]
    for name in tables[0].as_dict():
        assert len({getattr(dots, name).tobytes() for dots in tables}) == 1


# -- ages -------------------------------------------------------------------------------------------------------------


def test_settled_dots_have_no_age() -> None:
    assert ages(Course(), np.array([1, 2, 3])) is None
    assert last_work_days(Course()) is None


def test_dots_of_earlier_sessions_have_healed_for_longer_and_share_the_years() -> None:
    now = ages(Course(age_days=5.0, session_gap_days=12.0), np.array([1, 2, 3]))
    assert now is not None
    assert now.days.tolist() == [29, 17, 5]
    assert now.years.tolist() == [0, 0, 0]
    later = ages(Course(age_days=28 + 2 * YEAR_D), np.array([1, 3]))
    assert later is not None
    assert later.years.tolist() == [2, 2]
    early = ages(Course(age_days="fresh", session=1), np.array([1]))
    assert early is not None
    assert early.days.tolist() == [0]


def test_touchups_add_dots_beside_the_old_ones() -> None:
    course = {"n_touchups": 2, "touchup_years": 3.0, "touchup_frac": 0.5}
    before = placed(age_days=3 * YEAR_D - 1, **course)
    once, twice = (placed(age_days=years * YEAR_D + 1, **course) for years in (3, 9))
    settled = placed()
    for old, new, share in ((before, once, 0.5), (once, twice, 0.5)):
        assert len(new) - len(old) == pytest.approx(share * len(settled), rel=0.08, abs=0)
        rows = np.isin(new.u_mm, old.u_mm)
        assert new[rows].ink_per_mm.tobytes() == old.ink_per_mm.tobytes()
    assert before.ink_per_mm.tobytes() == settled.ink_per_mm.tobytes()
    assert set(twice.session.tolist()) == {1, 2, 3, 4, 5}
    # a touch-up is as old as it is
    now = ages(Course(age_days=7 * YEAR_D + 28, **course), np.array([1, 3, 4, 5]))
    assert now is not None
    np.testing.assert_allclose(now.years, [7, 7, 4, 1], rtol=0, atol=1e-12)
    assert share_placed(Course(age_days=7 * YEAR_D, **course)) == 2
    assert last_work_days(Course(age_days=7 * YEAR_D, **course)) == pytest.approx(YEAR_D)


# -- words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("leaves", "words"),
    [
        ({}, "settled, about 4 weeks after session 3 of 3"),
        ({"age_days": "fresh"}, "fresh after session 3 of 3 (estimate: typical healing)"),
        ({"age_days": 3, "session": 1}, "week 1 (day 3) after session 1 of 3 (estimate: typical healing)"),
        ({"age_days": 7}, "week 1 (day 7) after session 3 of 3 (estimate: typical healing)"),
        ({"age_days": "2wk", "healing": "slow"}, "week 2 after session 3 of 3 (estimate: slow healing)"),
        ({"age_days": "6mo"}, "about 6 months after session 3 of 3 (estimate: typical fading)"),
        ({"age_days": "5y", "fading": "fast"}, "about 5 years after session 3 of 3 (estimate: fast fading)"),
        (
            {"age_days": "9y", "n_touchups": 1},
            "about 9 years after session 3 of 3 and 1 touch-up "
            "(estimate: typical fading, extrapolated beyond 6 years)",
        ),
    ],
)
def test_the_moment_is_named_in_words(leaves: dict[str, object], words: str) -> None:
    assert in_words(Treatment().replace(**leaves).course) == words


@pytest.mark.parametrize(
    ("age", "named"),
    [
        (0.5, ("fresh", 0)),
        (1, ("day", 1)),
        (7, ("day", 7)),
        (7.5, ("week", 2)),
        (59, ("week", 9)),
        (60, ("months", 2)),
        (715, ("months", 23)),
        (715.5, ("years", 2)),
    ],
)
def test_times_change_their_name_at_the_day(age: float, named: tuple[str, int]) -> None:
    assert time_named(age) == named
