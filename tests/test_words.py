"""Texts for clients: every language complete, nothing filled in is read again."""

from __future__ import annotations

from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smpsim import ParameterError
from smpsim.words import _FOLDER, LANGUAGES, words

ENGLISH = words("en")


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_every_file_is_a_language_and_every_language_a_file() -> None:
    assert {f"{language}.toml" for language in LANGUAGES} == {path.name for path in _FOLDER.iterdir()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_is_complete(language: str) -> None:
    say = words(language)
    assert say.texts.keys() == ENGLISH.texts.keys()
    for key, text in say.texts.items():
        assert text.strip(), key
        assert placeholders(text) == placeholders(ENGLISH.texts[key]), key


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"en"}))
def test_hardly_a_text_was_left_in_english(language: str) -> None:
    same = [key for key, text in words(language).texts.items() if text == ENGLISH.texts[key]]
    assert len(same) < 0.2 * len(ENGLISH.texts), same


@given(st.text())
def test_what_is_filled_in_is_not_read_again(name: str) -> None:
    text = ENGLISH("compare.alt_preview", dots=name, area="{dots} {0} {__class__}")
    assert text == f"simulated preview: {name} dots on {{dots}} {{0}} {{__class__}} cm² of scalp"


def test_numbers() -> None:
    assert (ENGLISH.number(0.25), ENGLISH.number(1234.5, 1), ENGLISH.number(0.4, 2)) == ("0.25", "1234.5", "0.40")
    assert words("de").number(0.25) == "0,25"


def test_numbers_are_no_finer_than_they_are_known() -> None:
    """As the studio's page says them (``within`` of readouts.js)."""
    for value, about, told in (
        (72.0, 21.6, "70 ± 20"),
        (72.04, 0, "72.0"),
        (384.8, 92, "380 ± 90"),
        (384.8, 0, "385"),
        (1.106, 0, "1.11"),
        (0.0, 0, "0"),
        (1234.5, 0.21, "1234.5 ± 0.2"),
    ):
        assert ENGLISH.within(value, about) == told
    assert words("de").within(19.81, 0.42) == "19,8 ± 0,4"


def test_no_such_language() -> None:
    with pytest.raises(ParameterError, match="no texts in the language 'xx'; there are en, de"):
        words("xx")
