"""What lies beside photos: their masks, what is kept free of dots, their treatments."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace

from smpsim.bulk.job import BatchResult, Job, failed
from smpsim.bulk.names import Companions
from smpsim.bulk.sources import Found, ViewOf
from smpsim.errors import MaskError, ProjectError, SmpsimError, exit_code_of, message_of
from smpsim.files.encode import format_of
from smpsim.files.source import shown_name


@dataclass(frozen=True)
class Beside:
    """Where the files that belong to a photo lie.

    Attributes
    ----------
    masks : Companions
        The masks.
    protect : Companions
        Masks of what is kept free of dots; a photo without one is treated all over its mask.
    treatments : Companions or None
        Sidecars.
    propose : bool
        Whether a photo without a mask gets one that is proposed.
    """

    masks: Companions
    protect: Companions
    treatments: Companions | None
    propose: bool

    @classmethod
    def of(cls, masks: str, protect: str, treatments: str | None, *, propose: bool) -> Beside:
        """Look for files as they were said.

        Raises
        ------
        InputError
            A folder or a file is missing.
        ParameterError
            A pattern cannot be filled.
        """
        sidecars = None if treatments is None else Companions(treatments, "treatments", frozenset((".toml",)))
        return cls(Companions(masks, "masks"), Companions(protect, "protect"), sidecars, propose)

    def claims(self, photo: Found) -> bool:
        """Whether a file that was found in a folder is a mask and no photo."""
        return photo.view is None and (self.masks.claims(photo) or self.protect.claims(photo))

    def planned(self, photo: Found, out: str) -> Job | BatchResult:
        """One photo with all that belongs to it, or why it cannot be done."""
        bare = Job(photo.path, None, out)
        try:
            format_of(out)
            if photo.view is not None:
                return _view(bare, photo.view)
            mask, protect = self.masks.of(photo), self.protect.of(photo)
            sidecar = self.treatments.of(photo) if self.treatments else None
        except SmpsimError as problem:
            return failed(bare, exit_code_of(problem), message_of(problem))
        if mask is None and not self.propose:
            lacks = f"has no mask ({self.masks.said})" if os.path.exists(photo.path) else "no such file"
            return failed(bare, MaskError.exit_code, f"{shown_name(photo.path)}: {lacks}")
        return Job(photo.path, mask, out, sidecar, protect=protect)


def _view(bare: Job, view: ViewOf) -> Job | BatchResult:
    """Return the job of a view of a project, which has all that it takes."""
    if view.problem:
        return failed(bare, ProjectError.exit_code, view.problem)
    return replace(bare, view=view.number, photo=view.photo, pixels=view.pixels)
