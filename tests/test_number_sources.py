"""Where numbers come from: each says its source, and each source that is named exists.

A source is an entry of docs/sources.md by its name (``Jacques 2013``), a file of the project that measures or tells it
(``docs/model.md#one-dot``), or a word: "derived" (from what stands beside it), "choice" (of computing or layout, not
of anything that is so), "estimate" or "by eye" (all the rest).  It is told for

* a number at the head of a file or class: beside it, or in the paragraph "Numbers:" of the file's docstring;
* a formula: in its docstring, or in that of the file;
* a parameter of a treatment: in its declaration; a default of a public name: in its docstring (test_docstrings.py);
* not for 0 and 1, nor for the limits of files, servers and machines (``DOORS``).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache

import pytest
from shown import ROOT

from smpsim.parameters import PARAMETERS

DOORS = ("files", "studio", "bulk", "cli")
CODE = {str(path.relative_to(ROOT)): path.read_text("utf-8") for path in sorted((ROOT / "smpsim").rglob("*.py"))}
PAGES = {path.name: path.read_text("utf-8") for path in sorted((ROOT / "docs").glob("*.md"))}
ENTRIES = re.findall(r"^\| (?!Name|---)([^|]+?) \|", PAGES.pop("sources.md"), re.M)
ENTRY = "|".join(rf"(?<![\w.-]){re.escape(entry)}(?!\w)" for entry in ENTRIES)
SOURCE = re.compile(rf"\b(?:[Ee]stimates?|[Dd]erived|[Cc]hoices?|[Bb]y eye)\b|{ENTRY}")
NAME = r"(?!November)[A-Z][a-z]+(?:[A-Z][a-z]+)?"
#: what has the form of a source, and so has to be an entry: a name and year, a site, the number of a paper or standard
NAMED = re.compile(
    rf"\b{NAME}(?:(?:,| and|, and) {NAME}| et al\.)* (?:19|20)\d\d\b"
    r"|(?<![\w/.-])[a-z][\w-]*(?:\.[\w-]+)*\.(?:com|org|net|it|uk|store)\b(?:\.[a-z]{2}\b)?"
    r"|\b(?:pubmed|bionumbers) \d+|\bPMC\d+|\b(?:CIE|IEC|ISO|ITU-R) (?:BT\.)?\d[\d-]*(?::\d{4})?"
)
FILE = re.compile(r"(?<![\w/])(?:docs|tests|examples)/[\w/]+\.(?:py|md)(?:#[\w-]+)?")
NUMBERS = re.compile(r"^Numbers: .*?(?=\n\n|\Z)", re.M | re.S)
FORMULA = re.compile(r"^.*\w\)?`* += .*(?:\b(?:exp|sqrt)\(|\^|\*\*|\d \w|\d \().*$", re.M)


@cache
def exists(file: str) -> bool:
    path, _, heading = file.partition("#")
    titles = re.findall(r"^#+ (.*)", (ROOT / path).read_text("utf-8"), re.M) if (ROOT / path).is_file() else []
    anchors = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
    return heading in anchors if heading else (ROOT / path).is_file()


def joined(text: str) -> str:
    return re.sub(r"\s+(?:#:? ?)?", " ", text)  # in one line, without the marks of comments


def has_source(text: str) -> bool:
    return bool(SOURCE.search(joined(text))) or any(map(exists, FILE.findall(joined(text))))


def lost(text: str) -> list[str]:  # what a text names as a source and is none
    named, files = NAMED.findall(joined(text)), FILE.findall(joined(text))
    return [name for name in named if not re.search(ENTRY, name)] + [file for file in files if not exists(file)]


def is_number(value: object) -> bool:
    return type(value) in (int, float) and value not in (0, 1)


def beside(lines: list[str], node: ast.stmt, after: ast.stmt | None) -> str:
    """Comments in a statement, the nearest above it before an empty line, and a text below it."""
    found = [line.partition("#")[2] for line in lines[node.lineno - 1 : node.end_lineno]]
    above = [line.strip() for line in lines[: node.lineno - 1]]
    while above and above[-1] and not above[-1].startswith("#"):
        above.pop()
    while above and above[-1].startswith("#"):
        found.insert(0, above.pop().lstrip("#: "))
    return "\n".join(found) + (ast.unparse(after) if isinstance(after, ast.Expr) else "")


def without_source(source: str) -> Iterator[str]:
    """What says no source in a file; fields that are declared by a call (parameters) are none of its."""
    tree, lines = ast.parse(source), source.splitlines()
    whole = ast.get_docstring(tree) or ""
    for part in ast.walk(tree):
        told = isinstance(part, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(part)
        if told and FORMULA.search(told) and not has_source(told + whole):
            yield f"{getattr(part, 'name', 'file')}: formula"
        if isinstance(part, ast.Module | ast.ClassDef):
            for node, after in zip(part.body, [*part.body[1:], None], strict=True):
                value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
                leaves = () if value is None or (part is not tree and isinstance(value, ast.Call)) else ast.walk(value)
                numbers = any(is_number(getattr(leaf, "value", None)) for leaf in leaves)
                if numbers and not any(map(has_source, (beside(lines, node, after), *NUMBERS.findall(whole)))):
                    yield lines[node.lineno - 1].strip()


@pytest.mark.parametrize("room", sorted({path.split("/")[1] for path in CODE} - set(DOORS)))
def test_every_number_says_its_source(room: str) -> None:
    mine = {path: code for path, code in CODE.items() if path.split("/")[1] == room}
    assert [(path, line) for path, code in mine.items() for line in without_source(code)] == []


def test_every_parameter_says_its_source() -> None:
    mine = (about for about in PARAMETERS.values() if about.default not in (None, 0, 1, "none"))
    assert [about.name for about in mine if not has_source(about.source)] == []


def test_every_source_that_is_named_exists_and_every_entry_is_named() -> None:
    texts = PAGES | {path: code for path, code in CODE.items() if path.split("/")[1] not in DOORS}
    assert [(name, found) for name, text in texts.items() if (found := lost(text))] == []
    everything = joined(" ".join(texts.values()))
    assert [entry for entry in ENTRIES if entry not in everything or ENTRIES.count(entry) > 1] == []


@pytest.mark.parametrize("above", ["", "# exact\n", "# docs/model.md#two-dots\n", "# Nobody 2013\n", "# estimate\n\n"])
def test_the_check_can_fail(above: str) -> None:
    assert [*without_source(f"{above}_B = 3")] == ["_B = 3"]
    assert [*without_source("# Jacques\n# 2013\n_B = 3")] == [*without_source(f"{above}_B = 1")] == []
    assert [*without_source('"""R = 3 b"""')] == ["file: formula"] == [*without_source('"""``r = exp(b)``"""')]
    assert len(lost("Nobody 2013, example.com, CIE 99, docs/none.md, tests/test_number_sources.py, Jacques 2013")) == 4
