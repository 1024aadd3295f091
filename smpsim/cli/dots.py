"""``smpsim dots``: where every dot goes, as a table or a drawing."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import click

from smpsim.cli import options
from smpsim.cli.group import Command
from smpsim.cli.streams import Target, check_streams, check_target, read_pair
from smpsim.cli.talk import Talk, reporting, write_json

if TYPE_CHECKING:
    from smpsim.arrays import F32
    from smpsim.dots.table import Dots
    from smpsim.scalp.scale import Scale
    from smpsim.treatment import Treatment


@click.command(
    cls=Command,
    example="smpsim dots smpsim-demo/photo.jpg smpsim-demo/mask.png -o dots.csv --px-per-mm 8",
)
@click.argument("photo")
@click.argument("mask")
@options.output_options("csv", "svg", "npz")
@options.scale_options
@options.surface_option
@options.treatment_options
@options.seed_option
@options.json_option
@options.talk_options
def command(
    *,
    photo: str,
    mask: str,
    output: str,
    format: str | None,
    overwrite: bool,
    scale: options.ScaleChoice,
    surface: str,
    treatment: options.TreatmentChoice,
    seed: int,
    as_json: bool,
    talk: Talk,
) -> None:
    """Write the dots of a treatment of PHOTO where MASK is white.

    They are those of smpsim render with the same options: a .csv table, .npz arrays, or an .svg drawing in true
    millimetres.  Positions are in mm from the upper left corner of the upright photo, x to the right, y down.
    """
    check_streams(output, as_json, photo, mask)
    with reporting(as_json, src=photo, out=output):
        from smpsim.api import place_dots
        from smpsim.files.tables import table_format_of
        from smpsim.stats import doubts_about

        chosen, known = treatment.build(), scale.known()
        inputs = (photo, mask, *treatment.files)
        target = check_target(output, format, overwrite=overwrite, inputs=inputs, format_of=table_format_of)
        begun = time.perf_counter()
        picture, coverage, notices = read_pair(photo, mask)
        known = known or scale.found(picture, coverage)
        read = time.perf_counter()
        dots = place_dots(coverage, scale=known, treatment=chosen, surface=options.surface_of(surface), seed=seed)
        placed = time.perf_counter()
        facts = _facts(dots, coverage, known) | {"surface": surface, "seed": seed}
        _write(target, dots, picture.size, known, facts, chosen)
        seconds = {"read": read - begun, "dots": placed - read, "write": time.perf_counter() - placed}
    warnings = (*picture.notices, *notices, *doubts_about(known))
    if as_json:
        write_json({"src": photo, "out": output, "status": "done", **facts, "seconds": seconds, "warnings": warnings})
    talk.note(warnings)
    talk.say(
        f"{target.name}: {len(dots)} dots on {facts['area_cm2']:.1f} cm2 ({facts['density_per_cm2']:.1f} dots/cm2), "
        f"{known.px_per_mm:.2f} px/mm ({known.source})"
    )
    talk.more("; ".join(f"{stage} {taken:.2f} s" for stage, taken in seconds.items()))


def _facts(dots: Dots, coverage: F32, scale: Scale) -> dict[str, Any]:
    """Return the numbers of the dots, named as in PreviewStats."""
    from smpsim.scalp.mask import Area

    area_cm2 = Area(coverage, scale.px_per_mm).area_cm2
    return {
        "n_dots": len(dots),
        "area_cm2": area_cm2,
        "density_per_cm2": len(dots) / area_cm2,
        "min_distance_mm": dots.min_distance_mm if len(dots) > 1 else None,
        "px_per_mm": scale.px_per_mm,
        "scale_source": scale.source,
        "scale_uncertainty_frac": scale.uncertainty_frac,
    }


def _write(
    target: Target,
    dots: Dots,
    size_px: tuple[int, int],
    scale: Scale,
    facts: dict[str, Any],
    treatment: Treatment,
) -> None:
    import smpsim
    from smpsim.files.tables import encode_dots

    size_mm = (size_px[0] / scale.px_per_mm, size_px[1] / scale.px_per_mm)
    names = ("seed", "px_per_mm", "scale_source", "surface")
    label = {"simulation": True, "version": smpsim.__version__, "treatment": treatment.as_dict()}
    label |= {name: facts[name] for name in names}
    target.write(encode_dots(dots, format=target.format, size_mm=size_mm, label=label))
