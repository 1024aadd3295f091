"""Results appear whole or not at all, and never over something that was not meant.

The bytes go to a temporary name in the same folder, are flushed to the disk and renamed. A failure on the way, an
interrupt too, removes the temporary file and leaves what was there before untouched. (Pillow's own ``save`` leaves an
existing file with 0 bytes when it fails; measured.)
"""

from __future__ import annotations

import math
import os
import secrets
import stat
import time
from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

from smpsim.errors import OutputError, OutputExistsError
from smpsim.files.source import shown_name

PathLike: TypeAlias = str | os.PathLike[str]
STALE_S = 86_400.0
"""Age, seconds, from which a temporary file is taken to be that of a killed writer."""
_OVERWRITE_HINT = "use --overwrite (in Python: overwrite=True)"


def check_writable(path: PathLike, *, overwrite: bool = False, inputs: Iterable[PathLike] = ()) -> None:
    """Find out before the work whether its result could be written.

    Parameters
    ----------
    path : str or path-like
        The output.
    overwrite : bool
        Whether an existing file may be replaced.
    inputs : iterable of paths
        Files that must never be written to; links and other spellings of them count.

    Raises
    ------
    OutputExistsError
        The output is one of the inputs, or exists and ``overwrite`` is False.
    OutputError
        The folder is missing or not writable, the path is a folder or device, the name is impossible.
    """
    _target(path, overwrite, inputs)


def write_atomic(
    path: PathLike,
    data: bytes,
    *,
    overwrite: bool = False,
    inputs: Iterable[PathLike] = (),
    tag: str = "",
    mode: int | None = None,
) -> None:
    """Write a file whole or not at all; a replaced file's permissions are kept, a link is written through.

    Parameters
    ----------
    path : str or path-like
        The output.
    data : bytes
        Its content.
    overwrite, inputs
        As for :func:`check_writable`.
    tag : str
        Letters and digits that the temporary name bears, so that :func:`sweep` finds what a killed process left;
        without one, what was left in the folder a day ago or earlier is removed.
    mode : int, optional
        Permissions, from its first byte on (0o600: the owner's alone); by default those of the replaced file, else
        what the user's umask leaves.

    Raises
    ------
    OutputExistsError, OutputError
        As for :func:`check_writable`; OutputError also when the disk refuses (full, gone).
    """
    target = _target(path, overwrite, inputs)
    temporary = target.with_name(f"{_temporary_stem(tag)}{secrets.token_hex(8)}.tmp")
    try:
        _write_synced(temporary, data, _mode(target) if mode is None else mode)
        _rename(temporary, target, overwrite)
    except FileExistsError as problem:
        raise _exists(path) from problem
    except OSError as problem:
        raise OutputError(f"{shown_name(path)}: cannot be written ({_reason(problem)})") from problem
    finally:
        with suppress(OSError):
            temporary.unlink()
    if not tag:
        _sweep_once(target.parent)


def sweep(folder: PathLike, tag: str) -> int:
    """Remove the temporary files that killed writers with this tag have left in a folder.

    Parameters
    ----------
    folder : str or path-like
        Not searched below; it need not exist.
    tag : str
        As given to :func:`write_atomic`, not empty; nobody may be writing with it any more.

    Returns
    -------
    int
        How many were removed.
    """
    return _remove(folder, _temporary_stem(tag), math.inf)


def sweep_stale(folder: PathLike) -> int:
    """Remove the temporary files of any writer that was killed more than a day ago, and return how many there were.

    A writer that lives has its temporary file for seconds; a day is more than clocks and time zones of two machines
    differ by. :func:`write_atomic` does so when it has no tag, once per process and folder, as folders may be large.
    """
    return _remove(folder, _temporary_stem(""), time.time() - STALE_S)


_sweep_once = lru_cache(maxsize=1024)(sweep_stale)


def _remove(folder: PathLike, stem: str, before_s: float) -> int:
    removed = 0
    with suppress(OSError), os.scandir(folder) as entries:
        ours = [entry for entry in entries if entry.name.startswith(stem) and entry.name.endswith(".tmp")]
        for entry in ours:
            with suppress(OSError):
                if entry.stat(follow_symlinks=False).st_mtime < before_s:
                    os.unlink(entry.path)
                    removed += 1
    return removed


def _temporary_stem(tag: str) -> str:
    return f".smpsim-{tag}-" if tag else ".smpsim-"


def _target(path: PathLike, overwrite: bool, inputs: Iterable[PathLike]) -> Path:
    """Real path of the output (links followed) after every check."""
    name = shown_name(path)
    try:
        target = Path(os.path.realpath(path))
        exists = _lookup(target)
        folder = _lookup(target.parent)
    except (OSError, ValueError) as problem:
        raise OutputError(f"{name}: not a possible file name ({_reason(problem)})") from problem
    if any(_is_same(target, exists, other) for other in inputs):
        raise OutputExistsError(f"{name}: the output is the input itself: choose another name")
    if exists is not None:
        _check_existing(path, exists, overwrite)
    if folder is None or not stat.S_ISDIR(folder.st_mode):
        raise OutputError(f"{name}: the folder {shown_name(target.parent)} does not exist: make it first")
    if not os.access(target.parent, os.W_OK | os.X_OK):
        raise OutputError(f"{name}: the folder {shown_name(target.parent)} may not be written to")
    return target


def _check_existing(path: PathLike, exists: os.stat_result, overwrite: bool) -> None:
    name = shown_name(path)
    if stat.S_ISDIR(exists.st_mode):
        raise OutputError(f"{name}: is a folder: give the name of a file")
    if not stat.S_ISREG(exists.st_mode):
        raise OutputError(f"{name}: is not an ordinary file and will not be replaced")
    if not overwrite:
        raise _exists(path)


def _exists(path: PathLike) -> OutputExistsError:
    return OutputExistsError(f"{shown_name(path)}: exists already: {_OVERWRITE_HINT}")


def _lookup(path: Path) -> os.stat_result | None:
    """State of a file, or None when there is none; impossible names raise OSError or ValueError."""
    try:
        return os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None


def _is_same(target: Path, exists: os.stat_result | None, other: PathLike) -> bool:
    if os.path.normcase(target) == os.path.normcase(os.path.realpath(other)):
        return True
    try:
        return exists is not None and os.path.samestat(exists, os.stat(other))
    except (OSError, ValueError):
        return False


def _mode(target: Path) -> int | None:
    exists = _lookup(target)
    return None if exists is None else stat.S_IMODE(exists.st_mode)


def _write_synced(path: Path, data: bytes, mode: int | None) -> None:
    """Write a new file to the disk itself; without a mode the user's umask decides."""
    binary = getattr(os, "O_BINARY", 0)
    first = 0o666 if mode is None else mode & 0o666
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | binary, first)
    with open(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    if mode is not None:
        path.chmod(mode)


def _rename(temporary: Path, target: Path, overwrite: bool) -> None:
    """Give the file its name; without ``overwrite`` a file that has just appeared there is not replaced."""
    if not overwrite:
        try:
            os.link(temporary, target)  # unlike a rename, fails when the name is taken
        except FileExistsError:
            raise
        except (OSError, NotImplementedError):  # file systems without hard links
            if target.exists():
                raise FileExistsError(str(target)) from None
        else:
            return
    os.replace(temporary, target)


def _reason(problem: OSError | ValueError) -> str:
    text = problem.strerror if isinstance(problem, OSError) else str(problem)
    return text or type(problem).__name__
