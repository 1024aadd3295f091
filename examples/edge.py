"""
Edge of the hairline
====================

How wide the transition is over which dots become rarer. A ruled line is what people notice first.
"""

import smpsim

scalp = smpsim.sample(px_per_mm=8)
board = smpsim.option_sheet(
    scalp.photo,
    scalp.mask,
    scale=scalp.scale,
    treatment=smpsim.Treatment().replace(density_per_cm2=110, shade="carbon-1:5"),
    seed=1,
    vary={"feather_mm": (0, 4, 10, 20)},
    view="line",
)
board.save("edge.png", overwrite=True)
