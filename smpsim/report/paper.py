"""Paper: fonts, text and pictures of PDF pages, by reportlab (extra ``pdf``).

Whatever people write is set as it is, never read as markup.  The font is Bitstream Vera, which comes with reportlab
and may be embedded: Latin letters.  A letter it lacks is set without its accent, or as "?".

Numbers: sizes of paper are 210 by 297 mm (ISO 216) and 8.5 by 11 inches; all else is a choice of layout.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache
from html import escape
from typing import Any

from smpsim.arrays import U8
from smpsim.colour import SRGB, ColourSpace, recoded
from smpsim.errors import MissingExtraError, ParameterError, quoted
from smpsim.files.encode import encode_picture

# width and height, points
_PAPERS = {"a4": (595.28, 841.89), "letter": (612.0, 792.0)}
PAPERS = tuple(_PAPERS)
POINTS_PER_MM = 72 / 25.4
MARGIN = 15 * POINTS_PER_MM
# room for the words at the foot of every page
FOOT = 11 * POINTS_PER_MM
_REGULAR, _BOLD = "SmpsimSans", "SmpsimSans-Bold"
_UNKNOWN = "?"
_GREY, _LINE = (0.35, 0.35, 0.35), (0.7, 0.7, 0.7)
# (size, leading, space after), points
_STYLES = {
    "title": (15, 19, 3),
    "heading": (10, 13, 2),
    "name": (11, 14, 3),
    "fact": (9.5, 12.5, 3),
    "text": (8.5, 11.5, 3),
    "strong": (8.5, 11.5, 3),
    "small": (7, 9, 2),
    "cell": (7.5, 9.5, 0),
    "head": (7.5, 9.5, 0),
}
_STRONG = ("title", "heading", "strong", "head")

Flow = Any


def check_paper(paper: str) -> tuple[float, float]:
    """Return width and height of the paper, points.

    Raises
    ------
    ParameterError
        When there is no such paper.
    MissingExtraError
        When reportlab is not installed.
    """
    if paper not in _PAPERS:
        raise ParameterError(
            f"paper: {quoted(paper)} is unknown; choose {' or '.join(PAPERS)}", name="paper", value=paper
        )
    try:
        import reportlab  # noqa: F401
    except ImportError:
        raise MissingExtraError('sheets take the extra "pdf": pip install "smpsim[pdf]"', extra="pdf") from None
    return _PAPERS[paper]


@cache
def _letters() -> frozenset[int]:
    """Register the fonts; return the letters that they have."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    regular, bold = TTFont(_REGULAR, "Vera.ttf"), TTFont(_BOLD, "VeraBd.ttf")
    for font in (regular, bold):
        pdfmetrics.registerFont(font)
    return frozenset(set(regular.face.charToGlyph) & set(bold.face.charToGlyph))


def printable(text: str) -> str:
    """Return a text in letters that the font has; what cannot be seen (control, direction) is left out."""
    # a number and its per cent stay together
    return "".join(map(_letter, unicodedata.normalize("NFC", text))).replace(" %", "\N{NO-BREAK SPACE}%")


def _letter(letter: str) -> str:
    if letter in "\n\t ":
        return letter
    if unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Mn"):
        return ""
    if ord(letter) in _letters():
        return letter
    plain = unicodedata.normalize("NFKD", letter)[0]
    return plain if ord(plain) in _letters() else _UNKNOWN


def shortened(text: str, most: int) -> str:
    """Return a text of at most `most` letters."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def text(words: str, style: str = "text") -> Flow:
    """Return a paragraph of plain text, wrapped; lines are kept."""
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph

    size, leading, after = _STYLES[style]
    about = ParagraphStyle(
        style,
        fontName=_BOLD if style in _STRONG else _REGULAR,
        fontSize=size,
        leading=leading,
        spaceAfter=after,
        textColor=_GREY if style == "small" else (0, 0, 0),
        splitLongWords=1,
        embeddedHyphenation=0,
    )
    return Paragraph("<br/>".join(escape(line, quote=False) for line in printable(words).split("\n")), about)


def table(rows: Sequence[Sequence[str]], shares: Sequence[float], width: float, *, sums: bool = False) -> Flow:
    """Return a table of plain texts with a row of heads, and with `sums` a last row of sums.

    Parameters
    ----------
    rows : sequence of sequence of str
        All of the same length.
    shares : sequence of float
        Widths of the columns, relative.
    width : float
        Width of the table, points.
    sums : bool
        Whether the last row is set apart.
    """
    from reportlab.platypus import Table

    strong = {0, len(rows) - 1} if sums else {0}
    cells = [[text(cell, "head" if k in strong else "cell") for cell in row] for k, row in enumerate(rows)]
    rules = [("LINEBELOW", (0, k), (-1, k), 0.5, _LINE) for k in range(len(rows))]
    more = [("LINEABOVE", (0, -1), (-1, -1), 1, (0, 0, 0))] if sums else []
    widths = [width * share / sum(shares) for share in shares]
    return _plain(Table(cells, widths, repeatRows=1), [*rules, *more], padding=2)


def grid(cells: Sequence[Sequence[Flow]], widths: Sequence[float], *, padding: float = 0) -> Flow:
    """Return things side by side and below one another, without lines."""
    from reportlab.platypus import Table

    return _plain(Table(cells, widths), [], padding)


def _plain(made: Flow, rules: list[Any], padding: float) -> Flow:
    sides = [(f"{side}PADDING", (0, 0), (-1, -1), padding) for side in ("LEFT", "RIGHT", "TOP", "BOTTOM")]
    # cells set their own font, but the page would name the usual one, which is not embedded
    made.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("FONTNAME", (0, 0), (-1, -1), _REGULAR), *sides, *rules])
    made.hAlign = "LEFT"
    return made


def caption(words: str) -> list[Flow]:
    """Return words to stand below a picture, a little apart from it."""
    return [space(2), text(words, "small")]


def squeezed(flows: list[Flow], width: float, height: float) -> Flow:
    """Return things made as small as it takes to fit, points."""
    from reportlab.platypus import KeepInFrame

    return KeepInFrame(width, height, flows, mode="shrink")


def space(height: float) -> Flow:
    """Return empty room of some height, points."""
    from reportlab.platypus import Spacer

    return Spacer(1, height)


def new_page() -> Flow:
    """Go on on the next page."""
    from reportlab.platypus import PageBreak

    return PageBreak()


def picture(data: bytes, width: float, height: float) -> Flow:
    """Return a picture (a JPEG, which is embedded as it stands) at some size, points."""
    from reportlab.platypus import Image

    made = Image(io.BytesIO(data), width, height)
    made.hAlign = "LEFT"
    return made


def ruler(length_mm: float, words: str, width: float) -> Flow:
    """Return a bar of some length on paper, with words beside it."""
    long = length_mm * POINTS_PER_MM
    made = grid([[space(5), text(words, "small")]], [long, width - long])
    bar = [(f"LINE{side}", (0, 0), (0, 0), 1.2, (0, 0, 0)) for side in ("BEFORE", "BELOW", "AFTER")]
    made.setStyle([("LEFTPADDING", (1, 0), (1, 0), 5), *bar])
    return made


def signature(who: str, width: float) -> Flow:
    """Return a line to sign on, with the words below it."""
    made = grid([[space(14 * POINTS_PER_MM)], [text(who, "small")]], [width])
    made.setStyle([("LINEABOVE", (0, 1), (-1, 1), 0.7, (0, 0, 0)), ("TOPPADDING", (0, 1), (-1, 1), 2)])
    return made


def height_of(flows: Sequence[Flow], width: float) -> float:
    """Return the height that some things take below one another, points."""
    total = 0.0
    for flow in flows:
        total += flow.wrap(width, 1e6)[1] + flow.getSpaceAfter() + flow.getSpaceBefore()
    return total


def jpeg(pixels: U8, space: ColourSpace, label: dict[str, Any] | None) -> bytes:
    """Encode a picture for paper: sRGB, nothing of the photo's metadata, marked when it is a simulation."""
    return encode_picture(recoded(pixels, space, SRGB), format="jpeg", profile=None, fine_detail=True, label=label)


def typeset(
    flows: Sequence[Flow], *, size: tuple[float, float], title: str, language: str, foot: Callable[[int], str]
) -> bytes:
    """Set pages.

    Parameters
    ----------
    flows : sequence
        What stands on them, in order.
    size : (float, float)
        Of the paper, points.
    title : str
        Of the document; the only thing that its metadata say, besides the program.
    language : str
        Its code.
    foot : callable
        Takes the number of a page and returns the words at its foot.

    Returns
    -------
    bytes
        The PDF: the same bytes every time.  It asks printers for its own size.
    """
    from reportlab.pdfgen.canvas import Canvas
    from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

    def footed(canvas: Canvas, doc: BaseDocTemplate) -> None:
        line = text(foot(doc.page), "small")
        line.wrap(size[0] - 2 * MARGIN, FOOT)
        line.drawOn(canvas, MARGIN, MARGIN - 3)

    _letters()
    buffer = io.BytesIO()
    about: dict[str, Any] = {"title": title, "author": "", "subject": "", "creator": "smpsim", "producer": "smpsim"}
    made = BaseDocTemplate(
        buffer, pagesize=size, invariant=1, lang=language, printScaling="None", initialFontName=_REGULAR, **about
    )
    bare = {f"{side}Padding": 0 for side in ("left", "right", "top", "bottom")}
    frame = Frame(MARGIN, MARGIN + FOOT, size[0] - 2 * MARGIN, size[1] - 2 * MARGIN - FOOT, **bare)
    made.addPageTemplates([PageTemplate(frames=[frame], onPage=footed)])
    made.build(list(flows))
    return buffer.getvalue()
