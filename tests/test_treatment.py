"""Treatments: every parameter declared once, read and written, checked wherever it comes from."""

from __future__ import annotations

import copy
import dataclasses
import math
import pickle

import numpy as np
import pytest
from any_treatment import ALL, NUMBERS, treatments
from hypothesis import given

from smpsim.errors import ParameterError
from smpsim.parameters import PARAMETERS, SECTIONS, Course, Deposit, Placement
from smpsim.presets import PRESETS
from smpsim.treatment import Treatment, parameter

_UNIT_OF_SUFFIX = {"_mm": "mm", "_per_cm2": "/cm2", "_per_mm": "/mm", "_deg": "deg", "_days": "d", "_years": "y"}


# -- declarations -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ALL)
def test_every_declaration_is_complete_and_its_default_is_allowed(name: str) -> None:
    about = parameter(name)
    assert about.name == name
    assert about.help
    assert about.source
    assert about.is_number or about.words
    assert about.check(about.default) == about.default
    assert (about.default is None) == bool(about.derived)
    if about.is_number:
        assert about.low < about.high
        assert 0 < about.step <= (about.high - about.low) / 3
        assert float(about.step).is_integer() or not about.whole
    suffix = max((s for s in _UNIT_OF_SUFFIX if name.endswith(s)), key=len, default="")
    if suffix:
        assert about.unit == _UNIT_OF_SUFFIX[suffix]
    else:
        assert about.unit in ("", "deg")


def test_a_default_that_is_an_estimate_says_so_where_it_is_read() -> None:
    assert parameter("diameter_mm").meaning.endswith("in the stats; the default is an estimate")
    assert parameter("density_per_cm2").meaning == parameter("density_per_cm2").help


def test_leaf_names_are_unique_and_no_leaf_is_called_like_a_section() -> None:
    leaves = [leaf.name for kind in SECTIONS.values() for leaf in dataclasses.fields(kind)]
    assert len(leaves) == len(set(leaves)) == len(PARAMETERS)
    assert not set(leaves) & set(SECTIONS)
    assert [f.name for f in dataclasses.fields(Treatment)] == list(SECTIONS)


def test_flags_are_unique() -> None:
    flags = [about.flag for about in PARAMETERS.values() if about.flag]
    assert len(flags) == len(set(flags))
    assert all(flag.startswith("--") for flag in flags)


def test_defaults_and_ranges_of_the_contract() -> None:
    contract = {
        "density_per_cm2": (80, 5, 400, "--density"),
        "regularity": (0.55, 0.3, 0.85, ""),
        "feather_mm": (8, 0, 20, "--feather"),
        "edge_roughness_mm": (0.8, 0, 3, ""),
        "needle_depth_mm": (0.8, 0.3, 3.0, "--needle-depth"),
        "depth_mm": (None, 0.05, 3.0, "--depth"),
        "diameter_mm": (0.25, 0.05, 1.0, "--dot-size"),
        "needle_mm": (None, 0.18, 0.35, "--needle"),
        "skin_scattering": (1.0, 0.7, 1.5, ""),
        "ink_per_mm": (None, 0, 200, ""),
        "diameter_cv": (0.2, 0, 1, ""),
        "depth_cv": (0.2, 0, 1, ""),
        "ink_cv": (0.5, 0, 1, ""),
        "aspect_max": (1.5, 1, 2.5, ""),
        "n_sessions": (3, 1, 4, ""),
        "session": (None, 1, 4, "--session"),
        "age_days": (None, 0, 5500, "--age"),
    }
    assert {n: (p.default, p.low, p.high, p.flag) for n, p in PARAMETERS.items() if n in contract} == contract
    assert PARAMETERS["shade"].default == "carbon-1:10"
    assert PARAMETERS["skin_tone"].default == "photo"


# -- reading and replacing --------------------------------------------------------------------------------------------


def test_leaves_are_attributes() -> None:
    treatment = Treatment().replace(density_per_cm2=120, shade="carbon-1:5")
    assert treatment.density_per_cm2 == treatment.placement.density_per_cm2 == 120
    assert treatment.shade == treatment.ink.shade == "carbon-1:5"
    assert treatment.as_dict() == {name: getattr(treatment, name) for name in PARAMETERS}
    with pytest.raises(AttributeError, match="densty"):
        treatment.densty  # noqa: B018
    with pytest.raises(dataclasses.FrozenInstanceError):
        treatment.placement.density_per_cm2 = 3  # type: ignore[misc]


def test_replace_leaves_everything_else_and_the_original_alone() -> None:
    before = Treatment().replace(feather_mm=3)
    after = before.replace(density_per_cm2=120)
    changed = {name for name in PARAMETERS if getattr(before, name) != getattr(after, name)}
    assert changed == {"density_per_cm2"}
    assert before.density_per_cm2 == 80
    assert before.replace() == before


@pytest.mark.parametrize(
    ("name", "given_", "value"),
    [
        ("age_days", "4wk", 28.0),
        ("age_days", "3 y", 1095.75),
        ("age_days", "settled", None),
        ("feather_mm", "0.8 cm", 8.0),
        ("density_per_cm2", "1.2 /mm2", 120.0),
        ("density_per_cm2", 120, 120.0),
        ("depth_mm", "250 um", 0.25),
        ("depth_mm", "from-needle", None),
        ("ink_per_mm", "from-shade", None),
        ("ink_cv", "50 %", 0.5),
        ("session", "2", 2),
        ("session", 2.0, 2),
        ("session", "last", None),
        ("skin_tone", "dark", "dark"),
        ("skin_tone", "12 deg", 12.0),
        ("feather_mm", np.float32(2.5), 2.5),
        ("n_sessions", np.int64(4), 4),
    ],
)
def test_replace_takes_units_words_and_numbers(name: str, given_: object, value: object) -> None:
    got = getattr(Treatment().replace(**{name: given_}), name)
    assert got == (pytest.approx(value, rel=0, abs=1e-9) if isinstance(value, float) else value)
    assert type(got) is type(value)


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("density_per_cm2", 4.99),
        ("density_per_cm2", 400.01),
        ("density_per_cm2", math.nan),
        ("density_per_cm2", math.inf),
        ("density_per_cm2", -math.inf),
        ("density_per_cm2", "nan"),
        ("density_per_cm2", True),
        ("density_per_cm2", np.True_),
        ("density_per_cm2", None),
        ("density_per_cm2", "80 mm"),
        ("density_per_cm2", "settled"),
        ("density_per_cm2", [80]),
        ("density_per_cm2", 10**400),
        ("density_per_cm2", 80 + 0j),
        ("n_sessions", 2.5),
        ("n_sessions", True),
        ("session", 0),
        ("shade", "carbon-1:7"),
        ("shade", 10),
        ("shade", None),
        ("skin_tone", 91),
        ("skin_tone", "purple"),
        ("skin_tone", False),
        ("age_days", -1),
        ("age_days", "16 y"),
        ("age_days", "last"),
    ],
)
def test_values_that_are_not_allowed_are_refused_by_name(name: str, bad: object) -> None:
    with pytest.raises(ParameterError) as caught:
        Treatment().replace(**{name: bad})
    assert caught.value.name == name
    assert str(caught.value).startswith(f"{name}: ")
    assert PARAMETERS[name].allowed in str(caught.value)
    if not isinstance(bad, int) or abs(bad) < 1e300:
        assert caught.value.value is bad or caught.value.value == bad or math.isnan(caught.value.value)


@pytest.mark.parametrize("name", NUMBERS)
def test_both_ends_of_a_range_are_allowed_and_nothing_beyond(name: str) -> None:
    about = PARAMETERS[name]
    for end, beyond in ((about.low, -math.inf), (about.high, math.inf)):
        assert about.check(end) == end
        with pytest.raises(ParameterError):
            about.check(math.nextafter(end, beyond))


def test_a_refusal_says_value_unit_range_and_the_nearest_word() -> None:
    with pytest.raises(ParameterError, match=r"^feather_mm: 30 mm is not allowed; choose 0 to 20 mm$"):
        Treatment().replace(feather_mm=30)
    with pytest.raises(ParameterError, match=r"did you mean 'carbon-1:10'\?"):
        Treatment().replace(shade="carbon-1-10")
    with pytest.raises(ParameterError, match=r"n_sessions: 2.5 is not allowed; choose a whole number, 1 to 4"):
        Treatment().replace(n_sessions=2.5)


def test_an_unknown_name_is_refused_with_the_nearest_valid_one() -> None:
    with pytest.raises(
        ParameterError, match=r"unknown parameter 'densty_per_cm2'; did you mean density_per_cm2\?"
    ) as e:
        Treatment().replace(densty_per_cm2=3)
    assert e.value.name == "densty_per_cm2"
    with pytest.raises(ParameterError, match=r"treatment show lists them all"):
        Treatment().replace(qqqq=3)


def test_a_session_after_the_last_one_is_refused() -> None:
    assert Treatment().replace(n_sessions=2, session=2).session == 2
    with pytest.raises(ParameterError, match="3 is later than the last of 2 sessions") as caught:
        Treatment().replace(n_sessions=2, session=3)
    assert (caught.value.name, caught.value.value) == ("session", 3)
    with pytest.raises(ParameterError):
        Treatment().replace(session=3).replace(n_sessions=2)


def test_sections_that_are_made_by_hand_are_checked_as_well() -> None:
    with pytest.raises(ParameterError, match="density_per_cm2"):
        Treatment(placement=Placement(density_per_cm2=1))
    # text is turned into numbers here, too: nobody behind should have to
    made = Treatment(
        Placement(density_per_cm2="1.2 /mm2"),  # type: ignore[arg-type]
        deposit=Deposit(depth_mm="from-needle"),  # type: ignore[arg-type]
        course=Course(session="2"),  # type: ignore[arg-type]
    )
    assert made == Treatment().replace(density_per_cm2=120.0, session=2)


@pytest.mark.parametrize("name", PRESETS)
def test_presets_are_valid_and_change_what_they_say(name: str) -> None:
    about, leaves = PRESETS[name]
    preset = Treatment.preset(name)
    assert about
    assert {leaf: getattr(preset, leaf) for leaf in leaves} == leaves
    assert preset == Treatment().replace(**leaves)
    assert Treatment().replace(n_sessions=2).with_preset(name) == preset.replace(n_sessions=2)


def test_presets_can_be_joined() -> None:
    both = Treatment.preset("full+soft-edge")
    assert (both.density_per_cm2, both.feather_mm) == (110, 14)
    with pytest.raises(ParameterError, match="did you mean 'soft-edge'"):
        Treatment.preset("full+soft-edg")


def test_presets_of_the_contract_and_an_unknown_one() -> None:
    densities = [Treatment.preset(name).density_per_cm2 for name in ("light", "standard", "full")]
    assert densities == [55, 80, 110]
    with pytest.raises(ParameterError, match=r"did you mean 'standard'\?") as caught:
        Treatment.preset("standart")
    assert (caught.value.name, caught.value.value) == ("preset", "standart")


# -- as a value -------------------------------------------------------------------------------------------------------


@given(treatments)
def test_copies_and_pickles_are_equal_and_hash_alike(treatment: Treatment) -> None:
    for twin in (copy.copy(treatment), copy.deepcopy(treatment), pickle.loads(pickle.dumps(treatment))):
        assert twin == treatment
        assert hash(twin) == hash(treatment)
        assert twin.as_dict() == treatment.as_dict()
    assert dataclasses.replace(treatment) == treatment


def test_an_unfinished_treatment_has_no_attributes_instead_of_endless_recursion() -> None:
    blank = Treatment.__new__(Treatment)
    for name in ("placement", "density_per_cm2", "__setstate__", "__deepcopy__", "anything"):
        assert not hasattr(blank, name)
