"""Run the tests and print which share of the lines of each room they run.

Usage: python tests/benchmarks/coverage_rooms.py.  Processes that tests start (workers, commands) are not counted.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

TARGET = 92.0


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "coverage.json"
        words = ["-n", "auto", "--maxprocesses", "4", "--dist", "loadfile", "-q", "--cov=smpsim", "--cov-report"]
        subprocess.run([sys.executable, "-m", "pytest", *words, f"json:{report}"], check=False)
        files = json.loads(report.read_text())["files"]
    run, lines = Counter[str](), Counter[str]()
    for name, file in files.items():
        parts = Path(name).parts
        for room in (parts[1] if len(parts) > 2 else "top level", "all"):
            run[room] += file["summary"]["covered_lines"]
            lines[room] += file["summary"]["num_statements"]
    for room in sorted(lines, key=lambda room: (room == "all", room)):
        share = 100 * run[room] / lines[room]
        print(f"{room:12} {run[room]:6} of {lines[room]:6}  {share:5.1f} %  {'' if share >= TARGET else 'missed'}")


if __name__ == "__main__":
    main()
