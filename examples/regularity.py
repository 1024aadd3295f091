"""
Regularity
==========

How evenly dots are spaced, at the same density. Hair does not grow on a lattice, and does not fall like rain either.
"""

import smpsim

scalp = smpsim.sample(px_per_mm=8)
board = smpsim.option_sheet(
    scalp.photo, scalp.mask, scale=scalp.scale, seed=1, vary={"regularity": (0.3, 0.55, 0.7, 0.85)}, view="middle"
)
board.save("regularity.png", overwrite=True)
