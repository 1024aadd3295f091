"""``smpsim compare``: how far two pictures are apart."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

import click

from smpsim.cli import options
from smpsim.cli.group import Command, Option
from smpsim.cli.streams import STANDARD, Target, check_target, check_title
from smpsim.cli.talk import Talk, hushed, printable, reporting, write_json

if TYPE_CHECKING:
    from smpsim.files.photo import Photo

_PAGES = (".html", ".htm")


@click.command(cls=Command, example="smpsim compare smpsim-demo/photo.jpg smpsim-demo/preview.png -o compare.html")
@click.argument("a")
@click.argument("b")
@click.option(
    "-o",
    "--output",
    cls=Option,
    metavar="OUT",
    help="A picture of both side by side (.png .jpg .webp .tif), or a page with a slider (.html).",
)
@options.title_option
@options.language_option
@options.overwrite_option
@options.json_option
@options.talk_options
def command(
    a: str, b: str, output: str | None, title: str, language: str, overwrite: bool, as_json: bool, talk: Talk
) -> None:
    """Compare the pictures A and B, of equal size.

    Prints the largest and the mean colour difference (Delta E 2000: about 1 is just visible side by side), and how
    many pixels differ.  Each picture is read through its own profile.
    """
    with reporting(as_json, a=a, b=b):
        from smpsim.report.compare import compare_images, label_of, opened

        target = None if output is None else _target(output, overwrite, (a, b))
        check_title(title, target)
        with hushed():
            first, second = opened(a, b)
        result = compare_images(first, second)
        if target is not None:
            target.write(_drawn(target.format, first, second, label_of(b, a), title, language))
    if as_json:
        write_json(result.as_dict())
    else:
        click.echo(
            f"max Delta E 2000  {result.max_delta_e:.4g}\n"
            f"mean Delta E 2000 {result.mean_delta_e:.4g}\n"
            f"changed pixels    {result.changed_px} of {first.size[0] * first.size[1]}"
        )
    talk.note(tuple(f"{printable(path)}: {line}" for path, p in ((a, first), (b, second)) for line in p.notices))
    if target is not None:
        talk.say(f"{target.name}: written")


def _target(output: str, overwrite: bool, inputs: tuple[str, ...]) -> Target:
    from smpsim.errors import ParameterError

    if output == STANDARD:
        raise ParameterError("-o -: compare prints its numbers on standard output; give a file", name="output")
    return check_target(output, None, overwrite=overwrite, inputs=inputs, format_of=_format_of)


def _format_of(path: str) -> str:
    from smpsim.files.encode import format_of

    return "html" if PurePath(path).suffix.lower() in _PAGES else format_of(path)


def _drawn(
    format: str, first: Photo, second: Photo, label: dict[str, object] | None, title: str, language: str
) -> bytes:
    from smpsim.report.compare import side_by_side, slider_page

    if format == "html":
        return slider_page(first, second, label=label, title=title, language=language).encode("utf-8")
    return side_by_side(first, second, format=format, label=label, language=language)
