"""Warnings of the libraries that decode pictures, caught instead of shown.

Pillow warns about damaged EXIF, odd TIFF tags and large pictures. None of it may reach the user as a traceback line
(nor fail where warnings are errors); it becomes a notice of the photo. ``warnings.catch_warnings`` alone is not safe
with threads (two of them that overlap can leave the filters changed for good), so the first thread that comes in
installs the catcher, the last one that leaves takes it away, and each thread collects its own.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from smpsim.files.source import one_line

_LOCK = threading.Lock()
_SINKS: dict[int, list[str]] = {}
_GUARD: list[warnings.catch_warnings[None]] = []


@contextmanager
def caught_warnings() -> Iterator[list[str]]:
    """Collect the texts of this thread's warnings while the block runs; no two blocks may nest in one thread.

    Yields
    ------
    list of str
        Grows with each warning, one line each.
    """
    mine: list[str] = []
    with _LOCK:
        if not _SINKS:
            _install()
        _SINKS[threading.get_ident()] = mine
    try:
        yield mine
    finally:
        with _LOCK:
            del _SINKS[threading.get_ident()]
            if not _SINKS:
                _GUARD.pop().__exit__(None, None, None)


def _install() -> None:
    guard = warnings.catch_warnings()
    guard.__enter__()
    _GUARD.append(guard)
    warnings.simplefilter("always")
    warnings.showwarning = _router(warnings.showwarning)


def _router(show: Callable[..., None]) -> Callable[..., None]:
    """Send the warning to the list of its thread, or on to ``show`` when the thread has none."""

    def route(message: Warning | str, *args: Any, **kwargs: Any) -> None:
        mine = _SINKS.get(threading.get_ident())
        if mine is None:
            show(message, *args, **kwargs)
        else:
            mine.append(one_line(message))

    return route
