"""How far two pictures are apart, and both beside each other.

Each picture is read through its own profile to CIE Lab under D50; the distance of two pixels is Delta E 2000.  The
mean goes over all pixels, also the equal ones.  Opacity is not compared.  Only pixels that differ are computed, block
by block, so that a photo of 100 megapixels with a few changes costs little more than reading it.

Numbers: choices of layout, speed and rounding.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from smpsim import html
from smpsim.arrays import F32, U8
from smpsim.colour import ColourSpace, delta_e_2000, lab, recoded
from smpsim.errors import PhotoError
from smpsim.files.encode import encode_picture, on_white
from smpsim.files.metadata import read_label
from smpsim.files.photo import Photo, read_photo
from smpsim.preview import encode_small
from smpsim.report.layout import Captioned, laid_out
from smpsim.words import words

Picture = str | os.PathLike[str] | Photo | NDArray[Any]

_BLOCK = 1 << 16
# Two profiles never meet to the last bit: what differs by less is the rounding of 32-bit arithmetic.
_ROUNDING = 0.01
# longer side of the pictures in a slider page
_PAGE_PX = 2400


@dataclass(frozen=True)
class Comparison:
    """How far two pictures are apart.

    Attributes
    ----------
    max_delta_e, mean_delta_e : float
        Largest and mean Delta E 2000 over all pixels, >= 0; about 1 is just visible side by side.
    changed_px : int
        Pixels that differ: in a byte when both pictures have the same colour space, else by a Delta E 2000 above
        0.01.
    """

    max_delta_e: float
    mean_delta_e: float
    changed_px: int

    def as_dict(self) -> dict[str, float | int]:
        """Name -> value, ready for JSON."""
        return asdict(self)


def compare_images(a: Picture, b: Picture) -> Comparison:
    """Measure how far two pictures are apart.

    Parameters
    ----------
    a, b : path, Photo or ndarray
        Two pictures of equal (upright) size; an array is (H, W, 3) uint8 or uint16, sRGB.

    Returns
    -------
    Comparison
        Largest and mean Delta E 2000, and the number of pixels that differ.

    Raises
    ------
    PhotoError
        When one cannot be read, or the sizes differ.
    """
    first, second = opened(a, b)
    same_space = first.space == second.space
    total, largest, changed = 0.0, 0.0, 0
    for one, other in _differing(first.pixels, second.pixels, only=same_space):
        distance = delta_e_2000(_lab(one, first.space), _lab(other, second.space))
        total += float(distance.sum(dtype=np.float64))
        largest = max(largest, float(distance.max()))
        changed += distance.size if same_space else int((distance > _ROUNDING).sum())
    width, height = first.size
    return Comparison(largest, total / (width * height), changed)


def opened(a: Picture, b: Picture) -> tuple[Photo, Photo]:
    """Read two pictures of equal size.

    Raises
    ------
    PhotoError
        When one cannot be read, or the sizes differ.
    """
    first, second = _read(a), _read(b)
    if first.size != second.size:
        (w, h), (v, g) = first.size, second.size
        raise PhotoError(f"the pictures differ in size: {w} x {h} px and {v} x {g} px; compare pictures of equal size")
    return first, second


def label_of(*sources: Picture) -> dict[str, Any] | None:
    """Return the first simulation label that the pictures carry; None when none does."""
    for source in sources:
        if isinstance(source, str | os.PathLike):
            with suppress(PhotoError):
                label = read_label(source)
                if label is not None:
                    return label
    return None


def side_by_side(
    a: Picture, b: Picture, *, format: str, label: dict[str, Any] | None = None, language: str = "en"
) -> bytes:
    """Return one picture with `a` on the left and `b` on the right, in the colour space of `a`, with captions.

    Parameters
    ----------
    a, b : path, Photo or ndarray (H, W, 3)
        Two pictures of equal size: before and after.
    format : {"jpeg", "png", "webp", "tiff"}
        Format of the result.
    label : dict, optional
        Marks the result as a simulation; that of the pictures when not given.
    language : {"en", "de"}
        Of the captions.

    Returns
    -------
    bytes
        The file.

    Raises
    ------
    PhotoError
        When a picture cannot be read, or the sizes differ.
    ParameterError
        When the format cannot hold a picture of this size, or there are no texts in that language.
    MissingExtraError
        When its letters take a font that is not installed.
    """
    say, label = words(language), label or label_of(b, a)
    first, second = opened(a, b)
    right = recoded(second.pixels, second.space, first.space)
    pair = [
        Captioned(on_white(first.pixels, first.alpha), say("compare.before"), ""),
        Captioned(on_white(right, second.alpha), say("compare.after"), say("compare.alt_after") if label else ""),
    ]
    return encode_picture(laid_out(pair, 2, say), format=format, profile=first.profile, fine_detail=True, label=label)


def slider_page(
    a: Picture,
    b: Picture,
    *,
    alt: str | None = None,
    label: dict[str, Any] | None = None,
    title: str = "",
    language: str = "en",
) -> str:
    """Return a page with a slider between `a` (before) and `b` (after).

    Parameters
    ----------
    a, b : path, Photo or ndarray (H, W, 3)
        Two pictures of equal size; shown with at most 2400 px.
    alt : str, optional
        What `b` shows, plain text; by default that it is a simulated preview, or just the second picture.
    label : dict, optional
        Marks the picture `b` as a simulation; that of the pictures when not given.
    title : str
        A heading of one's own, plain text, a client's name for example.
    language : {"en", "de"}
        Of the page.

    Returns
    -------
    str
        One HTML file that asks no host for anything.

    Raises
    ------
    PhotoError
        When a picture cannot be read, or the sizes differ.
    ParameterError
        When there are no texts in that language.
    """
    say, label = words(language), label or label_of(b, a)
    shows = alt or say("compare.alt_after" if label else "compare.alt_other")
    photos = zip(opened(a, b), (None, label), strict=True)
    before, after = (encode_small(photo, _PAGE_PX, label=mark) for photo, mark in photos)
    return html.page(say("compare.title"), html.slider(before, after, alt=shows, say=say), name=title, say=say)


def _read(picture: Picture) -> Photo:
    if isinstance(picture, Photo):
        return picture
    return Photo.from_array(picture) if isinstance(picture, np.ndarray) else read_photo(picture)


def _lab(pixels: U8, space: ColourSpace) -> F32:
    return lab(space.decode(pixels), space)


def _differing(a: U8, b: U8, *, only: bool) -> Iterator[tuple[U8, U8]]:
    """Iterate over blocks of pixels (N, 3) of both pictures; `only` those that differ."""
    one, other = a.reshape(-1, 3), b.reshape(-1, 3)
    for start in range(0, len(one), _BLOCK):
        x, y = one[start : start + _BLOCK], other[start : start + _BLOCK]
        if only:
            changed = (x != y).any(axis=1)
            x, y = x[changed], y[changed]
        if len(x):
            yield x, y
