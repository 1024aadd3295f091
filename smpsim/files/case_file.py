"""A case: all photos of one client with their masks and scales, one treatment.

::

    schema = 1
    client = "Sample A"             # all but views may be left out
    date = "2026-05-01"             # of the sheet, as it is to be printed
    seed = 0
    treatment = "treatment.toml"    # a file, or a table of the same leaves: [treatment]

    [[views]]
    name = "front"
    photo = "front.jpg"
    mask = "front.mask.png"         # one zone, which has the name of the view
    px_per_mm = 9.1                 # or ruler = [x1, y1, x2, y2] and ruler_mm = 63; else it is estimated
    protect = "hair.png"
    hide_line = "if-found"
    head = {surface = "ellipsoid"}  # leaves of [head], which differ from view to view

    [[views]]
    name = "top"
    photo = "top.jpg"
    [[views.zones]]
    name = "crown"
    mask = "crown.png"
    density_per_cm2 = 70
    [[views.zones]]
    name = "front"                  # seen here, too, and counted in the view "front" alone
    mask = "front-from-above.png"
    counted_in = "front"

Paths are relative to the file.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from numpy.typing import NDArray

from smpsim.errors import ParameterError, quoted
from smpsim.files.photo import Photo
from smpsim.files.source import Source
from smpsim.files.strict import Table, read_table
from smpsim.kinds import needed
from smpsim.parameters import PARAMETERS, SECTION_OF
from smpsim.scalp.scale import Scale
from smpsim.treatment import Treatment

MAX_VIEWS, MAX_ZONES = 8, 12
#: letters of a name
MAX_NAME = 200

_CASE = ("client", "date", "seed", "treatment", "views")
_VIEW = ("name", "photo", "mask", "zones", "px_per_mm", "ruler", "ruler_mm", "protect", "hide_line", "head")
_ZONE = ("name", "mask", "density_per_cm2", "counted_in")
# values of hide_line that are no file
_LINES = ("found", "if-found")


@dataclass(frozen=True, eq=False)
class CaseZone:
    """A part of the scalp with its own density, as one photo shows it.

    Attributes
    ----------
    mask : path, bytes or ndarray (H, W)
        Where it is, as for :func:`smpsim.render`.
    name : str
        What it is called; may be empty.
    density_per_cm2 : float or None
        Dots per cm2 in it; None for that of the treatment.
    counted_in : str
        Name of the view in which it is counted, when that is another one than its own; else empty.
    """

    mask: Source | NDArray[Any]
    name: str = ""
    density_per_cm2: float | None = None
    counted_in: str = ""

    def __post_init__(self) -> None:
        _check_name(self.name, "zone")
        if self.density_per_cm2 is not None:
            about = PARAMETERS["density_per_cm2"]
            object.__setattr__(self, "density_per_cm2", about.check(self.density_per_cm2, f"zone {self.name}"))


@dataclass(frozen=True, eq=False)
class CaseView:
    """One photo of a client.

    Attributes
    ----------
    photo : Photo, path, bytes or ndarray (H, W, 3)
        The photo.
    zones : sequence of CaseZone
        What is treated in it; 1 to 12.
    name : str
        "front", "crown" or whatever it is called; may be empty when it is the only one.
    scale : Scale, float (px/mm) or None
        Its scale; None when it is to be estimated.
    protect, hide_line : path, bytes or ndarray (H, W), optional
        As for :func:`smpsim.render`; None for nothing.
    head : mapping
        Leaves of the section ``head`` of a treatment that hold for this photo alone.
    """

    photo: Photo | Source | NDArray[Any]
    zones: Sequence[CaseZone]
    name: str = ""
    scale: Scale | float | None = None
    protect: Source | NDArray[Any] | None = None
    hide_line: Source | None = None
    head: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check_name(self.name, "view")
        if not 1 <= len(self.zones) <= MAX_ZONES:
            raise ParameterError(
                f"view {quoted(self.name)}: {len(self.zones)} zones are not allowed; give 1 to {MAX_ZONES}",
                name="zones",
            )
        for leaf in self.head:
            if SECTION_OF.get(leaf, "head") != "head":
                raise ParameterError(
                    f"view {quoted(self.name)}: {leaf} is the same in all views; write it in the treatment", name=leaf
                )
        object.__setattr__(self, "zones", tuple(self.zones))


@dataclass(frozen=True, eq=False)
class Case:
    """All photos of one client, and one treatment.

    A zone that is seen on several photos is counted on one of them: the others say ``counted_in``.

    Attributes
    ----------
    views : sequence of CaseView
        1 to 8.
    treatment : Treatment
        For all of them.
    seed : int
        Seed of everything random.
    client : str
        What the client is called on the sheet; may be empty.  It is written nowhere else.
    date : str
        Day of the sheet, as it is to be printed; empty for none, as today's would be another one tomorrow.

    Raises
    ------
    ParameterError
        When a name is missing or comes twice, or a zone would be counted twice or never.
    """

    views: Sequence[CaseView]
    treatment: Treatment = field(default_factory=Treatment)
    seed: int = 0
    client: str = ""
    date: str = ""

    def __post_init__(self) -> None:
        _check_name(self.client, "client")
        _check_name(self.date, "date")
        if not 1 <= len(self.views) <= MAX_VIEWS:
            raise ParameterError(f"case: {len(self.views)} views are not allowed; give 1 to {MAX_VIEWS}", name="views")
        object.__setattr__(self, "views", tuple(self.views))
        names = [needed(view, CaseView, "views").name for view in self.views]
        if len(names) > 1 and (len(set(names)) < len(names) or "" in names):
            raise ParameterError("views: give every view a name of its own", name="views")
        for view in self.views:
            needed(self.treatment, Treatment, "treatment").replace(**view.head)
        _check_counted(self.views)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read a case from a TOML file; photos and masks are read when it is rendered.

        Parameters
        ----------
        path : str or path-like
            The file; what it names is looked for beside it.

        Raises
        ------
        TreatmentFileError
            When it cannot be read, is no TOML or of another schema.
        ParameterError
            For an unknown key (with the nearest valid one) or a value that is not allowed.
        """
        table, folder = read_table(path, "case", _CASE), Path(path).parent
        views = table.take("views", list, [])
        seed = table.take("seed", int, 0)
        return cls(
            views=[_view(view, folder, f"{table.origin}: views[{k}]") for k, view in enumerate(views, 1)],
            treatment=_treatment(table, folder),
            seed=seed,
            client=table.take("client", str, ""),
            date=table.take("date", str, ""),
        )

    @property
    def files(self) -> tuple[str, ...]:
        """Paths of all that is read."""
        sources = [
            source
            for view in self.views
            for source in (view.photo, view.protect, view.hide_line, *(zone.mask for zone in view.zones))
        ]
        return tuple(os.fspath(s) for s in sources if isinstance(s, str | os.PathLike) and s not in _LINES)


def _check_name(name: str, what: str) -> None:
    if not isinstance(name, str) or len(name) > MAX_NAME:
        raise ParameterError(f"{what}: {quoted(name)} is no name of at most {MAX_NAME} letters", name=what, value=name)


def _check_counted(views: Sequence[CaseView]) -> None:
    """Refuse zones that would be counted twice, or nowhere."""
    counted: dict[str, str] = {}
    for view in views:
        for zone in view.zones:
            if zone.counted_in in ("", view.name):
                if zone.name in counted:
                    raise ParameterError(
                        f"zone {quoted(zone.name)} would be counted in the views {quoted(counted[zone.name])} and "
                        f"{quoted(view.name)}; give it another name, or write counted_in in one of them",
                        name="zones",
                    )
                counted[zone.name] = view.name
    for view in views:
        for zone in view.zones:
            if zone.counted_in and counted.get(zone.name) != zone.counted_in:
                raise ParameterError(
                    f"zone {quoted(zone.name)}: the view {quoted(zone.counted_in)} has no such zone that is counted",
                    name="counted_in",
                    value=zone.counted_in,
                )


def _treatment(table: Table, folder: Path) -> Treatment:
    given = table.values.get("treatment", {})
    if isinstance(given, str):
        return Treatment.load(folder / given)
    return Treatment().with_tables(table.take("treatment", dict, {}), origin=table.origin)


def _view(values: Any, folder: Path, origin: str) -> CaseView:
    if not isinstance(values, dict):
        raise ParameterError(f"{origin}: write [[views]] and the keys of one view below it", name="views")
    table = Table(values, _VIEW, origin)
    name, line = table.take("name", str, ""), table.take("hide_line", str, "")
    return CaseView(
        photo=_path(table, "photo", folder),
        zones=_zones(table, name, folder),
        name=name,
        scale=_scale(table),
        protect=_path(table, "protect", folder) if "protect" in values else None,
        hide_line=line if line in _LINES else folder / line if line else None,
        head=table.take("head", dict, {}),
    )


def _zones(table: Table, name: str, folder: Path) -> list[CaseZone]:
    zones = table.take("zones", list, [])
    if ("mask" in table.values) == bool(zones):
        raise ParameterError(f"{table.origin}: give either a mask or zones", name="mask")
    if not zones:
        return [CaseZone(_path(table, "mask", folder), name)]
    return [_zone(zone, folder, f"{table.origin}.zones[{k}]") for k, zone in enumerate(zones, 1)]


def _zone(values: Any, folder: Path, origin: str) -> CaseZone:
    if not isinstance(values, dict):
        raise ParameterError(f"{origin}: write [[views.zones]] and the keys of one zone below it", name="zones")
    table = Table(values, _ZONE, origin)
    return CaseZone(
        mask=_path(table, "mask", folder),
        name=table.take("name", str, ""),
        density_per_cm2=table.values.get("density_per_cm2"),
        counted_in=table.take("counted_in", str, ""),
    )


def _path(table: Table, key: str, folder: Path) -> Path:
    text = table.take(key, str, "")
    if not text:
        raise ParameterError(f"{table.origin}: {key} is missing; give the name of a file", name=key)
    return folder / text


def _scale(table: Table) -> Scale | None:
    if "px_per_mm" in table.values:
        if "ruler" in table.values:
            raise ParameterError(f"{table.origin}: px_per_mm and ruler both give the scale; keep one", name="ruler")
        return Scale(table.number("px_per_mm", "give px per mm"))
    points = table.take("ruler", list, [])
    if not points:
        return None
    if len(points) != 4 or not all(type(number) in (int, float) for number in points):
        raise table.refusal("ruler", "give [x1, y1, x2, y2] in px of the upright photo")
    a, b = (points[0], points[1]), (points[2], points[3])
    length = table.values.get("ruler_mm")
    if length == "pupils":
        return Scale.from_pupils(a, b)
    if length == "iris":
        return Scale.from_iris(a, b)
    length_mm = table.number("ruler_mm", 'give the distance of the two points in mm, "pupils" or "iris"')
    return Scale.from_points(a, b, length_mm)
