"""What lies behind the head, where a mask reaches a little over its silhouette: no dot is seen there.

A sample is compared with the treated skin round it: it is ``b`` times as bright, and has lost the share ``n`` of the
skin's chroma.  Shine takes chroma away as well, but only by adding light, ``b = 1 / (1 - n)``.  What is as colourless
without being as bright is no skin.  What is darker than the skin may be stubble or shade, and must be the more
colourless the darker it is.

Only what lies round the treated area, or reaches into it from there, is looked for.

Numbers: estimates, chosen on photographs with white, grey, blue and brown backdrops.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter, label

from smpsim.arrays import F32, Bool

# loss of chroma that is much, and brightness over that of as colourless shine
_COLOURLESS, _DULL = 0.6, 0.7
# least brightness at that loss, how it falls with more loss, and the least of all
_BRIGHT, _FALL, _DARK = 0.8, 1.5, 0.25
# skin with less chroma (sum of the squared logarithms of R/G and G/B) cannot be told from a backdrop
_GREY = 0.02
# what begins so far ahead of the border lies behind the head
_AHEAD_MM = 1.0
_SOFT_MM = 0.15


def backdrop(light: F32, skin: F32, distance_mm: F32, step_mm: float) -> F32:
    """Find what lies behind the head.

    Parameters
    ----------
    light : ndarray (3, h, w), linear, above 0
        Samples of the photo in and round the treated area.
    skin : ndarray (3, h, w), linear, above 0
        Light of the treated skin near each sample.
    distance_mm : ndarray (h, w)
        Distance from the border of the area, mm: negative outside.
    step_mm : float
        Distance of the samples.

    Returns
    -------
    ndarray (h, w) float32
        Share of each sample that is no skin, 0 to 1.
    """
    (s0, s1), (o0, o1) = (logs[:2] - logs[1:] for logs in (np.log(light), np.log(skin)))
    strength = o0 * o0 + o1 * o1
    lost = 1 - (s0 * o0 + s1 * o1) / np.maximum(strength, np.float32(_GREY))
    brightness = light.mean(0) / skin.mean(0)
    least = np.maximum(_BRIGHT - _FALL * (lost - _COLOURLESS), _DARK)
    other = (lost > _COLOURLESS) & (brightness * (1 - lost) < _DULL) & (brightness > least) & (strength > _GREY)
    return np.asarray(gaussian_filter(_from_outside(other, distance_mm).astype(np.float32), _SOFT_MM / step_mm))


def _from_outside(other: Bool, distance_mm: F32) -> Bool:
    """Of some samples, those that hang together with what lies ahead of the border."""
    labels, count = label(other)
    outside = np.zeros(count + 1, np.bool_)
    outside[labels[other & (distance_mm < -_AHEAD_MM)]] = True
    return np.asarray(outside[labels])
