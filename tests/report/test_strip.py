"""The strip of depths: pieces at 1:1, the same dots, words."""

from __future__ import annotations

import numpy as np
import pytest

from smpsim import Photo, Scale, Treatment, render
from smpsim.ink.needle import widening
from smpsim.report.strip import depth_strip
from smpsim.report.views import fullest

SCALE = Scale(6.0)
DEPTHS = (0.5, 1.6)


@pytest.fixture(scope="module")
def photo() -> Photo:
    rng = np.random.default_rng(1)
    shade = rng.normal(0, 2, (240, 300, 1)) + np.array([200, 160, 140])
    return Photo.from_array(shade.round().astype(np.uint8))


@pytest.fixture(scope="module")
def mask() -> np.ndarray:
    mask = np.zeros((240, 300), np.float32)
    mask[20:220, 100:290] = 1
    return mask


def test_pieces_are_windows_of_the_renders(photo: Photo, mask: np.ndarray) -> None:
    board = depth_strip(photo, mask, scale=SCALE, needle_depths_mm=DEPTHS, seed=2)
    x, y, w, h = board.label["window"]
    assert (w, h) == (168, 168)
    assert [piece.name for piece in board.pieces] == [
        "needle 0.5 mm",
        "needle 1.6 mm",
        "needle 0.5 mm, later",
        "needle 1.6 mm, later",
    ]
    pieces = iter(board.pieces)
    for age in (None, 5 * 365.25):
        for depth in DEPTHS:
            treatment = Treatment().replace(needle_depth_mm=depth, diameter_mm=0.25 * widening(depth), age_days=age)
            whole = render(photo, mask, scale=SCALE, treatment=treatment, seed=2)
            assert np.array_equal(next(pieces).image, whole.image[y : y + h, x : x + w])


def test_it_says_what_is_too_deep_and_what_is_an_estimate(photo: Photo, mask: np.ndarray) -> None:
    right, deep, *_ = depth_strip(photo, mask, scale=SCALE, needle_depths_mm=DEPTHS).pieces
    assert "Right: small and sharp." in right.caption
    assert "Too deep" in deep.caption
    assert "are estimates" in depth_strip(photo, mask, scale=SCALE, needle_depths_mm=(0.8,)).page()


def test_of_years_later_no_judgement_is_passed(photo: Photo, mask: np.ndarray) -> None:
    """What was right is faint by then: "small and sharp" under almost empty skin is not what is seen."""
    *_, right, deep = depth_strip(photo, mask, scale=SCALE, needle_depths_mm=DEPTHS).pieces
    assert right.caption == "Pigment rests at 0.18 mm.\nafter about 5 years (estimate)"
    assert deep.caption == "Pigment rests at 0.5 mm.\nafter about 5 years (estimate)"


def test_the_piece_lies_where_the_mask_is_full(mask: np.ndarray) -> None:
    x, y, w, h = fullest(mask, 100)
    assert (w, h) == (100, 100)
    assert mask[y : y + h, x : x + w].mean() == 1
    assert abs(x + w / 2 - 195) < 25
    assert abs(y + h / 2 - 120) < 25


@pytest.mark.parametrize("side", [1, 5, 50, 400])
def test_the_piece_lies_in_the_picture(side: int) -> None:
    mask = np.zeros((40, 60), np.float32)
    mask[39, 59] = 0.5
    x, y, w, h = fullest(mask, side)
    assert (w, h) == (min(side, 60), min(side, 40))
    assert 0 <= x <= 60 - w
    assert 0 <= y <= 40 - h
    assert mask[y : y + h, x : x + w].any()
