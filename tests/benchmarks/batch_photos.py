"""Photos for the benchmarks of batches: samples of 1 to 12 megapixels, each with its own grain, and their masks."""

from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

import smpsim

VIEWS = ("front", "crown", "profile", "three-quarter")
TONES = ("light", "medium", "dark")


def make_photos(folder: Path, count: int, megapixels: tuple[float, float] = (1, 12)) -> list[Path]:
    """Write photos and masks into folders below `folder`; those that are there are kept."""
    folder.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(2) as pool:
        return list(pool.map(partial(_make, folder, count, megapixels), range(count), chunksize=10))


def _make(folder: Path, count: int, megapixels: tuple[float, float], number: int) -> Path:
    path = folder / f"client{number % 7}" / f"photo{number:05}.jpg"
    if path.with_name(f"{path.stem}_mask.png").exists():
        return path
    path.parent.mkdir(exist_ok=True)
    low, high = megapixels
    # a fixed order that mixes sizes
    wanted = 1e6 * (low + (high - low) * (number * 0.6180339887 % 1))
    scalp = _scalp(number)
    height, width = scalp.mask.shape
    factor = (wanted / (width * height)) ** 0.5
    size = round(width * factor), round(height * factor)
    pixels = np.asarray(Image.fromarray(scalp.photo.pixels).resize(size, Image.Resampling.BICUBIC), np.float32)
    grain = np.random.default_rng(number).standard_normal((*pixels.shape[:2], 1), np.float32)
    picture = np.clip(pixels + 2 * grain, 0, 255).astype(np.uint8)
    Image.fromarray(picture).save(path, quality=92)
    mask = Image.fromarray((255 * scalp.mask).astype(np.uint8)).resize(size, Image.Resampling.BILINEAR)
    mask.save(path.with_name(f"{path.stem}_mask.png"))
    return path


def _scalp(number: int) -> smpsim.Sample:
    view, tone = VIEWS[number % len(VIEWS)], TONES[number % len(TONES)]
    return smpsim.sample(px_per_mm=4, view=view, tone=tone, seed=number)
