"""Time the sheet of a case of four photos of 12 MP against the renders in it.

    python tests/benchmarks/sheet.py [rounds]

The sample scalp, JPEG, four times, once with two zones; scales are given.  "in it" is the time of the renders that the
sheet has (reduced, and one piece at full size), by their own account, without reading files; "whole" that of
``smpsim.render`` on the same files at full size.  Rounds are interleaved; a ratio is the median, with the smallest and
the largest.
"""

from __future__ import annotations

import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path

from file_to_file import sample_files
from PIL import Image

import smpsim
from smpsim import Case, CaseView, CaseZone

TARGET = 4.0
PX_PER_MM = 16.0


def four(folder: Path) -> Case:
    """A case of four views, the last one with two zones."""
    photo, mask, _ = sample_files(folder, 12)
    whole = Image.open(mask)
    black = Image.new("L", whole.size)
    zones = []
    for name, box in (("left", (0, 0, whole.width // 2, whole.height)), ("right", (whole.width // 2, 0, *whole.size))):
        half = black.copy()
        half.paste(whole.crop(box), box[:2])
        half.save(folder / f"{name}.png")
        zones.append(CaseZone(folder / f"{name}.png", name, 60 if name == "left" else None))
    views = [CaseView(photo, [CaseZone(mask, name)], name, PX_PER_MM) for name in ("front", "crown", "profile")]
    return Case([*views, CaseView(photo, zones, "top", PX_PER_MM)])


def timed(case: Case) -> tuple[float, float, float]:
    """Seconds of the sheet, of the renders in it, and of whole renders of the same files."""
    begun = time.perf_counter()
    made = smpsim.client_sheet(case)
    sheet = time.perf_counter() - begun
    previews = [
        preview for view in made.rendered.views for preview in (view.preview, view.line) if preview is not None
    ]
    inside = sum(sum(preview.stats.seconds.values()) for preview in previews)
    begun = time.perf_counter()
    for view in case.views:
        smpsim.render(view.photo, view.zones[0].mask, scale=PX_PER_MM)
    return sheet, inside, time.perf_counter() - begun


def main(rounds: int) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        case = four(Path(folder))
        timed(case)
        runs = [timed(case) for _ in range(rounds)]
    sheet = statistics.median(run[0] for run in runs)
    print(f"sheet {sheet:.2f} s; memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    for k, name in ((1, "renders in it"), (2, "whole renders")):
        ratios = sorted(run[0] / run[k] for run in runs)
        print(
            f"over {name}: {statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f}), "
            f"of {statistics.median(run[k] for run in runs):.2f} s; target <= {TARGET:g}"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
