"""A preview as layers, in OpenRaster (www.openraster.org), which Krita, GIMP and MyPaint open.

From the bottom: the photo; the dots, which multiply it; the treated area, hidden.  The layer of the dots is white
where nothing changes, else ``255 * after / before``, rounded: so photo times dots is the preview to within a unit or
two of its bytes (brighter pixels, which a change of colour can bring, stay as they were).
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image

from smpsim.arrays import F32, U8
from smpsim.files.encode import encode_picture

_MIMETYPE = "image/openraster"
_THUMBNAIL_PX = 256
# the same bytes every time
_DATE = (1980, 1, 1, 0, 0, 0)


def encode_layers(
    before: U8,
    after: U8,
    mask: F32,
    *,
    profile: bytes | None = None,
    alpha: U8 | None = None,
    label: Mapping[str, Any] | None = None,
) -> bytes:
    """Write photo, dots and treated area as the layers of an OpenRaster file.

    Parameters
    ----------
    before, after : ndarray (H, W, 3) uint8
        The photo and the preview.
    mask : ndarray (H, W) float32
        The treated area, 0 to 1.
    profile : bytes, optional
        ICC profile of the pixels.
    alpha : ndarray (H, W) uint8, optional
        Opacity of the photo.
    label : mapping, optional
        Marks the merged picture as a simulation, as :func:`smpsim.files.encode.encode_picture` does.

    Returns
    -------
    bytes
        The file.
    """
    height, width = before.shape[:2]
    merged = encode_picture(after, format="png", profile=profile, alpha=alpha, label=label)
    small = Image.fromarray(after)
    small.thumbnail((_THUMBNAIL_PX, _THUMBNAIL_PX))
    area = np.broadcast_to(np.rint(mask * 255).astype(np.uint8)[..., None], before.shape)
    files = {
        "stack.xml": _stack(width, height).encode("utf-8"),
        "data/photo.png": encode_picture(before, format="png", profile=profile, alpha=alpha),
        "data/dots.png": encode_picture(_quotient(before, after), format="png", profile=profile),
        "data/area.png": encode_picture(np.ascontiguousarray(area), format="png"),
        "mergedimage.png": merged,
        "Thumbnails/thumbnail.png": _png(small),
    }
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        # the first entry names the type, and must not be compressed
        archive.writestr(zipfile.ZipInfo("mimetype", _DATE), _MIMETYPE)
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, _DATE), data)
    return buffer.getvalue()


def _quotient(before: U8, after: U8) -> U8:
    """Return what the photo has to be multiplied by, 255 being 1."""
    quotient = 255 * after.astype(np.float32) / np.maximum(before, 1)
    quotient[after >= before] = 255
    return np.rint(quotient).clip(0, 255).astype(np.uint8)


def _png(image: Image.Image) -> bytes:
    buffer = BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def _stack(width: int, height: int) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<image version="0.0.3" w="{width}" h="{height}">\n<stack>\n'
        '<layer name="treated area" src="data/area.png" visibility="hidden" opacity="0.5"/>\n'
        '<layer name="simulated dots" src="data/dots.png" composite-op="svg:multiply"/>\n'
        '<layer name="photo" src="data/photo.png"/>\n'
        "</stack>\n</image>\n"
    )
