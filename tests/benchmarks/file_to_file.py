"""Time a preview from file to file against Pillow's bare decode and encode, in one process, a new seed each run.

    python tests/benchmarks/file_to_file.py [rounds]

A JPEG of the sample scalp of 12 MP with 100,000 dots on all of it, and on the usual head with as many dots per cm2;
then 1 to 50 MP with as many dots per pixel.  The scale is given and the scalp is a plane; the bare run keeps the
quantisation tables and the subsampling.  Rounds are interleaved; a ratio is the median, with the smallest and the
largest; stages are medians.  The last figure is the most memory that the process held by then.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image, JpegImagePlugin

import smpsim

DOTS, MEGAPIXELS = 100_000, 12
SIZES = (1, 4, 12, 25, 50)


def sample_files(folder: Path, megapixels: float) -> tuple[Path, Path, Path]:
    """Photo, mask of the usual head and mask of the whole picture."""
    scalp = smpsim.sample(px_per_mm=8)
    size = round(2000 * (megapixels / 3) ** 0.5), round(1500 * (megapixels / 3) ** 0.5)
    picture = Image.fromarray(scalp.photo.pixels).resize(size, Image.Resampling.BICUBIC)
    grain = np.random.default_rng(0).normal(0, 2, (size[1], size[0], 3)).astype(np.float32)
    photo, head, whole = folder / "photo.jpg", folder / "head.png", folder / "whole.png"
    grainy = np.clip(np.asarray(picture) + grain, 0, 255).astype(np.uint8)
    Image.fromarray(grainy).save(photo, quality=92, subsampling=2)
    mask = Image.fromarray((scalp.mask * 255).astype(np.uint8)).resize(size, Image.Resampling.BILINEAR)
    mask.save(head)
    Image.new("L", size, 255).save(whole)
    return photo, head, whole


def bare(photo: Path, out: Path) -> float:
    begun = time.perf_counter()
    with Image.open(photo) as picture:
        tables, subsampling = picture.quantization, JpegImagePlugin.get_sampling(picture)
        picture.load()
        picture.save(out, qtables=tables, subsampling=subsampling)
    return time.perf_counter() - begun


def preview(photo: Path, mask: Path, out: Path, scale: float, seed: int) -> tuple[dict[str, float], int]:
    """Seconds of each stage and in all, and the number of dots."""
    begun = time.perf_counter()
    made = smpsim.render(photo, mask, scale=scale, seed=seed)
    rendered = time.perf_counter()
    made.save(out, overwrite=True)
    ended = time.perf_counter()
    stages = {**made.stats.seconds, "save": ended - rendered}
    return {**stages, "rest": ended - begun - sum(stages.values()), "all": ended - begun}, made.stats.n_dots


def measure(name: str, photo: Path, mask: Path, scale: float, rounds: int) -> None:
    out = photo.with_name("out.jpg")
    runs, floors = [], []
    preview(photo, mask, out, scale, 0)
    for seed in range(1, rounds + 1):
        floors.append(bare(photo, photo.with_name("bare.jpg")))
        took, dots = preview(photo, mask, out, scale, seed)
        runs.append(took)
    ratios = np.array([run["all"] for run in runs]) / floors
    stages = {stage: 1000 * float(np.median([run[stage] for run in runs])) for stage in runs[0]}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{name}: {dots} dots at {scale:.2f} px/mm, bare {1000 * np.median(floors):.0f} ms")
    print(f"  {np.median(ratios):.1f} x bare [{ratios.min():.1f} .. {ratios.max():.1f}]; peak {peak:.0f} MiB")
    print("  " + ", ".join(f"{stage} {ms:.0f}" for stage, ms in stages.items()) + " ms", flush=True)


def scale_for(photo: Path, dots: int) -> float:
    """Pixels per mm at which the whole picture takes so many dots."""
    with Image.open(photo) as picture:
        pixels = picture.width * picture.height
    return (pixels / (dots * 100 / smpsim.Treatment().placement.density_per_cm2)) ** 0.5


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    with tempfile.TemporaryDirectory() as temporary:
        for megapixels in SIZES:
            photo, head, whole = sample_files(Path(temporary), megapixels)
            scale = scale_for(photo, round(DOTS * megapixels / MEGAPIXELS))
            measure(f"{megapixels} MP, whole picture", photo, whole, scale, rounds)
            if megapixels == MEGAPIXELS:
                measure(f"{megapixels} MP, head", photo, head, scale, rounds)


if __name__ == "__main__":
    main()
