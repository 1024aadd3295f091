"""All photos of a client rendered with one treatment, and its dots counted zone by zone, once each.

Numbers: choices of layout.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from scipy.spatial import cKDTree

from smpsim.api import place_dots
from smpsim.arrays import F32, F64, U8, Int
from smpsim.dots.table import Dots
from smpsim.errors import MaskError
from smpsim.files.case_file import Case, CaseView, CaseZone
from smpsim.files.mask_file import empty_mask
from smpsim.files.photo import Photo
from smpsim.ink.course import share_placed
from smpsim.kinds import needed
from smpsim.preview import Preview
from smpsim.raster.draw import Progress
from smpsim.report.kept_free import KeptFree, kept_free
from smpsim.report.small_moments import Moment, small_moments
from smpsim.report.views import head_view
from smpsim.scalp.mask import Area
from smpsim.scalp.scale import Scale, known_scale
from smpsim.scalp.shaped import shaped
from smpsim.scalp.zones import join_zones
from smpsim.sitting import Sitting, Window, opened_mask, opened_photo
from smpsim.treatment import Treatment

#: longer side of the pictures of a sheet, px: 300 dpi on a quarter of a page
PICTURE_PX = 1200
#: size of the piece at the line, mm: two stand side by side on paper at life size
LINE_MM = (84.0, 40.0)
# share of that piece above the line
_ABOVE = 0.62


@dataclass(frozen=True)
class ZoneNumbers:
    """What is placed in a zone, in the whole treatment.

    Attributes
    ----------
    name, view : str
        Names of the zone and of the view it is counted in.
    area_cm2 : float
        Treated skin, cm2.
    asked_per_cm2 : float
        Density asked for where the mask is full and the feather has ended.
    n_dots_of_session : tuple of int
        Dots that each session adds.
    """

    name: str
    view: str
    area_cm2: float
    asked_per_cm2: float
    n_dots_of_session: tuple[int, ...]

    @property
    def n_dots(self) -> int:
        """Dots in all sessions."""
        return sum(self.n_dots_of_session)

    @property
    def density_per_cm2(self) -> float:
        """Dots of all sessions per cm2 of the zone."""
        return self.n_dots / self.area_cm2 if self.area_cm2 else 0.0


@dataclass(frozen=True, eq=False)
class RenderedView:
    """A photo of a case with its previews.

    Attributes
    ----------
    name : str
        That of the view.
    preview : Preview
        The photo; reduced, or the head alone at the photo's own size when it is small.
    after, before : ndarray (h, w, 3) uint8
        The head on that preview, and on the photo without dots, in the photo's own encoding, on white.
    line : Preview or None
        The piece of the photo at the line, at its own size; of the first view alone.
    zones : tuple of ZoneNumbers
        The zones that are counted in this view.
    warnings : tuple of str
        What the user should know.
    moments : tuple of Moment
        Sessions, healed, one year, but for what `after` shows; of the first view alone.
    kept_free : KeptFree
        What is kept free of dots inside of the treated area.
    """

    name: str
    preview: Preview
    after: U8
    before: U8
    line: Preview | None
    zones: tuple[ZoneNumbers, ...]
    warnings: tuple[str, ...]
    moments: tuple[Moment, ...] = ()
    kept_free: KeptFree = field(default_factory=KeptFree)


@dataclass(frozen=True, eq=False)
class RenderedCase:
    """A case with its previews and numbers; made by :func:`render_case`.

    Attributes
    ----------
    case : Case
        What was rendered.
    views : tuple of RenderedView
        In the order of the case.
    """

    case: Case
    views: tuple[RenderedView, ...]

    @property
    def zones(self) -> tuple[ZoneNumbers, ...]:
        """All zones, each once."""
        return tuple(zone for view in self.views for zone in view.zones)

    @property
    def area_cm2(self) -> float:
        """Treated skin, cm2: the sum of the zones."""
        return sum(zone.area_cm2 for zone in self.zones)

    @property
    def area_uncertainty_cm2(self) -> float:
        """Standard uncertainty of that from the scales of the photos, as if all were off the same way, cm2."""
        # areas go with the square of the scale
        return sum(
            2 * view.preview.stats.scale_uncertainty_frac * zone.area_cm2 for view in self.views for zone in view.zones
        )

    @property
    def kept_free(self) -> KeptFree:
        """What is kept free of dots, on all photos."""
        counts, areas = zip(*(view.kept_free for view in self.views), strict=True)
        return KeptFree(sum(counts), sum(areas))

    @property
    def n_dots_of_session(self) -> tuple[int, ...]:
        """Dots that each session adds: the sums of the zones."""
        return tuple(map(sum, zip(*(zone.n_dots_of_session for zone in self.zones), strict=True)))

    @property
    def n_dots(self) -> int:
        """Dots of the whole treatment: the sum of the zones."""
        return sum(self.n_dots_of_session)

    @property
    def density_per_cm2(self) -> float:
        """Dots of the whole treatment per treated cm2."""
        return self.n_dots / self.area_cm2 if self.area_cm2 else 0.0

    def as_dict(self) -> dict[str, Any]:
        """Name -> value, ready for JSON."""
        return {
            "n_dots": self.n_dots,
            "area_cm2": self.area_cm2,
            "density_per_cm2": self.density_per_cm2,
            "n_dots_of_session": self.n_dots_of_session,
            "zones": [
                asdict(zone) | {"n_dots": zone.n_dots, "density_per_cm2": zone.density_per_cm2} for zone in self.zones
            ],
            "warnings": [line for view in self.views for line in view.warnings],
        }


def render_case(case: Case, *, piece_px: int = PICTURE_PX, progress: Progress | None = None) -> RenderedCase:
    """Render all photos of a case and count the dots of each zone.

    Parameters
    ----------
    case : Case
        The photos and the treatment.
    piece_px : int, 100 to 4000
        Longer side of the heads on the previews, 1200 by choice, never enlarged; dots and numbers are those of the
        photos at full size.
    progress : callable, optional
        Called with the share that is done (0 to 1) and the name of the view.

    Returns
    -------
    RenderedCase
        Previews at the moment that the treatment says, and the numbers of the whole treatment, all sessions.

    Raises
    ------
    PhotoError, MaskError
        When a picture cannot be used, or the mask of a zone is empty.
    ParameterError
        When a value is out of its range.
    """
    views = []
    for k, view in enumerate(needed(case, Case, "case").views):
        if progress:
            progress(k / len(case.views), view.name)
        views.append(_rendered(view, case, piece_px, first=k == 0))
    if progress:
        progress(1.0, "")
    return RenderedCase(case, tuple(views))


def _rendered(view: CaseView, case: Case, piece_px: int, *, first: bool) -> RenderedView:
    photo, _ = opened_photo(view.photo)
    opened = [_opened_zone(zone, photo) for zone in view.zones]
    masks = [mask for mask, _ in opened]
    scale = _scale(view, photo, masks)
    coverage, treatment = _joined(view.zones, masks, case.treatment.replace(**view.head), scale)
    sitting = Sitting(photo, coverage, scale=scale, protect=view.protect, hide_line=view.hide_line)
    if sitting.is_empty:
        raise MaskError(f"{view.name or 'the mask'}: everything is protected: nothing is left to treat")
    preview, after, before = head_view(coverage, piece_px).shown(sitting, treatment, case.seed)
    line: Preview | None = None
    moments: tuple[Moment, ...] = ()
    if first:
        window = line_window(coverage, scale.px_per_mm)
        line = sitting.render(treatment=treatment, seed=case.seed, window=window)
        moments = small_moments(sitting, treatment, case.seed)
    warnings = (*(line for _, notices in opened for line in notices), *preview.stats.warnings)
    zones = _counted(view, case, masks, sitting, preview)
    surface = shaped(None, preview.treatment, coverage, scale)[0]
    free = kept_free(coverage, sitting.protect, scale.px_per_mm, surface)
    return RenderedView(view.name, preview, after, before, line, zones, warnings, moments, free)


def _opened_zone(zone: CaseZone, photo: Photo) -> tuple[F32, tuple[str, ...]]:
    mask, notices = opened_mask(zone.mask, photo)
    if not mask.any():
        raise empty_mask(zone.name)
    return mask, notices


def _scale(view: CaseView, photo: Photo, masks: Sequence[F32]) -> Scale:
    if view.scale is not None:
        return known_scale(view.scale)
    return Scale.estimate(photo, np.maximum.reduce(masks))


def _joined(
    zones: Sequence[CaseZone], masks: Sequence[F32], treatment: Treatment, scale: Scale
) -> tuple[F32, Treatment]:
    """Join the zones of a view into one mask, and the density of the densest."""
    densities = _densities(zones, treatment)
    if len(set(densities)) == 1:
        return np.maximum.reduce(masks), treatment.replace(density_per_cm2=densities[0])
    coverage, highest = join_zones(list(zip(masks, densities, strict=True)), px_per_mm=scale.px_per_mm)
    return coverage, treatment.replace(density_per_cm2=highest)


def _densities(zones: Sequence[CaseZone], treatment: Treatment) -> list[float]:
    return [zone.density_per_cm2 or treatment.placement.density_per_cm2 for zone in zones]


def line_window(mask: F32, px_per_mm: float) -> Window:
    """Return the piece of a photo where its area ends downwards, in its middle: the hairline seen from the front.

    Parameters
    ----------
    mask : ndarray (H, W)
        0 to 1, not empty.
    px_per_mm : float
        Scale of the photo; the piece is 84 x 40 mm, as far as the photo goes.
    """
    height, width = mask.shape
    w, h = (min(max(round(mm * px_per_mm), 1), side) for mm, side in zip(LINE_MM, (width, height), strict=True))
    inside = mask > 0.5 * mask.max()
    columns = np.flatnonzero(inside.any(axis=0))
    middle = int(columns[np.argmin(np.abs(columns - np.average(np.arange(width), weights=inside.sum(axis=0))))])
    end = int(np.flatnonzero(inside[:, middle])[-1])
    return min(max(middle - w // 2, 0), width - w), min(max(end - round(_ABOVE * h), 0), height - h), w, h


def _counted(
    view: CaseView, case: Case, masks: Sequence[F32], sitting: Sitting, preview: Preview
) -> tuple[ZoneNumbers, ...]:
    """Count the dots of all sessions in each zone that is counted here; every dot belongs to one zone."""
    dots = _all_dots(sitting, preview)
    of = zone_of_dots(dots, masks, sitting.scale.px_per_mm)
    areas = _areas(masks, sitting, preview)
    n_sessions = case.treatment.course.n_sessions
    asked = _densities(view.zones, case.treatment)
    numbers = []
    for k, zone in enumerate(view.zones):
        if zone.counted_in in ("", view.name):
            counts = np.bincount(dots.session[of == k] - 1, minlength=n_sessions)
            numbers.append(ZoneNumbers(zone.name, view.name, areas[k], asked[k], tuple(int(n) for n in counts)))
    return tuple(numbers)


def _all_dots(sitting: Sitting, preview: Preview) -> Dots:
    """Return the dots of the whole treatment, whatever the moment of the picture; touch-ups are not part of it."""
    treatment = preview.treatment
    if share_placed(treatment.course) == 1:
        return preview.dots
    whole = treatment.replace(session=None, age_days=None)
    return place_dots(
        sitting.coverage, scale=sitting.scale, treatment=whole, seed=preview.stats.seed, protect=sitting.protect
    )


def zone_of_dots(dots: Dots, masks: Sequence[F32], px_per_mm: float) -> Int:
    """Return the number of the zone that each dot belongs to: the fullest under it, else the nearest.

    Parameters
    ----------
    dots : Dots
        N dots.
    masks : sequence of ndarray (H, W)
        The zones of a photo.
    px_per_mm : float
        Scale of the photo.
    """
    if len(masks) == 1:
        return np.zeros(len(dots), np.intp)
    height, width = masks[0].shape
    column = (dots.x_mm * px_per_mm).astype(np.intp).clip(0, width - 1)
    row = (dots.y_mm * px_per_mm).astype(np.intp).clip(0, height - 1)
    under = np.stack([mask[row, column] for mask in masks])
    of = np.asarray(under.argmax(axis=0))
    stray = under.max(axis=0) == 0
    if stray.any():
        # a border that wanders leaves the mask by a few mm
        places = np.column_stack([row[stray], column[stray]])
        step = max(round(px_per_mm), 1)
        of[stray] = np.argmin([cKDTree(_own(masks, k, step)).query(places)[0] for k in range(len(masks))], axis=0)
    return of


def _own(masks: Sequence[F32], k: int, step: int) -> F64:
    """Return every `step`-th pixel of a zone; all of them where it is so thin that none is met."""
    rows, columns = (step * at for at in np.nonzero(masks[k][::step, ::step]))
    own = np.argmax([mask[rows, columns] for mask in masks], axis=0) == k
    if step > 1 and not own.any():
        return _own(masks, k, 1)
    return np.column_stack([rows[own], columns[own]]).astype(np.float64)


def _areas(masks: Sequence[F32], sitting: Sitting, preview: Preview) -> list[float]:
    """Return the skin of each zone, cm2; where zones overlap it belongs to the fullest."""
    if len(masks) == 1:
        return [preview.stats.area_cm2]
    surface = shaped(None, preview.treatment, sitting.coverage, sitting.scale)[0]
    best, most = np.zeros(masks[0].shape, np.uint8), masks[0]
    for k, mask in enumerate(masks[1:], 1):
        best[mask > most] = k
        most = np.maximum(most, mask)
    parts = [np.where(best == k, mask, np.float32(0)) for k, mask in enumerate(masks)]
    return [
        Area(part, sitting.scale.px_per_mm, surface, sitting.protect).area_cm2 if part.any() else 0.0 for part in parts
    ]
