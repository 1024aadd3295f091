"""Every public name and every command is documented, tested and exemplified.

``python tests/test_covered.py`` prints the table.  *Documented*: on the page of names or of commands; *tested*: a test
that runs uses it (counted are files); *exemplified*: an example, the notebook, or code or commands of a page show it.
"""

from __future__ import annotations

import ast
import json
import re
import runpy
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from shown import ROOT, blocks

import smpsim

MAKER = runpy.run_path(str(ROOT / "docs/make_reference.py"), run_name="reference")
COMMANDS = [words for words, _ in MAKER["all_commands"]()]
#: these speak of all names, or of none
GENERAL = {"test_covered.py", "test_public_names.py", "test_reference.py"}


class Row(NamedTuple):
    """What there is for one name or command."""

    name: str
    documented: int
    tested: int
    exemplified: int


def names_in(source: str) -> set[str]:
    """All names that a program uses."""
    tree = list(ast.walk(ast.parse(source)))
    words = {node.id for node in tree if isinstance(node, ast.Name)}
    return words | {node.attr for node in tree if isinstance(node, ast.Attribute)}


def words_in(source: str) -> set[tuple[str, ...]]:
    """First words, one and two, of every call and list of texts in a program."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        parts = node.args if isinstance(node, ast.Call) else node.elts if isinstance(node, ast.List) else []
        texts = [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
        words = tuple(" ".join(texts).removeprefix("-m smpsim ").removeprefix("smpsim ").split())
        found |= {words[:1], words[:2]}
    return found


def programs() -> list[str]:
    files = (ROOT / "tests").rglob("test_*.py")
    return [path.read_text("utf-8") for path in files if path.name not in GENERAL]


def shown(language: str) -> Iterator[str]:
    """Code of the examples and pages that is written by hand."""
    if language == "python":
        yield from (path.read_text("utf-8") for path in (ROOT / "examples").glob("*.py"))
        cells = json.loads((ROOT / "examples/notebook.ipynb").read_text("utf-8"))["cells"]
        yield from ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    for path in (ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "docs/quickstart").glob("*.md")):
        yield from (text for kind, text in blocks(path.relative_to(ROOT).as_posix()) if kind == language)


def table() -> list[Row]:
    """One row for each public name, one for each command."""
    tests = programs()
    api = re.findall(r"^\.\. auto\w+:: (\w+)$", (ROOT / "docs/reference/api.md").read_text("utf-8"), re.MULTILINE)
    used, called = [names_in(text) for text in tests], [words_in(text) for text in tests]
    seen = [names_in(text) for text in shown("python") if "{wildcards" not in text]
    rows = [
        Row(name, api.count(name), sum(name in names for names in used), sum(name in names for names in seen))
        for name in smpsim.__all__
    ]
    commands = (ROOT / "docs/reference/commands.md").read_text("utf-8")
    lines = "\n".join(shown("sh"))
    for command in COMMANDS:
        words = tuple(command.split()[1:])
        rows.append(
            Row(
                command,
                commands.count(f"\n## {command}\n"),
                sum(words in found for found in called),
                len(re.findall(rf"^{command}\b", lines, re.MULTILINE)),
            )
        )
    return rows


@pytest.mark.parametrize("column", Row._fields[1:])
def test_nothing_is_missing(column: str) -> None:
    assert [row.name for row in table() if not getattr(row, column)] == []


if __name__ == "__main__":
    print("| name | documented | tested, files | exemplified, places |\n|---|---|---|---|")
    for row in table():
        print(f"| `{row.name}` | {' | '.join(str(count or 'NO') for count in row[1:])} |")
    whole = [all(row[1:]) for row in table()]
    print(f"\n{sum(whole)} of {len(whole)} have all three")
