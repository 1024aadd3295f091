"""Boards: pieces are parts of the renders, what is shared is found once, every form of them is marked and whole."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageSequence

import smpsim
from smpsim import MaskError, ParameterError, Treatment, option_sheet, render, timeline
from smpsim.dots import placed
from smpsim.files.metadata import DESCRIPTION
from smpsim.parameters import PARAMETERS
from smpsim.report.options import _names, choices_around, usual_choices
from smpsim.report.views import VIEWS, at_the_line, view_of

HEAD = smpsim.sample(px_per_mm=3)
VARY = {"density_per_cm2": (55, 110), "shade": ("carbon-1:20", "brown-1:5")}


@pytest.fixture(scope="module")
def options() -> smpsim.Board:
    return option_sheet(HEAD.photo, HEAD.mask, scale=HEAD.scale, vary=VARY, seed=3, piece_px=200)


@pytest.fixture(scope="module")
def course() -> smpsim.Board:
    return timeline(HEAD.photo, HEAD.mask, scale=HEAD.scale, moments=("before", "s1", "3d", "5y"), piece_px=150)


def test_options_are_parts_of_the_renders(options: smpsim.Board) -> None:
    assert [piece.name for piece in options.pieces] == ["A1", "A2", "B1", "B2"]
    assert options.columns == 2
    max_px = options.label["max_px"]
    view = view_of("area", HEAD.mask, px_per_mm=3, piece_px=200)
    assert view.max_px == max_px
    for piece in options.pieces:
        treatment = Treatment().replace(**piece.changes)
        whole = render(HEAD.photo, HEAD.mask, scale=HEAD.scale, treatment=treatment, seed=3, max_px=max_px)
        assert np.array_equal(piece.image, view._cut(whole.image, HEAD.photo.size))
        assert piece.n_dots == whole.stats.n_dots
        assert max(piece.image.shape) <= 201
    assert options.pieces[3].caption == "110 dots per cm2\npigment brown-1:5\nestimate: how it looks"


@pytest.mark.parametrize("view", ["line", "middle"])
def test_close_views_are_windows_of_the_render(view: str) -> None:
    board = timeline(HEAD.photo, HEAD.mask, scale=HEAD.scale, moments=("before", "1y"), view=view)
    x, y, w, h = board.label["window"]
    assert (w, h) == (160, 160)
    whole = render(HEAD.photo, HEAD.mask, scale=HEAD.scale, treatment=Treatment().replace(age_days="1y"))
    before, after = (piece.image for piece in board.pieces)
    assert np.array_equal(before, HEAD.photo.pixels[y : y + h, x : x + w])
    assert np.array_equal(after, whole.image[y : y + h, x : x + w])


def test_the_line_is_where_the_area_ends_downwards() -> None:
    mask = np.zeros((300, 400), np.float32)
    mask[40:200, 100:300] = 1
    x, y, w, h = at_the_line(mask, 100)
    assert abs(y + 0.7 * h - 200) < 10
    assert abs(x + w / 2 - 200) < 20
    for view in VIEWS:
        assert mask[view_of(view, mask, px_per_mm=4).window[1] :].any()


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, int]]:
    """How often the photo was looked at, dots were placed, the photo was reduced."""
    count = {"look": 0, "place_ranked": 0, "reduced": 0}

    def counted(module: Any, name: str) -> None:
        original = getattr(module, name)

        def call(*args: Any, **named: Any) -> Any:
            count[name] += 1
            return original(*args, **named)

        monkeypatch.setattr(module, name, call)

    counted(smpsim.sitting, "look")
    counted(placed, "place_ranked")
    counted(smpsim.sitting, "reduced")
    return count


def test_what_is_shared_is_found_once(work: dict[str, int]) -> None:
    board = option_sheet(HEAD.photo, HEAD.mask, scale=HEAD.scale, piece_px=120)
    assert len(board.pieces) == 9
    assert work == {"look": 1, "place_ranked": 1, "reduced": 1}
    timeline(HEAD.photo, HEAD.mask, scale=HEAD.scale, piece_px=120)
    assert work == {"look": 2, "place_ranked": 2, "reduced": 2}


def test_lines_go_down_and_share_the_frame() -> None:
    higher = HEAD.mask.copy()
    higher[: np.flatnonzero(HEAD.mask.any(axis=1))[0] + 20] = 0
    board = option_sheet(
        HEAD.photo, [HEAD.mask, higher], scale=HEAD.scale, vary={"density_per_cm2": (60, 90)}, language="de"
    )
    assert [piece.name for piece in board.pieces] == ["A1", "A2", "B1", "B2"]
    assert board.pieces[2].caption == "Linie 2\n60 Punkte pro cm²"
    assert board.pieces[2].changes == {"line": 2, "density_per_cm2": 60}
    assert len({piece.image.shape for piece in board.pieces}) == 1


def test_a_drawn_line_is_hidden_in_all_pieces() -> None:
    head = smpsim.sample(px_per_mm=5, tone="fair", line="white")
    found = {"hide_line": "found", "scale": head.scale, "piece_px": 200}
    options = option_sheet(head.photo, [head.mask, head.mask], vary={"density_per_cm2": (80,)}, **found)
    before, after = timeline(head.photo, head.mask, moments=("before", "settled"), **found).pieces
    assert options.label["hidden_line_mm"] > 100
    for piece in options.pieces:
        assert np.array_equal(piece.image, after.image)
    shown = timeline(head.photo, head.mask, scale=head.scale, moments=("before", "settled"), piece_px=200).pieces[0]
    assert (shown.image != before.image).any()


@pytest.mark.parametrize(
    ("counts", "names"),
    [
        ((1, 1), "A1"),
        ((3, 1), "A1 A2 A3"),
        ((1, 2), "A1 A2"),
        ((2, 2, 1), "A1 A2 B1 B2"),
        ((2, 2, 2), "A1 A2 B1 B2 C1 C2 D1 D2"),
    ],
)
def test_names(counts: tuple[int, ...], names: str) -> None:
    assert " ".join(_names(counts)) == names


@pytest.mark.parametrize("shade", PARAMETERS["shade"].words)
@pytest.mark.parametrize("density", [5, 12, 80, 200, 400])
def test_there_is_a_choice_round_every_treatment(density: float, shade: str) -> None:
    around = choices_around(Treatment().replace(density_per_cm2=density, shade=shade))
    assert density in around["density_per_cm2"]
    assert shade in around["shade"]
    for leaf, values in around.items():
        assert 2 <= len(set(values)) <= 3
        assert values == tuple(dict.fromkeys(PARAMETERS[leaf].check(value) for value in values))
    pigments = {str(value).partition("-")[0] for value in around["shade"]}
    assert len(pigments) == 1


def test_choices_round_the_usual_are_the_usual_ones() -> None:
    usual = {"density_per_cm2": (55, 80, 110), "shade": ("carbon-1:30", "carbon-1:10", "carbon-1:3")}
    assert choices_around(Treatment()) == usual_choices(Treatment()) == usual
    own = Treatment().replace(density_per_cm2=200, shade="warm-1:10")
    assert usual_choices(own) == choices_around(own)
    assert usual_choices(own.replace(density_per_cm2=80)) == {"density_per_cm2": (55, 80, 110)}
    # a dilution means nothing when the ink is typed
    for typed in (own, Treatment()):
        assert list(usual_choices(typed.replace(ink_per_mm=40))) == ["density_per_cm2"]


def test_what_is_wrong_is_told_before_the_work(work: dict[str, int]) -> None:
    pair = {"photo": HEAD.photo, "scale": HEAD.scale}
    for vary, words in (
        ({"densty": (1,)}, "did you mean density"),
        ({"density_per_cm2": (55, 55)}, "values that differ"),
        ({"density_per_cm2": ()}, "values that differ"),
        ({"density_per_cm2": (1000,)}, "5 to 400"),
        ({"density_per_cm2": range(20, 40)}, "at most 26 rows of 9"),
    ):
        with pytest.raises(ParameterError, match=words):
            option_sheet(masks=HEAD.mask, vary=vary, **pair)
    with pytest.raises(MaskError, match="no mask"):
        option_sheet(masks=[], **pair)
    with pytest.raises(MaskError, match="empty"):
        timeline(mask=np.zeros_like(HEAD.mask), **pair)
    for wrong in ({"view": "side"}, {"piece_px": 3}, {"moments": ("before",)}, {"language": "xx"}):
        with pytest.raises(ParameterError):
            timeline(mask=HEAD.mask, **wrong, **pair)
    assert work["look"] == 0


def test_a_photo_with_transparency_lies_on_white() -> None:
    alpha = np.zeros(HEAD.mask.shape, np.uint8)
    alpha[:, 100:] = 255
    clear = np.dstack([HEAD.photo.pixels, alpha])
    board = timeline(clear, HEAD.mask, scale=HEAD.scale, moments=("before", "settled"), piece_px=200)
    for piece in board.pieces:
        assert (piece.image[:, :10] == 255).all()


def test_the_picture_has_all_pieces_as_they_are(options: smpsim.Board) -> None:
    sheet = options.picture
    h, w, _ = options.pieces[0].image.shape
    found = [
        (y, x)
        for piece in options.pieces
        for y, x in np.argwhere((sheet[: 1 - h, : 1 - w] == piece.image[0, 0]).all(axis=-1))
        if np.array_equal(sheet[y : y + h, x : x + w], piece.image)
    ]
    assert len(found) == 4
    assert (sheet < 100).any(axis=(1, 2)).sum() > 4 * h / 2


@pytest.mark.parametrize("extension", [".png", ".jpg", ".tif", ".webp"])
def test_every_file_says_that_it_is_a_simulation(course: smpsim.Board, tmp_path: Path, extension: str) -> None:
    path = tmp_path / f"board{extension}"
    course.save(path)
    label = smpsim.read_label(path)
    assert label is not None
    assert label["simulation"] is True
    assert label["pieces"]["about 5 years"] == {"session": 3, "age_days": 5 * 365.25}
    with pytest.raises(smpsim.OutputExistsError):
        course.save(path)


@pytest.mark.parametrize("format", ["gif", "webp"])
def test_animations(course: smpsim.Board, format: str) -> None:
    with Image.open(io.BytesIO(course.encode(format))) as image:
        frames = [np.asarray(frame.convert("RGB"), np.float32) for frame in ImageSequence.Iterator(image)]
        if format == "gif":
            assert image.info["comment"] == DESCRIPTION.encode("ascii")
            assert image.info["loop"] == 0
    assert len(frames) == 4
    h, w, _ = course.pieces[0].image.shape
    for frame, piece in zip(frames, course.pieces, strict=True):
        assert np.abs(frame[14 : 14 + h, 14 : 14 + w] - piece.image).mean() < 4
        assert (frame[14 + h :] < 100).any(axis=(1, 2)).sum() > 30  # the caption, and that it is a simulation


def test_pictures_bear_no_names(course: smpsim.Board, tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="pictures bear no names"):
        course.save(tmp_path / "board.png", title="Zaphod")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ParameterError, match=r"\.bmp"):
        course.save(tmp_path / "board.bmp")


def test_notebooks(course: smpsim.Board) -> None:
    assert repr(course) == "<Board: The course of time: before, session 1, day 3, about 5 years>"
    fragment = course._repr_html_()
    assert fragment.count("<figure>") == 4
    assert "Simulation: not a photograph" in fragment
    assert course._repr_png_().startswith(b"\x89PNG")
