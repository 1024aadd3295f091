from __future__ import annotations

import os
import stat
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from smpsim.errors import OutputError, OutputExistsError
from smpsim.files import atomic
from smpsim.files.atomic import check_writable, write_atomic

ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


def only(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_writes_a_new_file_and_leaves_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "out ünï 写真.png"
    check_writable(path)
    write_atomic(path, b"data")
    assert path.read_bytes() == b"data"
    assert only(tmp_path) == [path.name]


def test_what_a_killed_writer_left_is_removed_a_day_later(tmp_path: Path) -> None:
    """No writer lives that long; what is younger may be another's work, and other names are not ours."""
    names = (".smpsim-0123456789abcdef.tmp", ".smpsim-77-0123456789abcdef.tmp", ".smpsim-notes.txt", "a.tmp")
    for name in names:
        for folder, age in (("old", atomic.STALE_S + 60), ("new", atomic.STALE_S - 60)):
            (tmp_path / folder).mkdir(exist_ok=True)
            (tmp_path / folder / name).write_bytes(b"half")
            os.utime(tmp_path / folder / name, (time.time() - age,) * 2)
    write_atomic(tmp_path / "old/b.png", b"data", tag="batch")  # looks for its own alone, once per run
    assert len(only(tmp_path / "old")) == 5
    for folder in ("old", "new"):
        write_atomic(tmp_path / folder / "c.png", b"data")
    assert only(tmp_path / "old") == [".smpsim-notes.txt", "a.tmp", "b.png", "c.png"]
    assert only(tmp_path / "new") == sorted([*names, "c.png"])


def test_new_files_follow_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_atomic(tmp_path / "a", b"")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o640


def test_existing_files_need_overwrite_and_keep_their_permissions(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"old")
    path.chmod(0o604)
    for call in (lambda: check_writable(path), lambda: write_atomic(path, b"new")):
        with pytest.raises(OutputExistsError, match=r"--overwrite.*overwrite=True"):
            call()
    assert path.read_bytes() == b"old"
    check_writable(path, overwrite=True)
    write_atomic(path, b"new", overwrite=True)
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o604
    assert only(tmp_path) == ["a.png"]


def test_the_input_is_never_written_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "photo.jpg"
    source.write_bytes(b"photo")
    (tmp_path / "link.jpg").symlink_to(source)
    (tmp_path / "hard.jpg").hardlink_to(source)
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path)
    for path in ("photo.jpg", source, "link.jpg", "hard.jpg", "sub/../photo.jpg"):
        with pytest.raises(OutputExistsError, match="input itself"):
            check_writable(path, overwrite=True, inputs=[source])
        with pytest.raises(OutputExistsError, match="input itself"):
            write_atomic(path, b"x", overwrite=True, inputs=["mask.png", source])
    assert source.read_bytes() == b"photo"


def test_the_input_is_known_by_its_name_before_it_exists(tmp_path: Path) -> None:
    with pytest.raises(OutputExistsError):
        check_writable(tmp_path / "a.png", inputs=[tmp_path / "." / "a.png"])


def test_links_are_written_through(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    target, link = tmp_path / "real" / "a.png", tmp_path / "link.png"
    link.symlink_to(target)
    write_atomic(link, b"new")  # the link's target does not exist yet
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    with pytest.raises(OutputExistsError):
        write_atomic(link, b"newer")


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("none/a.png", "folder none does not exist"),
        ("file/a.png", "folder file does not exist"),
        ("folder", "is a folder"),
        ("x" * 300 + ".png", "not a possible file name"),
        ("nul\0.png", "not a possible file name"),
        ("pipe", "not an ordinary file"),
    ],
)
def test_impossible_outputs_are_one_line(tmp_path: Path, path: str, reason: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    before = only(tmp_path)
    for call in (check_writable, lambda p, overwrite: write_atomic(p, b"x", overwrite=overwrite)):
        with pytest.raises(OutputError, match=reason) as error:
            call(os.path.join(tmp_path, path), overwrite=True)
        assert str(error.value).isprintable()
        assert str(tmp_path) not in str(error.value)
    assert only(tmp_path) == before


@pytest.mark.skipif(sys.platform == "win32", reason="no such device")
def test_devices_are_not_replaced() -> None:
    with pytest.raises(OutputError, match="not an ordinary file"):
        write_atomic("/dev/null", b"x", overwrite=True)


@pytest.mark.skipif(ROOT, reason="root may write everywhere")
def test_folder_that_may_not_be_written_to(tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir()
    folder.chmod(0o500)
    try:
        with pytest.raises(OutputError, match="may not be written to"):
            check_writable(folder / "a.png")
    finally:
        folder.chmod(0o700)


def test_closed_folder_is_seen_before_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(OutputError, match="may not be written to"):
        check_writable(tmp_path / "a.png")


@pytest.mark.parametrize("failure", [OSError(28, "No space left on device"), KeyboardInterrupt(), MemoryError()])
@pytest.mark.parametrize("place", ["fsync", "replace"])
@pytest.mark.parametrize("existing", [True, False])
def test_failures_leave_everything_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: BaseException, place: str, existing: bool
) -> None:
    path = tmp_path / "a.png"
    if existing:
        path.write_bytes(b"old")

    def fail(*_: Any) -> None:
        raise failure

    monkeypatch.setattr(os, place, fail)
    monkeypatch.setattr(os, "link", fail)
    expected = OutputError if isinstance(failure, OSError) else type(failure)
    with pytest.raises(expected) as error:
        write_atomic(path, b"new", overwrite=existing)
    if isinstance(failure, OSError):
        assert str(error.value) == "a.png: cannot be written (No space left on device)"
    assert only(tmp_path) == (["a.png"] if existing else [])
    if existing:
        assert path.read_bytes() == b"old"


def test_a_file_that_appears_meanwhile_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.png"
    original = atomic._write_synced

    def slow(*arguments: Any) -> None:
        original(*arguments)
        path.write_bytes(b"somebody else's")

    monkeypatch.setattr(atomic, "_write_synced", slow)
    with pytest.raises(OutputExistsError):
        write_atomic(path, b"mine")
    assert path.read_bytes() == b"somebody else's"
    assert only(tmp_path) == ["a.png"]


@pytest.mark.parametrize("overwrite", [True, False])
def test_file_systems_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, overwrite: bool) -> None:
    def refuse(*_: Any) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    write_atomic(tmp_path / "a.png", b"x", overwrite=overwrite)
    assert (tmp_path / "a.png").read_bytes() == b"x"
    assert only(tmp_path) == ["a.png"]


def test_a_file_that_appears_where_there_are_no_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.png"

    def appear(*_: Any) -> None:
        path.write_bytes(b"somebody else's")
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", appear)
    with pytest.raises(OutputExistsError):
        write_atomic(path, b"mine")
    assert path.read_bytes() == b"somebody else's"
    assert only(tmp_path) == ["a.png"]


def test_of_many_writers_exactly_one_wins(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    results: list[str] = []

    def write(number: int) -> None:
        try:
            write_atomic(path, bytes([number]) * 1000)
            results.append("written")
        except OutputExistsError:
            results.append("refused")

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results.count("written") == 1
    assert results.count("refused") == 7
    assert len(set(path.read_bytes())) == 1
    assert only(tmp_path) == ["a.png"]
