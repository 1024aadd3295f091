"""Dots as csv, svg and npz: nothing lost, true millimetres."""

from __future__ import annotations

import csv
import io
import json
from xml.etree import ElementTree

import numpy as np
import pytest

from smpsim import Dots, ParameterError, Treatment, place_dots
from smpsim.files.tables import FORMATS, encode_dots, table_format_of

SVG = "{http://www.w3.org/2000/svg}"
LABEL = {"simulation": True, "seed": 3, "text": "a < b & c"}


@pytest.fixture(scope="module")
def dots() -> Dots:
    return place_dots(np.ones((60, 90)), scale=3.0, treatment=Treatment(), seed=3)


def encode(dots: Dots, format: str) -> bytes:
    return encode_dots(dots, format=format, size_mm=(30, 20), label=LABEL)


def test_csv_reads_back_bit_for_bit(dots: Dots) -> None:
    header, *rows = csv.reader(io.StringIO(encode(dots, "csv").decode("ascii"), newline=""))
    assert len(rows) == len(dots) > 100
    for name, array in dots.as_dict().items():
        if name == "foreshortening":
            column = [[float(row[header.index(f"d{a}_d{b}")]) for a in "xy" for b in "uv"] for row in rows]
            array = array.reshape(-1, 4)
        else:
            column = [float(row[header.index(name)]) for row in rows]
        assert np.array_equal(column, array), name


def test_npz_reads_back_without_pickle(dots: Dots) -> None:
    with np.load(io.BytesIO(encode(dots, "npz")), allow_pickle=False) as held:
        assert json.loads(str(held["label"])) == LABEL
        for name, array in dots.as_dict().items():
            assert np.array_equal(held[name], array)
        again = Dots(**{name: held[name] for name in held.files if name != "label"})
    assert len(again) == len(dots)


def test_svg_is_in_true_millimetres(dots: Dots) -> None:
    root = ElementTree.fromstring(encode(dots, "svg"))
    assert (root.get("width"), root.get("height"), root.get("viewBox")) == ("30mm", "20mm", "0 0 30 20")
    description = root.find(f"{SVG}desc")
    assert description is not None
    assert json.loads(description.text or "") == LABEL
    for session in np.unique(dots.session):
        (group,) = (g for g in root.iter(f"{SVG}g") if g.get("id") == f"session-{session}")
        drawn = [float(e.get("rx", 0)) * float(e.get("ry", 0)) for e in group.iter(f"{SVG}ellipse")]
        drawn += [float(e.get("r", 0)) ** 2 for e in group.iter(f"{SVG}circle")]
        # an ellipse has the area of the disc that it is stretched from
        assert np.allclose(
            4 * np.array(sorted(drawn)), np.sort(dots.diameter_mm[dots.session == session] ** 2), atol=1e-4
        )


@pytest.mark.parametrize(("aspect", "squash"), [(1.0, 1.0), (2.0, 1.0), (1.0, 0.5), (2.0, 0.5)])
def test_svg_shows_the_seen_shape(dots: Dots, aspect: float, squash: float) -> None:
    one = dots[:1].as_dict() | {
        "x_mm": np.array([2.0]),
        "y_mm": np.array([3.0]),
        "diameter_mm": np.array([0.5]),
        "aspect": np.array([aspect]),
        "angle_rad": np.array([0.0]),
        "foreshortening": np.diag([squash, 1.0])[None],
    }
    root = ElementTree.fromstring(encode(Dots(**one), "svg"))
    along, across = squash * 0.25 * aspect**0.5, 0.25 * aspect**-0.5
    if along == pytest.approx(across):
        (circle,) = root.iter(f"{SVG}circle")
        assert (circle.get("cx"), circle.get("cy")) == ("2", "3")
        assert float(circle.get("r", 0)) == pytest.approx(along, abs=1e-4)
        return
    (ellipse,) = root.iter(f"{SVG}ellipse")
    rx, ry = float(ellipse.get("rx", 0)), float(ellipse.get("ry", 0))
    assert (rx, ry) == pytest.approx((max(along, across), min(along, across)), abs=1e-4)
    degrees = 0 if along > across else 90
    assert ellipse.get("transform") == f"translate(2 3) rotate({degrees})"


@pytest.mark.parametrize("format", FORMATS)
def test_no_dots_are_a_file_too(format: str) -> None:
    data = encode(Dots.empty(), format)
    if format == "csv":
        assert data.count(b"\n") == 1
    elif format == "svg":
        assert len(list(ElementTree.fromstring(data).iter(f"{SVG}g"))) == 0


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_dots_are_the_same_bytes(dots: Dots, format: str) -> None:
    assert encode(dots, format) == encode(dots, format)


def test_formats() -> None:
    assert table_format_of("a/b.CSV") == "csv"
    for path in ("dots", "dots.txt", ".csv/x"):
        with pytest.raises(ParameterError, match=r"\.csv \.svg \.npz"):
            table_format_of(path)
    with pytest.raises(ParameterError, match="unknown format") as caught:
        encode_dots(Dots.empty(), format="txt", size_mm=(1, 1))
    assert (caught.value.name, caught.value.value) == ("format", "txt")
