"""Render the shared photographs by the command line and print what issue by issue is asked of them.

Usage: python tests/benchmarks/photographs.py [seed] [other seed]      (SMPSIM_SHARED, default ../shared)
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from scipy.ndimage import distance_transform_edt

import smpsim
from smpsim.colour import delta_e_2000, lab

SHARED = Path(os.environ.get("SMPSIM_SHARED", Path(__file__).parents[3] / "shared"))


def run(photo: Path, mask: Path, scale: float, out: Path, seed: int) -> dict:
    command = [sys.executable, "-m", "smpsim", "render", str(photo), str(mask), "--px-per-mm", str(scale)]
    done = subprocess.run(
        [*command, "-o", str(out), "--seed", str(seed), "--json", "-q"], capture_output=True, text=True
    )
    return {"exit": done.returncode} | json.loads(done.stdout)


def main() -> None:
    seeds = [int(s) for s in sys.argv[1:3]] or [1, 2]
    folder = SHARED / "photos"
    print("photo    exit  Delta E  furthest (limit) px   dots  dots/asked  other seed: Delta E of means, same?")
    with tempfile.TemporaryDirectory() as temporary:
        for about in json.loads((folder / "photos.json").read_text()):
            photo, mask, scale = folder / about["file"], folder / about["mask"], about["px_per_mm_estimate"]
            runs = [run(photo, mask, scale, Path(temporary) / f"{photo.stem}-{s}.png", s) for s in seeds]
            before = smpsim.read_photo(photo)
            coverage = smpsim.read_mask(mask, like=before)
            after = [smpsim.read_photo(Path(temporary) / f"{photo.stem}-{s}.png") for s in seeds]
            colours = [
                lab(before.space.decode(p.pixels[coverage > 0.5][None]), before.space) for p in (before, *after)
            ]
            changed = (after[0].pixels != before.pixels).any(-1)
            means = [c.mean(1) for c in colours]
            print(
                f"{photo.name[:3]}      {runs[0]['exit']:4d}  {delta_e_2000(colours[0], colours[1]).mean():7.2f}"
                f"  {distance_transform_edt(coverage == 0)[changed].max():8.1f} ({max(4 * scale, 10):4.1f})"
                f"  {runs[0]['n_dots']:10d}"
                f"  {runs[0]['n_dots'] / runs[0]['requested_density_per_cm2'] / runs[0]['area_cm2']:10.3f}"
                f"  {delta_e_2000(means[1], means[2])[0]:10.3f}"
                f"  {np.array_equal(after[0].pixels, after[1].pixels)!s:>10}"
            )


if __name__ == "__main__":
    main()
