"""The technician's page of the sheet.

Numbers: choices of layout.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import smpsim
from smpsim.files.clinic_file import Clinic
from smpsim.ink.needle import deposit_diameter_mm, pigment_depth_mm
from smpsim.parameters import PARAMETERS
from smpsim.report.case import RenderedCase, ZoneNumbers
from smpsim.report.hours import DOTS_PER_HOUR, hours
from smpsim.report.paper import Flow, shortened, space, table, text
from smpsim.report.settings_words import in_words
from smpsim.report.sheet_client import named, treated
from smpsim.stats import PreviewStats
from smpsim.treatment import Treatment
from smpsim.words import Words

_MOST_LETTERS = 60
# warnings of the program that are told, and letters of each
_MOST_WARNINGS, _MOST_OF_ONE = 16, 240
# what a warning says to those who type: (--hair 0, in Python hair_sensitivity=0)
_FLAGS = re.compile(r" \(--[^()]*\)")


def technician_page(rendered: RenderedCase, clinic: Clinic, say: Words, width: float) -> list[Flow]:
    """Return what stands on the technician's page."""
    case = rendered.case
    heading = named(case)
    return [
        text(say("sheet.technician"), "title"),
        *([text(heading, "name")] if heading else []),
        *_zones(rendered, say, width),
        *_hours(rendered, clinic, say),
        *_needle(case.treatment, say, width),
        *_views(rendered, say, width),
        *_parameters(rendered, say, width),
        text(say("sheet.estimates"), "heading"),
        text(say("sheet.estimates_are")),
        *_warnings(rendered, say),
    ]


def _zones(rendered: RenderedCase, say: Words, width: float) -> list[Flow]:
    n = rendered.case.treatment.course.n_sessions
    heads = [say("sheet.zone"), say("sheet.area_cm2"), say("sheet.asked"), say("sheet.all_dots")]
    heads += [say("sheet.session", number=k) for k in range(1, n + 1)]
    rows = [_zone(zone, say) for zone in rendered.zones]
    total = ZoneNumbers(say("sheet.sum"), "", rendered.area_cm2, 0, rendered.n_dots_of_session)
    sums = [*_zone(total, say)[:2], "", *_zone(total, say)[3:]]
    return [
        text(say("sheet.plan"), "heading"),
        table([heads, *rows, sums], [2.4, 1, 1, 1.6, *[1.5] * n], width, sums=True),
        space(3),
        text(treated(rendered, say)),
        text(say("sheet.plan_note"), "small"),
        space(4),
    ]


def _zone(zone: ZoneNumbers, say: Words) -> list[str]:
    name = zone.name or say("sheet.whole")
    if zone.view and zone.view != zone.name:
        name = f"{name} ({zone.view})"
    area = zone.area_cm2
    return [
        shortened(name, _MOST_LETTERS),
        say.number(area, 1),
        say.number(zone.asked_per_cm2),
        *(_dots(n, area, say) for n in (zone.n_dots, *zone.n_dots_of_session)),
    ]


def _dots(n: int, area: float, say: Words) -> str:
    return say("sheet.dots", dots=n, density=say.number(n / area if area else 0.0, 1))


def _hours(rendered: RenderedCase, clinic: Clinic, say: Words) -> list[Flow]:
    pace = clinic.dots_per_hour
    each = [
        say("sheet.hours_session", number=k, hours=_range(n, pace, say))
        for k, n in enumerate(rendered.n_dots_of_session, 1)
    ]
    slow, fast = (say.number(rate) for rate in pace or DOTS_PER_HOUR)
    source = say("sheet.pace_own" if pace else "sheet.pace_trade", slow=slow, fast=fast)
    whole = say("sheet.hours_all", hours=_range(rendered.n_dots, pace, say))
    return [
        text(say("sheet.hours"), "heading"),
        text(f"{whole}  {'; '.join(each)}."),
        text(source, "small"),
        space(4),
    ]


def _range(n_dots: int, pace: tuple[float, float] | None, say: Words) -> str:
    least, most = (say.number(h, 1 if h < 10 else 0) for h in hours(n_dots, pace))
    return say("sheet.hours_range", least=least, most=most)


def _needle(treatment: Treatment, say: Words, width: float) -> list[Flow]:
    about, guess = treatment.deposit, say("sheet.estimate")
    depth, wide = (
        say.number(float(f"{mm:.2g}")) for mm in (pigment_depth_mm(treatment), deposit_diameter_mm(treatment))
    )
    needle = say("sheet.not_said") if about.needle_mm is None else f"{say.number(about.needle_mm)} mm"
    ink = treatment.course.first_ink_frac
    rows = [
        [say("sheet.needle_depth"), say("sheet.needle_mm"), say("sheet.pigment_depth"), say("sheet.deposit")],
        [
            f"{say.number(about.needle_depth_mm)} mm",
            needle,
            f"{depth} mm" + ("" if about.depth_mm is not None else f" ({guess})"),
            f"{wide} mm ({guess})",
        ],
    ]
    shade = say("sheet.shade", shade=treatment.ink.shade)
    if ink < 1:
        shade += " " + say("sheet.first_ink", percent=f"{100 * ink:.0f}")
    return [text(say("sheet.needle"), "heading"), table(rows, [1] * 4, width), space(3), text(shade), space(4)]


def _views(rendered: RenderedCase, say: Words, width: float) -> list[Flow]:
    heads = ("sheet.view", "sheet.px_per_mm", "sheet.scale_source", "sheet.scalp_as", "sheet.skin", "sheet.seen")
    rows = []
    for view in rendered.views:
        stats = view.preview.stats
        rows.append(
            [
                shortened(view.name or say("sheet.photo"), _MOST_LETTERS),
                say.number(stats.px_per_mm, 2),
                _scale(stats, say),
                _known("surface", stats.surface, say),
                _known("tone", stats.skin_tone_source, say),
                f"{say.number(stats.seen_diameter_mm, 2)} mm",
            ]
        )
    return [
        text(say("sheet.photos"), "heading"),
        table([[say(head) for head in heads], *rows], [1.7, 0.9, 1.8, 1.3, 1.3, 1.3], width),
        space(4),
    ]


def _scale(stats: PreviewStats, say: Words) -> str:
    source, off = _known("scale", stats.scale_source, say), stats.scale_uncertainty_frac
    return f"{source}, ±\N{NO-BREAK SPACE}{say.number(float(f'{100 * off:.2g}'))} %" if off else source


def _known(kind: str, word: str, say: Words) -> str:
    """Return a word of the stats in the language, where the catalogue has it."""
    return say.texts.get(f"sheet.{kind}.{word}", word)


def _parameters(rendered: RenderedCase, say: Words, width: float) -> list[Flow]:
    """Say what is set otherwise than by default, for people; and, small, all that it takes to make the sheet again."""
    case, default = rendered.case, Treatment().as_dict()
    changed = {name: value for name, value in case.treatment.leaves() if value != default[name]}
    rows = [[say(f"parameter.{name}"), in_words(name, value, case.treatment, say)] for name, value in changed.items()]
    half = [rows[k : k + 2] for k in range(0, len(rows), 2)]
    pairs = [[cell for row in two for cell in row] + [""] * (4 - 2 * len(two)) for two in half]
    heads = [say("sheet.parameter"), say("sheet.value")] * 2
    told = [f"{name} = {PARAMETERS[name].show(value)}" for name, value in changed.items()]
    told += [f"{view.name}: {name} = {value}" for view in case.views for name, value in view.head.items()]
    made = say("sheet.made", version=smpsim.__version__, seed=case.seed)
    return [
        text(say("sheet.parameters"), "heading"),
        *([table([heads, *pairs], [1.6, 1, 1.6, 1], width), space(3)] if pairs else []),
        text(say("sheet.all_default")),
        text(" ".join([made, "; ".join(told)]), "small"),
        space(4),
    ]


def _warnings(rendered: RenderedCase, say: Words) -> Iterator[Flow]:
    lines = list(dict.fromkeys(_told(rendered)))
    if lines:
        yield text(say("sheet.notes"), "heading")
    for line in lines[:_MOST_WARNINGS]:
        yield text(f"• {shortened(_FLAGS.sub('', line), _MOST_OF_ONE)}", "small")
    if len(lines) > _MOST_WARNINGS:
        yield text(say("sheet.more_notes", number=len(lines) - _MOST_WARNINGS), "small")


def _told(rendered: RenderedCase) -> Iterator[str]:
    for view in rendered.views:
        for line in view.warnings:
            yield f"{view.name}: {line}" if view.name else line
