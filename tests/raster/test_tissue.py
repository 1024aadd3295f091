"""Scar tissue, which takes ink otherwise, and hair that is there and counts."""

from __future__ import annotations

import numpy as np
import pytest

from smpsim import ParameterError, Sitting, Treatment, place_dots, sample

FLAT = Treatment().replace(feather_mm=0, edge_roughness_mm=0)


@pytest.fixture(scope="module")
def sitting() -> Sitting:
    scalp = sample(px_per_mm=6)
    mask = np.zeros_like(scalp.mask)
    mask[200:320, 480:640] = 1
    return Sitting(scalp.photo, mask, scale=scalp.scale)


@pytest.mark.parametrize("response", [0.5, 0.8, 1.2])
def test_the_response_is_that_of_what_is_seen(sitting: Sitting, response: float) -> None:
    usual, other = (sitting.render(treatment=FLAT.replace(ink_response=r)) for r in (1, response))
    shares = np.array(other.stats.mean_darkening) / usual.stats.mean_darkening
    assert shares == pytest.approx(response, rel=0.03)
    assert np.array_equal(other.dots.x_mm, usual.dots.x_mm)


def test_ink_that_runs_is_wider_and_no_less(sitting: Sitting) -> None:
    usual, wide = (sitting.render(treatment=FLAT.replace(ink_spread_mm=mm)) for mm in (0, 0.1))
    assert np.array(wide.stats.mean_darkening) == pytest.approx(usual.stats.mean_darkening, rel=0.03)
    assert wide.stats.seen_diameter_mm > 1.2 * usual.stats.seen_diameter_mm


def test_scars_by_name_respond_less_the_further_they_are_from_flat(sitting: Sitting) -> None:
    names = ("flat-scar", "raised-scar", "sunken-scar")
    dark = [sitting.render(treatment=FLAT.with_preset(name)).stats.mean_darkening[1] for name in names]
    assert np.array(dark) / dark[0] == pytest.approx([1, 0.8, 0.5], rel=0.03)


def test_response_and_fading_multiply(sitting: Sitting) -> None:
    old = FLAT.replace(age_days=1500)
    usual, scar = (sitting.render(treatment=old.replace(ink_response=r)).stats for r in (1, 0.8))
    assert np.array(scar.mean_darkening) / usual.mean_darkening == pytest.approx(0.8, rel=0.03)


def test_hair_that_is_there_counts_and_moves_no_dot() -> None:
    mask = np.ones((160, 240), np.float32)
    whole, less = (
        place_dots(mask, scale=4, treatment=FLAT.replace(density_per_cm2=90, present_per_cm2=n)) for n in (0, 30)
    )
    assert len(less) / len(whole) == pytest.approx(60 / 90, rel=0.05)
    assert set(zip(less.x_mm, less.y_mm, strict=True)) <= set(zip(whole.x_mm, whole.y_mm, strict=True))
    with pytest.raises(ParameterError, match="nothing to add"):
        FLAT.replace(density_per_cm2=60, present_per_cm2=60)
