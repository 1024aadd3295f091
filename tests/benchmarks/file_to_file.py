"""Time a preview from file to file against Pillow's bare decode and encode, in one process, a new seed each run.

Usage: python tests/benchmarks/file_to_file.py [PHOTO] [rounds]
Without a photo, a 12 MP JPEG of the sample scalp is used, with about 30,000 dots.
"""

import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image, JpegImagePlugin

import smpsim

DOTS = 30_000


def sample_files(folder: Path) -> tuple[Path, Path]:
    scalp = smpsim.sample(px_per_mm=8)
    picture = Image.fromarray(scalp.photo.pixels).resize((4000, 3000), Image.Resampling.BICUBIC)
    grain = np.random.default_rng(0).normal(0, 2, (3000, 4000, 3))
    picture = Image.fromarray(np.clip(np.asarray(picture) + grain, 0, 255).astype(np.uint8))
    picture.save(folder / "photo.jpg", quality=92, subsampling=2)
    mask = Image.fromarray((scalp.mask * 255).astype(np.uint8)).resize(picture.size, Image.Resampling.BILINEAR)
    mask.save(folder / "mask.png")
    return folder / "photo.jpg", folder / "mask.png"


def bare(photo: Path, out: Path) -> float:
    begun = time.perf_counter()
    with Image.open(photo) as picture:
        tables, subsampling = picture.quantization, JpegImagePlugin.get_sampling(picture)
        picture.load()
        picture.save(out, qtables=tables, subsampling=subsampling)
    return time.perf_counter() - begun


def preview(photo: Path, mask: Path, out: Path, scale: float, seed: int) -> tuple[float, smpsim.PreviewStats]:
    begun = time.perf_counter()
    made = smpsim.render(photo, mask, scale=scale, seed=seed)
    made.save(out, overwrite=True)
    return time.perf_counter() - begun, made.stats


def main() -> None:
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 7
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        if len(sys.argv) > 1:
            photo = Path(sys.argv[1])
            mask = photo.with_suffix(".mask.png")
        else:
            photo, mask = sample_files(folder)
        scale = 10.0
        _, stats = preview(photo, mask, folder / "out.jpg", scale, 0)
        scale *= (stats.n_dots / DOTS) ** 0.5
        ratios = []
        for seed in range(1, rounds + 1):
            floor = bare(photo, folder / "bare.jpg")
            took, stats = preview(photo, mask, folder / "out.jpg", scale, seed)
            ratios.append(took / floor)
            stages = ", ".join(f"{name} {1000 * s:.0f}" for name, s in stats.seconds.items())
            print(f"bare {1000 * floor:.0f} ms, preview {1000 * took:.0f} ms: {took / floor:.1f}  ({stages} ms)")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{stats.n_dots} dots at {scale:.1f} px/mm: median {np.median(ratios):.2f} x bare, peak {peak:.0f} MiB")


if __name__ == "__main__":
    main()
