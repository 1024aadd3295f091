from __future__ import annotations

import io
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

import smpsim
from smpsim.errors import ParameterError, PhotoError
from smpsim.files.encode import FORMATS, encode_picture
from smpsim.files.metadata import DESCRIPTION, DIGITAL_SOURCE_TYPE, NAMESPACE, exif_block, read_label, xmp_packet

PIXELS = np.full((8, 8, 3), 120, np.uint8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize("format", FORMATS)
def test_label_survives_every_format(format: str, tmp_path: Path) -> None:
    label = {"seed": 7, "treatment": {"density_per_cm2": 80.5, "shade": "carbon-1:10"}, "name": "<&> ünï 写真"}
    path = tmp_path / "preview"
    path.write_bytes(encode_picture(PIXELS, format=format, label=label))
    assert read_label(path) == label


@given(st.dictionaries(st.text(), JSON, max_size=5))
def test_any_json_survives(label: dict[str, Any]) -> None:
    assert read_label(encode_picture(PIXELS, format="png", label=label)) == label


def test_packet_says_what_the_picture_is() -> None:
    root = ElementTree.fromstring(xmp_packet({"seed": 1}))
    texts = {element.tag.partition("}")[2]: element.text for element in root.iter() if element.text}
    assert texts["DigitalSourceType"] == DIGITAL_SOURCE_TYPE
    assert texts["DigitalSourceType"].endswith("/humanEdits")
    assert texts["li"] == DESCRIPTION
    assert texts["CreatorTool"] == f"smpsim {smpsim.__version__}"
    (default,) = root.iter("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}li")
    assert default.get("{http://www.w3.org/XML/1998/namespace}lang") == "x-default"


def test_numpy_values_become_numbers() -> None:
    data = encode_picture(PIXELS, format="jpeg", label={"a": np.float32(0.5), "b": np.arange(3)})
    assert read_label(data) == {"a": 0.5, "b": [0, 1, 2]}


@pytest.mark.parametrize("label", [{"a": float("nan")}, {"a": object()}, {"a": "x" * 70_000}])
def test_labels_that_do_not_fit_are_refused(label: dict[str, Any]) -> None:
    with pytest.raises(ParameterError, match="label") as caught:
        xmp_packet(label)
    assert caught.value.name == "label"


def test_fresh_exif_holds_two_notes() -> None:
    exif = Image.Exif()
    exif.load(exif_block())
    assert dict(exif) == {270: DESCRIPTION, 305: f"smpsim {smpsim.__version__}"}


def png_with(packet: str) -> bytes:
    notes = PngImagePlugin.PngInfo()
    notes.add_itxt("XML:com.adobe.xmp", packet)
    buffer = io.BytesIO()
    Image.fromarray(PIXELS).save(buffer, "PNG", pnginfo=notes)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "packet",
    [
        "",
        "no XML",
        "<a/>",
        f'<a xmlns:s="{NAMESPACE}"><s:label/></a>',
        f'<a xmlns:s="{NAMESPACE}"><s:label>[1]</s:label></a>',
        f'<a xmlns:s="{NAMESPACE}"><s:label>{"[" * 20_000}</s:label></a>',
        f'<!DOCTYPE a [<!ENTITY e "1">]><a xmlns:s="{NAMESPACE}"><s:label>{{"x": &e;}}</s:label></a>',
        '<?xml version="1.0" encoding="nonsense"?><a/>',
    ],
)
def test_other_packets_are_no_label(packet: str) -> None:
    assert read_label(png_with(packet)) is None


def test_unlabelled_and_unreadable_pictures(tmp_path: Path) -> None:
    assert read_label(encode_picture(PIXELS, format="jpeg")) is None
    with pytest.raises(PhotoError, match="no such file"):
        read_label(tmp_path / "none.jpg")
    with pytest.raises(PhotoError, match="picture: "):
        read_label(b"text")


def test_a_label_that_cannot_be_read_is_told_without_the_folder(tmp_path: Path) -> None:
    path = tmp_path / "preview.png"
    path.write_bytes(b"no picture at all")
    with pytest.raises(PhotoError, match=r"^preview.png: .*not a picture, or a damaged one") as error:
        read_label(path)
    assert str(tmp_path) not in str(error.value)
