"""Names made of a photo's name: of its mask, of its treatment, of its preview.

A pattern has these fields:

=========  ==================================================================================
{stem}     the photo's name without its extension; for a view of a project the project's name, and the view's after
           a hyphen when there are several
{ext}      its extension, with the dot; for a preview .jpg in place of .heic, .png of .gif
{tree}     its folder below the source, "." for none
=========  ==================================================================================
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from string import Formatter

from smpsim.bulk.sources import EXTENSIONS, Found
from smpsim.errors import InputError, ParameterError, quoted
from smpsim.files.source import shown_name

FIELDS = ("stem", "ext", "tree")
PREVIEW, MASK, PROTECT = "{stem}_smp{ext}", "{stem}_mask.png", "{stem}_protect.png"
_WRITABLE = {".heic": ".jpg", ".heif": ".jpg", ".gif": ".png"}


def fill(pattern: str, photo: Found) -> str:
    """Fill a pattern (see the module) with a photo's name."""
    return pattern.format(stem=photo.stem, ext=photo.ext, tree=photo.tree or ".")


def check_pattern(pattern: str, name: str) -> str:
    """Return a pattern that can be filled.

    Raises
    ------
    ParameterError
        It has another field, a conversion or a brace too many.
    """
    try:
        parts = list(Formatter().parse(pattern))
    except ValueError as problem:
        raise ParameterError(
            f"{name}: {quoted(pattern)} cannot be read ({problem})", name=name, value=pattern
        ) from None
    for _, field_name, spec, conversion in parts:
        if field_name is not None and (field_name not in FIELDS or spec or conversion):
            allowed = ", ".join(f"{{{known}}}" for known in FIELDS)
            raise ParameterError(
                f"{name}: {{{field_name}}} in {quoted(pattern)} is unknown; use {allowed}", name=name, value=pattern
            )
    return pattern


def preview_name(pattern: str, photo: Found) -> str:
    """Path of a preview below the output folder: the photo's tree and the pattern, with an extension we write."""
    ext = _WRITABLE.get(photo.ext.lower(), photo.ext)
    return os.path.join(photo.tree, pattern.format(stem=photo.stem, ext=ext, tree="."))


def check_preview_pattern(pattern: str) -> str:
    """Return a pattern for the names of previews.

    Raises
    ------
    ParameterError
        It cannot be filled, has folders, is the same for all photos, or ends in no format that is written.
    """
    from smpsim.files.encode import format_of

    check_pattern(pattern, "name")
    if "{stem}" not in pattern or "{tree}" in pattern or os.path.basename(pattern) != pattern:
        raise ParameterError(
            f"name: {quoted(pattern)} is not allowed; give a file name with {{stem}}, such as {PREVIEW}",
            name="name",
            value=pattern,
        )
    if not pattern.endswith("{ext}"):
        format_of(pattern)
    return pattern


@dataclass(frozen=True)
class Companions:
    """Where the companion of every photo lies: its mask, what is kept free of dots, or its treatment.

    Attributes
    ----------
    said : str
        A folder (with the photos' trees and stems), a pattern (relative to the photo's own folder), or one file for
        all photos.
    what : str
        "masks", "protect" or "treatments", for messages.
    extensions : frozenset of str
        Extensions that are looked for in a folder.
    """

    said: str
    what: str
    extensions: frozenset[str] = EXTENSIONS
    _listed: dict[str, dict[str, list[str]]] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        if "{" in self.said or "}" in self.said:
            check_pattern(self.said, self.what)
        elif not os.path.exists(self.said):
            raise InputError(
                f"{self.what}: {shown_name(self.said)}: no such file or folder; a pattern has {{stem}} in it",
                path=self.said,
            )

    @cached_property
    def kind(self) -> str:
        """What `said` is: "pattern", "folder" or "file"."""
        if "{" in self.said:
            return "pattern"
        return "folder" if os.path.isdir(self.said) else "file"

    def of(self, photo: Found) -> str | None:
        """Return the companion of a photo; None when there is none.

        Raises
        ------
        InputError
            A folder holds several.
        """
        if self.kind == "file":
            return self.said
        if self.kind == "folder":
            return self._in_folder(photo)
        path = os.path.normpath(os.path.join(os.path.dirname(photo.path), fill(self.said, photo)))
        return path if os.path.exists(path) else None

    def claims(self, photo: Found) -> bool:
        """Whether a file that was found in a folder is such a companion and no photo."""
        if self.kind == "file":
            return _same(photo.path, self.said)
        if self.kind == "folder":
            return Path(os.path.abspath(photo.path)).is_relative_to(os.path.abspath(self.said))
        beside = os.path.basename(self.said) == self.said
        return beside and fnmatchcase(os.path.basename(photo.path), self._wild)

    @cached_property
    def _wild(self) -> str:
        """The pattern as a wildcard."""
        escaped = self.said.replace("[", "[[]").replace("*", "[*]").replace("?", "[?]")
        return escaped.format(**dict.fromkeys(FIELDS, "*"))

    def _in_folder(self, photo: Found) -> str | None:
        folder = os.path.join(self.said, photo.tree)
        if folder not in self._listed:
            self._listed[folder] = self._list(folder)
        names = self._listed[folder].get(photo.stem, [])
        if len(names) > 1:
            raise InputError(f"{shown_name(photo.path)}: several {self.what} fit: {', '.join(names)}; keep one")
        return os.path.join(folder, names[0]) if names else None

    def _list(self, folder: str) -> dict[str, list[str]]:
        """Read a folder once: stem -> names."""
        listed: dict[str, list[str]] = {}
        for name in sorted(_names(folder)):
            stem, ext = os.path.splitext(name)
            if ext.lower() in self.extensions:
                listed.setdefault(stem, []).append(name)
        return listed


def _names(folder: str) -> Iterator[str]:
    try:
        yield from os.listdir(folder)
    except OSError:
        return


def _same(one: str, other: str) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)
