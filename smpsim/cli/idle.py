"""Flags that were given and change nothing, told by one table."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from smpsim.parameters.repair import RENDERED
from smpsim.treatment import Treatment

_OLD = ("old_density_per_cm2", "old_depth_mm", "old_diameter_mm", "old_shade", "old_age_days")
_HEAD = ("breadth_mm", "length_mm", "height_mm", "x_mm", "y_mm", "azimuth_deg", "elevation_deg", "roll_deg")
#: the option beside the leaves of a treatment that can be without effect
OLD_MASK = "old_mask"


@dataclass(frozen=True)
class _Rule:
    """Leaves, when they have no effect, why, and the leaves which that depends on."""

    leaves: tuple[str, ...]
    idle: Callable[[Treatment], bool]
    why: str
    by: tuple[str, ...]


_RULES = (
    _Rule(
        ("faded_frac", "residue_spread", "new_layer", OLD_MASK),
        lambda t: t.old.old_work == "none",
        "without --old-work",
        ("old_work",),
    ),
    _Rule(_OLD, lambda t: t.old.old_work not in RENDERED, "without rendered --old-work", ("old_work",)),
    _Rule(("diameter_mm",), lambda t: t.deposit.needle_mm is not None, "beside --needle", ("needle_mm",)),
    _Rule(
        ("needle_depth_mm",),
        lambda t: t.deposit.depth_mm is not None and t.deposit.needle_mm is None,
        "beside --depth",
        ("depth_mm", "needle_mm"),
    ),
    _Rule(("healing", "fading"), lambda t: t.course.age_days is None, "without --age", ("age_days",)),
    _Rule(
        tuple(f"head_{name}" for name in _HEAD),
        lambda t: t.head.surface == "plane",
        "without --surface ellipsoid",
        ("surface",),
    ),
)


def idle(given: Mapping[str, str], treatment: Treatment, varied: Collection[str] = ()) -> Iterator[str]:
    """Tell of flags without effect.

    Parameters
    ----------
    given : mapping of str to str
        Leaves that were given on the command line, and how; ``old_mask``, too.
    treatment : Treatment
        What came of them.
    varied : collection of str
        Leaves that take several values.
    """
    for rule in _RULES:
        if rule.idle(treatment) and not set(rule.by) & set(varied):
            yield from (f"{given[leaf]} has no effect {rule.why}" for leaf in rule.leaves if leaf in given)
