"""Draw the walk of the data through the rooms, docs/images/walk.svg.  Usage: python docs/make_walk.py."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

PICTURE = Path(__file__).parent / "images" / "walk.svg"
_WIDE, _HIGH, _COLUMN, _ROW, _MARGIN, _TOP = 212, 50, 232, 82, 14, 40
#: kind of room -> its colour
COLOURS = {"files": "#e8e8e8", "scalp": "#f6e0d0", "dots": "#d8e6f4", "ink": "#e3dcf1", "raster": "#d9eddc"}


class Stop(NamedTuple):
    """Rooms where the data stop, at a column and row of the picture, and what comes out of them."""

    rooms: str
    comes_out: str
    column: float
    row: int


STOPS = {
    "photo": Stop("files.photo", "upright pixels, their profile", 0, 0),
    "mask": Stop("files.mask_file", "coverage, 0 to 1", 1, 0),
    "scale": Stop("scalp.scale", "px per mm, how well known", 2, 0),
    "treatment": Stop("treatment", "all parameters, checked", 3, 0),
    "light": Stop("scalp.light", "diffuse light, tone of the skin", 0, 1),
    "area": Stop("scalp.mask", "area, distance from its edge", 1, 1),
    "surface": Stop("scalp.surface", "a chart of the skin, in mm", 2, 1),
    "camera": Stop("scalp.camera, scalp.hair", "sharpness; hair in front", 0, 2),
    "density": Stop("dots.density", "dots per cm2 asked for", 1, 2),
    "ranked": Stop("dots.ranked", "places of dots, each with its rank", 2, 2),
    "deposit": Stop("ink.needle, ink.pigment", "size, depth, ink of deposits", 3, 2),
    "place": Stop("raster.place", "dots: rank at most the density", 2, 3),
    "time": Stop("ink.course, raster.aged", "what is left, how far it spread", 2, 4),
    "optics": Stop("ink.optics", "three Gaussians per dot, channel", 2, 5),
    "splat": Stop("raster.camera, raster.splat", "T: what the dots let pass", 1, 6),
    "composite": Stop("raster.composite", "photo less diffuse light (1 - T)", 0.5, 7),
    "write": Stop("files.encode, files.atomic", "a whole file, or none", 0.5, 8),
}
#: what is handed in, above the first row
GIVEN = {"photo": "a photo", "mask": "a mask", "scale": "points, a face", "treatment": "preset, file, options"}
WAYS = (
    *(("photo", "light"), ("light", "camera"), ("mask", "area"), ("scale", "area"), ("scale", "surface")),
    *(("area", "density"), ("surface", "ranked"), ("treatment", "deposit"), ("density", "place"), ("ranked", "place")),
    *(("deposit", "place"), ("place", "time"), ("time", "optics"), ("optics", "splat"), ("camera", "splat")),
    *(("splat", "composite"), ("camera", "composite"), ("composite", "write")),
)


def _corner(stop: Stop) -> tuple[float, float]:
    return _MARGIN + stop.column * _COLUMN, _TOP + stop.row * _ROW


def _way(start: Stop, end: Stop) -> str:
    (x, y), (u, v) = _corner(start), _corner(end)
    x, y, u = x + _WIDE / 2, y + _HIGH, u + _WIDE / 2
    bend = (v - y) * 0.6
    return f'<path d="M{x:g} {y:g} C{x:g} {y + bend:g} {u:g} {v - bend:g} {u:g} {v - 4:g}" marker-end="url(#tip)"/>'


def _box(stop: Stop) -> str:
    x, y = _corner(stop)
    colour = COLOURS.get(stop.rooms.partition(".")[0], "#fff3c9")
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{_WIDE}" height="{_HIGH}" rx="6" fill="{colour}" stroke="#666"/>'
        f'<text class="room" x="{x + _WIDE / 2:g}" y="{y + 20:g}">{stop.rooms}</text>'
        f'<text x="{x + _WIDE / 2:g}" y="{y + 39:g}">{stop.comes_out}</text>'
    )


def drawing() -> str:
    """Return the picture as SVG."""
    width = 2 * _MARGIN + 3 * _COLUMN + _WIDE
    height = _TOP + (max(stop.row for stop in STOPS.values()) + 1) * _ROW - 18
    given = (
        f'<text x="{_corner(STOPS[name])[0] + _WIDE / 2:g}" y="{_TOP - 12}" class="given">{words}</text>'
        for name, words in GIVEN.items()
    )
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}">',
            "<title>The walk of the data: from photo, mask, scale and treatment to a preview</title>",
            "<style>text { font: 13px sans-serif; text-anchor: middle; fill: #111 }",
            ".room { font: 600 12px monospace } .given { font-style: italic }",
            "path { fill: none; stroke: #555; stroke-width: 1.4 }</style>",
            '<defs><marker id="tip" markerWidth="7" markerHeight="7" refX="3" refY="3.5" orient="auto">'
            '<polygon points="0 0 7 3.5 0 7" fill="#555"/></marker></defs>',
            f'<rect width="{width}" height="{height}" fill="#fff"/>',
            *given,
            *(_way(STOPS[start], STOPS[end]) for start, end in WAYS),
            *(_box(stop) for stop in STOPS.values()),
            "</svg>",
            "",
        ]
    )


if __name__ == "__main__":
    PICTURE.write_text(drawing(), "utf-8")
