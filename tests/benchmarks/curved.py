"""Ranked placement on a head against the prototype of the design, in one run.

Usage: python tests/benchmarks/curved.py [rounds, default 7].  The prototype (``prototypes/ranked.py`` of the shared
data) places about as many dots on a flat torus.  `place_dots` is timed whole: mask, density, placement, deposits;
time is that of the processor.
"""

from __future__ import annotations

import importlib.util
import os
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from scipy.spatial import cKDTree

import smpsim
from smpsim.scalp.chart import Chart
from smpsim.scalp.surface import Surface

DENSITY, PX_PER_MM = 105.0, 2.0
C = 0.55 * 0.8346


def prototype() -> Any:
    """The design's 30 lines with a k-d tree."""
    folder = Path(os.environ.get("SMPSIM_SHARED") or Path(__file__).parents[2].parent / "shared")
    spec = importlib.util.spec_from_file_location("prototype", folder / "prototypes" / "ranked.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of the processor, and the result."""
    begun = time.process_time()
    result = work()
    return time.process_time() - begun, result


HEAD = Surface.ellipsoid(centre_mm=(110, 130), azimuth_deg=175, elevation_deg=45)
MASK = np.ones((520, 440), np.float32)
TREATMENT = smpsim.Treatment().replace(density_per_cm2=DENSITY)


def placed(surface: Surface, seed: int, treatment: smpsim.Treatment = TREATMENT) -> smpsim.Dots:
    """All dots that are seen of a head, or of a plane as large as the picture."""
    return smpsim.place_dots(MASK, scale=PX_PER_MM, treatment=treatment, surface=surface, seed=seed)


def speed(rounds: int) -> None:
    """Print dots per second over those of the prototype."""
    place, density = prototype().place, DENSITY / 100
    placed(HEAD, 0)
    ratios: dict[str, list[float]] = {"head": [], "plane": []}
    for seed in range(rounds):
        slow, (points, _) = timed(partial(place, (52_000 / density) ** 0.5, density, C, 0.410, seed=seed))
        for name, surface in (("head", HEAD), ("plane", Surface.plane())):
            quick, dots = timed(partial(placed, surface, seed))
            ours, theirs = len(dots) / quick / 1e3, len(points) / slow / 1e3
            ratios[name].append(ours / theirs)
            print(f"{name}: {len(dots)} dots, {ours:.0f} k/s; prototype {theirs:.0f} k/s")
    for name, of in ratios.items():
        print(f"{name} over prototype: median {statistics.median(of):.2f} [{min(of):.2f}..{max(of):.2f}]")
    assert HEAD.shape is not None
    chart = min(timed(lambda: Chart(HEAD.shape.sheet()))[0] for _ in range(5))
    print(f"goal on a head: 1.4; chart, once for a surface: {chart:.3f} s")


def prefixes() -> None:
    """Print the statistics of prefixes in space."""
    dots = placed(HEAD, 0, TREATMENT.replace(feather_mm=0))
    for share in (1.0, 0.3, 0.1):
        some = dots[dots.rank_per_cm2 <= share * DENSITY]
        spots = HEAD.spots(some.u_mm, some.v_mm)
        nearest = cKDTree(spots.space_mm.T).query(spots.space_mm.T, 2)[0][:, 1]
        unit = (share * DENSITY / 100) ** -0.5
        inner = nearest[spots.facing > np.cos(np.deg2rad(80))]
        print(
            f"prefix {share}: {len(some)} dots, smallest distance over c rho^-1/2 {nearest.min() / C / unit:.4f}, "
            f"Clark-Evans {2 * inner.mean() / unit:.3f}, cv {inner.std() / inner.mean():.3f}"
        )


def memory() -> None:
    """Print the peak memory over 300 bytes per dot plus 24 per pixel."""
    tracemalloc.start()
    dots = placed(HEAD, 1)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    print(f"peak memory on a head over the allowance of a plane: {peak / (300 * len(dots) + 24 * MASK.size):.2f}")


if __name__ == "__main__":
    speed(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
    memory()
    prefixes()
