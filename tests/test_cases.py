"""Cases, by their presets, on samples with known truth; the whole table: tests/benchmarks/cases.py."""

from __future__ import annotations

import runpy
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import smpsim
from smpsim.colour import SRGB, delta_e_2000, lab
from smpsim.presets import CASES
from smpsim.synthetic.cases import CASES as SCENES

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/cases.md").read_text("utf-8")
EXAMPLE: dict[str, Any] = runpy.run_path(str(ROOT / "examples/cases.py"), run_name="example")


@cache
def seen(case: str) -> tuple[smpsim.Sample, smpsim.Preview]:
    view = EXAMPLE["CASES"][case]
    scalp = smpsim.sample(px_per_mm=6, case=case, view=view, tone="medium", seed=5)
    treatment = smpsim.Treatment.preset(case)
    return scalp, smpsim.render(scalp.photo, scalp.mask, scale=scalp.scale, treatment=treatment)


def difference(pixels: np.ndarray, one: np.ndarray, other: np.ndarray) -> float:
    """Delta E 2000 between the mean light of two regions."""
    light = SRGB.decode(pixels)
    means = [light[where].mean(0, keepdims=True) for where in (one, other)]
    return float(delta_e_2000(*(lab(mean, SRGB) for mean in means))[0])


def test_every_case_has_an_example_a_picture_and_its_line_in_the_docs() -> None:
    assert list(EXAMPLE["CASES"]) == list(SCENES)
    for name in CASES:
        assert f"`{name}`" in PAGE, name
    for name in SCENES:
        assert f"images/case-{name}.jpg" in PAGE
        assert (ROOT / f"docs/images/case-{name}.jpg").is_file()


@pytest.mark.parametrize("case", ["burn-scar", "areata"])
def test_dots_bring_a_patch_nearer_to_the_stubble_round_it(case: str) -> None:
    scalp, preview = seen(case)
    spot = scalp.truth.spot
    assert spot is not None
    # the round patch on the evenly lit side, or the scar
    rows, columns = np.nonzero(spot > 0.9)
    box = slice(rows.min() - 20, rows.max() + 20), slice(columns.min() - 20, columns.max() + 20)
    near = np.zeros(spot.shape, bool)
    near[box] = True
    beside = near & (spot == 0) & (scalp.mask == 0) & (scalp.truth.coverage == 1)
    before, after = (difference(p, spot > 0.9, beside) for p in (scalp.photo.pixels, preview.image))
    assert after < 0.7 * before
    assert np.array_equal(preview.image[~near], scalp.photo.pixels[~near])


def test_a_birthmark_stays_in_sight() -> None:
    scalp, preview = seen("birthmark")
    spot = scalp.truth.spot
    assert spot is not None
    beside = (spot == 0) & (scalp.mask > 0.99)
    before, after = (difference(p, spot > 0.9, beside) for p in (scalp.photo.pixels, preview.image))
    assert 0.7 * before < after < 1.05 * before


def test_a_parting_gets_its_dots_on_the_skin_and_leaves_the_hair() -> None:
    scalp, preview = seen("parting")
    spot = scalp.truth.spot
    assert spot is not None
    bare, hair = (spot > 0.9) & (scalp.truth.hair < 0.05), (scalp.mask > 0.5) & (scalp.truth.hair > 0.9)
    changed = np.abs(preview.image.astype(int) - scalp.photo.pixels).mean(-1)
    assert changed[bare].mean() > 5
    assert changed[hair].mean() < 0.1 * changed[bare].mean()


def test_the_stubble_of_a_transplant_counts() -> None:
    scalp, preview = seen("transplant")
    about = preview.treatment
    asked = preview.stats.requested_density_per_cm2
    bald = smpsim.place_dots(scalp.mask, scale=scalp.scale, treatment=about.replace(present_per_cm2=0))
    share = (about.density_per_cm2 - about.present_per_cm2) / about.density_per_cm2
    assert preview.stats.n_dots / len(bald) == pytest.approx(share, rel=0.05)
    assert preview.stats.density_per_cm2 == pytest.approx(asked, rel=0.05)
