"""``smpsim match``: shaved hair or healed dots measured, and a treatment that looks like them."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click

from smpsim.cli import options
from smpsim.cli.group import Command, Option
from smpsim.cli.streams import check_beside, source_of
from smpsim.cli.talk import Talk, hushed, reporting, write_json

if TYPE_CHECKING:
    from smpsim.files.photo import Photo
    from smpsim.ink.propose import Proposal
    from smpsim.scalp.scale import Scale
    from smpsim.scalp.stubble import Band, Stubble


@click.command(
    cls=Command,
    example="smpsim match smpsim-demo/preview.png --patch 600,260,160,160 --px-per-mm 8 --marks dots -o match.toml",
)
@click.argument("photo")
@click.option("--patch", cls=Option, required=True, metavar="X,Y,W,H", help="Stubble alone, px; about 15 x 15 mm.")
@click.option(
    "--marks",
    cls=Option,
    type=click.Choice(("hair", "dots")),
    help="What the patch shows: shaved hair, or healed dots (as with --save-preset).",
)
@click.option("-o", "--save-treatment", cls=Option, metavar="TOML", help="Write the proposed treatment.")
@click.option(
    "--save-preset",
    cls=Option,
    metavar="NAME",
    help='Keep it as a preset of your own, "my hand": from a photo of your healed work.',
)
@options.overwrite_option
@options.scale_options
@options.json_option
@options.talk_options
def command(
    *,
    photo: str,
    patch: str,
    marks: str | None,
    save_treatment: str | None,
    save_preset: str | None,
    overwrite: bool,
    scale: options.ScaleChoice,
    as_json: bool,
    talk: Talk,
) -> None:
    """Measure the shaved hair in a PATCH of PHOTO and propose dots like it.

    Density, spacing, missing light of the mean hair (size x size x darkness), length and width where they are seen,
    darkness and colour are told with the band that holds them in 90 of 100 cases.  It takes 6 px/mm.  The same from
    your own healed work, kept with --save-preset, is known to --preset from then on.
    """
    with reporting(as_json, src=photo):
        from smpsim.files.photo import read_photo
        from smpsim.files.user_presets import check_preset
        from smpsim.files.user_presets import save_preset as keep
        from smpsim.ink.propose import propose_treatment
        from smpsim.scalp.stubble import measure_stubble

        box = options.pixel_box("--patch", patch)
        assert box is not None
        target = check_beside(save_treatment, ".toml", overwrite=overwrite, inputs=(photo,))
        if save_preset is not None:
            check_preset(save_preset, overwrite=overwrite)
        with hushed():
            picture = read_photo(source_of(photo))
        kind = marks or ("hair" if save_preset is None else "dots")
        stubble = measure_stubble(picture, box, scale=_scale(picture, scale), kind=kind)
        proposal = propose_treatment(stubble)
        if target is not None:
            target.write(proposal.treatment.to_toml().encode("utf-8"))
        if save_preset is not None:
            keep(save_preset, proposal.changes, overwrite=overwrite)
    _tell(talk, stubble, proposal, photo if as_json else None)
    if target is not None:
        talk.say(f"{target.name}: written")
    if save_preset is not None:
        talk.say(f'preset "{save_preset}": kept; use it with --preset "{save_preset}"')


def _scale(photo: Photo, choice: options.ScaleChoice) -> Scale:
    """Return the scale that was given, else that of the face."""
    from smpsim.errors import MaskError, PhotoError
    from smpsim.scalp.face import FaceBox
    from smpsim.scalp.proposal import propose_mask
    from smpsim.scalp.subject import find_subject

    known = choice.known_of(photo)
    if known is not None:
        return known
    face = find_subject(photo.pixels)
    with suppress(MaskError):
        if isinstance(face, FaceBox):
            return choice.found(photo, propose_mask(photo.pixels, face).coverage)
    raise PhotoError("no scale is given, and no face is found to tell it by; say --px-per-mm or --ruler")


def _tell(talk: Talk, stubble: Stubble, proposal: Proposal, src: str | None) -> None:
    """Print the numbers, or write them as JSON when the photo's name is given."""
    from smpsim.scalp.scale import Scale
    from smpsim.stats import doubts_about

    scale = Scale(stubble.px_per_mm, stubble.scale_source, stubble.scale_uncertainty_frac)
    notes = (*doubts_about(scale), *stubble.notes, *proposal.notes)
    if src is not None:
        found = stubble.as_dict()
        del found["notes"]
        proposed: dict[str, Any] = {f"proposed_{name}": value for name, value in proposal.changes.items()}
        write_json({"src": src, "status": "done", **found, **proposed, "warnings": list(notes)})
    else:
        for name, text in (*_measured(stubble), *_proposed(proposal)):
            click.echo(f"{name:20}  {text}")
    talk.note(notes)


def _measured(stubble: Stubble) -> list[tuple[str, str]]:
    red, green, blue = (f"{100 * band.value:.1f}" for band in stubble.darkening)
    return [
        ("density", _band(stubble.density_per_cm2, "/cm2")),
        ("nearest neighbour", _band(stubble.nearest_mm, "mm")),
        ("evenness", f"{_band(stubble.evenness)}; 1 is by chance"),
        ("size^2 x darkness", _band(stubble.spot_mm2, "mm2")),
        ("length", _band(stubble.length_mm, "mm")),
        ("width", _band(stubble.width_mm, "mm")),
        ("darkness of a mark", _band(stubble.mark_darkness)),
        ("darkness, mean", f"{_band(stubble.darkness)}; in R, G, B {red}, {green}, {blue} %"),
        ("bare skin", f"ITA {stubble.ita_deg:.0f} deg"),
        ("scale", f"{stubble.px_per_mm:.2f} px/mm ({stubble.scale_source})"),
    ]


def _proposed(proposal: Proposal) -> list[tuple[str, str]]:
    about = proposal.treatment
    return [
        ("proposed: density", f"{about.density_per_cm2:.0f} /cm2, regularity {about.regularity:.2f}"),
        ("proposed: dot size", _band(proposal.bands["diameter_mm"], "mm")),
        ("proposed: depth", f"needle {about.needle_depth_mm:g} mm (estimate)"),
        ("proposed: shade", f"{about.shade} (estimate)"),
    ]


def _band(band: Band | None, unit: str = "") -> str:
    if band is None:
        return "not told: less than 1.5 px wide"
    return f"{band.value:.3g} {unit}".rstrip() + f" ({band.low:.3g} to {band.high:.3g})"
