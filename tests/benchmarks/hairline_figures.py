"""Figures of docs/hairlines.md: templates on faces, feathers, edge styles told apart.

Usage: python tests/benchmarks/hairline_figures.py
       SMPSIM_SHARED names the folder of the shared data (default ../shared).
"""

import os
import sys
from itertools import combinations
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from smpsim import Hairline, Landmarks, measure_hairline, read_mask, read_photo
from smpsim.scalp.outline import trace_outline
from smpsim.scalp.templates import TEMPLATES
from tests.dots.test_border import SMOOTH, STYLES, WIDE_MM, depth, placed, statistics
from tests.scalp.faces import FRONTAL, photographs

SHARED = Path(os.environ.get("SMPSIM_SHARED", Path(__file__).parents[3] / "shared"))


def off_rule(face: Landmarks, form: str) -> float:
    """Largest departure of a fitted template from its rule, mm by tape."""
    rule = TEMPLATES[form]
    asked = {
        "mid-point above glabella": rule.mid_mm,
        "corner from mid-point": rule.corner_mm,
        "corner above E": rule.corner_above_e_mm,
        "temporal peak from corner": rule.temple_mm,
    }
    departures = [
        abs(measure.value_mm - length)
        for measure in measure_hairline(Hairline.fit(face, form), face)
        for name, length in asked.items()
        if measure.name.endswith(name)
    ]
    return max(departures)


def templates() -> None:
    """Print how far templates are off their rules, with the average head and with that of the outline."""
    for kind in ("average head", "outline of the head"):
        worst = {}
        for name in FRONTAL:
            entry = photographs(SHARED)[name]
            face = Landmarks.from_points(pupils=entry["pupils_px"])
            if kind != "average head":
                pixels = read_photo(SHARED / "photos" / entry["file"]).pixels
                face = face.with_outline(trace_outline(pixels, face.face))
            worst |= {(name, form): off_rule(face, form) for form in TEMPLATES}
        beyond = {key: round(value) for key, value in worst.items() if value > 3}
        print(f"{kind}: {len(worst) - len(beyond)} of {len(worst)} within 3 mm (aim all); beyond:", beyond or "none")


def outlines() -> None:
    """Print how high and broad the outline of a head is in the photo, and where masks drawn by hand end above."""
    for name in FRONTAL:
        entry = photographs(SHARED)[name]
        photo = read_photo(SHARED / "photos" / entry["file"])
        face = Landmarks.from_points(pupils=entry["pupils_px"])
        head = face.with_outline(trace_outline(photo.pixels, face.face)).head
        y, x = np.nonzero(read_mask(SHARED / "photos" / entry["mask"], like=photo) > 0.5)
        top = float(face.to_mm(np.stack([x + 0.5, y + 0.5], -1))[:, 1].max())
        print(f"{name}: {2 * head.half_breadth_mm:.0f} mm broad, top at {head.vertex_mm:.0f} mm, by hand {top:.0f} mm")


def feathers() -> None:
    """Print the largest departure of the density from its feather in bands of 2 mm."""
    for feather in (0.0, 5.0, 10.0):
        edges = np.arange(0, 16.1, 2)
        counts = sum(np.histogram(depth(placed(seed, feather_mm=feather, **SMOOTH)), edges)[0] for seed in range(4))
        at = np.clip((edges[:-1, None] + (np.arange(200) + 0.5) / 100) / max(feather, 1e-6), 0, 1)
        asked = (at * (2 - at)).mean(1) * 4 * WIDE_MM * 2 / 100 * SMOOTH["density_per_cm2"]
        print(f"feather {feather:4.0f} mm: density off by {100 * np.abs(counts / asked - 1).max():.1f} % (aim 10 %)")


def styles() -> None:
    """Print the pairs of styles that are nearest to one another, in standard errors."""
    apart = {}
    for one, other in combinations(STYLES, 2):
        a, b = (np.array([statistics(style, seed) for seed in range(6)]) for style in (one, other))
        error = np.sqrt((a.var(0, ddof=1) + b.var(0, ddof=1)) / len(a)) + 1e-3
        apart[one, other] = float((np.abs(a.mean(0) - b.mean(0)) / error).max())
    for (one, other), errors in sorted(apart.items(), key=lambda pair: pair[1])[:3]:
        print(f"{one} and {other}: {errors:.1f} standard errors apart (aim 5)")


if __name__ == "__main__":
    templates()
    outlines()
    feathers()
    styles()
