"""What can be handed over: a view or a whole project as the bytes of a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from smpsim.errors import MaskError, ParameterError, quoted
from smpsim.files.case_file import Case, CaseView, CaseZone
from smpsim.files.clinic_file import Clinic
from smpsim.files.encode import encode_mask, encode_picture, on_white
from smpsim.files.names import free_name, safe_stem, safe_words
from smpsim.files.project_file import encode_project
from smpsim.files.project_pack import Packed, encode_pack
from smpsim.files.tables import encode_dots
from smpsim.preview import Preview
from smpsim.project import Project, View
from smpsim.raster.draw import Progress
from smpsim.report.board import Board
from smpsim.report.case import render_case
from smpsim.report.compare import slider_page
from smpsim.report.layout import Captioned, laid_out
from smpsim.report.options import choices_around, option_sheet
from smpsim.report.paper import PAPERS
from smpsim.report.sheet import client_sheet
from smpsim.report.timeline import timeline
from smpsim.report.views import VIEWS
from smpsim.sitting import Sitting
from smpsim.studio.bench import Bench
from smpsim.treatment import Treatment
from smpsim.words import LANGUAGES, words

#: kind -> what it is, in plain words
KINDS = {
    "png": "the preview at full size, every pixel as computed",
    "jpeg": "the preview at full size, as a small file",
    "tiff": "the preview at full size, for other programs",
    "mask": "where dots go, white on black, at the photo's size",
    "dots": "a table of all dots, for other programs",
    "slider": "a page with before and after, to be sent to the client",
    "ora": "photo, dots and area as layers, for a picture editor",
    "options": "a sheet of densities and shades, to choose from",
    "timeline": "fresh, healed and after years, side by side",
    "sheet": "a PDF for the client, with pictures and numbers",
    "project": "all that was set and drawn, without the photo",
    "pack": "the project with its photos, to go on elsewhere",
}
_TYPES = {
    "png": "image/png",
    "jpeg": "image/jpeg",
    "tiff": "image/tiff",
    "gif": "image/gif",
    "webp": "image/webp",
    "ora": "image/openraster",
    "html": "text/html; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "svg": "image/svg+xml",
    "npz": "application/octet-stream",
    "pdf": "application/pdf",
    "smp.json": "application/json",
    "smpz": "application/zip",
}
# what files are called that are not called after their kind
_CALLED = {"png": "preview", "jpeg": "preview", "tiff": "preview", "ora": "layers"}
_EXTENSIONS = {"jpeg": "jpg", "tiff": "tif"}
_NO_YES = ("no", "yes")
# letters of what is typed at the hand-over
_MOST_LETTERS = 200
_BOARDS = ("png", "jpeg", "tiff", "gif", "webp", "html")


@dataclass(frozen=True)
class Export:
    """A file to be handed over.

    Attributes
    ----------
    name : str
        A name that is safe on every system.
    media_type : str
        What it is.
    data : bytes
        The file.
    """

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, eq=False)
class Order:
    """What is to be made.

    Attributes
    ----------
    kind : str
        One of :data:`KINDS`.
    project : Project
        Of it.
    photos : mapping of str to Bench
        Digest -> photo, of all views.
    view : int
        Which view, where the kind is of one.
    options : mapping
        ``format``, ``language``, ``paper``, ``vary``, ``moments``, ``shows`` (the part that boards show), as the
        library's functions take them; ``moment`` ("shown": that of the project; "healed"), ``technician``, ``caption``
        ("no", "yes"), ``date``, ``studio`` (any words).
    """

    kind: str
    project: Project
    photos: Mapping[str, Bench]
    view: int = 0
    options: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ParameterError(f"kind: {quoted(self.kind)} is unknown; use one of {', '.join(KINDS)}", name="kind")

    @property
    def name(self) -> str:
        """What its file is called, without the extension."""
        view = self.project.views[self.view]
        stem = safe_words(self.project.client) if self.project.client else safe_stem(view.photo.name)
        if self.kind in ("project", "pack"):
            return stem
        several = len(self.project.views) > 1 and self.kind != "sheet"
        part = f"-{safe_words(view.name) if view.name else self.view + 1}" if several else ""
        return f"{stem}{part}-{_CALLED.get(self.kind, self.kind)}"

    @property
    def language(self) -> str:
        """Of pages and captions."""
        return self.option("language", *LANGUAGES)

    def option(self, name: str, *allowed: str) -> str:
        """Return one of the options, the first that is allowed when nothing is said.

        Raises
        ------
        ParameterError
            When it is none of those that are allowed.
        """
        value = (self.options or {}).get(name, allowed[0])
        if value not in allowed:
            raise ParameterError(f"{name}: {quoted(value)} is not allowed; use one of {', '.join(allowed)}", name=name)
        return str(value)

    def words(self, name: str) -> str:
        """Return one of the options that are any words, "" when nothing is said.

        Raises
        ------
        ParameterError
            When it is no text, or too long.
        """
        value = (self.options or {}).get(name, "")
        if not isinstance(value, str) or len(value) > _MOST_LETTERS:
            raise ParameterError(f"{name}: give a text of at most {_MOST_LETTERS} letters", name=name)
        return value.strip()

    @property
    def treatment(self) -> Treatment:
        """That of the project at the moment that is wanted: as shown in the project, or healed after all sessions."""
        own = self.project.treatment
        healed = self.option("moment", "shown", "healed") == "healed"
        return own.replace(session=None, age_days=None) if healed else own


def make(order: Order, progress: Progress) -> Export:
    """Make what was ordered.

    Parameters
    ----------
    order : Order
        What.
    progress : callable
        Called with the share that is done and what is next; what it raises ends the work.

    Raises
    ------
    SmpsimError
        When it cannot be made, in one line.
    """
    progress(0.0, "beginning")
    format, data = _MAKERS[order.kind](order, progress)
    return Export(f"{order.name}.{_EXTENSIONS.get(format, format)}", _TYPES[format], data)


def _sitting(order: Order) -> Sitting:
    view = order.project.views[order.view]
    sitting = order.photos[view.photo.sha256].sitting(view)
    if sitting.is_empty:
        raise MaskError("nothing is treated in this view: draw a line or paint in it first")
    return sitting


def _preview(order: Order, progress: Progress) -> Preview:
    return _sitting(order).render(treatment=order.treatment, seed=order.project.seed, progress=progress)


def _picture(order: Order, progress: Progress) -> tuple[str, bytes]:
    preview = _preview(order, progress)
    progress(0.95, "file")
    if order.option("caption", *_NO_YES) == "no":
        return order.kind, preview.encode(order.kind)
    whole = Captioned(on_white(preview.image, preview.alpha), "", "")
    paper = laid_out([whole], 1, words(order.language))
    profile = preview.photo.profile
    return order.kind, encode_picture(paper, format=order.kind, profile=profile, fine_detail=True, label=preview.label)


def _layers(order: Order, progress: Progress) -> tuple[str, bytes]:
    preview = _preview(order, progress)
    progress(0.9, "file")
    return "ora", preview.encode_layers()


def _mask(order: Order, progress: Progress) -> tuple[str, bytes]:
    which = order.option("part", "area", "protected")
    return "png", encode_mask(order.project.views[order.view].area()[which == "protected"])


def _dots(order: Order, progress: Progress) -> tuple[str, bytes]:
    format = order.option("format", "csv", "svg", "npz")
    preview = _preview(order, progress)
    width, height = (side / preview.stats.px_per_mm for side in preview.photo.size)
    return format, encode_dots(preview.dots, format=format, size_mm=(width, height), label=preview.label)


def _slider(order: Order, progress: Progress) -> tuple[str, bytes]:
    preview = _preview(order, progress)
    progress(0.9, "file")
    after = replace(preview.photo, pixels=preview.image)
    page = slider_page(preview.photo, after, label=preview.label, title=order.project.client, language=order.language)
    return "html", page.encode("utf-8")


def _board(order: Order, progress: Progress) -> tuple[str, bytes]:
    format = order.option("format", *_BOARDS)
    sitting = _sitting(order)
    options, given = order.options or {}, {}
    for key, kind in (("vary", dict), ("moments", list)):
        if isinstance(options.get(key), kind):
            given[key] = options[key]
    if order.kind == "options":
        given.setdefault("vary", choices_around(order.treatment))
    draw: Callable[..., Board] = option_sheet if order.kind == "options" else timeline
    board = draw(
        sitting.photo,
        sitting.coverage,
        scale=sitting.scale,
        treatment=order.treatment,
        seed=order.project.seed,
        protect=sitting.protect,
        view=order.option("shows", *VIEWS),
        language=order.language,
        progress=progress,
        **given,
    )
    return format, board.encode(format, title=order.project.client if format == "html" else "")


def _sheet(order: Order, progress: Progress) -> tuple[str, bytes]:
    project = order.project
    names: list[str] = []
    for number, view in enumerate(project.views, 1):
        # the only one needs no name
        names.append(view.name if len(project.views) == 1 else free_name(view.name or str(number), "", names))
    views = [_case_view(order, view, name) for view, name in zip(project.views, names, strict=True)]
    case = Case(views, order.treatment, project.seed, project.client, order.words("date"))
    rendered = render_case(case, progress=progress)
    sheet = client_sheet(
        rendered,
        language=order.language,
        paper=order.option("paper", *PAPERS),
        clinic=Clinic(order.words("studio")),
        technician=order.option("technician", *_NO_YES) == "yes",
    )
    return "pdf", sheet.pdf


def _case_view(order: Order, view: View, name: str) -> CaseView:
    coverage, protect = view.area()
    photo = order.photos[view.photo.sha256].photo
    return CaseView(photo, [CaseZone(coverage, name)], name, view.scale, protect if protect.any() else None)


def _project(order: Order, progress: Progress) -> tuple[str, bytes]:
    return "smp.json", encode_project(order.project)


def _pack(order: Order, progress: Progress) -> tuple[str, bytes]:
    return "smpz", encode_pack(Packed(order.project, {key: bench.data for key, bench in order.photos.items()}))


_MAKERS: dict[str, Callable[[Order, Progress], tuple[str, bytes]]] = {
    "png": _picture,
    "jpeg": _picture,
    "tiff": _picture,
    "mask": _mask,
    "dots": _dots,
    "slider": _slider,
    "ora": _layers,
    "options": _board,
    "timeline": _board,
    "sheet": _sheet,
    "project": _project,
    "pack": _pack,
}
