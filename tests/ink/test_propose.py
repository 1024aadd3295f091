"""A proposed treatment has the density and the missing light that were measured."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from smpsim.ink.optics import dot_gaussians
from smpsim.ink.pigment import deposits, relative_absorption
from smpsim.ink.propose import LIGHTEST, Proposal, propose_treatment
from smpsim.ink.skin import SkinOptics
from smpsim.scalp.shafts import Shafts
from smpsim.scalp.stubble import Band, Stubble


def band(value: float, spread: float = 1.2) -> Band:
    return Band(value, value / spread, value * spread)


NOTHING = Shafts(*(np.zeros(0) for _ in range(5)), np.zeros((1, 1), np.float32))
SEEN = Stubble(
    density_per_cm2=band(96.4),
    nearest_mm=band(0.68),
    evenness=band(1.36),
    spot_mm2=band(0.04),
    length_mm=band(0.5),
    width_mm=None,
    darkness=band(0.039),
    mark_darkness=None,
    darkening=(band(0.039, 1.5), band(0.039), band(0.039, 2.0)),
    ita_deg=15.0,
    px_per_mm=10.0,
    scale_source="typed",
    scale_uncertainty_frac=0.0,
    notes=(),
    shafts=NOTHING,
    shafts_px_per_mm=10.0,
)


def test_density_regularity_and_what_is_usual() -> None:
    proposal = propose_treatment(SEEN)
    assert isinstance(proposal, Proposal)
    assert proposal.changes["density_per_cm2"] == 96
    assert proposal.changes["regularity"] == 0.5
    assert 0.5 <= proposal.treatment.needle_depth_mm <= 1.0
    assert 0.18 < proposal.treatment.diameter_mm < 0.32
    assert proposal.bands["diameter_mm"].high / proposal.treatment.diameter_mm == pytest.approx(1.2**0.5)
    assert proposal.notes == ()


@pytest.mark.parametrize("spot_mm2", [0.02, 0.04, 0.08])
def test_dots_miss_as_much_light_as_the_marks(spot_mm2: float) -> None:
    """By dots drawn at random from the treatment, not by those that the proposal was made with."""
    treatment = propose_treatment(replace(SEEN, spot_mm2=band(spot_mm2))).treatment
    rng = np.random.default_rng(0)
    dots = deposits(treatment, lambda _: rng.random(4000))
    weights, sigmas = dot_gaussians(
        depth_mm=dots.depth_mm,
        diameter_mm=dots.diameter_mm,
        ink_per_mm=dots.ink_per_mm[:, None] * relative_absorption(treatment),
        skin=SkinOptics.from_ita(15.0),
    )
    step = 0.04
    y, x = np.mgrid[-2:2:step, -2:2:step]
    missing = 0.0
    for weight, sigma in zip(weights[:300, 1], sigmas[:300, 1], strict=True):
        peaks = weight * [1, 1, 0.1] / (2 * np.pi * sigma**2)
        depth = (peaks * np.exp(-(x**2 + y**2)[..., None] / (2 * sigma**2))).sum(-1)
        missing += float(-np.expm1(-depth).sum() * step**2) / 300
    assert missing == pytest.approx(spot_mm2, rel=0.08)  # 300 dots differ by 35 %: four standard deviations


def test_very_fair_skin_gets_the_lightest_shade_first() -> None:
    fair = propose_treatment(replace(SEEN, ita_deg=57.0))
    assert fair.treatment.shade == LIGHTEST
    assert "very fair" in fair.notes[0]
    assert propose_treatment(SEEN).treatment.shade != LIGHTEST


def test_bluish_marks_are_not_proposed_as_brown() -> None:
    """Deep carbon takes red most; brown pigment takes blue most."""
    blue, brown = (
        propose_treatment(replace(SEEN, darkening=tuple(band(0.039 * c, 1.05) for c in colour))).treatment
        for colour in ((1.3, 1.0, 0.6), (0.7, 1.0, 1.3))
    )
    assert not blue.shade.startswith("brown")
    assert brown.shade.startswith(("brown", "warm"))
    assert blue.needle_depth_mm > brown.needle_depth_mm


def test_beyond_what_is_allowed_is_said() -> None:
    proposal = propose_treatment(replace(SEEN, density_per_cm2=band(430.0), spot_mm2=band(0.5)))
    assert proposal.treatment.density_per_cm2 == 400
    assert any("430" in note for note in proposal.notes)
    assert any("as near as they come" in note for note in proposal.notes)
