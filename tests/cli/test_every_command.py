"""Every command with every kind of picture, and the bad input that people really give."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from smpsim import read_photo

Pair = tuple[Path, Path]

CASES = ("tiny", "full", "wide", "deep", "alpha", "rotated")
ON_A_PAIR = {
    "render": ("render", "{photo}", "{mask}", "-o", "out.png"),
    "sheet": ("sheet", "{photo}", "{mask}", "-o", "out.pdf"),
    "dots": ("dots", "{photo}", "{mask}", "-o", "out.csv"),
    "timeline": ("timeline", "{photo}", "{mask}", "-o", "out.gif", "--at", "before,s1,5y"),
    "options": ("options", "{photo}", "{mask}", "-o", "out.html", "--vary", "density_per_cm2=60,90"),
}
ON_A_PHOTO = {
    "compare": ("compare", "{photo}", "{photo}", "-o", "out.html"),
    "compare side by side": ("compare", "{photo}", "{photo}", "-o", "out.jpg"),
    "info": ("info", "{photo}"),
}


def arguments(command: tuple[str, ...], pair: Pair) -> list[str]:
    return [word.format(photo=pair[0], mask=pair[1]) for word in command]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("command", ON_A_PAIR)
def test_photo_and_mask(smpsim: Any, cases: dict[str, Pair], command: str, case: str) -> None:
    # the scale of the wide one is estimated
    extra = () if case == "wide" else ("--px-per-mm", "8")
    result = smpsim(*arguments(ON_A_PAIR[command], cases[case]), *extra, "--json")
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    assert told["status"] == "done"
    assert Path(told["out"]).stat().st_size > 0
    if case != "tiny":
        assert told.get("n_dots") or any(piece["n_dots"] for piece in told["pieces"])
    if command == "render":
        photo, preview = read_photo(cases[case][0]), read_photo("out.png")
        assert preview.size == photo.size
        assert (preview.alpha is None) == (photo.alpha is None)
        assert preview.alpha is None or np.array_equal(preview.alpha, photo.alpha)
    if case == "deep":
        assert any("16 bits" in line for line in told["warnings"])


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("command", ON_A_PHOTO)
def test_photo_alone(smpsim: Any, cases: dict[str, Pair], command: str, case: str) -> None:
    result = smpsim(*arguments(ON_A_PHOTO[command], cases[case]), "--json")
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    if command == "info":
        assert (told["width_px"], told["height_px"]) == read_photo(cases[case][0]).size
        assert told["transparency"] == (case == "alpha")
        assert bool(told["notices"]) == (case == "deep")
    else:
        assert told == {"max_delta_e": 0, "mean_delta_e": 0, "changed_px": 0}
        assert (Path("out.html").exists()) == (command == "compare")


def _missing(pair: Pair) -> tuple[list[str], int, str]:
    return ["nix.jpg", str(pair[1])], 3, "nix.jpg: no such file"


def _missing_mask(pair: Pair) -> tuple[list[str], int, str]:
    return [str(pair[0]), "nix.png"], 3, "nix.png: no such file"


def _text(pair: Pair) -> tuple[list[str], int, str]:
    Path("text.jpg").write_text("this is no picture", "utf-8")
    return ["text.jpg", str(pair[1])], 3, "text.jpg"


def _cut_off(pair: Pair) -> tuple[list[str], int, str]:
    Path("cut.png").write_bytes(pair[0].read_bytes()[:2000])
    return ["cut.png", str(pair[1])], 3, "cut.png"


def _folder(pair: Pair) -> tuple[list[str], int, str]:
    Path("folder").mkdir()
    return ["folder", str(pair[1])], 3, "is a folder"


def _empty_file(pair: Pair) -> tuple[list[str], int, str]:
    Path("empty.jpg").touch()
    return ["empty.jpg", str(pair[1])], 3, "empty.jpg"


def _empty_mask(pair: Pair) -> tuple[list[str], int, str]:
    Image.new("L", (80, 80)).save("black.png")
    return [str(pair[0]), "black.png"], 3, "black.png: is empty"


def _other_shape(pair: Pair) -> tuple[list[str], int, str]:
    Image.new("L", (80, 70), 255).save("shape.png")
    return [str(pair[0]), "shape.png"], 3, "80 x 70 px"


def _not_turned(pair: Pair) -> tuple[list[str], int, str]:
    Image.new("RGB", (90, 50)).save("lying.png")
    Image.new("L", (50, 90), 255).save("standing.png")
    return ["lying.png", "standing.png"], 3, "upright"


def _unreadable_treatment(pair: Pair) -> tuple[list[str], int, str]:
    return [*map(str, pair), "--treatment", "nix.toml"], 3, "nix.toml"


def _no_toml(pair: Pair) -> tuple[list[str], int, str]:
    Path("bad.toml").write_text("schema = = 1", "utf-8")
    return [*map(str, pair), "--treatment", "bad.toml"], 3, "bad.toml"


def _unknown_key(pair: Pair) -> tuple[list[str], int, str]:
    Path("key.toml").write_text("schema = 1\n[placement]\ndensty_per_cm2 = 90\n", "utf-8")
    return [*map(str, pair), "--treatment", "key.toml"], 2, "did you mean density_per_cm2"


BAD = {
    "missing": _missing,
    "missing mask": _missing_mask,
    "text": _text,
    "cut off": _cut_off,
    "folder": _folder,
    "empty file": _empty_file,
    "empty mask": _empty_mask,
    "mask of another shape": _other_shape,
    "mask not turned": _not_turned,
    "no treatment file": _unreadable_treatment,
    "no TOML": _no_toml,
    "unknown TOML key": _unknown_key,
    "density 0": lambda pair: ([*map(str, pair), "--density", "0"], 2, "5 to 400 /cm2"),
    "density 10000": lambda pair: ([*map(str, pair), "--density", "10000"], 2, "5 to 400 /cm2"),
    "negative size": lambda pair: ([*map(str, pair), "--dot-size", "-0.2"], 2, "0.05 to 1 mm"),
    "unknown flag": lambda pair: ([*map(str, pair), "--densty", "3"], 2, "--density"),
}


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize(("command", "out"), [("render", "out.png"), ("dots", "out.svg"), ("options", "out.html")])
def test_bad_input_is_one_line(smpsim: Any, pair: Pair, tmp_path: Path, command: str, out: str, bad: str) -> None:
    words, code, line = BAD[bad](pair)
    before = sorted(tmp_path.iterdir())
    result = smpsim(command, *words, "-o", out)
    _refused(result, code, line)
    assert sorted(tmp_path.iterdir()) == before
    if bad == "unknown flag":
        return
    told = json.loads(smpsim(command, *words, "-o", out, "--json").stdout)
    assert told == {
        "src": words[0],
        "out": out,
        "status": "failed",
        "error": {"code": code, "message": result.stderr.removeprefix("smpsim: error: ").rstrip("\n")},
    }


def _refused(result: Any, code: int, line: str) -> None:
    assert result.exit_code == code, result.stderr
    assert result.stdout == ""
    assert result.stderr.startswith("smpsim: error: ")
    assert result.stderr.count("\n") == 1
    assert line in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    "command", [("render", "{photo}", "{mask}"), ("dots", "{photo}", "{mask}"), ("compare", "{photo}", "{mask}")]
)
def test_output_that_must_not_or_cannot_be_written(smpsim: Any, pair: Pair, command: tuple[str, ...]) -> None:
    suffix = ".csv" if command[0] == "dots" else ".png"
    words = arguments(command, pair)
    exists = Path(f"exists{suffix}")
    exists.write_bytes(b"precious")
    _refused(smpsim(*words, "-o", exists), 2, "--overwrite")
    _refused(smpsim(*words, "-o", f"nowhere/out{suffix}"), 3, "the folder nowhere does not exist")
    folder = Path(f"folder{suffix}")
    folder.mkdir()
    _refused(smpsim(*words, "-o", folder), 3, "is a folder")
    assert exists.read_bytes() == b"precious"
    if command[0] != "dots":
        for source in pair:
            content = source.read_bytes()
            _refused(smpsim(*words, "-o", source, "--overwrite"), 2, "the output is the input itself")
            link = Path(f"link-to-{source.name}")
            link.symlink_to(source)
            _refused(smpsim(*words, "-o", link, "--overwrite"), 2, "the output is the input itself")
            assert source.read_bytes() == content


def test_folder_without_permission(smpsim: Any, pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("locked").mkdir()
    monkeypatch.setattr(os, "access", lambda *_, **__: False)  # root may write everywhere
    _refused(smpsim("render", *pair, "-o", "locked/out.png"), 3, "may not be written to")


def test_output_is_checked_before_the_photo_is_read(smpsim: Any) -> None:
    _refused(smpsim("render", "nix.jpg", "nix.png", "-o", "out.bmp"), 2, ".bmp")
    _refused(smpsim("dots", "nix.jpg", "nix.png", "-o", "nowhere/out.csv"), 3, "nowhere")


def test_a_side_that_is_too_long_for_the_format_is_refused(smpsim: Any) -> None:
    Image.new("RGB", (16384, 2), (200, 160, 140)).save("long.png")
    Image.new("L", (16384, 2), 255).save("mask.png")
    _refused(smpsim("render", "long.png", "mask.png", "-o", "out.webp", "--px-per-mm", "8"), 2, "webp")
    words = ("-o", "out.webp", "--px-per-mm", "8", "--window", "0,0,40,2")
    assert smpsim("render", "long.png", "mask.png", *words).exit_code == 0
