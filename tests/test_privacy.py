"""Nothing of a photo's notes, of its name and of the folders on the way to it gets into outputs, manifests or logs.

The photos carry all that cameras and programs write: place, serial number, owner, thumbnail, comments. They lie in a
home folder with a name of its own, and are called after a client. Every word of these is then looked for in every file
that comes out and in all that is said, as bytes in several encodings; that the search finds them is tested on photos.
"""

from __future__ import annotations

import base64
import io
import json
import logging
import re
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import ExifTags, Image, PngImagePlugin

from smpsim.cli import main

HOME = "home-of-zaphod"
CLIENT = "trillian-mcmillan"
SECRETS = (
    "SERIAL-4711",
    "OWNER-ARTHUR",
    "ARTIST-FORD",
    "COMMENT-TOWEL",
    "CAPTION-MARVIN",
    "KEYWORD-DEEPTHOUGHT",
    "PLACE-MAGRATHEA",
    "1979:10:12",
    "MAKER-SIRIUS",
)
NAMES = (HOME, CLIENT)


def needles(secret: str) -> tuple[bytes, ...]:
    return secret.encode("ascii"), secret.encode("utf-16-le"), secret.encode("utf-16-be")


def found_in(data: bytes, *secrets: str) -> list[str]:
    return [secret for secret in secrets if any(needle in data for needle in needles(secret))]


def thumbnail() -> bytes:
    """A small JPEG, whose picture data is a secret, too."""
    buffer = io.BytesIO()
    rng = np.random.default_rng(0)
    Image.fromarray(rng.integers(0, 255, (24, 32, 3), np.uint8)).save(buffer, "JPEG")
    return buffer.getvalue()


def exif() -> bytes:
    block = Image.Exif()
    block[ExifTags.Base.Artist] = "ARTIST-FORD"
    block[ExifTags.Base.Make] = "MAKER-SIRIUS"
    block[ExifTags.Base.DateTime] = "1979:10:12 20:30:00"
    block[ExifTags.Base.ImageDescription] = "CAPTION-MARVIN"
    inner = block.get_ifd(ExifTags.IFD.Exif)
    inner[ExifTags.Base.BodySerialNumber] = "SERIAL-4711"
    inner[ExifTags.Base.CameraOwnerName] = "OWNER-ARTHUR"
    inner[ExifTags.Base.UserComment] = b"UNICODE\0" + "COMMENT-TOWEL".encode("utf-16-le")
    place = block.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSAreaInformation] = b"ASCII\0\0\0PLACE-MAGRATHEA"
    place[ExifTags.GPS.GPSLatitudeRef] = "N"
    place[ExifTags.GPS.GPSLatitude] = (51.0, 33.0, 12.3)
    # Pillow writes no thumbnails: one is hidden where makers put theirs
    inner[ExifTags.Base.MakerNote] = thumbnail()
    return block.tobytes()


XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><k>KEYWORD-DEEPTHOUGHT</k></x:xmpmeta>"


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the client in the home folder, which is the current one: a JPEG, a PNG, a TIFF, a WebP."""
    folder = tmp_path / HOME / "photos"
    folder.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(tmp_path / HOME))
    monkeypatch.chdir(tmp_path / HOME)
    pixels = np.random.default_rng(1).normal((205, 165, 140), 4, (64, 72, 3)).clip(0, 255).astype(np.uint8)
    image = Image.fromarray(pixels)
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "COMMENT-TOWEL")
    notes.add_itxt("Author", "ARTIST-FORD")
    options: dict[str, dict[str, Any]] = {
        "jpg": {"comment": b"COMMENT-TOWEL", "xmp": XMP},
        "png": {"pnginfo": notes},
        "tif": {"description": "CAPTION-MARVIN"},
        "webp": {"xmp": XMP},
    }
    for extension, more in options.items():
        image.save(folder / f"{CLIENT}-{extension}.{extension}", exif=exif(), **more)
        Image.new("L", image.size, 255).save(folder / f"{CLIENT}-{extension}_mask.png")
    return folder


def call(*words: object) -> Result:
    """Run the command line; nothing of the notes may get into logs.

    Pillow itself writes the notes of TIFF files to its log at the level DEBUG, which nobody sees who has not asked.
    """
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    handler.setLevel(logging.INFO)
    logging.getLogger().addHandler(handler)
    try:
        result = CliRunner().invoke(main, [*map(str, words), "-v"], prog_name="smpsim")
    finally:
        logging.getLogger().removeHandler(handler)
    assert found_in(log.getvalue().encode(), *SECRETS, *NAMES) == []
    return result


def test_the_search_finds_what_is_there(client: Path) -> None:
    data = b"".join(path.read_bytes() for path in client.iterdir())
    assert found_in(data, *SECRETS) == list(SECRETS)
    assert thumbnail()[100:200] in data


@pytest.mark.parametrize("source", ["jpg", "png", "tif", "webp"])
@pytest.mark.parametrize("target", ["jpg", "png", "tif", "webp"])
def test_previews(client: Path, source: str, target: str) -> None:
    photo, mask = (Path("photos", f"{CLIENT}-{source}{end}") for end in (f".{source}", "_mask.png"))
    result = call("render", photo, mask, "-o", f"out.{target}", "--px-per-mm", 8)
    assert result.exit_code == 0, result.stderr
    data = Path(f"out.{target}").read_bytes()
    assert found_in(data, *SECRETS, *NAMES) == []
    assert thumbnail()[100:200] not in data
    with Image.open(f"out.{target}") as image:
        assert not image.getexif().get_ifd(ExifTags.IFD.GPSInfo)
        assert not image.getexif().get_ifd(ExifTags.IFD.Exif)


def test_tables_and_comparisons(client: Path) -> None:
    photo, mask = (f"photos/{CLIENT}-jpg{end}" for end in (".jpg", "_mask.png"))
    for out in ("dots.csv", "dots.svg", "dots.npz"):
        assert call("dots", photo, mask, "-o", out, "--px-per-mm", 8).exit_code == 0
    for out in ("slider.html", "beside.png"):
        assert call("compare", photo, photo, "-o", out).exit_code == 0
    for out in ("timeline.html", "timeline.gif", "timeline.webp", "timeline.tif"):
        words = ("--px-per-mm", 8, "--at", "before,settled")
        assert call("timeline", photo, mask, "-o", out, *words).exit_code == 0
    for out in Path().glob("*.*"):
        assert found_in(out.read_bytes(), *SECRETS, *NAMES) == [], out


def streams_of(pdf: bytes) -> bytes:
    """A PDF with what is packed in it."""
    unpacked = []
    for data in re.findall(rb"(?<!end)stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        if data.rstrip().endswith(b"~>"):
            data = base64.a85decode(b"<~" + data.strip(), adobe=True)
        with suppress(zlib.error):
            data = zlib.decompress(data)
        unpacked.append(data)
    return b"\n".join((pdf, *unpacked))


def test_sheets(client: Path) -> None:
    photo = client / f"{CLIENT}-jpg.jpg"
    mask = client / f"{CLIENT}-jpg_mask.png"
    result = call("sheet", photo, mask, "-o", "sheet.pdf", "--px-per-mm", 8, "--client", "PERSON-SLARTIBARTFAST")
    assert result.exit_code == 0, result.stderr
    packed = Path("sheet.pdf").read_bytes()
    data = streams_of(packed)
    assert b"simulation" in data
    assert found_in(data, *SECRETS, *NAMES) == []
    assert thumbnail()[100:200] not in data
    # the name stands on the pages (as letters of a font), not in the metadata
    assert found_in(packed, "PERSON-SLARTIBARTFAST") == []


def test_batches(client: Path) -> None:
    """The manifest has the paths that were asked for, as they were given, and no more."""
    (client / f"{CLIENT}-webp.webp").write_bytes(b"RIFF damaged")
    result = call("batch", "photos", "-o", "out", "--px-per-mm", 8, "-j", 1, "--manifest", "m.jsonl", "--json")
    assert result.exit_code == 4, result.stderr
    previews = list(Path("out").iterdir())
    assert len(previews) == 3
    for path in previews:
        assert found_in(path.read_bytes(), *SECRETS, *NAMES) == []
        assert thumbnail()[100:200] not in path.read_bytes()
    manifest = Path("m.jsonl").read_bytes()
    for said in (manifest, result.stdout.encode(), result.stderr.encode()):
        assert found_in(said, *SECRETS, HOME) == []
    for line in map(json.loads, manifest.splitlines()):
        rest = {name: value for name, value in line.items() if name not in ("src", "out", "error")}
        assert found_in(json.dumps(rest).encode(), CLIENT) == []
