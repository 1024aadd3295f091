"""A worker: a process of its own that does one photo after the other."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import connection, get_context, parent_process
from multiprocessing.connection import Connection
from typing import Any

from smpsim.bulk.job import BatchResult, Job, Settings
from smpsim.files.atomic import sweep

# numerical libraries read these when they are loaded
_ENVIRONMENT = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)
_SPAWN = get_context("spawn")
_FAREWELL_S = 5.0


@dataclass
class Worker:
    """A worker, as its batch sees it.

    Attributes
    ----------
    job : Job or None
        What it has in hand.
    bytes : int
        Memory that the job takes beyond the worker's own.
    ready : bool
        Whether it has loaded everything.
    n_done : int
        Photos that it has finished.
    """

    process: Any
    pipe: Connection
    tag: str
    job: Job | None = None
    bytes: int = 0
    ready: bool = False
    n_done: int = 0

    @classmethod
    def start(cls, settings: Settings, tag: str, lock: str | None) -> Worker:
        """Start a worker; it says when it is ready.

        Parameters
        ----------
        settings : Settings
            What all photos share.
        tag : str
            Of the batch; with the number of the process it marks the worker's temporary files.
        lock : str or None
            Manifest whose lock the worker shares.
        """
        ours, theirs = _SPAWN.Pipe()
        process = _SPAWN.Process(target=_serve, args=(theirs, settings, tag, lock), daemon=True)
        with _environment():
            process.start()
        theirs.close()  # so that the pipe ends when the worker does
        return cls(process, ours, _tag(tag, process.pid))

    def begin(self, job: Job, bytes: int) -> None:
        """Hand over a photo."""
        self.job, self.bytes = job, bytes
        with suppress(OSError):  # it is dead: take() tells
            self.pipe.send(job)

    def take(self) -> BatchResult | None:
        """Return what the worker says: the result of its photo, or None when it is ready.

        Raises
        ------
        EOFError
            It has died.
        """
        try:
            result: BatchResult | None = self.pipe.recv()
        except OSError as problem:
            raise EOFError from problem
        if result is not None:
            self.job, self.bytes, self.n_done = None, 0, self.n_done + 1
        self.ready = True
        return result

    def end(self) -> None:
        """Let an idle worker go."""
        self.pipe.close()
        self.process.join(_FAREWELL_S if self.ready else 0)
        if self.process.is_alive():
            self.kill()

    def kill(self) -> None:
        """End the worker at once and remove what it has half written."""
        self.process.kill()
        self.process.join()
        self.pipe.close()
        if self.job is not None:
            sweep(os.path.dirname(self.job.out) or ".", self.tag)


def _tag(tag: str, pid: int | None) -> str:
    return f"{tag}-{pid}"


@contextmanager
def _environment() -> Iterator[None]:
    """Tell processes that are started in the block to use one thread each."""
    before = {name: os.environ.get(name) for name in _ENVIRONMENT}
    os.environ.update(_ENVIRONMENT)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _serve(pipe: Connection, settings: Settings, tag: str, lock: str | None) -> None:
    """Do photos until the pipe ends; the body of the process."""
    for name in (signal.SIGINT, signal.SIGTERM):  # sent to the whole group: the batch decides what becomes of us
        signal.signal(name, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    from smpsim.bulk.manifest import share_lock

    held = share_lock(lock)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # what C libraries say about damaged files, with their names
    from smpsim.bulk.work import do

    with suppress(EOFError, OSError):  # the batch has ended
        pipe.send(None)
        while True:
            pipe.send(do(pipe.recv(), settings, _tag(tag, os.getpid())))
    if held is not None:
        held.close()


def _end_with_parent() -> None:
    """End at once when the batch is killed: nobody would hear of the photo in hand."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
