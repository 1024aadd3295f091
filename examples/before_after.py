"""
Before and after
================

The sample scalp as it is, and a preview of the usual treatment beside it.
"""

from pathlib import Path

import smpsim

scalp = smpsim.sample(px_per_mm=5)
preview = smpsim.render(scalp.photo, scalp.mask, scale=scalp.scale, seed=1)
stats = preview.stats
print(f"{stats.n_dots} dots on {stats.area_cm2:.0f} cm2, {stats.density_per_cm2:.0f} per cm2")

both = smpsim.side_by_side(scalp.photo, preview.image, format="png", label=preview.label)
Path("before-after.png").write_bytes(both)
