"""Run every benchmark one after the other and keep what each prints: all figures of one state of the program.

Usage: python tests/benchmarks/everything.py FOLDER [name ...]          (SMPSIM_SHARED, default ../shared)

Each writes FOLDER/<name>.txt.  Without names all of them run, those that tell no times first.  Those that
compare speeds want a quiet machine; ``goals_splat`` needs the extra "bench".
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
FIGURES = {
    "photographs": ["1", "2"],
    "light": [],
    "sharpness": [],
    "believable": [],
    "ranked_prefixes": [],
    "fit_optics": ["--only-measure"],
    "fit_fields": [],
    "hairline_figures": [],
    "shape_files": [],
    "proposed_masks": [],
    "pencil": ["--seeds", "5"],
    "hair": [],
    "match": ["--seed", "11"],
    "photo_check": [],
    "course": [],
    "repair": [],
    "cases": [],
    "batch_same_bytes": ["{folder}/same", "24"],
    "batch_kills": ["{folder}/kills", "6"],
}
SPEEDS = {
    "goals_dots": ["quick"],
    "goals_splat": ["3"],
    "curved": ["3"],
    "optics_speed": [],
    "file_to_file": ["3"],
    "boards": [],
    "sheet": ["3"],
    "batch_memory": ["{folder}/memory"],
    "batch_throughput": ["{folder}/throughput", "20", "2"],
    "studio": [],
    "studio_page": [],
    "studio_clicks": [],
}


def main(folder: Path, names: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    every = FIGURES | SPEEDS
    env = {"SMPSIM_SHARED": str(HERE.parents[2] / "shared"), "PYTHONPATH": str(HERE.parents[1])} | dict(os.environ)
    for name in names or every:
        words = [sys.executable, str(HERE / f"{name}.py"), *(word.format(folder=folder) for word in every[name])]
        begun = time.monotonic()
        with (folder / f"{name}.txt").open("w") as out:
            code = subprocess.run(words, stdout=out, stderr=subprocess.STDOUT, env=env, check=False).returncode
        print(f"{name:18} {time.monotonic() - begun:6.0f} s  {'' if code == 0 else f'exit {code}'}", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
