"""Peak memory of a worker against the goal of 120 MB + 24 bytes per pixel, and what the batch reckons with.

Each photo has a worker of its own, with and without a scale that is given (finding a face takes memory, too).

Usage: python tests/benchmarks/batch_memory.py FOLDER
"""

import sys
from pathlib import Path

from batch_photos import make_photos
from PIL import Image

import smpsim
from smpsim.bulk.job import Job, Settings
from smpsim.bulk.machine import PIXEL_BYTES, WORKER_BYTES
from smpsim.bulk.process import Worker

GOAL_BYTES = 120_000_000
GOAL_PIXEL_BYTES = 24
HEAD_MM = 190
"""Width of what a sample shows."""


def peak_bytes(worker: Worker) -> int:
    """High-water mark of the worker's memory."""
    status = Path(f"/proc/{worker.process.pid}/status").read_text()
    return next(1024 * int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:"))


def measure(photo: Path, out: Path, scale: smpsim.Scale | None) -> int:
    worker = Worker.start(Settings(scale=scale), "benchmark", None)
    worker.take()
    worker.begin(Job(str(photo), str(photo.with_name(f"{photo.stem}_mask.png")), str(out), overwrite=True), 0)
    result = worker.take()
    assert result is not None
    assert result.status == "done", result
    peak = peak_bytes(worker)
    worker.end()
    return peak


def main() -> None:
    folder = Path(sys.argv[1])
    photos = [
        *make_photos(folder / "memory", 8, (1, 12)),
        *make_photos(folder / "memory-large", 3, (24, 50)),
    ]
    worst = above = 0.0
    for photo in photos:
        with Image.open(photo) as image:
            width, pixels = image.width, image.width * image.height
        goal, allowed = GOAL_BYTES + GOAL_PIXEL_BYTES * pixels, WORKER_BYTES + PIXEL_BYTES * pixels
        for how, scale in (("given", smpsim.Scale(width / HEAD_MM)), ("found", None)):
            peak = measure(photo, folder / "out.jpg", scale)
            worst, above = max(worst, peak / allowed), max(above, peak / goal)
            print(
                f"{pixels / 1e6:5.1f} MP, scale {how}: peak {peak / 1e6:5.0f} MB = {100 * peak / allowed:.0f} % of "
                f"what is reckoned, {100 * peak / goal:.0f} % of the goal"
            )
    print(f"worst: {100 * worst:.0f} % of what is reckoned, {100 * above:.0f} % of the goal")


if __name__ == "__main__":
    main()
