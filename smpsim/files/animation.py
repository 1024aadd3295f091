"""Pictures one after another: GIF and WebP that move."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from PIL import Image

from smpsim.arrays import U8
from smpsim.errors import OutputError, ParameterError
from smpsim.files.encode import check_side_limit
from smpsim.files.metadata import DESCRIPTION, exif_block, xmp_packet
from smpsim.files.source import one_line

FORMATS = ("gif", "webp")
_WEBP_QUALITY = 90
_GIF_LONGEST = 65_535


def encode_animation(
    frames: Sequence[U8],
    *,
    format: str,
    seconds: Sequence[float],
    profile: bytes | None = None,
    label: Mapping[str, Any] | None = None,
) -> bytes:
    """Encode pictures that follow one another without end.

    Parameters
    ----------
    frames : sequence of (H, W, 3) uint8
        Pictures of equal size.
    format : {"gif", "webp"}
        GIF has 256 colours for each picture and no room for a profile: give it sRGB.  WebP is lossy (quality 90).
    seconds : sequence of float
        How long each is shown.
    profile : bytes, optional
        ICC profile of the pixels; WebP embeds it.
    label : mapping, optional
        Marks the file as a simulation; a GIF has the words alone.

    Raises
    ------
    ParameterError
        When the format is unknown, or a side is too long for it.
    OutputError
        When the encoder fails.
    """
    height, width = frames[0].shape[:2]
    if format not in FORMATS:
        raise ParameterError(f"unknown format {format!r}: use one of {' '.join(FORMATS)}", name="format", value=format)
    if format == "webp":
        check_side_limit(format, (width, height))
    elif max(width, height) > _GIF_LONGEST:
        raise ParameterError(f"{width} x {height} px do not fit into gif: use .webp or .png", name="format")
    images = [Image.fromarray(frame) for frame in frames]
    options: dict[str, Any] = {"duration": [round(1000 * each) for each in seconds], "loop": 0}
    if format == "gif":
        images = [image.quantize(256, Image.Quantize.MEDIANCUT) for image in images]
        options |= {"comment": DESCRIPTION.encode("ascii")} if label is not None else {}
    else:
        options |= {"quality": _WEBP_QUALITY, "method": 2, "icc_profile": profile or b""}
        options |= {"xmp": xmp_packet(label), "exif": exif_block()} if label is not None else {}
    buffer = BytesIO()
    try:
        images[0].save(buffer, format=format.upper(), save_all=True, append_images=images[1:], **options)
    except (OSError, ValueError, RuntimeError, MemoryError) as problem:
        raise OutputError(f"the {format} encoder failed ({one_line(problem)})") from problem
    return buffer.getvalue()
