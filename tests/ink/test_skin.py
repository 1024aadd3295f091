"""The skin: named tones by the table of the design, and what is refused."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from smpsim.colour import SRGB, lab
from smpsim.errors import ParameterError
from smpsim.ink.skin import TONES, SkinOptics
from smpsim.parameters import PARAMETERS

# optics.md section 1: optical depth of the epidermis in R, G, B
TAU = {
    "light": (0.029, 0.041, 0.082),
    "fair": (0.059, 0.083, 0.164),
    "medium": (0.125, 0.176, 0.346),
    "tan": (0.170, 0.240, 0.470),
    "olive": (0.248, 0.350, 0.687),
    "dark": (0.451, 0.636, 1.243),
    "deep": (0.696, 0.982, 1.918),
    "very-dark": (0.842, 1.189, 2.322),
}


def as_numbers(skin: SkinOptics) -> np.ndarray:
    return np.stack([getattr(skin, field.name) for field in dataclasses.fields(skin)])


@pytest.mark.parametrize("name", TONES)
def test_tones_of_the_design(name: str) -> None:
    skin = SkinOptics.from_name(name)
    np.testing.assert_allclose(skin.mua_epidermis_per_mm * skin.epidermis_mm, TAU[name], rtol=0, atol=6e-4)
    np.testing.assert_allclose(skin.musp_per_mm, [3.47, 4.02, 5.34], rtol=0, atol=0.006)
    assert skin.n_channels == 3


def test_the_dermis_of_the_design() -> None:
    np.testing.assert_allclose(
        SkinOptics.from_name("light").mua_dermis_per_mm, [0.039, 0.119, 0.239], rtol=0, atol=6e-4
    )


def test_every_tone_that_a_treatment_can_name_is_known() -> None:
    assert set(PARAMETERS["skin_tone"].words) == {"photo", *TONES}


def test_tones_from_an_angle_are_the_named_ones_where_these_are_and_darken_in_between() -> None:
    for ita, name in ((54, "light"), (15, "medium"), (-36, "dark"), (-60, "very-dark")):
        np.testing.assert_allclose(
            as_numbers(SkinOptics.from_ita(ita)), as_numbers(SkinOptics.from_name(name)), rtol=1e-12, atol=0
        )
    melanin = [SkinOptics.from_ita(ita).mua_epidermis_per_mm[1] for ita in np.linspace(54, -60, 40)]
    assert np.all(np.diff(melanin) > 0)
    for far, near in ((-90, -60), (90, 54), (180, 54)):
        np.testing.assert_array_equal(as_numbers(SkinOptics.from_ita(far)), as_numbers(SkinOptics.from_ita(near)))


def test_numbers_and_channels_broadcast_and_are_read_only() -> None:
    one = SkinOptics(mua_epidermis_per_mm=0, epidermis_mm=0, mua_dermis_per_mm=0.1, musp_per_mm=4)
    assert one.n_channels == 1
    given_ = np.array([1.0, 2.0])
    two = SkinOptics(mua_epidermis_per_mm=given_, epidermis_mm=0.06, mua_dermis_per_mm=[0.1], musp_per_mm=4)
    given_[0] = 99
    np.testing.assert_array_equal(two.mua_epidermis_per_mm, [1, 2])
    np.testing.assert_array_equal(two.epidermis_mm, [0.06, 0.06])
    with pytest.raises(ValueError, match="read-only"):
        two.musp_per_mm[0] = 1
    with pytest.raises(dataclasses.FrozenInstanceError):
        two.musp_per_mm = given_  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("mua_epidermis_per_mm", -0.1),
        ("mua_epidermis_per_mm", np.nan),
        ("epidermis_mm", [0.1, -0.1]),
        ("mua_dermis_per_mm", 0),
        ("mua_dermis_per_mm", np.inf),
        ("musp_per_mm", 0),
        ("musp_per_mm", [4, np.nan]),
    ],
)
def test_impossible_skin_is_refused_by_name(name: str, bad: object) -> None:
    layers = {"mua_epidermis_per_mm": 1, "epidermis_mm": 0.1, "mua_dermis_per_mm": 0.1, "musp_per_mm": 4}
    with pytest.raises(ParameterError, match=f"^{name}: ") as caught:
        SkinOptics(**layers | {name: bad})
    assert caught.value.name == name


def test_a_tone_without_a_name_is_refused_with_those_that_have_one() -> None:
    with pytest.raises(ParameterError, match=r"^tone: 'pink' is unknown; choose light, ") as caught:
        SkinOptics.from_name("pink")
    assert (caught.value.name, caught.value.value) == ("tone", "pink")


def test_shapes_that_do_not_agree_are_refused() -> None:
    for bad in ([1, 2], [[1, 2, 3]]):
        with pytest.raises(ParameterError, match="one per channel"):
            SkinOptics(mua_epidermis_per_mm=bad, epidermis_mm=[1, 1, 1], mua_dermis_per_mm=1, musp_per_mm=1)


@pytest.mark.parametrize(("melanin", "blood", "name"), [(1.1, 0, "melanin"), (-0.1, 0, "melanin"), (0, 2, "blood")])
def test_fractions_are_fractions(melanin: float, blood: float, name: str) -> None:
    with pytest.raises(ParameterError, match=f"^{name}_frac: "):
        SkinOptics.from_tone(melanin, 0.06, blood)


# -- calibration and redness ------------------------------------------------------------------------------------------


def test_reflectance_is_that_of_the_monte_carlo_skins(shared: Path) -> None:
    skins = json.loads((shared / "optics-data" / "reference-train.json").read_text("utf-8"))["skins"]
    for about in skins.values():
        skin = SkinOptics(
            mua_epidermis_per_mm=about["mua_epi"],
            epidermis_mm=about["t_epi_mm"],
            mua_dermis_per_mm=about["mua_derm"],
            musp_per_mm=about["musp"],
        )
        assert skin.reflectance()[0] == pytest.approx(about["R0"], rel=0.07, abs=0.006)


@pytest.mark.parametrize("name", sorted(TONES))
def test_more_blood_is_redder(name: str) -> None:
    skin = SkinOptics.from_name(name)
    np.testing.assert_allclose(skin.reddened(0.0), 1, rtol=0, atol=1e-12)
    factors = np.array([skin.reddened(x) for x in (-0.001, 0.0, 0.002, 0.004, 0.02)])
    assert np.all(np.diff(factors, axis=0) < 0)
    red, green, blue = factors[3]
    assert red > 0.9
    assert green < red
    assert blue < red
    # more blood than there is cannot be taken away
    np.testing.assert_allclose(skin.reddened(-1.0), skin.reddened(-0.9), rtol=1e-12, atol=0)


def test_redness_raises_a_star_on_every_tone() -> None:
    rises = {}
    for name in ("light", "medium", "dark"):
        skin = SkinOptics.from_name(name)
        light = skin.reflectance() * np.array([[1, 1, 1], skin.reddened(0.002), skin.reddened(0.004)])
        lightness, a, _ = lab(light.astype(np.float32)[None], SRGB)[0].T
        assert np.all(np.diff(a) > 0)
        assert np.all(np.diff(lightness) < 0)  # blood absorbs
        rises[name] = a[2] - a[0]
    # such a change is seen, and through more melanin less of it
    assert 1.5 < rises["dark"] < rises["medium"] < rises["light"] < 5


def test_redness_is_the_same_as_another_blood_fraction() -> None:
    melanin, epidermis, blood = TONES["fair"]
    more = SkinOptics.from_tone(melanin, epidermis, blood + 0.003)
    skin = SkinOptics.from_name("fair")
    np.testing.assert_allclose(skin.reddened(0.003), more.reflectance() / skin.reflectance(), rtol=1e-12, atol=0)


def test_scattering_is_one_factor() -> None:
    skin = SkinOptics.from_name("fair")
    paler = skin.scattering(1.5)
    np.testing.assert_allclose(paler.musp_per_mm, 1.5 * skin.musp_per_mm, rtol=1e-12, atol=0)
    np.testing.assert_array_equal(paler.mua_dermis_per_mm, skin.mua_dermis_per_mm)
    assert np.all(paler.reflectance() > skin.reflectance())


def test_redness_that_cannot_be_is_refused() -> None:
    with pytest.raises(ParameterError, match=r"^blood_change: "):
        SkinOptics.from_name("fair").reddened(float("nan"))
    one = SkinOptics(mua_epidermis_per_mm=1, epidermis_mm=0.1, mua_dermis_per_mm=0.1, musp_per_mm=4)
    with pytest.raises(ParameterError, match="R, G, B"):
        one.reddened(0.1)
