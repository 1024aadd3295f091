from __future__ import annotations

import os
from pathlib import Path

import pytest
from PIL import Image

from smpsim import cores
from smpsim.bulk import machine


@pytest.fixture
def container(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that looks like that of a control group."""
    monkeypatch.setattr(cores, "_CGROUP", tmp_path)
    return tmp_path


def test_cores_are_those_this_process_may_use(container: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 3, 5}, raising=False)
    assert cores.cores() == 3
    (container / "cpu.max").write_text("150000 100000\n", "ascii")
    assert cores.cores() == 1
    (container / "cpu.max").write_text("max 100000\n", "ascii")
    assert cores.cores() == 3


def test_memory_is_what_is_free_here_and_in_the_container(container: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "_free_of_system", lambda: 8_000)
    assert machine.memory_bytes() == 8_000
    (container / "memory.max").write_text("5000\n", "ascii")
    (container / "memory.current").write_text("3000\n", "ascii")
    assert machine.memory_bytes() == 2_000
    (container / "memory.stat").write_text("anon 1\ninactive_file 500\n", "ascii")
    assert machine.memory_bytes() == 2_500
    (container / "memory.max").write_text("max\n", "ascii")
    assert machine.memory_bytes() == 8_000
    monkeypatch.setattr(machine, "_free_of_system", lambda: None)
    assert machine.memory_bytes() == 4_000_000_000


@pytest.mark.skipif(not Path("/proc/meminfo").exists(), reason="Linux")
def test_memory_of_this_machine_is_plausible() -> None:
    free = machine._free_of_system()
    assert free is not None
    assert 10_000_000 < free < 1e14


def test_memory_of_a_photo_is_known_from_its_header(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    Image.new("RGB", (400, 300)).save(path)
    assert machine.photo_bytes(str(path)) == machine.PIXEL_BYTES * 400 * 300
    path.write_bytes(path.read_bytes()[:700])  # the pixels are gone
    assert machine.photo_bytes(str(path)) == machine.PIXEL_BYTES * 400 * 300
    path.write_bytes(b"no picture")
    assert machine.photo_bytes(str(path)) == 0
    assert machine.photo_bytes(str(tmp_path / "nix.jpg")) == 0


def test_memory_of_a_heic(shared: Path) -> None:
    pytest.importorskip("pi_heif")
    file = next((shared / "io-corpus" / "heic").glob("*.hei?"))
    assert machine.photo_bytes(str(file)) > 0
