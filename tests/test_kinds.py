"""Arguments of the wrong kind are refused in one line that says which one, what is needed and how it is made."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image
from quick import SCALE, mask, photo, quick

import smpsim

READ = r"photo: a Photo is needed, not {}; make one with smpsim\.read_photo\(file\) or smpsim\.Photo\.from_array"
PRESET = r'treatment: a Treatment is needed, not str; make one with smpsim\.Treatment\.preset\("full"\)'
PICTURE = r"photo: a Photo, an array \(H, W, 3\), a path, bytes or a binary file is needed, not {}"
MASK = r"{}: an array \(H, W\), a path, bytes or a binary file is needed, not {}"


def _png() -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.full((10, 10), 255, np.uint8)).save(file, "png")
    return file.getvalue()


READ_PHOTO = smpsim.Photo.from_array(photo())
LINE = {"a": (0, 0), "b": (1, 1), "c": (2, 2)}
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
    (smpsim.client_sheet, ("case.toml",), {}, r"case: a Case is needed, not str; make one with smpsim\.Case\.load"),
    (smpsim.client_sheet, (None,), {"clinic": "clinic.toml"}, r"clinic: a Clinic is needed, not str; .*Clinic\.load"),
    (smpsim.Case, (["photo.jpg"],), {}, "views: a CaseView is needed, not str"),
    (smpsim.Case, ([smpsim.CaseView("a.jpg", [smpsim.CaseZone("m.png")])], "full"), {}, PRESET),
    (smpsim.Hairline.fit, ("photo.jpg",), {}, r"landmarks: a Landmarks is needed, not str; .*\.detect\(photo\)"),
    (smpsim.measure_hairline, ("line.json", None), {}, r"hairline: a Hairline is needed, not str; .*read_hairline"),
    (smpsim.encode_hairline, ("line.json",), {"format": "json", "size": (9, 9)}, "hairline: a Hairline is needed"),
    (smpsim.propose_treatment, ("client.jpg",), {}, r"stubble: a Stubble is needed, not str; .*measure_stubble"),
    (smpsim.timeline, (photo(), mask()), {"moments": [3]}, "moment: 3 cannot be read"),
    (smpsim.Treatment.preset, (None,), {}, "preset: None is unknown; choose light, standard, full"),
    (smpsim.Scale, ("8 px/mm",), {}, "px_per_mm: '8 px/mm' is not allowed; give a number, 0.05 to 500 px/mm"),
    (smpsim.Scale.from_points, ((0, 0), (9, 0)), {"distance_mm": "10cm"}, "distance_mm: '10cm' .* a number of mm"),
    (smpsim.Scale.from_points, ((1, np.nan), (9, 0)), {}, r"ruler: \(1, nan\) is no place; give x, y in px"),
    (smpsim.Scale.from_points, ("1,2", (9, 0)), {}, "ruler: '1,2' is no place"),
    (smpsim.Scale.from_pupils, ((1, 2), (1, 2, 3)), {}, r"pupils: \(1, 2, 3\) is no place"),
    (smpsim.Landmarks.from_points, (), {"pupils": ((400.0, 500.0),)}, r"pupils: .* give both"),
    (smpsim.Landmarks.from_points, (), {"pupils": (400.0, 500.0)}, "pupils: 400.0 is no place"),
    (smpsim.Landmarks.from_points, (), {"pupils": ((0, 0), (99, 0)), "chin": 5}, "chin: 5 is no place"),
    (smpsim.Surface.ellipsoid, (), {"centre_mm": (1, 2, 3)}, r"centre_mm: \(1, 2, 3\) is no place; give x, y in mm"),
    (
        smpsim.hide_line,
        (READ_PHOTO, "found"),
        {"scale": SCALE, "mask": np.ones((9, 9))},
        r"the mask has shape \(9, 9\)",
    ),
    (smpsim.hide_line, (READ_PHOTO, "found"), {"scale": SCALE, "mask": [[1.0]]}, r"the mask has shape \(1, 1\)"),
    (smpsim.hide_line, (READ_PHOTO, "if-found"), {"scale": SCALE, "mask": np.nan * mask()}, "the mask's values"),
    (smpsim.find_line, (READ_PHOTO,), {"scale": SCALE, "region": np.ones((9, 9))}, r"region: it has shape \(9, 9\)"),
    (smpsim.find_line, (READ_PHOTO,), {"scale": SCALE, "region": [[True]]}, r"region: an array \(H, W\) is needed"),
    (
        smpsim.measure_stubble,
        (READ_PHOTO, (0, 0, 90)),
        {"scale": SCALE},
        r"patch: \(0, 0, 90\) does not lie .* whole px",
    ),
    (smpsim.measure_stubble, (READ_PHOTO, (0.5, 0, 90, 90)), {"scale": SCALE}, "patch: .* does not lie"),
    (smpsim.render, (photo(), mask()), {"scale": SCALE, "window": 5}, "window: 5 does not lie .* whole px"),
    (smpsim.RenderOptions, (), {"nodes_per_sigma": "1"}, "nodes_per_sigma: '1' is not allowed; give 0.5 to 4"),
    (smpsim.Hairline, ({"a": (1, 2, 3), "b": (1, 1), "c": (2, 2)},), {}, "hairline: a point is no place"),
    (smpsim.Hairline, ({"a": "x", "b": (1, 1), "c": (2, 2)},), {}, "hairline: a point is no place"),
    (smpsim.Hairline, (LINE, ((1.0, 1.0),) * 10_001), {}, "hairline: 10004 points are not allowed; give 3 to 10000"),
    (smpsim.hairline_through, (np.ones((1, 2)), SCALE), {}, "points: these are no line; give 3 or more"),
    (
        smpsim.join_zones,
        ([(np.full((9, 9), 10, np.uint8), 80)],),
        {"px_per_mm": 8},
        "zones: a mask is neither bool nor",
    ),
    (smpsim.join_zones, ([(np.full((9, 9), np.nan), 80)],), {"px_per_mm": 8}, "zones: a mask is neither bool nor"),
    (smpsim.join_zones, ([(np.ones((9, 9)), np.inf)],), {"px_per_mm": 8}, "zones: densities and px_per_mm"),
    (smpsim.join_zones, ([(np.ones((9, 9)), 80)],), {"px_per_mm": 8, "blend_mm": np.inf}, "zones: densities and"),
]


@pytest.mark.parametrize(("function", "positional", "named", "line"), WRONG)
def test_the_wrong_kind_is_one_line(
    function: Callable[..., object], positional: tuple[Any, ...], named: dict[str, Any], line: str
) -> None:
    with pytest.raises(smpsim.SmpsimError, match=rf"^(vary: )?{line}") as caught:
        function(*positional, **named)
    assert "\n" not in str(caught.value)


def test_numbers_of_numpy_are_numbers() -> None:
    assert smpsim.RenderOptions(threads=np.int64(2), reach_sigmas=np.float32(3)).n_threads == 2
    assert smpsim.Landmarks.from_points(pupils=((10, 10), (60, 10)), scale=8.0).scale == smpsim.Scale(8.0)
    window = quick(window=np.array([3, 5, 20, 30]))
    assert window.image.shape == (30, 20, 3)


def test_what_comes_back_is_read_only() -> None:
    rgba = np.dstack([photo(), np.full((120, 160), 255, np.uint8)])
    alpha = quick(photo=rgba, max_px=80).alpha
    assert alpha is not None
    zones = smpsim.join_zones([(mask(), 80.0)], px_per_mm=8)[0]
    for array in (alpha, zones, smpsim.Hairline(LINE).mask((30, 20))):
        assert not array.flags.writeable
