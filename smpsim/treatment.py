"""A treatment: every parameter of a preview, each declared once.

A :class:`Treatment` is a small tree of frozen dataclasses.  The declaration of a field (default, unit, range, step,
help, source, flag) is all there is: the command line's options, the keys of the TOML file, the studio's sliders and
the table in the docs are read from it.  Leaf names are unique in the whole tree and end in their unit, so
``Treatment().replace(density_per_cm2=120)``, ``--set density_per_cm2=120`` and the TOML key mean the same.

``None`` stands for "derived from something else" and has a word for it, for example ``session = "last"``.
"""

from __future__ import annotations

import dataclasses
import difflib
import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Self

from smpsim.declare import Parameter, Value
from smpsim.errors import ParameterError, TreatmentFileError, quoted
from smpsim.parameters import (
    PARAMETERS,
    SECTION_OF,
    SECTIONS,
    Course,
    Deposit,
    Edge,
    Hair,
    Head,
    Ink,
    Old,
    Placement,
    Repair,
    Skin,
)
from smpsim.presets import PRESETS

SCHEMA = 1


@dataclass(frozen=True)
class Treatment:
    """Every parameter of a preview.

    Every leaf can be read as an attribute as well (``treatment.density_per_cm2``); default, unit, range and source of
    each stand in its declaration in ``smpsim.parameters``.

    Attributes
    ----------
    placement, edge, deposit, ink, course, skin, head, hair, old, repair : dataclass
        The sections, as in a treatment file.

    Raises
    ------
    ParameterError
        When a value is out of its range, the session is later than the last one, shares of sessions do not rise, or
        there are more pairs and triples than places, or the hair that is there leaves nothing to add.
    """

    placement: Placement = field(default_factory=Placement)
    edge: Edge = field(default_factory=Edge)
    deposit: Deposit = field(default_factory=Deposit)
    ink: Ink = field(default_factory=Ink)
    course: Course = field(default_factory=Course)
    skin: Skin = field(default_factory=Skin)
    head: Head = field(default_factory=Head)
    hair: Hair = field(default_factory=Hair)
    old: Old = field(default_factory=Old)
    repair: Repair = field(default_factory=Repair)

    def __post_init__(self) -> None:
        checked = {name: PARAMETERS[name].check(value) for name, value in self.leaves()}
        for section, mine in _by_section(checked).items():
            object.__setattr__(self, section, dataclasses.replace(getattr(self, section), **mine))
        if self.course.session is not None and self.course.session > self.course.n_sessions:
            raise ParameterError(
                f"session: {self.course.session} is later than the last of {self.course.n_sessions} sessions; "
                "raise n_sessions or choose an earlier session",
                name="session",
                value=self.course.session,
            )
        self._check_shares()
        if self.placement.added_per_cm2 < 1:
            raise ParameterError(
                f"present_per_cm2: with {self.placement.present_per_cm2:g} /cm2 there is nothing to add to reach a "
                f"density of {self.placement.density_per_cm2:g} /cm2; raise density_per_cm2",
                name="present_per_cm2",
                value=self.placement.present_per_cm2,
            )
        if self.placement.pairs_frac + self.placement.triples_frac > 1:
            raise ParameterError(
                f"pairs_frac: {self.placement.pairs_frac:g} and triples_frac {self.placement.triples_frac:g} are more "
                "than 1 together; lower one of them",
                name="pairs_frac",
                value=self.placement.pairs_frac,
            )

    def _check_shares(self) -> None:
        shares = self.course.shares
        for number, (before, after) in enumerate(pairwise(shares), 1):
            if before >= after:
                raise ParameterError(
                    f"session_{number}_frac: {before:g} is not below the {after:g} that stand after session "
                    f"{number + 1}; lower it, or raise session_{number + 1}_frac",
                    name=f"session_{number}_frac",
                    value=before,
                )

    def __getattr__(self, name: str) -> Any:
        section = SECTION_OF.get(name)
        if section is None:
            raise AttributeError(f"Treatment has no parameter {name!r}")
        return getattr(getattr(self, section), name)

    def leaves(self) -> Iterator[tuple[str, Value]]:
        """Iterate over (leaf name, value), in the order of declaration."""
        for name, section in SECTION_OF.items():
            yield name, getattr(getattr(self, section), name)

    def as_dict(self) -> dict[str, Value]:
        """Leaf name -> value; derived values are None."""
        return dict(self.leaves())

    def replace(self, **changes: object) -> Self:
        """Return a copy with some leaves changed.

        Parameters
        ----------
        **changes : float, int, str or None
            New values by leaf name; text may carry a unit ("4wk").

        Returns
        -------
        Treatment
            The changed copy.

        Raises
        ------
        ParameterError
            For an unknown name (with the nearest valid one) or a value out of range.
        """
        return self._with(changes)

    def _with(self, changes: Mapping[str, object], origin: str = "") -> Self:
        checked = {name: parameter(name, origin).check(value, origin) for name, value in changes.items()}
        sections = _by_section(checked)
        return type(self)(
            **{name: dataclasses.replace(getattr(self, name), **mine) for name, mine in sections.items()}
        )

    @classmethod
    def preset(cls, name: str) -> Self:
        """Return a named treatment.

        Parameters
        ----------
        name : str
            One of ``PRESETS``, one of the user's own, or several joined by +: ``full+soft-edge``.

        Raises
        ------
        ParameterError
            When there is no such preset.
        """
        return cls().with_preset(name)

    def with_preset(self, name: str) -> Self:
        """Return a copy with the leaves of a preset changed.

        Parameters
        ----------
        name : str
            As for :meth:`preset`.

        Raises
        ------
        ParameterError
            When there is no such preset.
        """
        if not isinstance(name, str):
            raise _unknown_preset(name)
        treatment = self
        parts = name.split("+")
        if "" in parts:
            raise ParameterError(
                f"preset: {quoted(name)}: a name is missing; write one, or several with + between them",
                name="preset",
                value=name,
            )
        for part in parts:
            if part in PRESETS:
                treatment = treatment._with(PRESETS[part][1], f"preset {part}")
            else:
                treatment = treatment._with_own(part)
        return treatment

    def _with_own(self, name: str) -> Self:
        """Return a copy with the leaves of one of the user's own presets changed."""
        from smpsim.files.user_presets import preset_text

        text = preset_text(name)
        if text is not None:
            return self.with_toml(text, origin=f"preset {name}")
        raise _unknown_preset(name)

    def with_toml(self, text: str, *, origin: str = "treatment") -> Self:
        """Return a copy with the leaves of a TOML text changed.

        Parameters
        ----------
        text : str
            TOML with ``schema = 1`` and leaves, at the top or in the tables of their sections.
        origin : str
            File name for messages.

        Raises
        ------
        TreatmentFileError
            When it is no TOML or of another schema.
        ParameterError
            For an unknown key or a value out of range.
        """
        return self.with_tables(tables_of(text, origin=origin), origin=origin)

    def with_tables(self, tables: Mapping[str, object], *, origin: str = "treatment") -> Self:
        """Return a copy with the leaves of a TOML text changed that ``tables_of`` has read.

        Parameters
        ----------
        tables : mapping
            Section -> leaves, or leaf -> value.
        origin : str
            Where they were given, for messages.

        Raises
        ------
        ParameterError
            For an unknown key or a value out of range.
        """
        return self._with(_flatten(tables, origin), origin)

    def to_toml(self) -> str:
        """Write all leaves as TOML, with unit, range and meaning of each as a comment."""
        lines = [f"schema = {SCHEMA}"]
        section = ""
        for name, value in self.leaves():
            about = PARAMETERS[name]
            if about.section != section:
                section = about.section
                lines += ["", f"[{section}]"]
            shown = about.derived if value is None else value
            literal = f'"{shown}"' if isinstance(shown, str) else repr(shown)
            lines += [f"# {about.meaning}", f"# {about.allowed}", f"{name} = {literal}"]
        return "\n".join(lines) + "\n"

    # Reading and writing files belongs to smpsim.files; these two are here because people look for them here, and the
    # user's own presets are asked for by name beside ours.

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read a treatment from a TOML file.

        Parameters
        ----------
        path : str or path-like
            The file.

        Raises
        ------
        TreatmentFileError
            When it cannot be read, is no TOML or of another schema.
        ParameterError
            For an unknown key or a value out of range.
        """
        from smpsim.files.treatment_file import read_text

        return cls().with_toml(read_text(path), origin=os.path.basename(os.fspath(path)))

    def dump(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
        """Write the treatment to a TOML file.

        Parameters
        ----------
        path : str or path-like
            The file.
        overwrite : bool
            Whether an existing file may be replaced.

        Raises
        ------
        OutputExistsError
            When the file exists and `overwrite` is false.
        OutputError
            When it cannot be written.
        """
        from smpsim.files.treatment_file import write_text

        write_text(path, self.to_toml(), overwrite=overwrite)


def _unknown_preset(name: object) -> ParameterError:
    from smpsim.files.user_presets import preset_names

    names = [*PRESETS, *preset_names()]
    near = difflib.get_close_matches(name, names, 1) if isinstance(name, str) else []
    advice = f"did you mean {near[0]!r}? smpsim presets lists all" if near else f"choose {', '.join(names)}"
    return ParameterError(f"preset: {quoted(name)} is unknown; {advice}", name="preset", value=name)


def tables_of(text: str, *, origin: str = "treatment") -> dict[str, Any]:
    """Read the TOML text of a treatment: leaves and tables of leaves, without ``schema``.

    Raises
    ------
    TreatmentFileError
        When it is no TOML or of another schema.
    """
    try:
        data = tomllib.loads(text)
    # ValueError: TOMLDecodeError, and whole numbers of more than 4300 digits
    except (ValueError, RecursionError) as error:
        raise TreatmentFileError(f"{origin}: not valid TOML: {error}", path=origin) from None
    schema = data.pop("schema", None)
    if schema != SCHEMA or isinstance(schema, bool):
        said = "has no schema" if schema is None else f"has schema {quoted(schema)}"
        raise TreatmentFileError(f"{origin}: {said}; write schema = {SCHEMA} at the top", path=origin)
    return data


def parameter(name: str, origin: str = "") -> Parameter:
    """Look up the declaration of a leaf.

    Raises
    ------
    ParameterError
        When there is none; the message names the nearest valid one.
    """
    if name not in PARAMETERS:
        near = difflib.get_close_matches(name, PARAMETERS, 1, cutoff=0.4)
        advice = f"; did you mean {near[0]}?" if near else "; smpsim treatment show lists them all"
        place = f"{origin}: " if origin else ""
        raise ParameterError(f"{place}unknown parameter {quoted(name)}{advice}", name=name)
    return PARAMETERS[name]


def _by_section(leaves: Mapping[str, Value]) -> dict[str, dict[str, Any]]:
    """Sort leaves into their sections."""
    sections: dict[str, dict[str, Any]] = {name: {} for name in SECTIONS}
    for name, value in leaves.items():
        sections[SECTION_OF[name]][name] = value
    return sections


def _flatten(data: Mapping[str, object], origin: str) -> dict[str, object]:
    """Take the tables of sections apart; a leaf in a foreign table is an error."""
    leaves: dict[str, object] = {}
    for key, value in data.items():
        if not isinstance(value, dict):
            leaves[key] = value
            continue
        if key == "photo":
            raise ParameterError(
                f"{origin}: [photo] is for files of single photos in smpsim batch (--treatments); take it out here",
                name=key,
            )
        if key not in SECTIONS:
            near = difflib.get_close_matches(key, SECTIONS, 1, cutoff=0.4)
            advice = f"; did you mean [{near[0]}]?" if near else f"; choose one of {', '.join(SECTIONS)}"
            raise ParameterError(f"{origin}: unknown table {quoted(key)}{advice}", name=key)
        for leaf, inner in value.items():
            section = parameter(leaf, origin).section
            if section != key:
                raise ParameterError(f"{origin}: {leaf} stands in [{key}]; it belongs to [{section}]", name=leaf)
            if leaf in leaves or leaf in data:
                raise ParameterError(f"{origin}: {leaf} is given twice; keep one", name=leaf)
            leaves[leaf] = inner
    return leaves
