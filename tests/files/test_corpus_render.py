"""Every entry of the corpus through ``smpsim render``, as a process: what its entry says, within 10 s and 1 GiB."""

from __future__ import annotations

import io
import json
import os
import shutil
import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from measured import Done, run_measured
from PIL import Image

from smpsim.errors import InputError
from smpsim.files.metadata import read_label
from smpsim.files.photo import Photo, read_photo

pytestmark = pytest.mark.skipif(not hasattr(os, "wait4"), reason="memory is measured by wait4")

Entry = dict[str, Any]
LIMIT_S, LIMIT_KB = 10, 1024**2
#: a picture of 36 megapixels is no bomb: it is rendered as a whole
LARGE = "size/large_36mp.jpg"
LARGE_LIMIT_S, LARGE_LIMIT_KB = 60, 2 * 1024**2
# conversions that lose nothing that could be told
_SILENT = {"mode/palette.png", "mode/rgb_trns.png"}
_SECRETS = (b"GPS", b"SERIAL", b"Canon", b"NIKON", b"Photoshop 3.0", b"http://ns.adobe.com/exif")


@dataclass(frozen=True)
class Rendered:
    """One entry, rendered: what the process did, what lies in its folder, and the photo as the library reads it."""

    done: Done
    photo: Photo | None
    out: Path
    left: list[str]
    started: bool


@pytest.fixture(scope="module")
def rendered(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Rendered]:
    """All entries, four at a time."""
    corpus = shared / "io-corpus"
    entries = json.loads((corpus / "manifest.json").read_text("utf-8"))["entries"]
    folder = tmp_path_factory.mktemp("corpus")
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        results = pool.map(lambda entry: _render(corpus, entry, folder), entries)
        return dict(zip((entry["file"] for entry in entries), results, strict=True))


def _render(corpus: Path, entry: Entry, folder: Path) -> Rendered:
    place = folder / entry["file"].replace("/", "_")
    place.mkdir()
    photo = corpus / entry.get("photo", entry["file"])
    if "copy_as" in entry:
        photo = Path(shutil.copy(photo, folder / entry["copy_as"]))
    known, mask = _read(photo), folder / f"{place.name}.mask.png"
    if "photo" in entry or "mask" in entry:
        mask = corpus / entry.get("mask", entry["file"])
    else:
        _draw_mask(mask, tuple(entry.get("upright_size", known.size if known else (10, 10))))
    marker, env = _watched(folder, place.name)
    out = place / "out.png"
    done = run_measured("render", photo, mask, "-o", out, "--px-per-mm", "8", cwd=place, env=env)
    return Rendered(done, known, out, sorted(os.listdir(place)), marker.exists())


def _read(path: Path) -> Photo | None:
    try:
        return read_photo(path)
    except InputError:
        return None


def _draw_mask(path: Path, size: tuple[int, int]) -> None:
    """White in the middle of the picture."""
    width, height = size
    mask = np.zeros((height, width), np.uint8)
    mask[height // 4 : max(3 * height // 4, height // 4 + 1), width // 4 : max(3 * width // 4, width // 4 + 1)] = 255
    Image.fromarray(mask).save(path)


def _watched(folder: Path, name: str) -> tuple[Path, dict[str, str]]:
    """A Ghostscript that tells when it is started."""
    programs, marker = folder / f"{name}.bin", folder / f"{name}.started"
    programs.mkdir()
    script = programs / "gs"
    script.write_text(f'#!/bin/sh\ntouch "{marker}"\n')
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return marker, {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}


def test_all_entries_are_there(rendered: dict[str, Rendered]) -> None:
    assert len(rendered) == 80


def test_render_does_what_the_entry_says(rendered: dict[str, Rendered], corpus_entry: Entry) -> None:
    result = rendered[corpus_entry["file"]]
    done = result.done
    assert (done.code, "Traceback" in "".join(done.errors)) in {(0, False), (3, False)}, done
    assert not result.started  # no other program
    expected = {"error": {3}, "accept": {0}, "convert": {0}, "accept_or_error": {0, 3}}[corpus_entry["expect"]]
    assert done.code in expected, done
    large = corpus_entry["file"] == LARGE
    assert done.seconds < (LARGE_LIMIT_S if large else LIMIT_S)
    assert done.peak_kb < (LARGE_LIMIT_KB if large else LIMIT_KB)
    if done.code == 0:
        _check_preview(result, corpus_entry)
    else:
        _check_refusal(result, corpus_entry)


def _check_refusal(result: Rendered, entry: Entry) -> None:
    """One line that names the file, and nothing written."""
    assert result.left == []
    (line,) = result.done.errors
    assert line.startswith(f"smpsim: error: {Path(entry['file']).name}: ")
    assert line.isprintable()
    assert str(result.out.parent) not in line
    if entry["file"] == "mask/wrong-aspect.png":
        assert "450 x 450" in line
        assert "450 x 550" in line


def _check_preview(result: Rendered, entry: Entry) -> None:
    """The whole picture, upright, marked, in its own colours, with none of the photo's secrets."""
    assert result.left == ["out.png"]
    assert result.photo is not None
    preview = read_photo(result.out)
    assert list(preview.size) == entry.get("upright_size", list(result.photo.size))
    assert preview.notices == ()
    assert preview.profile == result.photo.profile
    if result.photo.alpha is not None:
        np.testing.assert_array_equal(preview.alpha, result.photo.alpha)
    label = read_label(result.out)
    assert label is not None
    assert label["simulation"] is True
    data = result.out.read_bytes()
    assert data.count(b"xpacket begin") == 1
    assert not [secret for secret in _SECRETS if secret in data.replace(preview.profile or b"\0", b"")[:4000]]
    with Image.open(io.BytesIO(data)) as image:
        assert set(image.getexif()) <= {270, 305}
        assert image.mode in ("RGB", "RGBA")
        assert not getattr(image, "is_animated", False)
    notes = [line for line in result.done.errors if line.startswith("note: ")]
    assert len(result.done.errors) == len(notes) + 1
    assert len(set(notes)) == len(notes)
    assert all(notice in "".join(notes) for notice in result.photo.notices)
    if entry["expect"] == "convert" and entry["file"] not in _SILENT:
        assert result.photo.notices


@pytest.mark.parametrize("name", ["half-size.png", "not-a-mask.jpg"])
def test_doubtful_masks_are_named(rendered: dict[str, Rendered], name: str) -> None:
    result = rendered[f"mask/{name}"]
    assert result.done.code == 0
    assert any(line.startswith(f"note: {name}: ") for line in result.done.errors)


def test_masks_place_the_same_dots(rendered: dict[str, Rendered]) -> None:
    """The same shape, however it is stored."""
    first = read_photo(rendered["mask/ok-gray8.png"].out).pixels
    for name in ("ok-rgb.png", "rgba-alpha.png", "gray16.png", "mask-orient6.png"):
        np.testing.assert_array_equal(read_photo(rendered[f"mask/{name}"].out).pixels, first)


def test_the_photo_is_what_it_was_where_nothing_was_asked_for(rendered: dict[str, Rendered], shared: Path) -> None:
    result = rendered["mask/ok-gray8.png"]
    assert result.photo is not None
    mask = np.asarray(Image.open(shared / "io-corpus" / "mask" / "ok-gray8.png"))
    far = np.ones(mask.shape, bool)
    rows, columns = np.nonzero(mask)
    far[max(rows.min() - 40, 0) : rows.max() + 40, max(columns.min() - 40, 0) : columns.max() + 40] = False
    assert far.any()
    changed = read_photo(result.out).pixels != result.photo.pixels
    assert not changed[far].any()
    assert changed.any()


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script")
def test_the_watch_for_other_programs_can_fail(tmp_path: Path) -> None:
    marker, env = _watched(tmp_path, "x")
    os.system(f'PATH="{env["PATH"]}" gs')
    assert marker.exists()
