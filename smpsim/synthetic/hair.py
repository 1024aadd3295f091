"""Hair of the sample's head: stubble or short hair at the sides, long strands over all of it, or combed in patches.

Every hair is a curve that leaves its root along the normal and bends over into the direction of growth::

    d(s) = T cos(a(s)) + n sin(a(s)),   a(s) = a0 exp(-s / bend)         position: root + integral of d ds

drawn as optical depth (its width over a pixel), so that the share of a pixel that hair covers is ``1 - exp(-depth)``.
Roots lie on a lattice of the picture's plane, in millimetres: the same hair at every resolution.

Numbers: estimates; the size of chunks is a choice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from smpsim.arrays import F32, F64, U64
from smpsim.dots.hashing import stream
from smpsim.synthetic.cases import Spot
from smpsim.synthetic.head import Head
from smpsim.synthetic.lamps import Lights
from smpsim.synthetic.noise import Cells, lattice, octaves

# Terminal hair, per mm2 of skin (about 150 per cm2), and the finest cell that can hold one root, mm.
_TERMINAL, _CELL_MM = 1.7, 0.36
_STEEPEST = 0.22
# size of patches of combed hair, mm; the forehead, in semi-axes, has none
_PATCH_MM, _FOREHEAD = 22.0, 0.4
_CHUNK_POINTS = 1 << 20
#: reflectance (R, G, B, linear) of hair
COLOURS = {
    "dark": (0.011, 0.0085, 0.0070),
    "brown": (0.060, 0.036, 0.022),
    "blond": (0.42, 0.285, 0.155),
    "grey": (0.42, 0.415, 0.41),
}


@dataclass(frozen=True)
class Cut:
    """How hair is cut: length and width (mm), angle at the root (degrees), length over which it bends (mm).

    Then how many grow per mm2, whether on the whole head, or in patches of it, how far a hair turns sideways (radians
    at most), the share of hair that grows outside of the horseshoe as well, whether it is combed to both sides of a
    parting, and how far hairs lie across their neighbours (1 as they grow, 0 combed).
    """

    length_mm: float
    width_mm: float
    rise_deg: float
    bend_mm: float
    per_mm2: float = _TERMINAL
    everywhere: bool = False
    patches: bool = False
    curl: float = 0.0
    top: float = 0.0
    parted: bool = False
    loose: float = 1.0


CUTS = {
    "stubble": Cut(0.9, 0.085, 42.0, 4.0),
    "short": Cut(9.0, 0.075, 50.0, 2.6),
    "strands": Cut(28.0, 0.075, 12.0, 6.0, per_mm2=0.02, everywhere=True, curl=0.9),
    "thin": Cut(28.0, 0.075, 12.0, 6.0, per_mm2=0.08, everywhere=True, curl=0.9),
    "longer": Cut(40.0, 0.075, 12.0, 6.0, per_mm2=0.16, everywhere=True, curl=0.5),
    "parted": Cut(55.0, 0.075, 14.0, 6.0, per_mm2=0.8, everywhere=True, curl=0.3, parted=True),
    "buzz": Cut(0.9, 0.085, 42.0, 4.0, top=0.75),
    "grafts": Cut(0.9, 0.085, 42.0, 4.0, top=0.18),
    "combed": Cut(28.0, 0.075, 12.0, 6.0, per_mm2=1.0, patches=True, curl=0.2, loose=0.3),
}


@dataclass(frozen=True, eq=False)
class Hair:
    """Hair in front of the scene, each (H, W) float32.

    Attributes
    ----------
    coverage : ndarray, 0..1
        Share of the pixel that hair covers.
    level : ndarray
        Mean factor on the reflectance of the hair that is seen: no two are alike.
    shine : ndarray
        What the hair throws back of the key light, as a share.
    shade : ndarray, 0..1
        Share of the light that reaches the skin between the hairs.
    roots_mm : ndarray (n, 2) float64, mm
        Where hairs begin, x and y in the picture.
    """

    coverage: F32
    level: F32
    shine: F32
    shade: F32
    roots_mm: F64


@dataclass(frozen=True, eq=False)
class _Roots:
    """Where hairs begin (n, 2), mm in the picture, and the frame (n, 3) they grow in: along the skin, out of it."""

    place_mm: F64
    along: F64
    out: F64
    draw: F64

    def part(self, start: int, stop: int) -> _Roots:
        every = slice(start, stop)
        return _Roots(self.place_mm[every], self.along[every], self.out[every], self.draw[:, every])


def grow(head: Head, cut: Cut, lights: Lights, down: Cells, across: Cells, key: U64, spot: Spot | None = None) -> Hair:
    """Grow hair.

    Parameters
    ----------
    head : Head
        Where.
    cut : Cut
        How long.
    lights : Lights
        The first lamp makes the shine.
    down, across : Cells
        Pixels of the picture.
    key : ndarray of uint64, shape (1,)
        Key of the scene.
    spot : Spot, optional
        What is on the skin, where less hair grows, or the parting.
    """
    key = stream(key, "hair")
    roots = _roots(head, cut, key, spot)
    half = lights.lamps[0].unit() + np.array([0.0, 0.0, 1.0])
    half /= np.linalg.norm(half)
    steps = max(int(np.ceil(cut.length_mm * 0.9 / across.step_mm)), 4)
    lanes = max(int(np.ceil(cut.width_mm / across.step_mm)), 1)
    sums = np.zeros((3, (down.n + 2) * (across.n + 2)))  # with a border of one pixel
    chunk = max(_CHUNK_POINTS // (steps * lanes), 1)
    for start in range(0, len(roots.place_mm), chunk):
        _draw(sums, roots.part(start, start + chunk), cut, half, (steps, lanes), (down, across))
    depth, level, shine = (s.reshape(down.n + 2, across.n + 2)[1:-1, 1:-1].astype(np.float32) for s in sums)
    mean = np.asarray(1 / np.maximum(depth, np.float32(1e-6)), np.float32)
    coverage = 1 - np.exp(-depth)
    near = ndimage.gaussian_filter(coverage, min(0.25 * cut.length_mm, 0.6) / across.step_mm, truncate=2)
    return Hair(coverage, level * mean, shine * mean, 1 - np.float32(0.55) * near, roots.place_mm)


def growth(side: F32, front: F32, up: F32, thin: F32) -> F32:
    """Density of hair (0..1) over the head: a horseshoe from temple to temple; ``thin`` (about +-1) frays its edge."""
    turn = np.degrees(np.arctan2(np.abs(side), front))
    top = np.interp(turn, [50, 62, 75, 95, 130, 180], [-0.3, 0.22, 0.47, 0.56, 0.54, 0.50])
    front_edge = (turn - 63 - 10 * np.clip(0.25 - up, 0, 1)) / 5.0
    level = np.minimum((top - up) / 0.10, front_edge) + 0.35 * thin
    return np.asarray(1 / (1 + np.exp(-2.2 * level)), np.float32)


def _roots(head: Head, cut: Cut, key: U64, spot: Spot | None) -> _Roots:
    """Strew roots over the part of the head that is seen."""
    width, height = head.view.size_mm
    cells = Cells.cover(-2.0, height + 2, _CELL_MM), Cells.cover(-2.0, width + 2, _CELL_MM)
    draw = np.stack([lattice(stream(key, name), *cells) for name in ("x", "y", "there", "a", "b", "c", "d", "e")])
    coarse = Cells.cover(-3.0, height + 3, 1.0), Cells.cover(-3.0, width + 3, 1.0)
    seen = head.seen(*coarse)
    thin, swirl = (
        octaves(key, n, [(9.0, 9.0, 0.8), (2.5, 2.5, s)], *coarse).over(*coarse)
        for n, s in (("thin", 0.5), ("swirl", 0.5))
    )
    grown: F32 | float = 1.0 if cut.everywhere else np.maximum(growth(*seen.on_head, thin), cut.top)
    if cut.patches:
        patch = octaves(key, "patches", [(_PATCH_MM, _PATCH_MM, 1.0)], *coarse).over(*coarse)
        above = (seen.on_head[2] - _FOREHEAD) / 0.04
        grown = np.asarray(1 / ((1 + np.exp(-8 * patch)) * (1 + np.exp(-above))), np.float32)
    wanted = grown * (seen.inside_mm > 0.2) / np.maximum(seen.normal[2], _STEEPEST)
    x = cells[1].start_mm + (np.arange(cells[1].n) + draw[0]) * _CELL_MM
    y = cells[0].start_mm + (np.arange(cells[0].n)[:, None] + draw[1]) * _CELL_MM
    at = np.stack([y - coarse[0].start_mm, x - coarse[1].start_mm]) - 0.5

    def read(field: F32 | F64, places: F64) -> F64:
        return np.asarray(ndimage.map_coordinates(field, places, order=1, mode="nearest"), np.float64)

    there = draw[2] < read(wanted, at) * (cut.per_mm2 * _CELL_MM**2)
    if spot is not None:
        there[there] = spot.lets_grow(np.stack([x[there], y[there]], -1), lattice(stream(key, "bare"), *cells)[there])
    place = np.stack([x[there], y[there]], -1)
    at, some = at[:, there], draw[3:, there]
    out = np.stack([read(part, at) for part in seen.normal], -1)
    turned = cut.loose * (0.30 * read(swirl, at) + 0.5 * (some[0] - 0.5))
    aside = spot.sides(place) if spot is not None and cut.parted else None
    return _Roots(place, _flow(head, out, turned, aside), out, some)


def _flow(head: Head, out: F64, turned: F64, aside: F64 | None) -> F64:
    """Directions along the skin (n, 3): down and a little backwards, or aside, turned by angles (n,), radians."""
    towards = np.tile(head.rotation @ np.array([0.0, -0.45, -1.0]), (len(out), 1)) if aside is None else aside
    along = towards - np.einsum("ij,ij->i", out, towards)[:, None] * out
    along /= np.linalg.norm(along, axis=1, keepdims=True) + 1e-9
    across = np.cross(out, along)
    return np.asarray(along * np.cos(turned)[:, None] + across * np.sin(turned)[:, None], np.float64)


def _draw(sums: F64, roots: _Roots, cut: Cut, half: F64, counts: tuple[int, int], cells: tuple[Cells, Cells]) -> None:
    """Add hairs to three pictures: optical depth, and with it as weight the factor on colour, and the shine."""
    (steps, lanes), (down, across) = counts, cells
    px = across.step_mm
    length = cut.length_mm * (0.65 + 0.5 * roots.draw[1])
    s = (np.arange(steps) + 0.5) / steps
    rise = np.deg2rad(cut.rise_deg) * (0.6 + 0.8 * roots.draw[2])[:, None] * np.exp(-length[:, None] * s / cut.bend_mm)
    cosine, sine = np.cos(rise).astype(np.float32), np.sin(rise).astype(np.float32)
    bit = (length / steps / px)[:, None].astype(np.float32)
    start = roots.place_mm / px - [across.start_mm / px, down.start_mm / px] - 0.5
    along = _turning(roots, cut, s) if cut.curl else roots.along[:, :, None]
    x, y = (
        (start[:, k, None] + np.cumsum((cosine * along[:, k] + sine * roots.out[:, k, None]) * bit, 1)) for k in (0, 1)
    )
    tangent = cosine * (roots.along @ half)[:, None] + sine * (roots.out @ half)[:, None]
    gloss = np.clip(1 - tangent * tangent, 0, 1) ** 24
    # hair near its tip lies on top of the rest, and single hairs lie on top of others
    level = (0.5 + 1.5 * roots.draw[3] ** 2)[:, None] * (0.55 + 0.75 * s)
    depth = (cut.width_mm / px) * bit * np.minimum(1.0, 2.6 * (1 - s) + 0.25)
    for lane in range(lanes):
        shift = ((lane + 0.5) / lanes - 0.5) * cut.width_mm / px
        _splat(sums, x + shift, y + 0.5 * shift, (depth / lanes, level, gloss), (down.n, across.n))


def _turning(roots: _Roots, cut: Cut, s: F64) -> F64:
    """Directions along the skin (n, 3, steps) of hairs that turn sideways on their way."""
    turned = (2 * cut.curl * (roots.draw[4] - 0.5))[:, None, None] * s
    aside = np.cross(roots.out, roots.along)
    return np.asarray(roots.along[:, :, None] * np.cos(turned) + aside[:, :, None] * np.sin(turned))


def _splat(sums: F64, x: F64, y: F64, values: tuple[F64, F64, F64], shape: tuple[int, int]) -> None:
    """Add points to the four pixels round them."""
    right, below = (x + 1).astype(np.float32), (y + 1).astype(np.float32)
    kept = (right >= 0) & (right < shape[1] + 1) & (below >= 0) & (below < shape[0] + 1)
    right, below = right[kept], below[kept]
    depth, level, gloss = (np.broadcast_to(v, kept.shape)[kept].astype(np.float32) for v in values)
    column, row = right.astype(np.int32), below.astype(np.int32)
    fx, fy = right - column, below - row
    width = shape[1] + 2
    place = row * width + column
    for step, share in ((0, (1 - fy) * (1 - fx)), (1, (1 - fy) * fx), (width, fy * (1 - fx)), (width + 1, fy * fx)):
        weight = share * depth
        at = place + step
        for total, value in zip(sums, (weight, weight * level, weight * gloss), strict=True):
            total += np.bincount(at, value, minlength=len(total))
