"""Cases of the synthetic scalp: scars, patches, a birthmark, a parting, longer hair, grafts."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from smpsim.errors import ParameterError
from smpsim.presets import CASES as PRESETS
from smpsim.synthetic import Sample, sample
from smpsim.synthetic.cases import CASES

BACK = ("between-hair", "parting", "strip-scar", "dot-scars", "areata")
PALE = ("strip-scar", "dot-scars", "burn-scar")


@cache
def made(case: str, px_per_mm: float = 4) -> Sample:
    return sample(px_per_mm=px_per_mm, case=case, view="crown" if case in BACK else "front")


def colour_of_skin(of: Sample) -> np.ndarray:
    """What the skin sends back of the light that falls on it, where no hair hides it, (H, W, 3)."""
    bare = of.truth.coverage * (1 - of.truth.hair)
    return np.asarray(of.truth.diffuse / np.maximum(of.truth.irradiance * bare[..., None], 1e-4))


def test_every_case_has_its_preset_and_the_other_way_round() -> None:
    assert set(PRESETS) - {"flat-scar", "raised-scar", "sunken-scar"} == set(CASES)


@pytest.mark.parametrize("case", CASES)
def test_a_case_has_something_to_treat_on_the_head(case: str) -> None:
    s = made(case)
    area_cm2 = s.mask.sum() / 4**2 / 100
    assert 3 < area_cm2 < 100
    assert s.mask[s.truth.coverage == 0].max() == 0
    assert (s.truth.spot is None) == (CASES[case].tissue is None)
    if s.truth.spot is not None:
        assert 0 <= s.truth.spot.min() < s.truth.spot.max() <= 1
        assert s.mask[s.truth.spot > 0.9].mean() > 0.9
    assert s.truth.roots_px is not None
    assert len(s.truth.roots_px) > 500
    with pytest.raises(ValueError, match="read-only"):
        s.truth.roots_px[0] = 0


@pytest.mark.parametrize("case", PALE)
def test_scars_are_pale_and_hairless(case: str) -> None:
    s = made(case, 8) if case == "dot-scars" else made(case)
    spot, hair = s.truth.spot, s.truth.hair
    assert spot is not None
    near = (s.mask == 0) & (spot == 0) & (np.abs(np.gradient(s.truth.height_mm)[0]) < 0.15)
    inside, outside = colour_of_skin(s)[spot > 0.9], colour_of_skin(s)[near & (hair < 0.05)]
    assert inside[:, 1].mean() > 1.03 * outside[:, 1].mean()
    # hair beside a small scar lies over it
    assert hair[spot > 0.9].mean() < 0.6 * hair[near].mean()


def test_a_birthmark_is_dark_and_a_bald_patch_is_skin() -> None:
    mark, patch = made("birthmark"), made("areata")
    assert mark.truth.spot is not None
    assert patch.truth.spot is not None
    beside = (mark.truth.spot == 0) & (mark.mask > 0.9)
    dark, light = (colour_of_skin(mark)[where].mean(0) for where in (mark.truth.spot > 0.9, beside))
    assert (dark < (0.75, 0.65, 0.5) * light).all()
    assert (dark > 0.3 * light).all()
    beside = (patch.truth.spot == 0) & (patch.truth.coverage > 0.99) & (patch.truth.hair < 0.02)
    skin, other = (colour_of_skin(patch)[where].mean(0) for where in (patch.truth.spot > 0.9, beside))
    assert skin == pytest.approx(other, rel=0.08)


def test_the_parting_is_bare_and_hair_hides_what_is_beside_it() -> None:
    s = made("parting")
    assert s.truth.spot is not None
    assert s.truth.hair[s.truth.spot > 0.95].mean() < 0.1
    assert s.truth.hair[(s.truth.spot == 0) & (s.truth.coverage > 0.99)].mean() > 0.5


def test_grafts_stand_as_densely_as_they_are_said_to() -> None:
    s = made("transplant")
    x, y = np.asarray(s.truth.roots_px).T / 4
    middle = (np.abs(x - 96) < 25) & (np.abs(y - 48) < 15)
    # 30 per cm2 of skin, which is seen at a slant of up to 45 degrees
    assert 30 < middle.sum() / 15 < 43


@pytest.mark.parametrize("case", ["strip-scar", "birthmark", "transplant"])
def test_a_case_is_the_same_at_every_scale(case: str) -> None:
    low, high = made(case, 2), made(case, 4)
    for a, b in ((low.truth.spot, high.truth.spot), (low.mask, high.mask)):
        if a is None or b is None:
            continue
        blocks = b.reshape(a.shape[0], 2, a.shape[1], 2).mean((1, 3))
        assert np.abs(a - blocks).mean() < 2e-3
    assert low.truth.roots_px is not None
    assert high.truth.roots_px == pytest.approx(2 * low.truth.roots_px)


def test_a_case_brings_its_own_hair() -> None:
    with pytest.raises(ParameterError, match="strip-scar brings its own"):
        sample(case="strip-scar", hair="short")
    with pytest.raises(ParameterError, match="case: 'scar' is unknown"):
        sample(case="scar")


def test_no_case_is_a_bald_head() -> None:
    plain, named = sample(px_per_mm=2), sample(px_per_mm=2, case="none")
    assert np.array_equal(plain.photo.pixels, named.photo.pixels)
    assert plain.truth.spot is None
