"""compare, info, presets, treatment and demo."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import smpsim as package
from smpsim import Treatment, compare_images, read_label, read_photo
from smpsim.cli.told import photo_in_words
from smpsim.parameters import PARAMETERS
from smpsim.presets import PRESETS
from smpsim.raster import walk

Pair = tuple[Path, Path]
SCALE = ("--px-per-mm", 8)


@pytest.fixture
def preview(smpsim: Any, pair: Pair) -> Path:
    assert smpsim("render", *pair, "-o", "preview.png", *SCALE).exit_code == 0
    return Path("preview.png")


def test_compare_says_the_numbers(smpsim: Any, pair: Pair, preview: Path) -> None:
    expected = compare_images(pair[0], preview)
    told = json.loads(smpsim("compare", pair[0], preview, "--json").stdout)
    assert told == expected.as_dict()
    assert told["changed_px"] > 0
    result = smpsim("compare", pair[0], preview)
    assert f"{told['changed_px']} of 6400" in result.stdout
    assert f"{told['max_delta_e']:.4g}" in result.stdout
    assert result.stderr == ""


def test_compare_draws_both(smpsim: Any, pair: Pair, preview: Path) -> None:
    for name in ("both.png", "both.jpg", "both.webp", "both.tif", "both.html"):
        result = smpsim("compare", pair[0], preview, "-o", name)
        assert result.exit_code == 0, result.stderr
        assert result.stderr == f"{name}: written\n"
    both = np.asarray(Image.open("both.png"))
    # each in a column 154 px wide; margin and gap are 14 px
    assert np.array_equal(both[14:94, 14:94], read_photo(pair[0]).pixels)
    assert np.array_equal(both[14:94, 182:262], read_photo(preview).pixels)
    # what shows a simulation says so
    assert read_label("both.png") == read_label("both.jpg") == read_label(preview)
    assert "Simulation" in Path("both.html").read_text("utf-8")
    smpsim("compare", *pair, "-o", "photos.png")
    assert read_label("photos.png") is None


def test_compare_fails_in_json_too(smpsim: Any, pair: Pair, cases: dict[str, Pair]) -> None:
    result = smpsim("compare", pair[0], cases["wide"][0], "--json", "-o", "out.png")
    told = json.loads(result.stdout)
    assert (result.exit_code, told["status"], told["error"]["code"]) == (3, "failed", 3)
    assert "80 x 80 px and 160 x 40 px" in told["error"]["message"]
    assert (told["a"], told["b"]) == (str(pair[0]), str(cases["wide"][0]))
    assert not Path("out.png").exists()
    assert smpsim("compare", *pair, "-o", "-").exit_code == 2


def test_info_of_a_preview_tells_how_it_was_made(smpsim: Any, pair: Pair, preview: Path) -> None:
    told = json.loads(smpsim("info", preview, "--json").stdout)
    assert told["simulation"] == read_label(preview)
    assert (told["format"], told["width_px"], told["height_px"], told["megapixels"]) == ("PNG", 80, 80, 0.01)
    text = smpsim("info", preview).stdout
    for words in (
        "size            80 x 80 px, 0.0064 megapixels\n",
        "8.00 px/mm of the whole photo (typed)\n",
        "dots            needle 0.8 mm: pigment rests about 0.25 mm below the surface (estimate): right; ",
        "skin tone measured from this photo\n",
        "density         80 /cm2 asked for\n",
        "treatment       all else as by default\n",
    ):
        assert words in text, words
    assert json.loads(smpsim("info", pair[0], "--json").stdout)["simulation"] is None


def test_info_tells_what_is_not_the_default_with_its_unit(smpsim: Any, pair: Pair) -> None:
    words = ("--set", "age_days=4wk", "--window", "10,12,40,30", "--skin", "dark")
    assert smpsim("render", *pair, "-o", "part.png", *SCALE, *words).exit_code == 0
    text = smpsim("info", "part.png").stdout
    assert "window          x, y, width, height: 10, 12, 40, 30 px\n" in text
    assert "treatment       age_days 28 d: time since the last session" in text
    assert "; skin tone dark, as given\n" in text


@pytest.mark.parametrize(
    "label",
    [{}, {"treatment": {"a_leaf_to_come": 1}}, {"treatment": 3}, {"treatment": {}, "version": [1, {"a": None}]}],
)
def test_info_tells_a_label_that_it_cannot_read_as_it_stands(label: dict[str, Any]) -> None:
    facts = {"dpi": None, "px_per_mm_if_a_head_fills_the_width": 1.0, "dots_can_be_resolved": False, "grey": False}
    facts |= {"format": "PNG", "width_px": 3, "height_px": 2, "colour_profile": "none", "transparency": False}
    assert photo_in_words(facts | {"notices": [], "simulation": label})["simulation"] == label


def test_a_grey_photo_tells_no_tone(smpsim: Any, pair: Pair) -> None:
    Image.open(pair[0]).convert("L").save("grey.png")
    for words, source in (((), "assumed"), (("--skin", "dark"), "given")):
        result = smpsim("render", "grey.png", pair[1], "-o", "out.png", *SCALE, "--json", "--overwrite", "-v", *words)
        told = json.loads(result.stdout)
        assert told["skin_tone_source"] == source
        assert any("no colour" in line for line in told["warnings"]) == (source == "assumed")
        assert ("skin tone assumed to be medium" in result.stderr) == (source == "assumed")
        assert "skin tone measured" not in result.stderr + smpsim("info", "out.png").stdout
    assert "skin tone       not told, as there is no colour" in smpsim("info", "grey.png").stdout
    told = json.loads(smpsim("render", *pair, "-o", "colour.png", *SCALE, "--json").stdout)
    assert told["skin_tone_source"] == "photo"
    assert not any("colour" in line for line in told["warnings"])


def test_info_keeps_secrets(smpsim: Any, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x9003] = "Secret camera", "2026:01:02 03:04:05"
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 1.0, 2.0)})
    Image.new("RGB", (60, 40)).save("a.jpg", exif=exif, comment=b"Jane Doe", dpi=(300, 300))
    for extra in ((), ("--json",)):
        text = smpsim("info", "a.jpg", *extra).stdout
        assert not any(word in text for word in ("Secret", "2026", "48", "Jane"))
        assert "300" in text


def test_info_of_the_installation(smpsim: Any) -> None:
    told = json.loads(smpsim("info", "--json").stdout)
    assert told["smpsim"] == package.__version__
    assert told["numpy"] == np.__version__
    assert set(told["extras"]) >= {"heic"}
    assert not {"test", "check", "bench"} & set(told["extras"])
    text = smpsim("info").stdout
    assert f"smpsim        {package.__version__}" in text


def test_info_names_the_missing_extra(smpsim: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from importlib import metadata

    version = metadata.version

    def without(package: str) -> str:
        if package == "pi-heif":
            raise metadata.PackageNotFoundError(package)
        return version(package)

    monkeypatch.setattr(metadata, "version", without)
    assert json.loads(smpsim("info", "--json").stdout)["extras"]["heic"].startswith("not installed (pip install")


def test_info_tells_how_sure_the_scale_is_and_what_lies_behind_hair(
    smpsim: Any, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("info", pair[0], "--mask", pair[1])
    told = json.loads(smpsim(*words, "--json").stdout)
    assert (told["scale_source"], told["scale_uncertainty_frac"], told["behind_hair_frac"]) == ("mask", 0.25, 0)
    assert (
        f"scale           {told['px_per_mm']:.2f} px/mm +- 25 % (mask): single dots cannot be" in smpsim(*words).stdout
    )
    typed = (*words, "--px-per-mm", "8")
    assert "scale           8.00 px/mm (typed)" in smpsim(*typed).stdout
    assert "hair" not in smpsim(*typed).stdout
    seen = walk.measure_hair
    monkeypatch.setattr(walk, "measure_hair", lambda *a, **k: replace(seen(*a, **k), hidden_frac=0.64))
    assert "about 64 % of the area lies behind hair" in smpsim(*words).stdout
    Image.new("L", (80, 80)).save("black.png")
    empty = smpsim("info", pair[0], "--mask", "black.png", "--px-per-mm", "8")
    assert (empty.exit_code, empty.stderr.count("\n")) == (3, 1)
    assert "black.png: is empty" in empty.stderr


def test_info_fails_in_one_line(smpsim: Any) -> None:
    result = smpsim("info", "nix.jpg", "--json")
    assert result.exit_code == 3
    assert json.loads(result.stdout)["src"] == "nix.jpg"


def test_presets(smpsim: Any) -> None:
    text = smpsim("presets").stdout
    told = json.loads(smpsim("presets", "--json").stdout)
    assert list(told) == list(PRESETS)
    for name, (words, values) in PRESETS.items():
        assert words in text
        assert told[name] == {"description": words, "values": values}
        whole = smpsim("presets", name).stdout
        assert Treatment().with_toml(whole) == Treatment.preset(name)
        assert json.loads(smpsim("presets", name, "--json").stdout) == Treatment.preset(name).as_dict()
    result = smpsim("presets", "ful")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "did you mean 'full'" in result.stderr


def test_treatment_init_and_show(smpsim: Any) -> None:
    wanted = Treatment.preset("full").replace(feather_mm=6, depth_mm=0.3)
    words = ("--preset", "full", "--set", "feather_mm=6", "--depth", "0.3mm")
    assert smpsim("treatment", "init", "a.toml", *words).exit_code == 0
    assert Treatment.load("a.toml") == wanted
    assert smpsim("treatment", "init", *words).stdout == Path("a.toml").read_text("utf-8")
    again = smpsim("treatment", "init", "a.toml")
    assert (again.exit_code, Treatment.load("a.toml")) == (2, wanted)
    assert smpsim("treatment", "init", "a.toml", "--treatment", "a.toml", "--overwrite").exit_code == 2
    assert tomllib.loads(smpsim("treatment", "init").stdout)["schema"] == 1
    text = smpsim("treatment", "show", "a.toml").stdout
    told = json.loads(smpsim("treatment", "show", "a.toml", "--json").stdout)
    assert list(told) == list(PARAMETERS)
    for name, value in wanted.as_dict().items():
        assert told[name]["value"] == (PARAMETERS[name].derived if value is None else value)
        assert told[name]["meaning"] == PARAMETERS[name].meaning
        assert PARAMETERS[name].meaning in text
    assert "0.3 mm" in text


def test_treatment_check(smpsim: Any) -> None:
    Path("good.toml").write_text("schema = 1\n", "utf-8")
    Path("range.toml").write_text("schema = 1\ndensity_per_cm2 = 900\n", "utf-8")
    Path("schema.toml").write_text("density_per_cm2 = 90\n", "utf-8")
    assert smpsim("treatment", "check", "good.toml").exit_code == 0
    Path("photo.toml").write_text("schema = 1\ndensity_per_cm2 = 70\n[photo]\npx_per_mm = 8\n", "utf-8")
    assert smpsim("treatment", "check", "photo.toml").exit_code == 0
    Path("photo.toml").write_text("schema = 1\n[photo]\nhead_width_mm = 20\n", "utf-8")
    refused = smpsim("treatment", "check", "photo.toml")
    assert (refused.exit_code, "100 to 220 mm" in refused.stderr) == (2, True)
    assert "[photo] is for files of single photos in smpsim batch" in smpsim("treatment", "show", "photo.toml").stderr
    result = smpsim("treatment", "check", "good.toml", "range.toml")
    assert (result.exit_code, result.stdout) == (2, "")
    lines = smpsim("treatment", "check", "schema.toml", "range.toml", "good.toml", "nix.toml").stderr.splitlines()
    assert [line.startswith("smpsim: error: ") for line in lines] == [True, True, False, True]
    assert ["schema.toml" in lines[0], "range.toml" in lines[1], lines[2]] == [True, True, "good.toml: good"]
    assert smpsim("treatment", "check", "range.toml", "schema.toml").exit_code == 3
    failed = smpsim("treatment", "show", "range.toml", "--json")
    assert (failed.exit_code, json.loads(failed.stdout)["error"]["code"]) == (2, 2)


def test_demo(smpsim: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    small = package.sample(px_per_mm=2)
    monkeypatch.setattr("smpsim.synthetic.sample", lambda: small)
    result = smpsim("demo", "-o", "deep/er")
    assert result.exit_code == 0, result.stderr
    paths = [Path(line) for line in result.stdout.splitlines()]
    names = ["photo.jpg", "mask.png", "preview.png", "depth-strip.png", "before-after.html"]
    assert paths == [Path("deep/er") / name for name in names]
    assert sorted(Path("deep/er").iterdir()) == sorted(paths)
    for path in paths[2:4]:
        label = read_label(path)
        assert label is not None
        assert label["simulation"] is True
    assert read_photo(paths[2]).size == read_photo(paths[1]).size == small.photo.size
    assert "before-after.html in a browser" in result.stderr


def test_only_the_demo_of_its_own_folder_is_replaced(smpsim: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    small = package.sample(px_per_mm=2)
    monkeypatch.setattr("smpsim.synthetic.sample", lambda: small)
    for _ in range(2):
        assert smpsim("demo").exit_code == 0
    Path("mine").mkdir()
    Path("mine/photo.jpg").write_bytes(b"mine")
    refused = smpsim("demo", "-o", "mine")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "exists" in refused.stderr
    assert [path.read_bytes() for path in Path("mine").iterdir()] == [b"mine"]
    assert smpsim("demo", "-o", "mine", "--overwrite").exit_code == 0


def test_demo_that_cannot_be_written(smpsim: Any) -> None:
    Path("file").touch()
    for folder in ("file", "file/inside"):
        result = smpsim("demo", "-o", folder)
        assert (result.exit_code, result.stdout) == (3, "")
        assert result.stderr.startswith("smpsim: error: ")
        assert result.stderr.count("\n") == 1
