from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import pytest

from smpsim.bulk.sources import Found, find_photos
from smpsim.errors import InputError

FILES = ("a.jpg", "b.PNG", "sub/a.jpg", "sub/deep/c.heic", ".hidden/d.jpg", ".e.jpg", "notes.txt", ".smpsim-x-1.tmp")


@pytest.fixture(autouse=True)
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in FILES:
        path = Path("in") / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def names(*sources: str, **options: Any) -> list[str]:
    return [photo.name for photo in find_photos(sources, **options)]


def test_a_folder_gives_its_pictures_and_their_tree() -> None:
    assert names("in") == ["a.jpg", "b.PNG", "sub/a.jpg", "sub/deep/c.heic"]
    assert names("in", recursive=False) == ["a.jpg", "b.PNG"]
    assert find_photos(["in/"])[2] == Found("in/sub/a.jpg", "sub")


def test_a_file_is_taken_whatever_its_name() -> None:
    assert find_photos(["in/notes.txt"]) == [Found("in/notes.txt", "", named=True)]


def test_a_pattern_keeps_the_tree_below_its_first_wildcard() -> None:
    assert names("in/**/*.jpg") == ["a.jpg", "sub/a.jpg"]
    assert names("*/sub/*.jpg") == ["in/sub/a.jpg"]
    assert names("in/[ab].*") == ["a.jpg", "b.PNG"]


def test_a_file_with_the_name_of_a_pattern_is_the_file() -> None:
    Path("in/[a].jpg").touch()
    assert find_photos(["in/[a].jpg"]) == [Found("in/[a].jpg", "", named=True)]


def test_a_list_has_one_path_per_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    absolute = tmp_path / "in" / "b.PNG"
    text = f"# photos\n\nin/a.jpg\n  in/sub/../sub/a.jpg  \n{absolute}\n../x/ä b.jpg\n"
    expected = ["in/a.jpg", "in/sub/a.jpg", "b.PNG", "ä b.jpg"]
    for encoding in ("utf-8", "utf-8-sig"):
        Path("list.txt").write_text(text, encoding)
        assert names("@list.txt") == expected
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert names("@-") == expected


def test_include_and_exclude() -> None:
    assert names("in", include=["*.jpg"]) == ["a.jpg", "sub/a.jpg"]
    assert names("in", include=["sub/*"]) == ["sub/a.jpg", "sub/deep/c.heic"]
    assert names("in", exclude=["a.*", "*.heic"]) == ["b.PNG"]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("in/nix.jpg", "nix.jpg: no such file or folder"),
        ("in/*.tif", r"in/\*.tif: no file fits"),
        ("@nix.txt", "nix.txt: the list cannot be read"),
        ("@in", "in: the list cannot be read"),
        ("@latin.txt", "latin.txt: no UTF-8"),
    ],
)
def test_sources_that_are_not_there(source: str, said: str) -> None:
    Path("latin.txt").write_bytes(b"caf\xe9.jpg\n")
    with pytest.raises(InputError, match=said):
        find_photos([source])
