"""The reference pages say what the code says."""

from __future__ import annotations

import importlib.util
import runpy
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import smpsim
from smpsim.parameters import PARAMETERS

DOCS = Path(__file__).parents[1] / "docs"
MAKER: dict[str, Any] = runpy.run_path(str(DOCS / "make_reference.py"), run_name="reference")


@pytest.mark.parametrize("page", MAKER["PAGES"])
def test_page_is_what_the_code_says(page: str) -> None:
    written = (DOCS / "reference" / page).read_text("utf-8")
    assert written == MAKER["PAGES"][page](), "make it again: python docs/make_reference.py"


def test_every_public_name_has_its_place() -> None:
    assert Counter(name for names in MAKER["TOPICS"].values() for name in names) == Counter(smpsim.__all__)


def test_every_parameter_and_every_option_is_told() -> None:
    parameters = (DOCS / "reference/parameters.md").read_text("utf-8")
    commands = (DOCS / "reference/commands.md").read_text("utf-8")
    for name, about in PARAMETERS.items():
        assert f"| `{name}` |" in parameters
        assert about.flag in parameters
    for words, command in MAKER["all_commands"]():
        section = commands.partition(f"\n## {words}\n")[2].partition("\n## ")[0]
        for param in command.params:
            assert param.param_type_name == "argument" or max(param.opts, key=len) in section, (words, param.name)


def test_the_walk_is_drawn_as_it_is_told() -> None:
    walk = runpy.run_path(str(DOCS / "make_walk.py"), run_name="walk")
    assert walk["PICTURE"].read_text("utf-8") == walk["drawing"](), "make it again: python docs/make_walk.py"
    for stop in walk["STOPS"].values():
        for room in stop.rooms.split(", "):
            assert importlib.util.find_spec(f"smpsim.{room}"), room
