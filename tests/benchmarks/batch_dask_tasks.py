"""What a task costs: many tiny photos through Dask, against the time that the workers spend on them.

Usage: python tests/benchmarks/batch_dask_tasks.py FOLDER [photos]
"""

import shutil
import sys
import time
from pathlib import Path

import numpy as np
from PIL import Image

import smpsim

sys.path.append(str(Path(__file__).parents[1] / "bulk"))
from dask_cluster import cluster


def make_tiny(folder: Path, count: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    Image.new("L", (24, 16), 255).save(folder.with_suffix(".mask.png"))
    for number in range(count):
        rng = np.random.default_rng(number)
        pixels = np.clip(rng.normal((205, 165, 140), 4, (16, 24, 3)), 0, 255).astype(np.uint8)
        Image.fromarray(pixels).save(folder / f"{number:06}.png")


def nothing(number: int) -> int:
    return number


def main() -> None:
    folder, count = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 2000
    photos, out = folder / f"tiny{count}", folder / "tiny-out"
    make_tiny(photos, count)
    shutil.rmtree(out, ignore_errors=True)
    with cluster(workers=2) as (client, _):
        begun = time.perf_counter()
        client.gather(client.map(nothing, range(count), pure=False))
        print(f"{count} tasks that do nothing: {1000 * (time.perf_counter() - begun) / count:.2f} ms each")
        begun = time.perf_counter()
        batch = smpsim.batch(photos, out, masks=photos.with_suffix(".mask.png"), scale=8, client=client)
        planned = time.perf_counter() - begun
        results = list(batch)
        took = time.perf_counter() - begun - planned
    bad = [result for result in results if result.stats is None]
    assert not bad, bad[:3]
    worked = sum(sum(result.stats.seconds.values()) for result in results if result.stats)
    print(f"{count} photos: planned in {planned:.2f} s, done in {took:.1f} s ({count / took:.0f}/s)")
    each, own = 1000 * took / count, 1000 * worked / count
    print(
        f"{each:.1f} ms a photo with 2 workers, {own:.1f} ms of a worker's time: a task costs {each - own / 2:.1f} ms"
    )


if __name__ == "__main__":
    main()
