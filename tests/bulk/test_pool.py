"""Workers that die, batches that are stopped, interrupted or killed; memory."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from small_batch import fingerprints, write_photo

import smpsim
from smpsim.bulk import pool
from smpsim.bulk.job import Job, Settings
from smpsim.bulk.pool import Pool
from smpsim.bulk.process import Worker
from smpsim.errors import SmpsimError

posix = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")


@posix
@pytest.mark.usefixtures("photos")
def test_a_worker_that_dies_costs_nothing(workers: list[Worker]) -> None:
    results = []
    for result in smpsim.batch("in", "out", scale=8, jobs=2, manifest="m.jsonl"):
        if not results:
            for worker in workers[:2]:
                worker.process.kill()
        results.append(result)
    assert [result.status for result in results] == ["done"] * 6
    assert len(fingerprints("out")) == 6
    assert len(Path("m.jsonl").read_bytes().splitlines()) == 6


@posix
def test_a_photo_that_kills_its_worker_fails_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A photo that is a pipe makes its worker wait, so that it can be killed with that very photo in hand."""
    monkeypatch.chdir(tmp_path)
    os.mkfifo("bad.png")
    write_photo(Path("in/good.png"))
    made = Pool(Settings(), 2, 10**10, "test")
    jobs = [Job("bad.png", "in/good_mask.png", "out/bad.png"), Job("in/good.png", "in/good_mask.png", "out/good.png")]
    Path("out").mkdir()
    tries = []

    begin = Worker.begin

    def begin_and_kill(worker: Worker, job: Job, bytes: int) -> None:
        begin(worker, job, bytes)
        if job.src == "bad.png":
            beside = [other.job for other in made._workers if other is not worker and other.job]
            tries.append(beside)
            (tmp_path / f"out/.smpsim-{worker.tag}-0123.tmp").write_bytes(b"half")
            worker.process.kill()

    monkeypatch.setattr(Worker, "begin", begin_and_kill)
    monkeypatch.setattr(pool, "photo_bytes", lambda _: 0)  # which would wait for the pipe
    results = {result.src: result for result in made.run(jobs, lambda: False)}
    assert results["in/good.png"].status == "done"
    error = results["bad.png"].error
    assert error is not None
    assert (error.code, error.message) == (1, "bad.png: its worker died twice, the second time alone")
    assert len(tries) == 2
    assert tries[1] == []
    assert list(fingerprints("out")) == ["good.png"]


@pytest.mark.usefixtures("photos")
def test_a_crash_inside_a_worker_is_told_as_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    from smpsim.bulk import work

    monkeypatch.setattr(work, "render", lambda *_, **__: 1 / 0)
    result = work.do(Job("in/a.png", "in/a_mask.png", "out/a.png"), Settings(), "test")
    assert result.error is not None
    assert result.error.code == 1
    assert "ZeroDivisionError" in result.error.message


@pytest.mark.usefixtures("photos")
def test_workers_that_cannot_start_end_the_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    original = Worker.start

    def stillborn(*arguments: Any) -> Worker:
        worker = original(*arguments)
        worker.process.kill()
        return worker

    monkeypatch.setattr(Worker, "start", stillborn)
    with pytest.raises(SmpsimError, match="5 workers in a row died"):
        list(smpsim.batch("in", "out", scale=8, jobs=1))


@pytest.mark.usefixtures("photos")
def test_stop_finishes_what_is_begun(workers: list[Worker]) -> None:
    batch = smpsim.batch("in", "out", scale=8, jobs=2, manifest="m.jsonl")
    results = []
    for result in batch:
        batch.stop()
        results.append(result)
    assert 1 <= len(results) <= 3
    assert len(fingerprints("out")) == len(results) == len(Path("m.jsonl").read_bytes().splitlines())
    assert not any(worker.process.is_alive() for worker in workers)


@pytest.mark.usefixtures("photos")
def test_close_leaves_no_worker_and_nothing_half_written(workers: list[Worker]) -> None:
    batch = smpsim.batch("in", "out", scale=8, jobs=2)
    first = next(batch)
    batch.close()
    assert not any(worker.process.is_alive() for worker in workers)
    made = list(fingerprints("out"))
    assert Path(first.out).relative_to("out").as_posix() in made
    assert [name for name in made if name.endswith(".tmp")] == []
    assert list(batch) == []


@pytest.mark.usefixtures("photos")
def test_workers_are_replaced_after_many_photos(monkeypatch: pytest.MonkeyPatch, workers: list[Worker]) -> None:
    monkeypatch.setattr(pool, "PHOTOS_PER_WORKER", 2)
    assert len(list(smpsim.batch("in", "out", scale=8, jobs=1))) == 6
    assert len(workers) == 3
    assert len(fingerprints("out")) == 6


def test_memory_bounds_what_is_done_at_once(monkeypatch: pytest.MonkeyPatch, photos: list[Path]) -> None:
    """Photos that take half of the memory each are done two at a time, one that takes all of it alone."""
    sizes = {str(path): 400 for path in photos} | {str(photos[2]): 5000}
    monkeypatch.setattr(pool, "WORKER_BYTES", 10)
    monkeypatch.setattr(pool, "photo_bytes", sizes.__getitem__)
    made = Pool(Settings(), 4, 1000, "test")
    jobs = [
        Job(str(path), f"{path.parent}/{path.stem}_mask.png", f"{path.name}{i}.png") for i, path in enumerate(photos)
    ]
    seen = []
    begin = Worker.begin

    def note(worker: Worker, job: Job, bytes: int) -> None:
        begin(worker, job, bytes)
        seen.append(sorted(other.bytes for other in made._workers if other.job))

    monkeypatch.setattr(Worker, "begin", note)
    results = list(made.run(jobs, lambda: False))
    assert [result.status for result in results] == ["done"] * 6
    assert max(map(len, seen)) == 2
    assert [company for company in seen if 5000 in company] == [[5000]]


def test_a_worker_has_one_thread(workers: list[Worker], photos: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setenv("MKL_NUM_THREADS", "7")
    batch = smpsim.batch(photos[0], "out", scale=8, jobs=1)
    environment = Path("/proc/self/environ")
    if not environment.exists():
        pytest.skip("Linux")
    pids = []
    start = Worker.start

    def read(*arguments: Any) -> Worker:
        worker = start(*arguments)
        place, deadline = Path(f"/proc/{worker.process.pid}/environ"), time.monotonic() + 10
        # empty for a moment, while the process becomes a new program
        while not (found := place.read_bytes()) and time.monotonic() < deadline:
            time.sleep(0.01)
        pids.append(found)
        return worker

    monkeypatch.setattr(Worker, "start", read)
    assert [result.status for result in batch] == ["done"]
    assert b"\0OMP_NUM_THREADS=1\0" in b"\0" + pids[0]
    assert b"\0MKL_NUM_THREADS=1\0" in b"\0" + pids[0]
    assert "OMP_NUM_THREADS" not in os.environ
    assert os.environ["MKL_NUM_THREADS"] == "7"


@posix
@pytest.mark.usefixtures("photos")
def test_the_workers_of_a_killed_batch_end_and_resume_finishes() -> None:
    """Killed at several moments; the long version is tests/benchmarks/batch_kills.py."""
    words = [sys.executable, "-m", "smpsim", "batch", "in", "-o", "out", "--px-per-mm", "8", "-j", "2", "-q"]
    words += ["--manifest", "m.jsonl"]
    for number in range(3):
        with subprocess.Popen(words + ["--resume"] * (number > 0)) as process:
            until = time.monotonic() + 30
            while len(list(Path("out").rglob("*_smp.*"))) <= number and time.monotonic() < until:
                time.sleep(0.01)
            process.send_signal(signal.SIGKILL)
    done = subprocess.run([*words, "--resume"], check=False, timeout=60)
    assert done.returncode == 0
    assert len(fingerprints("out")) == 6
    assert len(Path("m.jsonl").read_bytes().splitlines()) == 6
