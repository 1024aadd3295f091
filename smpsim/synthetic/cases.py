"""Cases of the sample: what is on the skin (a scar, patches, a birthmark), and the hair round it.

Each case is called as the preset that treats it.  What is on the skin is an area with a signed distance to its border,
in mm of the picture; its tissue adds optical depth of melanin and blood (in G), keeps a share of the skin's texture,
and stands a little higher or lower.

Numbers: estimates by eye, beside what is described of such skin.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, spatial

from smpsim.arrays import F32, F64, U64
from smpsim.dots.hashing import stream
from smpsim.synthetic.head import Head, coverage
from smpsim.synthetic.noise import Cells, Spline, lattice, octaves

_STEP_MM = 0.25
# beyond this the distance to a border is not told
_FAR_MM = 8.0
_WANDER = [(18.0, 18.0, 1.3), (6.0, 6.0, 0.5)]
# scars of single follicles: one in a cell of this side (mm), their radii (mm), in an area of this radius (mm)
_PUNCHED_MM, _PUNCHED_RADIUS_MM, _PUNCHED_AREA_MM = 2.4, (0.35, 0.55), 30.0
# middle (mm from that of the area) and radius (mm) of bald patches
_PATCHES = ((-24.0, -8.0, 13.0), (17.0, 4.0, 17.0), (-14.0, 26.0, 9.0))


@dataclass(frozen=True)
class Tissue:
    """What skin is where a case changes it.

    Attributes
    ----------
    melanin, blood : float
        Optical depth in G that is added, negative where it is paler.
    texture : float, 0..1
        Share of the skin's texture and relief that is left.
    height_mm : float, mm
        How far it stands out of the skin; negative is sunken.
    hair : float, 0..1
        Share of the hair that grows there.
    soft_mm : float, mm
        Width of its border.
    """

    melanin: float = 0.0
    blood: float = 0.0
    texture: float = 1.0
    height_mm: float = 0.0
    hair: float = 0.0
    soft_mm: float = 0.5


@dataclass(frozen=True)
class Case:
    """A case: how hair is cut (a key of CUTS), what is on the skin, how far the mask reaches beyond that (mm).

    A mask without a margin is that of the view.
    """

    hair: str
    tissue: Tissue | None = None
    margin_mm: float | None = None


#: what samples are made for, by the name of the preset
CASES = {
    "shaved-head": Case("stubble"),
    "between-hair": Case("longer"),
    "parting": Case("parted", Tissue(hair=0.04), 6.0),
    "transplant": Case("grafts"),
    "strip-scar": Case("buzz", Tissue(-0.14, -0.16, 0.35, -0.06), 0.3),
    "dot-scars": Case("buzz", Tissue(-0.12, -0.18, 0.6, -0.03, soft_mm=0.3), 0.1),
    "burn-scar": Case("buzz", Tissue(-0.14, -0.04, 0.45, 0.15, soft_mm=1.0), 0.3),
    "areata": Case("buzz", Tissue(hair=0.01, soft_mm=2.0), 0.5),
    "birthmark": Case("stubble", Tissue(melanin=0.55, blood=0.2, hair=1.0, soft_mm=1.0)),
}


@dataclass(frozen=True, eq=False)
class Spot:
    """What is on the skin, and where.

    Attributes
    ----------
    tissue : Tissue
        What it is.
    inside_mm : ndarray (h, w) float32, mm
        Distance to its border, negative outside of it.
    down, across : Cells
        Where.
    """

    tissue: Tissue
    inside_mm: F32
    down: Cells
    across: Cells

    def share(self, down: Cells, across: Cells, grown_mm: float = 0.0) -> F32:
        """Share (h, w), 0..1, of cells that it takes, when it is so much larger."""
        inside = Spline(self.inside_mm, self.down, self.across).over(down, across)
        return coverage(inside + np.float32(grown_mm), max(self.tissue.soft_mm, across.step_mm))

    def slopes(self, down: Cells, across: Cells) -> tuple[F32, F32]:
        """Slopes (h, w), across and down, of the height at which it stands."""
        height = coverage(self.inside_mm, 2 * self.tissue.soft_mm) * np.float32(self.tissue.height_mm)
        spline = Spline(height, self.down, self.across)
        return spline.over(down, across, slope="across"), spline.over(down, across, slope="down")

    def holds(self, place_mm: F64) -> F64:
        """Distance (n,), mm, of places (n, 2) to the border, positive inside."""
        starts = np.array([self.across.start_mm, self.down.start_mm])
        at = ((place_mm - starts) / _STEP_MM - 0.5)[:, ::-1].T
        return np.asarray(ndimage.map_coordinates(self.inside_mm, at, order=1, mode="nearest"), np.float64)

    def lets_grow(self, place_mm: F64, draw: F64) -> NDArray[np.bool_]:
        """Whether hair grows at places (n, 2), by numbers (n,) from 0 to 1."""
        return np.asarray((self.holds(place_mm) <= 0) | (draw < self.tissue.hair))

    def sides(self, place_mm: F64) -> F64:
        """Directions (n, 3) in the picture, right, down and to the viewer, in which places (n, 2) lie beside it."""
        step = np.array([1.0, 0.0])
        right = self.holds(place_mm - step) > self.holds(place_mm + step)
        middle = self.across.start_mm + _STEP_MM * float(np.argmax(self.inside_mm.sum(0)))
        far = place_mm[:, 0] - middle
        turned = np.where(np.abs(far) > _FAR_MM, far > 0, right)
        return np.stack([np.where(turned, 1.0, -1.0), np.full(len(far), 0.4), np.zeros(len(far))], -1)


def spot(name: str, head: Head, key: U64) -> Spot | None:
    """Put what belongs to a case on the skin; None when nothing does."""
    case = CASES.get(name)
    if case is None or case.tissue is None:
        return None
    key = stream(key, name)
    width, height = head.view.size_mm
    down, across = Cells.cover(-2.0, height + 2, _STEP_MM), Cells.cover(-2.0, width + 2, _STEP_MM)
    x, y = _from_middle(head, down, across)
    wander = octaves(key, "wander", _WANDER, down, across).over(down, across)
    if name == "strip-scar":
        inside = _strip(x, y - 32 if head.view.from_behind else y, wander)
    elif name == "dot-scars":
        inside = _punched(key, x, y - 12 if head.view.from_behind else y, wander, down, across)
    elif name == "burn-scar":
        inside = 15 - np.hypot(x / 1.4, y) + 3.2 * wander
    elif name == "areata":
        inside = np.max([r - np.hypot(x - cx, y - cy) + 0.8 * wander for cx, cy, r in _PATCHES], 0)
    elif name == "birthmark":
        inside = 9.5 - np.hypot((x - 14) / 1.3, y + 6) + 2.0 * wander
    else:
        inside = np.minimum(3.2 - np.abs(x + 0.7 * wander), 45 - np.abs(y))
    return Spot(case.tissue, np.asarray(np.clip(inside, -12, 12), np.float32), down, across)


def _from_middle(head: Head, down: Cells, across: Cells) -> tuple[F64, F64]:
    """Places (1, w) and (h, 1), mm from the middle of the area to treat."""
    treated = head.mask(Cells(0.0, 1.0, int(head.view.size_mm[1])), Cells(0.0, 1.0, int(head.view.size_mm[0])))
    y, x = (float(c) + 0.5 for c in ndimage.center_of_mass(treated))
    return across.centres_mm[None] - x, down.centres_mm[:, None] - y


def _strip(x: F64, y: F64, wander: F32) -> F64:
    """Draw a strip about 5 mm wide across the head that narrows to its ends."""
    bow = y + 0.004 * x**2 + 1.2 * wander
    return np.asarray(np.minimum(2.5 - np.abs(bow) + 0.35 * np.roll(wander, 97, 1), (52 - np.abs(x)) / 6))


def _punched(key: U64, x: F64, y: F64, wander: F32, down: Cells, across: Cells) -> F64:
    """Round scars, one per hair that was taken."""
    cells = down.knots(_PUNCHED_MM), across.knots(_PUNCHED_MM)
    draw = [lattice(stream(key, part), *cells) for part in ("x", "y", "size")]
    column = (cells[1].start_mm + (np.arange(cells[1].n) + 0.15 + 0.7 * draw[0]) * _PUNCHED_MM).ravel()
    row = (cells[0].start_mm + (np.arange(cells[0].n)[:, None] + 0.15 + 0.7 * draw[1]) * _PUNCHED_MM).ravel()
    low, high = _PUNCHED_RADIUS_MM
    every = np.stack(np.broadcast_arrays(across.centres_mm[None], down.centres_mm[:, None]), -1)
    far, nearest = spatial.cKDTree(np.stack([column, row], -1)).query(every)
    inside = (low + (high - low) * draw[2].ravel())[nearest] - far
    return np.asarray(np.where(np.hypot(x / 1.6, y) < _PUNCHED_AREA_MM + 4 * wander, inside, -1.0))
