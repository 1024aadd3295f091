"""Masks from shapes: SVG drawings, LabelMe polygons, and our own hairlines.

LabelMe (github.com/wkentaro/labelme): a JSON with ``shapes``, each with ``label``, ``shape_type`` and ``points``, px.
Polygons, rectangles and circles are read.  A label that ends in a percentage, as in ``crown 60%``, is a zone with that
share of the density; one of :data:`PROTECTED` is taken out of what was drawn before and after it.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from typing import Any

import numpy as np

from smpsim.arrays import F32, F64
from smpsim.errors import ParameterError
from smpsim.files.hairline_file import hairline_of
from smpsim.files.svg_shapes import Shape, svg_shapes
from smpsim.scalp.polygon import box_of, part_of

#: labels of what is not treated
PROTECTED = ("protect", "hair", "ear", "ears", "eyebrow", "scar", "cut-out", "cutout", "tramline")
#: a LabelMe file may hold the whole photo
MAX_BYTES = 64 * 1024 * 1024
_MAX_POINTS, _MAX_SHAPES = 1_000_000, 20_000
# what filling may cost: boxes of shapes over the photo's pixels, and crossings of edges with the borders of pixels
_MAX_BOXES, _MAX_CROSSINGS = 16, 4_000_000
_SHARE = re.compile(r"(\d{1,3})\s*%\s*$")
_FARTHEST = 1e7


def looks_like_shapes(head: bytes) -> bool:
    """Whether the beginning of a file is that of an SVG or a JSON object."""
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return head.startswith((b"<svg", b"<?xml", b"<!--", b"<!DOCTYPE", b"{"))


def mask_from_shapes(data: bytes, size: tuple[int, int]) -> tuple[F32, tuple[str, ...]]:
    """Fill the shapes of a file.

    Parameters
    ----------
    data : bytes
        An SVG, a LabelMe JSON, or a hairline as :func:`smpsim.encode_hairline` writes it.
    size : (int, int), px
        Width and height of the upright photo.

    Returns
    -------
    ndarray (H, W) float32
        Coverage, 0 to 1; the edges are antialiased.
    tuple of str
        What was left out.

    Raises
    ------
    ValueError
        It is none of these, is broken or too large, or does not fit the photo.
    """
    if not data.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        shapes, notices = svg_shapes(data, size)
        return _filled([(shape, 1.0) for shape in shapes], size), notices
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as problem:
        raise ValueError("broken JSON") from problem
    if "smpsim_hairline" in value:
        return _hairline(value, size), ()
    if isinstance(value.get("shapes"), list):
        return _labelme(value, size)
    raise ValueError("a JSON that is neither a hairline of smpsim nor a LabelMe file")


def _hairline(value: dict[str, Any], size: tuple[int, int]) -> F32:
    try:
        drawn = int(value["width_px"]), int(value["height_px"])
        line = hairline_of(value)
    except ParameterError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as problem:
        raise ValueError("not a hairline as smpsim writes it") from problem
    if drawn != size:
        raise ValueError(f"the hairline was drawn on {drawn[0]} x {drawn[1]} px, the photo has {size[0]} x {size[1]}")
    places = np.array([*line.points.values(), *line.rear])
    if np.abs(places).max() > 100 * max(size):
        raise ValueError("a point of the hairline lies far outside of the photo")
    return line.mask(size)


def _labelme(value: dict[str, Any], size: tuple[int, int]) -> tuple[F32, tuple[str, ...]]:
    scale = _scale(value, size)
    if len(value["shapes"]) > _MAX_SHAPES:
        raise ValueError(f"more than {_MAX_SHAPES} shapes")
    treated: list[tuple[Shape, float]] = []
    protected: list[tuple[Shape, float]] = []
    left_out: Counter[str] = Counter()
    for shape in value["shapes"]:
        try:
            label, loop = str(shape["label"]).strip().lower(), _loop(shape)
        except (KeyError, TypeError, ValueError, IndexError, OverflowError) as problem:
            raise ValueError("a shape in it is broken") from problem
        if loop is None:
            left_out[str(shape.get("shape_type"))[:20]] += 1
            continue
        match = _SHARE.search(label)
        share = min(int(match[1]) / 100, 1.0) if match else 1.0
        (protected if label in PROTECTED else treated).append((([loop * scale], "nonzero"), share))
    coverage = _filled(treated, size) * (1 - _filled(protected, size))
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(left_out.items()))
    return coverage, (f"left out of the shapes: {kinds}",) if kinds else ()


def _scale(value: dict[str, Any], size: tuple[int, int]) -> F64:
    """From px of the labelled picture to px of the photo, (2,)."""
    try:
        width, height = (
            float(value.get(key) or n) for key, n in zip(("imageWidth", "imageHeight"), size, strict=True)
        )
    except (TypeError, ValueError, OverflowError) as problem:
        raise ValueError("its picture has no size") from problem
    if not (0 < width < _FARTHEST and 0 < height < _FARTHEST and abs(width * size[1] / height / size[0] - 1) < 0.01):
        raise ValueError(f"it was drawn on {width:g} x {height:g} px, the photo has {size[0]} x {size[1]}")
    return np.array([size[0] / width, size[1] / height])


def _loop(shape: dict[str, Any]) -> F64 | None:
    """Corners of one shape, (n, 2); None when its kind is not read."""
    kind = shape.get("shape_type") or "polygon"
    if kind not in ("polygon", "rectangle", "oriented_rectangle", "circle"):
        return None
    points = np.array([(float(x), float(y)) for x, y in shape["points"]], np.float64)
    if not (np.abs(points) < _FARTHEST).all() or not 0 < len(points) <= _MAX_POINTS:
        raise ValueError("points")
    if kind in ("polygon", "oriented_rectangle"):  # the latter has its four corners
        return points
    (x, y), (x2, y2) = points[0], points[1]
    if kind == "rectangle":
        return np.array([(x, y), (x2, y), (x2, y2), (x, y2)])
    radius = math.hypot(x2 - x, y2 - y)
    angle = np.linspace(0, 2 * np.pi, int(np.clip(16 * radius**0.5, 16, 4000)), endpoint=False)
    return np.stack([x + radius * np.cos(angle), y + radius * np.sin(angle)], -1)


def _filled(shapes: list[tuple[Shape, float]], size: tuple[int, int]) -> F32:
    """Fill shapes, each with its share; where they overlap the larger one counts."""
    width, height = size
    coverage = np.zeros((height, width), np.float32)
    boxes = crossings = 0.0
    for (loops, rule), share in shapes:
        rows, columns = box_of(loops, size)
        boxes += (rows.stop - rows.start) * (columns.stop - columns.start) / (width * height)
        crossings += sum(_crossings(loop, size) for loop in loops)
        if boxes > _MAX_BOXES or crossings > _MAX_CROSSINGS:
            raise ValueError("too many large shapes; join or simplify them")
        box, inside = part_of(loops, size, rule)
        coverage[box] = np.maximum(coverage[box], share * inside)
    return coverage


def _crossings(loop: F64, size: tuple[int, int]) -> float:
    """How often the edges of a polygon cross the borders of pixels, at most."""
    steps = np.abs(np.diff(loop, axis=0, append=loop[:1]))
    return float(np.minimum(steps, size).sum())
