"""Statistics of ranked placement and of its prefixes, for the table of docs/placement.md.

Usage: python tests/benchmarks/ranked_prefixes.py [side in mm, default 300].  At a density of 1 per mm2 and 300 mm the
whole has 90,000 dots; neighbours are looked for in dots that lie three mean distances inside.
"""

import sys

import numpy as np
from scipy.spatial import cKDTree

from smpsim.dots.ranked import Demand, chance_of_being_kept, place_ranked

CS = (0.30, 0.375, 0.40, 0.459, 0.50, 0.55, 0.60, 0.65, 0.70)


def statistics(points: np.ndarray, density: float, side: float, c: float) -> str:
    """Count over that asked for, Clark-Evans, cv of neighbours, dispersion, smallest distance over c rho^-1/2."""
    unit = density**-0.5
    inside = ((points >= 0) & (points < side)).all(1)
    inner = ((points > 3 * unit) & (points < side - 3 * unit)).all(1)
    nearest = cKDTree(points).query(points[inner], 2)[0][:, 1] / unit
    n = int(side / (5 * unit))
    counts = np.histogram2d(*points.T, bins=n, range=[[0, 5 * unit * n]] * 2)[0]
    return (
        f"count {inside.sum() / side**2 / density:.3f}  CE {2 * nearest.mean():.3f}  "
        f"cv {nearest.std() / nearest.mean():.3f}  dispersion {counts.var(ddof=1) / counts.mean():.2f}  "
        f"closest {nearest.min() / c:.3f}"
    )


def main() -> None:
    side = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    for c in CS:
        darts = place_ranked(Demand(1.0, 0, 0, np.ones((side, side))), c=c, seed=11)
        points = np.column_stack([darts.u_mm, darts.v_mm])
        print(f"c {c:.3f}  a {chance_of_being_kept(c):.4f}")
        for share in (1.0, 0.3, 0.1):
            print(f"    {share:4.0%}  {statistics(points[darts.rank_per_mm2 <= share], share, side, c)}", flush=True)


if __name__ == "__main__":
    main()
