"""What the first bytes of a file say, where Pillow does not."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import IO, Literal

from PIL import Image

PNG = b"\x89PNG\r\n\x1a\n"
_BITS_PER_SAMPLE_TAG, _MOST_CHUNKS = 258, 10_000
_FOREIGN = (
    (b"%!PS", "EPS"),
    (b"\xc5\xd0\xd3\xc6", "EPS"),
    (b"%PDF", "PDF"),
    (b"8BPS", "PSD"),
    (b"BM", "BMP"),
    (b"\x00\x00\x00\x0cJXL", "JPEG XL"),
    (b"\xff\x0a", "JPEG XL"),
    (b"\x00\x00\x00\x0cjP", "JPEG 2000"),
    (b"<svg", "SVG"),
    (b"<?xml", "SVG or XML"),
)


def is_heif(head: bytes) -> bool:
    """Whether the file is HEIC or HEIF (by the brands of its first box); AVIF is not."""
    if head[4:8] != b"ftyp":
        return False
    brands = _brands(head)
    if brands & {b"avif", b"avis"}:
        return False
    return any(brand[:3] in (b"hei", b"hev") or brand in (b"mif1", b"msf1") for brand in brands)


def _brands(head: bytes) -> set[bytes]:
    (size,) = struct.unpack(">I", head[:4])
    box = head[8 : min(size, 256)]
    return {box[i : i + 4] for i in range(0, len(box) - 3, 4) if i != 4}  # at 4: the minor version


def foreign_format(head: bytes) -> str | None:
    """Name of a picture format that is known and not read, or None."""
    if head[4:8] == b"ftyp":
        return "AVIF" if _brands(head) & {b"avif", b"avis"} else "a video"
    start = head.lstrip()
    return next((name for magic, name in _FOREIGN if start.startswith(magic)), None)


def bits_per_channel(image: Image.Image) -> int:
    """Bits per channel in the file, which Pillow hides (16-bit RGB opens as 8-bit RGB without a word).

    Asked of an opened image that is not loaded yet. Of a PNG 8 also stands for less; what counts is how Pillow is
    going to unpack it, not where a stranger's file may have put a second header.
    """
    if image.format == "PNG":
        return 16 if any("16" in str(tile[3]) for tile in image.tile) else 8  # type: ignore[attr-defined]
    if image.format == "TIFF":
        bits = image.tag_v2.get(_BITS_PER_SAMPLE_TAG, (8,))  # type: ignore[attr-defined]
        bits = bits if isinstance(bits, tuple) else (bits,)
        return max((number for number in bits if isinstance(number, int)), default=8)
    return 8


def is_lossless_webp(stream: IO[bytes]) -> bool:
    """Whether a still WebP holds exact values; an animation counts as lossy."""
    kinds = (b"VP8L", b"VP8 ", b"ANIM")
    return next((name for name, _ in chunks(stream, "webp") if name in kinds), b"") == b"VP8L"


def chunks(stream: IO[bytes], format: Literal["png", "webp"]) -> Iterator[tuple[bytes, int]]:
    """Go from chunk to chunk of a PNG or a WebP, however large they are; at most 10,000.

    Yields
    ------
    name : bytes
        Four letters.
    size : int, bytes
        Of its content, at which the stream stands.
    """
    position = 8 if format == "png" else 12
    for _ in range(_MOST_CHUNKS):
        stream.seek(position)
        head = stream.read(8)
        if len(head) < 8:
            return
        size, name = struct.unpack(">I4s", head) if format == "png" else struct.unpack("<4sI", head)[::-1]
        yield name, size
        position += 8 + (size + 4 if format == "png" else size + size % 2)
