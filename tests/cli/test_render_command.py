"""smpsim render: pictures, numbers, flags, streams."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from smpsim import (
    Treatment,
    encode_hairline,
    find_line,
    hairline_through,
    read_label,
    read_mask,
    read_photo,
    render,
    sample,
)
from smpsim.parameters import PARAMETERS
from smpsim.stats import PreviewStats

Pair = tuple[Path, Path]
SCALE = ("--px-per-mm", 8)


def pixels(source: Any) -> np.ndarray:
    return np.asarray(Image.open(source).convert("RGB"))


def test_the_file_is_the_librarys_preview(smpsim: Any, pair: Pair) -> None:
    result = smpsim("render", *pair, "-o", "out.png", *SCALE, "--density", 110, "--seed", 5)
    assert (result.exit_code, result.stdout) == (0, "")
    photo = read_photo(pair[0])
    preview = render(
        photo,
        read_mask(pair[1], like=photo),
        scale=8,
        treatment=Treatment().replace(density_per_cm2=110),
        seed=5,
    )
    assert np.array_equal(pixels("out.png"), preview.image)
    assert (preview.image != photo.pixels).any()
    label = read_label("out.png")
    assert label is not None
    assert (label["seed"], label["treatment"]["density_per_cm2"]) == (5, 110)
    assert f"{preview.stats.n_dots} dots" in result.stderr
    assert "8.00 px/mm (typed)" in result.stderr


def test_json_is_one_flat_object(smpsim: Any, pair: Pair) -> None:
    result = smpsim("render", *pair, "-o", "out.jpg", *SCALE, "--json")
    told = json.loads(result.stdout)
    assert set(told) == {"src", "out", "status", *PreviewStats.__dataclass_fields__}
    assert (told["src"], told["out"], told["status"]) == (str(pair[0]), "out.jpg", "done")
    assert {"read", "light", "dots", "picture", "write"} <= set(told["seconds"])
    assert told["n_dots"] > 0
    nested = {name for name, value in told.items() if isinstance(value, dict)}
    assert nested == {"seconds"}


def test_quiet_and_verbose(smpsim: Any, cases: dict[str, Pair]) -> None:
    pair = cases["wide"]
    assert smpsim("render", *pair, "-o", "a.png", "-q").output == ""
    plain = smpsim("render", *pair, "-o", "b.png").stderr.splitlines()
    assert [line.startswith("note: ") for line in plain] == [True, True, False]
    assert plain[0].startswith("note: scale estimated from the mask")
    told = smpsim("render", *pair, "-o", "c.png", "-v").stderr
    assert len(told.splitlines()) == len(plain) + 2
    assert "needle 0.8 mm: pigment rests about 0.25 mm below the surface (estimate): right" in told


def test_notes_are_in_the_json_too(smpsim: Any, cases: dict[str, Pair]) -> None:
    result = smpsim("render", *cases["wide"], "-o", "out.png", "--json")
    notes = [line.removeprefix("note: ") for line in result.stderr.splitlines() if line.startswith("note: ")]
    assert json.loads(result.stdout)["warnings"] == notes
    assert notes


def test_standard_input_and_output(smpsim: Any, pair: Pair) -> None:
    assert smpsim("render", *pair, "-o", "file.png", *SCALE).exit_code == 0
    for photo, mask, stdin in (("-", pair[1], pair[0]), (pair[0], "-", pair[1])):
        result = smpsim("render", photo, mask, "-o", "-", "--format", "png", *SCALE, stdin=stdin.read_bytes())
        assert result.exit_code == 0, result.stderr
        assert np.array_equal(pixels(io.BytesIO(result.stdout_bytes)), pixels("file.png"))


def test_a_drawn_line_is_hidden(smpsim: Any, pair: Pair) -> None:
    s = sample(px_per_mm=4, line="red", seed=1)
    Image.fromarray(s.photo.pixels).save("drawn.png")
    Image.fromarray((255 * s.mask).astype(np.uint8)).save("mask.png")
    result = smpsim(
        "render", "drawn.png", "mask.png", "-o", "a.png", "--px-per-mm", 4, "--hide-line", "found", "--json"
    )
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["hidden_line_mm"] > 100
    assert "the file of the photo is unchanged" in result.stderr
    assert np.array_equal(pixels("drawn.png"), s.photo.pixels)
    line = hairline_through(find_line(s.photo, scale=4).points, 4)
    Path("line.json").write_bytes(encode_hairline(line, format="json", size=s.photo.size))
    words = ("--px-per-mm", 4, "--hide-line", "line.json")
    assert smpsim("render", "drawn.png", "mask.png", "-o", "b.png", *words).exit_code == 0
    label = read_label("b.png")
    assert label is not None
    assert label["hidden_line_mm"] > 100
    for line_file, code in (("nix.json", 3), ("found", 3)):
        result = smpsim("render", *pair, "-o", "c.png", *SCALE, "--hide-line", line_file)
        assert (result.exit_code, result.stderr.count("\n")) == (code, 1), result.stderr
        assert not Path("c.png").exists()


@pytest.mark.parametrize(
    ("extra", "line"),
    [
        (("-o", "-", "--json", "--format", "png"), "both want standard output"),
        (("-o", "-"), "say --format"),
        (("-o", "a.png", "--format", "jpeg"), "does not fit the extension"),
        (("-o", "a.bmp"), "'.bmp'"),
        (("-o", "a.png", "--px-per-mm", "8", "--head-width", "150mm"), "keep one"),
        (("-o", "a.png", "--px-per-mm", "8 mm"), "px/mm"),
        (
            ("-o", "a.png", "--px-per-mm", "0"),
            "px_per_mm (--px-per-mm): 0.0 px/mm is not allowed; give a number, 0.05 to",
        ),
        (("-o", "a.png", "--px-per-mm", "nan"), "cannot be read"),
        (("-o", "a.png", "--ruler", "1,2,3=4mm"), "X1,Y1,X2,Y2=63mm"),
        (("-o", "a.png", "--ruler", "1,2,1,2=4mm"), "coincide"),
        (("-o", "a.png", "--ruler", "1,2,5,2"), "--ruler: '1,2,5,2' cannot be read; write X1,Y1,X2,Y2=63mm"),
        (("-o", "a.png", "--ruler", "1,2,81,2=8mm"), "81,2 lies outside of the photo of 80 x 80 px"),
        (("-o", "a.png", "--ruler", "1,2,5,2=0mm"), "more than 0"),
        (("-o", "a.png", "--head-width", "15mm"), "100 to 220"),
        (("-o", "a.png", "--window", "1,2,3"), "X,Y,W,H"),
        (("-o", "a.png", "--window", "0,0,800,8"), "does not lie in the picture"),
        (("-o", "a.png", "--window", "0,0,8,8", "--max-px", "9"), "exclude each other"),
        (("-o", "a.png", "--max-px", "0"), "max_px (--max-px): 0 px is not allowed"),
        (("-o", "a.png", "--seed", "-1"), "seed (--seed): -1 is not allowed"),
        (("-o", "a.png", "--surface", "globe"), "globe"),
        (("-o", "a.png", "--preset", "ful"), "'ful' is unknown; did you mean 'full'? smpsim presets lists all\n"),
        (("-o", "a.png", "--preset", "full+"), "'full+': a name is missing"),
        (("-o", "a.png", "--save-mask", "a.png"), "a.png: two results would be this file"),
        (("-o", "a.png", "--colour", "red"), "No such option '--colour'. (see"),
        (("-o", "a.png", "--densty", "70"), "No such option '--densty'. Did you mean '--density'?"),
        (("-o", "a.png", "--set", "density_per_cm=3"), "did you mean density_per_cm2"),
        (("-o", "a.png", "--set", "density_per_cm2"), "KEY=VALUE"),
        (("-o", "a.png", "--set", "density_per_cm2=70", "--density", "80"), "given twice"),
        (("-o", "a.png", "--shade", "carbon-1:11"), "did you mean"),
        (("-o", "a.png", "--session", "4"), "n_sessions"),
    ],
)
def test_wrong_usage(smpsim: Any, pair: Pair, tmp_path: Path, extra: tuple[str, ...], line: str) -> None:
    before = sorted(tmp_path.iterdir())
    result = smpsim("render", *pair, *extra)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("smpsim: error: ")
    assert result.stderr.count("\n") == 1
    assert line in result.stderr
    assert sorted(tmp_path.iterdir()) == before


def test_a_scale_by_which_the_photo_shows_next_to_nothing_is_told(smpsim: Any, pair: Pair) -> None:
    close = smpsim("render", *pair, "-o", "a.png", "--px-per-mm", "8")
    assert "note: at 8 px/mm the whole photo shows 10 x 10 mm: check the scale\n" in close.stderr
    far = smpsim("render", *pair, "-o", "b.png", "--px-per-mm", "1.5")
    assert "the whole photo shows" not in far.stderr


def test_two_pictures_cannot_come_from_standard_input(smpsim: Any) -> None:
    result = smpsim("render", "-", "-", "-o", "a.png", stdin=b"")
    assert result.exit_code == 2
    assert "only one picture" in result.stderr


@pytest.mark.parametrize(
    ("extra", "scale", "source"),
    [
        (("--px-per-mm", "80 px/cm"), 8, "typed"),
        (("--ruler", "0,0,50.4,0=6.3cm"), 0.8, "ruler"),
        (("--ruler", "0,0,0,63=pupils"), 1, "pupils"),
        (("--ruler", "0,0,61,0=iris"), 5, "iris"),
        (("--head-width", "155mm"), 64 / (0.9 * 155), "mask"),
    ],
)
def test_ways_to_give_the_scale(smpsim: Any, pair: Pair, extra: tuple[str, ...], scale: float, source: str) -> None:
    told = json.loads(smpsim("render", *pair, "-o", "a.png", "--json", *extra).stdout)
    assert told["px_per_mm"] == pytest.approx(scale, rel=1e-9, abs=0)
    assert told["scale_source"] == source


def test_flags_go_before_the_file_and_the_file_before_the_preset(smpsim: Any, pair: Pair) -> None:
    Path("t.toml").write_text("schema = 1\n[placement]\ndensity_per_cm2 = 60\n[edge]\nfeather_mm = 5\n", "utf-8")
    steps = (
        (("--preset", "soft-edge"), (80, 14, 1.2)),
        (("--preset", "soft-edge", "--treatment", "t.toml"), (60, 5, 1.2)),
        (("--preset", "soft-edge", "--treatment", "t.toml", "--feather", "2 mm"), (60, 2, 1.2)),
        (("--treatment", "t.toml", "--set", "density_per_cm2=0.9/mm2"), (90, 5, 0.8)),
    )
    for extra, (density, feather, roughness) in steps:
        assert smpsim("render", *pair, "-o", "a.png", "--overwrite", *SCALE, *extra).exit_code == 0
        label = read_label("a.png")
        assert label is not None
        told = label["treatment"]
        assert told["density_per_cm2"] == pytest.approx(density, abs=1e-9)
        assert (told["feather_mm"], told["edge_roughness_mm"]) == (feather, roughness)


def test_every_flag_of_the_table_is_there_with_its_range(smpsim: Any) -> None:
    text = " ".join(smpsim("render", "--help").stdout.split())
    for about in PARAMETERS.values():
        if about.flag:
            assert about.flag in text
            assert about.allowed in text
            assert about.meaning[1:] in text


def test_units_on_flags(smpsim: Any, pair: Pair) -> None:
    extra = ("--age", "4wk", "--depth", "300um", "--skin", "35", "--dot-size", "0.2mm", "--needle-depth", "1")
    assert smpsim("render", *pair, "-o", "a.png", *SCALE, *extra).exit_code == 0
    label = read_label("a.png")
    assert label is not None
    told = label["treatment"]
    assert (told["age_days"], told["depth_mm"], told["skin_tone"], told["diameter_mm"]) == (28, 0.3, 35, 0.2)


def test_window_and_max_px_show_the_same_dots(smpsim: Any, pair: Pair) -> None:
    smpsim("render", *pair, "-o", "whole.png", *SCALE)
    smpsim("render", *pair, "-o", "part.png", *SCALE, "--window", "10,20,30,25")
    assert np.array_equal(pixels("part.png"), pixels("whole.png")[20:45, 10:40])
    small = json.loads(smpsim("render", *pair, "-o", "small.png", *SCALE, "--max-px", 40, "--json").stdout)
    assert pixels("small.png").shape == (40, 40, 3)
    whole = json.loads(smpsim("render", *pair, "-o", "again.png", *SCALE, "--json").stdout)
    assert small["n_dots"] == whole["n_dots"]


def test_overwrite(smpsim: Any, pair: Pair) -> None:
    Path("out.png").write_bytes(b"precious")
    result = smpsim("render", *pair, "-o", "out.png")
    assert result.exit_code == 2
    assert Path("out.png").read_bytes() == b"precious"
    assert smpsim("render", *pair, "-o", "out.png", "--overwrite", *SCALE).exit_code == 0
    assert pixels("out.png").shape == (80, 80, 3)


def test_transparency_lost_in_a_jpeg_is_said(smpsim: Any, cases: dict[str, Pair]) -> None:
    told = json.loads(smpsim("render", *cases["alpha"], "-o", "a.jpg", "--json", *SCALE).stdout)
    assert any("flattened" in line for line in told["warnings"])


def test_formats_of_the_option_are_those_that_can_be_written(smpsim: Any) -> None:
    from smpsim.cli.render import command
    from smpsim.files.encode import FORMATS

    (option,) = (p for p in command.params if p.name == "format")
    assert tuple(option.type.choices) == FORMATS
