"""``smpsim sheet``: a sheet for the client and one for the technician, as a PDF."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from smpsim.cli import options
from smpsim.cli.group import Command, Option
from smpsim.cli.streams import check_streams, check_target, read_inputs
from smpsim.cli.talk import Talk, hushed, reporting, write_json
from smpsim.errors import ParameterError
from smpsim.units import counted

if TYPE_CHECKING:
    from smpsim.files.case_file import Case
    from smpsim.report.sheet import ClientSheet

_SECTION = "Sheet"


@click.command(
    cls=Command,
    example="smpsim sheet smpsim-demo/photo.jpg smpsim-demo/mask.png -o sheet.pdf --px-per-mm 8 --paper letter",
)
@click.argument("photo", metavar="PHOTO|CASE.toml")
@click.argument("mask", required=False)
@options.output_options("pdf")
@click.option(
    "--paper", cls=Option, default="a4", show_default=True, metavar="NAME", section=_SECTION, help="a4, letter."
)
@click.option(
    "--client",
    cls=Option,
    metavar="TEXT",
    section=_SECTION,
    help="What the client is called; it stands on the pages, not in the file's metadata.",
)
@click.option(
    "--date",
    cls=Option,
    metavar="TEXT",
    section=_SECTION,
    help="Day of the sheet, as it is to be printed; none when it is not given.",
)
@click.option(
    "--technician/--no-technician",
    cls=Option,
    default=True,
    show_default=True,
    section=_SECTION,
    help="Whether there is a page for the technician; without it all may go home with the client.",
)
@click.option(
    "--clinic",
    cls=Option,
    metavar="FILE",
    section=_SECTION,
    help="The clinic's own words (TOML): heading, consent, aftercare, signatures, dots_per_hour.",
)
@options.language_option
@options.scale_options
@options.treatment_options
@options.protect_option
@options.hide_line_option
@click.option(
    "--seed", cls=Option, type=int, metavar="N", help="Another seed, other dots.  [default: 0, or the case's]"
)
@options.json_option
@options.talk_options
def command(
    *,
    photo: str,
    mask: str | None,
    output: str,
    format: str | None,
    overwrite: bool,
    paper: str,
    client: str | None,
    date: str | None,
    technician: bool,
    clinic: str | None,
    language: str,
    scale: options.ScaleChoice,
    treatment: options.TreatmentChoice,
    protect: str | None,
    hide_line: str | None,
    seed: int | None,
    as_json: bool,
    talk: Talk,
) -> None:
    """Write a client sheet of PHOTO, treated where MASK is white, or of a case: several photos of one client.

    The first page is for the client, the second for the technician, if it is wanted; a third has the clinic's own
    words, when there are any.  A case is a TOML file that names photos, masks and scales; flags of the treatment
    change its treatment.
    """
    check_streams(output, as_json, photo, mask)
    with reporting(as_json, src=photo, out=output):
        from smpsim.files.clinic_file import Clinic
        from smpsim.report.paper import check_paper
        from smpsim.report.sheet import client_sheet, sheet_format
        from smpsim.words import words

        check_paper(paper)
        words(language)
        own = None if clinic is None else Clinic.load(clinic)
        beside = (mask, protect, hide_line)
        loaded = None if mask is not None and not _is_case(photo) else _load(photo, scale, treatment, beside)
        files = (photo, mask, protect, options.line_file(hide_line), clinic, *treatment.files)
        inputs = [name for name in files if name is not None]
        inputs += loaded.files if loaded is not None else ()
        target = check_target(output, format, overwrite=overwrite, inputs=tuple(inputs), format_of=sheet_format)
        case, notices = (_opened(loaded), ()) if loaded is not None else _of_one(photo, scale, treatment, beside)
        case = replace(
            case,
            client=case.client if client is None else client,
            date=case.date if date is None else date,
            seed=case.seed if seed is None else seed,
        )
        with talk.progress() as progress:
            sheet = client_sheet(
                case, paper=paper, language=language, clinic=own, technician=technician, progress=progress
            )
        target.write(sheet.pdf)
    _tell(talk, sheet, target.name, notices, (photo, output) if as_json else None)


def _is_case(path: str) -> bool:
    return path.lower().endswith(".toml")


def _load(
    path: str, scale: options.ScaleChoice, treatment: options.TreatmentChoice, beside: tuple[str | None, ...]
) -> Case:
    """Read a case; what stands in it cannot be given beside it."""
    from smpsim.files.case_file import Case

    if not _is_case(path):
        raise ParameterError("give PHOTO and MASK, or a case (.toml)", name="mask")
    if any(beside) or scale.is_given or treatment.preset or treatment.file:
        raise ParameterError(
            "masks, scales, --protect, --hide-line, --preset and --treatment stand in the case; "
            "take them off the command line",
            name="case",
        )
    case = Case.load(path)
    return replace(case, treatment=case.treatment.replace(**treatment.changes()))


def _opened(case: Case) -> Case:
    """Read the photos of a case, while damaged ones are kept from writing to the terminal."""
    from smpsim.sitting import opened_photo

    with hushed():
        return replace(case, views=[replace(view, photo=opened_photo(view.photo)[0]) for view in case.views])


def _of_one(
    photo: str,
    scale: options.ScaleChoice,
    treatment: options.TreatmentChoice,
    beside: tuple[str | None, str | None, str | None],
) -> tuple[Case, tuple[str, ...]]:
    """Make a case of one photo; return it with what reading it had to say."""
    from smpsim.files.case_file import Case, CaseView, CaseZone

    (mask, protect, hide_line), chosen = beside, treatment.build()
    given = read_inputs(photo, mask, scale, protect, treatment.told(varied=("age_days",)))
    view = CaseView(
        given.photo, [CaseZone(given.coverage)], scale=given.scale, protect=given.protect, hide_line=hide_line
    )
    return Case([view], chosen), given.notices


def _tell(
    talk: Talk, sheet: ClientSheet, name: str, notices: tuple[str, ...], json_for: tuple[str, str] | None
) -> None:
    facts = sheet.rendered.as_dict()
    lines = (*notices, *facts["warnings"])
    if json_for is not None:
        write_json({"src": json_for[0], "out": json_for[1], "status": "done", **facts, "warnings": lines})
    talk.note(lines)
    talk.say(
        f"{name}: {facts['n_dots']} dots on {facts['area_cm2']:.1f} cm2 in {counted(len(facts['zones']), 'zone')}"
    )
