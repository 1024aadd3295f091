"""Golden pictures: twelve named looks of the synthetic scalp, side by side in one file, judged by Delta E 2000.

After a change of pixels that is meant (name it in CHANGELOG.md), look at the picture that
``python tests/test_looks.py`` writes, and commit it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import smpsim

GOLDEN = Path(__file__).parent / "looks.png"
SIDE = 64
BOTCHED = {"shade": "tattoo-1:0", "depth_mm": 0.7, "diameter_mm": 0.6, "density_per_cm2": 150.0}
LOOKS: dict[str, tuple[str, dict[str, object]]] = {
    "no ink": ("light", {"ink_per_mm": 0.0}),
    "default": ("light", {}),
    "depth 0.15": ("light", {"depth_mm": 0.15}),
    "depth 0.4": ("light", {"depth_mm": 0.4}),
    "depth 0.6": ("light", {"depth_mm": 0.6}),
    "depth 0.9": ("light", {"depth_mm": 0.9}),
    "too shallow": ("light", {"needle_depth_mm": 0.3}),
    "blow-out": ("light", {"needle_depth_mm": 2.2, "ink_per_mm": 200.0}),
    "botched": ("light", BOTCHED),
    "brown": ("light", {"shade": "brown-1:5"}),
    "medium skin": ("medium", {}),
    "dark skin": ("dark", {"shade": "carbon-1:3"}),
}


@cache
def scalp(tone: str) -> smpsim.Sample:
    return smpsim.sample(px_per_mm=6, tone=tone)


def window(tone: str) -> tuple[int, int, int, int]:
    rows, columns = np.nonzero(scalp(tone).mask > 0.99)
    return int(np.median(columns)) - SIDE // 2, int(np.median(rows)) - SIDE // 2, SIDE, SIDE


def drawn(name: str) -> np.ndarray:
    tone, leaves = LOOKS[name]
    sample, treatment = scalp(tone), smpsim.Treatment().replace(**leaves)
    preview = smpsim.render(
        sample.photo, sample.mask, scale=sample.scale, treatment=treatment, seed=1, window=window(tone)
    )
    return preview.image


def golden(name: str) -> np.ndarray:
    place = list(LOOKS).index(name) * SIDE
    return np.ascontiguousarray(np.asarray(Image.open(GOLDEN))[:, place : place + SIDE])


def bare(tone: str) -> np.ndarray:
    x, y, w, h = window(tone)
    return np.ascontiguousarray(scalp(tone).photo.pixels[y : y + h, x : x + w])


def test_no_ink_is_no_change() -> None:
    np.testing.assert_array_equal(drawn("no ink"), bare("light"))


@pytest.mark.parametrize("name", LOOKS)
def test_looks_are_those_of_the_golden_picture(name: str) -> None:
    difference = smpsim.compare_images(drawn(name), golden(name))
    assert difference.mean_delta_e <= 0.3
    assert difference.max_delta_e <= 4


def test_the_comparator_can_fail() -> None:
    for one, other in (
        ("default", "no ink"),
        ("depth 0.15", "default"),
        ("botched", "blow-out"),
        ("default", "depth 0.9"),
    ):
        difference = smpsim.compare_images(golden(one), golden(other))
        assert difference.max_delta_e > 4
        assert difference.mean_delta_e > 0.3


if __name__ == "__main__":
    Image.fromarray(np.hstack([drawn(name) for name in LOOKS])).save(GOLDEN)
