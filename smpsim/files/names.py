"""Names of files made of what somebody has typed, or a stranger's file says: safe on every system."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PureWindowsPath

_UNSAFE = re.compile(r"[^\w\- ]+")
_LETTERS = 60
# Windows keeps these to itself, whatever their extension
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)\Z")
_ELSE = "photo"


def safe_stem(text: str) -> str:
    """Return a file's name without folder and extension, in letters, digits, ``-``, ``_`` and single spaces.

    Parameters
    ----------
    text : str
        Any text, a path too.

    Returns
    -------
    str
        1 to 60 letters; "photo" when nothing is left.
    """
    # a Windows path knows both kinds of slashes and drives; what it takes for a drive or a stream is no name
    name = PureWindowsPath(text.replace("\0", "")).name
    stem = name.rpartition(".")[0] or name
    stem = " ".join(_UNSAFE.sub("-", stem).split()).strip("- ")[:_LETTERS].strip("- ")
    return f"{stem}-" if _RESERVED.match(stem) else stem or _ELSE


def free_name(stem: str, extension: str, taken: Iterable[str]) -> str:
    """Return the first of ``stem.ext``, ``stem-2.ext``, ... that nobody has, in capitals or not."""
    lower = {name.casefold() for name in taken}
    name, number = f"{stem}{extension}", 1
    while name.casefold() in lower:
        number += 1
        name = f"{stem}-{number}{extension}"
    return name
