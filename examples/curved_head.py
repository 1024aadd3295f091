"""
A curved head
=============

The crown as a plane (left) and as an ellipsoid (right). On the plane dots stand at the same distance in the picture;
on the ellipsoid at the same distance on the skin: where the head turns away they are seen from the side, closer
together.
"""

import numpy as np
from PIL import Image

import smpsim

scalp = smpsim.sample(px_per_mm=6, view="crown")
mask = scalp.truth.coverage > 0.5  # all of the head
treatment = smpsim.Treatment().replace(side_blend_mm=0, feather_mm=4)
pieces = []
for surface in (smpsim.Surface.plane(), scalp.surface):
    preview = smpsim.render(
        scalp.photo, mask, scale=scalp.scale, treatment=treatment, surface=surface, seed=1, window=(70, 100, 315, 420)
    )
    print(f"{preview.stats.n_dots} dots on {preview.stats.area_cm2:.0f} cm2")
    pieces.append(preview.image)
Image.fromarray(np.hstack(pieces)).save("curved-head.png")
