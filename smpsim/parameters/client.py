"""Whom: skin, head."""

from __future__ import annotations

from dataclasses import dataclass

from smpsim.declare import declare


@dataclass(frozen=True)
class Skin:
    """What the dots lie in."""

    skin_tone: str | float = declare(
        "photo",
        low=-90,
        high=90,
        step=1,
        unit="deg",
        words=("photo", "light", "fair", "medium", "tan", "olive", "dark", "deep", "very-dark"),
        flag="--skin",
        help="skin tone: measured from this photo, a named tone, or an ITA angle in degrees",
        source="ITA classes of Chardon 1991; tones of the optical model",
    )
    skin_scattering: float = declare(
        1.0,
        low=0.7,
        high=1.5,
        step=0.05,
        help="how strongly the skin scatters light, over that of mean skin: the more, the paler and softer deep dots",
        source="spread of published skin: 0.7 to 1.5 (Jacques 2013)",
    )
    ink_response: float = declare(
        1.0,
        low=0.1,
        high=1.2,
        step=0.05,
        help="visible darkening of the dots over that in ordinary skin: by hand, for scars and other tissue",
        source="ordinary skin; for scars estimates: flat 1, raised 0.8, sunken 0.5 (one practice, pigmentalia.co.uk)",
    )
    ink_spread_mm: float = declare(
        0.0,
        low=0,
        high=0.3,
        step=0.01,
        unit="mm",
        help="how far ink runs in this tissue beyond ordinary skin, standard deviation: by hand, for scars",
        source="none by default: no source gives a number",
    )


# an average head (Gordon et al. 2014, from memory): also that of a guessed scale, and of the tape laid over a face
HEAD_BREADTH_MM, HEAD_LENGTH_MM = 155.0, 197.0


@dataclass(frozen=True)
class Head:
    """The shape of the scalp."""

    surface: str = declare(
        "plane",
        words=("plane", "ellipsoid"),
        flag="--surface",
        help="shape of the scalp; an ellipsoid whose place is not given is fitted to the mask, as a first guess",
        source="a choice, the simplest; a head is not flat: towards the silhouette dots crowd and turn into ellipses",
    )
    head_breadth_mm: float = declare(
        HEAD_BREADTH_MM,
        low=110,
        high=210,
        step=1,
        unit="mm",
        help="breadth of the head over the ears",
        source="men 154 mm, standard deviation 6 (ANSUR II, Gordon et al. 2014, from memory)",
    )
    head_length_mm: float = declare(
        HEAD_LENGTH_MM,
        low=130,
        high=260,
        step=1,
        unit="mm",
        help="length of the head from the brow to the back",
        source="men 199 mm, women 187 mm (ANSUR II, Gordon et al. 2014, from memory)",
    )
    head_height_mm: float = declare(
        220.0,
        low=130,
        high=300,
        step=1,
        unit="mm",
        help="upright diameter of the ellipsoid that follows the upper half of the head",
        source="estimate: from the crown to the chin, about 220 mm",
    )
    head_x_mm: float | None = declare(
        None,
        low=-2000,
        high=5000,
        step=1,
        unit="mm",
        derived="fitted",
        help="middle of the head in the picture, from its left border",
        source="estimate: fitted to the mask",
    )
    head_y_mm: float | None = declare(
        None,
        low=-2000,
        high=5000,
        step=1,
        unit="mm",
        derived="fitted",
        help="middle of the head in the picture, from its upper border",
        source="estimate: fitted to the mask",
    )
    head_azimuth_deg: float | None = declare(
        None,
        low=-180,
        high=180,
        step=1,
        unit="deg",
        derived="fitted",
        help="direction of the camera round the head: 0 in front of the face, 90 beside it, 180 behind",
        source="estimate: fitted to the mask",
    )
    head_elevation_deg: float | None = declare(
        None,
        low=-90,
        high=90,
        step=1,
        unit="deg",
        derived="fitted",
        help="direction of the camera above the horizon: 0 level with the head, 90 above the crown",
        source="estimate: fitted to the mask",
    )
    head_roll_deg: float = declare(
        0.0,
        low=-180,
        high=180,
        step=1,
        unit="deg",
        help="rotation of the head in the picture, clockwise",
        source="upright photographs",
    )


@dataclass(frozen=True)
class Hair:
    """What is in front of the dots."""

    hair_sensitivity: float = declare(
        1.0,
        low=0,
        high=3,
        step=0.1,
        flag="--hair",
        help="how faint a hair may be to be found in the photo, so that dots lie behind it; 0 looks for none",
        source="estimate: at 1 less than 2 % of bare skin is taken for hair",
    )
