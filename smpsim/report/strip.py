"""Why depth matters: the same piece of scalp, at the photo's own size, with the needle set to several depths.

A deeper needle leaves the pigment deeper and the deposits larger (:mod:`smpsim.ink.needle`).  One row is healed, one
five years old, when what lies too deep has spread.  Too shallow is not shown: what is shed then is not in the model.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw
from scipy.ndimage import uniform_filter

from smpsim.arrays import F32, U8
from smpsim.files.encode import encode_picture
from smpsim.files.photo import Photo
from smpsim.ink.needle import deposit_diameter_mm, depth_band, pigment_depth_mm, widening
from smpsim.preview import Preview
from smpsim.report.lettering import lettering
from smpsim.scalp.grid import average_over_cells
from smpsim.scalp.scale import Scale
from smpsim.sitting import Sitting, Window
from smpsim.treatment import Treatment
from smpsim.words import Words, words

#: settings of the needle, mm: right three times, too deep, blow-out
NEEDLE_DEPTHS_MM = (0.5, 0.8, 1.2, 1.6, 2.0)

# moments of the rows: key of their caption, and age in days
_ROWS = (("depth.settled", None), ("depth.years", 5 * 365.25))
_CROP_MM = 28.0
_GAP_PX, _MARGIN_PX, _TEXT_PX = 8, 12, 15
_INK, _PAPER = (17, 17, 17), (255, 255, 255)


def depth_strip(
    photo: Photo,
    mask: F32,
    *,
    scale: Scale,
    treatment: Treatment,
    needle_depths_mm: Sequence[float] = NEEDLE_DEPTHS_MM,
    seed: int = 0,
    language: str = "en",
) -> bytes:
    """Return a PNG of the same piece of scalp with the needle at several depths, side by side.

    Parameters
    ----------
    photo : Photo
        The photo.
    mask : ndarray (H, W) float32, 0..1
        Where dots go; not empty.
    scale : Scale
        Pixels per mm.
    treatment : Treatment
        Everything but the depth of the pigment, the size of deposits that follows from it, and the age.
    needle_depths_mm : sequence of float, mm
        What the needle is set to, 0.3 to 3 mm.
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
    pieces = [_with_needle(treatment, depth) for depth in needle_depths_mm]
    rows = [
        [sitting.render(treatment=piece.replace(age_days=age), window=window, seed=seed) for piece in pieces]
        for _, age in _ROWS
    ]
    label = rows[0][0].label | {"needle_depths_mm": list(needle_depths_mm)}
    return encode_picture(_laid_out(rows, say), format="png", profile=photo.profile, label=label)


def _with_needle(treatment: Treatment, depth_mm: float) -> Treatment:
    """Set the needle to a depth; deposits are as large as they were at the depth of the treatment's own needle."""
    wide = deposit_diameter_mm(treatment) / widening(treatment.deposit.needle_depth_mm) * widening(depth_mm)
    return treatment.replace(needle_depth_mm=depth_mm, depth_mm=None, needle_mm=None, diameter_mm=min(wide, 1.0))


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


def _laid_out(rows: Sequence[Sequence[Preview]], say: Words) -> U8:
    """Lay the pieces out on white paper, a row for each moment, with captions and that it is a simulation."""
    height, width = rows[0][0].image.shape[:2]
    font, n, line = lettering(_TEXT_PX, say), len(rows[0]), round(1.4 * _TEXT_PX)
    step = height + line + _GAP_PX
    below = _MARGIN_PX + line + len(rows) * step
    size = 2 * _MARGIN_PX + n * width + (n - 1) * _GAP_PX, below + 6 * line + _MARGIN_PX
    sheet = Image.new("RGB", size, _PAPER)
    draw = ImageDraw.Draw(sheet)
    draw.text((_MARGIN_PX, _MARGIN_PX), say("depth.title"), _INK, font)
    for k, piece in enumerate(rows[0]):
        x = _MARGIN_PX + k * (width + _GAP_PX)
        for row, previews in enumerate(rows):
            sheet.paste(Image.fromarray(previews[k].image), (x, _MARGIN_PX + line + row * step + line))
        draw.multiline_text((x, below), _caption(piece.treatment, say), _INK, font)
    for row, (moment, _) in enumerate(_ROWS):
        draw.text((_MARGIN_PX, _MARGIN_PX + line + row * step), say(moment), _INK, font)
    notes = f"{say('depth.estimate')}\n{say('simulation.long')}"
    draw.multiline_text((_MARGIN_PX, below + 3.5 * line), notes, _INK, font)
    return np.asarray(sheet)


def _caption(treatment: Treatment, say: Words) -> str:
    depth = pigment_depth_mm(treatment)
    needle, rests = (say.number(float(f"{mm:.2g}")) for mm in (treatment.deposit.needle_depth_mm, depth))
    what = say(f"depth.{depth_band(depth).replace(' ', '-')}")
    return say("depth.caption", needle=needle, depth=rests) + f"\n{what}"
