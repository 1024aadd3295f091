"""
Dots like the client's stubble
==============================

The density and the darkness of shaved hair are measured in a patch of the photo (left); a treatment is proposed in
which as much light is missing, and rendered on bare skin (right). What is measured is told with the band that
holds them in about 90 of 100 cases.
"""

import numpy as np
from PIL import Image

import smpsim

shaved, bare = (smpsim.sample(px_per_mm=10, hair=hair) for hair in ("buzz", "none"))
x, y, side = 640, 330, 150
stubble = smpsim.measure_stubble(shaved.photo, (x, y, side, side), scale=shaved.scale)
hairs = stubble.density_per_cm2
print(f"{hairs.value:.0f} hairs per cm2 ({hairs.low:.0f} to {hairs.high:.0f})")
proposal = smpsim.propose_treatment(stubble)
for leaf, value in proposal.changes.items():
    print(f"{leaf} = {value}")

window = (x, y, 2 * side, 2 * side)
preview = smpsim.render(bare.photo, bare.mask, scale=bare.scale, treatment=proposal.treatment, seed=1, window=window)
patch = shaved.photo.pixels[y : y + 2 * side, x : x + 2 * side]
Image.fromarray(np.hstack([patch, preview.image])).save("match.png")
