"""Sessions and time: which dots stand at the moment of the picture, and how old they are.

Sessions are nested.  After each stands a share of the final density (``Course.shares``), and a touch-up goes on where
the last session ended: the dots of the ``k``-th, ``k touchup_years`` after it, have the shares up to ``1 + k
touchup_frac`` of it.  Time is counted from the last session that the picture shows.  Dots of an earlier session have
healed for longer, by ``session_gap_days`` each; the years are the same for all of them: they begin four weeks after
that session, or after the touch-up that a dot belongs to.

What happens in the first weeks is in :mod:`smpsim.ink.healing`, what in the years in :mod:`smpsim.ink.years`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from smpsim.arrays import F64, Int
from smpsim.ink.healing import HEALED_D
from smpsim.parameters import Course

#: days of a year (derived: every fourth has one more)
YEAR_D = 365.25
#: what is known of fading ends here (first fading after 4 to 6 years, scalpologyink.com)
KNOWN_YEARS = 6.0
_TIMES = {
    "fresh": "fresh",
    "day": "week 1 (day {})",
    "week": "week {}",
    "months": "about {} months",
    "years": "about {} years",
}


class Ages(NamedTuple):
    """How old dots are, one value per session (and touch-up), or per dot.

    Attributes
    ----------
    days : ndarray, d
        Since the dots were set; 28 or more are healed.
    years : ndarray, y
        Since they have healed, >= 0.
    """

    days: F64
    years: F64


def age_days(course: Course) -> float | None:
    """Days since the last session; None for settled dots."""
    return 0.0 if isinstance(course.age_days, str) else course.age_days


def touchups_done(course: Course) -> int:
    """Touch-ups that have been done by then."""
    age = age_days(course)
    return 0 if age is None else min(course.n_touchups, int(age / (YEAR_D * course.touchup_years)))


def share_placed(course: Course) -> float:
    """Share of the final density that stands at the moment of the picture; above 1 after a touch-up."""
    shown = course.shares[(course.session or course.n_sessions) - 1]
    return shown * (1 + course.touchup_frac * touchups_done(course))


def session_of(share: F64, course: Course) -> Int:
    """First session in which each dot stands.

    Parameters
    ----------
    share : ndarray (N,)
        Rank of the dot over the final density at its place; above 1 it comes with a touch-up.
    course : Course
        The sessions.

    Returns
    -------
    ndarray (N,) of int
        From 1; touch-ups go on after the last session.
    """
    return np.searchsorted(_upper_shares(course), share) + 1


def _upper_shares(course: Course) -> F64:
    """Shares at which one session ends and the next one, or a touch-up, begins."""
    shown = course.session or course.n_sessions
    done = touchups_done(course)
    if not done:
        return np.array(course.shares[:-1])
    last = course.shares[shown - 1]
    return np.array([*course.shares[:shown], *(last * (1 + course.touchup_frac * k) for k in range(1, done))])


def ages(course: Course, session: Int) -> Ages | None:
    """How old the dots are; None when all are settled.

    Parameters
    ----------
    course : Course
        The moment.
    session : ndarray (N,) of int
        First session of each dot, as :func:`session_of` says.
    """
    age = age_days(course)
    if age is None:
        return None
    shown = course.session or course.n_sessions
    ahead = shown - session
    touchup = np.maximum(-ahead, 0)
    since = age - touchup * course.touchup_years * YEAR_D
    days = since + np.maximum(ahead, 0) * course.session_gap_days
    return Ages(days, np.maximum(since - HEALED_D, 0) / YEAR_D)


def last_work_days(course: Course) -> float | None:
    """Days since the skin was last worked on, by a session or a touch-up; None for settled work."""
    age = age_days(course)
    return None if age is None else age - touchups_done(course) * course.touchup_years * YEAR_D


def ink_of_session(course: Course, session: Int) -> F64:
    """Ink of the dots of each session over the ink of those of the last: lighter first, darker later."""
    if course.n_sessions == 1 or course.first_ink_frac == 1:
        return np.ones(len(session))
    way = np.minimum((session - 1) / (course.n_sessions - 1), 1)
    return np.asarray(course.first_ink_frac + (1 - course.first_ink_frac) * way)


def in_words(course: Course) -> str:
    """Say when the picture is taken: "week 1 (day 3)", "about 5 years", and what is estimated of it."""
    shown = course.session or course.n_sessions
    after = f"after session {shown} of {course.n_sessions}"
    done = touchups_done(course)
    if done:
        after += f" and {done} touch-up{'s' * (done > 1)}"
    age = age_days(course)
    if age is None:
        return f"settled, about 4 weeks {after}"
    kind, number = time_named(age)
    return f"{_TIMES[kind].format(number)} {after} (estimate: {_paces(course, age)})"


def time_named(age: float) -> tuple[str, int]:
    """Name the time since the last session as people do.

    Parameters
    ----------
    age : float, d
        Days since then, >= 0.

    Returns
    -------
    str
        "fresh" (that day), "day" (of the first week), "week", "months" or "years".
    int
        Which day or week, how many months or years; 0 when fresh.
    """
    if age < 1:
        return "fresh", 0
    if age <= 7:
        return "day", round(age)
    if age < 60:
        return "week", int(np.ceil(age / 7))
    if age < 2 * YEAR_D - 15:  # half a month
        return "months", round(12 * age / YEAR_D)
    return "years", round(age / YEAR_D)


def _paces(course: Course, age: float) -> str:
    if age <= HEALED_D:
        return f"{course.healing} healing"
    beyond = f", extrapolated beyond {KNOWN_YEARS:g} years" if age > KNOWN_YEARS * YEAR_D else ""
    return f"{course.fading} fading{beyond}"
