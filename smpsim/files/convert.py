"""A decoded picture of any mode to upright 8-bit RGB, alpha, and the colours that belong to it.

RGB keeps its numbers and its profile wherever the profile is that of a matrix display; every other profile is
converted to sRGB by littleCMS (relative colorimetric with black point compensation), and the old profile is dropped,
because a profile must fit the mode that it is attached to. A profile that is broken or of the wrong mode counts as
none, with a notice.

Large pictures are converted in strips, straight into the upright result: beside Pillow's picture (at most 4 bytes per
pixel) and the result there are only strips. 100 megapixels with alpha take 0.9 GiB (1.5 GiB in one go; measured).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from smpsim.arrays import U8
from smpsim.colour import SRGB, ColourSpace
from smpsim.files.decode import Decoded
from smpsim.files.icc import NotMatrixError, ProfileError, colour_model, parse_icc

_Value = TypeVar("_Value", bound=np.generic)

# strips of 4 million pixels take three times as long: their copies leave the processor's cache
_STRIP_PIXELS = 1_000_000

_DEEP_NOTICE = "{} bits per channel were reduced to 8"
_BROKEN_NOTICE = "the colour profile is damaged or does not fit the picture: taken as sRGB"
_CONVERTED_NOTICE = "the colours were converted to sRGB through the picture's {} profile"
_INTENT = ImageCms.Intent.RELATIVE_COLORIMETRIC
_FLAGS = ImageCms.Flags.BLACKPOINTCOMPENSATION


@dataclass(frozen=True)
class Colours:
    """Upright colours.

    Attributes
    ----------
    pixels : (H, W, 3) uint8
    alpha : (H, W) uint8 or None
    profile : bytes or None
        The profile that belongs to ``pixels``; None is sRGB.
    space : ColourSpace
    notices : tuple of str
    """

    pixels: U8
    alpha: U8 | None
    profile: bytes | None
    space: ColourSpace
    notices: tuple[str, ...]


def to_colours(decoded: Decoded) -> Colours:
    """Upright 8-bit RGB of a decoded picture.

    Raises
    ------
    ValueError
        The mode holds no picture for the eye (float or 32-bit values).
    """
    notices: list[str] = []
    if decoded.depth > 8:
        notices.append(_DEEP_NOTICE.format(decoded.depth))
    width, height = decoded.image.size
    pixels = Turned(np.empty((height, width, 3), np.uint8), decoded.orientation)
    alpha: Turned[np.uint8] | None = None
    profile = None
    for rows, strip in strips(decoded.image):
        colours, opacity = _without_alpha(strip, decoded)
        told = notices if rows.start == 0 else []  # every strip would say the same
        rgb, profile = _to_rgb(colours, decoded.profile, told)
        pixels.stored[rows] = np.asarray(rgb)
        if opacity is not None:
            alpha = alpha or Turned(np.empty((height, width), np.uint8), decoded.orientation)
            alpha.stored[rows] = opacity
    space = SRGB if profile is None else parse_icc(profile)
    pixels.upright.flags.writeable = False
    opacity = None if alpha is None else alpha.upright
    if opacity is not None:
        opacity.flags.writeable = False
    return Colours(pixels.upright, opacity, profile, space, tuple(notices))


def strips(image: Image.Image) -> Iterator[tuple[slice, Image.Image]]:
    """Cut a picture into strips of about a megapixel; a small one is its own and only strip.

    Yields
    ------
    rows : slice
        Where the strip lies.
    strip : Image
        It, with the palette and the notes of the picture.
    """
    width, height = image.size
    step = max(_STRIP_PIXELS // width, 1)
    if step >= height:
        yield slice(0, height), image
        return
    for top in range(0, height, step):
        bottom = min(top + step, height)
        yield slice(top, bottom), image.crop((0, top, width, bottom))


class Turned(Generic[_Value]):
    """An upright array that is filled in the order in which its file stores it.

    Parameters
    ----------
    like : (H, W, ...) array
        An empty array of the stored shape; it is used itself where the sides are not swapped.
    orientation : int
        EXIF orientation, 1 to 8 (EXIF 2.32, 4.6.4 A).

    Attributes
    ----------
    upright : (H, W, ...) or (W, H, ...) array
        Contiguous.
    stored : (H, W, ...) array
        A view of it in the order of the file, to be written to.
    """

    def __init__(self, like: NDArray[_Value], orientation: int) -> None:
        swapped = orientation >= 5
        self.upright: NDArray[_Value] = like.reshape(like.shape[1::-1] + like.shape[2:]) if swapped else like
        stored = self.upright
        if orientation in (2, 3, 6, 7):
            stored = stored[:, ::-1]
        if orientation in (3, 4, 7, 8):
            stored = stored[::-1]
        self.stored: NDArray[_Value] = np.swapaxes(stored, 0, 1) if swapped else stored


def _without_alpha(image: Image.Image, decoded: Decoded) -> tuple[Image.Image, U8 | None]:
    """Colours and alpha apart; colours in one of the modes 1, L, RGB, CMYK, YCbCr, LAB."""
    if image.mode.startswith("I;16"):
        return _from_16_bit(image, decoded)
    if image.mode in ("F", "I"):
        raise ValueError("32-bit or floating-point values: export it with 8 or 16 bits per channel")
    if image.mode in ("La", "RGBa"):
        image = image.convert(image.mode[:-1] + "A")
    if image.has_transparency_data:
        grey = image.mode in ("L", "LA", "1")
        image = image.convert("LA" if grey else "RGBA")
        return image.convert("L" if grey else "RGB"), np.asarray(image.getchannel("A"))
    if image.mode in ("P", "PA", "RGBX"):
        image = image.convert("RGB")
    return image, None


def grey_16_bit(strip: Image.Image, decoded: Decoded) -> NDArray[np.uint16]:
    """Values of a strip of a 12- or 16-bit grey picture, 0..2**depth - 1, black at 0."""
    values = np.asarray(strip).astype(np.uint16)
    white_is_zero = getattr(decoded.image, "tag_v2", {}).get(262) == 0  # Pillow leaves 16-bit negatives as they are
    return (np.uint16(2**decoded.depth - 1) - values) if white_is_zero else values


def eight_bits(values: NDArray[np.uint16], depth: int) -> U8:
    """Round values 0..2**depth - 1 to 0..255."""
    top = 2**depth - 1
    rounded: U8 = ((values.astype(np.uint32) * 255 + top // 2) // top).astype(np.uint8)
    return rounded


def _from_16_bit(image: Image.Image, decoded: Decoded) -> tuple[Image.Image, U8 | None]:
    """Greys of 8 bits (Pillow's own conversion clips everything above 255 to white)."""
    values = grey_16_bit(image, decoded)
    reduced = eight_bits(values, decoded.depth)
    key = image.info.get("transparency")
    alpha = np.where(values == key, np.uint8(0), np.uint8(255)) if isinstance(key, int) else None
    return Image.fromarray(reduced), alpha


def _to_rgb(image: Image.Image, profile: bytes | None, notices: list[str]) -> tuple[Image.Image, bytes | None]:
    """RGB of a picture without alpha, and the profile that still belongs to it."""
    if image.mode == "1":
        image = image.convert("L")
    if image.mode == "YCbCr":
        image = image.convert("RGB")
    if image.mode == "LAB":
        notices.append(_CONVERTED_NOTICE.format("Lab"))
        return _through(ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")), image), None
    if profile is not None:
        done = _by_profile(image, profile, notices)
        if done is not None:
            return done
        notices.append(_BROKEN_NOTICE)
    if image.mode == "CMYK":
        notices.append("CMYK was converted to RGB without a profile: colours are approximate")
    return _as_rgb(image), None


def _as_rgb(image: Image.Image) -> Image.Image:
    """RGB of a picture; itself where it is (Pillow's convert would copy it)."""
    return image if image.mode == "RGB" else image.convert("RGB")


def _by_profile(image: Image.Image, profile: bytes, notices: list[str]) -> tuple[Image.Image, bytes | None] | None:
    """RGB by the picture's own profile, or None when the profile is of no use."""
    try:
        model = colour_model(profile)
        if model == "RGB" and image.mode in ("RGB", "L"):
            try:
                parse_icc(profile)
                return _as_rgb(image), profile
            except NotMatrixError:
                image = image.convert("RGB")
        elif (model, image.mode) not in (("GRAY", "L"), ("CMYK", "CMYK")):
            return None
        converted = _through(ImageCms.ImageCmsProfile(BytesIO(profile)), image)
    except (ProfileError, ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None
    notices.append(_CONVERTED_NOTICE.format(model))
    if model == "GRAY":
        converted = Image.merge("RGB", [converted.getchannel("G")] * 3)  # neutral to the last bit
    return converted, None


def _through(profile: ImageCms.ImageCmsProfile, image: Image.Image) -> Image.Image:
    """Convert to sRGB by littleCMS."""
    target = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    transform = ImageCms.buildTransform(profile, target, image.mode, "RGB", _INTENT, _FLAGS)
    converted = ImageCms.applyTransform(image, transform)
    if converted is None:
        raise ValueError("no conversion")
    return converted
