"""Drawing a scene: dots on a picture of any size, or on a part of it.

A :class:`Canvas` is a picture of the scene's photo, at its full size or smaller.  It is drawn tile by tile; a tile is
computed whole whatever part of it is wanted, so a window makes no difference.  (Threads would not help: most calls are
too short to be worth the lock that they share.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import TypeVar

import numpy as np

from smpsim.arrays import F32, F64, U8
from smpsim.colour import ColourSpace
from smpsim.raster.camera import Seen
from smpsim.raster.composite import behind, darkened, factors, neutral
from smpsim.raster.far import Before
from smpsim.raster.options import RenderOptions
from smpsim.raster.redness import Redness
from smpsim.raster.splat import Tile, tiles
from smpsim.raster.walk import Scene
from smpsim.scalp.grid import Grid, average_over_cells

Progress = Callable[[float, str], None]
Result = TypeVar("Result")
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
    hair = scene.hair.at_scale(canvas.px_per_mm)

    def paint(piece: _Piece) -> F64:
        pixels = canvas.pixels[piece.where][piece.part]
        for channel, factor in enumerate(_factors(scene, canvas, hair, piece)):
            image[*piece.inside, channel] = darkened(pixels[..., channel], factor[piece.part], canvas.space, channel)
        coverage = canvas.coverage[piece.where][piece.part]
        return np.asarray(np.einsum("chw,hw->c", 1 - piece.transmittance[:, *piece.part], coverage), np.float64)

    seen = Seen(scene.blobs, scene.camera, canvas.px_per_mm, options)
    for done, loss in _for_each_piece(paint, seen, canvas, window, scene.redness):
        if loss is not None:
            lost += loss
        if progress:
            progress(done, "picture")
    red, green, blue = (lost / weight).tolist() if weight else (0.0, 0.0, 0.0)
    return Drawn(image, (red, green, blue))


def light_maps(scene: Scene, canvas: Canvas, window: Window, options: RenderOptions) -> tuple[F32, F32]:
    """Linear light as the camera saw it, and transmittance before the camera, of some rows and columns, (h, w, 3)."""
    linear = canvas.space.decode(np.ascontiguousarray(canvas.pixels[window]))
    transmittance = np.ones(linear.shape, np.float32)
    hair = scene.hair.at_scale(canvas.px_per_mm)

    def shade(piece: _Piece) -> None:
        for channel, factor in enumerate(_factors(scene, canvas, hair, piece)):
            linear[*piece.inside, channel] *= factor[piece.part]

    def fill(piece: _Piece) -> None:
        transmittance[piece.inside] = np.moveaxis(piece.transmittance[:, *piece.part], 0, -1)

    seen = Seen(scene.blobs, scene.camera, canvas.px_per_mm, options)
    exact = Before(scene.blobs, canvas.px_per_mm, options)
    shaded = _for_each_piece(shade, seen, canvas, window, scene.redness)
    for _ in chain(shaded, _for_each_piece(fill, exact, canvas, window)):
        pass
    return linear, transmittance


@dataclass(frozen=True, eq=False)
class _Piece:
    """A tile that dots or redness reach: where it is, and where it and the window overlap, in either.

    Transmittance is that of the dots; redness what the blood of irritated skin leaves, if it takes any.
    """

    where: Window
    transmittance: F32
    redness: F32 | None
    inside: Window
    part: Window


def _for_each_piece(
    work: Callable[[_Piece], Result],
    dots: Seen | Before,
    canvas: Canvas,
    window: Window,
    redness: Redness | None = None,
) -> Iterator[tuple[float, Result | None]]:
    """Work on the tiles of a window, in order; yield the share that is done and the result, None where nothing is."""
    height, width = canvas.coverage.shape
    every = list(tiles((height, width), *window))
    for number, tile in enumerate(every, 1):
        t = dots.transmittance(tile)
        red = None if redness is None else redness.left(tile.rows, tile.columns, canvas.px_per_mm)
        if t is None and red is not None:
            t = np.ones((3, tile.rows.stop - tile.rows.start, tile.columns.stop - tile.columns.start), np.float32)
        yield number / len(every), None if t is None else work(_piece(tile, t, red, window))


def _piece(tile: Tile, transmittance: F32, redness: F32 | None, window: Window) -> _Piece:
    down, across = (
        slice(max(mine.start, wanted.start), min(mine.stop, wanted.stop))
        for mine, wanted in zip((tile.rows, tile.columns), window, strict=True)
    )
    where = (tile.rows, tile.columns)
    inside = (_from(down, window[0]), _from(across, window[1]))
    return _Piece(where, transmittance, redness, inside, (_from(down, tile.rows), _from(across, tile.columns)))


def _from(span: slice, frame: slice) -> slice:
    """Return a span counted from the beginning of a frame."""
    return slice(span.start - frame.start, span.stop - frame.start)


def _factors(scene: Scene, canvas: Canvas, hair: Grid, piece: _Piece) -> Iterator[F32]:
    """Yield what the light of the whole tile of a piece is multiplied by, channel by channel."""
    transmittance = piece.transmittance if piece.redness is None else piece.transmittance * piece.redness
    if canvas.grey:
        transmittance = neutral(transmittance, canvas.space)
    before = hair.on_pixels(*piece.where, canvas.px_per_mm)
    for t, share in zip(transmittance, scene.light.diffuse, strict=True):
        factor = factors(t, share.on_pixels(*piece.where, canvas.px_per_mm))
        if before.any():
            factor = behind(factor, before, canvas.px_per_mm)
        yield factor if canvas.alpha is None else np.where(canvas.alpha[piece.where] == 0, np.float32(1), factor)
