"""Render the sample scalp three ways and save the pictures."""

import sys
from pathlib import Path

import smpsim

folder = Path(sys.argv[1] if len(sys.argv) > 1 else "smpsim-demo")
folder.mkdir(exist_ok=True)

scalp = smpsim.sample(px_per_mm=6, tone="medium")
for preset in ("light", "standard", "full"):
    preview = smpsim.render(
        scalp.photo, scalp.mask, scale=scalp.scale, treatment=smpsim.Treatment.preset(preset), seed=1
    )
    preview.save(folder / f"{preset}.png", overwrite=True)
    stats = preview.stats
    print(f"{preset}: {stats.n_dots} dots on {stats.area_cm2:.0f} cm2, {stats.density_per_cm2:.0f} per cm2")
