"""Goals of splatting: our tiles against a compiled loop and against cv2.circle, in one run, with errors measured.

    python tests/benchmarks/goals_splat.py [rounds]

Needs ``pip install -e ".[bench]"``.  Soft round dots of one channel on 4000 x 3000 px, peak 0.05 to 0.4: *small* ones
are discs of radius 0.5 to 2.5 px with edges blurred by 0.35 to 0.8 px (standard deviation 0.4 to 1.5 px), *large* ones
have a standard deviation of 0.5 to 2.5 px; all uniform.  Ours is :class:`smpsim.raster.splat.Splatter` with its
preparation, and the tiles put together as one picture.  The compiled loop adds stamps from a table (8 x 8 phases, 33
widths), which is made before; cv2.circle draws opaque discs, antialiased, in 8 bits: those of the small dots, and of
the large ones those of the same second moment (two standard deviations).  Everything runs on one core, time is the CPU
time of the process, and rounds are interleaved.
"""

from __future__ import annotations

import sys
from itertools import product
from time import process_time

import cv2
import numba
import numpy as np

from smpsim.raster.options import RenderOptions
from smpsim.raster.splat import Blobs, Splatter, tiles

WIDTH, HEIGHT = 4000, 3000
NARROW, WIDE = 0.4, 2.5
PHASES, WIDTHS = 8, 33
REACH_SIGMAS = RenderOptions().reach_sigmas
REACH = round(REACH_SIGMAS * WIDE)
SIDE = 2 * REACH + 1
# part of the picture that is compared with the sum of all Gaussians
CHECKED = slice(700, 1212), slice(900, 1412)

# x, y, standard deviation (px), peak, radius of the disc (px)
Dots = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def some_dots(n: int, size: str) -> Dots:
    rng = np.random.default_rng(n)
    margin = REACH + 1
    # by row, much as dots are placed: a loop over dots in any order waits for memory
    x, y = rng.uniform(margin, WIDTH - margin, n), np.sort(rng.uniform(margin, HEIGHT - margin, n))
    peak = rng.uniform(0.05, 0.4, n)
    if size == "small":
        radius = rng.uniform(0.5, 2.5, n)
        return x, y, np.hypot(radius / 2, rng.uniform(0.35, 0.8, n)), peak, radius
    sigma = rng.uniform(0.5, 2.5, n)
    return x, y, sigma, peak, 2 * sigma


def ours(dots: Dots) -> np.ndarray:
    x, y, sigma, peak, _ = dots
    covariance = sigma[:, None, None, None, None] ** 2 * np.eye(2)
    blobs = Blobs(x, y, (2 * np.pi * sigma**2 * peak)[:, None, None], covariance)
    splatter = Splatter(blobs, 1.0, RenderOptions(), sharp=False)
    picture = np.zeros((HEIGHT, WIDTH), np.float32)
    for tile in tiles(picture.shape, slice(0, HEIGHT), slice(0, WIDTH)):
        depth = splatter.depth(tile)
        if depth is not None:
            picture[tile.rows, tile.columns] = depth[0]
    return picture


def table() -> tuple[np.ndarray, np.ndarray]:
    """Stamps (widths, phases, phases, side, side) and their reaches."""
    sigma = NARROW + (np.arange(WIDTHS) + 0.5) / WIDTHS * (WIDE - NARROW)
    phase = (np.arange(PHASES) + 0.5) / PHASES
    distance = np.arange(-REACH, REACH + 1) + 0.5 - phase[:, None]
    along = np.exp(-(distance**2) / 2 / sigma[:, None, None] ** 2)
    stamps = (along[:, :, None, :, None] * along[:, None, :, None, :]).astype(np.float32)
    return stamps, np.rint(REACH_SIGMAS * sigma).astype(np.intp)


@numba.njit(cache=False, fastmath=True)
def _stamped(x, y, sigma, peak, stamps, reaches, picture):  # type: ignore[no-untyped-def]
    for k in range(len(x)):
        column, row = int(x[k]), int(y[k])
        of_width = min(int((sigma[k] - NARROW) / (WIDE - NARROW) * WIDTHS), WIDTHS - 1)
        r, height = reaches[of_width], np.float32(peak[k])
        stamp = stamps[of_width, int((y[k] - row) * PHASES), int((x[k] - column) * PHASES)]
        for i in range(-r, r + 1):
            target = picture[row + i, column - r : column + r + 1]
            source = stamp[REACH + i, REACH - r : REACH + r + 1]
            for j in range(len(target)):
                target[j] += height * source[j]


def compiled(dots: Dots, stamps: np.ndarray, reaches: np.ndarray) -> np.ndarray:
    picture = np.zeros((HEIGHT, WIDTH), np.float32)
    _stamped(*dots[:4], stamps, reaches, picture)
    return picture


def discs(dots: Dots) -> np.ndarray:
    x, y, _, _, radius = (np.rint(v * 16).astype(int).tolist() for v in dots)
    picture = np.zeros((HEIGHT, WIDTH), np.uint8)
    for k in range(len(x)):
        cv2.circle(picture, (x[k], y[k]), radius[k], 255, -1, cv2.LINE_AA, 4)
    return picture


def exact(dots: Dots) -> np.ndarray:
    """The sum of all Gaussians on the part that is checked, without an end, in float64."""
    rows, columns = CHECKED
    x, y, sigma, peak, _ = dots
    far = 8 * WIDE
    near = (x > columns.start - far) & (x < columns.stop + far) & (y > rows.start - far) & (y < rows.stop + far)
    x, y, sigma, peak = (v[near, None] for v in dots[:4])
    across = np.exp(-((np.arange(columns.start, columns.stop) + 0.5 - x) ** 2) / 2 / sigma**2)
    down = peak * np.exp(-((np.arange(rows.start, rows.stop) + 0.5 - y) ** 2) / 2 / sigma**2)
    return np.asarray(down.T @ across)


def errors(name: str, picture: np.ndarray, dots: Dots, expected: np.ndarray) -> None:
    _, _, sigma, peak, _ = dots
    off = picture[CHECKED] - expected
    energy = float(picture.sum(dtype=np.float64) / (2 * np.pi * sigma**2 * peak).sum())
    rms = float(np.sqrt(np.square(off).mean()) / expected.mean())
    print(f"  {name:<9} energy {energy:.4f}, largest error {np.abs(off).max():.3f}, rms {100 * rms:.2f} % of the mean")


def measure(n: int, size: str, rounds: int) -> None:
    dots, lut = some_dots(n, size), table()
    calls = {
        "ours": lambda: ours(dots),
        "numba": lambda: compiled(dots, *lut),
        "cv2.circle": lambda: discs(dots),
    }
    pictures = {name: call() for name, call in calls.items()}
    took: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            begun = process_time()
            call()
            took[name].append(process_time() - begun)
    seconds = {name: np.array(t) for name, t in took.items()}
    print(f"{n} {size} dots:", ", ".join(f"{name} {1000 * np.median(t):.0f} ms" for name, t in seconds.items()))
    goals = (
        ("time / numba, goal <= 2.2", seconds["ours"] / seconds["numba"]),
        ("cv2.circle / time, goal >= 6", seconds["cv2.circle"] / seconds["ours"]),
    )
    for goal, ratio in goals:
        print(f"  {goal:<29} {np.median(ratio):6.2f}  [{ratio.min():.2f} .. {ratio.max():.2f}]")
    expected = exact(dots)
    for name in ("ours", "numba"):
        errors(name, pictures[name], dots, expected)


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    cv2.setNumThreads(1)
    versions = ", ".join(f"{m.__name__} {m.__version__}" for m in (np, numba, cv2))
    print(f"Python {sys.version.split()[0]}, {versions}")
    for n, size in product((100_000, 1_000_000), ("small", "large")):
        measure(n, size, rounds)


if __name__ == "__main__":
    main()
