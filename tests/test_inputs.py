"""A photo and its mask are read at the same time, and nobody notices."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import smpsim
from smpsim.errors import MaskError, PhotoError
from smpsim.files.encode import encode_picture
from smpsim.inputs import read_both
from smpsim.threads import beside

SHAPE = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 30"><rect width="20" height="30"/></svg>'
PIXELS = np.full((30, 40, 3), 90, np.uint8)


@pytest.fixture(params=[1, 2])
def n_cores(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smpsim.inputs.cores", lambda: request.param)


def picture(folder: Path, name: str, pixels: np.ndarray) -> Path:
    path = folder / name
    path.write_bytes(encode_picture(pixels, format="png"))
    return path


@pytest.mark.usefixtures("n_cores")
def test_they_are_what_they_are_when_read_one_by_one(tmp_path: Path) -> None:
    photo, mask = picture(tmp_path, "photo.png", PIXELS), picture(tmp_path, "mask.png", np.roll(PIXELS, 5) * 2)
    both, coverage, notices = read_both(photo, mask)
    alone = smpsim.read_photo(photo)
    np.testing.assert_array_equal(both.pixels, alone.pixels)
    np.testing.assert_array_equal(coverage, smpsim.read_mask(mask, like=alone))
    assert notices == ()


@pytest.mark.usefixtures("n_cores")
@pytest.mark.parametrize("mask", [SHAPE, b"no picture", b""])
def test_a_photo_that_cannot_be_read_is_told_of_first(mask: bytes) -> None:
    with pytest.raises(PhotoError):
        read_both(b"neither a picture", mask)


@pytest.mark.usefixtures("n_cores")
def test_a_mask_that_cannot_be_read_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(MaskError):
        read_both(picture(tmp_path, "photo.png", PIXELS), b"no picture")


@pytest.mark.usefixtures("n_cores")
def test_shapes_are_drawn_on_the_photo(tmp_path: Path) -> None:
    _, coverage, _ = read_both(picture(tmp_path, "photo.png", PIXELS), SHAPE)
    np.testing.assert_array_equal(coverage[:, ::20], np.broadcast_to([1.0, 0.0], (30, 2)))


def test_files_are_read_by_two_threads_if_there_are_two_cores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[int] = []
    monkeypatch.setattr("smpsim.inputs.cores", lambda: 4)
    monkeypatch.setattr("smpsim.inputs.beside", lambda work, n: threads.append(n) or beside(work, n))
    photo, mask = picture(tmp_path, "photo.png", PIXELS), picture(tmp_path, "mask.png", PIXELS)
    read_both(photo, mask)
    with photo.open("rb") as stream:
        read_both(stream, mask)
    assert threads == [2, 1]
