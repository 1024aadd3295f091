"""Masks from SVG and LabelMe files beside the formats' own libraries: how far edges lie apart.

    pip install -e ".[bench]"
    pip install --target FOLDER labelme
    PYTHONPATH=FOLDER python tests/benchmarks/shape_files.py --files 300

SVG: random drawings, filled by CairoSVG eight times as finely and averaged.  LabelMe: files written by labelme's own
writer and read back by its own reader; the area is that of the shapes as they are defined (inside or not, sampled 64
times in each pixel), and beside it that of labelme's own painter, which fills each pixel that the border touches.
The distance of edges is the area between them over the length of the edge.

labelme stands apart, in no extra: it brings Qt, ONNX and matplotlib along, 690 MB for two functions.
"""

from __future__ import annotations

import argparse
import io
import random
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from smpsim.files.shapes import mask_from_shapes

SIZE = (240, 180)
FINE = 8
AIM_PX = 0.5
KINDS = ("polygon", "rectangle", "oriented_rectangle", "circle")


def apart_px(ours: np.ndarray, theirs: np.ndarray) -> float:
    """Mean distance of the edges of two coverages, px."""
    up, across = np.gradient(theirs.astype(np.float64))
    length = float(np.hypot(up, across).sum())
    return float(np.abs(ours - theirs).sum()) / max(length, 1.0)


def coarse(fine: np.ndarray) -> np.ndarray:
    """Mean over FINE x FINE samples."""
    height, width = (n // FINE for n in fine.shape)
    return fine.reshape(height, FINE, width, FINE).mean((1, 3))


# ---- SVG


def drawing(rng: random.Random) -> str:
    """One to three shapes of any kind, in a group that is moved, turned and scaled."""
    shapes = "".join(rng.choice((path, path, path, plain))(rng) for _ in range(rng.choice((1, 1, 2, 3))))
    turn = f"translate({rng.uniform(-9, 9):.2f} {rng.uniform(-9, 9):.2f}) rotate({rng.uniform(-20, 20):.1f} 120 90)"
    turn += rng.choice(("", " scale(1.1 .9)", " skewX(9)", " matrix(.9 .1 -.1 1 3 4)"))
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 180"><g transform="{turn}">{shapes}</g></svg>'


def path(rng: random.Random) -> str:
    """A path of all commands, absolute and relative."""

    def at() -> str:
        return f"{rng.uniform(20, 220):.2f} {rng.uniform(20, 160):.2f}"

    def by() -> str:
        return f"{rng.uniform(-60, 60):.2f} {rng.uniform(-60, 60):.2f}"

    def arc(end: str) -> str:
        radii = f"{rng.uniform(5, 80):.1f} {rng.uniform(5, 80):.1f}"
        return f"{radii} {rng.uniform(0, 180):.0f} {rng.randrange(2)} {rng.randrange(2)} {end}"

    pieces = [
        *(
            lambda: f"L{at()}",
            lambda: f"l{by()}",
            lambda: f"H{rng.uniform(20, 220):.1f}",
            lambda: f"v{by().split()[0]}",
        ),
        *(lambda: f"C{at()} {at()} {at()}", lambda: f"c{by()} {by()} {by()}", lambda: f"S{at()} {at()}"),
        *(lambda: f"Q{at()} {at()}", lambda: f"t{by()}", lambda: f"A{arc(at())}", lambda: f"a{arc(by())}"),
    ]
    data = f"M{at()}" + "".join(rng.choice(pieces)() for _ in range(rng.randrange(2, 8))) + rng.choice(("Z", ""))
    return f'<path fill-rule="{rng.choice(("nonzero", "evenodd"))}" d="{data}"/>'


def plain(rng: random.Random) -> str:
    """A rectangle, a circle, an ellipse or a polygon."""
    x, y, a, b = rng.uniform(60, 160), rng.uniform(50, 120), rng.uniform(8, 50), rng.uniform(8, 40)
    corners = " ".join(f"{rng.uniform(20, 220):.1f},{rng.uniform(20, 160):.1f}" for _ in range(rng.randrange(3, 8)))
    return rng.choice(
        (
            f'<rect x="{x - a:.2f}" y="{y - b:.2f}" width="{2 * a:.2f}" height="{2 * b:.2f}" rx="{b / 6:.1f}"/>',
            f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{a:.2f}"/>',
            f'<ellipse cx="{x:.2f}" cy="{y:.2f}" rx="{a:.2f}" ry="{b:.2f}"/>',
            f'<polygon points="{corners}"/>',
        )
    )


def by_cairo(text: str) -> np.ndarray:
    """Coverage of a drawing by CairoSVG."""
    import cairosvg

    size = {"output_width": SIZE[0] * FINE, "output_height": SIZE[1] * FINE}
    with Image.open(io.BytesIO(cairosvg.svg2png(text.encode(), **size))) as picture:
        return coarse(np.asarray(picture.getchannel("A")) / 255.0)


def svg(files: int) -> bool:
    """Print how far edges of drawings lie from those of CairoSVG."""
    distances = []
    for number in range(files):
        text = drawing(random.Random(f"svg {number}"))
        ours, notices = mask_from_shapes(text.encode(), SIZE)
        assert not notices, notices
        theirs = by_cairo(text)
        if theirs.any() or ours.any():
            distances.append(apart_px(ours, theirs))
    tell("SVG beside CairoSVG", distances)
    return max(distances) <= AIM_PX


# ---- LabelMe


def shape(rng: random.Random, kind: str) -> dict[str, object]:
    """One shape of a kind, as labelme holds it."""
    x, y, a, b = rng.uniform(70, 170), rng.uniform(60, 120), rng.uniform(10, 50), rng.uniform(10, 45)
    turn = rng.uniform(0, np.pi)
    corners = np.array([(-a, -b), (a, -b), (a, b), (-a, b)]) @ [
        [np.cos(turn), np.sin(turn)],
        [-np.sin(turn), np.cos(turn)],
    ] + [x, y]
    around = np.sort([rng.uniform(0, 2 * np.pi) for _ in range(rng.randrange(5, 20))])
    ring = np.stack([x + a * np.cos(around), y + b * np.sin(around)], -1)
    points = {
        "polygon": ring,
        "rectangle": np.array([(x - a, y - b), (x + a, y + b)]),
        "oriented_rectangle": corners,
        "circle": np.array([(x, y), (x + b * np.cos(turn), y + b * np.sin(turn))]),
    }[kind]
    fields = {"label": "scalp", "points": points.tolist(), "group_id": None, "description": ""}
    return {**fields, "shape_type": kind, "flags": {}, "mask": None}


def exact(kind: str, points: list[list[float]]) -> np.ndarray:
    """Coverage of a shape by its definition: FINE x FINE samples in each pixel."""
    x, y = (np.arange(n * FINE) / FINE + 0.5 / FINE for n in SIZE)
    at, y = np.array(points), y[:, None]
    if kind == "circle":
        return coarse(np.hypot(x - at[0, 0], y - at[0, 1]) < np.hypot(*(at[1] - at[0])))
    if kind == "rectangle":
        low, high = at.min(0), at.max(0)
        return coarse((x > low[0]) & (x < high[0]) & (y > low[1]) & (y < high[1]))
    inside = np.zeros((SIZE[1] * FINE, SIZE[0] * FINE), np.bool_)
    for (x1, y1), (x2, y2) in zip(at, np.roll(at, -1, axis=0), strict=True):
        if y1 != y2:
            inside ^= ((y > y1) != (y > y2)) & (x < x1 + (y - y1) * (x2 - x1) / (y2 - y1))
    return coarse(inside)


def labelme(files: int) -> bool:
    """Print how far edges lie from the shapes in files of labelme, and from what its painter makes of them."""
    from labelme._label_file import read_label_file, write_label_file
    from labelme.utils.shape import shape_to_mask

    jpeg = io.BytesIO()
    Image.new("RGB", SIZE).save(jpeg, "JPEG")
    ours_off: dict[str, list[float]] = {kind: [] for kind in KINDS}
    painter: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for number in range(files):
        rng, kind = random.Random(f"labelme {number}"), KINDS[number % len(KINDS)]
        with tempfile.TemporaryDirectory() as folder:
            name = f"{folder}/photo.json"
            width, height = SIZE
            size = {"image_width": width, "image_height": height, "image_data": jpeg.getvalue()}
            write_label_file(name, shapes=[shape(rng, kind)], image_path="photo.jpg", **size)
            points = read_label_file(name).shapes[0]["points"]
            ours, _ = mask_from_shapes(Path(name).read_bytes(), SIZE)
        ours_off[kind].append(apart_px(ours, exact(kind, points)))
        painted = shape_to_mask((height, width), points, kind).astype(float)
        painter[kind].append(apart_px(painted, exact(kind, points)))
    for kind in KINDS:
        tell(f"LabelMe {kind}", ours_off[kind])
        print(f"    its painter lies {np.mean(painter[kind]):.2f} px outside of that on average")
    return max(map(max, ours_off.values())) <= AIM_PX


def tell(name: str, distances: list[float]) -> None:
    mean, most = np.mean(distances), max(distances)
    print(
        f"{name}: {len(distances)} files, edges apart {mean:.3f} px on average, {most:.3f} px at most (aim {AIM_PX})"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=300, help="of each format")
    files = parser.parse_args().files
    return int(not all([svg(files), labelme(files)]))


if __name__ == "__main__":
    sys.exit(main())
