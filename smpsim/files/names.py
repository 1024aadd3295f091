"""Names of files made of what somebody has typed, or a stranger's file says: safe on every system."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import PureWindowsPath

# letters, the marks that are put on them (without which "José" may be torn, and Hindi loses its vowels), and numbers
_KEPT = ("L", "M", "N")
_LETTERS = 60
# Windows keeps these to itself, whatever their extension
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)\Z")
_ELSE = "photo"


def safe_words(text: str) -> str:
    """Return what somebody has typed as letters, digits, ``-``, ``_`` and single spaces: 1 to 60, "photo" for none."""
    whole = unicodedata.normalize("NFC", text.replace("\0", ""))
    safe = re.sub("\0+", "-", "".join(letter if _is_safe(letter) else "\0" for letter in whole))
    stem = " ".join(safe.split()).strip("- ")[:_LETTERS].strip("- ")
    return f"{stem}-" if _RESERVED.match(stem) else stem or _ELSE


def _is_safe(letter: str) -> bool:
    return letter in "-_ " or unicodedata.category(letter).startswith(_KEPT)


def safe_stem(path: str) -> str:
    """Return the name of a file without folder and extension, as :func:`safe_words`."""
    # a Windows path knows both kinds of slashes, and drives
    name = PureWindowsPath(path.replace("\0", "")).name
    return safe_words(name.rpartition(".")[0] or name)


def free_name(stem: str, extension: str, taken: Iterable[str]) -> str:
    """Return the first of ``stem.ext``, ``stem-2.ext``, ... that nobody has, in capitals or not."""
    lower = {name.casefold() for name in taken}
    return first_free(stem, extension, lambda name: name.casefold() in lower)


def first_free(stem: str, extension: str, is_taken: Callable[[str], bool]) -> str:
    """Return the first of ``stem.ext``, ``stem-2.ext``, ... that is not taken."""
    name, number = f"{stem}{extension}", 1
    while is_taken(name):
        number += 1
        name = f"{stem}-{number}{extension}"
    return name
