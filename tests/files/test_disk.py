"""Disks that are full or cannot be written to, for real: small file systems in memory, mounted for the test."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from measured import run_measured
from pictures import picture
from PIL import Image

import smpsim
from smpsim.errors import OutputError
from smpsim.files.atomic import check_writable, write_atomic

SIZE = 64 * 1024

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="mounts a tmpfs as Linux does")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 KiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    try:
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "smpsim-test", str(folder)],
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        pytest.skip("there is no mount: full and read-only disks are not tested")
    if done.returncode:
        pytest.skip("mounting is not allowed here (not root): full and read-only disks are not tested")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def _close(disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """A photo whose preview does not fit on the disk, and its mask."""
    photo, mask = tmp_path / "photo.png", tmp_path / "mask.png"
    noise = np.random.default_rng(0).integers(0, 256, (200, 200, 3), dtype=np.uint8)
    Image.fromarray(noise).save(photo)
    Image.fromarray(np.full((200, 200), 255, np.uint8)).save(mask)
    return photo, mask


def test_a_full_disk_leaves_everything_as_it_was(disk: Path) -> None:
    write_atomic(disk / "small", b"x")  # the disk itself works
    (disk / "old.png").write_bytes(b"old")
    for name, overwrite in (("new.png", False), ("old.png", True)):
        with pytest.raises(OutputError, match=f"^{name}: cannot be written .No space left on device.$"):
            write_atomic(disk / name, bytes(2 * SIZE), overwrite=overwrite)
    assert (disk / "old.png").read_bytes() == b"old"
    assert sorted(os.listdir(disk)) == ["old.png", "small"]


@pytest.mark.parametrize("extension", ["png", "tif", "jpg"])
def test_render_on_a_full_disk(disk: Path, pair: tuple[Path, Path], extension: str) -> None:
    done = run_measured("render", *pair, "-o", disk / f"out.{extension}", "--px-per-mm", "8", cwd=pair[0].parent)
    assert done.code == 3
    assert done.errors[-1:] == [f"smpsim: error: out.{extension}: cannot be written (No space left on device)"]
    assert len(done.errors) == 1
    assert os.listdir(disk) == []


def test_dots_and_treatments_on_a_full_disk(disk: Path, pair: tuple[Path, Path]) -> None:
    (disk / "filler").write_bytes(bytes(SIZE - 8192))
    rest = 1
    while rest:  # until not a byte more fits
        try:
            with (disk / "filler").open("ab", buffering=0) as file:
                rest = file.write(bytes(1024))
        except OSError:
            rest = 0
    for words in (("dots", *pair, "-o", disk / "d.csv", "--px-per-mm", "8"), ("treatment", "init", disk / "t.toml")):
        done = run_measured(*words, cwd=pair[0].parent)
        assert done.code == 3
        assert [line.partition(": cannot be written")[1:] for line in done.errors] == [
            (": cannot be written", " (No space left on device)")
        ]
    with pytest.raises(OutputError, match="No space left"):
        smpsim.Treatment().dump(disk / "t.toml")
    assert os.listdir(disk) == ["filler"]


def test_a_disk_that_cannot_be_written_to_is_known_before_the_work(disk: Path, pair: tuple[Path, Path]) -> None:
    (disk / "old.png").write_bytes(b"old")
    _close(disk)
    for name, overwrite in (("new.png", False), ("old.png", True)):
        with pytest.raises(OutputError, match=f"^{name}: the folder disk may not be written to$"):
            check_writable(disk / name, overwrite=overwrite)
        with pytest.raises(OutputError):
            write_atomic(disk / name, b"x", overwrite=overwrite)
    done = run_measured("render", *pair, "-o", disk / "new.png", cwd=pair[0].parent)
    assert (done.code, done.errors) == (3, ["smpsim: error: new.png: the folder disk may not be written to"])
    assert (disk / "old.png").read_bytes() == b"old"
    assert os.listdir(disk) == ["old.png"]


def test_inputs_on_a_disk_that_cannot_be_written_to(disk: Path) -> None:
    """Reading writes nothing, not even beside the photo."""
    Image.fromarray(picture()).save(disk / "photo.png")
    _close(disk)
    assert smpsim.read_photo(disk / "photo.png").size == (12, 8)


@pytest.mark.parametrize("name", ["x" * 300 + ".png", "é" * 130 + ".png"])
def test_a_name_that_is_too_long(tmp_path: Path, pair: tuple[Path, Path], name: str) -> None:
    """No line without an end: 260 bytes are too long, too, where a name of 255 bytes is the most."""
    before = sorted(os.listdir(tmp_path))
    done = run_measured("render", *pair, "-o", tmp_path / name, cwd=tmp_path)
    assert done.code == 3
    (line,) = done.errors
    assert line.endswith(": not a possible file name (File name too long)")
    assert sorted(os.listdir(tmp_path)) == before


def test_a_name_that_just_fits(tmp_path: Path, pair: tuple[Path, Path]) -> None:
    """The temporary name is not longer than the name itself may be."""
    path = tmp_path / ("x" * 251 + ".png")
    write_atomic(path, b"whole")
    assert path.read_bytes() == b"whole"
