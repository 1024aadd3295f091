"""One set of dots for every density: a denser treatment keeps all dots of a lighter one."""

import numpy as np

import smpsim

mask = np.ones((400, 600), dtype=bool)  # 100 x 150 mm at 4 px/mm
light = smpsim.place_dots(mask, scale=4, treatment=smpsim.Treatment().replace(density_per_cm2=55), seed=1)
full = smpsim.place_dots(mask, scale=4, treatment=smpsim.Treatment().replace(density_per_cm2=110), seed=1)
kept = full[full.rank_per_cm2 <= 55]
print(f"{len(light)} dots at 55 per cm2, {len(full)} at 110; the first are all among the second:", end=" ")
print(np.array_equal(light.x_mm, kept.x_mm))
