"""
Depth
=====

Why depth matters: the same scalp with the needle set to five depths, healed and five years later. What lies too deep
is blurred, grows paler and turns green-blue. No slider of blur or hue is behind it: both follow from the depth.
"""

import smpsim

scalp = smpsim.sample(px_per_mm=8)
strip = smpsim.depth_strip(scalp.photo, scalp.mask, scale=scalp.scale, seed=1)
strip.save("depth.png", overwrite=True)
