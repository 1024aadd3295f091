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
from typing import Any, Self

from smpsim.errors import ParameterError, TreatmentFileError
from smpsim.parameter import Parameter, Value, declare

SCHEMA = 1


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
        help="diameter of the pigment deposit; the width seen in this photo is in the stats",
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


@dataclass(frozen=True)
class Ink:
    """What the pigment absorbs."""

    shade: str = declare(
        "carbon-1:10",
        words=tuple(f"carbon-1:{n}" for n in (0, 3, 5, 10, 15, 20, 30)),
        flag="--shade",
        help="pigment and dilution (parts of water to one of pigment)",
        source="trade: one carbon black, diluted 1:0 to 1:30",
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


#: name -> (what it is, {leaf: value})
PRESETS: dict[str, tuple[str, dict[str, Value]]] = {
    "light": ("a light, open look", {"density_per_cm2": 55.0}),
    "standard": ("the usual density", {"density_per_cm2": 80.0}),
    "full": ("a full, shaved look", {"density_per_cm2": 110.0}),
    "soft-edge": ("a wide, light transition at the line", {"feather_mm": 14.0, "edge_roughness_mm": 1.2}),
    "defined-edge": ("a short transition, almost a line", {"feather_mm": 3.0, "edge_roughness_mm": 0.4}),
}


@dataclass(frozen=True)
class Treatment:
    """Every parameter of a preview.

    The sections are attributes; every leaf can be read as an attribute as well
    (``treatment.density_per_cm2``).

    Raises
    ------
    ParameterError
        When a value is out of its range, or the session is later than the last one.
    """

    placement: Placement = field(default_factory=Placement)
    edge: Edge = field(default_factory=Edge)
    deposit: Deposit = field(default_factory=Deposit)
    ink: Ink = field(default_factory=Ink)
    course: Course = field(default_factory=Course)
    skin: Skin = field(default_factory=Skin)

    def __post_init__(self) -> None:
        for name, value in self.leaves():
            PARAMETERS[name].check(value)
        if self.course.session is not None and self.course.session > self.course.n_sessions:
            raise ParameterError(
                f"session: {self.course.session} is later than the last of {self.course.n_sessions} sessions; "
                "raise n_sessions or choose an earlier session",
                name="session",
                value=self.course.session,
            )

    def __getattr__(self, name: str) -> Any:
        section = _SECTION_OF.get(name)
        if section is None:
            raise AttributeError(f"Treatment has no parameter {name!r}")
        return getattr(getattr(self, section), name)

    def leaves(self) -> Iterator[tuple[str, Value]]:
        """Iterate over (leaf name, value), in the order of declaration."""
        for name, section in _SECTION_OF.items():
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
        sections: dict[str, Any] = {}
        for name in ("placement", "edge", "deposit", "ink", "course", "skin"):
            mine = {leaf: value for leaf, value in checked.items() if _SECTION_OF[leaf] == name}
            sections[name] = dataclasses.replace(getattr(self, name), **mine)
        return type(self)(**sections)

    @classmethod
    def preset(cls, name: str) -> Self:
        """Return a named treatment.

        Parameters
        ----------
        name : str
            One of :data:`PRESETS`.

        Raises
        ------
        ParameterError
            When there is no such preset.
        """
        return cls().with_preset(name)

    def with_preset(self, name: str) -> Self:
        """Return a copy with the leaves of a preset changed."""
        if name not in PRESETS:
            near = difflib.get_close_matches(name, PRESETS, 1)
            advice = f"; did you mean {near[0]!r}?" if near else ""
            raise ParameterError(
                f"preset: {name!r} is unknown; choose {', '.join(PRESETS)}{advice}", name="preset", value=name
            )
        return self._with(PRESETS[name][1], f"preset {name}")

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
        try:
            data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise TreatmentFileError(f"{origin}: not valid TOML: {error}", path=origin) from None
        schema = data.pop("schema", None)
        if schema != SCHEMA or isinstance(schema, bool):
            said = "has no schema" if schema is None else f"has schema {schema!r}"
            raise TreatmentFileError(f"{origin}: {said}; write schema = {SCHEMA} at the top", path=origin)
        return self._with(_flatten(data, origin), origin)

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
            lines += [f"# {about.help}", f"# {about.allowed}", f"{name} = {literal}"]
        return "\n".join(lines) + "\n"

    # Reading and writing files belongs to smpsim.files; these two are here because people look for them here.

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


def parameter(name: str, origin: str = "") -> Parameter:
    """Look up the declaration of a leaf.

    Raises
    ------
    ParameterError
        When there is none; the message names the nearest valid one.
    """
    if name not in PARAMETERS:
        near = difflib.get_close_matches(name, PARAMETERS, 1, cutoff=0.4)
        advice = f"; did you mean {near[0]}?" if near else f"; choose one of {', '.join(PARAMETERS)}"
        place = f"{origin}: " if origin else ""
        raise ParameterError(f"{place}unknown parameter {name!r}{advice}", name=name)
    return PARAMETERS[name]


def _flatten(data: Mapping[str, object], origin: str) -> dict[str, object]:
    """Take the tables of sections apart; a leaf in a foreign table is an error."""
    leaves: dict[str, object] = {}
    for key, value in data.items():
        if not isinstance(value, dict):
            leaves[key] = value
            continue
        if key not in _SECTIONS:
            near = difflib.get_close_matches(key, _SECTIONS, 1, cutoff=0.4)
            advice = f"; did you mean [{near[0]}]?" if near else f"; choose one of {', '.join(_SECTIONS)}"
            raise ParameterError(f"{origin}: unknown table [{key}]{advice}", name=key)
        for leaf, inner in value.items():
            section = parameter(leaf, origin).section
            if section != key:
                raise ParameterError(f"{origin}: {leaf} stands in [{key}]; it belongs to [{section}]", name=leaf)
            if leaf in leaves or leaf in data:
                raise ParameterError(f"{origin}: {leaf} is given twice; keep one", name=leaf)
            leaves[leaf] = inner
    return leaves


_SECTIONS: dict[str, type] = {
    "placement": Placement,
    "edge": Edge,
    "deposit": Deposit,
    "ink": Ink,
    "course": Course,
    "skin": Skin,
}
_SECTION_OF: dict[str, str] = {
    leaf.name: section for section, kind in _SECTIONS.items() for leaf in dataclasses.fields(kind)
}
#: leaf name -> its declaration, in order
PARAMETERS: dict[str, Parameter] = {
    leaf.name: Parameter(name=leaf.name, section=section, **leaf.metadata)
    for section, kind in _SECTIONS.items()
    for leaf in dataclasses.fields(kind)
}
