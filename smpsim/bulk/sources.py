"""Files, folders, globs and lists to photos, in an order that is the same on every machine.

A project of the studio stands for its views, one photo each (:mod:`smpsim.bulk.projects`).
"""

from __future__ import annotations

import glob
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePath

from smpsim.errors import InputError
from smpsim.files.project_open import is_project
from smpsim.files.source import shown_name, text_of

EXTENSIONS = frozenset((".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".gif", ".heic", ".heif"))
"""What is taken for a picture in a folder; a file that is named itself may be called anything."""
_LIST = "@"
_MAGIC = frozenset("*?[")


@dataclass(frozen=True)
class ViewOf:
    """A view of a project.

    Attributes
    ----------
    number : int
        From 0.
    stem, ext : str
        Of which the name of its preview is made.
    photo : str or None
        Its photo, beside the project; None when that is packed.
    pixels : int
        How many that has.
    problem : str
        Why the project cannot be read; else empty.
    """

    number: int
    stem: str
    ext: str
    photo: str | None = None
    pixels: int = 0
    problem: str = ""


@dataclass(frozen=True)
class Found:
    """A photo, and where it lies below its source.

    Attributes
    ----------
    path : str
        As given, or below the folder as given.
    tree : str
        Its folder below the source, which is kept below the output; "" for none.
    named : bool
        Whether somebody named the file itself.
    view : ViewOf or None
        Which view of the project `path` it is; None when `path` is a photo.
    """

    path: str
    tree: str = ""
    named: bool = False
    view: ViewOf | None = None

    @property
    def name(self) -> str:
        """Place below the source, with / on every system: the same wherever the folder is mounted."""
        return PurePath(self.tree, os.path.basename(self.path)).as_posix()

    @property
    def stem(self) -> str:
        """Its name without the extension; that of a view is made of its project's and its own."""
        return os.path.splitext(os.path.basename(self.path))[0] if self.view is None else self.view.stem

    @property
    def ext(self) -> str:
        """Its extension, with the dot; a view has that of its photo."""
        return os.path.splitext(self.path)[1] if self.view is None else self.view.ext


def find_photos(
    sources: Iterable[str], *, recursive: bool = True, include: Iterable[str] = (), exclude: Iterable[str] = ()
) -> list[Found]:
    """Find the photos of all sources.

    Parameters
    ----------
    sources : iterable of str
        A file, a folder, a pattern with ``*``, ``?``, ``[...]`` or ``**``, or ``@FILE``: a list with one path per line
        (UTF-8, ``@-`` standard input; blank lines and lines that begin with # are left out). Folders below a folder,
        before the first wildcard of a pattern, and of a relative path in a list are kept as the photo's tree.
    recursive : bool
        Whether folders are searched below.
    include, exclude : iterable of str
        Patterns for the name or the place below the source; a photo must match one of `include` (if any) and none of
        `exclude`.

    Returns
    -------
    list of Found
        Hidden files and folders are left out.

    Raises
    ------
    InputError
        A source is missing or cannot be read, or a pattern fits nothing.
    """
    include, exclude = tuple(include), tuple(exclude)
    found = [photo for source in sources for photo in _of_source(source, recursive)]
    return [photo for photo in found if _wanted(photo, include, exclude)]


def _wanted(photo: Found, include: tuple[str, ...], exclude: tuple[str, ...]) -> bool:
    def fits(pattern: str) -> bool:
        return fnmatchcase(photo.name, pattern) or fnmatchcase(PurePath(photo.name).name, pattern)

    return (not include or any(map(fits, include))) and not any(map(fits, exclude))


def _of_source(source: str, recursive: bool) -> Iterator[Found]:
    if os.path.isdir(source):
        yield from _of_folder(source, recursive)
    elif os.path.exists(source):
        yield Found(source, named=True)
    elif source.startswith(_LIST):
        yield from _of_list(source[len(_LIST) :])
    elif _MAGIC & set(source):
        yield from _of_glob(source)
    else:
        raise InputError(f"{shown_name(source)}: no such file or folder", path=source)


def _of_folder(folder: str, recursive: bool) -> Iterator[Found]:
    def refuse(problem: OSError) -> None:
        raise InputError(f"{shown_name(folder)}: cannot be read ({problem.strerror})", path=folder) from problem

    for place, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = sorted(name for name in folders if recursive and not name.startswith("."))
        tree = os.path.relpath(place, folder)
        yield from (
            Found(os.path.join(place, name), "" if tree == "." else tree) for name in sorted(names) if _picture(name)
        )


def _picture(name: str) -> bool:
    return not name.startswith(".") and (os.path.splitext(name)[1].lower() in EXTENSIONS or is_project(name))


def _of_glob(pattern: str) -> Iterator[Found]:
    parts = PurePath(pattern).parts
    plain = next(i for i, part in enumerate(parts) if _MAGIC & set(part))
    root = os.path.join("", *parts[:plain])
    paths = sorted(path for path in glob.iglob(pattern, recursive=True) if os.path.isfile(path))
    if not paths:
        raise InputError(f"{pattern}: no file fits this pattern", path=pattern)
    for path in paths:
        if _picture(os.path.basename(path)):
            yield Found(path, _below(os.path.dirname(path), root))


def _below(folder: str, root: str) -> str:
    tree = os.path.relpath(folder or ".", root or ".")
    return "" if tree == "." else tree


def _of_list(path: str) -> Iterator[Found]:
    for line in _lines(path):
        entry = line.strip()
        if entry and not entry.startswith("#"):
            yield Found(entry, _tree_as_written(entry), named=True)


def _lines(path: str) -> list[str]:
    name = "standard input" if path == "-" else shown_name(path)
    try:
        data = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
        return text_of(data).splitlines()
    except UnicodeDecodeError as problem:
        raise InputError(f"{name}: no UTF-8 text; a list has one path per line", path=path) from problem
    except OSError as problem:
        raise InputError(f"{name}: the list cannot be read ({problem.strerror})", path=path) from problem


def _tree_as_written(entry: str) -> str:
    """Return the folders of a relative path; none of one that is absolute or leads upwards."""
    folder = os.path.normpath(os.path.dirname(entry))
    if os.path.isabs(entry) or folder == "." or ".." in PurePath(folder).parts:
        return ""
    return folder
