"""Warnings of the libraries that decode pictures, caught instead of shown.

Pillow warns about damaged EXIF, odd TIFF tags and large pictures. None of it may reach the user as a traceback line
(nor fail where warnings are errors); it becomes a notice of the photo. ``warnings.catch_warnings`` is not safe with
threads: two of them that overlap leave the filters changed for good, and others' warnings are swallowed meanwhile. So
one filter stands before all others, which takes the warnings of threads that collect them and lets the rest pass by.
What is left: whoever ends a ``catch_warnings`` that was begun before the first photo takes the filter away until the
next photo is read.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from smpsim.files.source import one_line

_MINE: ContextVar[list[str] | None] = ContextVar("smpsim_warnings", default=None)


class _Taker:
    """Stands for the pattern of a filter: matches what this thread collects, and keeps its text."""

    def match(self, text: str) -> bool:
        mine = _MINE.get()
        if mine is not None:
            mine.append(one_line(text))
        return mine is not None


class _Never(Warning):
    """Nobody warns by it."""


_FILTER = ("ignore", _Taker(), Warning, None, 0)


@contextmanager
def caught_warnings() -> Iterator[list[str]]:
    """Collect the texts of this thread's warnings while the block runs.

    Yields
    ------
    list of str
        Grows with each warning, one line each.
    """
    mine: list[str] = []
    _stand_before_others()
    before = _MINE.set(mine)
    try:
        yield mine
    finally:
        _MINE.reset(before)


def _stand_before_others() -> None:
    # through the door that is public, so that warnings which were shown once already are looked at again
    warnings.simplefilter("ignore", _Never)
    filters: Any = warnings.filters
    # nothing is taken out: another thread may be reading, or put in a filter of its own
    if _FILTER not in filters[:2]:
        filters.insert(1, _FILTER)
