"""Presets of the user's own: kept for the user alone, and known wherever ours are."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

import smpsim
from smpsim.files import user_presets

HAND = {"density_per_cm2": 71.0, "diameter_mm": 0.22, "needle_depth_mm": 0.9, "shade": "carbon-1:15"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SMPSIM_CONFIG", str(tmp_path / "settings"))
    return tmp_path / "settings" / "presets"


def test_a_preset_is_known_by_its_name(folder: Path) -> None:
    smpsim.save_preset("my hand", HAND)
    assert user_presets.preset_names() == ("my hand",)
    assert smpsim.Treatment.preset("my hand") == smpsim.Treatment().replace(**HAND)
    assert smpsim.Treatment.preset("my hand+soft-edge").feather_mm == 14
    assert (folder / "my hand.toml").read_text("utf-8").splitlines()[:2] == ["schema = 1", "density_per_cm2 = 71.0"]


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_it_belongs_to_the_user_alone(folder: Path) -> None:
    smpsim.save_preset("my hand", HAND)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "my hand.toml").stat().st_mode) == 0o600


def test_it_is_not_replaced_unasked() -> None:
    smpsim.save_preset("my hand", HAND)
    with pytest.raises(smpsim.OutputExistsError, match="--overwrite"):
        smpsim.save_preset("my hand", {"density_per_cm2": 50.0})
    smpsim.save_preset("my hand", {"density_per_cm2": 50.0}, overwrite=True)
    assert smpsim.Treatment.preset("my hand").density_per_cm2 == 50


@pytest.mark.parametrize("name", ["", "full", "../evil", "a/b", "a+b", ".hidden", " x", "x" * 41, "line\nbreak"])
def test_names_that_cannot_be_used(folder: Path, name: str) -> None:
    with pytest.raises(smpsim.ParameterError, match="preset") as caught:
        smpsim.save_preset(name, HAND)
    assert caught.value.name == "preset"
    assert not folder.exists()


def test_unknown_leaves_and_names_are_told(folder: Path) -> None:
    with pytest.raises(smpsim.ParameterError, match="unknown parameter"):
        smpsim.save_preset("x", {"densty": 3.0})
    assert not folder.exists()
    smpsim.save_preset("my hand", HAND)
    with pytest.raises(smpsim.ParameterError, match="'my hand'"):
        smpsim.Treatment.preset("my hnd")


def test_a_folder_that_cannot_be_made_is_one_line(folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.touch()
    with pytest.raises(smpsim.OutputError, match="preset: the folder for settings cannot be made"):
        smpsim.save_preset("x", HAND)


def test_a_damaged_preset_is_one_line(folder: Path) -> None:
    smpsim.save_preset("x", HAND)
    (folder / "x.toml").write_text("schema = 1\ndensity_per_cm2 = 9000")
    with pytest.raises(smpsim.ParameterError, match="preset x"):
        smpsim.Treatment.preset("x")
    (folder / "x.toml").write_bytes(b"\xff")
    with pytest.raises(smpsim.TreatmentFileError):
        smpsim.Treatment.preset("x")


@pytest.mark.parametrize(
    ("system", "variable", "expected"),
    [
        ("linux", "XDG_CONFIG_HOME", "given/smpsim"),
        ("linux", None, "home/.config/smpsim"),
        ("darwin", None, "home/Library/Application Support/smpsim"),
        ("win32", "APPDATA", "given/smpsim"),
    ],
)
def test_where_settings_are(
    system: str, variable: str | None, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SMPSIM_CONFIG", "XDG_CONFIG_HOME", "APPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    if variable is not None:
        monkeypatch.setenv(variable, str(tmp_path / "given"))
    monkeypatch.setattr(sys, "platform", system)
    assert user_presets._folder() == tmp_path / expected / "presets"
