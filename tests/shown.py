"""What pages show: their blocks of code, and their commands run as they stand."""

from __future__ import annotations

import functools
import re
import shlex
import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from smpsim.cli import main

ROOT = Path(__file__).parents[1]


def blocks(page: str) -> list[tuple[str, str]]:
    """Language and text of every block of code that says its language."""
    return re.findall(r"```(\w+)\n(.*?)```", (ROOT / page).read_text("utf-8"), re.DOTALL)


def quick_studio(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Let ``smpsim studio`` end as soon as it has begun; tests/studio sees to the rest."""
    patch.setenv("SMPSIM_STUDIO_DIR", str(folder / "studio"))
    patch.setattr("smpsim.studio.serve.Studio.run", lambda self, **_: self._socket.close())


@functools.cache
def demo_files() -> dict[str, bytes]:
    """What ``smpsim demo`` writes, made once for all pages."""
    with tempfile.TemporaryDirectory() as folder:
        assert CliRunner().invoke(main, ["demo", "-o", folder]).exit_code == 0
        return {path.name: path.read_bytes() for path in Path(folder).iterdir()}


def demo(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for name, data in demo_files().items():
        (folder / name).write_bytes(data)


def run_commands(text: str) -> int:
    """Run the lines of a block in the working folder; return how many were commands of ours."""
    ran = 0
    for line in text.splitlines():
        program, *words = shlex.split(line, comments=True) or ("",)
        if words[:1] == ["demo"]:
            demo(Path(words[2] if "-o" in words else "smpsim-demo"))
        elif program == "smpsim":
            result = CliRunner().invoke(main, words, prog_name=program)
            assert result.exit_code == 0, (line, result.stderr)
            ran += 1
        else:
            assert program == "" or line.startswith("pip install"), line
    return ran
