"""Time of the optics of 100,000 dots in three channels, over that of as many exponentials and square roots.

The equations of a dot take about a dozen of either per channel, so that is the floor of any way to write them.

Usage: python tests/benchmarks/optics_speed.py
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from smpsim.dots.hashing import combine, stream, uniform
from smpsim.ink.optics import dot_gaussians
from smpsim.ink.pigment import deposits, relative_absorption
from smpsim.ink.skin import SkinOptics
from smpsim.treatment import Treatment

N_DOTS, RUNS, TARGET_S = 100_000, 7, 0.15
FUNCTIONS = 12


def median_seconds(work: Callable[[], object]) -> float:
    def once() -> float:
        begun = time.perf_counter()
        work()
        return time.perf_counter() - begun

    return float(np.median([once() for _ in range(RUNS)]))


def floor() -> None:
    x = np.full((N_DOTS, 3), 0.3)
    for _ in range(FUNCTIONS):
        np.exp(x)
        np.sqrt(x)


def optics(treatment: Treatment) -> Callable[[], object]:
    key = combine(1, np.arange(N_DOTS))
    dots = deposits(treatment, lambda name: uniform(stream(key, name)))
    ink, skin = dots.ink_per_mm[:, None] * relative_absorption(treatment), SkinOptics.from_name("medium")
    return lambda: dot_gaussians(depth_mm=dots.depth_mm, diameter_mm=dots.diameter_mm, ink_per_mm=ink, skin=skin)


def main() -> None:
    least = median_seconds(floor)
    for name, treatment in (("default", Treatment()), ("all shallow", Treatment().replace(depth_mm=0.15))):
        taken = median_seconds(optics(treatment))
        print(
            f"{N_DOTS} dots x 3, {name:11s} median of {RUNS}: {taken:.3f} s (target {TARGET_S} s), "
            f"{taken / least:.1f} x the floor of {least:.3f} s"
        )


if __name__ == "__main__":
    main()
