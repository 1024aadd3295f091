"""``smpsim dots``: where every dot goes, as a table or a drawing."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import click

from smpsim.cli import options
from smpsim.cli.group import Command
from smpsim.cli.streams import Target, check_streams, check_target, read_inputs
from smpsim.cli.talk import Talk, reporting, write_json

if TYPE_CHECKING:
    from smpsim.dots.table import Dots
    from smpsim.inputs import Inputs
    from smpsim.scalp.mask import Area
    from smpsim.treatment import Treatment


@click.command(
    cls=Command,
    example="smpsim dots smpsim-demo/photo.jpg smpsim-demo/mask.png -o dots.csv --px-per-mm 8",
)
@click.argument("photo")
@click.argument("mask")
@options.output_options("csv", "svg", "npz")
@options.scale_options
@options.treatment_options
@options.protect_option
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
    treatment: options.TreatmentChoice,
    protect: str | None,
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
        from smpsim.scalp.mask import Area
        from smpsim.scalp.shaped import shaped
        from smpsim.stats import no_dots

        chosen = treatment.build()
        inputs = (photo, mask, *((protect,) if protect else ()), *treatment.files)
        target = check_target(output, format, overwrite=overwrite, inputs=inputs, format_of=table_format_of)
        given = read_inputs(photo, mask, scale, protect, treatment.told())
        begun = time.perf_counter()
        shape, chosen, told = shaped(None, chosen, given.coverage, given.scale)
        area = Area(given.coverage, given.scale.px_per_mm, shape, given.protect)
        dots = place_dots(
            given.coverage, scale=given.scale, treatment=chosen, surface=shape, seed=seed, protect=given.protect
        )
        placed = time.perf_counter()
        facts = _facts(dots, area, given) | {"seed": seed}
        target.write(_encoded(target.format, dots, given, facts, chosen))
        seconds = {**given.seconds, "dots": placed - begun, "write": time.perf_counter() - placed}
        told = (*_warnings(given), *told, *no_dots(area, len(dots), chosen))
    facts |= {"seconds": seconds, "warnings": told}
    if as_json:
        write_json({"src": photo, "out": output, "status": "done", **facts})
    _tell(talk, facts, target)


def _facts(dots: Dots, area: Area, given: Inputs) -> dict[str, Any]:
    """Return the numbers of the dots, named as in PreviewStats."""
    scale, surface, area_cm2 = given.scale, area.surface, area.area_cm2
    return {
        "n_dots": len(dots),
        "area_cm2": area_cm2,
        "density_per_cm2": len(dots) / area_cm2,
        "min_distance_mm": surface.min_distance_mm(dots.u_mm, dots.v_mm) if len(dots) > 1 else None,
        "px_per_mm": scale.px_per_mm,
        "scale_source": scale.source,
        "scale_uncertainty_frac": scale.uncertainty_frac,
        "surface": surface.kind,
    }


def _warnings(given: Inputs) -> tuple[str, ...]:
    from smpsim.stats import doubts_about

    return (*given.notices, *given.photo.notices, *doubts_about(given.scale))


def _encoded(format: str, dots: Dots, given: Inputs, facts: dict[str, Any], treatment: Treatment) -> bytes:
    import smpsim
    from smpsim.files.tables import encode_dots

    width, height = (side / given.scale.px_per_mm for side in given.photo.size)
    label = {"simulation": True, "version": smpsim.__version__, "treatment": treatment.as_dict()}
    label |= {name: facts[name] for name in ("seed", "px_per_mm", "scale_source", "surface")}
    return encode_dots(dots, format=format, size_mm=(width, height), label=label)


def _tell(talk: Talk, facts: dict[str, Any], target: Target) -> None:
    talk.note(facts["warnings"])
    talk.say(
        f"{target.name}: {facts['n_dots']} dots on {facts['area_cm2']:.1f} cm2 "
        f"({facts['density_per_cm2']:.1f} dots/cm2), {facts['px_per_mm']:.2f} px/mm ({facts['scale_source']})"
    )
    talk.more("; ".join(f"{stage} {taken:.2f} s" for stage, taken in facts["seconds"].items()))
