"""Presets of bad work: wider, bluer, darker than the right one."""

from __future__ import annotations

import numpy as np
import pytest

import smpsim
from smpsim.presets import PRESETS

BAD = [name for name, (words, _) in PRESETS.items() if words.startswith("badly done")]


@pytest.fixture(scope="module")
def sitting() -> smpsim.Sitting:
    rows, columns = np.mgrid[:200, :240]
    mask = (np.hypot(rows - 100, columns - 120) < 95).astype(np.float32)
    return smpsim.Sitting(np.full((200, 240, 3), (196, 160, 138), np.uint8), mask, scale=8.0)


def share_of_light(preview: smpsim.Preview, mask: np.ndarray) -> np.ndarray:
    return np.asarray(preview.transmittance[mask > 0].mean(0))


@pytest.mark.parametrize("name", ["botched", "too-deep", "too-large"])
def test_dots_are_twice_as_wide_and_what_is_left_is_bluer(sitting: smpsim.Sitting, name: str) -> None:
    right, bad = (sitting.render(treatment=smpsim.Treatment.preset(preset)) for preset in ("standard", name))
    assert bad.stats.seen_diameter_mm >= 2 * right.stats.seen_diameter_mm
    left, bad_left = (share_of_light(preview, sitting.coverage) for preview in (right, bad))
    assert bad_left[2] / bad_left[0] > left[2] / left[0]


def test_a_helmet_merges_and_is_told(sitting: smpsim.Sitting) -> None:
    helmet = sitting.render(treatment=smpsim.Treatment.preset("too-dense+too-large"))
    assert any("merge into a tint" in line for line in helmet.stats.warnings)


@pytest.mark.parametrize("name", BAD)
def test_every_cause_is_said(name: str) -> None:
    words, leaves = PRESETS[name]
    assert words.startswith("badly done: ") or name == "botched"
    assert leaves
