"""Moments of one client's course, as people write and read them: "s1", "fresh", "s2+3d", "5y"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from smpsim.errors import ParameterError, quoted
from smpsim.ink.course import KNOWN_YEARS, YEAR_D, age_days, time_named, touchups_done
from smpsim.ink.healing import HEALED_D
from smpsim.parameters import PARAMETERS, Course
from smpsim.treatment import Treatment
from smpsim.words import Words

#: the moment at which nothing has been done
BEFORE = "before"
SETTLED = "settled"

_MOMENT = re.compile(r"s(\d{1,3})(?:\+(.+))?|(.+)")


def usual_moments(treatment: Treatment) -> tuple[str, ...]:
    """Return what a timeline shows when nothing else is asked for: before, sessions, healing, years."""
    sessions = (f"s{k}" for k in range(1, treatment.n_sessions))
    return (BEFORE, *sessions, "fresh", "1wk", SETTLED, "1y", "5y")


def at_moment(treatment: Treatment, moment: str) -> Treatment | None:
    """Return the treatment at a moment of its course; None before it.

    Parameters
    ----------
    treatment : Treatment
        The treatment.
    moment : str
        ``before``; an age as ``--age`` takes it, after the last session: ``fresh``, ``3d``, ``settled``, ``5y``; or
        ``s1``, after the first session and settled; or both, ``s1+3d``.

    Raises
    ------
    ParameterError
        When it cannot be read, or there is no such session.
    """
    text = moment.strip() if isinstance(moment, str) else ""
    if text == BEFORE:
        return None
    try:
        match = _MOMENT.fullmatch(text)
        session, after, age = match.groups() if match else (None, None, "")
        days = PARAMETERS["age_days"].check(age if age is not None else after or SETTLED)
    except ParameterError:
        raise ParameterError(
            f"moment: {quoted(moment)} cannot be read; write before, s1 (session 1), fresh, s2+3d, settled, or an age "
            f"to {PARAMETERS['age_days'].high / YEAR_D:.0f}y",
            name="moment",
            value=moment,
        ) from None
    return treatment.replace(session=treatment.n_sessions if session is None else int(session), age_days=days)


def other_moments(treatment: Treatment) -> list[Treatment]:
    """Return the treatment after each of its sessions, healed and one year old, but for what it shows itself."""
    n = treatment.n_sessions
    moments = (*(f"s{k}" for k in range(1, n)), SETTLED, "1y")
    states = [at_moment(treatment, moment) for moment in moments]
    return [state for state in states if state is not None and _when(state) != _when(treatment)]


def _when(treatment: Treatment) -> tuple[int, tuple[str, int] | None]:
    """Tell moments apart as they are named: a year of 365 days is one of 365.25."""
    course = treatment.course
    age = age_days(course)
    return course.session or course.n_sessions, None if age is None else time_named(age)


def name_of(treatment: Treatment | None, say: Words) -> str:
    """Name a moment in short, in some language: "session 1", "week 2", "about 5 years"."""
    if treatment is None:
        return say("time.before")
    course = treatment.course
    shown = course.session or course.n_sessions
    if shown == course.n_sessions:
        return _time(course, say)
    session = say("time.session", session=shown)
    return session if age_days(course) is None else f"{session}, {_time(course, say)}"


def told(treatment: Treatment | None, say: Words) -> str:
    """Say of a moment what :func:`name_of` leaves open: after which session it is, and what is estimated of it."""
    if treatment is None:
        return say("time.nothing_done")
    course = treatment.course
    after = say("time.after", session=course.session or course.n_sessions, sessions=course.n_sessions)
    done = touchups_done(course)
    lines = [after] if not done else [after, say("time.touchups", number=done)]
    return "\n".join([*lines, *estimated(course, say)])


def distinct(names: Sequence[str]) -> list[str]:
    """Tell names that come more than once apart by numbers."""
    return [
        name if names.count(name) == 1 else f"{name} ({names[:k].count(name) + 1})" for k, name in enumerate(names)
    ]


def _time(course: Course, say: Words) -> str:
    age = age_days(course)
    return say("time.settled") if age is None else since(age, say)


def since(days: float, say: Words) -> str:
    """Say a time since work was done, d: "week 2", "about 5 years"."""
    kind, number = time_named(days)
    return say(f"time.{kind}", number=number)


def estimated(course: Course, say: Words) -> list[str]:
    """Name the pace, which is an estimate; that of settled work is none of either."""
    age = age_days(course)
    if age is None:
        return [say("time.estimate")]
    healing = age <= HEALED_D
    pace = say(f"pace.{course.healing if healing else course.fading}")
    lines = [say("time.estimate_healing" if healing else "time.estimate_fading", pace=pace)]
    return [*lines, say("time.extrapolated", years=f"{KNOWN_YEARS:g}")] if age > KNOWN_YEARS * YEAR_D else lines
