"""Sweep and print whether previews are believable; docs/believable.md says what is measured.

Usage: python tests/benchmarks/believable.py [again] [nulls] [table] [edge] [calibrate]     (default: all but the last)
       SMPSIM_SHARED names the folder of the shared data (default ../shared); without it the example is left out.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from measures import Again, bands, border_mm, found_again, look, spacing
from nulls import EXCESS, SKEWNESS, SPREAD, tell
from scenes import DARKER, DENSER, TONES, Scene, example_scene, rendered, sample_scene

SHARED = Path(os.environ.get("SMPSIM_SHARED", Path(__file__).parents[3] / "shared"))
SEEDS = range(1, 6)
NULL_SEEDS = range(1, 11)
CALIBRATION_SEEDS = range(101, 111)


def scenes(seed: int = 1) -> Iterator[Scene]:
    if SHARED.is_dir():
        yield example_scene(SHARED)
    yield from (sample_scene(tone, seed) for tone in TONES)


def again() -> None:
    print("found again   treatment  dots beyond doubt  found   missed: too faint, beside a stronger   new finds  true")
    for scene in scenes():
        for name, leaves in (("default", ()), ("darker", DARKER), ("denser", DENSER)):
            every = [found_again(scene, seed, leaves) for seed in SEEDS]
            for seed, a in zip([*SEEDS, "all"], [*every, sum(every, Again())], strict=True):
                share = a.found / a.dark if a.dark else np.nan
                print(
                    f"{scene.name:8s} {seed!s:>4} {name:10s} {a.dark:17d} {share:7.3f} {a.faint:18d}"
                    f" {a.dark - a.found - a.faint:20d} {a.new:11d} {a.true / max(a.new, 1):6.3f}",
                    flush=True,
                )


def _told(seeds: range) -> Iterator[tuple[str, str, str, float]]:
    """Yield scene, statistic, picture and value; a sample has another head and skin for every seed."""
    for number, seed in enumerate(seeds):
        for scene in scenes(seed):
            told = tell(scene, seed, number / (len(seeds) - 1))
            for statistic in ("excess", "skewness", "spread"):
                for picture, value in getattr(told, statistic).items():
                    yield scene.name, statistic, picture, value


def nulls(seeds: range = NULL_SEEDS) -> None:
    limits = {"excess": EXCESS, "skewness": SKEWNESS, "spread": SPREAD}
    values: dict[tuple[str, str, str], list[float]] = {}
    for statistic, picture, name, value in ((s, p, n, v) for n, s, p, v in _told(seeds)):
        values.setdefault((statistic, picture, name), []).append(value)
    print(f"statistic  picture       scene     lowest   highest   right of {len(seeds)}   (limits {limits})")
    for (statistic, picture, name), found in sorted(values.items()):
        right = (np.array(found) > limits[statistic]) == (picture == "render")
        print(f"{statistic:10s} {picture:13s} {name:8s} {min(found):8.4f} {max(found):9.4f} {right.sum():7d}")


def table() -> None:
    print("spacing   seed  Clark-Evans  nn cv  dispersion")
    for scene in scenes():
        for seed in SEEDS:
            s = spacing(scene, rendered(scene, seed).dots)
            print(f"{scene.name:8s} {seed:5d} {s.clark_evans:12.3f} {s.neighbour_cv:6.3f} {s.dispersion:11.3f}")
    print("look of the example   depth R G B        cv    R/G    B/G   diameter / spacing")
    for seed in SEEDS if SHARED.is_dir() else ():
        seen = look(example_scene(SHARED), seed)
        depth = " ".join(f"{d:.3f}" for d in seen.depth)
        print(
            f"{seed:19d}   {depth} {seen.depth_cv:6.3f} {seen.red_green:6.3f} {seen.blue_green:6.3f}"
            f" {seen.diameter_spacing:8.3f}"
        )


def edge() -> None:
    for scene in scenes():
        b = bands(scene, SEEDS)
        print(f"{scene.name}: band  dots/cm2  tone   tone per dot: local density, counted (all bands: 1)")
        columns = b.front_mm, b.dots / b.area_cm2, b.tone / b.area_cm2, b.tone_per_dot(b.local), b.tone_per_dot(b.dots)
        for row in zip(*columns, strict=True):
            print("{:13d} {:9.1f} {:7.4f} {:12.3f} {:12.3f}".format(*row))
        rough = [border_mm(scene, seed).std() for seed in SEEDS]
        print(f"  roughness, mm: {np.round(rough, 2)}, together {np.mean(np.square(rough)) ** 0.5:.2f}", flush=True)


def calibrate() -> None:
    """Print the limits that stand in nulls.py: the geometric mean of the weakest render and the strongest null."""
    lowest, highest = {}, {}
    for _, statistic, picture, value in _told(CALIBRATION_SEEDS):
        if picture == "render":
            lowest[statistic] = min(value, lowest.get(statistic, np.inf))
        else:
            highest[statistic] = max(value, highest.get(statistic, 0.0))
    for statistic, low in lowest.items():
        high = highest[statistic]
        print(f"{statistic}: renders from {low:.4f}, nulls up to {high:.4f}: limit {(low * high) ** 0.5:.4f}")


def main() -> None:
    parts = {"again": again, "nulls": nulls, "table": table, "edge": edge, "calibrate": calibrate}
    for name in sys.argv[1:] or [p for p in parts if p != "calibrate"]:
        parts[name]()


if __name__ == "__main__":
    main()
