"""A project and its photos, from a ``.smpz`` or from a ``.smp.json`` with the photos beside it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from smpsim.errors import ProjectError
from smpsim.files.project_file import read_project
from smpsim.files.project_pack import MAX_PHOTO_BYTES, Packed, read_pack
from smpsim.files.source import one_line, read_small, shown_name
from smpsim.project import Project

PROJECT, PACK = ".smp.json", ".smpz"


def is_project(path: str) -> bool:
    """Whether a path is called as projects and packs are."""
    return path.lower().endswith((PROJECT, PACK))


def open_project(path: str | os.PathLike[str]) -> Packed:
    """Read a project, and know its photos.

    Parameters
    ----------
    path : str or path-like
        A ``.smpz``, or a ``.smp.json`` that lies in the same folder as its photos.  Those are read when they are
        asked for: a ProjectError says then that one is not there, or another than the project was made on.

    Raises
    ------
    ProjectError
        When it cannot be read.
    """
    if os.fspath(path).lower().endswith(PACK):
        return read_pack(path)
    project = read_project(path)
    return Packed(project, _Beside(project, Path(path)))


class _Beside(Mapping[str, bytes]):
    """The photos that lie beside a project, by their digests."""

    def __init__(self, project: Project, path: Path) -> None:
        self._path = path
        self._names = {view.photo.sha256: view.photo.name for view in project.views}

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __getitem__(self, digest: str) -> bytes:
        written, name = self._names[digest], shown_name(self._path)
        photo = one_line(written)
        if Path(written).name != written or any(letter in written for letter in "\\:\0"):
            raise ProjectError(f"{name}: {photo} is no plain name of a photo")
        file = self._path.parent / written
        if not file.is_file():
            raise ProjectError(f"{name}: its photo {photo} is not there; put it into the same folder")
        data = read_small(file, ProjectError, MAX_PHOTO_BYTES, "this is no photo")
        if hashlib.sha256(data).hexdigest() != digest:
            raise ProjectError(
                f"{name}: {photo} in its folder is not the photo that it was made on (the SHA-256 differs); "
                "put that one there"
            )
        return data
