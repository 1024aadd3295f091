"""``smpsim hairline``, and ``smpsim render`` without a mask."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from scipy.spatial import cKDTree

from smpsim import read_hairline, sample
from tests.scalp.faces import photographs

Pair = tuple[Path, Path]
PUPILS = ("--pupils", "20,60,60,60")


def test_mask_drawing_and_json(smpsim: Any, pair: Pair) -> None:
    for out in ("line.png", "line.svg", "line.json"):
        result = smpsim("hairline", pair[0], "-o", out, *PUPILS, "--template", "straight", "--json")
        assert result.exit_code == 0, result.stderr
        told = json.loads(result.stdout)
        assert told["status"] == "done"
        assert {"name", "value_mm", "uncertainty_mm"} == set(told["measures"][0])
        assert told["measures"][0]["value_mm"] == pytest.approx(68, abs=0.5)
        assert told["px_per_mm"] == pytest.approx(40 / 63)
    with Image.open("line.png") as mask:
        assert mask.size == (80, 80)
        assert np.asarray(mask).any()


def test_a_line_is_measured_again(smpsim: Any, pair: Pair) -> None:
    assert smpsim("hairline", pair[0], "-o", "line.json", *PUPILS, "--mid", "7cm").exit_code == 0
    again = smpsim("hairline", pair[0], "-o", "mask.png", *PUPILS, "--line", "line.json", "--json")
    assert json.loads(again.stdout)["measures"][0]["value_mm"] == pytest.approx(70, abs=0.1)
    assert read_hairline("line.json").axis is not None


def test_the_line_drawn_on_the_skin_is_taken_and_can_be_edited(smpsim: Any) -> None:
    s = sample(px_per_mm=4, line="blue", seed=1)
    Image.fromarray(s.photo.pixels).save("drawn.png")
    pupils = ("--pupils", "260,645,512,645")
    result = smpsim("hairline", "drawn.png", "-o", "line.json", *pupils, "--from-line", "any", "--json")
    assert result.exit_code == 0, result.stderr
    names = {measure["name"] for measure in json.loads(result.stdout)["measures"]}
    assert "mid-point above glabella" in names
    line = read_hairline("line.json")
    assert line.axis is None
    off = cKDTree(line.line).query(s.truth.line_px)[0]
    assert np.mean(off < 2 * 4) > 0.85
    result = smpsim("hairline", "drawn.png", "-o", "m.png", *pupils, "--from-line", "white", "--json")
    assert result.exit_code == 3
    assert "no drawn white line is found" in json.loads(result.stdout)["error"]["message"]


def test_the_drawn_line_is_mirrored_on_request(smpsim: Any) -> None:
    s = sample(px_per_mm=4, line="blue", seed=1)
    Image.fromarray(s.photo.pixels).save("drawn.png")
    words = ("--pupils", "260,645,512,645", "--from-line", "any", "--mirror")
    result = smpsim("hairline", "drawn.png", "-o", "line.json", *words)
    assert result.exit_code == 0, result.stderr
    assert "note: mirrored over the axis of the face: up to" in result.stderr
    line = read_hairline("line.json")
    assert line.axis is not None
    assert {"mid", "end"} <= set(line.points)
    assert line.axis.x == pytest.approx(386)


def test_warnings_name_their_source(smpsim: Any, pair: Pair) -> None:
    result = smpsim("hairline", pair[0], "-o", "line.png", *PUPILS, "--mid", "50mm", "--template", "juvenile")
    assert result.exit_code == 0
    assert "note: mid-point above glabella is 5.0 +-" in result.stderr
    assert "tressless.com" in result.stderr


@pytest.mark.parametrize(
    ("words", "code", "line"),
    [
        ((), 3, "no face is found"),
        (("--chin", "3,4"), 2, "needs --pupils"),
        (("--pupils", "1,2,3"), 2, "write X1,Y1,X2,Y2"),
        ((*PUPILS, "--glabella", "a,b"), 2, "write X,Y"),
        ((*PUPILS, "--template", "mohawk"), 2, "choose straight"),
        # without pupils: words and files come before the face, which is not there
        (("--template", "mohawk"), 2, "choose straight"),
        (("--side", "none"), 2, "choose soft"),
        (("--mid", "-0"), 2, "mid_mm: 0 mm is not allowed"),
        (("--from-line", "green"), 2, "choose any, white"),
        (("--from-line", "any", "--near", "3"), 2, "write X,Y"),
        (("--line", "nix.json"), 3, "no such file"),
        ((*PUPILS, "--mid", "1m"), 2, "--mid"),
        ((*PUPILS, "--line", "nix.json"), 3, "no such file"),
        ((*PUPILS, "--from-line", "any"), 3, "no drawn line is found"),
        ((*PUPILS, "--from-line", "green"), 2, "choose any, white"),
        ((*PUPILS, "--near", "3,4"), 2, "needs --from-line"),
        ((*PUPILS, "--from-line", "any", "--near", "3"), 2, "write X,Y"),
        ((*PUPILS, "--from-line", "any", "--line", "nix.json"), 2, "keep one"),
        ((*PUPILS, "--mirror"), 2, "--mirror: needs --from-line"),
        ((*PUPILS, "--from-line", "any", "--template", "mature"), 2, "--template: only for templates"),
        ((*PUPILS, "--from-line", "any", "--no-temple-peaks"), 2, "--temple-peaks: only for templates"),
        ((*PUPILS, "--line", "l.json", "--mid", "70mm", "--side", "soft"), 2, "--side and --mid: only for templates"),
        ((*PUPILS, "--head-width", "155mm"), 2, "No such option"),
    ],
)
def test_bad_input_is_one_line(smpsim: Any, pair: Pair, words: tuple[str, ...], code: int, line: str) -> None:
    result = smpsim("hairline", pair[0], "-o", "line.png", *words)
    assert result.exit_code == code, result.stderr
    assert line in result.stderr
    assert result.stderr.count("\n") == 1
    assert not Path("line.png").exists()


def test_render_without_a_mask_proposes_one_and_says_so(smpsim: Any, shared: Path) -> None:
    photo = shared / "photos" / photographs(shared)["p12"]["file"]
    result = smpsim("render", photo, "-o", "out.png", "--save-mask", "mask.png", "--px-per-mm", "1.8", "--json")
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    assert any("one was proposed from the face" in line for line in told["warnings"])
    assert smpsim("render", photo, "mask.png", "-o", "again.png", "--px-per-mm", "1.8").exit_code == 0
    with Image.open("mask.png") as mask:  # rounded to 8 bits
        assert told["area_cm2"] == pytest.approx(np.asarray(mask).sum() / 255 / 1.8**2 / 100, rel=1e-3)


def test_render_without_mask_or_face_is_refused(smpsim: Any, pair: Pair) -> None:
    result = smpsim("render", pair[0], "-o", "out.png")
    assert result.exit_code == 3
    assert "no face is found" in result.stderr
    assert not Path("out.png").exists()


def test_save_mask_is_checked_before_the_work(smpsim: Any, pair: Pair) -> None:
    Path("mask2.png").write_bytes(b"precious")
    assert "--overwrite" in smpsim("render", *pair, "-o", "out.png", "--save-mask", "mask2.png").stderr
    assert ".png" in smpsim("render", *pair, "-o", "out.png", "--save-mask", "mask.jpg").stderr
    assert not Path("out.png").exists()
