"""The manifest: one JSON line for every photo as it finishes, and what a later run may rely on.

A line is written at once, so a killed batch has lost at most the lines of the photos that were in hand; a torn last
line is dropped. ``batch`` in every line is a digest of the settings: photos that were rendered otherwise are not taken
for done. The file is locked while a batch and its workers live (where the system can), so that two batches never
write to one manifest, and a batch that follows a killed one waits for the last of its workers.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import IO, Any

from numpy.typing import NDArray

from smpsim.bulk.job import BatchResult
from smpsim.errors import InputError, OutputError, OutputExistsError
from smpsim.files.source import shown_name

try:
    import fcntl
except ImportError:  # Windows: no lock that several processes can share
    fcntl = None  # type: ignore[assignment]

_PATIENCE_S = 15.0
_SETTLED = ("done", "skipped")


def digest(facts: Mapping[str, Any]) -> str:
    """Sixteen letters and digits that stand for some facts."""
    return hashlib.blake2b(json.dumps(facts, sort_keys=True, default=_of_array).encode(), digest_size=8).hexdigest()


def _of_array(fact: NDArray[Any]) -> str:
    """All of an array, of which numpy prints only the corners."""
    return f"{fact.dtype.str} {fact.shape} {hashlib.blake2b(fact.tobytes()).hexdigest()}"


@dataclass
class Manifest:
    """A manifest that is open for writing.

    Attributes
    ----------
    lines : dict of (src, out) to bytes
        Lines of photos that need not be done again.
    """

    path: str
    file: IO[bytes]
    batch: str
    lines: dict[tuple[str, str], bytes] = field(default_factory=dict)

    @classmethod
    def open(cls, path: str, batch: str, *, resume: bool, overwrite: bool) -> Manifest:
        """Open and lock a manifest; nothing is written before :meth:`begin`.

        Parameters
        ----------
        path : str
            The file.
        batch : str
            Digest of the settings.
        resume : bool
            Whether to go on with one that exists.
        overwrite : bool
            Whether one that exists may be replaced.

        Raises
        ------
        OutputExistsError
            It exists, and neither was said; or another batch is writing to it.
        InputError
            It is no manifest, or one of another batch.
        OutputError
            It cannot be written.
        """
        name = shown_name(path)
        exists = os.path.exists(path) and os.path.getsize(path) > 0
        if exists and not (resume or overwrite):
            raise OutputExistsError(f"{name}: the manifest exists already: use --resume to go on, or another name")
        try:
            file = open(path, "r+b" if os.path.exists(path) else "w+b", buffering=0)  # noqa: SIM115
        except OSError as problem:
            raise OutputError(f"{name}: the manifest cannot be written ({problem.strerror})") from problem
        try:
            _lock(file, name)
            return cls(path, file, batch, _read(file, batch, name) if exists and resume else {})
        except BaseException:
            file.close()
            raise

    @property
    def done(self) -> Collection[tuple[str, str]]:
        """Photos that need not be done again, by source and output."""
        return self.lines.keys()

    def begin(self, photos: Mapping[str, str] = MappingProxyType({})) -> None:
        """Keep the lines of photos that are settled alone, so that each photo has one line in the end.

        Parameters
        ----------
        photos : mapping of str to str
            Previews and their photos: a photo that had another name in an earlier run keeps no line under that.
        """
        self.lines = {(src, out): line for (src, out), line in self.lines.items() if photos.get(out, src) == src}
        self.file.seek(0)
        self._write(b"".join(self.lines.values()))
        self.file.truncate()

    def write(self, result: BatchResult) -> None:
        """Write the line of a photo, once.

        Raises
        ------
        OutputError
            The disk refuses.
        """
        if (result.src, result.out) not in self.lines:
            line = json.dumps(result.as_dict() | {"batch": self.batch}, allow_nan=False)
            self._write(line.encode("ascii") + b"\n")

    def _write(self, data: bytes) -> None:
        try:
            while data:  # an unbuffered file may take a part
                data = data[self.file.write(data) :]
        except OSError as problem:
            name = shown_name(self.path)
            raise OutputError(f"{name}: the manifest cannot be written ({problem.strerror})") from problem

    def close(self) -> None:
        """Close the file and give up the lock."""
        self.file.close()

    def abandon(self) -> None:
        """Close the file of a batch that never began, and remove it when there is nothing in it."""
        if os.fstat(self.file.fileno()).st_size == 0:
            os.unlink(self.path)
        self.file.close()


def share_lock(path: str | None) -> IO[bytes] | None:
    """Hold the lock of a manifest together with its batch, as long as the file that is returned is open."""
    if path is None or fcntl is None:
        return None
    with suppress(OSError):
        file = open(path, "rb")  # noqa: SIM115
        fcntl.flock(file, fcntl.LOCK_SH)
        return file
    return None


def _lock(file: IO[bytes], name: str) -> None:
    """Wait for the last worker of a killed batch; then keep others out."""
    if fcntl is None:
        return
    until = time.monotonic() + _PATIENCE_S
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)  # shared with the workers
            return
        except BlockingIOError:
            if time.monotonic() > until:
                raise OutputExistsError(f"{name}: another batch is writing to this manifest") from None
            time.sleep(0.1)
        except OSError:  # a file system without locks
            return


def _read(file: IO[bytes], batch: str, name: str) -> dict[tuple[str, str], bytes]:
    """Return the lines of photos that are settled, by source and output."""
    kept: dict[tuple[str, str], bytes] = {}
    for number, line in enumerate(file.read().splitlines(keepends=True)):
        entry = _entry(line)
        if entry is None:
            if number == 0 and line.endswith(b"\n"):
                raise InputError(f"{name}: is no manifest of a batch: give another name")
            continue
        if entry["batch"] != batch:
            raise InputError(
                f"{name}: is the manifest of another batch, or of other settings: repeat the words of the first run "
                "(only the photos may be named anew), or give another name and --on-exists skip to keep what is there"
            )
        if entry["status"] in _SETTLED and os.path.exists(entry["out"]):
            kept[entry["src"], entry["out"]] = line
    return kept


def _entry(line: bytes) -> dict[str, Any] | None:
    """Parse a line; None when it is torn or not ours."""
    try:
        entry = json.loads(line) if line.endswith(b"\n") else None
    except ValueError:
        return None
    names = ("src", "out", "status", "batch")
    return entry if isinstance(entry, dict) and all(isinstance(entry.get(name), str) for name in names) else None
