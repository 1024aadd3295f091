"""Work that takes a while: files to be handed over, made one after another beside the page's previews.

Results stay in memory, until they have been fetched or for ten minutes; nothing of them is written to the disk.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from starlette.exceptions import HTTPException

from smpsim.errors import message_of
from smpsim.studio.exports import Export, Order, make

#: a result that nobody fetches is dropped after, s
KEPT_SECONDS = 600.0
#: jobs that wait, run or have a result
MAX_JOBS = 20
#: results together, bytes
MAX_BYTES = 1024 * 1024 * 1024


class CancelledError(Exception):
    """Nobody wants the result any more."""


@dataclass(eq=False)
class Job:
    """A file to be handed over, and how far it is.

    Attributes
    ----------
    order : Order
        What is made.
    state : str
        "waiting", "running", "done", "failed" or "cancelled".
    progress : float
        Share that is done, 0 to 1.
    stage : str
        What is worked on.
    error : str
        Why it failed, in one line.
    export : Export or None
        The result.
    """

    order: Order | None
    state: str = "waiting"
    progress: float = 0.0
    stage: str = ""
    error: str = ""
    export: Export | None = None
    touched: float = field(default_factory=time.monotonic)
    digests: frozenset[str] = frozenset()
    _cancelled: threading.Event = field(default_factory=threading.Event)

    def told(self) -> dict[str, Any]:
        """Return what the page is told of it."""
        told: dict[str, Any] = {"state": self.state, "progress": round(self.progress, 3), "stage": self.stage}
        if self.error:
            told["error"] = self.error
        if self.export is not None:
            told |= {"name": self.export.name, "bytes": len(self.export.data)}
        return told

    def cancel(self) -> None:
        """Ask it to end; it does at the next tile or picture, and a job that waits lets go of its photos at once."""
        self._cancelled.set()
        self.order = None

    def run(self) -> None:
        """Make the result, whatever comes of it."""
        order, self.order = self.order, None  # photos are held no longer than it takes
        try:
            self._advance(0.0, "beginning")
            assert order is not None
            self.state, self.export = "running", make(order, self._advance)
            self._advance(1.0, "")
            self.state = "done"
        except CancelledError:
            self.state, self.export = "cancelled", None
        except Exception as problem:  # a bug, too, must not take the studio with it
            self.state, self.error = "failed", message_of(problem)
        self.touched = time.monotonic()

    def _advance(self, share: float, stage: str) -> None:
        if self._cancelled.is_set():
            raise CancelledError
        self.state, self.progress, self.stage = "running", share, stage


class Jobs:
    """The jobs of a studio, one at work at a time, so that the page's own previews stay quick.

    Parameters
    ----------
    clock : callable
        Seconds; replaced by tests.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="smpsim-job")

    def add(self, order: Order) -> str:
        """Begin a job, when those before it are done; return its id.

        Raises
        ------
        HTTPException
            429 when too many wait or have not been fetched.
        """
        job = Job(order, digests=frozenset(order.photos))
        with self._lock:
            self._drop_old()
            if len(self._jobs) >= MAX_JOBS or self._bytes() > MAX_BYTES:
                raise HTTPException(429, "too much waits to be fetched already; fetch or cancel some of it")
            key = secrets.token_urlsafe(16)
            self._jobs[key] = job
        self._worker.submit(job.run)
        return key

    def get(self, key: str) -> Job:
        """Return a job.

        Raises
        ------
        HTTPException
            404 when it is not there (any more).
        """
        with self._lock:
            self._drop_old()
            if key not in self._jobs:
                raise HTTPException(404, "there is no such job any more; ask for it again")
            return self._jobs[key]

    def drop(self, key: str) -> None:
        """Cancel a job, or let go of its result."""
        with self._lock:
            job = self._jobs.pop(key, None)
        if job is not None:
            job.cancel()

    def forget(self, digests: Iterable[str]) -> None:
        """Cancel and drop everything that was made of some photos."""
        gone = set(digests)
        for key in [key for key, job in list(self._jobs.items()) if job.digests & gone]:
            self.drop(key)

    def close(self) -> None:
        """Cancel everything."""
        for key in list(self._jobs):
            self.drop(key)
        self._worker.shutdown(wait=False, cancel_futures=True)

    def _bytes(self) -> int:
        return sum(len(job.export.data) for job in self._jobs.values() if job.export is not None)

    def _drop_old(self) -> None:
        old = self._clock() - KEPT_SECONDS
        finished = ("done", "failed", "cancelled")
        for key in [key for key, job in self._jobs.items() if job.state in finished and job.touched < old]:
            del self._jobs[key]
