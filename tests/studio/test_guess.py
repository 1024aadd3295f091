"""What a photo opens with before anybody has said anything."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from smpsim import read_mask, sample
from smpsim.arrays import U8
from smpsim.scalp.beside import fit_beside
from smpsim.studio.bench import Bench
from tests.scalp.faces import photographs


def encoded(pixels: U8) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "png")
    return file.getvalue()


@pytest.mark.parametrize("view", ["front", "crown", "profile", "three-quarter"])
def test_a_photo_without_a_face_opens_with_a_line_on_the_head(view: str) -> None:
    scalp = sample(px_per_mm=2, view=view)
    bench = Bench(encoded(scalp.photo.pixels), "client.png")
    guess = bench.guess()
    assert guess.view.hairline is not None
    assert guess.view.hairline.axis is None
    mask = guess.view.area()[0]
    assert np.minimum(mask, scalp.truth.coverage).sum() > 0.98 * mask.sum()
    assert guess.view.scale is not None
    assert guess.view.scale.px_per_mm == pytest.approx(2, rel=0.4)
    assert "no face is found" in guess.notes[0]
    assert "roughly" in guess.notes[0]
    face, outline = bench.face()
    assert (face.source, outline) == ("none", None)
    width, height = bench.photo.size
    x, y = face.glabella  # a template begins on the head, too
    assert 0.3 < x / width < 0.7
    assert 0.4 < y / height < 1.2
    assert bench.known_face(None) is None


def test_a_picture_without_a_head_opens_with_nothing() -> None:
    guess = Bench(encoded(np.full((200, 300, 3), 120, np.uint8)), "wall.png").guess()
    assert guess.view.hairline is None
    assert guess.view.mask is None
    assert guess.view.scale is not None
    assert "paint where to treat" in guess.notes[0]


@pytest.mark.parametrize(
    ("name", "overlap"), [("p04", 0.8), ("p06", 0.5), ("p12", 0.85), ("p13", 0.33), ("p14", 0.45)]
)
def test_a_photograph_opens_with_the_line_of_its_proposed_mask(shared: Path, name: str, overlap: float) -> None:
    entry = photographs(shared)[name]
    path = shared / "photos" / entry["file"]
    bench = Bench(path.read_bytes(), path.name)
    guess = bench.guess()
    drawn = read_mask(shared / "photos" / entry["mask"], like=bench.photo)
    mask = guess.view.area()[0]
    assert np.minimum(drawn, mask).sum() / np.maximum(drawn, mask).sum() > overlap
    by_face = name not in ("p06", "p13")
    assert guess.view.hairline is not None
    assert (guess.view.hairline.axis is not None) == by_face
    assert ("from the face" in guess.notes[0]) == by_face
    assert (bench.known_face(None) is not None) == by_face
    assert guess.view.scale is not None
    assert guess.view.scale.source == ("face" if by_face else "head")
    # a head from the side is longer than it is broad, which is told as uncertain
    assert guess.view.scale.px_per_mm == pytest.approx(entry["px_per_mm_estimate"], rel=0.3 if by_face else 0.4)


@pytest.mark.parametrize(("name", "overlap"), [("p01", 0.6), ("p04", 0.65), ("p12", 0.75)])
def test_a_template_begins_beside_the_proposed_line(shared: Path, name: str, overlap: float) -> None:
    entry = photographs(shared)[name]
    path = shared / "photos" / entry["file"]
    bench = Bench(path.read_bytes(), path.name)
    proposal = bench.proposal()
    assert proposal is not None
    assert bench.proposal() is proposal
    drawn = read_mask(shared / "photos" / entry["mask"], like=bench.photo)
    face, _ = bench.face()
    mids = []
    for form in ("mature", "juvenile", "receded"):
        line = fit_beside(face, proposal, form)
        mids.append(line.points["mid"][1])
        if form == "mature":
            mask = line.mask(bench.photo.size)
            assert np.minimum(drawn, mask).sum() / np.maximum(drawn, mask).sum() > overlap
    first = bench.guess().view.hairline
    assert first is not None
    assert mids[0] == pytest.approx(first.points["mid"][1], abs=2 * face.scale.px_per_mm)
    assert mids[1] > mids[0] > mids[2]
    low, high = (fit_beside(face, proposal, "mature", mid_mm=mid).points["mid"][1] for mid in (50, 90))
    assert low > high
