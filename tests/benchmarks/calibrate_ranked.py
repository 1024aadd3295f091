"""Measure a(c), the chance of a dart to be kept, and print the table of smpsim/dots/ranked.py.

The process depends on kappa = c^2 / a alone.  So any pair (c, a) starts it, the share of kept darts is the true a, and
sqrt(kappa a) the true c.  Usage: python tests/benchmarks/calibrate_ranked.py [dots per row, default 500000]
"""

import sys

import numpy as np

from smpsim.dots import ranked

FIRST_GUESS = (
    (0.24, 0.30, 0.40, 0.50, 0.60, 0.65, 0.70, 0.73),
    (0.82, 0.7266, 0.5292, 0.3215, 0.1351, 0.0671, 0.0280, 0.0165),
)


def share_kept(c: float, guess: float, n_dots: int, seed: int) -> float:
    """Kept darts per arrived dart between 1/4 and all of the highest density."""
    density = 1.0
    side = int((n_dots / density) ** 0.5)
    ranked.chance_of_being_kept = lambda _: guess
    placed = ranked.place_ranked(ranked.Demand(1.0, 0, 0, np.full((side, side), density)), c=c, seed=seed)
    inside = (placed.u_mm >= 0) & (placed.u_mm < side) & (placed.v_mm >= 0) & (placed.v_mm < side)
    late = inside & (placed.rank_per_mm2 > density / 4)
    return float(late.sum()) / (side**2 * 0.75 * density) * guess


def main() -> None:
    n_dots = int(sys.argv[1]) if len(sys.argv) > 1 else 500_000
    for c in np.arange(0.24, 0.735, 0.03):
        guess = float(np.exp(np.interp(c, FIRST_GUESS[0], np.log(FIRST_GUESS[1]))))
        shares = [share_kept(c, guess, n_dots if c < 0.62 else n_dots // 8, seed) for seed in (1, 2)]
        chance = float(np.mean(shares))
        print(
            f"    ({(c * c / guess * chance) ** 0.5:.5f}, {chance:.5f}),  # {abs(shares[0] / shares[1] - 1):.4f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
