"""Goals of placement: speed as ratios against named peers, with quality checked in the same run.

    python tests/benchmarks/goals_dots.py [quick]

Needs ``pip install -e ".[bench]"``.  The prototypes that some goals are ratios to lie in the shared data
(``SMPSIM_SHARED``); without them these rows are left out.  Every call runs on one core, so time is the CPU time of the
process: on a shared machine it says more than the clock on the wall.  Runs are interleaved; a ratio is the median of
paired runs, with the smallest and the largest.  ``quick`` leaves out the slow peers and the largest sizes.
"""

from __future__ import annotations

import os
import sys
import tracemalloc
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
from scipy.stats import gamma, qmc

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "dots")]

from disc_measures import anisotropy_db, circumradii, closest, spectrum, widest_gap  # noqa: E402

import smpsim  # noqa: E402
from smpsim.dots.ranked import Demand, place_ranked  # noqa: E402
from smpsim.treatment import Treatment  # noqa: E402

QUICK = "quick" in sys.argv[1:]
SHARED = Path(os.environ.get("SMPSIM_SHARED") or HERE.parents[1].parent / "shared")
IDEAL = 0.6965
DEFAULT_C, DEFAULT_CHANCE = 0.459, 0.41


def row(goal: str, measured: float, bound: float, *, most: bool = False, note: str = "") -> None:
    """Print one goal: at least (or at most) `bound`."""
    met = measured <= bound if most else measured >= bound
    print(
        f"{'pass' if met else 'MISS'}  {goal:<62} {measured:9.4g}  {'<=' if most else '>='} {bound:<8g} {note}",
        flush=True,
    )


def cost(call: Callable[[], Any]) -> tuple[float, Any]:
    """CPU seconds and result."""
    start = process_time()
    result = call()
    return process_time() - start, result


def paired(
    ours: Callable[[int], tuple[float, int]], peer: Callable[[int], tuple[float, int]], rounds: int
) -> np.ndarray:
    """Our dots per second over the peer's, run by run."""
    out = []
    for seed in range(rounds):
        (mine, n), (theirs, m) = ours(seed), peer(seed)
        out.append((n / mine) / (m / theirs))
    return np.array(out)


def ratio_row(goal: str, ratios: np.ndarray, bound: float) -> None:
    row(goal, float(np.median(ratios)), bound, note=f"[{ratios.min():.3g} .. {ratios.max():.3g}]")


def side_of(n: int) -> int:
    return round((n / IDEAL) ** 0.5)


def constant(n: int, runs: int = 1) -> Callable[[int], tuple[float, int]]:
    side = side_of(n)

    def once(seed: int) -> tuple[float, int]:
        took = [
            cost(lambda i=i: smpsim.poisson_disc(radius=1.0, shape=(side, side), seed=100 * seed + i))
            for i in range(runs)
        ]
        return float(np.median([t for t, _ in took])), len(took[0][1])

    return once


def prototype(name: str) -> Any:
    """Load a module of the shared prototypes; None without them."""
    path = SHARED / "prototypes" / f"{name}.py"
    if not path.is_file():
        print(f"----  no shared data: rows against the prototype {name} are left out")
        return None
    sys.path.append(str(path.parent))
    spec = spec_from_file_location(f"prototype_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def against_peers() -> None:
    smpsim.poisson_disc(radius=1.0, shape=(300, 300))
    if not QUICK:
        import bridson

        def pypi(seed: int) -> tuple[float, int]:
            took, dots = cost(lambda: bridson.poisson_disc_samples(128, 128, 1.0, k=30))
            return took, len(dots)

        def scipy_disc(seed: int) -> tuple[float, int]:
            took, dots = cost(lambda: qmc.PoissonDisk(2, radius=1 / 128, rng=seed).fill_space())
            return took, len(dots)

        ratio_row("one radius, 10 k, over PyPI bridson k=30", paired(constant(10_000, 5), pypi, 7), 60)
        ratio_row(
            "one radius, 10 k, over scipy.stats.qmc.PoissonDisk", paired(constant(10_000, 5), scipy_disc, 3), 300
        )
    import compiled_discs

    def compiled(n: int) -> Callable[[int], tuple[float, int]]:
        side = side_of(n)

        def once(seed: int) -> tuple[float, int]:
            took, dots = cost(lambda: compiled_discs.place(side, side, 1.0, seed))
            return took, len(dots)

        once(0)
        return once

    dots = compiled_discs.place(200.0, 200.0, 1.0, 3)
    print(
        f"      numba: D {len(dots) / 200**2:.4f}, min d {closest(dots, 1.0):.7f}, "
        f"gap {circumradii(dots, 4).max():.4f}"
    )
    ratio_row("one radius, 100 k, over the same idea in numba", paired(constant(100_000), compiled(100_000), 15), 0.7)
    ratio_row(
        "one radius, 1 M, over the same idea in numba", paired(constant(1_000_000), compiled(1_000_000), 5), 0.85
    )


def quality_of_one_radius() -> None:
    dots = smpsim.poisson_disc(radius=1.0, shape=(379, 379), seed=4)
    row("one radius, 100 k: D", len(dots) / 379**2, 0.69)
    row("one radius, 100 k: gap / r (Delaunay)", circumradii(dots, 4).max(), 1.02, most=True)
    row("one radius, 100 k: min distance / r", closest(dots, 1.0), 1 - 1e-6)
    n_sets, side = 10, 128.0
    sets = [smpsim.poisson_disc(radius=1.0, shape=(128, 128), seed=s) for s in range(n_sets)]
    parts = [spectrum(dots, side, 210) for dots in sets]
    power = sum(p for p, _ in parts) / n_sets
    excess = anisotropy_db(power, parts[0][1], side, np.arange(0.3, 1.6, 0.01)) + 10 * np.log10(n_sets)
    row("anisotropy over the noise floor, dB", excess, 0.5, most=True)
    row("power at the frequencies of cells and tiles (Sidak, 1e-3)", lattice_peak(), 1, most=True, note="x limit")


def lattice_peak() -> float:
    """Largest power at harmonics of cell and tile, over that in other directions, over what chance explains."""
    from smpsim.dots._contest import TILE

    side = 2**-0.5
    found, n_sets = [], 10
    sets = [smpsim.poisson_disc(radius=1.0, shape=(200, 1200), seed=s) for s in range(n_sets)]
    cells = [(i / side, j / side) for i in range(3) for j in range(3) if i or j]
    # Tiles: of the frequencies k / tile the first is hidden by the shape of the picture; the tenth is not.
    tiles = [(10 / TILE[1] / side, 0), (0, 10 / TILE[0] / side), (20 / TILE[1] / side, 0), (0, 20 / TILE[0] / side)]
    for fx, fy in cells + tiles:
        angle = np.arctan2(fy, fx) + np.linspace(0.11, 1.5, 12)
        f = np.concatenate([[[fx, fy]], np.hypot(fx, fy) * np.column_stack([np.cos(angle), np.sin(angle)])])
        power = np.mean([tapered_power(dots, f, (1200, 200)) for dots in sets], axis=0)
        found.append(power[0] / power[1:].mean())
    # Power is exponential; a mean of 10 over a mean of 120: an F distribution, close to gamma / 10.
    limit = gamma.isf(1e-3 / len(found), n_sets) / n_sets * 1.1
    return float(max(found) / limit)


def tapered_power(dots: np.ndarray, f: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    taper = np.prod(1 - np.cos(2 * np.pi * dots / size), axis=1)
    return np.array([abs(np.sum(taper * np.exp(-2j * np.pi * (dots @ one)))) ** 2 for one in f])


def feather() -> tuple[np.ndarray, np.ndarray]:
    """A feathered ellipse in 12 MP: radii 6 to 24 px."""
    y, x = np.mgrid[:3000, :4000]
    outward = np.hypot((y - 1500) / 1300, (x - 2000) / 1700)
    radius = (6 / np.sqrt(np.clip(3 * (1 - outward), 1 / 16, 1))).astype(np.float32)
    return radius, outward < 1


def maps() -> None:
    radius, mask = feather()

    def ours(seed: int) -> tuple[float, int]:
        took, dots = cost(lambda: smpsim.poisson_disc(radius=radius, mask=mask, seed=seed))
        rates.append(len(dots) / took / 1e6)
        return took, len(dots)

    rates: list[float] = []
    place = prototype("place_np")
    for seed in range(2):
        ours(seed)
    if place:

        def theirs(seed: int) -> tuple[float, int]:
            took, dots = cost(lambda: place.place(radius, mask, seed))
            return took, len(dots[0])

        ratio_row("map of radii, 12 MP feather, over the prototype", paired(ours, theirs, 5), 1)
    row(
        "map of radii, 12 MP feather, M dots/s",
        float(np.median(rates)),
        0.4,
        note=f"[{min(rates):.3g} .. {max(rates):.3g}]",
    )
    dots = smpsim.poisson_disc(radius=radius, mask=mask, seed=1)
    share = len(dots) / (IDEAL * np.sum(1 / radius[mask].astype(float) ** 2))
    row("map, 12 MP feather: count / ideal, at least", share, 0.985)
    row("map, 12 MP feather: count / ideal, at most", share, 1.01, most=True)
    row("map, 12 MP feather: gap / r", widest_gap(dots, radius, mask, 1_000_000), 1.01, most=True)
    row("map, 12 MP feather: min d / min(ri, rj)", closest(dots, radius), 1 - 1e-6)


def ranked() -> None:
    peer = prototype("ranked")

    def flat(seed: int) -> tuple[float, int]:
        demand = Demand(1.0, 0, 0, np.ones((224, 224)))
        took, darts = cost(lambda: place_ranked(demand, c=DEFAULT_C, seed=seed))
        inside = (darts.u_mm >= 0) & (darts.u_mm < 224) & (darts.v_mm >= 0) & (darts.v_mm < 224)
        return took, int(np.sum(inside & (darts.rank_per_mm2 <= 1)))

    if peer:

        def theirs(seed: int) -> tuple[float, int]:
            took, dots = cost(lambda: peer.place(224.0, 1.0, DEFAULT_C, DEFAULT_CHANCE, seed=seed))
            return took, len(dots[0])

        ratio_row("place_ranked, 50 k, over the prototype", paired(flat, theirs, 11), 2)
        ratio_row("place_dots, 50 k, 4 px/mm, over the prototype", paired(placed(50_000, 4), theirs, 11), 2)
    sizes = [10_000, 100_000] if QUICK else [10_000, 50_000, 200_000, 1_000_000]
    times = {n: float(np.median([placed(n, 4)(seed)[0] for seed in range(5 if n < 500_000 else 2)])) for n in sizes}
    print("      place_dots, s: " + ", ".join(f"{n}: {t:.3f}" for n, t in times.items()))
    exponent = np.log(times[sizes[-1]] / times[sizes[0]]) / np.log(sizes[-1] / sizes[0])
    row(f"place_dots: exponent of time, {sizes[0]} to {sizes[-1]} dots", exponent, 1.05, most=True)
    for n, px in ((50_000, 1), (50_000, 4), (50_000, 10), (sizes[-1], 4)):
        row(f"place_dots: peak memory / allowed, {n} dots at {px} px/mm", memory(n, px), 1, most=True)
    the_same_dots(500 if QUICK else 1_000)


def full_mask(n: int, px_per_mm: float) -> np.ndarray:
    return np.ones((round((n / 0.8) ** 0.5 * px_per_mm),) * 2, np.float32)


def placed(n: int, px_per_mm: float) -> Callable[[int], tuple[float, int]]:
    mask = full_mask(n, px_per_mm)

    def once(seed: int) -> tuple[float, int]:
        took, dots = cost(lambda: smpsim.place_dots(mask, scale=px_per_mm, treatment=Treatment(), seed=seed))
        return took, len(dots)

    return once


def memory(n: int, px_per_mm: float) -> float:
    """Peak memory over 300 bytes per dot plus 24 per pixel of the mask's box."""
    mask = full_mask(n, px_per_mm)
    tracemalloc.start()
    dots = smpsim.place_dots(mask, scale=px_per_mm, treatment=Treatment(), seed=1)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / (300 * len(dots) + 24 * mask.size)


def the_same_dots(side_mm: int) -> None:
    """Up to 400 per cm2: the set of the whole, of a mask with holes, and of a lower density, dot by dot."""
    rng = np.random.default_rng(0)
    whole = place_ranked(Demand(1.0, 0, 0, np.full((side_mm, side_mm), 4.0)), c=DEFAULT_C, seed=2)
    levels = rng.choice([0, 0.3, 1.1, 4.0], (side_mm // 10, side_mm // 10)).repeat(10, 0).repeat(10, 1)
    part = place_ranked(Demand(1.0, 0, 0, levels), c=DEFAULT_C, seed=2)
    compared, different = 0, 0
    for asked in (levels, np.minimum(levels, 1.0)):
        if asked is not levels:
            part = place_ranked(Demand(1.0, 0, 0, asked), c=DEFAULT_C, seed=2)
        a, b = (chosen(darts, asked) for darts in (whole, part))
        compared += len(a)
        different += sum(
            getattr(a, k).tobytes() != getattr(b, k).tobytes() for k in ("u_mm", "v_mm", "rank_per_mm2", "key")
        )
    row(
        f"ranked, up to 400 per cm2: fields that differ, {compared} of {len(whole)} dots compared",
        different,
        0,
        most=True,
    )


def chosen(darts: Any, asked: np.ndarray) -> Any:
    i, j = darts.cells(1.0)
    h, w = asked.shape
    inside = (i >= 0) & (i < h) & (j >= 0) & (j < w)
    return darts[inside & (darts.rank_per_mm2 <= asked[i.clip(0, h - 1), j.clip(0, w - 1)])]


def scaling() -> None:
    sizes = [1_000, 10_000, 100_000] + ([] if QUICK else [1_000_000])
    took = {}
    for n in sizes:
        once = constant(n)
        times, counts = zip(*[once(seed) for seed in range(9 if n < 1_000_000 else 3)], strict=True)
        took[n] = float(np.median(times))
        print(f"      one radius, {n} dots: {took[n] * 1e3:.1f} ms, {np.mean(counts) / took[n] / 1e6:.3f} M dots/s")
    exponent = np.log(took[sizes[-1]] / took[10_000]) / np.log(sizes[-1] / 10_000)
    row(f"poisson_disc: exponent of time, 10000 to {sizes[-1]} dots", exponent, 1.05, most=True)
    areas = [1, 4, 12] + ([] if QUICK else [50])
    by_area = {}
    for mega in areas:
        h, w = round((mega * 0.75e6) ** 0.5), round((mega / 0.75 * 1e6) ** 0.5)
        radius = np.broadcast_to(np.geomspace(6, 14, w).astype(np.float32), (h, w)).copy()
        runs = [
            cost(lambda s=s, r=radius: smpsim.poisson_disc(radius=r, seed=s)) for s in range(5 if mega < 50 else 2)
        ]
        by_area[mega] = float(np.median([t for t, _ in runs]))
        print(f"      map of radii 6 to 14 px, {mega} MP: {by_area[mega]:.3f} s, {len(runs[0][1])} dots")
    exponent = np.log(by_area[areas[-1]] / by_area[1]) / np.log(areas[-1])
    row(f"poisson_disc: exponent of time, maps of 1 to {areas[-1]} MP", exponent, 1.05, most=True)


def main() -> None:
    quality_of_one_radius()
    against_peers()
    maps()
    ranked()
    scaling()


if __name__ == "__main__":
    main()
