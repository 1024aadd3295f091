"""The client's page of the sheet.

Numbers: choices of layout.
"""

from __future__ import annotations

from smpsim.arrays import U8
from smpsim.files.case_file import Case
from smpsim.files.clinic_file import Clinic
from smpsim.files.encode import on_white
from smpsim.preview import Preview
from smpsim.report.case import RenderedCase
from smpsim.report.moments import name_of, told
from smpsim.report.paper import (
    POINTS_PER_MM,
    Flow,
    caption,
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
# height of the small pictures, points, of a client with one photo, and with more; how wide they are, over the page
_SMALL, _SMALLER, _SMALL_SHARE = 90.0, 60.0, 0.3
# words below a small picture have that much room
_LEAST = 80.0


def client_page(rendered: RenderedCase, clinic: Clinic, say: Words, width: float, height: float) -> list[Flow]:
    """Return what stands on the client's page; pictures take the room that the words leave."""
    case = rendered.case
    above = [
        *([text(shortened(clinic.heading, _MOST_OF_HEADING), "small")] if clinic.heading else []),
        text(say("sheet.title"), "title"),
        *([text(named(case), "name")] if named(case) else []),
        text(say("simulation.long"), "strong"),
        space(4),
    ]
    below = [space(4), *_line(rendered, say, width), *_moments(rendered, say, width), *_facts(rendered, say)]
    left = height - height_of(above, width) - height_of(below, width) - 6
    return [*above, _pictures(rendered, say, width, left), *below]


def named(case: Case) -> str:
    """Return the client's name and the day, as far as they are told."""
    return ", ".join(part for part in (case.client, case.date) if part)


def _captions(rendered: RenderedCase, say: Words) -> tuple[str, str]:
    """Return what stands below the photo, and below the preview: which moment it shows."""
    return say("compare.before"), say("sheet.after", when=name_of(rendered.case.treatment, say))


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
        words = (caption(_caption(view.name, what)) for what in _captions(rendered, say))
        held = room[0] if stacked else columns_px * scale
        names = [squeezed(lines, held, _BELOW - 2) for lines in words]
        laid = [[pair[0]], [names[0]], [pair[1]], [names[1]]] if stacked else [pair, names]
        cells.append(grid(laid, [held + _GAP] * len(laid[0])))
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
    below = [caption(what) for what in _captions(rendered, say)]
    return [
        text(say("sheet.line"), "heading"),
        grid([pair, below], [width / 2] * 2),
        space(5),
        ruler(10, say("sheet.one_cm"), width),
        text(said, "small"),
    ]


def _moments(rendered: RenderedCase, say: Words, width: float) -> list[Flow]:
    """Show the same head at other moments, small, side by side, as large as all of them fit."""
    first = rendered.views[0]
    if not first.moments:
        return []
    rows_px, columns_px = first.moments[0].after.shape[:2]
    n, high = len(first.moments), _SMALL if len(rendered.views) == 1 else _SMALLER
    wide = min(width / n, _SMALL_SHARE * width) - _GAP
    scale = _scale(columns_px, rows_px, wide, high)
    size = columns_px * scale, rows_px * scale
    colours = first.preview.photo.space
    pictures = [picture(jpeg(moment.after, colours, moment.label), *size) for moment in first.moments]
    below = [caption(say("sheet.moment", when=name_of(moment.treatment, say))) for moment in first.moments]
    return [
        space(6),
        text(say("sheet.moments"), "heading"),
        grid([pictures, below], [max(size[0], _LEAST) + _GAP] * n),
        text(say("sheet.moments_are"), "small"),
    ]


def _facts(rendered: RenderedCase, say: Words) -> list[Flow]:
    treatment = rendered.case.treatment
    course, when = treatment.course, [name_of(treatment, say), *told(treatment, say).splitlines()]
    lines = [
        treated(rendered, say),
        *_kept_free(rendered, say),
        say("sheet.sessions", number=course.n_sessions, days=say.number(course.session_gap_days))
        if course.n_sessions > 1
        else say("sheet.one_session"),
        say("sheet.shown", when=", ".join(when)),
        say("sheet.varies"),
    ]
    return [space(6), *(text(line, "fact") for line in lines)]


def treated(rendered: RenderedCase, say: Words) -> str:
    """Say how much skin is treated, no finer than it is known, and what is counted twice."""
    told_twice = [say("sheet.counted_twice")] if sum(bool(view.zones) for view in rendered.views) > 1 else []
    area = say.within(rendered.area_cm2, rendered.area_uncertainty_cm2)
    return " ".join([say("sheet.area", area=area), *told_twice])


def _kept_free(rendered: RenderedCase, say: Words) -> list[str]:
    """Say what is kept free of dots; it is known as well as the area is."""
    n, area = rendered.kept_free
    if not n:
        return []
    share = rendered.area_uncertainty_cm2 / rendered.area_cm2 if rendered.area_cm2 else 0.0
    told_area = say.within(area, share * area)
    return [say("sheet.kept_free", number=n, area=told_area) if n > 1 else say("sheet.kept_free_one", area=told_area)]
