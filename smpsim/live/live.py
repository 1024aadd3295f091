"""A photo that is looked at while something moves.

What is kept, and what makes it anew:

* the photo at the sizes that were shown (:mod:`smpsim.live.ground`): another piece or size;
* its light, camera and hair (:mod:`smpsim.live.sight`): another scale, a mask that has changed by much; at rest any;
* more dots than are asked for (:mod:`smpsim.live.plenty`): another spacing, head or seed, a mask far outside;
* their optics (:mod:`smpsim.live.marks`): another treatment; a dot that has not stood before;
* what they leave in each pixel (:mod:`smpsim.live.plate`): another piece or size.

Numbers: choices of speed and memory; that dots reach 4 mm is an estimate, redness as in :mod:`smpsim.raster.redness`.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from smpsim.arrays import U8, Bool
from smpsim.dots.arms import BODY, BODY_MM
from smpsim.dots.border import NARROW, reach_mm
from smpsim.dots.density import Density
from smpsim.files.photo import Photo
from smpsim.ink.course import last_work_days, share_placed
from smpsim.live.few import Few
from smpsim.live.glance import Lit, drawn
from smpsim.live.ground import Ground, Sheet
from smpsim.live.marks import Chunk, Optics, sessions_matter, stands
from smpsim.live.masks import Drawn, Masks
from smpsim.live.plate import Plate, Sums, sums
from smpsim.live.plenty import Kind, Plenty
from smpsim.live.question import DRAG, LAYER, Clock, Frame, Question
from smpsim.live.sight import Eye, Sight
from smpsim.live.tally import tally
from smpsim.project import View
from smpsim.raster.draw import Progress
from smpsim.raster.redness import Redness, measure_redness
from smpsim.raster.walk import skin_of
from smpsim.scalp.mask import Area, unprotected
from smpsim.scalp.scale import Scale
from smpsim.scalp.shaped import shaped
from smpsim.scalp.surface import Surface
from smpsim.stats import PreviewStats, measure_nothing
from smpsim.treatment import Treatment

# mean densities whose ratio is less than this count as equally crowded
_CROWD_STEP = 1.1
# areas are measured on whole blocks of so many cells: random fields stay known while a line is dragged
_SNAP_CELLS = 16
# distances from the edge are found a little farther than anything looks at them
_MORE_MM = 2.0
# how far dots, and redness, reach beyond the area; what they reach is drawn to whole blocks
_FAR_MM, _RED_MM, _BLOCK_PX = 4.0, 10.0, 64
# what is remembered: masks and densities, treatments with their optics, plates with what is pressed on them
_FEW, _OPTICS, _PLATES = 2, 2, 3


class Live:
    """A photo, and all that is known of it.

    Parameters
    ----------
    photo : Photo
        The photo, upright.
    """

    def __init__(self, photo: Photo) -> None:
        self.photo = photo
        self.ground = Ground(photo.pixels, photo.alpha, photo.space)
        self._masks, self._eye = Masks(), Eye(photo)
        self._drawn: Few[Drawn] = Few(_FEW)
        self._areas: Few[Area] = Few(_FEW)
        self._densities: Few[Density] = Few(_FEW)
        self._plenty: Plenty | None = None
        self._optics: Few[Optics] = Few(_OPTICS)
        self._lit: Few[Lit] = Few(_PLATES)
        self._plates: Few[Plate] = Few(_PLATES)
        self._told: PreviewStats | None = None
        self._head: tuple[object, Surface] | None = None

    def frame(self, question: Question, progress: Progress | None = None) -> Frame:
        """Draw a view."""
        clock = Clock(progress)
        sheet = self.ground.sheet(question.box, question.max_px, snapped=question.quality == DRAG)
        clock("photo")
        view, scale = question.view, question.scale
        mask = self._drawn.of(
            lambda: self._masks.of(view, scale.px_per_mm), view.mask, *drawn_on(view), scale.px_per_mm
        )
        clock("mask")
        if not unprotected(mask.coverage, mask.protect).any():
            return self._bare(sheet, question, clock)
        surface, treatment, notices = self._shaped(mask, question)
        reach = max(reach_mm(treatment.edge) / NARROW, BODY_MM / BODY) + _MORE_MM
        area = self._areas.of(
            lambda: Area(mask.coverage, mask.px_per_mm, surface, mask.protect, _SNAP_CELLS, reach),
            mask,
            surface,
            reach,
        )
        asked = replace(question, treatment=treatment)
        sight = self._eye.see(area, asked)
        clock("light")
        return self._treated(sheet, area, sight, asked, (*self.photo.notices, *notices), clock)

    def _shaped(self, mask: Drawn, question: Question) -> tuple[Surface, Treatment, tuple[str, ...]]:
        """Settle the shape of the head; one that is fitted to the mask stays while something is dragged."""
        key = question.treatment.head, question.scale.px_per_mm
        moving = question.quality in (DRAG, LAYER)
        known = self._head[1] if moving and self._head is not None and self._head[0] == key else None
        found = shaped(known, question.treatment, mask.coverage, Scale(mask.px_per_mm))
        self._head = key, found[0]
        return found

    def _treated(
        self, sheet: Sheet, area: Area, sight: Sight, asked: Question, notices: tuple[str, ...], clock: Clock
    ) -> Frame:
        """Draw dots on a sheet."""
        treatment, seed, look = asked.treatment, asked.seed, sight.look
        full = treatment.placement.added_per_cm2
        density = self._densities.of(
            lambda: Density(area, full, treatment.edge, seed), area, full, treatment.edge, seed
        )
        plenty = self._placed(area, asked)
        standing = plenty.standing(density, treatment.course)
        clock("dots")
        optics = self._optics_of(plenty, sight, density, len(standing.which), asked)
        whole, part = optics.parted(standing, density)
        there = stands(whole, len(plenty))
        clock("ink")
        px_per_mm = asked.scale.px_per_mm / sheet.cell
        redness = self._redness(area, sight, asked)
        touched = _touched(sheet, area, px_per_mm, 0.0 if redness is None else _RED_MM)
        key = sheet, touched[0].start, touched[0].stop, touched[1].start, touched[1].stop
        lit = self._lit.of(lambda: Lit.of(sheet.part(*touched), look, px_per_mm, self.photo.is_grey), look, *key)
        image, left = lit.sheet.pixels, np.ones((3, *lit.sheet.shape), np.float32)
        if len(standing.which):
            plate, total = self._total(lit, optics, there, part, coarse=asked.quality == DRAG)
            clock("sums")
            image, left = drawn(lit, plate, total, look.camera, redness)
        clock("picture")
        quick = self._told if asked.quality in (DRAG, LAYER) else None
        standing_in = [(chunk, there[chunk.which]) for chunk in optics.chunks]
        if part is not None:
            standing_in.append((part, np.ones(len(part.which), np.bool_)))
        stats = tally(quick, sight, density, standing_in, lit, left, asked, notices)
        clock("numbers")
        self._told = stats
        stats = replace(stats, seconds=clock.seconds)
        return Frame(_pasted(sheet, lit.sheet, image), sheet.alpha, sheet.region, stats, treatment, sight.settled)

    def _placed(self, area: Area, asked: Question) -> Plenty:
        """Return dots enough."""
        treatment = asked.treatment
        kind = Kind.of(treatment.placement, area.surface, asked.seed)
        most = treatment.placement.added_per_cm2 * max(share_placed(treatment.course), 1.0)
        if self._plenty is None or not self._plenty.serves(kind, area, most):
            self._plenty = Plenty(kind, area, most)
        return self._plenty

    def _optics_of(self, plenty: Plenty, sight: Sight, density: Density, n: int, asked: Question) -> Optics:
        """Return what is known of the dots under a treatment."""
        treatment, camera = asked.treatment, sight.look.camera
        skin = skin_of(treatment, sight.look.light)
        # the crowd in which a dot stands matters little: so it is told in steps, not to be found anew for each mask
        crowd = _CROWD_STEP ** round(math.log(max(n / max(density.area.area_cm2, 1e-9), 1.0)) / math.log(_CROWD_STEP))
        full = density.full_per_cm2
        sections = treatment.deposit, treatment.ink, treatment.course, treatment.skin, treatment.edge
        return self._optics.of(
            lambda: Optics(plenty, treatment, skin, camera, (full, crowd), asked.seed),
            *(plenty, sight.look, *sections, full * sessions_matter(treatment.course), crowd, asked.seed),
        )

    def _total(self, lit: Lit, optics: Optics, there: Bool, part: Chunk | None, *, coarse: bool) -> tuple[Plate, Sums]:
        """Add up what the dots leave on a sheet."""
        sheet = lit.sheet
        like = optics.chunks[0] if optics.chunks else part
        assert like is not None  # some dot stands
        plate = self._plates.of(
            lambda: Plate(
                sheet.shape,
                (sheet.rows.start, sheet.columns.start),
                lit.px_per_mm,
                optics.camera,
                like.marks,
                coarse=coarse,
            ),
            *(lit, optics, coarse),
        )
        parts = [(plate.keep(chunk.marks), there[chunk.which]) for chunk in optics.chunks]
        plate.forget_but(chunk.marks for chunk in optics.chunks)
        if part is not None:
            parts.append((plate.pressed(part.marks), np.ones(len(part.which), np.bool_)))
        return plate, sums(plate, parts)

    def _redness(self, area: Area, sight: Sight, asked: Question) -> Redness | None:
        """Work out the redness of the skin, on a photo as small as the mask."""
        look, treatment = sight.look, asked.treatment
        if last_work_days(treatment.course) is None:
            return None
        small = self.ground.sheet(None, max(area.coverage.shape))
        skin = skin_of(treatment, look.light)
        return measure_redness(small.pixels, look.space, area, skin=skin, course=treatment.course, seed=asked.seed)

    def _bare(self, sheet: Sheet, question: Question, clock: Clock) -> Frame:
        """Return the photo as it is: nothing is treated."""
        notices = (*self.photo.notices, "nothing is treated yet")
        shape = question.treatment.head.surface
        stats = measure_nothing(
            scale=question.scale, treatment=question.treatment, surface=shape, seed=question.seed, warnings=notices
        )
        stats = replace(stats, seconds=clock.seconds)
        return Frame(sheet.pixels, sheet.alpha, sheet.region, stats, question.treatment, True)


def _touched(sheet: Sheet, area: Area, px_per_mm: float, more_mm: float) -> tuple[slice, slice]:
    """Rows and columns of a sheet that dots may reach, to whole blocks; a single pixel when there are none."""
    assert area.box is not None
    spans = []
    for box, own in zip(area.box, (sheet.rows, sheet.columns), strict=True):
        first, last = (at / area.px_per_mm for at in (box.start, box.stop))
        margin = _FAR_MM + more_mm
        start = max(int((first - margin) * px_per_mm) // _BLOCK_PX * _BLOCK_PX, own.start)
        stop = min(-(-int((last + margin) * px_per_mm + 1) // _BLOCK_PX) * _BLOCK_PX, own.stop)
        if start >= stop:
            rows, columns = sheet.rows.start, sheet.columns.start
            return slice(rows, rows + 1), slice(columns, columns + 1)
        spans.append(slice(start, stop))
    return spans[0], spans[1]


def _pasted(sheet: Sheet, part: Sheet, image: U8) -> U8:
    """Return a sheet with another picture of a part of it."""
    if part.shape == sheet.shape:
        return image
    whole = sheet.pixels.copy()
    top, left = part.rows.start - sheet.rows.start, part.columns.start - sheet.columns.start
    whole[top : top + image.shape[0], left : left + image.shape[1]] = image
    return whole


def drawn_on(view: View) -> tuple[object, ...]:
    """Tell what is drawn on photos apart, but for masks that were brought along, without drawing it."""
    line = view.hairline
    drawn = None if line is None else (tuple(line.points.items()), line.rear, line.axis, line.sharp)
    return drawn, view.strokes
