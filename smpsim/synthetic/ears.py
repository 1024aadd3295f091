"""Hints of ears behind the head's outline: out of focus, part of the background.

Numbers: estimates.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from smpsim.arrays import F32
from smpsim.synthetic.head import SEMI_AXES_MM, Head, Seen, coverage, unit
from smpsim.synthetic.lamps import Lights
from smpsim.synthetic.light import irradiance
from smpsim.synthetic.noise import Cells

# Where the top of an ear meets the head (front, up, in semi-axes), and its half width and height, mm.
_ROOT, _HALF_MM = (-0.10, -0.24), (10.5, 31.0)
# The ear lets red light through: factor on the skin's reflectance.
_REDDER = np.array([1.0, 0.80, 0.78], np.float32)


@dataclass(frozen=True, eq=False)
class Ears:
    """Light (h, w, 3), linear, and coverage (h, w), 0..1, of the ears before the head hides them."""

    light: F32
    coverage: F32


def ears(head: Head, lights: Lights, reflectance: F32, down: Cells, across: Cells) -> Ears | None:
    """Two ears seen from the front or from behind; None where there is none in these cells.

    Parameters
    ----------
    head : Head
        The head they belong to.
    lights : Lights
        The rig.
    reflectance : ndarray (3,), 0..1
        Of the skin.
    down, across : Cells
        Where.
    """
    if not head.view.ears:
        return None
    x, y = across.centres_mm.astype(np.float32), down.centres_mm.astype(np.float32)[:, None]
    inside, slope_x, slope_y = (
        np.full((down.n, across.n), -9, np.float32),
        *np.zeros((2, down.n, across.n), np.float32),
    )
    for side in (-1.0, 1.0):
        one, dx, dy = _ear(head, side, x, y)
        here = one > inside
        inside = np.where(here, one, inside)
        slope_x, slope_y = np.where(here, dx, slope_x), np.where(here, dy, slope_y)
    covered = coverage(inside, across.step_mm)
    if not covered.any():
        return None
    normal = unit(slope_x, slope_y, np.ones_like(slope_x))
    flat = np.zeros_like(slope_x)
    falling = irradiance(
        lights, Seen(flat, normal, (flat, flat), inside, (flat, flat, flat), (flat, flat, flat)), normal
    )
    # behind the rim it is in shadow
    hollow = np.float32(0.78) - np.float32(0.42) / (
        1 + np.exp((np.float32(2.6) - inside[..., None]) / np.float32(0.5))
    )
    return Ears(np.asarray(falling * reflectance * _REDDER * hollow, np.float32), covered)


def _ear(head: Head, side: float, x: F32, y: F32) -> tuple[F32, F32, F32]:
    """Distance into an ear, mm, and the slopes of its surface."""
    root = np.array([side * 0.97, *_ROOT]) * SEMI_AXES_MM
    middle = (head.rotation @ root)[:2] + head.view.centre_mm
    outwards = np.float32(np.sign((head.rotation @ np.array([side, 0, 0]))[0]))
    a, b = (np.float32(half) for half in _HALF_MM)
    px, py = (x - np.float32(middle[0])) * outwards, y - np.float32(middle[1])
    # it stands off most at two fifths of its height, and narrows to the lobe
    px = px + np.float32(0.16) * py
    radius = np.hypot(px / a, py / b)
    # the rim rolls over; within it the ear is hollow
    rim = np.exp(-(((radius - np.float32(0.88)) / np.float32(0.09)) ** 2))
    roll = np.float32(9.0) * (radius - np.float32(0.88)) * rim - np.float32(0.3)
    return (1 - radius) * a, -roll * outwards * px / a, -roll * py / b
