"""All parameters, section by section: the one place where a default, a range or a flag is written."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from smpsim.declare import Parameter, declare


@dataclass(frozen=True)
class Placement:
    """Where the dots go."""

    density_per_cm2: float = declare(
        80.0,
        low=5,
        high=400,
        step=1,
        unit="/cm2",
        flag="--density",
        help="dots per cm2 where the mask is full (light 55, standard 80, full 110)",
        source="counted on photographs of finished work: 55-74 on average, 30-60 at the edge, up to 100",
    )
    regularity: float = declare(
        0.55,
        low=0.3,
        high=0.85,
        step=0.01,
        help="how evenly dots are spaced: 0.3 by chance, 0.85 like a machine",
        source="estimate: a little more even than photographs of finished work (Clark-Evans 1.16-1.35)",
    )
    pairs_frac: float = declare(
        0.0,
        low=0,
        high=1,
        step=0.05,
        help="share of places with two dots, as hairs grow in groups; the rest are single",
        source="none by default; of follicular units 45 % hold two hairs (goodbyehairloss.blogspot.com)",
    )
    triples_frac: float = declare(
        0.0,
        low=0,
        high=1,
        step=0.05,
        help="share of places with three dots",
        source="none by default; of follicular units 35 % hold three or four hairs (goodbyehairloss.blogspot.com)",
    )
    group_distance_mm: float = declare(
        0.45,
        low=0.1,
        high=2,
        step=0.05,
        unit="mm",
        help="distance of the dots of a group",
        source="estimate: two dots side by side",
    )


@dataclass(frozen=True)
class Edge:
    """How the treated area begins."""

    feather_mm: float = declare(
        8.0,
        low=0,
        high=20,
        step=0.5,
        unit="mm",
        flag="--feather",
        help="depth of the zone in which density and ink rise from zero",
        source="transition zone of hairline surgery 5-10 mm (practo.com, baldingblog.com)",
    )
    edge_roughness_mm: float = declare(
        0.8,
        low=0,
        high=3,
        step=0.1,
        unit="mm",
        help="how far the border wanders about the drawn line (root mean square)",
        source="estimate; a natural edge is irregular (plasticsurgerykey.com)",
    )
    side_blend_mm: float = declare(
        15.0,
        low=0,
        high=60,
        step=1,
        unit="mm",
        help="length over which dots thin out towards the ends of temples and sideburns",
        source="estimate by eye",
    )
    shade_feather_mm: float | None = declare(
        None,
        low=0,
        high=20,
        step=0.5,
        unit="mm",
        derived="from-feather",
        help="depth over which the ink of the dots rises from 30 %: none 0, medium 5, high 10 mm",
        source="lighter dots in front (hishairclinic.com); widths and 30 % are estimates",
    )
    size_feather_mm: float | None = declare(
        None,
        low=0,
        high=20,
        step=0.5,
        unit="mm",
        derived="from-feather",
        help="depth over which the size of the dots rises from 60 %: none 0, medium 5, high 10 mm",
        source="finer dots in front (hishairclinic.com); widths and 60 % are estimates",
    )
    edge_macro_mm: float = declare(
        0.0,
        low=0,
        high=6,
        step=0.1,
        unit="mm",
        help="how far the border swings in and out over some cm (root mean square)",
        source="macro-irregularity of a natural edge (plasticsurgerykey.com); size an estimate",
    )
    edge_jags_mm: float = declare(
        0.0,
        low=0,
        high=6,
        step=0.1,
        unit="mm",
        help="depth of teeth cut into the border, about 5 mm apart",
        source="estimate; jagged is a style in use (hishairclinic.com)",
    )
    edge_gaps_frac: float = declare(
        0.0,
        low=0,
        high=0.8,
        step=0.05,
        help="share of the border that is broken by gaps 7 mm deep",
        source="estimate; broken is a style in use (hishairclinic.com)",
    )
    sentinels_per_cm: float = declare(
        0.0,
        low=0,
        high=5,
        step=0.5,
        help="single dots ahead of the border, per cm of it; the border then stands 3 mm behind the drawn line",
        source="a few sentinel hairs ahead of the line (plasticsurgerykey.com); number an estimate",
    )


@dataclass(frozen=True)
class Deposit:
    """What the needle leaves in the skin."""

    needle_depth_mm: float = declare(
        0.8,
        low=0.3,
        high=3.0,
        step=0.05,
        unit="mm",
        flag="--needle-depth",
        help="depth that the needle is set to, as technicians say it",
        source="trade sources name 0.5 to 2 mm",
    )
    needle_mm: float | None = declare(
        None,
        low=0.18,
        high=0.35,
        step=0.01,
        unit="mm",
        derived="unknown",
        flag="--needle",
        help="diameter of the needle; when it is given, the size of dots follows from it and from the needle depth",
        source="trade: 0.18 to 0.30 mm, above 0.30 mm only to fill (scalpmicropigmentation.store)",
    )
    depth_mm: float | None = declare(
        None,
        low=0.05,
        high=3.0,
        step=0.01,
        unit="mm",
        derived="from-needle",
        flag="--depth",
        help="depth of the centre of the pigment below the skin; right is 0.12 to 0.4 mm",
        source="estimate: a monotone curve of the needle depth (0.8 mm rests at 0.25 mm)",
    )
    diameter_mm: float = declare(
        0.25,
        low=0.05,
        high=1.0,
        step=0.01,
        unit="mm",
        flag="--dot-size",
        help="diameter of the pigment deposit, when no needle is given; the width seen in this photo is in the stats",
        source="estimate: seen width of fresh work at most 0.36-0.48 mm, trade sources name 0.09-0.17 mm",
    )
    diameter_cv: float = declare(
        0.2,
        low=0,
        high=1,
        step=0.05,
        help="spread of the dots' diameters (standard deviation / mean)",
        source="estimate",
    )
    depth_cv: float = declare(
        0.2,
        low=0,
        high=1,
        step=0.05,
        help="spread of the dots' depths (standard deviation / mean)",
        source="estimate",
    )
    aspect_max: float = declare(
        1.5,
        low=1,
        high=2.5,
        step=0.1,
        help="longest over shortest axis of the least round dot",
        source="seen on photographs of finished work: 1 to 1.5",
    )
    doubled_frac: float = declare(
        0.05,
        low=0,
        high=0.5,
        step=0.01,
        help="share of dots that the needle hits twice, side by side",
        source="estimate",
    )
    missed_frac: float = declare(
        0.02,
        low=0,
        high=0.5,
        step=0.01,
        help="share of dots that hardly take any ink",
        source="estimate; of 728 dots marked on photographs of finished work 190 were faint, for any reason",
    )


@dataclass(frozen=True)
class Ink:
    """What the pigment absorbs."""

    shade: str = declare(
        "carbon-1:10",
        words=(
            *(f"carbon-1:{n}" for n in (0, 3, 5, 10, 15, 20, 30)),
            *(f"{pigment}-1:{n}" for pigment in ("neutral", "warm", "brown") for n in (5, 10, 20)),
            *(f"tattoo-1:{n}" for n in (0, 5)),
        ),
        flag="--shade",
        help="pigment and dilution (parts of water to one of pigment)",
        source="trade: one carbon black, diluted 1:0 to 1:30; colours of the other pigments are estimates",
    )
    ink_per_mm: float | None = declare(
        None,
        low=0,
        high=200,
        step=1,
        unit="/mm",
        derived="from-shade",
        help="absorption of the deposit in green light",
        source="carbon black 7.5 /mm per mg/cm3 (Bond and Bergstrom 2006)",
    )
    ink_cv: float = declare(
        0.5,
        low=0,
        high=1,
        step=0.05,
        help="spread of the dots' ink load (standard deviation / mean)",
        source="estimate: optical depth of dots on photographs varies by 0.22-0.51",
    )


@dataclass(frozen=True)
class Course:
    """When the picture is taken."""

    n_sessions: int = declare(
        3,
        low=1,
        high=4,
        whole=True,
        help="sessions of the whole treatment",
        source="2 to 4 sessions are usual (hishairclinic.com and others)",
    )
    session: int | None = declare(
        None,
        low=1,
        high=4,
        whole=True,
        derived="last",
        flag="--session",
        help="session after which the picture is taken",
        source="the finished work by default",
    )
    age_days: float | None = declare(
        None,
        low=0,
        high=5500,
        step=1,
        unit="d",
        derived="settled",
        flag="--age",
        help='time since the last session, for example 4wk or 3y; "settled" is after healing, before fading',
        source="estimate: fades fast for 3 to 28 days, then slowly over years",
    )


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


@dataclass(frozen=True)
class Head:
    """The shape of the scalp."""

    surface: str = declare(
        "plane",
        words=("plane", "ellipsoid"),
        flag="--surface",
        help="shape of the scalp; an ellipsoid whose place is not given is fitted to the mask, as a first guess",
        source="a head is not flat: towards the silhouette dots crowd and turn into ellipses",
    )
    head_breadth_mm: float = declare(
        155.0,
        low=110,
        high=210,
        step=1,
        unit="mm",
        help="breadth of the head over the ears",
        source="men 154 mm, standard deviation 6 (ANSUR II, Gordon et al. 2014, from memory)",
    )
    head_length_mm: float = declare(
        197.0,
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
        source="fitted to the mask: estimate",
    )
    head_y_mm: float | None = declare(
        None,
        low=-2000,
        high=5000,
        step=1,
        unit="mm",
        derived="fitted",
        help="middle of the head in the picture, from its upper border",
        source="fitted to the mask: estimate",
    )
    head_azimuth_deg: float | None = declare(
        None,
        low=-180,
        high=180,
        step=1,
        unit="deg",
        derived="fitted",
        help="direction of the camera round the head: 0 in front of the face, 90 beside it, 180 behind",
        source="fitted to the mask: estimate",
    )
    head_elevation_deg: float | None = declare(
        None,
        low=-90,
        high=90,
        step=1,
        unit="deg",
        derived="fitted",
        help="direction of the camera above the horizon: 0 level with the head, 90 above the crown",
        source="fitted to the mask: estimate",
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


#: table of the TOML file -> its dataclass
SECTIONS: dict[str, type] = {
    "placement": Placement,
    "edge": Edge,
    "deposit": Deposit,
    "ink": Ink,
    "course": Course,
    "skin": Skin,
    "head": Head,
}
#: leaf name -> its section
SECTION_OF: dict[str, str] = {
    leaf.name: section for section, kind in SECTIONS.items() for leaf in dataclasses.fields(kind)
}
#: leaf name -> its declaration, in order
PARAMETERS: dict[str, Parameter] = {
    leaf.name: Parameter(name=leaf.name, section=section, **leaf.metadata)
    for section, kind in SECTIONS.items()
    for leaf in dataclasses.fields(kind)
}
