"""``smpsim hairline``: a line fitted to a face, measured back, written as a mask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from smpsim import units
from smpsim.cli import options
from smpsim.cli.group import Command, Option
from smpsim.cli.streams import Target, check_streams, check_target, source_of
from smpsim.cli.talk import Talk, hushed, reporting, write_json
from smpsim.errors import ParameterError

if TYPE_CHECKING:
    from smpsim.files.photo import Photo
    from smpsim.scalp.hairline import Hairline
    from smpsim.scalp.landmarks import Landmarks, Point
    from smpsim.scalp.outline import Outline
    from smpsim.scalp.proportions import Measure

_LINE, _FACE = "The line", "The face (found in the photo when no pupils are given)"
_POINT, _FORM = "X,Y", "mature"


@dataclass(frozen=True)
class Clicks:
    """Points of the face as they were typed."""

    pupils: str | None
    glabella: str | None
    chin: str | None
    crease: str | None

    def landmarks(self, photo: Photo, scale: options.ScaleChoice) -> Landmarks:
        """Return the frame of the face: of the points, else of the face found in the photo."""
        from smpsim.scalp.landmarks import Landmarks

        known = scale.known_of(photo)
        if self.pupils is None:
            for name in ("glabella", "chin", "crease"):
                if getattr(self, name) is not None:
                    raise ParameterError(f"--{name}: needs --pupils as well", name=name)
            return Landmarks.detect(photo, scale=known)
        x1, y1, x2, y2 = _numbers("--pupils", self.pupils, 4)
        glabella, chin, crease = (_point(name, getattr(self, name)) for name in ("glabella", "chin", "crease"))
        pupils = (x1, y1), (x2, y2)
        return Landmarks.from_points(pupils=pupils, scale=known, glabella=glabella, chin=chin, crease=crease)


def _numbers(flag: str, text: str, count: int) -> list[float]:
    try:
        numbers = [float(number) for number in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) != count:
        wanted = "X1,Y1,X2,Y2" if count == 4 else _POINT
        raise ParameterError(f"{flag}: {text!r} cannot be read; write {wanted} in px", name=flag, value=text)
    return numbers


def _point(name: str, text: str | None) -> Point | None:
    return None if text is None else _place(f"--{name}", text)


def _place(flag: str, text: str) -> Point:
    x, y = _numbers(flag, text, 2)
    return x, y


@click.command(
    cls=Command,
    example="smpsim hairline smpsim-demo/photo.jpg -o line.png --pupils 520,1290,1024,1290 --template rounded",
)
@click.argument("photo")
@options.output_options("png", "svg", "json")
@click.option(
    "--template",
    "form",
    cls=Option,
    metavar="NAME",
    section=_LINE,
    help="straight, rounded, mature, receded, widows-peak, female or juvenile; mature when not given.",
)
@click.option("--side", cls=Option, metavar="NAME", section=_LINE, help="Side profile: soft, medium or defined.")
@click.option("--mid", cls=Option, metavar="MM", section=_LINE, help="Mid-point above the glabella, by tape: 75mm.")
@click.option("--temple-peaks/--no-temple-peaks", cls=Option, default=None, section=_LINE, help="Temporal peaks.")
@click.option("--line", cls=Option, metavar="FILE", section=_LINE, help="Take this line (our JSON) and measure it.")
@click.option(
    "--from-line",
    cls=Option,
    metavar="COLOUR",
    section=_LINE,
    help="Take the line drawn on the skin or the photo: white, red, blue, other (mark-up) or any.",
)
@click.option("--near", cls=Option, metavar=_POINT, multiple=True, section=_LINE, help="The drawn line passes here.")
@click.option(
    "--mirror",
    cls=Option,
    is_flag=True,
    section=_LINE,
    help="Both sides of the drawn line the same: over the axis of --pupils, else over its own.",
)
@click.option("--pupils", cls=Option, metavar="X1,Y1,X2,Y2", section=_FACE, help="Centres of the pupils, px.")
@click.option("--glabella", cls=Option, metavar=_POINT, section=_FACE, help="Middle between the brows.")
@click.option("--chin", cls=Option, metavar=_POINT, section=_FACE, help="Lowest point of the chin.")
@click.option("--crease", cls=Option, metavar=_POINT, section=_FACE, help="Highest wrinkle of the raised brows.")
@options.face_scale_options
@options.json_option
@options.talk_options
def command(
    *,
    photo: str,
    output: str,
    format: str | None,
    overwrite: bool,
    form: str | None,
    side: str | None,
    mid: str | None,
    temple_peaks: bool | None,
    line: str | None,
    from_line: str | None,
    near: tuple[str, ...],
    mirror: bool,
    pupils: str | None,
    glabella: str | None,
    chin: str | None,
    crease: str | None,
    scale: options.ScaleChoice,
    as_json: bool,
    talk: Talk,
) -> None:
    """Fit a hairline to the face on PHOTO, or take the one drawn on it, and measure it.

    OUT is the area behind the line as a mask (.png) for smpsim render, the line as a drawing (.svg), or everything to
    be edited (.json).  Lengths are by tape over the skin, in cm, with their uncertainty; what lies outside of the
    usual ranges is said, with its source.
    """
    check_streams(output, as_json, photo)
    with reporting(as_json, src=photo, out=output):
        from smpsim.files.hairline_file import encode_hairline, hairline_format_of, read_hairline
        from smpsim.files.photo import read_photo
        from smpsim.scalp.hairline import Hairline
        from smpsim.scalp.outline import trace_outline
        from smpsim.scalp.proportions import measure_hairline, short_of_rule
        from smpsim.scalp.templates import template

        shape = {"--template": form, "--side": side, "--mid": mid, "--temple-peaks": temple_peaks}
        _check_one_line(line, from_line, near, mirror, shape)
        mid_mm = None if mid is None else units.parse(mid, "mm", name="--mid")
        _check_words(from_line, form or _FORM, side, mid_mm)
        places = [_place("--near", text) for text in near]
        kept = None if line is None else read_hairline(line)
        inputs = (photo,) if line is None else (photo, line)
        target = check_target(output, format, overwrite=overwrite, inputs=inputs, format_of=hairline_format_of)
        with hushed():
            picture = read_photo(source_of(photo))
        face = Clicks(pupils, glabella, chin, crease).landmarks(picture, scale)
        outline = trace_outline(picture.pixels, face.face)
        face = face.with_outline(outline)
        notes: list[str] = []
        if from_line is not None:
            drawn, notes = _drawn(picture, from_line, places, mirror, face, outline)
        elif kept is not None:
            drawn = kept
        else:
            peaks = temple_peaks is not False
            drawn = Hairline.fit(face, form or _FORM, mid_mm=mid_mm, side=side, temple_peaks=peaks, outline=outline)
        measures = measure_hairline(drawn, face)
        if from_line is None and line is None:
            short = short_of_rule(measures, template(form or _FORM))
            notes = [] if short is None else [short]
        target.write(encode_hairline(drawn, format=target.format, size=picture.size))
    _tell(talk, target, face, measures, notes, as_json=as_json, photo=photo, output=output)


def _check_one_line(
    line: str | None, from_line: str | None, near: tuple[str, ...], mirror: bool, shape: Mapping[str, object]
) -> None:
    """Refuse options of a line that is not the one asked for."""
    if line is not None and from_line is not None:
        raise ParameterError("--line and --from-line both give the line; keep one", name="from_line")
    if from_line is None and (near or mirror):
        flag = "near" if near else "mirror"
        raise ParameterError(f"--{flag}: needs --from-line as well", name=flag)
    source = "--line" if line is not None else "--from-line"
    unused = [flag for flag, value in shape.items() if value is not None]
    if unused and (line is not None or from_line is not None):
        flags = " and ".join(unused)
        raise ParameterError(f"{flags}: only for templates; the line is that of {source}; keep one", name=unused[0])


def _check_words(colour: str | None, form: str, side: str | None, mid_mm: float | None) -> None:
    """Refuse words that nobody knows before a face is looked for."""
    from smpsim.scalp.hairline import check_mid
    from smpsim.scalp.pencil import check_colour
    from smpsim.scalp.templates import sharp_points, template

    sharp_points(template(form), side)
    if colour is not None:
        check_colour(colour)
    if mid_mm is not None:
        check_mid(mid_mm)


def _drawn(
    photo: Photo, colour: str, near: list[Point], mirror: bool, face: Landmarks, outline: Outline
) -> tuple[Hairline, list[str]]:
    """Return the line that is drawn on the forehead, and what to know of it."""
    from smpsim.scalp.pencil import find_line
    from smpsim.scalp.through import forehead, hairline_through, told_of_mirror

    region = forehead(face, outline, photo.size)
    found = find_line(photo, scale=face.scale, colour=colour, near=near, region=region, face=face).points
    px_per_mm = face.scale.px_per_mm
    line = hairline_through(found, px_per_mm, face=face, outline=outline, mirror=mirror)
    return line, [told_of_mirror(line, found, px_per_mm, face)] if mirror else []


def _tell(
    talk: Talk,
    target: Target,
    face: Landmarks,
    measures: tuple[Measure, ...],
    notes: list[str],
    *,
    as_json: bool,
    photo: str,
    output: str,
) -> None:
    from smpsim.scalp.proportions import warnings_about

    notes = [*notes, *warnings_about(measures)]
    scale = face.scale
    if face.source == "face":
        notes.insert(0, "the face was found in the photo, to about 6 mm; give --pupils for a line to work by")
    if as_json:
        facts: dict[str, Any] = {"px_per_mm": scale.px_per_mm, "scale_source": scale.source}
        facts["scale_uncertainty_frac"] = scale.uncertainty_frac
        facts["measures"] = [
            {"name": each.name, "value_mm": each.value_mm, "uncertainty_mm": each.uncertainty_mm} for each in measures
        ]
        write_json({"src": photo, "out": output, "status": "done", **facts, "warnings": notes})
    talk.note(tuple(notes))
    for each in measures:
        talk.say(f"{each.name}: {each.value_mm / 10:z.1f} +- {each.uncertainty_mm / 10:.1f} cm")
    talk.say(f"{target.name}: {scale.px_per_mm:.2f} px/mm ({scale.source})")
