"""Moments: read as they are written, named in every language, none taken for another."""

from __future__ import annotations

import pytest

from smpsim import ParameterError, Treatment
from smpsim.ink.course import in_words
from smpsim.report.moments import at_moment, distinct, name_of, told, usual_moments
from smpsim.words import LANGUAGES, words

ENGLISH = words("en")


@pytest.mark.parametrize(
    ("moment", "session", "age", "name"),
    [
        ("s1", 1, None, "session 1"),
        ("s2+3d", 2, 3, "session 2, day 3"),
        ("s3", 3, None, "healed"),
        ("settled", 3, None, "healed"),
        ("fresh", 3, "fresh", "same day"),
        (" 2wk ", 3, 14, "week 2"),
        ("1y", 3, 365.25, "about 12 months"),
        ("5y", 3, 5 * 365.25, "about 5 years"),
    ],
)
def test_moments(moment: str, session: int, age: float | str | None, name: str) -> None:
    state = at_moment(Treatment(), moment)
    assert state is not None
    assert (state.session, state.age_days) == (session, age)
    assert name_of(state, ENGLISH) == name
    assert f"after session {session} of 3" in told(state, ENGLISH)


def test_before() -> None:
    assert at_moment(Treatment(), "before") is None
    assert name_of(None, ENGLISH) == "before"
    assert told(None, ENGLISH) == "photo without treatment"


@pytest.mark.parametrize(
    "moment", ["", "s", "s0", "s4", "s1+", "s1+never", "yesterday", "-3d", "99y", "s" + "9" * 5000]
)
def test_no_such_moment(moment: str) -> None:
    with pytest.raises(ParameterError, match=r"^moment: .* cannot be read; write before, s1 |^session: [04] is"):
        at_moment(Treatment(), moment)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("age", ["fresh", 1.0, 6.6, 7.0, 7.5, 27.0, 40.0, 90.0, 700.0, 800.0, 2000.0, 5000.0])
def test_every_moment_has_words_and_says_that_it_is_an_estimate(language: str, age: float | str) -> None:
    say, state = words(language), Treatment().replace(age_days=age, n_touchups=1)
    assert name_of(state, say)
    caption = told(state, say)
    assert {"en": "estimate", "de": "Schätzung"}[language] in caption


@pytest.mark.parametrize("age", ["fresh", 3.0, 20.0, 300.0, 4000.0])
def test_stats_say_the_same(age: float | str) -> None:
    course = Treatment().replace(age_days=age).course
    for line in (
        told(Treatment(course=course), ENGLISH).replace("estimate: ", "").replace(" extrapolated", "").splitlines()
    ):
        assert line in in_words(course).replace("extrapolated ", "")


def test_usual_moments_follow_the_sessions() -> None:
    assert usual_moments(Treatment())[:3] == ("before", "s1", "s2")
    assert usual_moments(Treatment().replace(n_sessions=1))[:2] == ("before", "fresh")
    for n in (1, 2, 3, 4):
        treatment = Treatment().replace(n_sessions=n)
        for moment in usual_moments(treatment):
            at_moment(treatment, moment)


def test_names_that_come_twice_are_told_apart() -> None:
    assert distinct(["a", "b", "a"]) == ["a (1)", "b", "a (2)"]
