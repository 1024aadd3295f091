"""A Dask cluster of separate processes on this machine."""

import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

from distributed import Client


@contextmanager
def cluster(workers: int) -> Iterator[tuple[Client, list[subprocess.Popen[bytes]]]]:
    """Start a scheduler and workers of one thread each, for this machine alone; yield client and workers."""
    address = f"tcp://127.0.0.1:{free_port()}"
    with tempfile.TemporaryDirectory() as scratch:
        scheduler = _start("scheduler", "--host", address, "--no-dashboard")
        nannyless = ("worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard")
        processes = [_start(*nannyless, "--local-directory", scratch) for _ in range(workers)]
        try:
            with Client(address, timeout=60, set_as_default=False) as client:
                if workers:
                    client.wait_for_workers(workers, timeout=60)
                yield client, processes
        finally:
            for process in (*processes, scheduler):
                process.kill()
                process.wait()
            time.sleep(0.1)


def _start(*words: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "distributed.cli.dask_" + words[0], *words[1:]]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
