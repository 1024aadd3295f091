"""
Bad work, faded and repaired
============================

Work that is too deep, too large and too dense, faded by half and nearly gone (above), and new dots over what is left
of it (below). An illustration, not a treatment plan.
"""

import smpsim

scalp = smpsim.sample(px_per_mm=8, tone="fair")
board = smpsim.option_sheet(
    scalp.photo,
    scalp.mask,
    scale=scalp.scale,
    treatment=smpsim.Treatment().replace(old_work="botched"),
    vary={"new_layer": ("no", "yes"), "faded_frac": (0, 0.5, 0.95)},
    view="middle",
    seed=1,
)
board.save("repair.png", overwrite=True)
