"""Cases and clinics' own words: what stands in their files, and every way to write it wrongly."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from smpsim import Case, CaseView, CaseZone, Clinic, ParameterError, Scale, Treatment, TreatmentFileError

WHOLE = """
schema = 1
client = "A. Client"
seed = 5
[treatment]
density_per_cm2 = 90
[[views]]
name = "front"
photo = "front.jpg"
mask = "front.mask.png"
px_per_mm = 9
protect = "hair.png"
hide_line = "if-found"
head = {surface = "ellipsoid"}
[[views]]
name = "top"
photo = "sub/top.jpg"
ruler = [0, 0, 630, 0]
ruler_mm = "pupils"
[[views.zones]]
name = "crown"
mask = "crown.png"
density_per_cm2 = 70
[[views.zones]]
name = "front"
mask = "front-from-above.png"
counted_in = "front"
"""
ONE = 'schema = 1\n[[views]]\nphoto = "a.jpg"\nmask = "a.png"\n'


def load(folder: Path, text: str) -> Case:
    path = folder / "case.toml"
    path.write_text(text, "utf-8")
    return Case.load(path)


def test_all_that_can_stand_in_it(tmp_path: Path) -> None:
    case = load(tmp_path, WHOLE)
    front, top = case.views
    assert (case.client, case.seed, case.treatment) == ("A. Client", 5, Treatment().replace(density_per_cm2=90))
    assert (front.name, front.photo, front.protect) == ("front", tmp_path / "front.jpg", tmp_path / "hair.png")
    assert (front.scale, front.hide_line, dict(front.head)) == (Scale(9.0), "if-found", {"surface": "ellipsoid"})
    (zone,) = front.zones
    assert (zone.name, zone.mask, zone.density_per_cm2) == ("front", tmp_path / "front.mask.png", None)
    assert top.scale == Scale.from_pupils((0, 0), (630, 0))
    assert [(z.name, z.density_per_cm2, z.counted_in) for z in top.zones] == [
        ("crown", 70, ""),
        ("front", None, "front"),
    ]
    assert len(case.files) == 6
    by_text = replace(front, photo="a.jpg", protect="b.png", hide_line="found")
    assert Case([by_text]).files == ("a.jpg", "b.png", str(tmp_path / "front.mask.png"))


def test_a_treatment_can_be_a_file(tmp_path: Path) -> None:
    Treatment().replace(density_per_cm2=66).dump(tmp_path / "t.toml")
    assert load(tmp_path, f'treatment = "t.toml"\n{ONE}').treatment.placement.density_per_cm2 == 66


def test_a_scale_by_the_iris_or_by_a_length(tmp_path: Path) -> None:
    ends = (0, 0), (630, 0)
    for length, scale in (('"iris"', Scale.from_iris(*ends)), ("70", Scale.from_points(*ends, 70))):
        assert load(tmp_path, WHOLE.replace('"pupils"', length)).views[1].scale == scale


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("client =", "clinet =", r"case.toml: unknown key 'clinet'; did you mean client\?"),
        ('mask = "crown', 'maks = "crown', r"views\[2\].zones\[1\]: unknown key 'maks'; did you mean mask\?"),
        ("px_per_mm", "px_per_m", r"views\[1\]: unknown key 'px_per_m'; did you mean px_per_mm\?"),
        ("density_per_cm2 = 90", "densty_per_cm2 = 90", "did you mean density_per_cm2"),
        ("density_per_cm2 = 70", "density_per_cm2 = 7000", "density_per_cm2 .zone crown.: 7000"),
        ("seed = 5", 'seed = "5"', "seed: '5' is not allowed; give a whole number"),
        ("seed = 5", "seed = true", "seed: True"),
        ("px_per_mm = 9", 'px_per_mm = "9"', "px_per_mm: '9' is not allowed"),
        ("px_per_mm = 9", "px_per_mm = -9", "px_per_mm: -9"),
        ("px_per_mm = 9", "px_per_mm = 9\nruler = [1, 2, 3, 4]", "both give the scale"),
        ("[0, 0, 630, 0]", "[0, 0, 630]", "ruler: "),
        ('"pupils"', '"arm"', "ruler_mm: 'arm'"),
        ("630", "nan", "."),
        ('photo = "front.jpg"', "", "photo is missing"),
        ('mask = "front.mask.png"', "", "give either a mask or zones"),
        ('surface = "ellipsoid"', "density_per_cm2 = 3", "the same in all views"),
        ('surface = "ellipsoid"', 'surfce = "ellipsoid"', "did you mean surface"),
        ('name = "top"', 'name = "front"', "a name of its own"),
        ('name = "top"', "", "a name of its own"),
        ('counted_in = "front"', "", "would be counted in the views 'front' and 'top'"),
        ('counted_in = "front"', 'counted_in = "back"', "the view 'back' has no such zone"),
        ('client = "A. Client"', f'client = "{"x" * 201}"', "at most 200 letters"),
    ],
)
def test_what_is_wrong_is_one_line(tmp_path: Path, before: str, after: str, said: str) -> None:
    assert before in WHOLE
    with pytest.raises(ParameterError, match=said) as caught:
        load(tmp_path, WHOLE.replace(before, after, 1))
    assert "\n" not in str(caught.value)
    assert caught.value.name


@pytest.mark.parametrize("text", ["", "schema = 2", "schema = = 1", "\x00"])
def test_no_case(tmp_path: Path, text: str) -> None:
    with pytest.raises(TreatmentFileError):
        load(tmp_path, text)


@pytest.mark.parametrize(
    "views", ["[]", "[1]", "3", "[{photo='a', mask='b', zones=[{mask='c'}]}]", "[{photo='a', zones=[2]}]"]
)
def test_wrong_views(tmp_path: Path, views: str) -> None:
    with pytest.raises(ParameterError) as caught:
        load(tmp_path, f"schema = 1\nviews = {views}")
    assert caught.value.name in ("views", "mask", "zones")


def test_too_many() -> None:
    with pytest.raises(ParameterError, match="9 views"):
        Case([CaseView("a", [CaseZone("b", str(k))], str(k)) for k in range(9)])
    with pytest.raises(ParameterError, match="13 zones"):
        CaseView("a", [CaseZone("b", str(k)) for k in range(13)])


def test_a_clinic_says_what_it_wants(tmp_path: Path) -> None:
    path = tmp_path / "clinic.toml"
    path.write_text(
        'schema = 1\nheading = "H"\nconsent = "C"\naftercare = "A"\nsignatures = ["S"]\ndots_per_hour = [200, 3000]',
        "utf-8",
    )
    assert Clinic.load(path) == Clinic("H", "C", "A", ("S",), (200, 3000))
    path.write_text("schema = 1", "utf-8")
    assert Clinic.load(path) == Clinic()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('hedding = "H"', "did you mean heading"),
        ("consent = 3", "give a text"),
        ("signatures = [3]", "at most 6 texts"),
        ('signatures = ["a", "a", "a", "a", "a", "a", "a"]', "at most 6 texts"),
        (f'signatures = ["{"a" * 201}"]', "at most 200 letters"),
        (f'consent = "{"a" * 40_001}"', "consent: more than 40000 letters"),
        ("dots_per_hour = [1]", "dots_per_hour"),
        ("dots_per_hour = [3000, 200]", "dots_per_hour"),
        ('dots_per_hour = ["a", "b"]', "dots_per_hour"),
    ],
)
def test_what_a_clinic_writes_wrongly(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "clinic.toml"
    path.write_text(f"schema = 1\n{line}", "utf-8")
    with pytest.raises(ParameterError, match=said) as caught:
        Clinic.load(path)
    assert caught.value.name in ("hedding", line.partition(" = ")[0])
