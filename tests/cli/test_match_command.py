"""``smpsim match``: what it prints and keeps, and how it fails."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from shaved import shave

import smpsim as package

PATCH = ("--patch", "0,0,96,96", "--px-per-mm", "8")


@pytest.fixture(autouse=True)
def photo(smpsim: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A photo of stubble in the current folder, and no settings."""
    monkeypatch.setenv("SMPSIM_CONFIG", str(tmp_path / "settings"))
    Path("client.jpg").write_bytes(shave(px_per_mm=8, density_per_cm2=110, side_mm=12, seed=5).jpeg)


def test_numbers_a_treatment_and_a_preset(smpsim: Any, tmp_path: Path) -> None:
    outputs = ("--save-treatment", "t.toml"), ("--save-preset", "my hand")
    words = ("match", "client.jpg", *PATCH, "--marks", "hair")
    result = smpsim(*words, *outputs[0], *outputs[1])
    assert result.exit_code == 0, result.stderr
    for name in ("density", "nearest neighbour", "size^2 x darkness", "proposed: dot size", "proposed: shade"):
        assert name in result.stdout
    assert "estimate" in result.stdout
    proposed = package.Treatment.load("t.toml")
    assert 80 < proposed.density_per_cm2 < 140
    assert package.Treatment.preset("my hand") == proposed
    assert '"my hand"' in result.stderr
    assert "my hand" in smpsim("presets").stdout
    assert json.loads(smpsim("presets", "--json").stdout)["my hand"]["description"] == "your own"
    kept = (tmp_path / "settings" / "presets" / "my hand.toml").read_text("utf-8")
    assert "client" not in kept
    assert str(tmp_path) not in kept
    for output in outputs:
        refused = smpsim(*words, *output)
        assert (refused.exit_code, refused.stdout) == (2, "")
        assert "--overwrite" in refused.stderr


def test_json_is_flat(smpsim: Any) -> None:
    result = smpsim("match", "client.jpg", *PATCH, "--json")
    told = json.loads(result.stdout)
    assert told["src"] == "client.jpg"
    assert told["status"] == "done"
    assert told["density_per_cm2_low"] < told["density_per_cm2"] < told["density_per_cm2_high"]
    assert told["proposed_density_per_cm2"] == round(told["density_per_cm2"])
    assert told["width_mm"] is None
    assert all(not isinstance(value, dict) for value in told.values())


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        (("--patch", "0,0,96,96", "--px-per-mm", "5"), 3, "not resolvable at 5.00 px/mm"),
        (("--patch", "0,0,96,96"), 3, "say --px-per-mm or --ruler"),
        (("--patch", "0,0,96", "--px-per-mm", "8"), 2, "X,Y,W,H"),
        (("--patch", "0,0,960,96", "--px-per-mm", "8"), 2, "does not lie in the photo"),
        ((*PATCH, "-o", "t.json"), 2, ".json"),
        ((*PATCH, "--save-preset", "full"), 2, "smpsim's own"),
    ],
)
def test_failures_are_one_line_and_leave_nothing(smpsim: Any, words: tuple[str, ...], code: int, text: str) -> None:
    result = smpsim("match", "client.jpg", *words, "--json")
    assert result.exit_code == code
    assert text in result.stderr
    assert json.loads(result.stdout)["error"]["code"] == code
    assert sorted(path.name for path in Path().iterdir()) == ["client.jpg"]


@pytest.mark.parametrize("case", ["tiny", "full", "wide", "deep", "alpha", "rotated"])
def test_any_picture_is_refused_in_one_line_where_it_shows_no_stubble(smpsim: Any, cases: Any, case: str) -> None:
    result = smpsim("match", cases[case][0], "--patch", "0,0,64,40", "--px-per-mm", "6.4")
    assert result.exit_code in (2, 3)
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
