"""Where the dots go: their density, and how the treated area begins."""

from __future__ import annotations

from dataclasses import dataclass

from smpsim.declare import declare


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
    present_per_cm2: float = declare(
        0.0,
        low=0,
        high=395,
        step=1,
        unit="/cm2",
        help="shaved hair that grows there, per cm2, as smpsim match counts it: so many fewer dots are placed",
        source="none by default; by hand, for thin hair and transplants",
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

    @property
    def added_per_cm2(self) -> float:
        """Dots per cm2 that are placed: what is asked for without the hair that is there."""
        return self.density_per_cm2 - self.present_per_cm2


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
        source="none by default; jagged is a style in use (hishairclinic.com), 5 mm an estimate",
    )
    edge_gaps_frac: float = declare(
        0.0,
        low=0,
        high=0.8,
        step=0.05,
        help="share of the border that is broken by gaps 7 mm deep",
        source="none by default; broken is a style in use (hishairclinic.com), 7 mm an estimate",
    )
    sentinels_per_cm: float = declare(
        0.0,
        low=0,
        high=5,
        step=0.5,
        help="single dots ahead of the border, per cm of it; the border then stands 3 mm behind the drawn line",
        source="a few sentinel hairs ahead of the line (plasticsurgerykey.com); number an estimate",
    )
