"""Work that is there already, as a treatment of its own, and what a laser leaves of its dots."""

from __future__ import annotations

from dataclasses import replace

from smpsim.arrays import F64
from smpsim.dots.hashing import combine, place_key, stream, uniform
from smpsim.ink.fade import share_left
from smpsim.parameters import Repair
from smpsim.parameters.repair import RENDERED
from smpsim.treatment import Treatment


def old_layer(treatment: Treatment) -> Treatment | None:
    """Return the treatment that the old work was; None when none is to be rendered.

    It lies in the same skin, on the same head; its dots are all of them those of its last session.
    """
    old = treatment.old
    if old.old_work not in RENDERED:
        return None
    given = {
        "density_per_cm2": old.old_density_per_cm2,
        "depth_mm": old.old_depth_mm,
        "diameter_mm": old.old_diameter_mm,
        "shade": old.old_shade,
        "age_days": old.old_age_days,
    }
    named = Treatment.preset(old.old_work).replace(**{leaf: v for leaf, v in given.items() if v is not None})
    return replace(named, skin=treatment.skin, head=treatment.head, hair=treatment.hair, repair=treatment.repair)


def old_seed(seed: int) -> int:
    """Seed of the old work: other dots than those of the new layer."""
    return int(stream(combine(seed), "old work")[0]) >> 1


def residues(repair: Repair, x_mm: F64, y_mm: F64, seed: int) -> F64:
    """Share of its visible darkening that each dot at some place (mm) keeps, by hashes of its own, (N,)."""
    return share_left(repair, uniform(stream(place_key(x_mm, y_mm, seed), "residue")))
