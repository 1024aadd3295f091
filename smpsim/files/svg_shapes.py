"""Filled shapes of an SVG file as polygons on a photo.

Read are paths, polygons, polylines, rectangles, circles and ellipses, in groups, with transforms; whatever is filled
counts, its colour does not matter.  The view box (or the size) of the drawing is laid over the whole photo and must
have its aspect ratio.  Style sheets, text, pictures, clones and clips are left out, and that is said.

The parser is expat without anything from outside: a document type with declarations of its own, and so every entity,
is refused.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from xml.parsers import expat

import numpy as np

from smpsim.arrays import F64
from smpsim.files.svg_path import MAX_SEGMENTS, Loop, flattened, parse_path
from smpsim.scalp.polygon import Rule

MAX_BYTES, MAX_ELEMENTS, MAX_DEPTH, MAX_LOOPS = 16 * 1024 * 1024, 100_000, 200, 20_000
MAX_POINTS = 1_000_000
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_TRANSFORM = re.compile(r"(matrix|translate|scale|rotate|skewX|skewY)\s*\(([^()]*)\)")
# px per unit of length, at 96 px per inch (CSS 2.1)
_UNITS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}
_SHAPES = ("path", "polygon", "polyline", "rect", "circle", "ellipse")
_GROUPS = ("svg", "g", "a")
# what describes and draws nothing
_SILENT = ("title", "desc", "metadata", "defs", "namedview")
_KEPT = ("fill", "fill-rule", "display", "visibility")
_QUARTER = 4 / 3 * (math.sqrt(2) - 1)
_ASPECT_TOLERANCE = 0.01

Shape = tuple[list[F64], Rule]


def svg_shapes(data: bytes, size: tuple[int, int]) -> tuple[list[Shape], tuple[str, ...]]:
    """Read the filled shapes of a drawing.

    Parameters
    ----------
    data : bytes
        The file.
    size : (int, int), px
        Width and height of the upright photo.

    Returns
    -------
    list of (list of ndarray (n, 2), rule)
        Polygons of each shape, px, and how they are filled.
    tuple of str
        What was left out.

    Raises
    ------
    ValueError
        It is no SVG, too large, or of another shape than the photo.
    """
    if len(data) > MAX_BYTES:
        raise ValueError(f"more than {MAX_BYTES // 1024**2} MB; simplify the drawing")
    reader = _Reader(size)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.StartDoctypeDeclHandler = reader.doctype
    try:
        parser.Parse(data, True)
    except expat.ExpatError as problem:
        raise ValueError(f"broken XML: {problem}") from problem
    if not reader.seen:
        raise ValueError("no SVG element is in it")
    left_out = ", ".join(f"{count} {name}" for name, count in sorted(reader.left_out.items()))
    return reader.shapes, (f"left out of the drawing: {left_out}",) if left_out else ()


class _Reader:
    """Collects shapes while the parser walks through the elements."""

    def __init__(self, size: tuple[int, int]) -> None:
        self.size, self.seen, self.elements, self.loops, self.curves, self.points = size, False, 0, 0, 0, 0
        self.shapes: list[Shape] = []
        self.left_out: Counter[str] = Counter()
        # matrix and inherited style of the open elements
        self.open: list[tuple[F64, dict[str, str]]] = [(np.eye(3), {})]
        # how deep we are in an element that is left out
        self.skipped = 0

    def doctype(self, name: str, system: str | None, public: str | None, internal: bool) -> None:
        if internal:
            raise ValueError("it declares entities of its own, which are not read; save it as plain SVG")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        if self.elements > MAX_ELEMENTS or len(self.open) + self.skipped > MAX_DEPTH:
            raise ValueError(f"more than {MAX_ELEMENTS} elements, or {MAX_DEPTH} within one another")
        prefix, _, name = tag.rpartition(":")
        if not self.seen:
            if name != "svg":
                raise ValueError("it is no SVG")
            self.seen = True
            self.open.append((_frame(attributes, self.size), _style(attributes)))
            return
        known = prefix in ("", "svg") and name in (*_SHAPES, *_GROUPS)
        if self.skipped or not known or name == "svg":
            self.skipped += 1
            if self.skipped == 1 and name not in _SILENT:
                self.left_out[name[:20]] += 1
            return
        matrix, style = self.open[-1]
        with np.errstate(all="ignore"):  # what is no number is refused where a shape is placed by it
            matrix = matrix @ _transform(attributes.get("transform", ""))
        style = style | _style(attributes)
        self.open.append((matrix, style))
        if name in _SHAPES and _is_filled(style):
            self._add(_loops(name, attributes), matrix, style)

    def end(self, _: str) -> None:
        if self.skipped:
            self.skipped -= 1
        else:
            self.open.pop()

    def _add(self, loops: list[Loop], matrix: F64, style: dict[str, str]) -> None:
        self.loops += len(loops)
        self.curves += sum(map(len, loops))
        if self.loops > MAX_LOOPS or self.curves > MAX_SEGMENTS:
            raise ValueError(f"more than {MAX_LOOPS} outlines or {MAX_SEGMENTS} segments")
        if not np.isfinite(matrix).all() or np.abs(matrix).max() > 1e7:
            raise ValueError("a transform goes beyond all bounds")
        polygons = [flattened(loop, matrix[:2]) for loop in loops]
        self.points += sum(map(len, polygons))
        if self.points > MAX_POINTS:
            raise ValueError(f"more than {MAX_POINTS} points on its curves")
        rule: Rule = "evenodd" if style.get("fill-rule") == "evenodd" else "nonzero"
        self.shapes.append((polygons, rule))


def _frame(attributes: dict[str, str], size: tuple[int, int]) -> F64:
    """From the drawing's units to px of the photo."""
    box = _list(attributes.get("viewBox", ""))
    if len(box) != 4:
        width, height = (
            _length(attributes.get(side, ""), n) for side, n in zip(("width", "height"), size, strict=True)
        )
        box = [0.0, 0.0, width, height]
    x, y, width, height = box
    if not (0 < width < 1e7 and 0 < height < 1e7):
        raise ValueError("its view box has no size")
    if abs(width * size[1] / (height * size[0]) - 1) > _ASPECT_TOLERANCE:
        raise ValueError(
            f"the drawing is {width:g} x {height:g}, the photo {size[0]} x {size[1]} px; draw it on the upright photo"
        )
    across, down = size[0] / width, size[1] / height
    return np.array([[across, 0, -x * across], [0, down, -y * down], [0, 0, 1.0]])


def _length(text: str, otherwise: float) -> float:
    match = re.fullmatch(r"([-+.\deE]++)\s*+(px|pt|pc|mm|cm|in)?", text.strip())
    try:
        return float(match[1]) * _UNITS[match[2] or ""] if match else otherwise
    except ValueError:
        return otherwise


def _list(text: str) -> list[float]:
    return [float(word) for word in _NUMBER.findall(text)]


def _style(attributes: dict[str, str]) -> dict[str, str]:
    """Return what of an element's style matters; ``style`` wins over attributes."""
    found = {key: attributes[key].strip() for key in _KEPT if key in attributes}
    for pair in attributes.get("style", "").split(";"):
        key, _, value = pair.partition(":")
        if key.strip() in _KEPT:
            found[key.strip()] = value.replace("!important", "").strip()
    return found


def _is_filled(style: dict[str, str]) -> bool:
    hidden = style.get("display") == "none" or style.get("visibility") in ("hidden", "collapse")
    return not hidden and style.get("fill") not in ("none", "transparent")


def _transform(text: str) -> F64:
    matrix = np.eye(3)
    for kind, text_of_numbers in _TRANSFORM.findall(text):
        numbers = _list(text_of_numbers)
        if not all(map(math.isfinite, numbers)):
            raise ValueError("a transform goes beyond all bounds")
        matrix = matrix @ _one_transform(kind, numbers)
    return matrix


def _one_transform(kind: str, n: list[float]) -> F64:
    if kind == "matrix" and len(n) == 6:
        return np.array([[n[0], n[2], n[4]], [n[1], n[3], n[5]], [0, 0, 1.0]])
    if kind == "translate" and n:
        return np.array([[1, 0, n[0]], [0, 1, n[1] if len(n) > 1 else 0], [0, 0, 1.0]])
    if kind == "scale" and n:
        return np.diag([n[0], n[1] if len(n) > 1 else n[0], 1.0])
    if kind == "rotate" and n:
        c, s = math.cos(math.radians(n[0])), math.sin(math.radians(n[0]))
        x, y = (n[1], n[2]) if len(n) > 2 else (0.0, 0.0)
        return np.array([[c, -s, x - c * x + s * y], [s, c, y - s * x - c * y], [0, 0, 1.0]])
    if kind in ("skewX", "skewY") and n:
        slope = math.tan(math.radians(n[0]))
        return np.array(
            [[1, slope if kind == "skewX" else 0, 0], [slope if kind == "skewY" else 0, 1, 0], [0, 0, 1.0]]
        )
    return np.eye(3)


def _loops(name: str, attributes: dict[str, str]) -> list[Loop]:
    """Outlines of one shape in its own units."""
    if name == "path":
        return parse_path(attributes.get("d", ""))
    if name in ("polygon", "polyline"):
        numbers = _list(attributes.get("points", ""))
        return parse_path("M" + " ".join(map(repr, numbers[: len(numbers) // 2 * 2])))
    at = {key: _length(attributes.get(key, ""), 0.0) for key in ("x", "y", "width", "height", "cx", "cy", "r")}
    if name == "rect":
        return _rectangle(at, attributes)
    rx = at["r"] if name == "circle" else _length(attributes.get("rx", ""), 0.0)
    ry = at["r"] if name == "circle" else _length(attributes.get("ry", ""), 0.0)
    if not (rx > 0 and ry > 0):
        return []
    x, y = at["cx"], at["cy"]
    return parse_path(f"M{x - rx!r} {y!r}a{rx!r} {ry!r} 0 1 1 {2 * rx!r} 0a{rx!r} {ry!r} 0 1 1 {-2 * rx!r} 0z")


def _rectangle(at: dict[str, float], attributes: dict[str, str]) -> list[Loop]:
    x, y, w, h = (at[key] for key in ("x", "y", "width", "height"))
    if not (w > 0 and h > 0):
        return []
    rx = _length(attributes.get("rx", attributes.get("ry", "")), 0.0)
    ry = _length(attributes.get("ry", attributes.get("rx", "")), 0.0)
    rx, ry = min(max(rx, 0.0), w / 2), min(max(ry, 0.0), h / 2)
    across, down, corner = w - 2 * rx, h - 2 * ry, f"a{rx!r} {ry!r} 0 0 1"
    return parse_path(
        f"M{x + rx!r} {y!r}h{across!r}{corner} {rx!r} {ry!r}v{down!r}{corner} {-rx!r} {ry!r}h{-across!r}"
        f"{corner} {-rx!r} {-ry!r}v{-down!r}{corner} {rx!r} {-ry!r}z"
    )
