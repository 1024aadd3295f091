"""
Density
=======

How many dots there are on a square centimetre. A denser choice keeps all dots of a lighter one, so a client can say "a
few more" and sees just that.
"""

import smpsim

scalp = smpsim.sample(px_per_mm=8)
board = smpsim.option_sheet(
    scalp.photo, scalp.mask, scale=scalp.scale, seed=1, vary={"density_per_cm2": (30, 55, 80, 110)}, view="middle"
)
board.save("density.png", overwrite=True)
