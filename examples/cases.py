"""Render every case of docs/cases.md on its sample, with the preset of the same name, and save the pictures.

Usage: python examples/cases.py [FOLDER [CASE ...]]
"""

import sys
from pathlib import Path

import smpsim

#: case -> from where it is seen
CASES = {
    "shaved-head": "front",
    "between-hair": "crown",
    "parting": "crown",
    "transplant": "front",
    "strip-scar": "crown",
    "dot-scars": "crown",
    "burn-scar": "front",
    "areata": "crown",
    "birthmark": "front",
}


def render(case: str, px_per_mm: float) -> smpsim.Preview:
    """Render a case."""
    scalp = smpsim.sample(px_per_mm=px_per_mm, case=case, view=CASES[case])
    # in a scar that stands out of the skin ink shows less: "burn-scar+raised-scar"
    preset = "burn-scar+raised-scar" if case == "burn-scar" else case
    treatment = smpsim.Treatment.preset(preset)
    return smpsim.render(scalp.photo, scalp.mask, scale=scalp.scale, treatment=treatment, seed=1)


if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "smpsim-cases")
    folder.mkdir(exist_ok=True)
    for case in sys.argv[2:] or CASES:
        preview = render(case, px_per_mm=4)
        preview.save(folder / f"{case}.png", overwrite=True)
        stats = preview.stats
        hidden = f", {100 * stats.behind_hair_frac:.0f} % behind hair" if stats.behind_hair_frac > 0.05 else ""
        print(f"{case}: {stats.n_dots} dots on {stats.area_cm2:.0f} cm2{hidden}")
