"""A preview: the picture, its dots and numbers, and how it is shown and saved.

Numbers: an estimate of what halved colour spoils, and a choice of layout.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

import smpsim
from smpsim import html
from smpsim.arrays import F32, U8
from smpsim.dots.table import Dots
from smpsim.files.atomic import check_writable, write_atomic
from smpsim.files.encode import encode_picture, format_of
from smpsim.files.openraster import encode_layers
from smpsim.files.photo import Photo
from smpsim.raster.draw import Canvas, light_maps, reduced
from smpsim.raster.options import RenderOptions
from smpsim.raster.walk import Scene
from smpsim.stats import PreviewStats
from smpsim.treatment import Treatment
from smpsim.words import words

# dots below this many pixels are not to be coded with halved colour resolution
_FINE_DOTS_PX = 3.0
# longer side of the picture that notebooks show
_NOTEBOOK_PX = 1024


@dataclass(frozen=True, eq=False, repr=False)
class Preview:
    """A simulated picture of a treatment; made by :func:`render`.

    Attributes
    ----------
    image : ndarray (H, W, 3) uint8
        The preview in the photo's own encoding.
    dots : Dots
        All dots, also those outside a window.
    stats : PreviewStats
        Its numbers.
    photo : Photo
        The photo as it came, at its full size; without its line when that is hidden.
    treatment : Treatment
        What was rendered.
    """

    image: U8
    dots: Dots
    stats: PreviewStats
    photo: Photo
    treatment: Treatment
    _scene: Scene | None
    _canvas: Canvas
    _window: tuple[slice, slice]
    _options: RenderOptions
    _before: U8
    _inputs: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.image.flags.writeable = False

    def __repr__(self) -> str:
        height, width = self.image.shape[:2]
        return f"<Preview: {width} x {height} px, {len(self.dots)} dots, seed {self.stats.seed}>"

    @cached_property
    def _maps(self) -> tuple[F32, F32]:
        if self._scene is None:
            linear = self._canvas.space.decode(self.image)
            maps = linear, np.ones(linear.shape, np.float32)
        else:
            maps = light_maps(self._scene, self._canvas, self._window, self._options)
        for array in maps:
            array.flags.writeable = False
        return maps

    @property
    def linear(self) -> F32:
        """(H, W, 3) float32: the preview in linear light, in the photo's own primaries; computed when asked for."""
        return self._maps[0]

    @property
    def transmittance(self) -> F32:
        """(H, W, 3) float32, 0 to 1: share of diffuse light that the dots let pass; computed when asked for.

        The mean over each pixel, before the camera.
        """
        return self._maps[1]

    @property
    def before(self) -> U8:
        """(H, W, 3) uint8: the same pixels of the photo as it came."""
        pixels = self._before[self._window]
        pixels.flags.writeable = False
        return pixels

    @property
    def alpha(self) -> U8 | None:
        """(H, W) uint8: the photo's opacity, unchanged; None when it has none."""
        if self._canvas.alpha is None:
            return None
        alpha = self._canvas.alpha[self._window]
        alpha.flags.writeable = False
        return alpha

    def encode(self, format: str) -> bytes:
        """Encode the preview, marked as a simulation.

        Parameters
        ----------
        format : {"jpeg", "png", "webp", "tiff"}
            The format.

        Raises
        ------
        ParameterError
            When the format is unknown or cannot hold a picture of this size.
        """
        return encode_picture(
            self.image,
            format=format,
            profile=self.photo.profile,
            alpha=self.alpha,
            dpi=self.photo.dpi,
            jpeg=self.photo.jpeg,
            fine_detail=self.stats.seen_diameter_mm * self._canvas.px_per_mm < _FINE_DOTS_PX,
            label=self.label,
        )

    @property
    def label(self) -> dict[str, Any]:
        """What is written into every file, so that the preview can be made again.

        `window`, `max_px` and `hidden_line_mm` are named when they were asked for.
        """
        stats = self.stats
        rows, columns = self._window
        height, width = self._canvas.coverage.shape
        shown: dict[str, Any] = {}
        if self.image.shape[:2] != (height, width):
            shown["window"] = [columns.start, rows.start, columns.stop - columns.start, rows.stop - rows.start]
        if (width, height) != self.photo.size:
            shown["max_px"] = max(width, height)
        if stats.hidden_line_mm:
            shown["hidden_line_mm"] = round(stats.hidden_line_mm, 1)
        return {
            "simulation": True,
            "version": smpsim.__version__,
            "treatment": self.treatment.as_dict(),
            "seed": stats.seed,
            "px_per_mm": stats.px_per_mm,
            "scale_source": stats.scale_source,
            "skin_tone_source": stats.skin_tone_source,
            "surface": stats.surface,
            **shown,
        }

    def encode_layers(self) -> bytes:
        """Encode photo, dots and treated area as the layers of an OpenRaster file (.ora)."""
        mask = self._canvas.coverage[self._window]
        profile, alpha = self.photo.profile, self.alpha
        return encode_layers(self.before, self.image, mask, profile=profile, alpha=alpha, label=self.label)

    def save(self, path: str | os.PathLike[str], overwrite: bool = False) -> None:
        """Write the preview; the extension says the format (.jpg .png .webp .tif).

        The photo's profile and resolution are kept, all other metadata is dropped, and the file says that it is a
        simulation.  It is written whole or not at all.

        Parameters
        ----------
        path : str or path-like
            The file.
        overwrite : bool
            Whether an existing file may be replaced; those of the photo and its masks never are.

        Raises
        ------
        OutputExistsError
            When the file exists and `overwrite` is false, or it is one of those that were read.
        OutputError
            When it cannot be written.
        ParameterError
            When the extension is unknown or the format cannot hold a picture of this size.
        """
        format = format_of(path)
        check_writable(path, overwrite=overwrite, inputs=self._inputs)
        write_atomic(path, self.encode(format), overwrite=overwrite, inputs=self._inputs)

    def _small(self, pixels: U8, format: str) -> bytes:
        shown = replace(self.photo, pixels=pixels, alpha=self.alpha)
        return encode_small(shown, _NOTEBOOK_PX, format=format, label=self.label)

    def _repr_png_(self) -> bytes:
        return self._small(self.image, "png")

    def _repr_html_(self) -> str:
        before, after = (self._small(pixels, "jpeg") for pixels in (self.before, self.image))
        alt = words()("compare.alt_preview", dots=self.stats.n_dots, area=f"{self.stats.area_cm2:.0f}")
        return html.slider(before, after, alt=alt)


def encode_small(photo: Photo, max_px: int, *, format: str = "jpeg", label: dict[str, Any] | None = None) -> bytes:
    """Return a photo as a picture for the screen.

    Parameters
    ----------
    photo : Photo
        The photo, or a picture that was made of one.
    max_px : int
        Its longer side becomes at most this.
    format : {"jpeg", "png"}
        The format.
    label : dict, optional
        Marks it as a simulation.
    """
    nothing = np.zeros(photo.pixels.shape[:2], np.float32)
    small = reduced(Canvas(photo.pixels, nothing, photo.alpha, photo.space, 1.0, photo.is_grey), max_px)
    return encode_picture(
        small.pixels, format=format, profile=photo.profile, alpha=small.alpha, fine_detail=True, label=label
    )
