"""A board: captioned previews of one photo, as a picture, as an animation, as a page.

Numbers: choices of layout.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from smpsim import html
from smpsim.arrays import U8
from smpsim.colour import SRGB, ColourSpace, recoded
from smpsim.declare import Value
from smpsim.errors import ParameterError
from smpsim.files.animation import encode_animation
from smpsim.files.atomic import check_writable, write_atomic
from smpsim.files.encode import encode_picture
from smpsim.files.extension import format_by_extension
from smpsim.report.layout import Captioned, laid_out, padded
from smpsim.words import Words, words

#: extension -> format of a board
EXTENSIONS = {
    ".png": "png",
    ".jpg": "jpeg",
    ".jpeg": "jpeg",
    ".tif": "tiff",
    ".tiff": "tiff",
    ".gif": "gif",
    ".webp": "webp",
    ".html": "html",
    ".htm": "html",
}
_ANIMATED = ("gif", "webp")
# each picture of an animation, and the last one
_SECONDS, _LAST_SECONDS = 1.5, 3.0


def board_format(path: str | os.PathLike[str]) -> str:
    """Format of a board by the extension of a path: a picture, an animation (.gif .webp), or a page (.html)."""
    return format_by_extension(path, EXTENSIONS)


@dataclass(frozen=True, eq=False)
class Piece:
    """One picture of a board.

    Attributes
    ----------
    name : str
        What it is called in short: "A1", "week 2"; no two of a board alike.
    caption : str
        What there is to say of it, in lines.
    image : ndarray (H, W, 3) uint8
        The picture, in the encoding of the photo.
    simulated : bool
        Whether it is a preview; false for the photo as it is.
    n_dots : int
        Dots in the whole preview.
    changes : dict
        Leaf name -> value of what is changed of the board's treatment.
    """

    name: str
    caption: str
    image: U8
    simulated: bool = True
    n_dots: int = 0
    changes: Mapping[str, Value] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.image.flags.writeable = False


@dataclass(frozen=True, eq=False, repr=False)
class Board:
    """Captioned previews of one photo; made by :func:`timeline`, :func:`option_sheet` and :func:`depth_strip`.

    Attributes
    ----------
    pieces : tuple of Piece
        The pictures.
    columns : int
        How many stand side by side.
    title : str
        What all of it is, in the language of the captions.
    note : str
        What is to be said of all of it, besides that it is a simulation; may be empty.
    language : str
        Of the captions.
    label : dict
        Marks it as a simulation: that of the first preview, and ``pieces``, name -> what is changed.
    warnings : tuple of str
        What the user should know of the previews.
    """

    pieces: tuple[Piece, ...]
    columns: int
    title: str
    note: str
    language: str
    label: dict[str, Any]
    warnings: tuple[str, ...]
    _space: ColourSpace
    _profile: bytes | None
    _inputs: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<Board: {self.title}: {', '.join(piece.name for piece in self.pieces)}>"

    @property
    def _say(self) -> Words:
        return words(self.language)

    @property
    def picture(self) -> U8:
        """(H, W, 3) uint8: all pieces with their captions, and the words that it is a simulation."""
        return laid_out(self._captioned(self._space), self.columns, self._say, heading=self.title, note=self.note)

    def _captioned(self, space: ColourSpace) -> list[Captioned]:
        images = (recoded(piece.image, self._space, space) for piece in self.pieces)
        return [Captioned(image, piece.name, piece.caption) for image, piece in zip(images, self.pieces, strict=True)]

    def page(self, *, title: str = "") -> str:
        """Return a page of one file: all pieces, or each of them alone in the same place.

        Parameters
        ----------
        title : str
            A heading of one's own, plain text, a client's name for example.
        """
        body = html.gallery(self._figures(), columns=self.columns, note=self.note, say=self._say)
        return html.page(self.title, body, name=title, say=self._say, scripted=False)

    def _figures(self) -> list[html.Figure]:
        return [html.Figure(self._small(piece), piece.name, piece.caption, self._alt(piece)) for piece in self.pieces]

    def _small(self, piece: Piece) -> bytes:
        label = self.label if piece.simulated else None
        return encode_picture(piece.image, format="jpeg", profile=self._profile, fine_detail=True, label=label)

    def _alt(self, piece: Piece) -> str:
        if not piece.simulated:
            return self._say("board.alt_before")
        return self._say("board.alt", name=piece.name, caption=", ".join(piece.caption.splitlines()))

    def encode(self, format: str, *, title: str = "") -> bytes:
        """Encode the board.

        Parameters
        ----------
        format : {"png", "jpeg", "tiff", "gif", "webp", "html"}
            A picture of all; an animation of one after another (gif, webp); a page.
        title : str
            Heading of a page; pictures bear no names.

        Raises
        ------
        ParameterError
            When the format is unknown, cannot hold a picture of this size, or has no place for a title.
        MissingExtraError
            When the language takes a font that is not installed (pages need none).
        """
        if format == "html":
            return self.page(title=title).encode("utf-8")
        if title:
            raise ParameterError("title: pictures bear no names; write a page (.html)", name="title", value=title)
        if format in _ANIMATED:
            return self._animation(format)
        return encode_picture(self.picture, format=format, profile=self._profile, fine_detail=True, label=self.label)

    def _animation(self, format: str) -> bytes:
        space, profile = (SRGB, None) if format == "gif" else (self._space, self._profile)
        frames = [laid_out([piece], 1, self._say, note=self.note) for piece in self._captioned(space)]
        height = max(len(frame) for frame in frames)
        frames = [padded(frame, height, frame.shape[1]) for frame in frames]
        seconds = [_SECONDS] * (len(frames) - 1) + [_LAST_SECONDS]
        return encode_animation(frames, format=format, seconds=seconds, profile=profile, label=self.label)

    def save(self, path: str | os.PathLike[str], overwrite: bool = False, *, title: str = "") -> None:
        """Write the board; the extension says how: .png .jpg .tif a picture, .gif .webp an animation, .html a page.

        Parameters
        ----------
        path : str or path-like
            The file; it is written whole or not at all.
        overwrite : bool
            Whether an existing file may be replaced; those of the photo and its masks never are.
        title : str
            Heading of a page; pictures bear no names.

        Raises
        ------
        OutputExistsError
            When the file exists and `overwrite` is false, or it is one of those that were read.
        OutputError
            When it cannot be written.
        ParameterError
            When the extension is unknown, or as :meth:`encode`.
        """
        format = board_format(path)
        check_writable(path, overwrite=overwrite, inputs=self._inputs)
        write_atomic(path, self.encode(format, title=title), overwrite=overwrite, inputs=self._inputs)

    def _repr_png_(self) -> bytes:
        return self.encode("png")

    def _repr_html_(self) -> str:
        return html.gallery(self._figures(), columns=self.columns, note=self.note, say=self._say)
