"""The examples run as they stand, and each shows something."""

from __future__ import annotations

import ast
import functools
import json
import runpy
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import smpsim
from smpsim.scalp import likeness

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*.py"))
#: example -> its arguments; all cases are rendered by tests/test_cases.py
ARGUMENTS = {"cases": [".", "areata"]}


@pytest.fixture(scope="module", autouse=True)
def _one_sample_for_all() -> Iterator[None]:
    """Samples are frozen: those of equal parameters are made once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(smpsim, "sample", functools.cache(smpsim.sample))
        # how well stubble is measured is not the question here
        patch.setattr(likeness, "_ROUNDS", (40, 60))
        yield


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_example(
    example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [str(example), *ARGUMENTS.get(example.stem, [])])
    runpy.run_path(str(example), run_name="__main__")
    assert capsys.readouterr().err == ""
    (picture,) = tmp_path.iterdir()
    with Image.open(picture) as image:
        assert np.ptp(np.asarray(image)) > 50


def run_cell(source: str, names: dict[str, object]) -> object:
    """Run a cell; return the value of its last line, as a notebook does."""
    *statements, last = ast.parse(source).body
    if not isinstance(last, ast.Expr):
        statements, last = [*statements, last], None
    exec(compile(ast.Module(statements, []), "notebook", "exec"), names)
    return None if last is None else eval(compile(ast.Expression(last.value), "notebook", "eval"), names)


def test_notebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    notebook = json.loads((Path(__file__).parents[1] / "examples/notebook.ipynb").read_text("utf-8"))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in cells)
    names: dict[str, object] = {}
    shown = [run_cell("".join(cell["source"]), names) for cell in cells]
    pages = [value._repr_html_() for value in shown if hasattr(value, "_repr_html_")]
    assert len(pages) == 5
    assert all("data:image/" in page for page in pages)
