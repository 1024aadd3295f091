"""What the tests of batches share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dask_cluster import cluster
from small_batch import write_photo

from smpsim.bulk.process import Worker


@pytest.fixture
def photos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Six photos in three folders below `in` of the current folder."""
    monkeypatch.chdir(tmp_path)
    names = ("a.png", "b.jpg", "one/a.png", "one/c.jpg", "two/d.png", "two/deep/a.webp")
    return [write_photo(Path("in") / name) for name in names]


@pytest.fixture(scope="session")
def dask() -> Iterator[Any]:
    """A client of a cluster with two worker processes."""
    with cluster(workers=2) as (client, _):
        yield client


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> list[Worker]:
    """All workers that the test has started, in order."""
    started: list[Worker] = []
    start = Worker.start

    def noted(*arguments: Any) -> Worker:
        started.append(start(*arguments))
        return started[-1]

    monkeypatch.setattr(Worker, "start", noted)
    return started
