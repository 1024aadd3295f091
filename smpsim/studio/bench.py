"""A photo on the bench: opened once, rendered again and again as its view and the treatment change."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import smpsim
from smpsim.errors import MaskError
from smpsim.files.encode import encode_picture
from smpsim.files.photo import Photo, read_photo
from smpsim.live.few import Few
from smpsim.live.live import Live, drawn_on
from smpsim.live.question import IDLE, Frame, Question
from smpsim.parameters.client import HEAD_BREADTH_MM
from smpsim.project import PhotoFile, Project, View
from smpsim.raster.draw import Progress
from smpsim.scalp.dome import Dome
from smpsim.scalp.face import FaceBox
from smpsim.scalp.first_line import first_line
from smpsim.scalp.landmarks import Landmarks
from smpsim.scalp.outline import Outline, trace_outline
from smpsim.scalp.proposal import Proposal, propose_mask
from smpsim.scalp.scale import Scale
from smpsim.scalp.subject import find_subject
from smpsim.sitting import Sitting
from smpsim.studio.turns import Turns

Box = tuple[int, int, int, int]

# what the last few lines and masks have shown of the photo stays known: undo and variants come back to it
_SITTINGS = 2
# without a face: the head fills about this share of the photo's shorter side (an estimate)
_HEAD_OF_PHOTO = 0.6
_HEAD_UNCERTAINTY = 0.35
# the dome of a head is as broad as it, unless it is seen from the side (an estimate)
_DOME_UNCERTAINTY = 0.25
# and a line begins with its middle so far down the photo; the mid-point lies so far above the glabella in pictures
_MID_OF_PHOTO, _MID_MM = 0.3, 70.0
_FROM_FACE = "line and scale are guessed from the face: set the scale with the ruler before anything is measured"
_ROUGH = (
    "no face is found in this photo: line and scale are roughly guessed from the shape of the head; drag the line "
    "into place, and set the scale with the ruler before anything is measured"
)


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


@dataclass(frozen=True, eq=False)
class Shown(Frame):
    """A picture for the page.

    Attributes
    ----------
    label : dict
        What marks it as a simulation.
    """

    label: dict[str, Any]


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
    data : bytes
        The photo's file.
    photo : Photo
        The photo, upright.
    file : PhotoFile
        How projects name it.
    turns : Turns
        The order of the questions about it.
    live : Live
        What draws it while something moves.

    Raises
    ------
    PhotoError
        When it cannot be read.
    """

    def __init__(self, data: bytes, name: str) -> None:
        self.data = data
        self.photo: Photo = read_photo(data)
        self.file = PhotoFile(name, hashlib.sha256(data).hexdigest(), self.photo.size)
        self._sittings: Few[Sitting] = Few(_SITTINGS)
        self.turns = Turns()
        self.live = Live(self.photo)
        self._scales: Few[Scale] = Few(_SITTINGS)
        self._head: FaceBox | Dome | None = None
        self._looked_for_head = False
        self._outline: tuple[FaceBox, Outline] | None = None
        self._proposed: tuple[Proposal | None] | None = None

    def face(self, scale: Scale | None = None) -> tuple[Landmarks, Outline | None]:
        """Return the face, found once, and the outline of the head; in a photo without a face a place to begin with.

        The latter's source is "none", and it has no outline.
        """
        head = self._subject()
        if isinstance(head, FaceBox):
            return self.traced(Landmarks.of_box(head, scale=scale))
        if head is not None:
            scale = scale or Scale(2 * head.half_breadth_px / HEAD_BREADTH_MM, "head", _DOME_UNCERTAINTY)
            return Landmarks((head.x, head.y), 0.0, scale, source="none"), None
        width, height = self.photo.size
        scale = scale or Scale(min(width, height) * _HEAD_OF_PHOTO / HEAD_BREADTH_MM, "photo", _HEAD_UNCERTAINTY)
        below = _MID_MM * scale.px_per_mm
        return Landmarks((width / 2, _MID_OF_PHOTO * height + below), 0.0, scale, source="none"), None

    def known_face(self, scale: Scale | None) -> Landmarks | None:
        """Return the face; None when there is none, or nobody has looked for it yet."""
        return self.face(scale)[0] if isinstance(self._head, FaceBox) else None

    def _subject(self) -> FaceBox | Dome | None:
        """Return the head that the photo is about, looked for once."""
        if not self._looked_for_head:
            self._head, self._looked_for_head = find_subject(self.photo.pixels), True
        return self._head

    def traced(self, face: Landmarks) -> tuple[Landmarks, Outline]:
        """Trace the outline of the head over a face, once for each."""
        # a copy: questions about lines come while others are answered
        known = self._outline
        if known is None or known[0] != face.face:
            self._outline = known = face.face, trace_outline(self.photo.pixels, face.face)
        return face.with_outline(known[1]), known[1]

    def guess(self) -> Guess:
        """Propose a scale, a natural line and where to treat: from the face, else from the dome of the head."""
        head, proposal = self._subject(), self.proposal()
        if proposal is None:
            note = "no head is found in this photo: set the scale with the ruler, and paint where to treat"
            return Guess(View(self.file, self.face()[0].scale), (note,))
        line = first_line(proposal)
        if not isinstance(head, FaceBox):
            return Guess(View(self.file, self.face()[0].scale, line), (_ROUGH,))
        face = Landmarks.of_box(head)
        self._outline = face.face, proposal.outline
        return Guess(View(self.file, face.scale, line), (_FROM_FACE,))

    def proposal(self) -> Proposal | None:
        """Return the proposed mask, made once; None when there is none."""
        proposed = self._proposed
        if proposed is None:
            head = self._subject()
            try:
                proposed = (None if head is None else propose_mask(self.photo.pixels, head),)
            except MaskError:  # cut off above the face
                proposed = (None,)
            self._proposed = proposed
        return proposed[0]

    def before(self, max_px: int) -> bytes:
        """Return the photo itself as a JPEG, its longer side at most `max_px`."""
        with self.turns.held():
            sheet = self.live.ground.sheet(None, max_px)
        return encode_picture(
            sheet.pixels, format="jpeg", profile=self.photo.profile, alpha=sheet.alpha, fine_detail=True
        )

    def encode(self, shown: Shown, format: str) -> bytes:
        """Encode a picture, marked as a simulation."""
        return encode_picture(
            shown.image,
            format=format,
            profile=self.photo.profile,
            alpha=shown.alpha,
            fine_detail=True,
            label=shown.label,
        )

    def tile(self, project: Project, view: View, box: Box, progress: Progress | None = None) -> Shown:
        """Render some pixels of a view as they are exported, byte for byte."""
        return self._exact(project, view, progress, box, None)

    def shown(
        self,
        project: Project,
        view: View,
        box: Box | None,
        max_px: int,
        quality: str,
        progress: Progress | None = None,
    ) -> Shown:
        """Show a view, or a part of it, smaller: by a short way (:mod:`smpsim.live`) where there is one."""
        if project.treatment.old.old_work != "none" or project.treatment.repair.new_layer != "yes":
            return self._exact(project, view, progress, None, max_px)
        return self._glance(project, view, box, max_px, quality, progress)

    def _glance(
        self, project: Project, view: View, box: Box | None, max_px: int, quality: str, progress: Progress | None
    ) -> Shown:
        scale = self.scale_of(view)
        question = Question(view, scale, project.treatment, project.seed, box, max_px, quality)
        frame = self.live.frame(question, progress)
        label = {
            "simulation": True,
            "version": smpsim.__version__,
            "treatment": frame.treatment.as_dict(),
            "seed": project.seed,
        }
        return Shown(**vars(frame), label=label)

    def scale_of(self, view: View) -> Scale:
        """Return a view's scale; only in a turn.

        One that nobody has said is estimated, once for a mask or a line; by the head where nothing is treated.
        """
        if view.scale is not None:
            return view.scale

        def estimate() -> Scale:
            coverage, _ = view.area()
            return Scale.estimate(self.photo, coverage) if coverage.any() else self.face()[0].scale

        return self._scales.of(estimate, view.mask, *drawn_on(view))

    def _exact(
        self, project: Project, view: View, progress: Progress | None, window: Box | None, max_px: int | None
    ) -> Shown:
        """Render as an export does; an area that is empty gives the photo."""
        sitting = self._sitting(view)
        whole = 0, 0, *self.photo.size
        if sitting.is_empty:
            return self._glance(project, view, window, max_px or max(*(window or whole)[2:]), IDLE, progress)
        preview = sitting.render(
            treatment=project.treatment, seed=project.seed, window=window, max_px=max_px, progress=progress
        )
        x, y, w, h = map(float, window or whole)
        stats, treatment = preview.stats, preview.treatment
        return Shown(preview.image, preview.alpha, (x, y, w, h), stats, treatment, True, preview.label)

    def sitting(self, view: View) -> Sitting:
        """Return a new sitting of a view, for whoever works beside the page."""
        coverage, protect = view.area()
        return Sitting(self.photo, coverage, scale=view.scale, protect=protect if protect.any() else None)

    def _sitting(self, view: View) -> Sitting:
        """Return the sitting of a view, remembered for the last few; only in a turn."""
        return self._sittings.of(lambda: self.sitting(view), view.scale, view.mask, *drawn_on(view))
