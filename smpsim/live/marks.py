"""What dots take from the light, kept for as long as the treatment stays: what is costly is worked out once per dot.

Most dots of an area stand behind its feather, where the needle leaves the same whatever the mask: their optics are
found when they first stand, and then looked up.  The few in the feather, smaller and lighter, are worked out anew.

Numbers: choices of speed and memory.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from smpsim.arrays import F32, F64, Bool, Int
from smpsim.dots.density import Density
from smpsim.dots.table import Dots
from smpsim.ink.course import ages, session_of
from smpsim.ink.healing import Scabs
from smpsim.ink.skin import SkinOptics
from smpsim.live.plenty import Plenty, Standing
from smpsim.parameters import Course, Edge
from smpsim.raster.aged import Aged, aged
from smpsim.raster.camera import split
from smpsim.raster.place import feathered, left_by
from smpsim.raster.splat import Blobs
from smpsim.raster.walk import blobs_of
from smpsim.scalp.camera import Camera
from smpsim.treatment import Treatment

_FAR = 2


@dataclass(frozen=True, eq=False)
class Marks:
    """Gaussians of loss, upright, without what a lens and pixels add; the last axis of variances is (x, y).

    Attributes
    ----------
    owner : ndarray (n,) int
        Row of the dot that each belongs to, among those that were worked out together.
    x_mm, y_mm : ndarray (n,)
        Centres in the picture.
    near : ndarray (n, 3) float32, mm2
        Integrals of the loss of lightness by core, core squared and middle.
    near_mm2 : ndarray (n, 3, 2) float32, mm2
        Their variances.
    colour : ndarray (n, 2) float32, mm2
        Integrals of what red and blue lose beyond lightness.
    far : ndarray (n, 3) float32, mm2
        Integrals of far optical depth of red, green and blue.
    colour_mm2, far_mm2 : float, mm2
        Mean variances of those.
    below : ndarray (3,) float32
        Mean share of the light that comes from below the dots: it differs little from dot to dot.
    """

    owner: Int
    x_mm: F64
    y_mm: F64
    near: F32
    near_mm2: F32
    colour: F32
    far: F32
    colour_mm2: float
    far_mm2: float
    below: F32

    @classmethod
    def of(cls, blobs: Blobs, owner: Int, camera: Camera) -> Marks:
        """Measure Gaussians."""
        light, tint = split(blobs, np.zeros((len(owner), 1, 1, 1, 1)), camera)
        tinted = tint.weights_mm2.sum(-1)
        cov = tint.covariances_mm2[:, 0, :, (0, 1), (0, 1)].mean(0)
        taken = np.abs(tint.weights_mm2).sum(1)
        far = blobs.weights_mm2[..., _FAR]
        below = np.ones(far.shape) if blobs.below is None else blobs.below
        far_cov = blobs.covariances_mm2[:, :, _FAR, (0, 1), (0, 1)].mean(-1)
        if far_cov.shape[1] < far.shape[1]:
            far_cov = np.broadcast_to(far_cov, far.shape)
        return cls(
            owner,
            blobs.x_mm,
            blobs.y_mm,
            light.weights_mm2[:, 0].astype(np.float32),
            np.moveaxis(light.covariances_mm2[:, 0, :, (0, 1), (0, 1)], 0, -1).astype(np.float32),
            tinted.astype(np.float32),
            far.astype(np.float32),
            _mean(cov, taken),
            _mean(far_cov, far),
            np.array([_mean(below[:, c], far[:, c]) for c in range(3)], np.float32),
        )


def _mean(values: F64, weights: F64) -> float:
    total = float(weights.sum())
    return float((values * weights).sum()) / total if total else float(values.mean()) if values.size else 1.0


@dataclass(frozen=True, eq=False)
class Chunk:
    """Some dots, and all that is known of them.

    Attributes
    ----------
    which : ndarray (n,) int
        Their rows in the table of all.
    dots, now, marks
        What the needle leaves, what has become of it, what that takes from the light.
    """

    which: Int
    dots: Dots
    now: Aged
    marks: Marks

    def joined(self, other: Chunk) -> Chunk:
        """Return both."""
        return Chunk(
            np.concatenate([self.which, other.which]),
            Dots.concatenate([self.dots, other.dots]),
            both_aged(self.now, other.now),
            _both(self.marks, other.marks, len(self.which)),
        )


def both_aged(one: Aged, other: Aged) -> Aged:
    """Join what has become of dots, but for their scabs, which are among the marks."""
    return Aged(
        np.concatenate([one.ink_per_mm, other.ink_per_mm]),
        np.concatenate([one.spread_mm2, other.spread_mm2]),
        np.concatenate([one.size, other.size]),
    )


def _both(one: Marks, other: Marks, n: int) -> Marks:
    names = ("x_mm", "y_mm", "near", "near_mm2", "colour", "far")
    joined = {name: np.concatenate([getattr(one, name), getattr(other, name)]) for name in names}
    return replace(one, owner=np.concatenate([one.owner, other.owner + n]), **joined)  # type: ignore[arg-type]


class Optics:
    """The optics of dots under one treatment.

    Parameters
    ----------
    plenty : Plenty
        All dots.
    treatment : Treatment
        What the needle leaves and what becomes of it.
    skin : SkinOptics
        The skin.
    camera : Camera
        The camera.
    per_cm2 : tuple of 2 floats
        Density behind the feather, which tells sessions apart, and mean density, which tells how crowded dots are.
    seed : int
        Seed of what heals before what.
    """

    def __init__(
        self,
        plenty: Plenty,
        treatment: Treatment,
        skin: SkinOptics,
        camera: Camera,
        per_cm2: tuple[float, float],
        seed: int,
    ) -> None:
        self.plenty, self.camera, self._skin, self._seed = plenty, camera, skin, seed
        self._full, self._crowd = per_cm2
        # behind the feather a border with feathers of its own leaves whole dots, too
        self._whole = treatment.replace(**_NO_FEATHERS)
        self._treatment = treatment
        self._known = np.zeros(len(plenty), np.bool_)
        self.chunks: list[Chunk] = []

    def parted(self, standing: Standing, density: Density) -> tuple[Int, Chunk | None]:
        """Part the dots that stand: rows of those behind the feather, known from then on, and those in it."""
        darts = self.plenty.darts[standing.which]
        size, ink = feathered(darts, standing.feather, density, self._treatment.edge)
        odd = (size < 1) | (ink < 1)
        if sessions_matter(self._treatment.course):
            odd |= self._session(standing.which, standing.asked) != self._session(standing.which, self._full)
        whole, some = standing.which[~odd], np.flatnonzero(odd)
        self._learn(whole, density)
        if not len(some):
            return whole, None
        part = standing.which[some]
        return whole, self._chunk(part, standing.asked[some], standing.feather[some], density, self._treatment)

    def _learn(self, which: Int, density: Density) -> None:
        """Work out dots that have not stood before."""
        new = which[~self._known[which]]
        if not len(new):
            return
        ones = np.ones(len(new))
        self.chunks.append(self._chunk(new, self._full * ones, ones, density, self._whole))
        self._known[new] = True
        # few chunks: small ones become one, so that every dot is moved few times
        while len(self.chunks) > 1 and len(self.chunks[-2].which) <= 2 * len(self.chunks[-1].which):
            last = self.chunks.pop()
            self.chunks[-1] = self.chunks[-1].joined(last)

    def _chunk(self, which: Int, asked: F64, feather: F64, density: Density, treatment: Treatment) -> Chunk:
        darts, spots, rank = self.plenty.darts[which], self.plenty.spots[which], self.plenty.rank_per_cm2[which]
        dots = left_by(darts, spots, rank, asked, feather, density, treatment)
        now = aged(dots, treatment, self._skin, density.area, self._seed, dots_per_mm2=self._crowd / 100)
        owner = np.arange(len(which))
        if now.scabs is not None:
            owner = np.concatenate([owner, _scabbed(now.scabs)])
        return Chunk(which, dots, now, Marks.of(blobs_of(dots, now, self._skin), owner, self.camera))

    def _session(self, which: Int, asked: F64 | float) -> Int:
        return session_of(self.plenty.rank_per_cm2[which] / asked, self._treatment.course)


def sessions_matter(course: Course) -> bool:
    """Whether a dot looks different by the session in which it was made."""
    return course.first_ink_frac != 1 or ages(course, np.ones(1, np.intp)) is not None


_NO_FEATHERS = {"size_feather_mm": Edge.size_feather_mm, "shade_feather_mm": Edge.shade_feather_mm}


def _scabbed(scabs: Scabs) -> Int:
    """Rows of the dots that bear a scab, as :func:`smpsim.raster.walk.blobs_of` adds them."""
    return np.flatnonzero(scabs.depth[:, 1] > 0)


def stands(which: Int, n: int) -> Bool:
    """Whether each of n dots is among some."""
    there = np.zeros(n, np.bool_)
    there[which] = True
    return there
