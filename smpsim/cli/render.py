"""``smpsim render``: one preview."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import click

from smpsim.cli import options
from smpsim.cli.group import Command, Option
from smpsim.cli.options import pixel_box
from smpsim.cli.projects import Asked, Told, asked_of_project, refuse_beside
from smpsim.cli.streams import Target, check_beside, check_streams, check_target, read_inputs
from smpsim.cli.talk import Talk, reporting, write_json
from smpsim.errors import ParameterError

if TYPE_CHECKING:
    from smpsim.files.photo import Photo
    from smpsim.sitting import Window
    from smpsim.stats import PreviewStats
    from smpsim.treatment import Treatment

_SECTION = "What to render (the whole photo when not given)"


@click.command(
    cls=Command,
    example="smpsim render smpsim-demo/photo.jpg smpsim-demo/mask.png -o preview.png --px-per-mm 8 --density 70",
)
@click.argument("photo")
@click.argument("mask", required=False)
@options.output_options("jpeg", "png", "webp", "tiff")
@options.scale_options
@options.treatment_options
@click.option(
    "--window", cls=Option, metavar="X,Y,W,H", section=_SECTION, help="These px alone; equal to those of the whole."
)
@click.option(
    "--max-px",
    cls=Option,
    type=int,
    metavar="N",
    section=_SECTION,
    help="A smaller picture of the whole, its longer side N px; the dots are the same.",
)
@click.option(
    "--view", cls=Option, metavar="NAME|N", section=_SECTION, help="The view of a project that has several, from 1."
)
@click.option("--save-mask", cls=Option, metavar="PNG", help="Write the mask that was used, too.")
@click.option("--save-layers", cls=Option, metavar="ORA", help="Write photo, dots and area as layers, too.")
@options.protect_option
@options.hide_line_option
@click.option(
    "--old-mask",
    cls=Option,
    metavar="MASK",
    help="A mask of where the old work is (--old-work); MASK when not given.",
)
@options.seed_option
@options.json_option
@options.talk_options
def command(
    *,
    photo: str,
    mask: str | None,
    output: str,
    format: str | None,
    overwrite: bool,
    scale: options.ScaleChoice,
    treatment: options.TreatmentChoice,
    window: str | None,
    max_px: int | None,
    view: str | None,
    save_mask: str | None,
    save_layers: str | None,
    protect: str | None,
    hide_line: str | None,
    old_mask: str | None,
    seed: int,
    as_json: bool,
    talk: Talk,
) -> None:
    """Render a preview of PHOTO, treated where MASK is white.

    The mask has the size of the upright photo.  Either can be - for standard input.  Without a mask one is proposed
    from the face, else roughly from the dome of a bald head, for a first look.  PHOTO can be a project of the studio,
    too (name.smp.json with its photos beside it, or name.smpz), which has a mask of its own; single flags win over
    what it says.  The preview keeps the photo's colour profile, carries none of its other metadata, and says of itself
    that it is a simulation.
    """
    check_streams(output, as_json, photo, mask)
    with reporting(as_json, src=photo, out=output):
        from smpsim.api import render
        from smpsim.files.encode import check_side_limit, encode_mask, format_of

        where = pixel_box("--window", window)
        told = partial(treatment.told, old_mask=old_mask)
        asked = _asked(photo, mask, view, scale, treatment, protect, seed, told)
        more = (old_mask, options.line_file(hide_line))
        inputs = (*asked.files, *(name for name in more if name is not None), *treatment.files)
        target = check_target(output, format, overwrite=overwrite, inputs=inputs, format_of=format_of)
        mask_target = check_beside(save_mask, ".png", overwrite=overwrite, inputs=inputs, others=(target,))
        layers_target = check_beside(save_layers, ".ora", overwrite=overwrite, inputs=inputs, others=(target,))
        given = asked.read()
        check_side_limit(target.format, _size(given.photo, where, max_px))
        with talk.progress() as progress:
            preview = render(
                given.photo,
                given.coverage,
                scale=given.scale,
                treatment=asked.treatment,
                seed=asked.seed,
                window=where,
                max_px=max_px,
                progress=progress,
                protect=given.protect,
                hide_line=hide_line,
                old_mask=old_mask,
            )
        writing = time.perf_counter()
        target.write(preview.encode(target.format))
        stats = given.numbers(preview, target.format, writing)
        if mask_target is not None:
            mask_target.write(encode_mask(given.coverage))
        if layers_target is not None:
            layers_target.write(preview.encode_layers())
    if as_json:
        write_json({"src": photo, "out": output, "status": "done", **stats.as_dict()})
    _tell(talk, stats, target, asked.treatment)


def _asked(
    photo: str,
    mask: str | None,
    view: str | None,
    scale: options.ScaleChoice,
    treatment: options.TreatmentChoice,
    protect: str | None,
    seed: int,
    told: Callable[[Treatment], Told],
) -> Asked:
    """Find out what is to be rendered, a photo or a view of a project."""
    from smpsim.files.project_open import is_project

    if is_project(photo):
        refuse_beside(mask, protect, treatment)
        return asked_of_project(photo, view, scale, treatment, told)
    if view is not None:
        raise ParameterError(f"--view {view}: a photo has no views; give a project", name="view", value=view)
    files = tuple(name for name in (photo, mask, protect) if name is not None)
    built = treatment.build()
    return Asked(built, seed, files, lambda: read_inputs(photo, mask, scale, protect, told(built)))


def _size(photo: Photo, window: Window | None, max_px: int | None) -> tuple[int, int]:
    """Width and height of the preview, about."""
    if window is not None:
        return window[2], window[3]
    share = 1.0 if max_px is None else min(max_px / max(photo.size), 1.0)
    return round(photo.size[0] * share), round(photo.size[1] * share)


def _tell(talk: Talk, stats: PreviewStats, target: Target, treatment: Treatment) -> None:
    from smpsim.ink.needle import in_words

    talk.note(stats.warnings)
    talk.say(
        f"{target.name}: {stats.n_dots} dots on {stats.area_cm2:.1f} cm2 ({stats.density_per_cm2:.1f} dots/cm2), "
        f"{stats.px_per_mm:.2f} px/mm ({stats.scale_source}); {stats.when}"
    )
    if stats.old_work:
        talk.say(f"{stats.old_work}; {stats.n_old_dots} old dots")
    darkening = ", ".join(f"{100 * share:.1f}" for share in stats.mean_darkening)
    words = in_words(treatment, tone_told=stats.skin_tone_source != "assumed")
    talk.more(f"{words}; seen width of a dot {stats.seen_diameter_mm:.2f} mm; mean darkening (R, G, B) {darkening} %")
    talk.more("; ".join(f"{stage} {seconds:.2f} s" for stage, seconds in stats.seconds.items()))
