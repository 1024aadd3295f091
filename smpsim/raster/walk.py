"""The walk from arrays to a scene: photo, mask and scale to light, dots and what they take from the light.

A scene is measured at the photo's full size; :mod:`smpsim.raster.draw` draws it at that size or a smaller one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from typing import TypeAlias

import numpy as np

from smpsim.arrays import F64, U8
from smpsim.colour import ColourSpace
from smpsim.dots.density import Density
from smpsim.dots.table import Dots
from smpsim.ink.field import light_from_below
from smpsim.ink.healing import Scabs
from smpsim.ink.optics import dot_gaussians
from smpsim.ink.skin import SkinOptics
from smpsim.raster.aged import Aged, aged
from smpsim.raster.old import old_layer, old_seed, residues
from smpsim.raster.place import place
from smpsim.raster.redness import Redness, measure_redness
from smpsim.raster.splat import Blobs, footprint
from smpsim.scalp.camera import Camera, Coding, measure_camera
from smpsim.scalp.hair import Hair, measure_hair
from smpsim.scalp.light import Light, measure_light
from smpsim.scalp.mask import Area
from smpsim.scalp.opaque import opaque
from smpsim.treatment import Treatment

Placing: TypeAlias = Callable[[], tuple[Dots, Density]]


@dataclass(frozen=True, eq=False)
class Scene:
    """A treated scalp.

    Attributes
    ----------
    area : Area
        The treated area in the photo at its full size.
    light : Light
        Light of the photo.
    skin : SkinOptics
        The skin.
    density : Density
        The density that was asked for.
    dots : Dots
        The dots.
    aged : Aged
        What has become of them at the moment of the picture.
    blobs : Blobs
        What they take from the light.
    camera : Camera
        Sharpness and chroma bandwidth of the photo.
    hair : Hair
        Hair in front of the skin.
    old_dots : Dots
        Dots of the old work that is rendered; their blobs are among ``blobs``.
    redness : Redness or None
        What the blood of irritated skin takes from the light; None when there is none.
    seconds : dict of str to float
        Time that each stage took; of what was begun before, the time that was left.
    """

    area: Area
    light: Light
    skin: SkinOptics
    density: Density
    dots: Dots
    aged: Aged
    blobs: Blobs
    camera: Camera
    hair: Hair
    old_dots: Dots
    redness: Redness | None = None
    seconds: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Look:
    """What a photo shows, whatever the treatment.

    Attributes
    ----------
    pixels : ndarray (H, W, 3) uint8
        The photo at its full size, transparent pixels filled.
    space : ColourSpace
        What its bytes mean.
    area : Area
        The treated area in it.
    visible : Area
        The same, what is transparent protected.
    light : Light
        Light of the photo.
    camera : Camera
        Sharpness and chroma bandwidth of the photo.
    hair : Hair
        Hair in front of the skin.
    old_area : Area
        Where old work lies that is rendered.
    """

    pixels: U8
    space: ColourSpace
    area: Area
    visible: Area
    light: Light
    camera: Camera
    hair: Hair
    old_area: Area


def look(
    pixels: U8,
    space: ColourSpace,
    area: Area,
    *,
    alpha: U8 | None = None,
    jpeg: Coding | None = None,
    hair_sensitivity: float = 1.0,
    old_area: Area | None = None,
    threads: int = 1,
) -> Look:
    """Look at a photo.

    Parameters
    ----------
    pixels : ndarray (H, W, 3) uint8
        The photo at its full size.
    space : ColourSpace
        What its bytes mean.
    area : Area
        The treated area; not empty.
    alpha : ndarray (H, W) uint8, optional
        Opacity; transparent pixels tell nothing (:mod:`smpsim.scalp.opaque`).
    jpeg : Coding, optional
        How the photo was coded, if it is a JPEG.
    hair_sensitivity : float, 0 to 3
        How faint a hair may be to be found.
    old_area : Area, optional
        Where old work lies, if not in the treated area; light is measured there, too.
    threads : int
        With more than 1, single hairs are looked for beside areas of hair.
    """
    pixels, visible = opaque(pixels, alpha, area)
    every = visible if old_area is None else replace(visible, coverage=np.maximum(area.coverage, old_area.coverage))
    camera = measure_camera(pixels, every, jpeg)
    blur_px = float(np.median(camera.blur_px.values))
    hair = measure_hair(pixels, every, sensitivity=hair_sensitivity, blur_px=blur_px, threads=threads)
    light = measure_light(pixels, space, every, hair.share)
    return Look(pixels, space, area, visible, light, camera, hair, old_area or area)


def compose(seen: Look, *, treatment: Treatment, seed: int, placing: Placing | None = None) -> Scene:
    """Place the dots and work out what they take from the light.

    Parameters
    ----------
    seen : Look
        What the photo shows.
    treatment, seed
        As for :func:`smpsim.raster.place.place`.
    placing : callable, optional
        Waits for what that returns, if it has been begun.
    """
    times = [time.perf_counter()]
    dots, density = placing() if placing else place(seen.area, treatment=treatment, seed=seed)
    old, wanted = old_layer(treatment), treatment.repair.new_layer == "yes"
    dots = dots if wanted else dots[:0]
    old_dots = place(seen.old_area, treatment=old, seed=old_seed(seed))[0] if old else Dots.empty()
    times.append(time.perf_counter())
    skin = skin_of(treatment, seen.light)
    now = aged(dots, treatment, skin, seen.area, seed)
    blobs = blobs_of(dots, now, skin)
    if old and len(old_dots):
        blobs = _joined(blobs, blobs_of(old_dots, _remains(old_dots, old, skin, seen.old_area, seed), skin))
    redness = None
    if wanted:
        redness = measure_redness(seen.pixels, seen.space, seen.area, skin=skin, course=treatment.course, seed=seed)
    times.append(time.perf_counter())
    seconds = dict(zip(("dots", "ink"), np.diff(times).tolist(), strict=True))
    return Scene(
        seen.area, seen.light, skin, density, dots, now, blobs, seen.camera, seen.hair, old_dots, redness, seconds
    )


def _remains(dots: Dots, old: Treatment, skin: SkinOptics, area: Area, seed: int) -> Aged:
    """Work out what time and laser have left of old work."""
    residue = residues(old.repair, dots.u_mm, dots.v_mm, seed) if old.repair.faded_frac else None
    return aged(dots, old, skin, area, old_seed(seed), residue)


def skin_of(treatment: Treatment, light: Light) -> SkinOptics:
    """Return the skin: as the treatment says, or as the photo shows it."""
    tone = treatment.skin.skin_tone
    if not isinstance(tone, str):
        skin = SkinOptics.from_ita(tone)
    elif tone == "photo":
        skin = SkinOptics.from_ita(light.ita_deg)
    else:
        skin = SkinOptics.from_name(tone)
    return skin.scattering(treatment.skin.skin_scattering)


def blobs_of(dots: Dots, now: Aged, skin: SkinOptics) -> Blobs:
    """Return three Gaussians per dot: the core as long as the deposit, the wide ones round on the skin."""
    weights, sigmas = dot_gaussians(
        depth_mm=dots.depth_mm, diameter_mm=dots.diameter_mm, ink_per_mm=now.ink_per_mm, skin=skin
    )
    seen = np.stack([dots.foreshortening @ _elongation(dots), dots.foreshortening, dots.foreshortening], axis=1)
    shapes = _squares(seen)
    # The light of a dot on the skin is spread over less of the picture where the skin is seen at a slant.
    shrinkage = footprint(shapes[:, 1]) / (2 * np.pi)
    variances = np.asfortranarray((sigmas**2 + now.spread_mm2[:, None, None]) * now.size[..., None])
    covariances = variances[..., None, None] * shapes[:, None]
    weights = np.asfortranarray(weights * (now.size * shrinkage[:, None])[..., None])
    blobs = Blobs(dots.x_mm, dots.y_mm, weights, covariances, light_from_below(dots.depth_mm, skin))
    return blobs if now.scabs is None else _joined(blobs, _crusts(dots, now.scabs))


def _crusts(dots: Dots, scabs: Scabs) -> Blobs:
    """One round Gaussian per scab, in the place of a core; it lies on the skin, so that nothing passes below it."""
    there = np.flatnonzero(scabs.depth[:, 1] > 0)
    step = dots.foreshortening[there]
    shape = (scabs.sigma_mm[there, None, None] ** 2) * _squares(step)
    covariances = np.broadcast_to(shape[:, None, None], (len(there), 3, 3, 2, 2))
    weights = np.zeros((len(there), 3, 3))
    weights[..., 0] = scabs.depth[there] * footprint(shape)[:, None]
    return Blobs(dots.x_mm[there], dots.y_mm[there], weights, covariances, np.ones((len(there), 3)))


def _joined(one: Blobs, other: Blobs) -> Blobs:
    pairs = ((getattr(one, f.name), getattr(other, f.name)) for f in fields(Blobs))
    return Blobs(*(np.concatenate(pair) for pair in pairs))


def _squares(m: F64) -> F64:
    """Products of matrices (..., 2, 2) with their transposes, a third of the time that matmul takes."""
    a, b, c, d = (m[..., i, j] for i in (0, 1) for j in (0, 1))
    squares = np.empty(m.shape, order="F")
    squares[..., 0, 0], squares[..., 1, 1] = a * a + b * b, c * c + d * d
    squares[..., 0, 1] = squares[..., 1, 0] = a * c + b * d
    return squares


def _elongation(dots: Dots) -> F64:
    """(N, 2, 2): stretches a disc of equal area along the angle of each dot."""
    long, short = dots.aspect**0.5, dots.aspect**-0.5
    cos, sin = np.cos(dots.angle_rad), np.sin(dots.angle_rad)
    xy = (long - short) * cos * sin
    rows = [long * cos**2 + short * sin**2, xy], [xy, long * sin**2 + short * cos**2]
    return np.stack([np.stack(row, -1) for row in rows], axis=1)
