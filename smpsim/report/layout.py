"""Pictures side by side on white paper, each with its caption, and the words that all is a simulation.

Numbers: choices of layout.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw

from smpsim.arrays import U8
from smpsim.report.lettering import Font, lettering
from smpsim.words import Words

_INK, _PAPER = (17, 17, 17), (255, 255, 255)
# letters over the width of a picture; never smaller or larger than these, px
_LETTER_FRAC, _SMALLEST_PX, _LARGEST_PX = 1 / 32, 14, 60
# a name over its caption
_NAME = 1.5
# a column is at least so many letters wide
_COLUMN = 11


class Captioned(NamedTuple):
    """A picture with its caption.

    Attributes
    ----------
    image : ndarray (H, W, 3) uint8
        The picture.
    name : str
        What it is called, in larger letters; may be empty.
    caption : str
        What there is to say of it; lines, which are broken where they are too long; may be empty.
    """

    image: U8
    name: str
    caption: str


def laid_out(pictures: Sequence[Captioned], columns: int, say: Words, *, heading: str = "", note: str = "") -> U8:
    """Lay pictures of about equal size on paper, row by row.

    Parameters
    ----------
    pictures : sequence of Captioned
        The pictures; at least one.
    columns : int
        How many stand side by side.
    say : Words
        The language of the words below all of them, that this is a simulation.
    heading, note : str
        What stands above all of them, and below them before those words.

    Returns
    -------
    ndarray (H, W, 3) uint8
        The pictures as they are, byte for byte, on white.

    Raises
    ------
    MissingExtraError
        When the language takes a font that is not installed.
    """
    widest = max(picture.image.shape[1] for picture in pictures)
    size = _letter_px(widest)
    width = max(widest, _COLUMN * size)
    rows = [pictures[k : k + columns] for k in range(0, len(pictures), columns)]
    bands = [_row(row, min(columns, len(pictures)), width, size, say) for row in rows]
    across = bands[0].shape[1]
    gap = np.full((size, across, 3), 255, np.uint8)
    above = [_words_on_paper([(heading, round(_NAME * size))], across, say), gap] if heading else []
    below = _words_on_paper([(f"{note}\n{say('simulation.long')}".strip(), size)], across, say)
    return _framed(np.vstack([*above, *(piece for band in bands for piece in (band, gap)), below]), size)


def _letter_px(width: int) -> int:
    """Size of the letters under pictures of some width, px."""
    return min(max(round(_LETTER_FRAC * width), _SMALLEST_PX), _LARGEST_PX)


def _captioned(picture: Captioned, size: int, say: Words) -> U8:
    """Return one picture on paper, above its caption, if it has one."""
    width = max(picture.image.shape[1], _COLUMN * size)
    image = padded(picture.image, picture.image.shape[0], width)
    texts = [(words, px) for words, px in ((picture.name, round(_NAME * size)), (picture.caption, size)) if words]
    return np.vstack([image, _words_on_paper(texts, width, say)]) if texts else image


def _row(row: Sequence[Captioned], columns: int, width: int, size: int, say: Words) -> U8:
    cells = [_captioned(picture, size, say) for picture in row]
    height = max(cell.shape[0] for cell in cells)
    gap = np.full((height, size, 3), 255, np.uint8)
    filled = [padded(cell, height, width) for cell in cells]
    filled += [np.full((height, width, 3), 255, np.uint8)] * (columns - len(filled))
    return np.hstack([piece for cell in filled for piece in (cell, gap)][:-1])


def padded(image: U8, height: int, width: int) -> U8:
    """Return a picture (H, W, 3) with white below it and on its right, up to some height and width."""
    return np.pad(image, ((0, height - image.shape[0]), (0, width - image.shape[1]), (0, 0)), constant_values=255)


def _framed(sheet: U8, margin: int) -> U8:
    return np.pad(sheet, ((margin, margin), (margin, margin), (0, 0)), constant_values=255)


def _words_on_paper(texts: Sequence[tuple[str, int]], width: int, say: Words) -> U8:
    """Write texts, each in its own size (px), below one another on paper of some width.

    Raises
    ------
    MissingExtraError
        When the language takes a font that is not installed.
    """
    lines = [(line, size) for text, size in texts for line in _broken(text, lettering(size, say), width)]
    heights = [round(1.35 * size) for _, size in lines]
    paper = Image.new("RGB", (width, sum(heights) + heights[0] // 3), _PAPER)
    draw, y = ImageDraw.Draw(paper), heights[0] // 3
    for (line, size), height in zip(lines, heights, strict=True):
        draw.text((0, y), line, _INK, lettering(size, say))
        y += height
    return np.asarray(paper)


def _broken(text: str, font: Font, width: int) -> Iterator[str]:
    """Break a text into lines that fit, at its spaces; a word that is longer than a line stands alone."""
    for paragraph in text.splitlines():
        line = ""
        for word in paragraph.split():
            longer = f"{line} {word}".strip()
            if line and font.getlength(longer) > width:
                yield line
                longer = word
            line = longer
        yield line
