"""The studio's own folder: what is worked on, kept so that a crash, a closed lid or a new day costs nothing.

::

    studio/                    $SMPSIM_STUDIO_DIR, else the system's folder for data; its owner's alone (0700)
      3f2a.../                 a client: a random name
        work.smp.json          the project (0600), replaced as a whole
        <SHA-256>              the photos that it names, as they came

Nothing else is written there, and nothing of it leaves the machine.  Forgetting a client removes the folder.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import shutil
import stat
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from smpsim.errors import OutputError, ProjectError
from smpsim.files.atomic import STALE_S, sweep_stale, write_atomic
from smpsim.files.project_file import encode_project, read_project
from smpsim.project import Project

#: clients that are kept; more are refused until some are forgotten
MAX_WORKS = 500
_PROJECT = "work.smp.json"
_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_FORGOTTEN = ".forgotten-"


@dataclass(frozen=True)
class Saved:
    """A client's work, as the page shows it in a list.

    Attributes
    ----------
    work : str
        Its id.
    client : str
        What the client is called.
    saved : float
        When, seconds since 1970.
    rev : str
        Stands for this state of it.
    views : tuple of str
        Names of its views, or of their photos.
    """

    work: str
    client: str
    saved: float
    rev: str
    views: tuple[str, ...]

    @classmethod
    def read(cls, path: Path) -> Saved:
        """Read what is to be shown of a project; its masks are not decoded, which would take a while for many clients.

        Raises
        ------
        ProjectError
            When it is not there or cannot be read.
        """
        try:
            data = path.read_bytes()
            value = json.loads(data)
            views = tuple(str(view["name"] or view["photo"]["name"]) for view in value["views"])
            return cls(path.parent.name, str(value["client"]), path.stat().st_mtime, _rev(data), views)
        except (OSError, ValueError, TypeError, LookupError, RecursionError) as problem:
            raise ProjectError("no such work is kept, or it is damaged") from problem


class NoRoomError(OutputError):
    """There is no room for one more client."""


def studio_folder() -> Path:
    """Return where the studio keeps its work: ``$SMPSIM_STUDIO_DIR``, else the system's folder for programs' data."""
    given = os.environ.get("SMPSIM_STUDIO_DIR")
    if given:
        return Path(given)
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "smpsim" / "studio"


class Works:
    """The clients whose work is kept.

    Parameters
    ----------
    folder : path
        Where; made when it is not there.

    Raises
    ------
    OutputError
        When it cannot be made, or others than its owner can read it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = _private(folder)
        self._lock = threading.Lock()
        # a page that is late with its saving must not bring back whom somebody else has just let forget
        self._forgotten: set[str] = set()
        self._tidy()

    def save(self, key: str, project: Project, photos: Mapping[str, bytes], *, seen: str | None = None) -> Saved:
        """Keep a project and those of its photos that are given.

        Parameters
        ----------
        key : str
            8 to 64 letters, digits, ``-`` or ``_``.
        project : Project
            The project.
        photos : mapping of str to bytes
            Digest -> file; those that are there already are not written again.
        seen : str, optional
            State that the page has seen last.

        Raises
        ------
        FileNotFoundError
            When the client has been forgotten.
        ConflictError
            When another state than `seen` is kept.
        OutputError
            When it cannot be written; NoRoomError when there are too many clients.
        """
        folder = self._of(key)
        with self._lock:
            before = _rev_of(folder / _PROJECT)
            # who has seen it kept, and finds nothing now: another studio has forgotten it
            if key in self._forgotten or (before is None and seen is not None):
                raise FileNotFoundError(key)
            if seen is not None and before is not None and seen != before:
                raise ConflictError(before)
            if before is None and sum(1 for _ in self._folders()) >= MAX_WORKS:
                raise NoRoomError(f"the studio keeps {MAX_WORKS} clients already; forget some of them first")
            data, new = encode_project(project), not folder.exists()
            try:
                _make(folder)
                for digest in {view.photo.sha256 for view in project.views} & set(photos):
                    if not (folder / digest).exists():
                        write_atomic(folder / digest, photos[digest], mode=0o600)
                write_atomic(folder / _PROJECT, data, overwrite=True, mode=0o600)
            except OSError:
                if new:  # in no list, a photo could not be forgotten
                    shutil.rmtree(folder, ignore_errors=True)
                raise
            _drop_others(folder, {view.photo.sha256 for view in project.views})
            return Saved.read(folder / _PROJECT)

    def list(self) -> list[Saved]:
        """Return all that is kept, the last first; what cannot be read is left out."""
        found = []
        for folder in self._folders():
            with suppress(ProjectError):
                found.append(Saved.read(folder / _PROJECT))
        return sorted(found, key=lambda one: -one.saved)

    def open(self, key: str) -> tuple[Project, Saved]:
        """Return what is kept of a client.

        Raises
        ------
        ProjectError
            When nothing is, or it cannot be read.
        """
        path = self._of(key) / _PROJECT
        return read_project(path), Saved.read(path)

    def photo(self, key: str, digest: str) -> bytes | None:
        """Return a photo of a client; None when it is not there, or damaged."""
        if not _DIGEST.fullmatch(digest):
            return None
        path = self._of(key) / digest
        try:
            data = path.read_bytes()
            if hashlib.sha256(data).hexdigest() == digest:
                return data
            path.unlink()  # the next saving writes it anew
        except OSError:
            pass
        return None

    def forget(self, key: str) -> frozenset[str]:
        """Remove everything of a client; return the digests of its photos.

        Raises
        ------
        OutputError
            When something cannot be removed.
        """
        folder = self._of(key)
        with self._lock:
            self._forgotten.add(key)
            if not folder.is_dir():
                return frozenset()
            digests = frozenset(entry.name for entry in folder.iterdir() if _DIGEST.fullmatch(entry.name))
            # out of sight at once, whatever comes between
            gone = self._folder / f"{_FORGOTTEN}{secrets.token_hex(8)}"
            try:
                folder.rename(gone)
                shutil.rmtree(gone)
            except OSError as problem:
                raise OutputError(
                    f"not everything could be removed ({problem.strerror}); look into the folder"
                ) from problem
        return digests

    def _of(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ProjectError("no such work is kept")
        return self._folder / key

    def _folders(self) -> Iterator[Path]:
        for entry in self._folder.iterdir():
            if _KEY.fullmatch(entry.name) and entry.is_dir() and not entry.is_symlink():
                yield entry

    def _tidy(self) -> None:
        """Remove what a crash has left behind: clients half forgotten, photos without their project, half files."""
        for entry in self._folder.glob(f"{_FORGOTTEN}*"):
            shutil.rmtree(entry, ignore_errors=True)
        for folder in self._folders():
            sweep_stale(folder)
            if not (folder / _PROJECT).exists() and folder.stat().st_mtime < time.time() - STALE_S:
                shutil.rmtree(folder, ignore_errors=True)


class ConflictError(Exception):
    """Another state is kept than the page has seen: another tab has saved."""

    def __init__(self, rev: str) -> None:
        super().__init__(rev)
        self.rev = rev


def _rev(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


def _rev_of(path: Path) -> str | None:
    """Return what stands for the state that is kept; None for none."""
    try:
        return _rev(path.read_bytes())
    except OSError:
        return None


def _private(folder: Path) -> Path:
    """Return a folder that belongs to this user alone."""
    name = folder.name
    try:
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make(folder)
        found = folder.lstat()
    except OSError as problem:
        raise OutputError(f"{name}: the studio's folder cannot be made ({problem.strerror})") from problem
    if not stat.S_ISDIR(found.st_mode):
        raise OutputError(f"{name}: is no folder: name another by SMPSIM_STUDIO_DIR")
    # Windows knows no such modes; there the folder lies in the user's profile, which is closed to others
    if os.name == "posix":
        if found.st_uid != os.geteuid():
            raise OutputError(f"{name}: belongs to another user: name another folder by SMPSIM_STUDIO_DIR")
        if found.st_mode & 0o077:
            raise OutputError(f"{name}: others can read the studio's folder: close it (chmod 700), or name another")
    return folder


def _make(folder: Path) -> None:
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)


def _drop_others(folder: Path, digests: set[str]) -> None:
    """Remove the photos that the project does not name any more."""
    for entry in folder.iterdir():
        if _DIGEST.fullmatch(entry.name) and entry.name not in digests:
            with suppress(OSError):
                entry.unlink()
