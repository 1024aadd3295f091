"""Treatments of every kind, for property tests."""

from __future__ import annotations

from hypothesis import strategies as st

from smpsim.parameters import PARAMETERS
from smpsim.treatment import Treatment

ALL = sorted(PARAMETERS)
NUMBERS = [name for name in ALL if PARAMETERS[name].is_number]
# shares of sessions must rise, whatever the number of sessions, and hair that is there leave something to add
_WITHIN = {
    "session_1_frac": (0.05, 0.24),
    "session_2_frac": (0.31, 0.69),
    "session_3_frac": (0.76, 0.95),
    "present_per_cm2": (0.0, 4.0),
}


def values_of(name: str) -> st.SearchStrategy[object]:
    about = PARAMETERS[name]
    kinds: list[st.SearchStrategy[object]] = []
    if about.words:
        kinds.append(st.sampled_from(about.words))
    if about.is_number and about.whole:
        kinds.append(st.integers(int(about.low), int(about.high)))
    elif about.is_number:
        kinds.append(st.floats(*_WITHIN.get(name, (about.low, about.high))))
    if about.derived:
        kinds.append(st.none())
    return st.one_of(kinds)


treatments = (
    st.fixed_dictionaries({}, optional={name: values_of(name) for name in ALL})
    .filter(lambda leaves: (leaves.get("session") or 1) <= leaves.get("n_sessions", 3))
    .filter(lambda leaves: leaves.get("pairs_frac", 0) + leaves.get("triples_frac", 0) <= 1)
    .map(lambda leaves: Treatment().replace(**leaves))
)
