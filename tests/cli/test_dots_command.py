"""smpsim dots: the dots of the preview, as a file."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from smpsim import read_label, read_mask, read_photo, render

Pair = tuple[Path, Path]
SCALE = ("--px-per-mm", 8)


def test_the_dots_are_those_of_the_preview(smpsim: Any, pair: Pair) -> None:
    assert smpsim("dots", *pair, "-o", "dots.npz", *SCALE, "--seed", 4).exit_code == 0
    photo = read_photo(pair[0])
    preview = render(photo, read_mask(pair[1], like=photo), scale=8, seed=4)
    with np.load("dots.npz", allow_pickle=False) as held:
        for name, array in preview.dots.as_dict().items():
            assert np.array_equal(held[name], array)
        # nothing of dots depends on the tone of the skin, so their label does not tell how it is known
        told = {key: value for key, value in preview.label.items() if key != "skin_tone_source"}
        assert json.loads(str(held["label"])) == json.loads(json.dumps(told))


def test_the_shape_of_the_head_is_fitted_once_and_then_told(smpsim: Any, pair: Pair) -> None:
    head = ("--surface", "ellipsoid", "--set", "head_roll_deg=5")
    told = json.loads(smpsim("dots", *pair, "-o", "dots.npz", *SCALE, *head, "--json").stdout)
    assert told["surface"] == "ellipsoid"
    assert any("head_x_mm" in line for line in told["warnings"])
    assert (
        json.loads(smpsim("render", *pair, "-o", "a.png", *SCALE, *head, "--json").stdout)["n_dots"] == told["n_dots"]
    )
    with np.load("dots.npz", allow_pickle=False) as held:
        label = json.loads(str(held["label"]))
    assert label["treatment"] == read_label("a.png")["treatment"]
    numbers = {name: value for name, value in label["treatment"].items() if name.startswith("head_")}
    assert None not in numbers.values()
    again = [part for name, value in numbers.items() for part in ("--set", f"{name}={value!r}")]
    result = smpsim("render", *pair, "-o", "b.png", *SCALE, "--surface", "ellipsoid", *again)
    assert (result.exit_code, "fitted" in result.stderr) == (0, False)
    assert np.array_equal(read_photo("a.png").pixels, read_photo("b.png").pixels)


def test_json_names_are_those_of_render(smpsim: Any, pair: Pair) -> None:
    told = json.loads(smpsim("dots", *pair, "-o", "dots.csv", *SCALE, "--json").stdout)
    other = json.loads(smpsim("render", *pair, "-o", "a.png", *SCALE, "--json").stdout)
    assert (told["src"], told["out"], told["status"]) == (str(pair[0]), "dots.csv", "done")
    assert set(told) < set(other)
    for name in set(told) - {"seconds", "warnings", "out"}:
        assert told[name] == other[name], name
    assert set(told["seconds"]) == {"read", "scale", "dots", "write"}
    assert Path("dots.csv").read_text("ascii").count("\n") == told["n_dots"] + 1


@pytest.mark.parametrize("format", ["csv", "svg", "npz"])
def test_standard_output(smpsim: Any, pair: Pair, format: str) -> None:
    smpsim("dots", *pair, "-o", f"dots.{format}", *SCALE)
    result = smpsim("dots", pair[0], "-", "-o", "-", "--format", format, *SCALE, stdin=pair[1].read_bytes())
    assert io.BytesIO(result.stdout_bytes).read() == Path(f"dots.{format}").read_bytes()


def test_drawing_has_the_size_of_the_picture(smpsim: Any, cases: dict[str, Pair]) -> None:
    smpsim("dots", *cases["wide"], "-o", "dots.svg", *SCALE)
    assert 'width="20mm" height="5mm"' in Path("dots.svg").read_text("utf-8")


def test_an_estimated_scale_is_said(smpsim: Any, cases: dict[str, Pair]) -> None:
    assert "note: scale estimated from the mask" in smpsim("dots", *cases["wide"], "-o", "dots.csv").stderr


def test_formats_of_the_option_are_those_that_can_be_written() -> None:
    from smpsim.cli.dots import command
    from smpsim.files.tables import FORMATS

    (option,) = (p for p in command.params if p.name == "format")
    assert tuple(option.type.choices) == FORMATS
