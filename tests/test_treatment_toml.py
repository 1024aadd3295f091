"""Treatment files: read, written, and told clearly when they are wrong."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from any_treatment import NUMBERS, treatments
from hypothesis import given

from smpsim import Case, units
from smpsim.errors import OutputExistsError, ParameterError, TreatmentFileError
from smpsim.parameters import PARAMETERS
from smpsim.treatment import Treatment


@given(treatments)
def test_toml_round_trip(treatment: Treatment) -> None:
    text = treatment.to_toml()
    assert Treatment().with_toml(text) == treatment
    # over another treatment as well: all leaves are written, the derived ones by their words
    other = Treatment().replace(depth_mm=1, ink_per_mm=3, session=1, age_days=5, skin_tone="dark")
    assert other.with_toml(text) == treatment
    data = tomllib.loads(text)
    assert data.pop("schema") == 1
    assert {name for table in data.values() for name in table} == set(PARAMETERS)


def test_every_leaf_is_explained_in_the_toml() -> None:
    lines = Treatment().to_toml().splitlines()
    for name, about in PARAMETERS.items():
        at = next(i for i, line in enumerate(lines) if line.startswith(f"{name} = "))
        assert lines[at - 2 : at] == [f"# {about.meaning}", f"# {about.allowed}"]


def test_leaves_stand_at_the_top_or_in_their_sections() -> None:
    flat = Treatment().with_toml('schema = 1\ndensity_per_cm2 = 120\nage_days = "4wk"\nsession = "last"\n')
    tables = Treatment().with_toml('schema = 1\n[course]\nage_days = "4wk"\n[placement]\ndensity_per_cm2 = 120.0\n')
    mixed = Treatment().with_toml('schema = 1\ndensity_per_cm2 = "1.2 /mm2"\n[course]\nage_days = 28\n')
    assert flat == tables == mixed == Treatment().replace(density_per_cm2=120, age_days=28)
    # what is not said stays as it was
    assert Treatment().replace(feather_mm=2).with_toml("schema = 1") == Treatment().replace(feather_mm=2)


@pytest.mark.parametrize(
    ("body", "name", "message"),
    [
        ("densty_per_cm2 = 3", "densty_per_cm2", r"did you mean density_per_cm2\?"),
        ("[placement]\ndensty_per_cm2 = 3", "densty_per_cm2", r"did you mean density_per_cm2\?"),
        ("[edge]\ndensity_per_cm2 = 80", "density_per_cm2", r"stands in \[edge\]; it belongs to \[placement\]"),
        ("[placment]\ndensity_per_cm2 = 80", "placment", r"unknown table 'placment'; did you mean \[placement\]\?"),
        ("density_per_cm2 = 80\n[placement]\ndensity_per_cm2 = 80", "density_per_cm2", "given twice"),
        ("density_per_cm2 = 4", "density_per_cm2", r"4 /cm2 is not allowed; choose 5 to 400 /cm2"),
        ("density_per_cm2 = true", "density_per_cm2", "not allowed"),
        ("density_per_cm2 = nan", "density_per_cm2", "not allowed"),
        ("density_per_cm2 = [80]", "density_per_cm2", "not allowed"),
        ("density_per_cm2 = 1979-05-27", "density_per_cm2", "not allowed"),
        (f"density_per_cm2 = 0x{'f' * 5000}", "density_per_cm2", "not allowed"),
        ("[placement.density_per_cm2]\na = 1", "density_per_cm2", "not allowed"),
        ("placement = 3", "placement", "unknown parameter 'placement'"),
    ],
)
def test_keys_that_do_not_fit_are_refused_with_file_and_key(body: str, name: str, message: str) -> None:
    with pytest.raises(ParameterError, match=message) as caught:
        Treatment().with_toml(f"schema = 1\n{body}\n", origin="client.toml")
    assert caught.value.name == name
    assert "client.toml" in str(caught.value)
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "density_per_cm2 = 80",
        "schema = 2",
        "schema = '1'",
        "schema = true",
        "schema = 1\n= 3",
        "schema = 1\nshade = 'a'\nshade = 'b'",
        "schema = 1\nx = " + "[" * 100_000,
        "schema = 1\ndensity_per_cm2 = " + "9" * 5000,
    ],
)
def test_files_that_are_no_treatments_are_refused(text: str) -> None:
    with pytest.raises(TreatmentFileError, match=r"^client\.toml: ") as caught:
        Treatment().with_toml(text, origin="client.toml")
    assert caught.value.path == "client.toml"


def test_load_and_dump(tmp_path: Path) -> None:
    path = tmp_path / "client.toml"
    treatment = Treatment().replace(density_per_cm2=101.5, age_days="3y", skin_tone=-12)
    treatment.dump(path)
    assert Treatment.load(path) == Treatment.load(str(path)) == treatment
    with pytest.raises(OutputExistsError):
        Treatment().dump(path)
    assert Treatment.load(path) == treatment
    Treatment().dump(path, overwrite=True)
    assert Treatment.load(path) == Treatment()
    path.write_text("schema = 1\nfether_mm = 3\n")
    with pytest.raises(ParameterError, match=r"client\.toml: .*did you mean feather_mm"):
        Treatment.load(path)


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00", b"#" * (1024**2 + 1)])
def test_files_that_cannot_be_read_are_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "client.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(TreatmentFileError, match=r"^client\.toml: ") as caught:
        Treatment.load(path)
    assert caught.value.path == str(path)


def test_a_name_that_no_file_can_have_is_refused() -> None:
    for load in (Treatment.load, Case.load):
        with pytest.raises(TreatmentFileError, match=r"^a\?b: not a valid file name"):
            load("a\0b")


def test_the_mark_that_windows_editors_write_is_no_part_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "client.toml"
    path.write_bytes(b"\xef\xbb\xbfschema = 1\ndensity_per_cm2 = 90\n")
    assert Treatment.load(path).placement.density_per_cm2 == 90


def test_what_is_shown_of_a_parameter_can_be_typed_again() -> None:
    for name in NUMBERS:
        about = PARAMETERS[name]
        for end in (about.low, about.high):
            assert about.check(units.show(end, about.unit)) == end


@pytest.mark.parametrize(
    "body",
    [
        f'density_per_cm2 = "{"x" * 20_000}"',
        f'shade = "{"é" * 3000}"',
        f'age_days = "{"9" * 6000}"',
        f'feather_mm = {{x = "{"y" * 9000}"}}',
        f"{'k' * 5000} = 1",
        f"[{'k' * 5000}]",
        f'density_per_cm2 = {"[" * 60}"{"z" * 5000}"{"]" * 60}',
        '["\\u001b[2J"]',
        '"\\u001b[2J" = 1',
    ],
)
def test_what_a_file_says_is_quoted_in_one_short_printable_line(body: str) -> None:
    with pytest.raises(ParameterError) as caught:
        Treatment().with_toml(f"schema = 1\n{body}\n")
    assert len(str(caught.value)) < 600
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("schema", ["0x" + "f" * 5000, '"' + "x" * 5000 + '"', "[" * 90 + "]" * 90])
def test_a_strange_schema_is_quoted_too(schema: str) -> None:
    with pytest.raises(TreatmentFileError, match="write schema = 1 at the top") as caught:
        Treatment().with_toml(f"schema = {schema}\n")
    assert len(str(caught.value)) < 300
