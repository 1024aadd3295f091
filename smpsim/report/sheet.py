"""The client sheet: a page for the client, a page for the technician, and the clinic's own words, as a PDF.

Page one has the pictures, a piece of the line at life size and what the client asks for in numbers.  The technician's
page has what is to be placed, zone by zone and session by session, and what is an estimate of it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

from smpsim.files.atomic import check_writable, write_atomic
from smpsim.files.case_file import Case
from smpsim.files.clinic_file import Clinic
from smpsim.files.extension import format_by_extension
from smpsim.kinds import given
from smpsim.raster.draw import Progress
from smpsim.report.case import RenderedCase, render_case
from smpsim.report.paper import FOOT, MARGIN, Flow, check_paper, new_page, signature, space, text, typeset
from smpsim.report.sheet_client import client_page
from smpsim.report.sheet_technician import technician_page
from smpsim.words import Words, words


def sheet_format(path: str | os.PathLike[str]) -> str:
    """Return "pdf"; raise a ParameterError when the extension of a path is another one."""
    return format_by_extension(path, {".pdf": "pdf"})


@dataclass(frozen=True, eq=False)
class ClientSheet:
    """A sheet for a client; made by :func:`client_sheet`.

    Attributes
    ----------
    pdf : bytes
        The document.
    rendered : RenderedCase
        Its previews and numbers.
    """

    pdf: bytes
    rendered: RenderedCase

    def save(self, path: str | os.PathLike[str], overwrite: bool = False) -> None:
        """Write the sheet, whole or not at all.

        Parameters
        ----------
        path : str or path-like
            The file, ``.pdf``.
        overwrite : bool
            Whether an existing file may be replaced.

        Raises
        ------
        OutputExistsError
            When the file exists and `overwrite` is false.
        OutputError
            When it cannot be written.
        ParameterError
            When the extension is another one.
        """
        sheet_format(path)
        check_writable(path, overwrite=overwrite)
        write_atomic(path, self.pdf, overwrite=overwrite)


def client_sheet(
    case: Case | RenderedCase,
    *,
    paper: str = "a4",
    language: str = "en",
    clinic: Clinic | None = None,
    technician: bool = True,
    progress: Progress | None = None,
) -> ClientSheet:
    """Make the sheet of a case.

    Parameters
    ----------
    case : Case or RenderedCase
        The client's photos and treatment, rendered already or not.
    paper : {"a4", "letter"}
        Size of the pages.
    language : {"en", "de"}
        Of the pages; warnings of the program on the technician's page are English.
    clinic : Clinic, optional
        The clinic's own words; without them there are two pages.
    technician : bool
        Whether there is a page for the technician; without it all of the sheet may go home with the client.
    progress : callable, optional
        As for :func:`smpsim.render_case`.

    Returns
    -------
    ClientSheet
        The PDF, the same bytes for the same case, and what stands in it.

    Raises
    ------
    MissingExtraError
        When the extra "pdf" is not installed.
    PhotoError, MaskError
        When a picture cannot be used.
    ParameterError
        When a value is out of its range, or there is no such paper or language.
    """
    say, size, clinic = words(language), check_paper(paper), given(clinic, Clinic, "clinic") or Clinic()
    rendered = case if isinstance(case, RenderedCase) else render_case(case, progress=progress)
    width, height = size[0] - 2 * MARGIN, size[1] - 2 * MARGIN - FOOT
    flows = [
        *client_page(rendered, clinic, say, width, height),
        *([new_page(), *technician_page(rendered, clinic, say, width)] if technician else []),
        *_own_words(clinic, say, width),
    ]
    pdf = typeset(flows, size=size, title=say("sheet.title"), language=language, foot=_foot(say))
    return ClientSheet(pdf, rendered)


def _foot(say: Words) -> Callable[[int], str]:
    return lambda page: f"{say('simulation.long')}  {say('sheet.page', number=page)}"


def _own_words(clinic: Clinic, say: Words, width: float) -> list[Flow]:
    """Set what the clinic wants read and signed, on a page of its own."""
    flows: list[Flow] = []
    for key, own in (("sheet.consent", clinic.consent), ("sheet.aftercare", clinic.aftercare)):
        if own.strip():
            paragraphs = [part.strip() for part in own.replace("\r\n", "\n").split("\n\n")]
            flows += [text(say(key), "heading"), *(text(part) for part in paragraphs if part), space(8)]
    flows += [signature(who, width / 2) for who in clinic.signatures]
    return [new_page(), text(clinic.heading, "name"), *flows] if flows else []
