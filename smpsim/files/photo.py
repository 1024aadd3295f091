"""The photograph: upright pixels, what they mean, and what the preview must be written with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from smpsim.arrays import F32, U8, native
from smpsim.colour import ColourSpace
from smpsim.errors import ParameterError, PhotoError
from smpsim.files.convert import eight_bits, to_colours
from smpsim.files.decode import MAX_PIXELS, Decoded, JpegCoding, decode
from smpsim.files.source import Source, full_path, one_line

_GREY_SAMPLES = 500
"""Rows and columns that are looked at to tell whether a photo is grey."""
_GREY_TOLERANCE = 3
_GREY_SHARE = 0.999


@dataclass(frozen=True, eq=False, repr=False)
class Photo:
    """A photograph as it is seen: upright, 8 bits per channel, in its own primaries.

    Made by :func:`read_photo` or :meth:`from_array`; arrays are read-only.

    Attributes
    ----------
    pixels : (H, W, 3) uint8
        Encoded R, G, B.
    alpha : (H, W) uint8 or None
        Opacity as in the file, 255 is opaque.
    profile : bytes or None
        ICC profile that belongs to ``pixels`` and is written with the preview; made where the file only names its
        colours (PNG chunks, EXIF flags); None is sRGB.
    space : ColourSpace
        What ``pixels`` mean in linear light.
    notices : tuple of str
        What the user should know: one line for each thing that was converted, left out or damaged.
    dpi : (float, float) or None
        Resolution noted in the file, pixels per inch, x and y.
    jpeg : JpegCoding or None
        Quantisation tables and subsampling of a JPEG.
    format : str
        ``"JPEG"``, ``"PNG"``, ``"WEBP"``, ``"TIFF"``, ``"GIF"``, ``"HEIF"``, or ``"array"``.
    path : str or None
        The file that it was read from, so that no preview replaces it; it is written nowhere.
    """

    pixels: U8
    alpha: U8 | None
    profile: bytes | None
    space: ColourSpace
    notices: tuple[str, ...] = ()
    dpi: tuple[float, float] | None = None
    jpeg: JpegCoding | None = None
    format: str = "array"
    path: str | None = None

    def __repr__(self) -> str:
        width, height = self.size
        return f"<Photo: {width} x {height} px, {self.format}, {self.space.name}>"

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, px."""
        height, width = self.pixels.shape[:2]
        return width, height

    @cached_property
    def linear(self) -> F32:
        """(H, W, 3) float32, 0..1: linear light in the photo's own primaries, read-only, computed once."""
        linear = self.space.decode(self.pixels)
        linear.flags.writeable = False
        return linear

    @cached_property
    def is_grey(self) -> bool:
        """Whether the photo is neutral: R, G and B differ by at most 3 in 99.9 % of the (visible) samples.

        A JPEG rounds its chroma, so a grey photo that was stored as RGB is not exactly neutral.
        """
        height, width = self.pixels.shape[:2]
        rows = slice(None, None, 1 + height // _GREY_SAMPLES)
        columns = slice(None, None, 1 + width // _GREY_SAMPLES)
        spread = np.ptp(self.pixels[rows, columns], axis=-1)
        if self.alpha is not None and self.alpha[rows, columns].any():
            spread = spread[self.alpha[rows, columns] > 0]
        return bool((spread <= _GREY_TOLERANCE).mean() >= _GREY_SHARE)

    @classmethod
    def from_array(cls, array: NDArray[Any], profile: bytes | None = None) -> Photo:
        """Make a photo of an array.

        Parameters
        ----------
        array : (H, W, 3), (H, W) or (H, W, 4) uint8 or uint16
            Encoded values (sRGB unless a profile is given), upright; a fourth channel is opacity. uint16 is divided
            by 257 and rounded, with a notice. The array is copied.
        profile : bytes, optional
            ICC profile of the values.

        Raises
        ------
        ParameterError
            Another type or shape, or no pixels.
        PhotoError
            More than 100 megapixels.
        """
        values, deep = _checked(native(np.asarray(array)))
        height, width = values.shape[:2]
        if height * width > MAX_PIXELS:
            raise PhotoError(f"the array has {height * width / 1e6:.0f} megapixels, at most 100 are taken")
        decoded = Decoded(
            name="array",
            image=Image.fromarray(values),
            format="array",
            orientation=1,
            depth=16 if deep else 8,
            lossy=False,
            profile=profile,
            dpi=None,
            jpeg=None,
            notices=(),
        )
        return _photo(decoded)


def read_photo(source: Source) -> Photo:
    """Read a photograph.

    Parameters
    ----------
    source : str, path, bytes or binary file
        JPEG (MPO too), PNG, WebP, TIFF, GIF, or HEIC with ``pip install "smpsim[heic]"``. The content decides, not
        the name. Of several frames or pages the first is read, with a notice. At most 100 megapixels (WebP: 50).

    Returns
    -------
    Photo
        Upright by its orientation tag, 8 bits per channel. 16 are reduced with a notice: greys are rounded, of
        colours Pillow hands over the upper byte (a quarter of them differ by 1 from what rounding gives).

    Raises
    ------
    PhotoError
        The file is missing, not a picture of these formats, damaged, cut off or too large; one line that names it.
    MissingExtraError
        A HEIC file without the package pi-heif.
    """
    if isinstance(source, np.ndarray | list | tuple):
        raise PhotoError(
            f"source: a file is read, not {type(source).__name__}; smpsim.Photo.from_array takes an array"
        )
    decoded = decode(source, PhotoError)
    try:
        return replace(_photo(decoded), path=full_path(source))
    except (ValueError, OSError, MemoryError) as problem:
        raise PhotoError(f"{decoded.name}: {one_line(problem)}") from problem


def _photo(decoded: Decoded) -> Photo:
    colours = to_colours(decoded)
    dpi = decoded.dpi
    if dpi is not None and decoded.orientation >= 5:
        dpi = (dpi[1], dpi[0])
    return Photo(
        pixels=colours.pixels,
        alpha=colours.alpha,
        profile=colours.profile,
        space=colours.space,
        notices=decoded.notices + colours.notices,
        dpi=dpi,
        jpeg=decoded.jpeg,
        format=decoded.format,
    )


def _checked(array: NDArray[Any]) -> tuple[U8, bool]:
    """8-bit values of an array that may be a photo, and whether it had 16 bits."""
    if array.dtype not in (np.uint8, np.uint16):
        raise ParameterError(
            f"the photo's values are {array.dtype}: pass uint8 0..255 or uint16 0..65535, encoded as sRGB "
            "(for floats 0..1: numpy.rint(array * 255).astype('uint8'))",
            name="array",
        )
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[..., 0]
    if array.ndim not in (2, 3) or array.size == 0 or (array.ndim == 3 and array.shape[2] not in (3, 4)):
        raise ParameterError(f"the photo has shape {array.shape}: pass (H, W, 3), (H, W) or (H, W, 4)", name="array")
    if array.dtype == np.uint16:
        return eight_bits(array, 16), True
    return np.ascontiguousarray(array, dtype=np.uint8), False
