"""Hairlines as files: our JSON, which can be edited again; the line as SVG; the area as a mask.

The JSON::

    {"smpsim_hairline": 1, "width_px": 1950, "height_px": 1950,
     "points": [{"name": "mid", "x": 977.0, "y": 130.5, "sharp": false}, ...],
     "rear": [[612.0, 700.1], ...],
     "axis": {"x": 977.0, "y": 540.0, "tilt_deg": -2.3}}

``axis`` is null for a free line.  Positions are px of the upright photo.
"""

from __future__ import annotations

import json
import os
from typing import Any

import numpy as np

from smpsim.arrays import F64
from smpsim.errors import MaskError, ParameterError
from smpsim.files.encode import encode_mask
from smpsim.files.extension import format_by_extension
from smpsim.files.source import Source, one_line, read_small, shown_name
from smpsim.kinds import needed
from smpsim.scalp.hairline import MAX_POINTS, Axis, Hairline

FORMATS = ("png", "svg", "json")
SCHEMA = 1
_KEY = "smpsim_hairline"
MAX_BYTES = 4 * 1024 * 1024


def hairline_format_of(path: str | os.PathLike[str]) -> str:
    """Format by the extension of a path: ``"png"``, ``"svg"`` or ``"json"``.

    Raises
    ------
    ParameterError
        Another extension, or none.
    """
    return format_by_extension(path, {f".{name}": name for name in FORMATS})


def encode_hairline(hairline: Hairline, *, format: str, size: tuple[int, int]) -> bytes:
    """Write a hairline as the bytes of a file.

    Parameters
    ----------
    hairline : Hairline
        The line.
    format : {"png", "svg", "json"}
        Its area as a mask; line and area as paths; everything, to be read again.
    size : (int, int), px
        Width and height of the upright photo.

    Returns
    -------
    bytes
        The file.

    Raises
    ------
    ParameterError
        The format is unknown.
    """
    needed(hairline, Hairline, "hairline")
    if format == "png":
        return encode_mask(hairline.mask(size))
    if format == "svg":
        return _svg(hairline, size)
    if format == "json":
        return _json(hairline, size)
    raise ParameterError(f"unknown format {format!r}: use one of {' '.join(FORMATS)}", name="format", value=format)


def read_hairline(source: Source) -> Hairline:
    """Read a hairline from our JSON.

    Parameters
    ----------
    source : str, path, bytes or binary file
        The file, at most 4 MB.

    Returns
    -------
    Hairline
        With all its points, its rear border and its axis.

    Raises
    ------
    MaskError
        It cannot be read, or is no hairline.
    """
    name = shown_name(source)
    data = read_small(source, MaskError, MAX_BYTES, "a hairline is a few kB")
    try:
        return hairline_of(json.loads(data))
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as problem:
        reason = one_line(problem) if isinstance(problem, ParameterError) else "not a hairline as smpsim writes it"
        raise MaskError(f"{name}: {reason}") from problem


def hairline_of(value: Any) -> Hairline:
    """Make a hairline of the parsed JSON.

    Raises
    ------
    ValueError, TypeError, KeyError, AttributeError, OverflowError
        When it is none.
    """
    if value[_KEY] != SCHEMA or len(value["points"]) + len(value["rear"]) > MAX_POINTS:
        raise ValueError(_KEY)
    points = {str(p["name"]): (float(p["x"]), float(p["y"])) for p in value["points"]}
    sharp = frozenset(str(p["name"]) for p in value["points"] if p.get("sharp"))
    rear = tuple((float(x), float(y)) for x, y in value["rear"])
    axis = value["axis"]
    where = None if axis is None else Axis(float(axis["x"]), float(axis["y"]), float(axis["tilt_deg"]))
    return Hairline(points, rear, where, sharp)


def value_of(hairline: Hairline, size: tuple[int, int]) -> dict[str, Any]:
    """Return a hairline as what JSON can hold, on a photo of some width and height."""
    axis = hairline.axis
    return {
        _KEY: SCHEMA,
        "width_px": size[0],
        "height_px": size[1],
        "points": [
            {"name": name, "x": x, "y": y, "sharp": name in hairline.sharp} for name, (x, y) in hairline.points.items()
        ],
        "rear": [list(point) for point in hairline.rear],
        "axis": None if axis is None else {"x": axis.x, "y": axis.y, "tilt_deg": axis.tilt_deg},
    }


def _json(hairline: Hairline, size: tuple[int, int]) -> bytes:
    return (json.dumps(value_of(hairline, size), indent=1, allow_nan=False) + "\n").encode("utf-8")


def _svg(hairline: Hairline, size: tuple[int, int]) -> bytes:
    line = hairline.line
    area = np.concatenate([line, hairline.rear_line[::-1]])
    width, height = size
    text = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">\n'
        f'<path id="area" d="{_path(area)}Z" fill="#fff"/>\n'
        f'<path id="hairline" d="{_path(line)}" fill="none" stroke="#d33"/>\n'
        "</svg>\n"
    )
    return text.encode("utf-8")


def _path(points: F64) -> str:
    return "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in points.tolist())
