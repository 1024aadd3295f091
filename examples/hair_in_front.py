"""
Hair in front
=============

Hair that lies on the scalp hides the dots behind it. Left: the photo; middle: dots drawn over everything; right: dots
behind the hair that is found.
"""

import numpy as np
from PIL import Image

import smpsim

scalp = smpsim.sample(px_per_mm=8, hair="strands")
sitting = smpsim.Sitting(scalp.photo, scalp.mask, scale=scalp.scale)
treatment = smpsim.Treatment().replace(density_per_cm2=110, shade="carbon-1:5")
over, behind = (
    sitting.render(treatment=treatment.replace(hair_sensitivity=share), seed=1, window=(610, 215, 264, 264))
    for share in (0, 1)
)
Image.fromarray(np.hstack([over.before, over.image, behind.image])).save("hair-in-front.png")
