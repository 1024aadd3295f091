"""What one photo of a batch takes, and what comes of it: small frozen records that cost nothing to send."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from smpsim.treatment import Treatment

if TYPE_CHECKING:
    from smpsim.scalp.scale import Scale
    from smpsim.scalp.surface import Surface
    from smpsim.stats import PreviewStats


@dataclass(frozen=True)
class Job:
    """One photo, or one view of a project, to render; paths alone, never pictures.

    Attributes
    ----------
    src : str
        The photo or the project; it and the other paths are as they were given.
    mask : str or None
        Its mask; None: one is proposed.
    out : str
        The preview to write.
    sidecar : str or None
        Treatment file of this photo alone.
    overwrite : bool
        Whether `out` may be replaced.
    protect : str or None
        Mask of what is kept free of dots.
    view : int or None
        When `src` is a project: which of its views, from 0.
    photo : str or None
        The view's photo, when it lies beside the project.
    pixels : int
        How many the view's photo has.
    """

    src: str
    mask: str | None
    out: str
    sidecar: str | None = None
    overwrite: bool = False
    protect: str | None = None
    view: int | None = None
    photo: str | None = None
    pixels: int = 0

    @property
    def inputs(self) -> tuple[str, ...]:
        """Files that must not be written to."""
        return tuple(
            path for path in (self.src, self.mask, self.sidecar, self.protect, self.photo) if path is not None
        )


@dataclass(frozen=True)
class Settings:
    """What all photos of a batch share.

    Attributes
    ----------
    treatment : Treatment
        Where a photo has no sidecar, and below what a sidecar says; projects have their own.
    overrides : mapping of str to value
        Leaves that win over sidecars and projects.
    scale : Scale or None
        Of all photos; None: the sidecar's, else estimated.
    head_width_mm : float or None
        Breadth of the heads, mm, 100 to 220, for the estimate.
    surface : Surface or None
        Shape of the scalp.
    seed : int
        Seed of everything random, the same for every photo; projects have their own.
    hide_lines : bool
        Whether lines drawn on the skin are hidden where one is found.
    """

    treatment: Treatment = field(default_factory=Treatment)
    overrides: Mapping[str, Any] = field(default_factory=dict)
    scale: Scale | None = None
    head_width_mm: float | None = None
    surface: Surface | None = None
    seed: int = 0
    hide_lines: bool = False


@dataclass(frozen=True)
class BatchError:
    """Why a photo failed.

    Attributes
    ----------
    code : int
        Exit status that `smpsim render` would have had.
    message : str
        One line; files by their names alone.
    """

    code: int
    message: str


@dataclass(frozen=True)
class BatchResult:
    """What came of one photo of a batch.

    Attributes
    ----------
    src, out : str
        The photo and its preview, as they were given.
    status : str
        "done", "failed", "skipped" (the preview was there) or "planned" (a dry run).
    stats : PreviewStats or None
        Numbers of the preview, when it is done.
    error : BatchError or None
        Why it failed.
    """

    src: str
    out: str
    status: str
    stats: PreviewStats | None = None
    error: BatchError | None = None

    def as_dict(self) -> dict[str, Any]:
        """One flat object, ready for JSON."""
        flat: dict[str, Any] = {"src": self.src, "out": self.out, "status": self.status}
        if self.stats is not None:
            flat |= self.stats.as_dict()
        if self.error is not None:
            flat["error"] = {"code": self.error.code, "message": self.error.message}
        return flat


def failed(job: Job, code: int, message: str) -> BatchResult:
    """Return the result of a photo that failed."""
    return BatchResult(job.src, job.out, "failed", error=BatchError(code, message))
