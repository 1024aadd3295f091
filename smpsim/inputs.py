"""A photo, its mask and its scale: what every way to a preview begins with."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from smpsim.arrays import F32
from smpsim.errors import MaskError, PhotoError
from smpsim.files.encode import flatten_notice
from smpsim.files.mask_file import empty_mask, read_mask_with_notices
from smpsim.files.metadata import label_of
from smpsim.files.photo import Photo, read_photo
from smpsim.files.source import Source, one_line, path_of, shown_name
from smpsim.project import View
from smpsim.scalp.proposal import propose_mask
from smpsim.scalp.scale import Scale

if TYPE_CHECKING:
    from smpsim.preview import Preview
    from smpsim.stats import PreviewStats

#: how the notice begins that a mask was proposed
PROPOSED = "no mask was given"
# photos of scalps show more than this: an estimate
_CLOSE_MM = 50


class Ruler(Protocol):
    """Whoever knows the scale, or finds it."""

    def known(self) -> Scale | None:
        """Return the scale when it does not take the photo to know it."""

    def found(self, photo: Photo, coverage: F32) -> Scale:
        """Return the scale of a photo: the known one, if it can be that of this photo, else one that is found."""


@dataclass(frozen=True)
class Inputs:
    """A photo, its mask and its scale, as a command works on them.

    Attributes
    ----------
    photo : Photo
        The photo; it has its own notices.
    coverage : ndarray (H, W) float32
        The mask, 0 to 1, not empty.
    scale : Scale
        As given, else estimated.
    notices : tuple of str
        What reading the mask had to say.
    seconds : dict of str to float
        How long it took.
    protect : ndarray (H, W) float32 or None
        What is kept free of dots, 0 to 1.
    """

    photo: Photo
    coverage: F32
    scale: Scale
    notices: tuple[str, ...]
    seconds: dict[str, float]
    protect: F32 | None = None

    def numbers(self, preview: Preview, format: str, writing: float) -> PreviewStats:
        """Return the numbers of a preview made of them, with what reading and writing (since `writing`) had to say."""
        seconds = {**preview.stats.seconds, **self.seconds, "write": time.perf_counter() - writing}
        flat = flatten_notice(format, preview.alpha)
        warnings = (*self.notices, *preview.stats.warnings, *((flat,) if flat else ()))
        return replace(preview.stats, seconds=seconds, warnings=warnings)


def read_inputs(
    photo: Source,
    mask: Source | None,
    ruler: Ruler,
    *,
    mask_name: str | None = None,
    protect: Source | None = None,
) -> Inputs:
    """Read a photo and its mask, and find the scale.

    Parameters
    ----------
    photo, mask : path, bytes or binary file
        The pictures; without a mask (None) one is proposed, and a notice says from what.
    ruler : Ruler
        Where the scale comes from.
    mask_name : str, optional
        What the mask is called in messages; its file name when not given.
    protect : path, bytes or binary file, optional
        A mask of what is kept free of dots.

    Raises
    ------
    ParameterError
        When the scale is wrong.
    PhotoError, MaskError
        When a picture cannot be used; the mask also when it is empty.
    """
    ruler.known()  # what is wrong about it is said before the photo is read
    begun = time.perf_counter()
    picture = read_photo(photo)
    coverage, notices = _proposed(picture) if mask is None else read_mask_with_notices(mask, like=picture)
    if mask is not None and not coverage.any():
        raise empty_mask(mask_name or shown_name(mask), path_of(mask))
    kept, others = (None, ()) if protect is None else _protected(protect, picture, coverage)
    read = time.perf_counter()
    scale = ruler.found(picture, coverage)
    seconds = {"read": read - begun, "scale": time.perf_counter() - read}
    notices = (*notices, *others, *_close(picture, scale), *_again(photo))
    return Inputs(picture, coverage, scale, notices, seconds, kept)


def view_inputs(view: View, photo: Source, ruler: Ruler) -> Inputs:
    """Make the inputs of a view of a project: what is treated is drawn in it.

    Parameters
    ----------
    view : View
        The view.
    photo : path, bytes or binary file
        Its photo.
    ruler : Ruler
        Its known scale wins over the view's; where neither is known it finds one.

    Raises
    ------
    PhotoError, MaskError
        When the photo cannot be read, has another size than the project says, or nothing is treated in the view.
    """
    name = one_line(view.name or view.photo.name)
    begun = time.perf_counter()
    picture = read_photo(photo)
    if picture.size != view.photo.size:
        (w, h), (v, g) = picture.size, view.photo.size
        raise PhotoError(f"{name}: the photo has {w} x {h} px, and {v} x {g} px in its project")
    coverage, kept = view.area()
    protect = kept if kept.any() else None
    if not (coverage * (1 - kept)).any():
        raise MaskError(f"{name}: nothing is treated in this view: draw a line or paint in it first")
    read = time.perf_counter()
    scale = (view.scale if ruler.known() is None else None) or ruler.found(picture, coverage)
    seconds = {"read": read - begun, "scale": time.perf_counter() - read}
    return Inputs(picture, coverage, scale, _close(picture, scale), seconds, protect)


def _close(photo: Photo, scale: Scale) -> tuple[str, ...]:
    """Tell of a scale by which the photo shows next to nothing."""
    width, height = (side / scale.px_per_mm for side in photo.size)
    if max(width, height) >= _CLOSE_MM:
        return ()
    return (f"at {scale.px_per_mm:.4g} px/mm the whole photo shows {width:.0f} x {height:.0f} mm: check the scale",)


def _again(photo: Source) -> tuple[str, ...]:
    """Tell that a photo is a preview; what comes through a pipe cannot be read again."""
    stays = isinstance(photo, bytes) or (isinstance(photo, str | os.PathLike) and os.path.isfile(photo))
    if not stays or label_of(photo) is None:
        return ()
    return ("this photo is itself a simulation: its dots are rendered over",)


def _protected(protect: Source, photo: Photo, coverage: F32) -> tuple[F32, tuple[str, ...]]:
    """Read what is kept free of dots."""
    kept, notices = read_mask_with_notices(protect, like=photo)
    if not (coverage * (1 - kept)).any():
        raise MaskError(f"{shown_name(protect)}: protects all of the mask: nothing is left to treat")
    return kept, notices


def _proposed(photo: Photo) -> tuple[F32, tuple[str, ...]]:
    """Propose a mask, and say that it is no more than that."""
    proposal = propose_mask(photo.pixels)
    keep = "keep it with smpsim render --save-mask and correct it"
    return proposal.coverage, (f"{PROPOSED}: one was proposed {proposal.origin}; {keep}",)
