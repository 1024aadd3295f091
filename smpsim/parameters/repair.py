"""Work that is there already, what a laser leaves of it, and whether new dots go over it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from smpsim.declare import declare
from smpsim.parameters.dots import Deposit, Ink
from smpsim.parameters.places import Placement

#: old work that is rendered: names of presets
RENDERED = (
    "light",
    "standard",
    "full",
    "too-deep",
    "too-large",
    "too-dense",
    "wrong-pigment",
    "too-sharp",
    "uneven-hand",
    "botched",
)
#: old work that the photo shows
IN_PHOTO = "in-photo"


def _of_old(kind: type, leaf: str, what: str) -> Any:
    """Declare a leaf of the old work: with the range of the new work's, by default what the named preset says."""
    about = dict(next(f for f in fields(kind) if f.name == leaf).metadata)
    del about["default"]
    mine = {"derived": "as-named", "flag": "", "help": f"{what}, where it is rendered"}
    return declare(None, **about | mine | {"source": "the preset that old_work names"})


@dataclass(frozen=True)
class Old:
    """Work that is there already."""

    old_work: str = declare(
        "none",
        words=("none", IN_PHOTO, *RENDERED),
        flag="--old-work",
        help="work that is there already: rendered, by the name of a preset, or found in the photo (in-photo)",
        source="none by default",
    )
    old_density_per_cm2: float | None = _of_old(Placement, "density_per_cm2", "dots per cm2 of the old work")
    old_depth_mm: float | None = _of_old(Deposit, "depth_mm", "depth of its pigment below the skin")
    old_diameter_mm: float | None = _of_old(Deposit, "diameter_mm", "diameter of its deposits")
    old_shade: str | None = _of_old(Ink, "shade", "its pigment and dilution")
    old_age_days: float | None = declare(
        None,
        low=28,
        high=5500,
        step=1,
        unit="d",
        derived="as-named",
        help="how old it is, for example 6y, where it is rendered",
        source="the preset that old_work names: settled, but for wrong-pigment",
    )


@dataclass(frozen=True)
class Repair:
    """What is done about it."""

    faded_frac: float = declare(
        0.0,
        low=0,
        high=0.95,
        step=0.05,
        flag="--fade",
        help="share of the old work's visible darkening that a laser has taken away",
        source="none by default; after one to three passes four of four were clear (pubmed 33289086), never promised",
    )
    residue_spread: float = declare(
        0.2,
        low=0,
        high=0.8,
        step=0.05,
        help="how unevenly dots fade: 0 all alike; at 0.8 most are nearly gone or nearly whole",
        source="estimate: a laser leaves a scattered blush (realself.com), without a number",
    )
    new_layer: str = declare(
        "yes",
        words=("yes", "no"),
        flag="--new-layer",
        help="whether new dots go over the old work, or it is shown alone",
        source="a choice: repair is new dots over what is left",
    )
