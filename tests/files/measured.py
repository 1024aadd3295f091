"""The command line as a process whose processor time and peak memory are measured."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

#: what asks for more address space than this fails instead of taking the machine down
ADDRESS_LIMIT = 6 * 1024**3
TIMEOUT_S = 120

# A small process of its own starts the command: a child's peak begins with that of the process it was forked from.
_LAUNCHER = """
import json, os, resource, subprocess, sys
process = subprocess.Popen([sys.executable, "-m", "smpsim", *sys.argv[3:]])
limit = int(sys.argv[1])
if hasattr(resource, "prlimit"):
    resource.prlimit(process.pid, resource.RLIMIT_AS, (limit, limit))
_, status, used = os.wait4(process.pid, 0)
kilobyte = 1024 if sys.platform == "darwin" else 1
told = os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, used.ru_maxrss // kilobyte
with open(sys.argv[2], "w") as answer:
    json.dump(told, answer)
"""


@dataclass(frozen=True)
class Done:
    """What came of a command.

    Attributes
    ----------
    code : int
        Exit status; negative for a signal.
    errors : list of str
        Lines of standard error.
    seconds : float
        Processor time: on a busy machine the clock on the wall says nothing.
    peak_kb : int
        Most memory at one time.
    """

    code: int
    errors: list[str]
    seconds: float
    peak_kb: int


def run_measured(*words: object, cwd: Path, env: dict[str, str] | None = None) -> Done:
    """Run ``smpsim`` with some words."""
    with tempfile.NamedTemporaryFile("r", encoding="ascii") as answer:
        done = subprocess.run(
            [sys.executable, "-c", _LAUNCHER, str(ADDRESS_LIMIT), answer.name, *map(str, words)],
            cwd=cwd,
            env={**os.environ, **(env or {})},
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
        )
        code, seconds, peak_kb = json.load(answer)
    return Done(code, done.stderr.splitlines(), seconds, peak_kb)
