"""Arguments of the wrong kind are refused in one line that says which one, what is needed and how it is made."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image
from quick import SCALE, mask, photo

import smpsim

READ = r"photo: a Photo is needed, not {}; make one with smpsim\.read_photo\(file\) or smpsim\.Photo\.from_array"
PRESET = r'treatment: a Treatment is needed, not str; make one with smpsim\.Treatment\.preset\("full"\)'
PICTURE = r"photo: a Photo, an array \(H, W, 3\), a path, bytes or a binary file is needed, not {}"
MASK = r"{}: an array \(H, W\), a path, bytes or a binary file is needed, not {}"


def _png() -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.full((10, 10), 255, np.uint8)).save(file, "png")
    return file.getvalue()


WRONG: list[tuple[Callable[..., object], tuple[Any, ...], dict[str, Any], str]] = [
    (smpsim.find_line, ("photo.jpg",), {"scale": SCALE}, READ.format("str")),
    (smpsim.find_line, (photo(),), {"scale": SCALE}, READ.format("ndarray")),
    (smpsim.measure_stubble, ("photo.jpg", (0, 0, 90, 90)), {"scale": smpsim.Scale(SCALE)}, READ.format("str")),
    (smpsim.Landmarks.detect, (photo(),), {}, READ.format("ndarray")),
    (smpsim.Scale.estimate, ("photo.jpg", mask()), {}, READ.format("str")),
    (
        smpsim.Scale.estimate,
        (smpsim.Photo.from_array(photo()), "mask.png"),
        {},
        r"mask: an array .* not str; .*read_mask",
    ),
    (smpsim.Surface.fit, ("mask.png", SCALE), {}, r"mask: an array \(H, W\) is needed, not str; .*smpsim\.read_mask"),
    (smpsim.read_mask, (_png(),), {"like": "photo.jpg"}, r"like: the photo .* not str; .*smpsim\.read_photo"),
    (smpsim.read_mask, (_png(),), {"like": (10, 10)}, r"like: the photo .* not tuple"),
    (smpsim.read_mask, (_png(),), {"like": photo()}, r"like: the photo .* not ndarray"),
    (smpsim.read_photo, (photo(),), {}, r"source: .* not ndarray; smpsim\.Photo\.from_array"),
    (smpsim.read_photo, (None,), {}, "source: a path, bytes or a binary file is needed, not NoneType"),
    (smpsim.render, (photo(), None), {}, MASK.format("mask", "NoneType")),
    (smpsim.render, ([[1, 2]], mask()), {}, PICTURE.format("list")),
    (smpsim.render, (None, "mask.png"), {}, PICTURE.format("NoneType")),
    (smpsim.render, (photo(), mask()), {"protect": 3}, MASK.format("protect", "int")),
    (smpsim.render, (photo(), mask()), {"old_mask": [1]}, MASK.format("old_mask", "list")),
    (smpsim.render, (photo(), mask()), {"treatment": "full"}, PRESET),
    (smpsim.check_photo, (7,), {}, PICTURE.format("int")),
    (smpsim.timeline, (photo(), mask()), {"treatment": "full"}, PRESET),
    (
        smpsim.timeline,
        (photo(), mask()),
        {"moments": "before"},
        r"moments: a list is needed, not 'before'; put it in \[ \]",
    ),
    (smpsim.option_sheet, (photo(), mask()), {"treatment": "full"}, PRESET),
    (smpsim.option_sheet, (photo(), mask()), {"vary": {"density_per_cm2": 55}}, r"density_per_cm2: a list .* not 55"),
    (smpsim.option_sheet, (photo(), mask()), {"vary": {"shade": "carbon-1:10"}}, "shade: a list is needed"),
    (smpsim.option_sheet, (photo(), mask()), {"vary": ["shade"]}, "vary: .* leaf name to values"),
    (smpsim.depth_strip, (photo(), mask()), {"treatment": "full"}, PRESET),
    (smpsim.depth_strip, (photo(), mask()), {"needle_depths_mm": 0.8}, "needle_depths_mm: a list is needed, not 0.8"),
    (smpsim.batch, ("photos", "out"), {"treatment": "full"}, PRESET),
    (smpsim.render_case, (None,), {}, r"case: a Case is needed, not NoneType; make one with smpsim\.Case"),
    (smpsim.Treatment.preset, (None,), {}, "preset: None is unknown; choose light, standard, full"),
    (smpsim.Scale, ("8 px/mm",), {}, "px_per_mm: '8 px/mm' is not allowed; give a number, 0.05 to 500 px/mm"),
    (smpsim.Scale.from_points, ((0, 0), (9, 0)), {"distance_mm": "10cm"}, "distance_mm: '10cm' .* a number of mm"),
    (smpsim.Scale.from_points, ((1, np.nan), (9, 0)), {}, r"ruler: \(1, nan\) is no place; give x, y in px"),
    (smpsim.Scale.from_points, ("1,2", (9, 0)), {}, "ruler: '1,2' is no place"),
    (smpsim.Scale.from_pupils, ((1, 2), (1, 2, 3)), {}, r"pupils: \(1, 2, 3\) is no place"),
    (smpsim.Landmarks.from_points, (), {"pupils": ((400.0, 500.0),)}, r"pupils: .* give both"),
    (smpsim.Landmarks.from_points, (), {"pupils": (400.0, 500.0)}, "pupils: 400.0 is no place"),
    (smpsim.Landmarks.from_points, (), {"pupils": ((0, 0), (99, 0)), "chin": 5}, "chin: 5 is no place"),
]


@pytest.mark.parametrize(("function", "positional", "named", "line"), WRONG)
def test_the_wrong_kind_is_one_line(
    function: Callable[..., object], positional: tuple[Any, ...], named: dict[str, Any], line: str
) -> None:
    with pytest.raises(smpsim.SmpsimError, match=rf"^(vary: )?{line}") as caught:
        function(*positional, **named)
    assert "\n" not in str(caught.value)
