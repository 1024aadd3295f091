"""
One dot at five depths
======================

How depth decides about blur, shade and hue of one dot: the light that is missing at its centre in red, green and blue,
and its width. The picture shows the same dot, 1.6 mm of light skin a piece.
"""

import numpy as np
from PIL import Image

import smpsim

skin = smpsim.SkinOptics.from_tone(melanin_frac=0.013, epidermis_mm=0.06, blood_frac=0.003)
depths = (0.15, 0.25, 0.4, 0.6, 0.9)
rho = np.linspace(0, 1, 201)
print("depth mm   contrast R    G    B   width mm")
for depth in depths:
    contrast = smpsim.dot_contrast(rho, depth_mm=depth, diameter_mm=0.2, ink_per_mm=60, skin=skin)
    width = 2 * rho[np.argmax(contrast[:, 1] < contrast[0, 1] / 2)]
    print(f"{depth:8.2f}   {contrast[0, 0]:10.2f} {contrast[0, 1]:.2f} {contrast[0, 2]:.2f}   {width:8.2f}")

x = np.linspace(-0.8, 0.8, 180)
distance = np.hypot(*np.meshgrid(x, x))
pieces = [smpsim.dot_contrast(distance, depth_mm=depth, diameter_mm=0.2, ink_per_mm=60, skin=skin) for depth in depths]
light = skin.reflectance() * (1 - np.hstack(pieces))  # linear light of the skin, less what the dot takes
Image.fromarray(np.rint(255 * light ** (1 / 2.2)).astype(np.uint8)).save("dot-optics.png")
