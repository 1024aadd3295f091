"""Change the program at random places and see whether its tests notice.

Usage: python tests/benchmarks/mutations.py [COUNT] [SEED].  A copy of the checkout is changed, one place at a time: an
operator is turned round, or a number raised (whole numbers by 1, others by half), in placement, optics, compositing
and files by turns.  Each survivor is to be read: some changes are none (a pair of dots is found from either side).
"""

from __future__ import annotations

import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

HOME = Path(__file__).parents[2]
_DRAWING = [f"smpsim/raster/{name}.py" for name in ("composite", "splat", "stamps", "far", "draw", "place", "camera")]
ROOMS = {
    "placement": (["smpsim/dots/*.py"], ["tests/dots", "tests/raster", "tests/test_api.py"]),
    "optics": (["smpsim/ink/*.py"], ["tests/ink", "tests/raster", "tests/test_api.py"]),
    "composite": (
        _DRAWING,
        ["tests/raster", "tests/test_api.py", "tests/test_api_pictures.py", "tests/test_looks.py"],
    ),
    "files": (["smpsim/files/*.py"], ["tests/files", "tests/cli", "tests/test_api.py", "tests/test_preview.py"]),
}
TURNED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Lt: ast.GtE, ast.GtE: ast.Lt,
    ast.Gt: ast.LtE, ast.LtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.And: ast.Or, ast.Or: ast.And,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
SECONDS = 1200


class Place(NamedTuple):
    file: Path
    node: ast.expr


def places(file: Path) -> Iterator[Place]:
    """What can be changed in the functions of a file, annotations apart."""
    functions = [node for node in ast.walk(ast.parse(file.read_bytes())) if isinstance(node, ast.FunctionDef)]
    for node in (inner for function in functions for line in function.body for inner in ast.walk(line)):
        if isinstance(node, ast.expr) and changed(node) is not None:
            yield Place(file, node)


def changed(node: ast.expr) -> str | None:
    """The expression, changed; None when it offers nothing."""
    if isinstance(node, ast.Constant):
        if type(node.value) is int:
            return repr(node.value + 1)
        return repr(node.value * 1.5 or 1.0) if type(node.value) is float else None
    if not isinstance(node, ast.BinOp | ast.BoolOp | ast.Compare):
        return None
    copy = ast.parse(ast.unparse(node), mode="eval").body
    if isinstance(copy, ast.BinOp | ast.BoolOp) and type(copy.op) in TURNED:
        copy.op = TURNED[type(copy.op)]()  # type: ignore[assignment]
    elif isinstance(copy, ast.Compare) and type(copy.ops[0]) in TURNED:
        copy.ops[0] = TURNED[type(copy.ops[0])]()  # type: ignore[call-overload]
    else:
        return None
    return f"({ast.unparse(copy)})"


def replaced(source: bytes, node: ast.expr) -> bytes:
    """The file with the expression changed."""
    lines = source.splitlines(keepends=True)

    def at(line: int, column: int) -> int:
        return sum(map(len, lines[: line - 1])) + column

    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    begin, end = at(node.lineno, node.col_offset), at(node.end_lineno, node.end_col_offset)
    return source[:begin] + str(changed(node)).encode() + source[end:]


def is_caught(tree: Path, tests: list[str]) -> bool:
    """Whether a test fails, or the tests hang."""
    words = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    env = {**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    env.setdefault("SMPSIM_SHARED", str(HOME.parent / "shared"))
    try:
        return (
            subprocess.run(words, cwd=tree, env=env, capture_output=True, timeout=SECONDS, check=False).returncode != 0
        )
    except subprocess.TimeoutExpired:
        return True


def main(count: int, seed: int) -> None:
    dice, caught = random.Random(seed), 0
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        shutil.copytree(HOME, tree, ignore=shutil.ignore_patterns(".*", "smpsim-demo"))
        for number in range(count):
            room = list(ROOMS)[number % len(ROOMS)]
            patterns, tests = ROOMS[room]
            files = sorted(file for pattern in patterns for file in tree.glob(pattern))
            place = dice.choice([place for file in files for place in places(file)])
            source = place.file.read_bytes()
            place.file.write_bytes(replaced(source, place.node))
            found = is_caught(tree, tests)
            place.file.write_bytes(source)
            caught += found
            where = f"{place.file.relative_to(tree)}:{place.node.lineno}"
            change = f"{ast.unparse(place.node)} -> {changed(place.node)}"
            print(f"{room:9}  {where:36}  {change:60}  {'caught' if found else 'SURVIVED'}", flush=True)
    print(f"{caught} of {count} caught")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10, int(sys.argv[2]) if len(sys.argv) > 2 else 0)
