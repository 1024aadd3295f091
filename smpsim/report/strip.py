"""A strip of depths: the same piece of scalp, at the photo's own size, with the pigment at several depths."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw
from scipy.ndimage import uniform_filter

from smpsim.arrays import F32, U8
from smpsim.files.encode import encode_picture
from smpsim.files.photo import Photo
from smpsim.preview import Preview
from smpsim.report.lettering import lettering
from smpsim.scalp.grid import average_over_cells
from smpsim.scalp.scale import Scale
from smpsim.sitting import Sitting, Window
from smpsim.treatment import Treatment
from smpsim.words import Words, words

#: from the upper edge of the right depth to far too deep, mm
DEPTHS_MM = (0.15, 0.25, 0.4, 0.6, 0.9)

_CROP_MM = 28.0
_GAP_PX, _MARGIN_PX, _TEXT_PX = 8, 12, 15
_INK, _PAPER = (17, 17, 17), (255, 255, 255)


def depth_strip(
    photo: Photo,
    mask: F32,
    *,
    scale: Scale,
    treatment: Treatment,
    depths_mm: Sequence[float] = DEPTHS_MM,
    seed: int = 0,
    language: str = "en",
) -> bytes:
    """Return a PNG of the same piece of scalp with the pigment at several depths, side by side.

    Parameters
    ----------
    photo : Photo
        The photo.
    mask : ndarray (H, W) float32, 0..1
        Where dots go; not empty.
    scale : Scale
        Pixels per mm.
    treatment : Treatment
        Everything but the depth.
    depths_mm : sequence of float, mm
        Depths of the middle of the pigment below the skin, 0.05 to 3 mm.
    seed : int
        The same dots in every piece.
    language : {"en", "de"}
        Of the captions.

    Returns
    -------
    bytes
        The picture, captioned and marked as a simulation.

    Raises
    ------
    ParameterError
        When there are no texts in that language.
    MissingExtraError
        When its letters take a font that is not installed.
    """
    say = words(language)
    window = _fullest(mask, round(_CROP_MM * scale.px_per_mm))
    sitting = Sitting(photo, mask, scale=scale)
    previews = [
        sitting.render(treatment=treatment.replace(depth_mm=depth), window=window, seed=seed) for depth in depths_mm
    ]
    label = previews[0].label | {"depths_mm": list(depths_mm)}
    return encode_picture(_laid_out(previews, depths_mm, say), format="png", profile=photo.profile, label=label)


def _fullest(mask: F32, side_px: int) -> Window:
    """Return the square, as it fits into the picture, in which the mask is fullest; the most central of equals."""
    height, width = mask.shape
    h, w = min(side_px, height), min(side_px, width)
    cell = max(min(h, w) // 16, 1)
    cells = average_over_cells(mask, cell, range(-(-height // cell)), range(-(-width // cell)))
    share = uniform_filter(cells, (max(h // cell, 1), max(w // cell, 1)), mode="constant")
    i, j = np.indices(share.shape)
    rows, columns = np.nonzero(cells)
    away = np.hypot(i - rows.mean(), j - columns.mean()) / max(share.shape)
    row, column = np.unravel_index(int(np.argmax(share - 0.01 * away)), share.shape)
    x, y = int(column) * cell - w // 2, int(row) * cell - h // 2
    return min(max(x, 0), width - w), min(max(y, 0), height - h), w, h


def _laid_out(previews: Sequence[Preview], depths_mm: Sequence[float], say: Words) -> U8:
    """Lay the pieces side by side on white paper, each with its caption, and the words that it is a simulation."""
    height, width = previews[0].image.shape[:2]
    font = lettering(_TEXT_PX, say)
    captions = [say("depth.caption", depth=say.number(depth)) for depth in depths_mm]
    n = len(previews)
    line = round(1.4 * _TEXT_PX)
    sheet = Image.new(
        "RGB",
        (2 * _MARGIN_PX + n * width + (n - 1) * _GAP_PX, 2 * _MARGIN_PX + height + 5 * line),
        _PAPER,
    )
    draw = ImageDraw.Draw(sheet)
    for k, (preview, caption) in enumerate(zip(previews, captions, strict=True)):
        x = _MARGIN_PX + k * (width + _GAP_PX)
        sheet.paste(Image.fromarray(preview.image), (x, _MARGIN_PX))
        draw.multiline_text((x, _MARGIN_PX + height + line // 3), caption, _INK, font)
    draw.text((_MARGIN_PX, _MARGIN_PX + height + 4 * line), say("simulation.long"), _INK, font)
    return np.asarray(sheet)
