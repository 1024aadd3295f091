"""
Size of dots
============

The diameter of what the needle leaves. A dot twice as wide takes four times as much light, if its ink is as dark.
"""

import smpsim

scalp = smpsim.sample(px_per_mm=8)
board = smpsim.option_sheet(
    scalp.photo, scalp.mask, scale=scalp.scale, seed=1, vary={"diameter_mm": (0.15, 0.2, 0.25, 0.35)}, view="middle"
)
board.save("dot_size.png", overwrite=True)
