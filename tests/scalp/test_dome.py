"""Heads without a face: found by their dome, and what is no head is not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from smpsim import MaskError, Photo, read_mask, read_photo, sample
from smpsim.arrays import F32, U8
from smpsim.scalp.dome import Dome, find_dome
from smpsim.scalp.face import FaceBox
from smpsim.scalp.first_line import first_line
from smpsim.scalp.proposal import propose_mask
from smpsim.scalp.subject import find_subject
from tests.scalp.faces import photographs

HEADS = [
    ("front", "studio", "none", "light"),
    ("front", "window", "stubble", "very-dark"),
    ("crown", "overcast", "short", "medium"),
    ("crown", "rim", "none", "deep"),
    ("profile", "window", "none", "fair"),
    ("profile", "hard", "short", "dark"),
    ("three-quarter", "rim", "stubble", "tan"),
    ("three-quarter", "overcast", "none", "olive"),
]


def drawn(view: str, light: str, hair: str, tone: str) -> tuple[U8, F32]:
    """A synthetic head, and where it is in the picture."""
    scalp = sample(px_per_mm=2, view=view, light=light, hair=hair, tone=tone, seed=3)
    return scalp.photo.pixels, scalp.truth.coverage


def share_within(mask: F32, region: F32) -> float:
    return float(np.minimum(mask, region).sum() / mask.sum())


@pytest.mark.parametrize(("view", "light", "hair", "tone"), HEADS)
def test_the_mask_of_a_head_without_a_face_lies_on_it(view: str, light: str, hair: str, tone: str) -> None:
    pixels, head = drawn(view, light, hair, tone)
    proposal = propose_mask(pixels)
    assert isinstance(proposal.subject, Dome)
    assert "roughly" in proposal.origin
    assert share_within(proposal.coverage, head) > 0.985
    assert proposal.coverage.sum() > 0.15 * head.sum()
    rows = np.flatnonzero((proposal.coverage > 0.5).any(1))
    assert rows.max() < 0.85 * len(pixels)  # ears and neck are below


@pytest.mark.parametrize("view", ["front", "crown", "profile", "three-quarter"])
def test_a_small_head_in_a_grey_photo_is_found(view: str) -> None:
    pixels, head = drawn(view, "studio", "none", "tan")
    grey = np.repeat(pixels.astype(np.float64).mean(2, keepdims=True).round().astype(np.uint8), 3, axis=2)
    h, w = head.shape
    wide = np.full((2 * h, 4 * w, 3), 225, np.uint8)
    place = slice(h, 2 * h), slice(w, 2 * w)
    wide[place] = np.where(head[..., None] > 0.5, grey, 225)
    where = np.zeros(wide.shape[:2], np.float32)
    where[place] = head
    assert share_within(propose_mask(wide).coverage, where) > 0.97


@pytest.mark.parametrize("name", ["plain", "noise", "skin", "stripes", "ramp"])
def test_what_is_no_head_has_no_dome(name: str) -> None:
    y, x = np.mgrid[:300, :400]
    skin = np.array([196, 150, 124])
    pixels = {
        "plain": np.full((300, 400, 3), 128),
        "noise": np.random.default_rng(5).integers(0, 255, (300, 400, 3)),
        "skin": np.broadcast_to(skin, (300, 400, 3)),
        "stripes": np.where((x // 30 % 2 == 0)[..., None], skin, 90),
        "ramp": np.stack([y * 0.8, x * 0.6, y * 0.2 + 40], -1),
    }[name].astype(np.uint8)
    assert find_dome(pixels) is None
    with pytest.raises(MaskError, match="no face is found to propose one from, nor a bald head"):
        propose_mask(pixels)


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (500, 1), (20, 9000), (24, 24)])
def test_strips_and_tiny_pictures_have_no_dome(shape: tuple[int, int]) -> None:
    skin = np.broadcast_to(np.array([196, 150, 124], np.uint8), (*shape, 3))
    noise = np.random.default_rng(5).integers(0, 255, (*shape, 3), dtype=np.uint8)
    for pixels in (skin, noise):
        assert find_subject(pixels) is None


def test_a_head_upside_down_has_no_mask_beside_it() -> None:
    pixels, head = drawn("crown", "overcast", "short", "medium")
    found = find_dome(pixels[::-1].copy())
    assert found is not None
    assert head[::-1][int(found.y - found.height_px / 2), int(found.x)] > 0.5
    pixels, _ = drawn("crown", "studio", "none", "light")
    assert find_dome(pixels[::-1].copy()) is None


def test_a_dome_has_the_same_top_at_every_size() -> None:
    pixels, _ = drawn("front", "studio", "none", "light")
    large = np.asarray(Image.fromarray(pixels).resize((pixels.shape[1] * 4, pixels.shape[0] * 4)))
    small, again = find_dome(pixels), find_dome(large)
    assert small is not None
    assert again is not None
    expected, width = small.scaled(4), large.shape[1]
    assert again.x == pytest.approx(expected.x, abs=0.03 * width)
    assert again.y - again.height_px == pytest.approx(expected.y - expected.height_px, abs=0.03 * width)
    assert again.half_breadth_px == pytest.approx(expected.half_breadth_px, rel=0.15)


def test_a_face_in_the_background_is_not_the_subject(monkeypatch: pytest.MonkeyPatch) -> None:
    pixels, _ = drawn("crown", "studio", "none", "light")
    h, w, _ = pixels.shape
    dome = Dome(100.0, 200.0, 60.0, 70.0, 2.5)
    monkeypatch.setattr("smpsim.scalp.subject.find_dome", lambda _: dome)
    for face, subject in (
        (FaceBox(w - 60.0, 10.0, 50.0), Dome),
        (FaceBox(w - 200.0, 10.0, 0.4 * h), FaceBox),
        (FaceBox(80.0, 180.0, 50.0), FaceBox),
        (None, Dome),
    ):
        monkeypatch.setattr("smpsim.scalp.subject.main_face", lambda _, face=face: face)
        assert isinstance(find_subject(pixels), subject)


def test_the_first_line_is_that_of_the_proposed_mask(monkeypatch: pytest.MonkeyPatch) -> None:
    pixels, _ = drawn("front", "studio", "none", "light")
    free = propose_mask(pixels)
    width = pixels.shape[1]
    mirrored = propose_mask(pixels, FaceBox(width / 2 - 153, 215, 306))
    for proposal, axis, origin in ((free, False, "roughly"), (mirrored, True, "from the face")):
        line = first_line(proposal)
        assert (line.axis is not None) == axis
        assert origin in proposal.origin
        mask = line.mask((width, len(pixels)))
        overlap = np.minimum(mask, proposal.coverage).sum() / np.maximum(mask, proposal.coverage).sum()
        assert overlap > 0.93


def shared_photo(shared: Path, name: str) -> tuple[Photo, F32]:
    """A photograph and its mask; "example" is cut off at the brows."""
    if name == "example":
        photo, mask = shared / "example/scalp.jpg", shared / "example/scalp.mask.png"
    else:
        entry = photographs(shared)[name]
        photo, mask = shared / "photos" / entry["file"], shared / "photos" / entry["mask"]
    picture = read_photo(photo)
    return picture, read_mask(mask, like=picture)


def test_the_dome_of_a_photograph_cut_off_at_the_brows(shared: Path) -> None:
    photo, mask = shared_photo(shared, "example")
    proposal = propose_mask(photo.pixels)
    assert isinstance(proposal.subject, Dome)
    assert np.minimum(mask, proposal.coverage).sum() / np.maximum(mask, proposal.coverage).sum() > 0.75


@pytest.mark.parametrize("name", ["p02", "p04", "p05", "p08", "p10", "p12", "p14"])
def test_heads_are_found_though_their_face_is_not(shared: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The top of the dome is that of the mask drawn by hand, to a tenth of its breadth."""
    monkeypatch.setattr("smpsim.scalp.subject.main_face", lambda _: None)
    photo, mask = shared_photo(shared, name)
    found = find_subject(photo.pixels)
    assert isinstance(found, Dome)
    rows, columns = np.flatnonzero((mask > 0.5).any(1)), np.flatnonzero((mask > 0.5).any(0))
    breadth = columns[-1] - columns[0]
    assert abs(found.y - found.height_px - rows[0]) < 0.1 * breadth
    assert abs(found.x - (columns[0] + columns[-1]) / 2) < 0.2 * breadth


@pytest.mark.parametrize("name", ["p01", "p03", "p05", "p06", "p10", "p14"])
def test_clothes_and_backdrops_have_no_dome(shared: Path, name: str) -> None:
    photo, mask = shared_photo(shared, name)
    rows, columns = np.flatnonzero((mask > 0.5).any(1)), np.flatnonzero((mask > 0.5).any(0))
    breadth = columns[-1] - columns[0]
    below = photo.pixels[rows[0] + int(1.7 * breadth) :]
    assert find_dome(np.ascontiguousarray(below)) is None
    beside = photo.pixels[:, : columns[0] - breadth // 5]
    assert beside.shape[1] < 40 or find_dome(np.ascontiguousarray(beside)) is None


def test_heads_are_scaled_with_their_photo() -> None:
    box = FaceBox(10.0, 20.0, 30.0, 4.0)
    assert box.scaled(2) == FaceBox(20.0, 40.0, 60.0, 4.0)
    assert Dome(1.0, 2.0, 3.0, 4.0, 2.5).scaled(2) == Dome(2.0, 4.0, 6.0, 8.0, 2.5)
