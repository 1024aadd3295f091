"""Masks: where to treat, as coverage 0..1 on the upright photo.

A mask is read as numbers, not as colours: its profile is ignored, black is 0 and white is 1, and

    coverage = luma x alpha,    luma = 0.299 R + 0.587 G + 0.114 B    (Rec. ITU-R BT.601)

so a white shape on black, the same shape in the alpha channel of a paint program, and both together all work.
16-bit greys keep their precision, palettes are looked up, an orientation tag of the mask itself is applied.
"""

from __future__ import annotations

import os
import warnings
from io import BytesIO
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from smpsim.arrays import F32, native
from smpsim.errors import MaskError, ParameterError, SmpsimWarning
from smpsim.files.convert import Turned, grey_16_bit, strips
from smpsim.files.decode import Decoded, decode
from smpsim.files.shapes import MAX_BYTES as SHAPES_MAX_BYTES
from smpsim.files.shapes import looks_like_shapes, mask_from_shapes
from smpsim.files.source import Source, one_line, opened, shown_name

LOSSY_FLOOR = 32 / 255
"""Below this a lossy mask (JPEG, lossy WebP, HEIC) counts as zero: its compression rings beside every edge. Measured
on a black-and-white mask at JPEG quality 62: beyond 2 px from the edge 499 px reach 8/255, 152 px 16/255, 6 px 32/255.
"""
_LUMA = np.array([299, 587, 114], dtype=np.float32)  # whole numbers: white is exactly 1
_ASPECT_TOLERANCE = 0.01
_HALF_TONES = (0.05, 0.95)
_PHOTO_SHARE = 0.6
_PHOTO_LEVELS = 32
# what sums of floats leave beyond 0 and 1
_ROUNDING = 1e-6


class HasSize(Protocol):
    """A photo, or what stands for it: width and height of the upright picture, px."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, px."""


def read_mask(source: Source, *, like: HasSize) -> F32:
    """Read a mask that was drawn on a photo.

    Parameters
    ----------
    source : str, path, bytes or binary file
        PNG, TIFF, WebP (or JPEG, GIF, HEIC), 1, 8 or 16 bits; see the module for what its colours and alpha mean. In
        lossy formats values below 32/255 count as zero.  Or shapes: SVG, LabelMe, a hairline (JSON); see
        ``smpsim.files.shapes``.
    like : Photo, or anything with a size
        The photo it belongs to. The mask must have its upright size; one of the same aspect ratio is resampled.

    Returns
    -------
    (H, W) float32, 0..1
        Coverage, read-only.

    Raises
    ------
    MaskError
        The file cannot be read, or its size does not fit: one line that names both sizes.

    Warns
    -----
    SmpsimWarning
        The mask was resampled, is not near black and white, or holds several frames.
    """
    mask, notices = read_mask_with_notices(source, like=like)
    for notice in notices:
        warnings.warn(notice, SmpsimWarning, stacklevel=2)
    return mask


def read_mask_with_notices(source: Source, *, like: HasSize) -> tuple[F32, tuple[str, ...]]:
    """Read a mask as :func:`read_mask` does, with the notices as texts instead of warnings.

    Returns
    -------
    mask : (H, W) float32, 0..1
        Coverage, read-only.
    notices : tuple of str
        One line each, with the mask's file name.
    """
    source, shapes = _shapes_of(source)
    if shapes is not None:
        return _from_shapes(shapes, source, like)
    decoded = decode(source, MaskError)
    name, notices, lossy = decoded.name, list(decoded.notices), decoded.lossy
    try:
        coverage = _coverage(decoded)
    except (ValueError, MemoryError) as problem:
        raise MaskError(f"{name}: {one_line(problem)}") from problem
    del decoded  # Pillow's picture is no longer needed, and can be as large as the coverage
    if lossy:
        coverage[coverage < LOSSY_FLOOR] = 0
    if _looks_like_photo(coverage):
        notices.append("most of the mask is neither black nor white: is it a photo?")
    height, width = coverage.shape
    size = _size_of(like)
    if (width, height) != size:
        coverage = _resampled(coverage, size, name)
        notices.append(f"the mask was resampled from {width} x {height} to {size[0]} x {size[1]} px")
    coverage.flags.writeable = False
    return coverage, tuple(f"{name}: {notice}" for notice in notices)


def _size_of(like: HasSize) -> tuple[int, int]:
    """Width and height of the photo, px."""
    size = getattr(like, "size", None)
    if not isinstance(size, tuple):
        raise ParameterError(
            f"like: the photo that the mask belongs to is needed, not {type(like).__name__}; read it with "
            "smpsim.read_photo(file)",
            name="like",
            value=like,
        )
    return size


class _Named(BytesIO):
    """What was read of a stream, under its name."""

    def __init__(self, data: bytes, name: str) -> None:
        super().__init__(data)
        self.name = name


def _shapes_of(source: Source) -> tuple[Source, bytes | None]:
    """Return the source as it can be read again, and its bytes when it holds shapes instead of pixels."""
    with opened(source, MaskError) as stream:
        head = stream.read(512)
        stream.seek(0)
        if looks_like_shapes(head):
            return source, stream.read(SHAPES_MAX_BYTES + 1)
        if isinstance(source, str | os.PathLike | bytes):
            return source, None
        return _Named(stream.read(), shown_name(source)), None


def _from_shapes(data: bytes, source: Source, like: HasSize) -> tuple[F32, tuple[str, ...]]:
    name = shown_name(source)
    if len(data) > SHAPES_MAX_BYTES:
        raise MaskError(f"{name}: more than {SHAPES_MAX_BYTES // 1024**2} MB of shapes; simplify the drawing")
    size = _size_of(like)
    try:
        coverage, notices = mask_from_shapes(data, size)
    except (ValueError, MemoryError) as problem:
        raise MaskError(f"{name}: {one_line(problem)}") from problem
    coverage.flags.writeable = False
    return coverage, tuple(f"{name}: {notice}" for notice in notices)


def mask_from_array(array: NDArray[Any], size: tuple[int, int]) -> F32:
    """Make a mask of an array.

    Parameters
    ----------
    array : (H, W) bool, uint8, uint16 or float
        Coverage: False..True, 0..255, 0..65535 or 0..1 (by rounding 1e-6 beyond). It is copied.
    size : (int, int)
        Width and height of the upright photo, px.

    Returns
    -------
    (H, W) float32, 0..1
        Coverage, read-only.

    Raises
    ------
    MaskError
        Another type or shape, or a float further outside of 0..1 (NaN too).
    """
    values = native(np.asarray(array))
    if values.ndim == 3 and values.shape[2] == 1:
        values = values[..., 0]
    if values.ndim != 2 or values.shape != (size[1], size[0]):
        raise MaskError(
            f"the mask has shape {values.shape} and the photo (H, W) = {(size[1], size[0])}: they must be equal"
        )
    coverage = _scaled(values)
    coverage.flags.writeable = False
    return coverage


def empty_mask(name: str = "", path: str | None = None) -> MaskError:
    """Make the error for a mask (by its `name`) where nothing is to be treated."""
    whose = f"{name}:" if name else "the mask"
    return MaskError(f"{whose} is empty: paint the area to treat white on black", path=path)


def _scaled(values: NDArray[Any]) -> F32:
    """Scale numbers of any allowed type to 0..1; always a copy."""
    if values.dtype == np.bool_:
        return values.astype(np.float32)
    if values.dtype in (np.uint8, np.uint16):
        return values.astype(np.float32) / np.float32(np.iinfo(values.dtype).max)
    if not np.issubdtype(values.dtype, np.floating):
        raise MaskError(f"the mask's values are {values.dtype}: pass bool, uint8, uint16 or float 0..1")
    low, high = float(values.min(initial=0)), float(values.max(initial=0))
    if not (low >= -_ROUNDING and high <= 1 + _ROUNDING):  # false for NaN as well
        raise MaskError(f"the mask's values go from {low:.8g} to {high:.8g}: floats must lie within 0..1")
    return values.astype(np.float32).clip(0, 1)


def _coverage(decoded: Decoded) -> F32:
    """Coverage of a decoded picture, upright, at its own size; writeable."""
    width, height = decoded.image.size
    coverage = Turned(np.empty((height, width), np.float32), decoded.orientation)
    for rows, strip in strips(decoded.image):
        coverage.stored[rows] = _strip_coverage(strip, decoded)
    return coverage.upright


def _strip_coverage(strip: Image.Image, decoded: Decoded) -> F32:
    if strip.mode.startswith("I;16"):
        return grey_16_bit(strip, decoded).astype(np.float32) / np.float32(2**decoded.depth - 1)
    if strip.mode == "F":
        return _scaled(np.asarray(strip))
    if strip.mode == "I":
        raise ValueError("32-bit values: save the mask with 8 or 16 bits")
    return _luma_alpha(strip)


def _luma_alpha(image: Image.Image) -> F32:
    if image.mode in ("1", "L") and not image.has_transparency_data:
        grey = image if image.mode == "L" else image.convert("L")
        return np.asarray(grey) * np.float32(1 / 255)
    if image.mode in ("La", "RGBa"):
        image = image.convert(image.mode[:-1] + "A")
    values = np.asarray(image.convert("RGBA"))
    luma = (values[..., :3].astype(np.float32) @ _LUMA) / np.float32(255_000)
    return np.asarray(luma * (values[..., 3].astype(np.float32) / np.float32(255)), dtype=np.float32)


def _looks_like_photo(coverage: F32) -> bool:
    """Far more half-tones than a feathered edge has, in many levels."""
    step = 1 + max(coverage.shape) // 500
    sample = coverage[::step, ::step]
    between = (sample > _HALF_TONES[0]) & (sample < _HALF_TONES[1])
    return bool(between.mean() > _PHOTO_SHARE and len(np.unique(sample)) > _PHOTO_LEVELS)


def _resampled(coverage: F32, size: tuple[int, int], name: str) -> F32:
    """Coverage at the photo's size: area means when it shrinks, bilinear when it grows."""
    height, width = coverage.shape
    if not _same_aspect((width, height), size):
        turned = " (was it drawn on the photo before that was turned upright?)" if (height, width) == size else ""
        raise MaskError(
            f"{name}: the mask has {width} x {height} px, the photo {size[0]} x {size[1]} px{turned}: draw it on the "
            "upright photo, in its size"
        )
    method = Image.Resampling.BOX if width > size[0] else Image.Resampling.BILINEAR
    return np.array(Image.fromarray(coverage).resize(size, method), dtype=np.float32).clip(0, 1)


def _same_aspect(mask: tuple[int, int], photo: tuple[int, int]) -> bool:
    """Whether one size is the other, scaled and rounded to whole pixels (and the ratios differ by under 1 %)."""
    (a, b), (c, d) = mask, photo
    rounded = abs(b - a * d / c) <= 0.5 or abs(d - c * b / a) <= 0.5
    rounded = rounded or abs(a - b * c / d) <= 0.5 or abs(c - d * a / b) <= 0.5
    return rounded and abs(a * d / (b * c) - 1) < _ASPECT_TOLERANCE
