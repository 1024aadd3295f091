from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from smpsim import Preview, read_label, render, sample


@pytest.fixture(scope="module")
def preview() -> Preview:
    scalp = sample(px_per_mm=4)
    return render(scalp.photo, scalp.mask, scale=scalp.scale, window=(200, 40, 300, 200))


def layer(archive: zipfile.ZipFile, name: str) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(archive.read(name))).convert("RGB")).astype(float)


def test_layers_multiplied_are_the_preview(preview: Preview) -> None:
    with zipfile.ZipFile(BytesIO(preview.encode_layers())) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type, archive.read("mimetype")) == ("mimetype", 0, b"image/openraster")
        photo, dots = layer(archive, "data/photo.png"), layer(archive, "data/dots.png")
        merged = layer(archive, "mergedimage.png")
        assert max(Image.open(BytesIO(archive.read("Thumbnails/thumbnail.png"))).size) <= 256
        stack = ElementTree.fromstring(archive.read("stack.xml"))
        assert [each.get("src") for each in stack.iter("layer")] == [
            "data/area.png",
            "data/dots.png",
            "data/photo.png",
        ]
        assert all(each.get("src") in archive.namelist() for each in stack.iter("layer"))
        assert (stack.get("w"), stack.get("h")) == ("300", "200")
        assert read_label(BytesIO(archive.read("mergedimage.png")))["simulation"]
    assert np.array_equal(photo, preview.before)
    assert np.array_equal(merged, preview.image)
    darker = merged <= photo
    assert darker.mean() > 0.9
    assert np.abs(photo * dots / 255 - merged)[darker].max() <= 1
    assert (dots[(merged == photo).all(-1)] == 255).all()


def test_the_same_preview_gives_the_same_bytes(preview: Preview) -> None:
    assert preview.encode_layers() == preview.encode_layers()


def test_the_command_line_writes_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from click.testing import CliRunner

    from smpsim.cli import main

    monkeypatch.chdir(tmp_path)
    scalp = sample(px_per_mm=1)
    Image.fromarray(scalp.photo.pixels).save("photo.png")
    Image.fromarray(np.rint(scalp.mask * 255).astype(np.uint8)).save("mask.png")

    def call(*words: str) -> Any:
        return CliRunner().invoke(main, ["render", "photo.png", "mask.png", "--px-per-mm", "1", *words])

    assert call("-o", "a.png", "--save-layers", "a.ora").exit_code == 0
    assert zipfile.is_zipfile("a.ora")
    assert ".ora" in call("-o", "b.png", "--save-layers", "b.psd").stderr
