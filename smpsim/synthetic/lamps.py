"""Lamps and rigs of the sample: where light comes from, of what colour, how hard.

Directions are the picture's: right, down, towards the viewer.  Light is relative to what makes skin of reflectance R
send out R.

Numbers: estimates by eye, beside photographs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from smpsim.arrays import F64

Vector = tuple[float, float, float]
#: a lobe of shine: aside of the mirror direction (right, down), width (slope), peak on bare skin, on a film of oil
Lobe = tuple[tuple[float, float], float, float, float]


@dataclass(frozen=True)
class Shadow:
    """The straight edge of something that stands in a lamp's light.

    Attributes
    ----------
    across : (float, float, float)
        Direction into the light, at right angles to the lamp once its share along the lamp is taken away.
    offset_mm : float, mm
        The edge's distance from the middle of the head along ``across``.
    soft_mm : (float, float, float), mm
        Half the width of the edge on the skin (R, G, B): the lamp's size, and light that scatters in the skin.
    """

    across: Vector
    offset_mm: float
    soft_mm: Vector


@dataclass(frozen=True)
class Lamp:
    """A lamp far away.

    Attributes
    ----------
    towards : (float, float, float)
        Where it stands: right, down, to the viewer; any length.
    light : (float, float, float)
        Irradiance of skin that faces it (R, G, B), linear.
    wrap : (float, float, float)
        How far its light goes round the corner (R, G, B), as a cosine: its size, and light that scatters in the skin.
    lobes : tuple of lobes
        Its shine.
    power : float
        1 is a small lamp (light falls as the cosine), 1.5 a large one.
    shadow : Shadow or None
        What stands before it.
    """

    towards: Vector
    light: Vector
    wrap: Vector
    lobes: tuple[Lobe, ...] = ()
    power: float = 1.5
    shadow: Shadow | None = None

    def unit(self) -> F64:
        """Direction of length 1."""
        direction = np.array(self.towards)
        return np.asarray(direction / np.linalg.norm(direction), np.float64)


@dataclass(frozen=True)
class Lights:
    """All light of a scene.

    Attributes
    ----------
    lamps : tuple of Lamp
        The first is the key light.
    sky, ground : (float, float, float)
        Light of the room from above and from below (R, G, B), linear.
    room : (float, float, float)
        Colour of the room that the skin mirrors at grazing angles.
    backdrop : (float, float, float)
        Light of the background, linear; it changes by ``fall_off`` (share, to the right, downwards) over the picture.
    exposure_power : float
        Dark skin is exposed longer: the ratio of reflectances to this power.
    exposure : float
        Factor on all light.
    """

    lamps: tuple[Lamp, ...]
    sky: Vector
    ground: Vector
    room: Vector
    backdrop: Vector
    fall_off: tuple[float, float] = (0.22, -0.20)
    exposure_power: float = 0.25
    exposure: float = 1.0


_KEY_LOBES: tuple[Lobe, ...] = (
    ((0.0, 0.0), 0.48, 0.068, 0.02),
    ((0.16, -0.14), 0.31, 0.0, 0.032),
    ((-0.12, 0.24), 0.31, 0.0, 0.032),
)
_STUDIO = Lights(
    lamps=(
        # light that scatters in the skin goes round the corner, red farthest
        Lamp((-0.62, -0.62, 0.62), (1.10, 1.00, 0.87), (0.28, 0.20, 0.16), _KEY_LOBES),
        Lamp((0.85, -0.05, 0.50), (0.10, 0.11, 0.13), (0.4, 0.35, 0.3)),
    ),
    sky=(0.19, 0.19, 0.195),
    ground=(0.12, 0.10, 0.085),
    room=(1.10, 1.00, 0.87),
    backdrop=(0.205, 0.250, 0.290),
)
_RIM = Lights(
    lamps=(
        Lamp(
            (-0.55, -0.45, 0.75),
            (1.00, 0.80, 0.58),
            (0.26, 0.19, 0.15),
            (((0.0, 0.0), 0.42, 0.06, 0.02), ((0.14, -0.10), 0.27, 0.0, 0.035)),
        ),
        Lamp((0.84, -0.32, -0.44), (0.60, 0.26, 1.35), (0.20, 0.14, 0.11), (((0.0, 0.0), 0.36, 0.12, 0.05),)),
        Lamp((0.60, 0.20, 0.70), (0.05, 0.05, 0.09), (0.4, 0.35, 0.3)),
    ),
    sky=(0.10, 0.085, 0.11),
    ground=(0.075, 0.05, 0.05),
    room=(0.40, 0.25, 0.55),
    backdrop=(0.030, 0.022, 0.045),
    fall_off=(0.5, -0.3),
)
_HARD = Lights(
    lamps=(
        Lamp(
            (0.62, -0.60, 0.52),
            (1.28, 1.18, 1.02),
            (0.08, 0.045, 0.03),
            (((0.0, 0.0), 0.34, 0.07, 0.03), ((0.08, 0.10), 0.20, 0.0, 0.07)),
            power=1.0,
            shadow=Shadow((-0.55, -0.78, 0.10), -20.0, (2.2, 1.6, 1.3)),
        ),
    ),
    sky=(0.13, 0.15, 0.185),
    ground=(0.10, 0.095, 0.08),
    room=(0.45, 0.50, 0.60),
    backdrop=(0.34, 0.33, 0.30),
    fall_off=(-0.25, 0.15),
)
_OVERCAST = Lights(
    lamps=(
        Lamp(
            (-0.10, -0.85, 0.50),
            (0.46, 0.48, 0.51),
            (0.85, 0.82, 0.80),
            (((0.0, 0.0), 0.65, 0.036, 0.015), ((0.0, 0.12), 0.40, 0.0, 0.015)),
            power=1.2,
        ),
    ),
    sky=(0.46, 0.48, 0.51),
    ground=(0.27, 0.265, 0.235),
    room=(0.9, 0.95, 1.0),
    backdrop=(0.47, 0.50, 0.52),
    fall_off=(0.05, -0.25),
)
_WINDOW = Lights(
    lamps=(
        Lamp(
            (-0.93, -0.22, 0.30),
            (1.75, 1.80, 1.86),
            (0.24, 0.18, 0.15),
            (((0.0, 0.0), 0.38, 0.10, 0.04), ((0.06, -0.12), 0.24, 0.0, 0.06)),
            power=1.3,
        ),
    ),
    sky=(0.10, 0.095, 0.09),
    ground=(0.085, 0.07, 0.055),
    room=(0.30, 0.28, 0.26),
    backdrop=(0.16, 0.145, 0.125),
    fall_off=(-0.9, -0.1),
    exposure_power=0.36,
    exposure=1.12,
)
#: rigs by name
LIGHTS = {"studio": _STUDIO, "rim": _RIM, "hard": _HARD, "overcast": _OVERCAST, "window": _WINDOW}
