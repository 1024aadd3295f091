"""Captions have all letters of their language; a missing font is one line."""

from __future__ import annotations

import sys

import pytest

from smpsim import MissingExtraError
from smpsim.report.lettering import lettering
from smpsim.words import LANGUAGES, words

DRAWN = ("simulation", "compare", "depth", "timeline", "time", "pace", "options")
PAGES = ("compare.alt_preview",)
NO_GLYPH = "\U0001f600"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_letter_of_every_caption_can_be_drawn(language: str) -> None:
    say = words(language)
    font = lettering(20, say)
    drawn_in_pictures = [text for key, text in say.texts.items() if key.split(".")[0] in DRAWN and key not in PAGES]
    letters = set("".join(drawn_in_pictures) + "0123456789") - set("{} \n")
    nothing = bytes(font.getmask(NO_GLYPH))
    assert not {letter for letter in letters if bytes(font.getmask(letter)) == nothing}


def test_a_missing_font_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "reportlab", None)
    with pytest.raises(MissingExtraError, match='captions in Deutsch take the fonts of the extra "pdf"') as error:
        lettering(20, words("de"))
    assert error.value.extra == "pdf"
    assert lettering(20, words("en"))
