"""Captions of choices: every parameter in the words of the client, and what is an estimate is called one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from smpsim import Treatment
from smpsim.declare import Value
from smpsim.parameters import PARAMETERS
from smpsim.report.options import _told
from smpsim.words import LANGUAGES, words

ESTIMATE = {"en": "estimate", "de": "Schätzung"}


def choices(leaf: str) -> Iterator[Value]:
    """Yield every word of a leaf, and a number of it."""
    about = PARAMETERS[leaf]
    yield from about.words
    if about.derived:
        yield None
    if about.is_number:
        yield about.check(about.high)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("leaf", PARAMETERS)
def test_no_name_of_the_program_stands_on_a_board(leaf: str, language: str) -> None:
    say = words(language)
    for value in choices(leaf):
        caption = "\n".join(_told({leaf: value}, Treatment(), say))
        assert "_" not in caption
        if value is None or (isinstance(value, str) and not leaf.endswith("shade")):
            raw = PARAMETERS[leaf].show(value)
            assert language == "en" or f": {raw}" not in caption.splitlines()[0], caption
            assert "-" not in raw or raw not in caption


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("leaf", [leaf for leaf, about in PARAMETERS.items() if about.source.startswith("estimate")])
def test_what_is_an_estimate_is_called_one(leaf: str, language: str) -> None:
    for value in choices(leaf):
        assert ESTIMATE[language] in "".join(_told({leaf: value}, Treatment(), words(language)))


def caption(leaf: str, value: object, language: str = "en", **others: object) -> str:
    treatment = Treatment().replace(**{leaf: value, **others})
    return "\n".join(_told({leaf: treatment.as_dict()[leaf]}, treatment, words(language)))


def test_times_are_said_as_on_the_timeline() -> None:
    assert caption("age_days", "5y") == "Moment shown: about 5 years\nestimate: typical fading"
    assert caption("age_days", "5y", fading="fast").endswith("estimate: fast fading")
    assert caption("age_days", "2wk") == "Moment shown: week 2\nestimate: typical healing"
    assert caption("age_days", "9y", "de").splitlines()[-1] == "über 6 Jahre hinaus fortgeschrieben"
    assert caption("old_age_days", "6y").startswith("Age of the old work: about 6 years")


def test_choices_in_words() -> None:
    assert caption("feather_mm", 8) == "Feathered edge: 8 mm"
    assert caption("needle_depth_mm", 0.6) == "Needle set to: 0.6 mm\nestimate: how it looks"
    assert caption("session_1_frac", 0.35, "de") == "Steht nach Sitzung 1: 35 %\nSchätzung: wie es aussieht"
    assert caption("depth_mm", None) == "Pigment rests at: by the needle\nestimate: how it looks"
    assert caption("old_work", "light", "de") == "Vorhandene Arbeit: leicht"
    assert caption("skin_tone", "light", "de") == "Hautton: hell"
