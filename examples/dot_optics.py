"""How depth decides about blur, shade and hue of one dot."""

import numpy as np

import smpsim

skin = smpsim.SkinOptics.from_tone(melanin_frac=0.013, epidermis_mm=0.06, blood_frac=0.003)
rho = np.linspace(0, 1, 201)
print("depth mm   contrast R    G    B   width mm")
for depth in (0.15, 0.25, 0.4, 0.6, 0.9):
    contrast = smpsim.dot_contrast(rho, depth_mm=depth, diameter_mm=0.2, ink_per_mm=20, skin=skin)
    width = 2 * rho[np.argmax(contrast[:, 1] < contrast[0, 1] / 2)]
    print(f"{depth:8.2f}   {contrast[0, 0]:10.2f} {contrast[0, 1]:.2f} {contrast[0, 2]:.2f}   {width:8.2f}")
