"""Bytes of a stranger's file to one decoded Pillow image, or one line that says why not.

Rules (each measured, see the tests): only the formats of :data:`FORMATS` are tried and the content decides, never
the name (Pillow would start Ghostscript on an EPS called ``.jpg``); the size is checked from the header before
anything is decoded; a file that is cut off is refused; whatever Pillow raises becomes one line with the file's name;
whatever it warns about becomes a notice. No setting of Pillow is changed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import IO, Any

from PIL import Image, JpegImagePlugin, UnidentifiedImageError

from smpsim.errors import InputError, MissingExtraError
from smpsim.files.colour_notes import profile_of_notes
from smpsim.files.nclx import profile_of_nclx
from smpsim.files.quiet import caught_warnings
from smpsim.files.sniff import bits_per_channel, foreign_format, is_heif, is_lossless_webp
from smpsim.files.source import Source, one_line, opened, path_of, shown_name

FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "GIF")
"""Pillow's readers that may be used. MPO (phones) comes in through JPEG."""
READABLE = "JPEG, PNG, WebP, TIFF, GIF or HEIC"
MAX_PIXELS = 100_000_000
"""Pictures with more pixels are refused from their header."""
MAX_WEBP_PIXELS = 50_000_000
"""The same for WebP, whose decoder holds four copies of the picture (100 megapixels: 1.8 GiB; measured)."""
_HEAD_BYTES = 4096
_ORIENTATION_TAG = 0x0112


class _Refused(Exception):
    """Internal: the reason for refusing a file, in words."""


@dataclass(frozen=True)
class JpegCoding:
    """How the photo's JPEG was coded, to write the preview no worse.

    Attributes
    ----------
    luma, chroma : tuple of 64 int
        Quantisation tables of the first and the second component (equal when there is only one).
    subsampling : int
        0 is 4:4:4, 1 is 4:2:2, 2 is 4:2:0 (Pillow's codes); unusual ones count as 0.
    """

    luma: tuple[int, ...]
    chroma: tuple[int, ...]
    subsampling: int


@dataclass(frozen=True)
class Decoded:
    """A decoded first frame, not yet upright, with what its file says about it."""

    name: str
    image: Image.Image
    format: str
    orientation: int
    depth: int
    lossy: bool
    profile: bytes | None
    dpi: tuple[float, float] | None
    jpeg: JpegCoding | None
    notices: tuple[str, ...]


def decode(source: Source, error: type[InputError]) -> Decoded:
    """Decode the first frame of a picture.

    Parameters
    ----------
    source : path, bytes or binary file
        JPEG (MPO too), PNG, WebP, TIFF, GIF, or HEIC with the extra ``heic``.
    error : type of InputError
        Raised in one line when the file cannot be used.

    Raises
    ------
    MissingExtraError
        A HEIC file without the package that reads it.
    """
    name = shown_name(source)
    with opened(source, error) as stream, caught_warnings() as warned:
        try:
            return _decode_stream(stream, name, warned)
        except MissingExtraError:
            raise
        except Exception as problem:
            raise error(f"{name}: {_reason(problem)}", path=path_of(source)) from problem


def _decode_stream(stream: IO[bytes], name: str, warned: list[str]) -> Decoded:
    head = stream.read(_HEAD_BYTES)
    stream.seek(0)
    if not head:
        raise _Refused("the file is empty")
    if is_heif(head):
        return _decode_heif(stream, name)
    try:
        image = Image.open(stream, formats=FORMATS)
    except UnidentifiedImageError:
        raise _Refused(_foreign(head)) from None
    return _decode_pillow(image, stream, name, warned)


def _decode_pillow(image: Image.Image, stream: IO[bytes], name: str, warned: list[str]) -> Decoded:
    _check_size(image.size, MAX_WEBP_PIXELS if image.format == "WEBP" else MAX_PIXELS)
    notices = []
    if image.format != "MPO" and getattr(image, "is_animated", False):
        notices.append("the file holds several pictures: the first one is used")
    depth = bits_per_channel(image)
    jpeg = _jpeg_coding(image)
    image_format = "JPEG" if image.format == "MPO" else str(image.format)
    image.load()
    if image.mode in ("P", "PA") and image.palette is None:
        raise _Refused("a picture with a palette that is missing: export it again")
    orientation = _orientation(image)  # after load(): TIFF turns itself then, and PNG may say it at its end
    profile, notice = _profile(image.info), None
    if profile is None:
        profile, notice = profile_of_notes(image, stream)
    notices += [notice] if notice else []
    if warned:
        notices.append(f"damaged notes in the file were ignored ({warned[0][:100]})")
    return Decoded(
        name=name,
        image=image,
        format=image_format,
        orientation=orientation,
        depth=depth,
        lossy=image_format == "JPEG" or (image_format == "WEBP" and not is_lossless_webp(stream)),
        profile=profile,
        dpi=_dpi(image.info.get("dpi")),
        jpeg=jpeg,
        notices=tuple(notices),
    )


def _decode_heif(stream: IO[bytes], name: str) -> Decoded:
    """HEIC through pi-heif, without registering it in Pillow; libheif has turned the picture upright already."""
    try:
        import pi_heif
    except ImportError as problem:
        raise MissingExtraError(
            f'{name}: HEIC needs the package pi-heif: pip install "smpsim[heic]"', extra="heic"
        ) from problem
    container = pi_heif.open_heif(stream, convert_hdr_to_8bit=True)
    _check_size(container.size)
    notices = []
    if len(container) > 1:
        notices.append("the file holds several pictures: the primary one is used")
    profile = _profile(container.info)
    if profile is None and "nclx_profile" in container.info:
        profile, notice = profile_of_nclx(container.info["nclx_profile"])
        notices += [notice] if notice else []
    return Decoded(
        name=name,
        image=container.to_pillow(),
        format="HEIF",
        orientation=1,
        depth=int(container.info.get("bit_depth", 8)),
        lossy=True,
        profile=profile,
        dpi=None,
        jpeg=None,
        notices=tuple(notices),
    )


def _check_size(size: tuple[int, int], limit: int = MAX_PIXELS) -> None:
    width, height = size
    if width * height > limit:
        raise _Refused(
            f"{width} x {height} is {width * height / 1e6:.0f} megapixels, "
            f"at most {limit // 1_000_000} are read: make it smaller first"
        )


def _orientation(image: Image.Image) -> int:
    """EXIF, PNG or XMP orientation; 1 when there is none, it is not 1..8, or the notes are damaged."""
    try:
        value = image.getexif().get(_ORIENTATION_TAG, 1)
    except Exception:  # damaged EXIF raises nearly anything, and the picture is fine without it
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _jpeg_coding(image: Image.Image) -> JpegCoding | None:
    """Tables and subsampling, from the opened file (a converted image no longer knows them)."""
    tables: dict[int, Any] | None = getattr(image, "quantization", None)
    layers: list[tuple[int, int, int, int]] | None = getattr(image, "layer", None)
    if not tables or not layers:
        return None
    luma = tables.get(layers[0][3])
    chroma = tables.get(layers[1][3]) if len(layers) > 1 else luma
    if luma is None or chroma is None:
        return None
    return JpegCoding(tuple(luma), tuple(chroma), max(JpegImagePlugin.get_sampling(image), 0))


def _profile(info: dict[Any, Any]) -> bytes | None:
    profile = info.get("icc_profile")
    return profile if isinstance(profile, bytes) and profile else None


def _dpi(value: object) -> tuple[float, float] | None:
    """Resolution that can be printed with, or None (0, 1 and the absurd mean that nobody set it)."""
    try:
        x, y = (float(number) for number in value)  # type: ignore[attr-defined]
    except (TypeError, ValueError, ArithmeticError):
        return None
    return (x, y) if all(math.isfinite(n) and 2 <= n <= 20_000 for n in (x, y)) else None


def _foreign(head: bytes) -> str:
    found = foreign_format(head)
    what = f"{found} is not read" if found else "not a picture, or a damaged one"
    return f"{what}: {READABLE} is needed"


def _reason(problem: Exception) -> str:
    """One line for whatever a decoder raised."""
    if isinstance(problem, _Refused):
        return str(problem)
    if isinstance(problem, Image.DecompressionBombError):
        return f"more than {MAX_PIXELS // 1_000_000} megapixels: make it smaller first"
    if isinstance(problem, MemoryError):
        return "not enough memory to decode it"
    return f"damaged or cut off ({one_line(problem)}): copy or export it again"
