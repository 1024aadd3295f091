"""The walk from arrays to a scene: photo, mask and scale to light, dots and what they take from the light.

A scene is measured at the photo's full size; :mod:`smpsim.raster.draw` draws it at that size or a smaller one.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import numpy as np

from smpsim.arrays import F64, U8
from smpsim.colour import ColourSpace
from smpsim.dots.density import Density
from smpsim.dots.table import Dots
from smpsim.ink.course import ink_left
from smpsim.ink.field import light_from_below
from smpsim.ink.optics import dot_gaussians
from smpsim.ink.pigment import relative_absorption
from smpsim.ink.skin import SkinOptics
from smpsim.raster.place import place
from smpsim.raster.splat import Blobs
from smpsim.scalp.camera import Camera, Coding, measure_camera
from smpsim.scalp.light import Light, measure_light
from smpsim.scalp.mask import Area
from smpsim.treatment import Treatment


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
    blobs : Blobs
        What they take from the light.
    camera : Camera
        Sharpness and chroma bandwidth of the photo.
    seconds : dict of str to float
        Time that each stage took.
    """

    area: Area
    light: Light
    skin: SkinOptics
    density: Density
    dots: Dots
    blobs: Blobs
    camera: Camera
    seconds: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Look:
    """What a photo shows, whatever the treatment.

    Attributes
    ----------
    area : Area
        The treated area in the photo at its full size.
    light : Light
        Light of the photo.
    camera : Camera
        Sharpness and chroma bandwidth of the photo.
    """

    area: Area
    light: Light
    camera: Camera


def look(pixels: U8, space: ColourSpace, area: Area, *, alpha: U8 | None = None, jpeg: Coding | None = None) -> Look:
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
        Opacity; the light of transparent pixels is not looked at.
    jpeg : Coding, optional
        How the photo was coded, if it is a JPEG.
    """
    return Look(area, measure_light(pixels, space, area, alpha), measure_camera(pixels, area, jpeg))


def compose(seen: Look, *, treatment: Treatment, seed: int) -> Scene:
    """Place the dots and work out what they take from the light.

    Parameters
    ----------
    seen : Look
        What the photo shows.
    treatment, seed
        As for :func:`smpsim.raster.place.place`.
    """
    times = [time.perf_counter()]
    dots, density = place(seen.area, treatment=treatment, seed=seed)
    times.append(time.perf_counter())
    skin = _skin(treatment, seen.light)
    blobs = _blobs(dots, treatment, skin)
    times.append(time.perf_counter())
    seconds = dict(zip(("dots", "ink"), np.diff(times).tolist(), strict=True))
    return Scene(seen.area, seen.light, skin, density, dots, blobs, seen.camera, seconds)


def _skin(treatment: Treatment, light: Light) -> SkinOptics:
    tone = treatment.skin.skin_tone
    if not isinstance(tone, str):
        skin = SkinOptics.from_ita(tone)
    elif tone == "photo":
        skin = SkinOptics.from_ita(light.ita_deg)
    else:
        skin = SkinOptics.from_name(tone)
    return skin.scattering(treatment.skin.skin_scattering)


def _blobs(dots: Dots, treatment: Treatment, skin: SkinOptics) -> Blobs:
    """Three Gaussians per dot: the core as long as the deposit, the wide ones round on the skin."""
    ink = dots.ink_per_mm[:, None] * relative_absorption(treatment) * ink_left(treatment.course.age_days)
    weights, sigmas = dot_gaussians(depth_mm=dots.depth_mm, diameter_mm=dots.diameter_mm, ink_per_mm=ink, skin=skin)
    seen = np.stack([dots.foreshortening @ _elongation(dots), dots.foreshortening, dots.foreshortening], axis=1)
    shapes = seen @ seen.swapaxes(-1, -2)
    # The light of a dot on the skin is spread over less of the picture where the skin is seen at a slant.
    shrinkage = np.abs(np.linalg.det(dots.foreshortening))
    covariances = sigmas[..., None, None] ** 2 * shapes[:, None]
    below = light_from_below(dots.depth_mm, skin)
    return Blobs(dots.x_mm, dots.y_mm, weights * shrinkage[:, None, None], covariances, below)


def _elongation(dots: Dots) -> F64:
    """(N, 2, 2): stretches a disc of equal area along the angle of each dot."""
    long, short = dots.aspect**0.5, dots.aspect**-0.5
    cos, sin = np.cos(dots.angle_rad), np.sin(dots.angle_rad)
    xy = (long - short) * cos * sin
    rows = [long * cos**2 + short * sin**2, xy], [xy, long * sin**2 + short * cos**2]
    return np.stack([np.stack(row, -1) for row in rows], axis=1)
