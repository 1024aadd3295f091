"""What pages and pictures for clients say, in their language.

One file of texts for each language (``smpsim/languages/de.toml``).  All files have the same keys, and each text fills
in the same words; a new language is a new file.  What is filled in, a client's name for one, is never read as a text
to fill in again, and pages escape all of it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import floor, log10
from typing import Any

from smpsim.errors import ParameterError, quoted

_FOLDER = files("smpsim") / "languages"

LANGUAGES: tuple[str, ...] = ("en", "de")


@dataclass(frozen=True)
class Words:
    """The texts of one language; made by :func:`words`.

    Attributes
    ----------
    language : str
        Its code, as HTML's ``lang`` takes it.
    texts : mapping of str to str
        All of them, ``"compare.title"`` and the like.
    """

    language: str
    texts: Mapping[str, str]

    def __call__(self, key: str, **filled: object) -> str:
        """Return a text, plain, with what is to be filled in."""
        return self.texts[key].format(**filled)

    def number(self, value: float, digits: int | None = None) -> str:
        """Write a number with `digits` places, else as short as it is, and the language's decimal point."""
        text = f"{value:g}" if digits is None else f"{value:.{digits}f}"
        return text.replace(".", self.texts["decimal_point"])

    def within(self, value: float, about: float) -> str:
        """Write a number with its standard uncertainty, no finer than that, as the studio's page does: "70 ± 20".

        Without an uncertainty it has the digits of a hundredth of it.
        """
        step = about or abs(value) / 100
        digits = -floor(log10(step)) if step else 0
        number, sure = (self.number(round(one, digits), max(digits, 0)) for one in (value, about))
        return f"{number} ± {sure}" if about else number


@cache
def words(language: str = "en") -> Words:
    """Return the texts of a language.

    Parameters
    ----------
    language : {"en", "de"}
        Its code.

    Raises
    ------
    ParameterError
        When there is no such language.
    """
    if language not in LANGUAGES:
        raise ParameterError(
            f"no texts in the language {quoted(language)}; there are {', '.join(LANGUAGES)}",
            name="language",
            value=language,
        )
    table = tomllib.loads((_FOLDER / f"{language}.toml").read_text("utf-8"))
    return Words(language, dict(_flat(table)))


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, str):
            yield prefix + key, value
        else:
            yield from _flat(value, f"{prefix}{key}.")
