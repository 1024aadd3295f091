"""
Shade
=====

How far the pigment is diluted, from strong to weak. On skin it is told by the dots, not by the tint between them.
"""

import smpsim

scalp = smpsim.sample(px_per_mm=8)
board = smpsim.option_sheet(
    scalp.photo,
    scalp.mask,
    scale=scalp.scale,
    seed=1,
    vary={"shade": ("carbon-1:3", "carbon-1:10", "carbon-1:20", "warm-1:10")},
    view="middle",
)
board.save("shade.png", overwrite=True)
