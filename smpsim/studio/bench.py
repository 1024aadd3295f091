"""A photo on the bench: opened once, rendered again and again as its view and the treatment change."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from threading import RLock

from smpsim.arrays import F32
from smpsim.errors import MaskError, PhotoError
from smpsim.files.photo import Photo, read_photo
from smpsim.preview import Preview, encode_small
from smpsim.project import PhotoFile, Project, View
from smpsim.raster.draw import Progress
from smpsim.scalp.hairline import Hairline
from smpsim.scalp.landmarks import Landmarks
from smpsim.scalp.outline import trace_outline
from smpsim.scalp.proposal import propose_mask
from smpsim.scalp.scale import HEAD_BREADTH_MM, Scale
from smpsim.sitting import Sitting, Window

# what the last few lines and masks have shown of the photo stays known: undo and variants come back to it
_SITTINGS = 3
# without a face: the head fills about this share of the photo's shorter side (an estimate)
_HEAD_OF_PHOTO = 0.6
_HEAD_UNCERTAINTY = 0.35


@dataclass(frozen=True)
class Guess:
    """What is proposed for a photo before anybody has said anything.

    Attributes
    ----------
    view : View
        Scale, line and mask to begin with.
    notes : tuple of str
        What of it is guessed, and what to do about it.
    """

    view: View
    notes: tuple[str, ...]


class Bench:
    """A photo that is worked on.

    Parameters
    ----------
    data : bytes
        The photo's file.
    name : str
        What it is called; shown, and written into projects.

    Attributes
    ----------
    photo : Photo
        The photo, upright.
    file : PhotoFile
        How projects name it.

    Raises
    ------
    PhotoError
        When it cannot be read.
    """

    def __init__(self, data: bytes, name: str) -> None:
        self.photo: Photo = read_photo(data)
        self.file = PhotoFile(name, hashlib.sha256(data).hexdigest(), self.photo.size)
        self._sittings: OrderedDict[object, Sitting] = OrderedDict()
        self._lock = RLock()

    def guess(self) -> Guess:
        """Propose a scale, a natural line and where to treat: from the face, else from what there is."""
        try:
            face = Landmarks.detect(self.photo)
        except PhotoError:
            return self._guess_without_face()
        outline = trace_outline(self.photo.pixels, face.face)
        face = face.with_outline(outline)
        line = Hairline.fit(face, "mature", outline=outline)
        note = "line and scale are guessed from the face: set the scale with the ruler before anything is measured"
        return Guess(View(self.file, face.scale, line), (note,))

    def _guess_without_face(self) -> Guess:
        note = "no face is found in this photo: set the scale with the ruler, and paint where to treat"
        width = min(self.photo.size) * _HEAD_OF_PHOTO
        scale = Scale(width / HEAD_BREADTH_MM, "photo", _HEAD_UNCERTAINTY)
        try:
            mask: F32 | None = propose_mask(self.photo.pixels).coverage
        except MaskError:
            mask = None
        return Guess(View(self.file, scale, mask=mask), (note,))

    def before(self, max_px: int) -> bytes:
        """Return the photo itself as a JPEG, its longer side at most `max_px`."""
        return encode_small(self.photo, max_px)

    def render(
        self,
        project: Project,
        view: View,
        *,
        window: Window | None = None,
        max_px: int | None = None,
        progress: Progress | None = None,
    ) -> Preview:
        """Render a view of the project on this photo; the arguments are those of :func:`smpsim.render`."""
        with self._lock:
            sitting = self._sitting(view)
            return sitting.render(
                treatment=project.treatment, seed=project.seed, window=window, max_px=max_px, progress=progress
            )

    def _sitting(self, view: View) -> Sitting:
        mask = None if view.mask is None else view.mask.tobytes()
        line = view.hairline
        key = (view.scale, mask, view.strokes, None if line is None else repr(line))
        if key not in self._sittings:
            coverage, protect = view.area()
            protected = protect if protect.any() else None
            self._sittings[key] = Sitting(self.photo, coverage, scale=view.scale, protect=protected)
        self._sittings.move_to_end(key)
        while len(self._sittings) > _SITTINGS:
            self._sittings.popitem(last=False)
        return self._sittings[key]
