from __future__ import annotations

import json
import re
import time
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from smpsim import Hairline, Landmarks, MaskError, ParameterError, encode_hairline, read_hairline
from smpsim.files.encode import encode_mask
from smpsim.files.hairline_file import MAX_BYTES, hairline_format_of

SIZE = (1052, 800)


@pytest.fixture(scope="module")
def line() -> Hairline:
    return Hairline.fit(Landmarks.from_points(pupils=((400, 500), (652, 480))), "straight")


@pytest.mark.parametrize("free", [False, True])
def test_json_comes_back_as_it_was(line: Hairline, tmp_path: Path, free: bool) -> None:
    kept = line.unlinked() if free else line
    path = tmp_path / "line.json"
    path.write_bytes(encode_hairline(kept, format="json", size=SIZE))
    back = read_hairline(path)
    assert (dict(back.points), back.rear, back.axis, back.sharp) == (
        dict(kept.points),
        kept.rear,
        kept.axis,
        kept.sharp,
    )
    assert json.loads(path.read_text("utf-8"))["width_px"] == SIZE[0]


def test_png_is_the_mask(line: Hairline) -> None:
    png = np.asarray(Image.open(BytesIO(encode_hairline(line, format="png", size=SIZE))))
    assert png.shape == SIZE[::-1]
    assert np.abs(png / 255 - line.mask(SIZE)).max() <= 0.5 / 255 + 1e-6
    assert np.asarray(Image.open(BytesIO(encode_mask(np.ones((2, 3), np.float32))))).tolist() == [[255] * 3] * 2


def test_svg_holds_line_and_area(line: Hairline) -> None:
    svg = encode_hairline(line, format="svg", size=SIZE).decode()
    area, drawn = re.findall(r' d="M([^"Z]*)Z?"', svg)
    points = np.array([[float(n) for n in pair.split()] for pair in drawn.split("L")])
    assert np.abs(points - line.line).max() < 0.006
    assert area.startswith(drawn)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"smpsim_hairline": 2, "points": [], "rear": [], "axis": null}',
        b'{"smpsim_hairline": 1, "points": [{"name": "a", "x": 1}], "rear": [], "axis": null}',
        b'{"smpsim_hairline": 1, "points": [{"name": "a", "x": 1, "y": NaN}], "rear": [], "axis": null}',
        b'{"smpsim_hairline": 1, "points": [], "rear": [[1, 2, 3]], "axis": null}',
        b'{"smpsim_hairline": 1, "points": [], "rear": [], "axis": {"x": 1}}',
        b" " * (MAX_BYTES + 1),
    ],
)
def test_what_is_no_hairline_is_refused(text: bytes) -> None:
    with pytest.raises(MaskError, match="hairline"):
        read_hairline(text)


def test_a_line_that_goes_to_and_fro_far_away_takes_no_time() -> None:
    points = {f"p{k}": (1e6 * (-1) ** k, float(k)) for k in range(10_000)}
    begun = time.process_time()
    assert len(Hairline(points).line) < 300_000
    Hairline(points).mask((60, 40))
    assert time.process_time() - begun < 10
    with pytest.raises(ParameterError, match="million"):
        Hairline({**points, "p0": (1e7, 0)})


def test_formats() -> None:
    assert hairline_format_of("a.JSON") == "json"
    with pytest.raises(ParameterError, match=r"\.png \.svg \.json"):
        hairline_format_of("a.jpg")
    with pytest.raises(ParameterError, match="unknown format") as caught:
        encode_hairline(Hairline({"a": (0, 0), "b": (1, 1), "c": (2, 0)}), format="gif", size=SIZE)
    assert (caught.value.name, caught.value.value) == ("format", "gif")
