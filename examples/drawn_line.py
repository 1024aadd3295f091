"""
A line drawn on the skin
========================

The technician draws the line with a wax pencil. It is found, becomes a hairline of named points that can be edited,
and is hidden in the preview.
"""

from pathlib import Path

import smpsim

scalp = smpsim.sample(px_per_mm=5, tone="fair", seed=1, line="white")
found = smpsim.find_line(scalp.photo, scale=scalp.scale)
line = smpsim.hairline_through(found.points, scalp.scale.px_per_mm)
print("named points:", ", ".join(line.points))

preview = smpsim.render(scalp.photo, scalp.mask, scale=scalp.scale, hide_line=line, seed=1)
both = smpsim.side_by_side(scalp.photo, preview.image, format="png", label=preview.label)
Path("drawn-line.png").write_bytes(both)
