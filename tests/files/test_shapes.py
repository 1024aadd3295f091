"""Masks from shapes: every command of a path against its own formula, and nothing that hangs or falls over."""

from __future__ import annotations

import json
import random
import time
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from smpsim import Hairline, Landmarks, MaskError, Photo, encode_hairline, read_mask
from smpsim.files.shapes import looks_like_shapes, mask_from_shapes
from smpsim.files.svg_path import flattened, parse_path
from smpsim.files.svg_shapes import MAX_BYTES, MAX_LOOPS
from smpsim.scalp.polygon import coverage_of

SIZE = (200, 100)
ONE = np.array([[1.0, 0, 0], [0, 1, 0]])


def svg(inside: str, attributes: str = 'viewBox="0 0 200 100"') -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}>{inside}</svg>'.encode()


def photo(size: tuple[int, int] = SIZE) -> Photo:
    return Photo.from_array(np.full((size[1], size[0], 3), 128, np.uint8))


def outline(data: str) -> np.ndarray:
    (loop,) = parse_path(data)
    return flattened(loop, ONE)


def off(points: np.ndarray, curve: np.ndarray) -> float:
    """Largest distance of the points to a finely sampled curve, and of the curve to the points."""
    apart = np.hypot(*(points[:, None] - curve[None]).T)
    return float(max(apart.min(0).max(), 0.0))


T = np.linspace(0, 1, 4001)[:, None]
QUADRATIC = (1 - T) ** 2 * [10, 80] + 2 * T * (1 - T) * [50, 0] + T**2 * [90, 80]
CUBIC = (1 - T) ** 3 * [10, 80] + 3 * T * (1 - T) ** 2 * [20, 0] + 3 * T**2 * (1 - T) * [80, 0] + T**3 * [90, 80]
ANGLE = np.pi * (1 + T)
HALF = np.concatenate([50 + 40 * np.cos(ANGLE), 50 + 20 * np.sin(ANGLE)], 1)


@pytest.mark.parametrize(
    ("data", "curve"),
    [
        ("M10 80Q50 0 90 80", QUADRATIC),
        ("m10 80q40-80 80 0", QUADRATIC),
        ("M10,80C20,0,80,0,90,80", CUBIC),
        ("M 10 80 c 10 -80 70 -80 80 0", CUBIC),
        ("M10 50A40 20 0 0 1 90 50", HALF),
        ("M10 50a40 20 0 0180 0", HALF),
        ("M10 50A4 2 0 0 1 90 50", HALF),  # too small: enlarged until it fits
    ],
)
def test_curves_are_met_within_a_tenth_of_a_pixel(data: str, curve: np.ndarray) -> None:
    points = outline(data)
    assert off(points, curve) < 0.1
    # no straight piece leaves the curve by more than that, either
    middles = (points[1:] + points[:-1]) / 2
    assert off(middles, curve) < 0.1


@pytest.mark.parametrize(
    ("smooth", "plain"),
    [
        ("M10 50C10 20 40 20 50 50S90 80 90 50", "M10 50C10 20 40 20 50 50C60 80 90 80 90 50"),
        ("M10 50c0-30 30-30 40 0s40 30 40 0", "M10 50C10 20 40 20 50 50C60 80 90 80 90 50"),
        ("M10 50Q30 10 50 50T90 50", "M10 50Q30 10 50 50Q70 90 90 50"),
        ("M10 50q20-40 40 0t40 0", "M10 50Q30 10 50 50Q70 90 90 50"),
        ("M10 50S40 20 50 50", "M10 50C10 50 40 20 50 50"),
        ("M10 10H50V40h-40z", "M10 10L50 10L50 40L10 40L10 10"),
        ("M10 10 50 10 50 40 10 40Z", "M10 10L50 10L50 40L10 40L10 10"),
        ("M10 10h40v30h-40v-30", "M10 10L50 10L50 40L10 40L10 10"),
        ("M1e1+1e1l.5.5-.5-.5", "M10 10L10.5 10.5L10 10"),
        ("M10 10A0 5 0 0 1 50 10", "M10 10L50 10"),
        ("M10 10A1e-300 1e-300 0 0 1 50 10", "M10 10L50 10"),
        ("M0 0A1e7 1e7 0 0 1 1e-320 0", "M0 0L1e-320 0"),
    ],
)
def test_short_forms_are_their_long_ones(smooth: str, plain: str) -> None:
    assert np.allclose(outline(smooth), outline(plain), atol=1e-9)


def test_the_four_arcs_between_two_points() -> None:
    """Large and sweep choose among the arcs of two circles of radius 25; the middle of each is known."""
    for large, sweep, y in ((0, 0, 60), (0, 1, 40), (1, 0, 90), (1, 1, 10)):
        points = outline(f"M30 50A25 25 0 {large} {sweep} 70 50")
        assert np.hypot(*(points - [50, y]).T).min() < 2.0, (large, sweep)
        centre = [50, 35] if large == (y < 50) else [50, 65]
        assert np.abs(np.hypot(*(points - centre).T) - 25).max() < 0.05


def test_several_subpaths_and_what_comes_after_an_error() -> None:
    assert len(parse_path("M0 0h9v9zM20 20h9v9z m20 0h9v9z")) == 3
    assert len(parse_path("M0 0h9v9z L5")) == 1
    assert parse_path("") == parse_path("12 L 3 4") == []
    with pytest.raises(ValueError, match="1e7"):
        parse_path("M0 0L1e9 0")


@pytest.mark.parametrize(
    ("inside", "corners"),
    [
        ('<rect x="20" y="10" width="60" height="40"/>', [(20, 10), (80, 10), (80, 50), (20, 50)]),
        ('<polygon points="20,10 80,10 80,50"/>', [(20, 10), (80, 10), (80, 50)]),
        ('<g transform="translate(10 5)"><path d="M0 0H30V30z"/></g>', [(10, 5), (40, 5), (40, 35)]),
        ('<path transform="translate(10,5) scale(2 3)" d="M0 0H30V20z"/>', [(10, 5), (70, 5), (70, 65)]),
        ('<path transform="rotate(90 50 50)" d="M40 40H80V60z"/>', [(60, 40), (60, 80), (40, 80)]),
        ('<path transform="matrix(1 .5 -.5 1 50 0)" d="M0 0H40V40z"/>', [(50, 0), (90, 20), (70, 60)]),
        ('<path transform="skewX(45)" d="M0 0H40V40H0z"/>', [(0, 0), (40, 0), (80, 40), (40, 40)]),
        ('<path transform="skewY(45)" d="M0 0H40V40H0z"/>', [(0, 0), (40, 40), (40, 80), (0, 40)]),
        (
            '<path transform="skewX() bend(45) matrix(2 0 0 2 9)" d="M0 0H40V40H0z"/>',
            [(0, 0), (40, 0), (40, 40), (0, 40)],
        ),
        ('<path transform="translate() scale() rotate()" d="M0 0H40V40H0z"/>', [(0, 0), (40, 0), (40, 40), (0, 40)]),
    ],
)
def test_shapes_and_transforms(inside: str, corners: list[tuple[float, float]]) -> None:
    coverage, notices = mask_from_shapes(svg(inside), SIZE)
    assert not notices
    assert np.abs(coverage - coverage_of([np.array(corners, np.float64)], SIZE)).max() < 1e-5


def test_circle_ellipse_and_round_rectangle_have_their_areas() -> None:
    for inside, area in (
        ('<circle cx="60" cy="50" r="30"/>', np.pi * 900),
        ('<ellipse cx="60" cy="50" rx="50" ry="20"/>', np.pi * 1000),
        ('<rect x="10" y="10" width="60" height="40" rx="10"/>', 2400 - (4 - np.pi) * 100),
        ('<rect x="10" y="10" width="60" height="40" ry="10"/>', 2400 - (4 - np.pi) * 100),
        ('<rect x="10" y="10" width="60" height="40" rx="10" ry="5"/>', 2400 - (4 - np.pi) * 50),
        ('<rect x="10" y="10" width="60" height="40" rx="99" ry="99"/>', np.pi * 30 * 20),
        ('<rect x="10" y="10" width="60" height="40" rx="-10" ry="-10"/>', 2400),
    ):
        assert mask_from_shapes(svg(inside), SIZE)[0].sum() == pytest.approx(area, rel=0.002)


def test_fill_rules_and_what_is_not_filled() -> None:
    twice = "M10 10H90V90H10zM30 30H70V70H30z"
    assert mask_from_shapes(svg(f'<path d="{twice}"/>'), SIZE)[0].sum() == 6400
    assert mask_from_shapes(svg(f'<path d="{twice}" fill-rule="evenodd"/>'), SIZE)[0].sum() == 4800
    for unseen in ('fill="none"', 'style="fill: none"', 'display="none"', 'visibility="hidden"'):
        assert not mask_from_shapes(svg(f'<g {unseen}><path d="{twice}"/></g>'), SIZE)[0].any()


def test_the_view_box_is_laid_over_the_photo() -> None:
    rectangle = '<rect x="20" y="10" width="60" height="40"/>'
    half = mask_from_shapes(svg(rectangle, 'viewBox="0 0 400 200"'), SIZE)[0]
    assert np.argwhere(half)[[0, -1]].tolist() == [[5, 10], [24, 39]]
    tiny = mask_from_shapes(svg('<rect width=".1" height=".05"/>', 'viewBox="0 0 .4 .2"'), SIZE)[0]
    assert tiny[:25, :50].min() > 0.999
    assert tiny.sum() == pytest.approx(25 * 50, rel=1e-3)
    moved = mask_from_shapes(svg(rectangle, 'viewBox="10 5 200 100" width="20cm"'), SIZE)[0]
    assert np.argwhere(moved)[0].tolist() == [5, 10]
    millimetres = mask_from_shapes(svg(rectangle, 'width="52.9167mm" height="26.4583mm"'), SIZE)[0]
    assert np.argwhere(millimetres > 0.5)[0].tolist() == [10, 20]
    with pytest.raises(ValueError, match="400 x 400, the photo 200 x 100 px"):
        mask_from_shapes(svg("", 'viewBox="0 0 400 400"'), SIZE)
    for box in ("0 0 0 100", "0 0 200 0"):
        with pytest.raises(ValueError, match="no size"):
            mask_from_shapes(svg("", f'viewBox="{box}"'), SIZE)


def test_what_is_left_out_is_said() -> None:
    _, notices = mask_from_shapes(svg('<text>a</text><use href="#a"/><defs><path d="M0 0H9V9z"/></defs>'), SIZE)
    assert notices == ("left out of the drawing: 1 text, 1 use",)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg>&a;</svg>', "entities"),
        (b"<!DOCTYPE svg [<!ENTITY % a \"<!ENTITY b 'bbbb'>\"> %a;]><svg>&b;</svg>", "entities"),
        (b'<!DOCTYPE svg SYSTEM "file:///etc/hosts" [<!ENTITY a "aaaa">]><svg>&a;</svg>', "entities"),
        (b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg>&a;</svg>', "entities"),
        (b"<?xml version='1.0'?><html/>", "no SVG"),
        (b"<svg", "broken XML"),
        (svg(" " * MAX_BYTES), "more than 16 MB; simplify the drawing"),
        (svg("<g>" * 1000 + "</g>" * 1000), "within one another"),
        (svg('<path d="' + "M0 0H1V1z" * (MAX_LOOPS + 1) + '"/>'), "outlines"),
        (
            svg('<path transform="scale(1e5)" d="M0 0' + "C0 99 99 0 99 99" * 2000 + '"/>'),
            "1000000 points on its curves",
        ),
        (svg('<path d="M0 0' + "h1" * 100_001 + '"/>'), "more than"),
        (svg('<path d="M0 0H200V100H0z"/>' * 70), "too many large shapes"),
        (svg('<path d="M0 0' + "L200 100L0 0" * 40_000 + '"/>'), "too many large shapes"),
        (svg('<path d="M0 0A1e7 .5 5 0 0 5 1e7z"/>'), "beyond all bounds"),
        (svg('<path transform="scale(1e9)" d="M0 0H9V9z"/>'), "beyond all bounds"),
        (svg('<path transform="rotate(1e999)" d="M0 0H9V9z"/>'), "beyond all bounds"),
        (svg('<g transform="scale(1e300)"><g transform="scale(1e300)"><path d="M0 0H9V9z"/></g></g>'), "all bounds"),
        (b"{" + b'"a":[' * 50_000, "broken JSON"),
        (b'{"a": 1}', "neither"),
        (b'{"smpsim_hairline": 2, "width_px": 9, "height_px": 9, "points": [], "rear": []}', "not a hairline as"),
        (b'{"smpsim_hairline": 1, "width_px": "x"}', "not a hairline as"),
    ],
)
def test_hostile_files_are_refused_quickly(data: bytes, message: str) -> None:
    begun = time.process_time()
    with pytest.raises(ValueError, match=message):
        mask_from_shapes(data, SIZE)
    assert time.process_time() - begun < 5
    with pytest.raises(MaskError, match=message):
        read_mask(data, like=photo())


@pytest.mark.parametrize(
    "inside",
    [
        '<path d="M0 0L9 9{}x"/>',
        '<path d="M0 0A5 5 0{}x"/>',
        '<polygon points="{}9"/>',
        '<rect width="1{}x"/>',
        '<rect transform="scale{}x"/>',
        '<rect style="fill{}x"/>',
    ],
)
def test_many_blanks_are_walked_through_once(inside: str) -> None:
    begun = time.process_time()
    mask_from_shapes(svg(inside.replace("{}", " " * 200_000)), SIZE)
    assert time.process_time() - begun < 1


def test_arcs_at_the_borders_of_numbers_are_drawn_or_refused() -> None:
    dice, drawn = random.Random(1), 0
    for _ in range(1000):
        numbers = [dice.choice(("0", "1", "-1", "1e-320", "1e-160", "1e7", "-1e7", "5", ".5")) for _ in range(7)]
        numbers[3:5] = dice.choices("01", k=2)
        try:
            mask_from_shapes(svg(f'<path d="M0 0{dice.choice("Aa")}{" ".join(numbers)}L9 9L3 20z"/>'), SIZE)
            drawn += 1
        except ValueError:
            continue
    assert drawn > 900


def labelme(*shapes: dict[str, object], **more: object) -> bytes:
    value = {"version": "5.4.1", "flags": {}, "shapes": shapes, "imageWidth": 400, "imageHeight": 200, **more}
    return json.dumps(value).encode()


def test_labelme_polygons_zones_and_protected_places() -> None:
    square = [[100, 40], [300, 40], [300, 160], [100, 160]]
    whole = {"label": "scalp", "points": square, "shape_type": "polygon"}
    crown = {"label": "Crown 60 %", "points": [[300, 0], [400, 200]], "shape_type": "rectangle"}
    scar = {"label": "scar", "points": [[200, 100], [220, 100]], "shape_type": "circle"}
    line = {"label": "line", "points": [[0, 0], [9, 9]], "shape_type": "line"}
    coverage, notices = mask_from_shapes(labelme(whole, crown, scar, line), SIZE)
    assert coverage[30, 60] == 1
    assert coverage[50, 180] == pytest.approx(0.6)
    assert coverage[50, 100] == 0
    assert coverage.sum() == pytest.approx(100 * 60 + 0.6 * 50 * 100 - np.pi * 100, rel=0.002)
    assert notices == ("left out of the shapes: 1 line",)


def test_a_labelme_rectangle_that_leans_is_its_four_corners() -> None:
    corners = [[100, 40], [180, 100], [150, 140], [70, 80]]
    coverage, notices = mask_from_shapes(
        labelme({"label": "scalp", "points": corners, "shape_type": "oriented_rectangle"}), SIZE
    )
    assert not notices
    assert coverage.sum() == pytest.approx(100 * 50 / 4, rel=1e-3)


@pytest.mark.parametrize(
    "data",
    [
        labelme({"label": "a", "points": [[1, 2, 3]]}),
        labelme({"label": "a", "points": [[1, None]]}),
        labelme({"label": "a", "points": [[1, 1e300]] * 3}),
        labelme({"points": []}),
        labelme({"label": "a", "points": [], "shape_type": "polygon"}),
        labelme({"label": "a", "points": [[1, 2]], "shape_type": "rectangle"}),
        labelme(7),  # type: ignore[arg-type]
        labelme(imageWidth="a"),
        labelme(imageWidth=-4),
        labelme(imageWidth=9999),
    ],
)
def test_broken_labelme_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"broken|size|drawn on"):
        mask_from_shapes(data, SIZE)


def test_labelme_shares_sizes_and_numbers_have_limits() -> None:
    square = {"label": "scalp", "points": [[0, 0], [400, 0], [400, 200], [0, 200]]}
    for label, share in (("top 150 %", 1), ("top 100%", 1), ("top 7 %", 0.07), ("7 % top", 1)):
        coverage, _ = mask_from_shapes(labelme({**square, "label": label}), SIZE)
        np.testing.assert_allclose(coverage, share, rtol=1e-6)
    # a picture whose sides were rounded is the photo's; one that is 2 % longer is another
    coverage, _ = mask_from_shapes(labelme(square, imageWidth=398), SIZE)
    assert coverage.min() == 1
    for size, said in (({"imageWidth": 408}, "408 x 200 px"), ({"imageHeight": 196}, "400 x 196 px")):
        with pytest.raises(ValueError, match=f"drawn on {said}, the photo has 200 x 100"):
            mask_from_shapes(labelme(square, **size), SIZE)
    with pytest.raises(ValueError, match="more than 20000 shapes"):
        mask_from_shapes(labelme(*[{}] * 20_001), SIZE)


def test_a_labelme_circle_is_round_to_a_twentieth_of_a_pixel() -> None:
    circle = {"label": "scalp", "points": [[100, 50], [140, 50]], "shape_type": "circle"}
    coverage, _ = mask_from_shapes(labelme(circle, imageWidth=200, imageHeight=100), SIZE)
    y, x = (np.arange(n * 16) / 16 + 1 / 32 for n in SIZE[::-1])
    exact = (np.hypot(x - 100, y[:, None] - 50) < 40).reshape(100, 16, 200, 16).mean((1, 3))
    assert np.abs(coverage - exact).sum() / (2 * np.pi * 40) < 0.05


def test_a_hairline_is_a_mask(tmp_path: Path) -> None:
    line = Hairline.fit(Landmarks.from_points(pupils=((60, 90), (130, 90))), "straight")
    for format, close in (("json", 1e-6), ("svg", 0.03), ("png", 0.003)):
        path = tmp_path / f"line.{format}"
        path.write_bytes(encode_hairline(line, format=format, size=SIZE))
        assert np.abs(read_mask(path, like=photo()) - line.mask(SIZE)).max() < close
    other = encode_hairline(line, format="json", size=(100, 100))
    with pytest.raises(MaskError, match="100 x 100 px"):
        read_mask(other, like=photo())


def test_shapes_come_from_streams_and_pictures_still_do(tmp_path: Path) -> None:
    drawn = svg('<rect x="20" y="10" width="60" height="40"/>')
    assert read_mask(BytesIO(drawn), like=photo()).sum() == 2400
    png = encode_hairline(Hairline({"a": (0, 0), "b": (9, 40), "c": (99, 0)}), format="png", size=SIZE)
    assert np.array_equal(read_mask(BytesIO(png), like=photo()), read_mask(png, like=photo()))
    path = tmp_path / "mask.svg"
    path.write_bytes(b"\xef\xbb\xbf\n" + drawn)
    assert read_mask(path, like=photo()).sum() == 2400
    assert not looks_like_shapes(png)


def test_mutated_files_give_a_mask_or_an_error() -> None:
    """2,000 files with bytes changed, cut out, doubled and swapped: a mask or one line, within two seconds each."""
    line = Hairline.fit(Landmarks.from_points(pupils=((60, 90), (130, 90))))
    seeds = [
        svg('<g transform="rotate(9 2 3)"><path d="M10 10h9c1 2 3 4 5 6s7 8 9 9q1 2 3 4t5 6a5 6 7 0 1 9 9z"/></g>'),
        svg(
            '<rect x="20" y="1" width="60" height="40" rx="3"/><circle cx="9" cy="9" r="5"/>',
            'width="200" height="100"',
        ),
        encode_hairline(line, format="json", size=SIZE),
        labelme({"label": "a 50%", "points": [[1, 2], [30, 40], [50, 6]], "shape_type": "polygon"}),
    ]
    dice, masks = random.Random(0), 0
    bits = [bytes([byte]) for byte in b'9-["<>/zA {\xff'] + [b"e9", b"NaN", b"null", b"1e308"]
    for number in range(2000):
        data = bytearray(seeds[number % len(seeds)])
        for _ in range(dice.randint(1, 3)):
            at, end = sorted(dice.choices(range(len(data)), k=2))
            match dice.randrange(4):
                case 0:
                    data[at : at + dice.randrange(2)] = dice.choice(bits)
                case 1:
                    del data[at : min(end, at + 20)]
                case 2:
                    data[at:at] = data[at : min(end, at + 40)]
                case _:
                    data[at] = dice.randrange(256)
            data = data or bytearray(b" ")
        begun = time.process_time()
        try:
            mask = mask_from_shapes(bytes(data), SIZE)[0]
        except ValueError:
            continue
        finally:
            assert time.process_time() - begun < 2
        masks += 1
        assert mask.shape == (100, 200)
        assert 0 <= mask.min() <= mask.max() <= 1
    assert 50 < masks < 1900
