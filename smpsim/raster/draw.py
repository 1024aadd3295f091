"""Drawing a scene: dots on a picture of any size, or on a part of it.

A :class:`Canvas` is a picture of the scene's photo, at its full size or smaller.  It is drawn tile by tile; a tile is
computed whole whatever part of it is wanted, so a window makes no difference; and so do threads, which draw several
tiles at a time.

Numbers: a choice of precision.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from smpsim.arrays import F32, F64, U8
from smpsim.colour import ColourSpace
from smpsim.raster.camera import Left, Seen
from smpsim.raster.composite import behind, darken, factors, neutral, neutral_factors
from smpsim.raster.far import Before
from smpsim.raster.options import RenderOptions
from smpsim.raster.splat import Tile, tiles
from smpsim.raster.walk import Scene
from smpsim.scalp.grid import Grid, average_over_cells
from smpsim.threads import in_order

# factors that are nearer to 1 are 1
_NO_CHANGE = 1e-6
# opacity of what is transparent, of 255: its colour is that of a cell where there is no other
_UNSEEN = 1e-3

Progress = Callable[[float, str], None]
Window = tuple[slice, slice]


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
    pixels, alpha = averaged(canvas.pixels, canvas.alpha, canvas.space, cell, h, w)
    return replace(
        canvas,
        pixels=pixels,
        coverage=average_over_cells(canvas.coverage, cell, h, w).astype(np.float32),
        alpha=alpha,
        px_per_mm=canvas.px_per_mm / cell,
    )


def averaged(
    pixels: U8, alpha: U8 | None, space: ColourSpace, cell: float, rows: range, columns: range
) -> tuple[U8, U8 | None]:
    """Average a picture and its opacity over some cells of so many px: colours count as much as they are seen."""

    def means(a: F32) -> F64:
        return average_over_cells(a, cell, rows, columns)

    light = (space.decode_channel(pixels[..., c], c) for c in range(3))
    if alpha is None or alpha.min() == 255:
        linear = np.stack([means(channel) for channel in light], -1)
    else:
        weight = np.maximum(alpha, np.float32(_UNSEEN))
        linear = np.stack([means(channel * weight) for channel in light], -1) / means(weight)[..., None]
    if alpha is not None:
        alpha = means(alpha.astype(np.float32)).round().astype(np.uint8)
    return space.encode(linear.astype(np.float32)), alpha


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


def draw(
    scene: Scene, canvas: Canvas, window: Window, options: RenderOptions, progress: Progress | None = None
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
    seen, hair = Seen(scene.blobs, scene.camera, canvas.px_per_mm, options), scene.hair.at_scale(canvas.px_per_mm)

    def paint(tile: Tile) -> F64 | None:
        left = seen.left(tile, always=scene.redness is not None)
        if left is None:
            return None
        whole, part, inside = _places(tile, window)
        coverage = canvas.coverage[whole]
        if coverage[part].size < coverage.size:
            coverage = np.zeros(coverage.shape, np.float32)
            coverage[part] = canvas.coverage[whole][part]
        for channel, factor in enumerate(_factors(scene, canvas, hair, left)):
            pixels = canvas.pixels[whole][*part, channel]
            darken(pixels, factor[part], canvas.space, channel, out=image[*inside, channel])
        return left.lost(coverage)

    every = list(tiles(canvas.coverage.shape, *window))
    for number, loss in enumerate(in_order(paint, every, options.n_threads), 1):
        if loss is not None:
            lost += loss
        if progress:
            progress(number / len(every), "picture")
    red, green, blue = (lost / weight).tolist() if weight else (0.0, 0.0, 0.0)
    return Drawn(image, (red, green, blue))


def light_maps(scene: Scene, canvas: Canvas, window: Window, options: RenderOptions) -> tuple[F32, F32]:
    """Linear light as the camera saw it, and transmittance before the camera, of some rows and columns, (h, w, 3)."""
    linear = canvas.space.decode(np.ascontiguousarray(canvas.pixels[window]))
    transmittance = np.ones(linear.shape, np.float32)
    seen, hair = Seen(scene.blobs, scene.camera, canvas.px_per_mm, options), scene.hair.at_scale(canvas.px_per_mm)
    exact = Before(scene.blobs, canvas.px_per_mm, options)

    def fill(tile: Tile) -> None:
        _, part, inside = _places(tile, window)
        left, t = seen.left(tile, always=scene.redness is not None), exact.transmittance(tile)
        if left is not None:
            for channel, factor in enumerate(_factors(scene, canvas, hair, left)):
                # the lens spreads the last digit of a tail a little farther: that is no change
                factor[np.abs(factor - 1) < _NO_CHANGE] = 1
                linear[*inside, channel] *= factor[part]
        if t is not None:
            transmittance[inside] = np.moveaxis(t[:, *part], 0, -1)

    for _ in in_order(fill, list(tiles(canvas.coverage.shape, *window)), options.n_threads):
        pass
    return linear, transmittance


def _places(tile: Tile, window: Window) -> tuple[Window, Window, Window]:
    """Pixels of a tile in the picture, and those that the window shares, counted from the tile and from the window."""
    whole = (tile.rows, tile.columns)
    shared = [
        slice(max(mine.start, wanted.start), min(mine.stop, wanted.stop))
        for mine, wanted in zip(whole, window, strict=True)
    ]
    part, inside = (tuple(map(_from, shared, frame)) for frame in (whole, window))
    return whole, part, inside  # type: ignore[return-value]


def _from(span: slice, frame: slice) -> slice:
    """Return a span counted from the beginning of a frame."""
    return slice(span.start - frame.start, span.stop - frame.start)


def _factors(scene: Scene, canvas: Canvas, hair: Grid, left: Left) -> Iterator[F32]:
    """Yield what the light of a tile is multiplied by, channel by channel."""
    whole, scale = (left.tile.rows, left.tile.columns), canvas.px_per_mm
    grey = _neutral(scene, canvas, left) if canvas.grey else None
    rows, columns, smaller = left.lattice
    red = None if scene.redness is None else scene.redness.left(rows, columns, scale / smaller)
    before = hair.on_pixels(*whole, scale)
    for channel, share in enumerate(scene.light.diffuse):
        if grey is None:
            factor = factors(left, channel, share, red, scale)
        else:
            factor = neutral_factors(grey, share.on_pixels(*whole, scale))
        if before.any():
            factor = behind(factor, before, scale)
        yield factor if canvas.alpha is None else np.where(canvas.alpha[whole] == 0, np.float32(1), factor)


def _neutral(scene: Scene, canvas: Canvas, left: Left) -> F32:
    """Share of the diffuse light of a photo without colour that dots and redness leave, (h, w)."""
    t = left.transmittance()
    red = None
    if scene.redness is not None:
        red = scene.redness.left(left.tile.rows, left.tile.columns, canvas.px_per_mm)
    return neutral(t if red is None else t * red, canvas.space)
