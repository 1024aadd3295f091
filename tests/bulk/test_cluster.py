"""The Dask engine: workers that are lost, clusters that do not fit."""

from __future__ import annotations

import logging
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
from dask_cluster import cluster
from small_batch import fingerprints, write_photo

import smpsim
from smpsim.bulk import cluster as engine
from smpsim.bulk.job import Job, Settings
from smpsim.errors import MissingExtraError, ParameterError, SmpsimError

pytestmark = pytest.mark.usefixtures("photos")


def test_a_worker_that_is_lost_costs_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """The long version is tests/benchmarks/batch_kills.py."""
    caplog.set_level(logging.CRITICAL, "distributed")
    with cluster(workers=2) as (client, workers):
        results = []
        for result in smpsim.batch("in", "out", scale=8, client=client, manifest="m.jsonl"):
            if not results:
                workers[0].kill()
            results.append(result)
    assert [result.status for result in results] == ["done"] * 6
    assert len(fingerprints("out")) == 6
    assert len(Path("m.jsonl").read_bytes().splitlines()) == 6


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="signals of POSIX")
def test_a_scheduler_that_is_lost_ends_the_batch_and_resume_finishes(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, "distributed")
    for number in range(6):  # more than the window of two threads: some are never handed out
        write_photo(Path(f"in/more{number}.png"))
    with cluster(workers=2) as (client, _):
        scheduler = client.run_on_scheduler(os.getpid)
        batch = smpsim.batch("in", "out", scale=8, client=client, manifest="m.jsonl")
        results = [next(batch)]
        os.kill(scheduler, signal.SIGKILL)
        with pytest.raises(SmpsimError, match="scheduler is gone; start it again and go on with --resume"):
            results.extend(batch)
    assert len(results) < 12
    again = list(smpsim.batch("in", "out", scale=8, jobs=1, manifest="m.jsonl", resume=True))
    assert [result.status for result in again].count("skipped") == len(results)
    assert {result.status for result in again} == {"done", "skipped"}
    assert len(fingerprints("out")) == 12
    assert len(Path("m.jsonl").read_bytes().splitlines()) == 12


def test_paths_are_as_they_were_given(dask: Any, tmp_path: Path) -> None:
    """The workers run in another folder, so what they get is absolute; what is told is not."""
    results = list(smpsim.batch("in", "out", scale=8, client=dask, include=["a.*"], manifest="m.jsonl"))
    assert sorted(result.src for result in results) == ["in/a.png", "in/one/a.png", "in/two/deep/a.webp"]
    assert {result.status for result in results} == {"done"}
    assert str(tmp_path) not in Path("m.jsonl").read_text("ascii")


def test_the_photo_of_a_view_is_absolute_too() -> None:
    class Client:
        def submit(self, _: object, job: Job, *rest: object, pure: bool) -> Job:
            return job

    asked = Job("in/a.smp.json", None, "out/a.png", view=0, photo="in/a.png")
    sent = engine.Cluster(Client(), Settings(), "tag")._submit(asked)
    assert (sent.src, sent.photo) == (os.path.abspath("in/a.smp.json"), os.path.abspath("in/a.png"))


def test_photos_that_cannot_be_used_fail_alone(dask: Any) -> None:
    Path("in/a.png").write_bytes(b"no picture")
    results = {result.src: result for result in smpsim.batch("in", "out", scale=8, client=dask)}
    assert [src for src, result in results.items() if result.status == "failed"] == ["in/a.png"]
    error = results["in/a.png"].error
    assert error is not None
    assert error.code == 3


def test_stop_leaves_the_rest(dask: Any) -> None:
    batch = smpsim.batch("in", "out", scale=8, client=dask)
    batch.stop()
    # the window was handed out before the first result
    assert len(list(batch)) <= 6
    assert [name for name in fingerprints("out") if name.endswith(".tmp")] == []


def test_another_version_on_a_worker_is_refused(dask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smpsim, "__version__", "99")
    with pytest.raises(ParameterError, match=r"a worker has smpsim .*, here it is 99"):
        list(smpsim.batch("in", "out", scale=8, client=dask))


def test_a_cluster_without_workers_is_refused() -> None:
    with cluster(workers=0) as (client, _), pytest.raises(ParameterError, match="no workers yet"):
        list(smpsim.batch("in", "out", scale=8, client=client))


def test_no_scheduler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_CONNECT_S", 1)
    for address in ("tcp://127.0.0.1:9", "nowhere.json", "not an address"):
        with pytest.raises(ParameterError, match="no scheduler answers"):
            engine.connect(address)


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingExtraError, match=r"smpsim\[dask\]"):
        engine.connect("tcp://127.0.0.1:9")
