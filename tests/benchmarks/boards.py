"""What boards cost beside the renders that they replace.  Usage: python tests/benchmarks/boards.py [PX_PER_MM].

Prints a table of processor seconds; takes about two minutes.  Sample from the front, seed 0, 20 px/mm
when nothing is said.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from itertools import product

import smpsim
from smpsim.report.moments import at_moment, usual_moments
from smpsim.report.options import usual_choices

# "far less" than nine renders, as a share of them: our reading
FAR_LESS = 0.5


def main(px_per_mm: float) -> None:
    """Print the table."""
    scalp = smpsim.sample(px_per_mm=px_per_mm)
    pair = scalp.photo, scalp.mask
    width, height = scalp.photo.size
    print(f"{width} x {height} px, {px_per_mm:g} px/mm")
    usual = usual_choices(smpsim.Treatment())
    nine = [dict(zip(usual, values, strict=True)) for values in product(*usual.values())]
    options = [smpsim.Treatment().replace(**leaves) for leaves in nine]
    moments = [at_moment(smpsim.Treatment(), moment) for moment in usual_moments(smpsim.Treatment())]

    def renders(treatments: list[smpsim.Treatment | None], max_px: int | None) -> Callable[[], None]:
        def run() -> None:
            for treatment in treatments:
                if treatment is not None:
                    smpsim.render(*pair, scale=scalp.scale, treatment=treatment, max_px=max_px)

        return run

    smpsim.option_sheet(*pair, scale=scalp.scale, vary={"density_per_cm2": (80,)})  # warm
    for view in ("area", "line"):
        board = smpsim.option_sheet(*pair, scale=scalp.scale, view=view)
        max_px = board.label.get("max_px")
        sheet = seconds(lambda view=view: smpsim.option_sheet(*pair, scale=scalp.scale, view=view))
        row(f"option sheet of nine, {view}, over nine whole renders", sheet, seconds(renders(options, None)))
        if max_px:
            row(f"the same, over nine renders of {max_px} px", sheet, seconds(renders(options, max_px)))
    strip = seconds(lambda: smpsim.timeline(*pair, scale=scalp.scale))
    row("timeline of eight, over seven whole renders", strip, seconds(renders(moments, None)))


def seconds(work: Callable[[], object]) -> float:
    """Processor time of a call."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def row(name: str, mine: float, other: float) -> None:
    """Print one line."""
    print(f"{name:58}| below {FAR_LESS:g} | {mine / other:.2f} ({mine:.1f} s over {other:.1f} s)", flush=True)


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 20.0)
