"""A Dask cluster: the same work on many machines that see the same files.

Paths travel, never pictures. Tasks are handed out in a window, as the scheduler's memory and time per task grow with
their number. A task whose worker is lost is given to another one by Dask itself; that it may be done twice does no
harm, as the same photo gives the same bytes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

import smpsim
from smpsim.bulk.job import BatchResult, Job, Settings, failed
from smpsim.errors import MissingExtraError, ParameterError, SmpsimError
from smpsim.files.atomic import sweep
from smpsim.files.source import shown_name

if TYPE_CHECKING:
    from distributed import Client

_CONNECT_S = 30
_TASKS_PER_THREAD = 4
"""Tasks in the window for each thread of the cluster, so that none waits for the next one (an estimate)."""


def connect(address: str) -> Client:
    """Connect to a cluster.

    Parameters
    ----------
    address : str
        Of the scheduler (``tcp://host:8786``), or its file (``scheduler.json``).

    Raises
    ------
    MissingExtraError
        The package distributed is not installed.
    ParameterError
        No scheduler answers.
    """
    try:
        from distributed import Client
    except ImportError as problem:
        raise MissingExtraError(
            '--dask needs the package distributed: pip install "smpsim[dask]"', extra="dask"
        ) from problem
    try:
        if address.endswith(".json"):
            os.stat(address)  # dask would wait for it for ever
            return Client(scheduler_file=address, timeout=_CONNECT_S, set_as_default=False)
        return Client(address, timeout=_CONNECT_S, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as problem:
        raise ParameterError(f"--dask: no scheduler answers at {address}", name="dask", value=address) from problem


@dataclass
class Cluster:
    """A cluster and what it has to do.

    Attributes
    ----------
    client : distributed.Client
        Connected; it is not closed here.
    settings : Settings
        What all photos share.
    tag : str
        Of the batch, for temporary files.
    """

    client: Client
    settings: Settings
    tag: str

    def run(self, jobs: Sequence[Job], stopped: Callable[[], bool]) -> Generator[BatchResult, None, None]:
        """Do photos; see :meth:`smpsim.bulk.pool.Pool.run`.

        Raises
        ------
        ParameterError
            The cluster has no workers, or one with another version of smpsim.
        SmpsimError
            The scheduler is gone.
        """
        if not jobs:
            return
        from distributed import as_completed

        window = _TASKS_PER_THREAD * self._check()
        waiting = iter(jobs)
        running = {self._submit(job): job for job in islice(waiting, window)}
        try:
            for future in (finished := as_completed(running, loop=self.client.loop)):
                yield _result(future, running.pop(future))
                following = None if stopped() else next(waiting, None)
                if following is not None:
                    running[future := self._submit(following)] = following
                    finished.add(future)
        finally:
            self.client.cancel(list(running))
            for folder in {os.path.dirname(job.out) for job in jobs}:
                sweep(folder or ".", self.tag)  # of workers that were lost

    def _submit(self, job: Job) -> Any:
        """Hand out a photo, by paths that mean the same on every machine."""
        paths = {name: getattr(job, name) for name in ("src", "mask", "out", "sidecar", "protect", "photo")}
        mine = replace(job, **{name: os.path.abspath(path) for name, path in paths.items() if path is not None})
        return self.client.submit(_do, mine, self.settings, self.tag, pure=False)

    def _check(self) -> int:
        """Return the number of threads, after a look at every worker."""
        versions = self.client.run(_version, on_error="return")
        for version in versions.values():
            if version != smpsim.__version__:
                said = f"has smpsim {version}" if isinstance(version, str) else "cannot load smpsim"
                raise ParameterError(
                    f"--dask: a worker {said}, here it is {smpsim.__version__}; install the same on all machines",
                    name="dask",
                )
        if not versions:
            raise ParameterError("--dask: the cluster has no workers yet; start some", name="dask")
        return sum(self.client.nthreads().values())


def _do(job: Job, settings: Settings, tag: str) -> BatchResult:
    """Render one photo; runs on a worker, where everything is loaded late."""
    from smpsim.bulk.work import do

    return do(job, settings, tag)


def _version() -> str:
    return smpsim.__version__


def _result(future: Any, job: Job) -> BatchResult:
    """Return what came of a photo, with its paths as they were given."""
    try:
        result: BatchResult = future.result()
    except Exception as problem:  # whatever killed the task or the worker
        if future.cancelled():
            raise SmpsimError("the Dask scheduler is gone; start it again and go on with --resume") from problem
        kind = type(problem).__name__
        told = "its worker was lost again and again" if kind == "KilledWorker" else f"its worker failed ({kind})"
        return failed(job, 1, f"{shown_name(job.src)}: {told}")
    return replace(result, src=job.src, out=job.out)
