"""Change the program at random places and see whether its tests notice.

Usage: python tests/benchmarks/mutations.py [COUNT] [SEED].  A copy of the checkout is changed, one place at a time, in
placement, optics, compositing and files by turns: an operator is turned round or a comparison moved to its border, a
number raised (whole numbers by 1, others by half), a truth value or a condition negated, two arguments exchanged, a
keyword left to its default, or a statement left out.  A test that fails is named.  Each survivor is to be read: some
changes are none (a pair of dots is found from either side).
"""

from __future__ import annotations

import ast
import difflib
import operator
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

HOME = Path(__file__).parents[2]
_DRAWING = [f"smpsim/raster/{name}.py" for name in ("composite", "splat", "stamps", "far", "draw", "place", "camera")]
ROOMS = {
    "placement": (["smpsim/dots/*.py"], ["tests/dots", "tests/raster", "tests/test_api.py", "tests/ink"]),
    "optics": (["smpsim/ink/*.py"], ["tests/ink", "tests/raster", "tests/test_api.py", "tests/test_repair.py"]),
    "composite": (
        _DRAWING,
        ["tests/raster", "tests/test_api_pictures.py", "tests/test_looks.py", "tests/test_api.py", "tests/ink"],
    ),
    "files": (["smpsim/files/*.py"], ["tests/files", "tests/cli", "tests/test_preview.py", "tests/test_privacy.py"]),
}
TURNED: dict[type[ast.AST], tuple[type[Any], ...]] = {
    ast.Add: (ast.Sub,), ast.Sub: (ast.Add,), ast.Mult: (ast.Div,), ast.Div: (ast.Mult,), ast.FloorDiv: (ast.Mult,),
    ast.Mod: (ast.Mult,), ast.Pow: (ast.Mult,), ast.LShift: (ast.RShift,), ast.RShift: (ast.LShift,),
    ast.BitAnd: (ast.BitOr,), ast.BitOr: (ast.BitAnd,), ast.And: (ast.Or,), ast.Or: (ast.And,), ast.USub: (ast.UAdd,),
    ast.Lt: (ast.GtE, ast.LtE), ast.LtE: (ast.Gt, ast.Lt), ast.Gt: (ast.LtE, ast.GtE), ast.GtE: (ast.Lt, ast.Gt),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,), ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}  # fmt: skip
_LEFT_OUT = ast.AugAssign | ast.Break | ast.Continue | ast.Expr | ast.Raise | ast.Return
# functions that take their arguments in any order
_EITHER_WAY = {"array_equal", "hypot", "max", "maximum", "min", "minimum"}
SECONDS = 1200


class Change(NamedTuple):
    """What can be done to an expression or a statement."""

    node: ast.expr | ast.stmt
    make: Callable[[], object]


def changes(tree: ast.Module) -> list[Change]:
    """All changes of the functions of a file, annotations apart, in order."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    inside = dict.fromkeys(inner for node in functions for line in node.body for inner in ast.walk(line))
    sides = [getattr(node, name, None) for node in ast.walk(tree) for name in ("annotation", "returns")]
    types = {inner for side in sides if side is not None for inner in ast.walk(side)}
    nodes = dict.fromkeys([*functions, *(node for node in inside if node not in types)])
    return [change for node in nodes for way in (_turned, _called, _negated, _left_out) for change in way(node)]


def _turned(node: ast.AST) -> Iterator[Change]:
    """Numbers and operators."""
    if isinstance(node, ast.Constant) and isinstance(node.value, bool | int | float):
        yield Change(node, partial(setattr, node, "value", _other(node.value)))
    elif isinstance(node, ast.BinOp | ast.BoolOp | ast.AugAssign | ast.UnaryOp):
        for kind in TURNED.get(type(node.op), ()):
            yield Change(node, partial(setattr, node, "op", kind()))
    elif isinstance(node, ast.Compare):
        for place, op in enumerate(node.ops):
            for kind in TURNED[type(op)]:
                yield Change(node, partial(operator.setitem, node.ops, place, kind()))


def _other(value: bool | int | float) -> bool | int | float:
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int) else value * 1.5 or 1.0


def _called(node: ast.AST) -> Iterator[Change]:
    """The first two arguments, and keywords."""
    if not isinstance(node, ast.Call):
        return
    name = ast.unparse(node.func).rpartition(".")[2]
    if len(node.args) > 1 and name not in _EITHER_WAY and not any(isinstance(a, ast.Starred) for a in node.args[:2]):
        yield Change(node, partial(operator.setitem, node.args, slice(2), node.args[1::-1]))
    for keyword in node.keywords:
        if keyword.arg not in (None, "strict"):  # zip(strict=True) is a guard against ourselves
            yield Change(node, partial(node.keywords.remove, keyword))


def _negated(node: ast.AST) -> Iterator[Change]:
    """Conditions, and what is negated already."""
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        yield Change(node.test, partial(setattr, node, "test", ast.UnaryOp(ast.Not(), node.test)))
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.Invert):
        yield Change(node, partial(setattr, node, "operand", ast.UnaryOp(type(node.op)(), node.operand)))


def _left_out(node: ast.AST) -> Iterator[Change]:
    """Statements that are done for what they do; what a function ends with, it needs."""
    for name in ("body", "orelse", "finalbody"):
        lines = getattr(node, name, None)
        for place, line in enumerate(lines if isinstance(lines, list) else ()):
            is_text = isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant)
            is_last = isinstance(line, ast.Return) and not isinstance(node, ast.If)
            if isinstance(line, _LEFT_OUT) and not is_text and not is_last:
                yield Change(line, partial(operator.setitem, lines, place, ast.Pass()))


def changed(source: str, number: int) -> tuple[str, str]:
    """The file with one of its changes, and what it is."""
    tree = ast.parse(source)
    node, make = changes(tree)[number]
    line, before = node.lineno, ast.unparse(tree).splitlines()
    make()
    text = ast.unparse(ast.fix_missing_locations(tree))
    gone = [row for row in difflib.unified_diff(before, text.splitlines(), n=0) if row[0] in "+-"][2:]
    return text, f"{line:4}  " + "  ".join(row[0] + row[1:].strip() for row in gone)


def noticed(tree: Path, tests: list[str]) -> str | None:
    """Name the test that fails, or say that they hang."""
    words = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    env = {**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    env.setdefault("SMPSIM_SHARED", str(HOME.parent / "shared"))
    with (tree.parent / "told").open("w+") as told:  # no pipe: a program that outlives the tests would keep it open
        try:
            run = subprocess.run(words, cwd=tree, env=env, stdout=told, stderr=told, timeout=SECONDS, check=False)
        except subprocess.TimeoutExpired:
            return "the clock"
        told.seek(0)
        failed = (
            line.split(" ", 1)[1].split(" - ")[0].strip() for line in told if line.startswith(("FAILED", "ERROR"))
        )
        return next(failed, "pytest") if run.returncode else None


def own_first(file: Path, tests: list[str]) -> list[str]:
    """The tests of a file's own name before the others: they are the likeliest to notice."""
    own = Path("tests", file.parent.name, f"test_{file.stem.lstrip('_')}.py")
    return [str(own), *tests] if (HOME / own).exists() else tests


def main(count: int, seed: int) -> None:
    dice, caught = random.Random(seed), 0
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        shutil.copytree(HOME, tree, ignore=shutil.ignore_patterns(".*", "smpsim-demo"))
        for number in range(count):
            patterns, tests = ROOMS[list(ROOMS)[number % len(ROOMS)]]
            files = sorted(file for pattern in patterns for file in tree.glob(pattern))
            file, which = dice.choice(
                [(file, k) for file in files for k in range(len(changes(ast.parse(file.read_text()))))]
            )
            source = file.read_text()
            text, change = changed(source, which)
            file.write_text(text)
            by = noticed(tree, own_first(file, tests))
            file.write_text(source)
            if by and "::" in by and noticed(tree, [by]):
                sys.exit(f"{by} fails without a change, too: mend that first")
            caught += by is not None
            verdict = f"caught by {by}" if by else "SURVIVED"
            print(f"{file.relative_to(tree)}:{change}\n    {verdict}", flush=True)
    print(f"{caught} of {count} caught")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10, int(sys.argv[2]) if len(sys.argv) > 2 else 0)
