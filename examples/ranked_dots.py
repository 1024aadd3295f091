"""
One set of dots for every density
=================================

Each dot has a rank: the density at which it appears. So the dots of a light treatment (black) are all among those of a
denser one (black and blue), and a slider of density adds or removes dots without moving one.
"""

import numpy as np
from PIL import Image, ImageDraw

import smpsim

mask = np.ones((400, 600), dtype=bool)  # 50 x 75 mm at 8 px/mm
light = smpsim.place_dots(mask, scale=8, treatment=smpsim.Treatment().replace(density_per_cm2=40), seed=1)
full = smpsim.place_dots(mask, scale=8, treatment=smpsim.Treatment().replace(density_per_cm2=80), seed=1)
kept = full[full.rank_per_cm2 <= 40]
print(f"{len(light)} dots at 40 per cm2, {len(full)} at 80; the first are all among the second:", end=" ")
print(np.array_equal(light.x_mm, kept.x_mm))

picture = Image.new("RGB", (600, 400), "white")
pen = ImageDraw.Draw(picture)
for dots, colour in ((full, "steelblue"), (kept, "black")):
    for x, y in zip(8 * dots.x_mm, 8 * dots.y_mm, strict=True):
        pen.ellipse((x - 2.5, y - 2.5, x + 2.5, y + 2.5), fill=colour)
picture.save("ranked-dots.png")
