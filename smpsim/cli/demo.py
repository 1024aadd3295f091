"""``smpsim demo``: what comes out, without a photo."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from smpsim.cli import options
from smpsim.cli.group import Command, Option
from smpsim.cli.talk import Talk, printable, write_data
from smpsim.errors import OutputError

if TYPE_CHECKING:
    from smpsim.preview import Preview
    from smpsim.synthetic import Sample

_OWN = "smpsim-demo"
_NAMES = ("photo.jpg", "mask.png", "preview.png", "depth-strip.png", "before-after.html")


@click.command(cls=Command, example="smpsim demo -o smpsim-demo")
@click.option(
    "-o",
    "--output",
    cls=Option,
    metavar="DIR",
    default=_OWN,
    show_default=True,
    help="Folder to write into; in its own one an earlier demo is replaced.",
)
@options.overwrite_option
@options.talk_options
def command(output: str, overwrite: bool, talk: Talk) -> None:
    """Render a synthetic scalp.

    Writes the photo, its mask, the preview, a page with a before/after slider and a strip of depths, and prints where
    they are.
    """
    folder = Path(output)
    _make(folder)
    from smpsim.api import render
    from smpsim.files.atomic import check_writable, write_atomic
    from smpsim.synthetic import sample
    from smpsim.treatment import Treatment

    overwrite = overwrite or output == _OWN
    for name in _NAMES:
        check_writable(folder / name, overwrite=overwrite)
    talk.say("rendering a synthetic scalp (no photo of anybody) ...")
    head = sample()
    preview = render(head.photo, head.mask, scale=head.scale, treatment=Treatment(), surface=head.surface)
    for name, data in zip(_NAMES, _files(head, preview), strict=True):
        write_atomic(folder / name, data, overwrite=overwrite)
    talk.say(f"{preview.stats.n_dots} dots on {preview.stats.area_cm2:.0f} cm2")
    talk.say(f"open {printable(str(folder / _NAMES[-1]))} in a browser")
    for name in _NAMES:
        write_data(os.fsencode(folder / name) + b"\n")


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise OutputError(f"{printable(str(folder))}: is a file: give the name of a folder") from None
    except OSError as problem:
        raise OutputError(
            f"{printable(str(folder))}: cannot be made ({problem.strerror}); choose another folder with -o"
        ) from None


def _files(head: Sample, preview: Preview) -> tuple[bytes, ...]:
    """Return the bytes of the files of _NAMES."""
    import numpy as np

    from smpsim import html
    from smpsim.files.encode import encode_picture
    from smpsim.report.strip import depth_strip
    from smpsim.words import words

    photo = encode_picture(head.photo.pixels, format="jpeg", fine_detail=True)
    mask = np.rint(255 * head.mask).astype(np.uint8)
    stats = preview.stats
    say = words()
    alt = say("compare.alt_preview", dots=stats.n_dots, area=f"{stats.area_cm2:.0f}")
    body = html.slider(photo, preview.encode("jpeg"), alt=alt)
    return (
        photo,
        encode_picture(np.repeat(mask[..., None], 3, axis=2), format="png"),
        preview.encode("png"),
        depth_strip(head.photo, head.mask, scale=head.scale, treatment=preview.treatment).encode("png"),
        html.page(say("compare.title"), body).encode("utf-8"),
    )
