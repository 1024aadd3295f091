"""smpsim timeline and options: what is asked for is shown, and what is wrong is one line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

Pair = tuple[Path, Path]
SCALE = ("--px-per-mm", "8")
TITLE = 'Zaphod "B" <script>alert(1)</script> \u05e9\u05dc\u05d5\u05dd \U0001f600'


def test_timeline(smpsim: Any, pair: Pair) -> None:
    result = smpsim("timeline", *pair, "-o", "t.png", *SCALE, "--at", "before, s1,s2+3d,1y", "--json")
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    assert [piece["name"] for piece in told["pieces"]] == [
        "before",
        "session 1",
        "session 2, day 3",
        "about 12 months",
    ]
    assert told["pieces"][2]["session"] == 2
    assert "t.png: before, session 1" in result.stderr


def test_a_timeline_tells_of_a_moment_that_a_preset_names(smpsim: Any, pair: Pair) -> None:
    result = smpsim("timeline", *pair, "-o", "t.png", *SCALE, "--preset", "wrong-pigment", "--at", "before,s1")
    assert result.exit_code == 0, result.stderr
    assert "age_days 1826.0 of the preset or file: of no effect" in result.stderr


def test_options_with_two_lines(smpsim: Any, pair: Pair) -> None:
    photo, mask = pair
    words = ("options", photo, mask, mask, "-o", "o.webp", *SCALE, "--vary", "shade=carbon-1:5, warm-1:5")
    result = smpsim(*words, "--language", "de", "--json")
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    assert [piece["name"] for piece in told["pieces"]] == ["A1", "A2", "B1", "B2"]
    assert told["pieces"][3]["caption"] == "Linie 2\nPigment warm-1:5\nSchätzung: wie es aussieht"
    with Image.open("o.webp") as image:
        assert image.n_frames == 4


@pytest.mark.parametrize("given", [("--density", "80"), ("--set", "density_per_cm2=90"), ("--preset", "full")])
def test_what_is_given_is_not_varied(smpsim: Any, pair: Pair, given: tuple[str, str]) -> None:
    words = ("options", *pair, "-o", "o.png", *SCALE, *given, "--json")
    pieces = json.loads(smpsim(*words).stdout)["pieces"]
    assert [piece["name"] for piece in pieces] == ["A1", "A2", "A3"]
    assert len({piece["n_dots"] for piece in pieces}) == 1


@pytest.mark.parametrize("command", ["timeline", "options"])
def test_a_title_stands_on_pages_and_is_never_markup(smpsim: Any, pair: Pair, command: str) -> None:
    result = smpsim(command, *pair, "-o", "-", "--format", "html", *SCALE, "--title", TITLE, "--piece-px", "100")
    assert result.exit_code == 0, result.stderr
    assert "<script" not in result.stdout
    assert "&lt;script&gt;alert(1)&lt;/script&gt; \u05e9\u05dc\u05d5\u05dd \U0001f600</h1>" in result.stdout


@pytest.mark.parametrize(
    ("words", "code", "line"),
    [
        (("timeline", "--at", "s9", "-o", "t.png"), 2, "session: 9 is not allowed"),
        (
            ("timeline", "--at", "soon", "-o", "t.png"),
            2,
            "moment: 'soon' cannot be read; write before, s1 (session 1), fresh",
        ),
        (
            ("timeline", "--age", "3d", "-o", "t.png"),
            2,
            "--age: a timeline shows several moments; name them with --at",
        ),
        (("timeline", "--set", "session=1", "-o", "t.png"), 2, "name them with --at"),
        (("options", "--shade", "warm-1:5", "--vary", "shade=carbon-1:5", "-o", "t.png"), 2, "shade is given twice"),
        (("timeline", "--at", "before", "-o", "t.png"), 2, "nothing is simulated"),
        (("timeline", "--view", "side", "-o", "t.png"), 2, "choose area, line, middle"),
        (("timeline", "--title", "Zaphod", "-o", "t.gif"), 2, "pictures bear no names"),
        (("timeline", "-o", "t.bmp"), 2, ".html"),
        (("options", "--piece-px", "5000", "-o", "t.png"), 2, "100 to 4000 px"),
        (("options", "--vary", "shade", "-o", "t.png"), 2, "write KEY=V1,V2"),
        (("options", "--vary", "depth_mm=5", "-o", "t.png"), 2, "depth_mm (--vary): '5' is not allowed"),
        (("options", "--vary", "shde=a", "-o", "t.png"), 2, "did you mean shade"),
        (("options", "--vary", "shade=carbon-1:5", "--vary", "shade=warm-1:5", "-o", "t.png"), 2, "given twice"),
        (("options", "--language", "xx", "-o", "t.png"), 2, "no texts in the language"),
    ],
)
def test_what_is_wrong_is_one_line(smpsim: Any, pair: Pair, words: tuple[str, ...], code: int, line: str) -> None:
    command, *rest = words
    result = smpsim(command, *pair, *SCALE, *rest)
    assert result.exit_code == code
    assert line in result.stderr
    assert result.stderr.count("\n") == 1
    assert not list(Path().glob("t.*"))


def test_compare_with_a_title(smpsim: Any, pair: Pair) -> None:
    photo, _ = pair
    assert smpsim("compare", photo, photo, "-o", "c.html", "--title", TITLE).exit_code == 0
    assert "<script" not in Path("c.html").read_text("utf-8")
    for words in (("-o", "c.png"), ()):
        result = smpsim("compare", photo, photo, *words, "--title", TITLE)
        assert result.exit_code == 2
        assert "pictures bear no names" in result.stderr
