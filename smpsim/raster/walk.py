"""The whole walk, from arrays to arrays: photo, mask and scale to dots and a preview.

A :class:`Scene` is what is known of the photo at its full size, and the dots; a :class:`Canvas` is a picture of it to
draw on, at that size or a smaller one.  So a smaller preview shows the same dots in the same light.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from smpsim.arrays import F32, F64, U8
from smpsim.colour import ColourSpace
from smpsim.dots.density import Density
from smpsim.dots.table import Dots
from smpsim.ink.course import ink_left
from smpsim.ink.optics import dot_gaussians
from smpsim.ink.pigment import CARBON
from smpsim.ink.skin import SkinOptics
from smpsim.raster.composite import darkened, factors, neutral
from smpsim.raster.options import RenderOptions
from smpsim.raster.place import place
from smpsim.raster.splat import Blobs, Splatter, Tile
from smpsim.scalp.grid import average_over_cells
from smpsim.scalp.light import Light, measure_light
from smpsim.scalp.mask import Area
from smpsim.scalp.surface import Surface
from smpsim.treatment import Treatment

Progress = Callable[[float, str], None]


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
    seconds : dict of str to float
        Time that each stage took.
    """

    area: Area
    light: Light
    skin: SkinOptics
    density: Density
    dots: Dots
    blobs: Blobs
    seconds: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Canvas:
    """A picture to draw on.

    Attributes
    ----------
    pixels : ndarray (H, W, 3) uint8
        The photo at this size.
    coverage : ndarray (H, W) float32
        The mask at this size.
    alpha : ndarray (H, W) uint8 or None
        Opacity; fully transparent pixels are not touched.
    space : ColourSpace
        What the bytes mean.
    px_per_mm : float
        Scale at this size.
    grey : bool
        Whether the photo has no colour, so that dots must have none.
    """

    pixels: U8
    coverage: F32
    alpha: U8 | None
    space: ColourSpace
    px_per_mm: float
    grey: bool


def reduced(canvas: Canvas, max_px: int) -> Canvas:
    """Return a smaller picture whose longer side is `max_px`, averaged in linear light; never a larger one."""
    height, width = canvas.coverage.shape
    cell = max(height, width) / max_px
    if cell <= 1:
        return canvas
    h, w = (range(max(round(n / cell), 1)) for n in (height, width))
    light = (canvas.space.decode_channel(canvas.pixels[..., c], c) for c in range(3))
    linear = np.stack([average_over_cells(channel, cell, h, w) for channel in light], -1).astype(np.float32)
    alpha = canvas.alpha
    if alpha is not None:
        alpha = average_over_cells(alpha.astype(np.float32), cell, h, w).round().astype(np.uint8)
    return replace(
        canvas,
        pixels=canvas.space.encode(linear),
        coverage=average_over_cells(canvas.coverage, cell, h, w).astype(np.float32),
        alpha=alpha,
        px_per_mm=canvas.px_per_mm / cell,
    )


@dataclass(frozen=True, eq=False)
class Drawn:
    """What was drawn on some pixels of a canvas.

    Attributes
    ----------
    image : ndarray (h, w, 3) uint8
        The preview.
    mean_darkening : tuple of 3 floats
        Mean of 1 - T over the treated area in it, for R, G, B.
    """

    image: U8
    mean_darkening: tuple[float, float, float]


def compose(pixels: U8, space: ColourSpace, area: Area, *, treatment: Treatment, surface: Surface, seed: int) -> Scene:
    """Look at the photo, place the dots and work out what they take from the light.

    Parameters
    ----------
    pixels : ndarray (H, W, 3) uint8
        The photo at its full size.
    space : ColourSpace
        What its bytes mean.
    area : Area
        The treated area; not empty.
    treatment, surface, seed
        As for :func:`smpsim.raster.place.place`.
    """
    times = [time.perf_counter()]
    light = measure_light(pixels, space, area)
    times.append(time.perf_counter())
    dots, density = place(area, treatment=treatment, surface=surface, seed=seed)
    times.append(time.perf_counter())
    skin = _skin(treatment, light)
    blobs = _blobs(dots, treatment, skin)
    times.append(time.perf_counter())
    seconds = dict(zip(("light", "dots", "ink"), np.diff(times).tolist(), strict=True))
    return Scene(area, light, skin, density, dots, blobs, seconds)


def draw(
    scene: Scene, canvas: Canvas, window: tuple[slice, slice], options: RenderOptions, progress: Progress | None = None
) -> Drawn:
    """Draw the dots on some rows and columns of a canvas.

    Parameters
    ----------
    scene : Scene
        The treated scalp.
    canvas : Canvas
        A picture of it.
    window : (slice, slice)
        Rows and columns wanted.
    options : RenderOptions
        Accuracy.
    progress : callable, optional
        Called with the share that is done, 0 to 1, and the name of the stage.

    Returns
    -------
    Drawn
        The preview in the window.
    """
    image = canvas.pixels[window].copy()
    lost, weight = np.zeros(3), float(canvas.coverage[window].sum())
    for done, piece in _pieces(scene, canvas, window, options):
        if piece is not None:
            pixels = canvas.pixels[piece.tile.rows, piece.tile.columns][piece.part]
            for channel, factor in enumerate(_factors(scene, canvas, piece)):
                image[*piece.inside, channel] = darkened(
                    pixels[..., channel], factor[piece.part], canvas.space, channel
                )
            coverage = canvas.coverage[piece.tile.rows, piece.tile.columns][piece.part]
            lost += coverage.sum() - np.einsum("chw,hw->c", piece.transmittance[:, *piece.part], coverage)
        if progress:
            progress(done, "picture")
    red, green, blue = (lost / weight).tolist() if weight else (0.0, 0.0, 0.0)
    return Drawn(image, (red, green, blue))


def light_maps(scene: Scene, canvas: Canvas, window: tuple[slice, slice], options: RenderOptions) -> tuple[F32, F32]:
    """Linear light and transmittance of some rows and columns, each (h, w, 3) float32."""
    linear = canvas.space.decode(np.ascontiguousarray(canvas.pixels[window]))
    transmittance = np.ones(linear.shape, np.float32)
    for _, piece in _pieces(scene, canvas, window, options):
        if piece is not None:
            factor = np.stack([f[piece.part] for f in _factors(scene, canvas, piece)], -1)
            linear[piece.inside] *= factor
            transmittance[piece.inside] = np.moveaxis(piece.transmittance[:, *piece.part], 0, -1)
    return linear, transmittance


@dataclass(frozen=True, eq=False)
class _Piece:
    """A tile that dots reach: its transmittance, and where it and the window overlap, in either."""

    tile: Tile
    transmittance: F32
    inside: tuple[slice, slice]
    part: tuple[slice, slice]


def _pieces(
    scene: Scene, canvas: Canvas, window: tuple[slice, slice], options: RenderOptions
) -> Iterator[tuple[float, _Piece | None]]:
    """Go through the tiles of a window, with the share that is done; None for a tile that no dot reaches."""
    shape = (canvas.pixels.shape[0], canvas.pixels.shape[1])
    splatter = Splatter(scene.blobs, shape, canvas.px_per_mm, options)
    tiles = list(splatter.tiles(*window))
    for number, tile in enumerate(tiles, 1):
        t = splatter.transmittance(tile)
        piece = None
        if t is not None:
            overlap = [
                slice(max(mine.start, wanted.start), min(mine.stop, wanted.stop))
                for mine, wanted in zip((tile.rows, tile.columns), window, strict=True)
            ]
            inside, part = (
                tuple(slice(o.start - first, o.stop - first) for o, first in zip(overlap, firsts, strict=True))
                for firsts in ((window[0].start, window[1].start), (tile.rows.start, tile.columns.start))
            )
            piece = _Piece(tile, t, (inside[0], inside[1]), (part[0], part[1]))
        yield number / len(tiles), piece


def _factors(scene: Scene, canvas: Canvas, piece: _Piece) -> Iterator[F32]:
    """Yield what the light of the whole tile of a piece is multiplied by, channel by channel."""
    where = (piece.tile.rows, piece.tile.columns)
    transmittance = neutral(piece.transmittance, canvas.space) if canvas.grey else piece.transmittance
    for t, share in zip(transmittance, scene.light.diffuse, strict=True):
        diffuse = share.on_pixels(*where, canvas.px_per_mm)
        factor = factors(t, None if diffuse.min() == 1 else diffuse)
        yield factor if canvas.alpha is None else np.where(canvas.alpha[where] == 0, np.float32(1), factor)


def _skin(treatment: Treatment, light: Light) -> SkinOptics:
    tone = treatment.skin.skin_tone
    if isinstance(tone, str):
        return SkinOptics.from_ita(light.ita_deg) if tone == "photo" else SkinOptics.from_name(tone)
    return SkinOptics.from_ita(tone)


def _blobs(dots: Dots, treatment: Treatment, skin: SkinOptics) -> Blobs:
    """Three Gaussians per dot: the core as long as the deposit, the wide ones round on the skin."""
    ink = dots.ink_per_mm[:, None] * CARBON * ink_left(treatment.course.age_days)
    weights, sigmas = dot_gaussians(depth_mm=dots.depth_mm, diameter_mm=dots.diameter_mm, ink_per_mm=ink, skin=skin)
    seen = np.stack([dots.foreshortening @ _elongation(dots), dots.foreshortening, dots.foreshortening], axis=1)
    shapes = seen @ seen.swapaxes(-1, -2)
    # The light of a dot on the skin is spread over less of the picture where the skin is seen at a slant.
    shrinkage = np.abs(np.linalg.det(dots.foreshortening))
    covariances = sigmas[..., None, None] ** 2 * shapes[:, None]
    return Blobs(dots.x_mm, dots.y_mm, weights * shrinkage[:, None, None], covariances)


def _elongation(dots: Dots) -> F64:
    """(N, 2, 2): stretches a disc of equal area along the angle of each dot."""
    long, short = dots.aspect**0.5, dots.aspect**-0.5
    cos, sin = np.cos(dots.angle_rad), np.sin(dots.angle_rad)
    xy = (long - short) * cos * sin
    rows = [long * cos**2 + short * sin**2, xy], [xy, long * sin**2 + short * cos**2]
    return np.stack([np.stack(row, -1) for row in rows], axis=1)
