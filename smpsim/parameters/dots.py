"""What a dot is: what the needle leaves, what the pigment absorbs."""

from __future__ import annotations

from dataclasses import dataclass

from smpsim.declare import declare


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
        source="estimate: 0.5 mm (hairdoctornyc.com) to 2 mm (dermmicro.com) are named",
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
        source="0.18 to 0.30 mm, above 0.30 mm only to fill (scalpmicropigmentation.store)",
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
        source="estimate: seen on photographs of finished work at most 0.36-0.48 mm; 0.09-0.17 mm (hishairclinic.com)",
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
        source="estimate, as are colours of other pigments than carbon black (karen-nicolaou.com), which is diluted "
        "by almost nothing to 20 (mothersandsonsbroadway.com) or 30 (r/SMPchat)",
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
        source="estimate: optical depth of dots on photographs of finished work varies by 0.22-0.51",
    )
