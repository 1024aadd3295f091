"""The client's page of the sheet.

Numbers: choices of layout.
"""

from __future__ import annotations

from smpsim.arrays import U8
from smpsim.files.clinic_file import Clinic
from smpsim.files.encode import on_white
from smpsim.preview import Preview
from smpsim.report.case import RenderedCase
from smpsim.report.moments import name_of, told
from smpsim.report.paper import (
    POINTS_PER_MM,
    Flow,
    grid,
    height_of,
    jpeg,
    picture,
    ruler,
    shortened,
    space,
    squeezed,
    text,
)
from smpsim.words import Words

_GAP = 4.0
# room between pairs of pictures, and for the words below one, points
_APART, _BELOW = 10.0, 24.0
_MOST_LETTERS, _MOST_OF_HEADING = 60, 300
# an uncertainty of the scale that clients are told of
_TOLD_FRAC = 0.02
_CAPTIONS = ("compare.before", "compare.after_simulated")


def client_page(rendered: RenderedCase, clinic: Clinic, say: Words, width: float, height: float) -> list[Flow]:
    """Return what stands on the client's page; pictures take the room that the words leave."""
    case = rendered.case
    above = [
        *([text(shortened(clinic.heading, _MOST_OF_HEADING), "small")] if clinic.heading else []),
        text(say("sheet.title"), "title"),
        *([text(case.client, "name")] if case.client else []),
        text(say("simulation.long"), "strong"),
        space(2),
    ]
    below = [space(4), *_line(rendered, say, width), *_facts(rendered, say)]
    left = height - height_of(above, width) - height_of(below, width) - 6
    return [*above, _pictures(rendered, say, width, left), *below]


def _encoded(before: U8, after: U8, preview: Preview) -> tuple[bytes, bytes]:
    """Return two pictures as JPEGs, the second one marked as the simulation that it is."""
    colours = preview.photo.space
    return jpeg(before, colours, None), jpeg(after, colours, preview.label)


def _pictures(rendered: RenderedCase, say: Words, width: float, height: float) -> Flow:
    """Lay all pairs out, side by side or one above the other, as large as they can be."""
    views = rendered.views
    sides = [view.after.shape[:2] for view in views]
    rooms = [
        (_room(len(views), columns, stacked, width, height), columns, stacked)
        for columns in range(1, min(len(views), 4) + 1)
        for stacked in (False, True)
    ]
    room, columns, stacked = max(rooms, key=lambda one: sum(w * h * _scale(w, h, *one[0]) ** 2 for h, w in sides))
    cells: list[Flow] = []
    for view, (rows_px, columns_px) in zip(views, sides, strict=True):
        scale = _scale(columns_px, rows_px, *room)
        pair = [
            picture(data, columns_px * scale, rows_px * scale)
            for data in _encoded(view.before, view.after, view.preview)
        ]
        words = (text(_caption(view.name, say(key)), "small") for key in _CAPTIONS)
        names = [squeezed(line, columns_px * scale, _BELOW - 2) for line in words]
        laid = [[pair[0]], [names[0]], [pair[1]], [names[1]]] if stacked else [pair, names]
        cells.append(grid(laid, [columns_px * scale + _GAP] * len(laid[0])))
    cells += [space(1)] * (-len(cells) % columns)
    rows = [cells[k : k + columns] for k in range(0, len(cells), columns)]
    return grid(rows, [width / columns] * columns)


def _caption(name: str, what: str) -> str:
    return f"{shortened(name, _MOST_LETTERS)}: {what}" if name else what


def _room(n: int, columns: int, stacked: bool, width: float, height: float) -> tuple[float, float]:
    """Return the room of each picture, points, with captions of at most two lines below it."""
    wide, high = (width - (columns - 1) * _APART) / columns - 2 * _GAP, height / -(-n // columns)
    across, down = (wide, high / 2 - _BELOW) if stacked else (wide / 2, high - _BELOW)
    return across, max(down, _BELOW)


def _scale(columns_px: int, rows_px: int, wide: float, high: float) -> float:
    """Return the scale at which a picture fits, points per px."""
    return min(wide / columns_px, high / rows_px)


def _line(rendered: RenderedCase, say: Words, width: float) -> list[Flow]:
    """Show the piece at the line at life size, before and after."""
    preview = rendered.views[0].line
    if preview is None:
        return []
    stats = preview.stats
    point = POINTS_PER_MM / stats.px_per_mm
    before, after = (on_white(pixels, preview.alpha) for pixels in (preview.before, preview.image))
    high, wide = (side * point for side in preview.image.shape[:2])
    pair = [picture(data, wide, high) for data in _encoded(before, after, preview)]
    said = say("sheet.life_size")
    if stats.scale_uncertainty_frac > _TOLD_FRAC:
        said += " " + say("sheet.scale_uncertain", percent=f"{100 * stats.scale_uncertainty_frac:.0f}")
    below = [text(say(key), "small") for key in _CAPTIONS]
    return [
        text(say("sheet.line"), "heading"),
        grid([pair, below], [width / 2] * 2),
        ruler(10, say("sheet.one_cm"), width),
        text(said, "small"),
    ]


def _facts(rendered: RenderedCase, say: Words) -> list[Flow]:
    treatment = rendered.case.treatment
    course, when = treatment.course, [name_of(treatment, say), *told(treatment, say).splitlines()]
    lines = [
        say("sheet.area", area=say.number(rendered.area_cm2, 1)),
        say("sheet.sessions", number=course.n_sessions, days=say.number(course.session_gap_days))
        if course.n_sessions > 1
        else say("sheet.one_session"),
        say("sheet.shown", when=", ".join(when)),
        say("sheet.varies"),
    ]
    return [space(3), *(text(line) for line in lines)]
