"""The local pool: worker processes within the cores and the memory of this machine.

Every worker has a pipe of its own, so it is known which photo a dead one had in hand: that photo alone is tried once
more, with nothing beside it (most workers die for want of memory), and the others never notice. A photo is handed out
when what it takes fits into what is left of the memory; one that is too large for company waits until it is alone.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing import connection

from smpsim.bulk.job import BatchResult, Job, Settings, failed
from smpsim.bulk.machine import PIXEL_BYTES, WORKER_BYTES, photo_bytes
from smpsim.bulk.process import Worker
from smpsim.errors import SmpsimError
from smpsim.files.source import shown_name

PHOTOS_PER_WORKER = 500
"""After so many a worker is replaced, against memory that libraries do not give back (an estimate)."""
_STARTS = 5


@dataclass
class Pool:
    """Workers and what they have to do.

    Attributes
    ----------
    settings : Settings
        What all photos share.
    jobs : int
        Workers at most.
    memory : int
        Bytes that all of them may take.
    tag : str
        Of the batch, for temporary files.
    lock : str or None
        Manifest whose lock is shared.
    """

    settings: Settings
    jobs: int
    memory: int
    tag: str
    lock: str | None = None
    _workers: list[Worker] = field(default_factory=list)
    _waiting: deque[Job] = field(default_factory=deque)
    _again: deque[Job] = field(default_factory=deque)
    _tried: set[Job] = field(default_factory=set)
    _bytes: dict[Job, int] = field(default_factory=dict)
    _dead_starts: int = 0

    def run(self, jobs: Sequence[Job], stopped: Callable[[], bool]) -> Generator[BatchResult, None, None]:
        """Do photos.

        Parameters
        ----------
        jobs : sequence of Job
            The photos.
        stopped : callable
            Asked before photos are handed out; once true, what is begun is finished and the rest left.

        Yields
        ------
        BatchResult
            As the photos finish, in any order.

        Raises
        ------
        SmpsimError
            Workers die before they have begun.
        """
        self._waiting.extend(jobs)
        try:
            while True:
                if not stopped():
                    self._hand_out()
                if not self._busy() and (stopped() or not (self._waiting or self._again)):
                    break
                yield from self._heard()
            self._dismiss()
        finally:
            for worker in self._workers:
                worker.kill()

    def _busy(self) -> list[Worker]:
        return [worker for worker in self._workers if worker.job is not None]

    def _hand_out(self) -> None:
        """Give photos to workers that are ready, as long as the memory allows."""
        self._hire()
        idle = [worker for worker in self._workers if worker.ready and worker.job is None]
        while idle and (queue := self._next()):
            if queue[0] not in self._bytes:
                self._bytes[queue[0]] = PIXEL_BYTES * queue[0].pixels or photo_bytes(queue[0].src)
            if self._busy() and self._taken() + self._bytes[queue[0]] > self.memory:
                return
            job = queue.popleft()
            idle.pop().begin(job, self._bytes.pop(job))

    def _hire(self) -> None:
        """Start as many workers as cores, memory and photos ask for, one at least."""
        free = self.jobs - len(self._workers)
        wanted = len(self._waiting) + len(self._again) + len(self._busy()) - len(self._workers)
        for _ in range(min(free, wanted)):
            if self._workers and self._taken() + WORKER_BYTES > self.memory:
                return
            self._workers.append(Worker.start(self.settings, self.tag, self.lock))

    def _next(self) -> deque[Job]:
        """Return the photos that may be handed out now; one that is tried again has the machine for itself."""
        busy = self._busy()
        if self._again:
            return self._again if not busy else deque()
        return deque() if any(worker.job in self._tried for worker in busy) else self._waiting

    def _taken(self) -> int:
        return sum(WORKER_BYTES + worker.bytes for worker in self._workers)

    def _heard(self) -> Iterator[BatchResult]:
        """Wait for news, and return the results among them."""
        workers = {worker.pipe: worker for worker in self._workers if worker.job is not None or not worker.ready}
        for pipe in connection.wait(list(workers)):
            worker = workers[pipe]  # type: ignore[index]
            try:
                result = worker.take()
            except EOFError:
                result = self._lost(worker)
            else:
                self._dead_starts = 0
                self._replace(worker)
            if result is not None:
                yield result

    def _replace(self, worker: Worker) -> None:
        if worker.n_done >= PHOTOS_PER_WORKER:
            self._workers.remove(worker)
            worker.end()

    def _lost(self, worker: Worker) -> BatchResult | None:
        """Bury a worker; its photo is tried once more, or has failed."""
        self._workers.remove(worker)
        worker.kill()
        job = worker.job
        if job is None:
            self._dead_starts += 1
            if self._dead_starts >= _STARTS:
                raise SmpsimError(f"{_STARTS} workers in a row died before they had begun: is the memory exhausted?")
            return None
        if job not in self._tried:
            self._tried.add(job)
            self._again.append(job)
            return None
        return failed(job, 1, f"{shown_name(job.src)}: its worker died twice, the second time alone")

    def _dismiss(self) -> None:
        """Let all workers go."""
        leaving, self._workers = self._workers, []
        for worker in leaving:
            worker.pipe.close()
        for worker in leaving:
            worker.end()
