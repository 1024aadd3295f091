"""A treatment file of one photo: leaves of a treatment, and a table [photo] with its scale and seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from smpsim import units
from smpsim.errors import ParameterError, quoted
from smpsim.files.source import shown_name
from smpsim.files.treatment_file import read_text
from smpsim.kinds import check_seed
from smpsim.treatment import Treatment, tables_of

if TYPE_CHECKING:
    from smpsim.scalp.scale import Scale

_PHOTO_KEYS = ("px_per_mm", "head_width_mm", "seed")


@dataclass(frozen=True)
class Sidecar:
    """What is said of one photo.

    Attributes
    ----------
    treatment : Treatment
        Its treatment.
    scale : Scale or None
        Its scale.
    head_width_mm : float or None
        Breadth of the head, mm, 100 to 220, for an estimate of the scale.
    seed : int or None
        Seed of everything random.
    """

    treatment: Treatment
    scale: Scale | None = None
    head_width_mm: float | None = None
    seed: int | None = None


def read_sidecar(path: str, treatment: Treatment) -> Sidecar:
    """Read a sidecar.

    Parameters
    ----------
    path : str
        The file.
    treatment : Treatment
        What holds where the file says nothing.

    Raises
    ------
    TreatmentFileError
        When it cannot be read, is no TOML or of another schema.
    ParameterError
        For an unknown key or a value out of range.
    """
    name = shown_name(path)
    tables = tables_of(read_text(path), origin=name)
    about = _checked(tables.pop("photo", {}), name)
    own = Sidecar(treatment.with_tables(tables, origin=name), seed=about.get("seed"))
    return own if about.keys() <= {"seed"} else _scaled(own, about)


def _scaled(own: Sidecar, about: Mapping[str, Any]) -> Sidecar:
    from smpsim.scalp.scale import Scale, check_head_width  # slow to import, and most files do not need it

    width = about.get("head_width_mm")
    check_head_width(width)
    return replace(own, scale=Scale(about["px_per_mm"]) if "px_per_mm" in about else None, head_width_mm=width)


def _checked(about: object, name: str) -> Mapping[str, Any]:
    """Return the table [photo] of a sidecar: px_per_mm, head_width_mm, seed."""
    if not isinstance(about, dict):
        raise ParameterError(f"{name}: photo is not a table; write [photo] and its keys below", name="photo")
    for key in about:
        if key not in _PHOTO_KEYS:
            raise ParameterError(
                f"{name}: unknown key {quoted(key)} in [photo]; use {', '.join(_PHOTO_KEYS)}", name=key
            )
        if not isinstance(about[key], str | int | float):
            raise ParameterError(f"{name}: {key} in [photo] is neither a number nor text; write one number", name=key)
    if "head_width_mm" in about:
        about = about | {"head_width_mm": units.parse(about["head_width_mm"], "mm", name="head_width_mm")}
    if "seed" in about:
        check_seed(about["seed"])
    return about
