"""``smpsim sheet``: one photo or a case, in and out, and every way to ask for it wrongly."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from poppler import Reader

from smpsim import sample

Pair = tuple[Path, Path]
CASE = """schema = 1
client = "A. Client"
[[views]]
name = "front"
photo = "square.png"
mask = "square-mask.png"
px_per_mm = 8
[[views]]
name = "top"
photo = "square.png"
px_per_mm = 8
zones = [{name = "crown", mask = "square-mask.png", density_per_cm2 = 150}]
"""


@pytest.fixture
def case(pair: Pair) -> Path:
    path = pair[0].with_name("case.toml")
    path.write_text(CASE, "utf-8")
    return path


def test_one_photo(smpsim: Any, pair: Pair) -> None:
    result = smpsim("sheet", *pair, "-o", "sheet.pdf", "--px-per-mm", "8", "--density", "120", "--json")
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    assert (told["status"], told["src"], told["out"]) == ("done", str(pair[0]), "sheet.pdf")
    assert told["n_dots"] == told["zones"][0]["n_dots"] == sum(told["n_dots_of_session"])
    assert told["zones"][0]["asked_per_cm2"] == 120
    assert Path("sheet.pdf").read_bytes().startswith(b"%PDF-")


def test_the_drawn_line_is_hidden_as_on_boards(smpsim: Any) -> None:
    scalp = sample(px_per_mm=4, line="red", seed=1)
    Image.fromarray(scalp.photo.pixels).save("drawn.png")
    Image.fromarray((255 * scalp.mask).astype(np.uint8)).save("mask.png")
    words = ("drawn.png", "mask.png", "-o", "sheet.pdf", "--px-per-mm", "4", "--hide-line", "found")
    result = smpsim("sheet", *words, "--json")
    assert result.exit_code == 0, result.stderr
    assert any("the line drawn on the photo is hidden" in line for line in json.loads(result.stdout)["warnings"])


def test_for_the_client_alone_with_the_day(smpsim: Any, pair: Pair, pdf: Reader) -> None:
    options = ("--px-per-mm", "8", "--client", "A. Client", "--date", "1 May 2026", "--no-technician")
    result = smpsim("sheet", *pair, "-o", "sheet.pdf", *options)
    assert result.exit_code == 0, result.stderr
    (page,) = pdf.pages(Path("sheet.pdf").read_bytes())
    assert "A. Client, 1 May 2026" in page


def test_the_day_stands_in_a_case(smpsim: Any, case: Path, pdf: Reader) -> None:
    case.write_text(CASE.replace("[[views]]", 'date = "2 May 2026"\n[[views]]', 1), "utf-8")
    for options, day in (((), "2 May 2026"), (("--date", "3 May 2026"), "3 May 2026")):
        result = smpsim("sheet", case, "-o", "sheet.pdf", "--overwrite", *options)
        assert result.exit_code == 0, result.stderr
        assert all(f"A. Client, {day}" in page for page in pdf.pages(Path("sheet.pdf").read_bytes()))


def test_a_case_whose_treatment_is_changed_by_flags(smpsim: Any, case: Path) -> None:
    result = smpsim("sheet", case, "-o", "sheet.pdf", "--density", "120", "--seed", "3", "--json")
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    assert [(zone["view"], zone["name"], zone["asked_per_cm2"]) for zone in told["zones"]] == [
        ("front", "front", 120),
        ("top", "crown", 150),
    ]
    assert told["n_dots"] == sum(zone["n_dots"] for zone in told["zones"])


def test_standard_output_gets_the_same_bytes(smpsim: Any, case: Path) -> None:
    assert smpsim("sheet", case, "-o", "sheet.pdf", "--language", "de").exit_code == 0
    again = smpsim("sheet", case, "-o", "-", "--format", "pdf", "--language", "de")
    assert again.stdout_bytes == Path("sheet.pdf").read_bytes()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("case.toml", "-o", "sheet.png"), 2, "use one of .pdf"),
        (("case.toml", "-o", "sheet.pdf", "--paper", "a3"), 2, "choose a4 or letter"),
        (("case.toml", "-o", "sheet.pdf", "--language", "xx"), 2, "no texts in the language"),
        (("case.toml", "-o", "sheet.pdf", "--px-per-mm", "8"), 2, "stand in the case"),
        (("case.toml", "-o", "sheet.pdf", "--preset", "full"), 2, "stand in the case"),
        (("case.toml", "-o", "sheet.pdf", "--hide-line", "found"), 2, "stand in the case"),
        (("square.png", "square-mask.png", "-o", "sheet.pdf", "--hide-line", "nix.json"), 3, "nix.json: no such file"),
        (("case.toml", "-o", "sheet.pdf", "--client", "x" * 201), 2, "at most 200 letters"),
        (("case.toml", "-o", "case.toml"), 2, "use one of .pdf"),
        (
            ("case.toml", "square.png", "-o", "sheet.pdf"),
            2,
            "masks, scales, --protect, --hide-line, --preset and --treatment stand",
        ),
        (("square.png", "-o", "sheet.pdf"), 2, "give PHOTO and MASK, or a case"),
        (("none.toml", "-o", "sheet.pdf"), 3, "none.toml: no such file"),
        (("lost.toml", "-o", "sheet.pdf"), 3, "lost.png: no such file"),
        (("wrong.toml", "-o", "sheet.pdf"), 2, "did you mean mask?"),
        (("case.toml", "-o", "sheet.pdf", "--clinic", "none.toml"), 3, "none.toml: no such file"),
        (("case.toml", "-o", "sheet.pdf", "--clinic", "case.toml"), 2, "unknown key"),
    ],
)
def test_what_is_wrong_is_one_line(smpsim: Any, case: Path, words: tuple[str, ...], code: int, said: str) -> None:
    Path("lost.toml").write_text(CASE.replace("square.png", "lost.png"), "utf-8")
    Path("wrong.toml").write_text(CASE.replace("mask =", "maks =", 1), "utf-8")
    result = smpsim("sheet", *words)
    assert result.exit_code == code
    assert said in result.stderr
    assert result.stderr.count("\n") == 1
    assert not Path("sheet.pdf").exists()


def test_a_missing_extra_is_one_line(smpsim: Any, case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "reportlab", None)
    result = smpsim("sheet", case, "-o", "sheet.pdf")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert 'pip install "smpsim[pdf]"' in result.stderr


def test_nothing_is_overwritten_unasked(smpsim: Any, case: Path) -> None:
    Path("sheet.pdf").write_text("mine", "utf-8")
    assert smpsim("sheet", case, "-o", "sheet.pdf").exit_code == 2
    assert Path("sheet.pdf").read_text("utf-8") == "mine"
    assert smpsim("sheet", case, "-o", "sheet.pdf", "--overwrite").exit_code == 0
