"""Sessions and time: the same dots earlier and later.

Sessions are nested: the share of the final density after each is 0.3, 0.7, 1 for three sessions (a randomised study
of ten patients, pubmed 40899372); the shares for other numbers of sessions are estimates.

Fading acts on the ink load, relative to the settled dot.  All of it is an estimate: dots start a third darker, fade
fast from day 3 to 28 (hishairclinic.co.uk), then slowly towards a floor with a time constant that makes fading clear
after about five years (trade sources: 3 to 8).
"""

from __future__ import annotations

import numpy as np

from smpsim.arrays import F64, Int

_SHARES = {1: (1.0,), 2: (0.5, 1.0), 3: (0.3, 0.7, 1.0), 4: (0.25, 0.5, 0.75, 1.0)}

_FRESH = 4 / 3  # ink of a fresh dot over that of the settled one
_FADES_FROM_D, _SETTLED_D = 3.0, 28.0
_FLOOR = 0.2
_TIME_CONSTANT_D = 5 * 365.25


def session_shares(n_sessions: int) -> tuple[float, ...]:
    """Share of the final density after each session, increasing to 1."""
    return _SHARES[n_sessions]


def share_placed(n_sessions: int, session: int | None) -> float:
    """Share of the final density that stands after a session; None is the last one."""
    return session_shares(n_sessions)[(session or n_sessions) - 1]


def session_of(share: F64, n_sessions: int) -> Int:
    """First session in which each dot stands.

    Parameters
    ----------
    share : ndarray (N,)
        Rank of the dot over the final density at its place, 0 to 1.
    n_sessions : int
        1 to 4.

    Returns
    -------
    ndarray (N,) of int
        1 to `n_sessions`.
    """
    return np.searchsorted(np.array(_SHARES[n_sessions][:-1]), share, side="left") + 1


def ink_left(age_days: float | None) -> float:
    """Ink load over that of the settled dot.

    Parameters
    ----------
    age_days : float or None
        Days since the last session, >= 0; None is the settled dot (about 4 weeks).

    Returns
    -------
    float
        4/3 when fresh, 1 at 28 days, towards 0.2 over the years: an estimate.
    """
    if age_days is None:
        return 1.0
    if age_days <= _SETTLED_D:
        way = max(age_days - _FADES_FROM_D, 0.0) / (_SETTLED_D - _FADES_FROM_D)
        return _FRESH + (1 - _FRESH) * way * (2 - way)
    return float(_FLOOR + (1 - _FLOOR) * np.exp(-(age_days - _SETTLED_D) / _TIME_CONSTANT_D))
