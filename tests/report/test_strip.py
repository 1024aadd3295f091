"""The strip of depths: pieces at 1:1, the same dots, words."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from smpsim import Photo, Scale, Treatment, read_label, render
from smpsim.ink.needle import widening
from smpsim.report.strip import _fullest, depth_strip

SCALE = Scale(6.0)
DEPTHS = (0.5, 1.6)
TOP = 12 + 2 * 21  # margin, title and caption of the row


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
    data = depth_strip(photo, mask, scale=SCALE, treatment=Treatment(), needle_depths_mm=DEPTHS, seed=2)
    label = read_label(data)
    assert label is not None
    assert label["needle_depths_mm"] == list(DEPTHS)
    x, y, w, h = label["window"]
    assert (w, h) == (168, 168)
    sheet = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
    for k, depth in enumerate(DEPTHS):
        wide = 0.25 * widening(depth)
        treatment = Treatment().replace(needle_depth_mm=depth, diameter_mm=wide)
        for row, age in enumerate((None, 5 * 365.25)):
            whole = render(photo, mask, scale=SCALE, treatment=treatment.replace(age_days=age), seed=2)
            top = TOP + row * (h + 21 + 8)
            piece = sheet[top : top + h, 12 + k * (w + 8) :][:, :w]
            assert np.array_equal(piece, whole.image[y : y + h, x : x + w])
    below = sheet[TOP + 2 * h + 29 :]
    assert (below < 128).any(axis=(1, 2)).sum() > 40  # rows with writing: captions, and that it is a simulation


def test_the_piece_lies_where_the_mask_is_full(mask: np.ndarray) -> None:
    x, y, w, h = _fullest(mask, 100)
    assert (w, h) == (100, 100)
    assert mask[y : y + h, x : x + w].mean() == 1
    assert abs(x + w / 2 - 195) < 25
    assert abs(y + h / 2 - 120) < 25


@pytest.mark.parametrize("side", [1, 5, 50, 400])
def test_the_piece_lies_in_the_picture(side: int) -> None:
    mask = np.zeros((40, 60), np.float32)
    mask[39, 59] = 0.5
    x, y, w, h = _fullest(mask, side)
    assert (w, h) == (min(side, 60), min(side, 40))
    assert 0 <= x <= 60 - w
    assert 0 <= y <= 40 - h
    assert mask[y : y + h, x : x + w].any()
