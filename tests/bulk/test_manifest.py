from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from smpsim.bulk import manifest
from smpsim.bulk.job import BatchError, BatchResult
from smpsim.bulk.manifest import Manifest, digest, share_lock
from smpsim.errors import InputError, OutputError, OutputExistsError

DONE = BatchResult("a.jpg", "a_smp.jpg", "done")
FAILED = BatchResult("b.jpg", "b_smp.jpg", "failed", error=BatchError(3, "b.jpg: no such file"))


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    Path("a_smp.jpg").touch()
    return "out.jsonl"


def write(path: str, *results: BatchResult, resume: bool = False, batch: str = "x") -> Manifest:
    made = Manifest.open(path, batch, resume=resume, overwrite=False)
    made.begin()
    for result in results:
        made.write(result)
    made.close()
    return made


def entries(path: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in Path(path).read_text("ascii").splitlines()]


def test_a_line_for_every_photo(path: str) -> None:
    write(path, DONE, FAILED)
    assert entries(path) == [
        {"src": "a.jpg", "out": "a_smp.jpg", "status": "done", "batch": "x"},
        {
            "src": "b.jpg",
            "out": "b_smp.jpg",
            "status": "failed",
            "error": {"code": 3, "message": "b.jpg: no such file"},
            "batch": "x",
        },
    ]


def test_names_that_are_no_text_survive(path: str) -> None:
    odd = BatchResult("caf\udce9 写.jpg", "a_smp.jpg", "done")
    write(path, odd)
    again = Manifest.open(path, "x", resume=True, overwrite=False)
    assert set(again.done) == {(odd.src, odd.out)}
    again.close()


def test_maps_that_differ_in_the_middle_alone_are_two_settings() -> None:
    flat, dome = np.zeros((100, 100)), np.zeros((100, 100))
    dome[50, 50] = 15
    assert digest({"map_mm": flat}) == digest({"map_mm": flat.copy()})
    assert len({digest({"map_mm": depth}) for depth in (flat, dome, flat.ravel(), flat.astype(np.float32))}) == 4


def test_resume_keeps_what_is_done_and_each_photo_has_one_line(path: str) -> None:
    write(path, DONE, FAILED)
    again = write(path, DONE, BatchResult("b.jpg", "b_smp.jpg", "done"), resume=True)
    assert set(again.done) == {("a.jpg", "a_smp.jpg")}
    assert [(entry["src"], entry["status"]) for entry in entries(path)] == [("a.jpg", "done"), ("b.jpg", "done")]


def test_a_preview_that_has_gone_is_not_done(path: str) -> None:
    write(path, DONE)
    Path("a_smp.jpg").unlink()
    assert not write(path, resume=True).done


@pytest.mark.parametrize("cut", range(1, 30, 4))
def test_a_torn_line_is_dropped(path: str, cut: int) -> None:
    write(path, DONE, DONE.__class__("c.jpg", "a_smp.jpg", "done"))
    data = Path(path).read_bytes()
    Path(path).write_bytes(data[:-cut])
    again = write(path, FAILED, resume=True)
    assert set(again.done) == {("a.jpg", "a_smp.jpg")}
    assert [entry["src"] for entry in entries(path)] == ["a.jpg", "b.jpg"]


def test_a_manifest_is_not_written_over_by_mistake(path: str) -> None:
    write(path, DONE)
    with pytest.raises(OutputExistsError, match=r"out\.jsonl: the manifest exists already: use --resume"):
        write(path)
    made = Manifest.open(path, "y", resume=False, overwrite=True)
    assert len(entries(path)) == 1  # until the batch begins
    made.begin()
    made.close()
    assert entries(path) == []


@pytest.mark.parametrize("text", ["a letter\nto a friend\n", '{"a": 1}\n', "[]\n", '{"src": 1, "out": 2}\n'])
def test_a_file_that_is_no_manifest_is_left_alone(path: str, text: str) -> None:
    Path(path).write_text(text, "utf-8")
    with pytest.raises(InputError, match="no manifest"):
        write(path, resume=True)
    assert Path(path).read_text("utf-8") == text


def test_the_manifest_of_other_settings_is_refused(path: str) -> None:
    write(path, DONE)
    with pytest.raises(InputError, match="other settings"):
        write(path, resume=True, batch="y")
    assert len(entries(path)) == 1


def test_a_batch_that_never_begins_leaves_nothing(path: str) -> None:
    Manifest.open(path, "x", resume=False, overwrite=False).abandon()
    assert not Path(path).exists()
    write(path, DONE)
    Manifest.open(path, "x", resume=True, overwrite=False).abandon()
    assert len(entries(path)) == 1


@pytest.mark.parametrize("impossible", ["nowhere/out.jsonl", "folder"])
def test_a_manifest_that_cannot_be_written(path: str, impossible: str) -> None:
    Path("folder").mkdir()
    with pytest.raises(OutputError, match="cannot be written"):
        Manifest.open(impossible, "x", resume=False, overwrite=True)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk(path: str) -> None:
    with open("/dev/full", "r+b", buffering=0) as full, pytest.raises(OutputError, match="No space left"):
        Manifest("full.jsonl", full, "x").write(DONE)


@pytest.mark.skipif(manifest.fcntl is None, reason="no shared locks here")
def test_two_batches_never_write_to_one_manifest(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifest, "_PATIENCE_S", 0.3)
    first = Manifest.open(path, "x", resume=False, overwrite=False)
    held = share_lock(path)  # a worker
    assert held is not None
    for _ in range(2):  # of the batch, then of its worker alone
        with pytest.raises(OutputExistsError, match="another batch"):
            Manifest.open(path, "x", resume=True, overwrite=False)
        first.close()
    held.close()
    Manifest.open(path, "x", resume=True, overwrite=False).close()


@pytest.mark.skipif(manifest.fcntl is None, reason="no shared locks here")
def test_a_killed_batch_gives_its_lock_up(path: str) -> None:
    script = (
        "import time\nfrom smpsim.bulk.manifest import Manifest\n"
        f"held = Manifest.open({path!r}, 'x', resume=False, overwrite=False)\nprint(flush=True)\ntime.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.kill()
    Manifest.open(path, "x", resume=True, overwrite=False).close()


def test_digests_tell_settings_apart() -> None:
    assert digest({"a": 1, "b": [2]}) == digest({"b": [2], "a": 1})
    assert digest({"a": 1}) != digest({"a": 2})
    assert len(digest({})) == 16
