"""How the scale is given on the command line: typed, by a ruler, by the breadth of the head."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from smpsim import units
from smpsim.errors import ParameterError

if TYPE_CHECKING:
    from smpsim.arrays import F32
    from smpsim.files.photo import Photo
    from smpsim.scalp.scale import Scale

Place = tuple[float, float]
RULER = "X1,Y1,X2,Y2=63mm"


@dataclass(frozen=True)
class ScaleChoice:
    """How the scale was given: by one of three options, or not at all."""

    px_per_mm: str | None
    ruler: str | None
    head_width: str | None

    @property
    def is_given(self) -> bool:
        """Whether anything was said of it."""
        return (self.px_per_mm, self.ruler, self.head_width) != (None, None, None)

    def known(self) -> Scale | None:
        """Return the scale when it does not take the photo to know it.

        Raises
        ------
        ParameterError
            When it cannot be read, is out of range, or is given twice.
        """
        from smpsim.scalp.scale import Scale

        given = {"--px-per-mm": self.px_per_mm, "--ruler": self.ruler, "--head-width": self.head_width}
        names = [name for name, text in given.items() if text is not None]
        if len(names) > 1:
            raise ParameterError(f"{' and '.join(names)} both give the scale; keep one", name="scale")
        if self.px_per_mm is not None:
            return Scale(units.parse(self.px_per_mm, "px/mm", name="--px-per-mm"))
        return None if self.ruler is None else _ruler(self.ruler)

    def known_of(self, photo: Photo) -> Scale | None:
        """Return the scale of a photo when it does not take the photo to know it.

        Raises
        ------
        ParameterError
            As :meth:`known`; also when a point of the ruler lies outside of the photo.
        """
        known = self.known()
        if self.ruler is not None:
            _check_points(self.ruler, photo.size)
        return known

    def found(self, photo: Photo, coverage: F32) -> Scale:
        """Return the scale of a photo, estimated when it is not known; raises as :meth:`known_of`."""
        from smpsim.scalp.scale import Scale

        return self.known_of(photo) or Scale.estimate(photo, coverage, head_width_mm=self.head_width_mm())

    def head_width_mm(self) -> float | None:
        """Return the breadth of the head, mm, when it was given."""
        return None if self.head_width is None else units.parse(self.head_width, "mm", name="--head-width")


def _ruler(text: str) -> Scale:
    """Read two points and what lies between them."""
    from smpsim.scalp.scale import Scale

    a, b, length = _points(text)
    if length == "pupils":
        return Scale.from_pupils(a, b)
    if length == "iris":
        return Scale.from_iris(a, b)
    return Scale.from_points(a, b, units.parse(length, "mm", name="--ruler"))


def _points(text: str) -> tuple[Place, Place, str]:
    """Take a ruler apart: two points, and the words for what lies between them."""
    places, _, length = text.partition("=")
    try:
        x1, y1, x2, y2 = (float(number) for number in places.split(","))
        if not length.strip():
            raise ValueError("nothing is said of the distance")
    except ValueError:
        raise ParameterError(
            f"--ruler: {text!r} cannot be read; write {RULER} (px in the upright photo, and their distance, "
            "or =pupils, or =iris)",
            name="ruler",
            value=text,
        ) from None
    return (x1, y1), (x2, y2), length


def _check_points(ruler: str, size: tuple[int, int]) -> None:
    """Refuse points outside of the photo."""
    width, height = size
    for x, y in _points(ruler)[:2]:
        if not (0 <= x <= width and 0 <= y <= height):
            raise ParameterError(
                f"--ruler: {x:g},{y:g} lies outside of the photo of {width} x {height} px; give two points in it",
                name="ruler",
                value=ruler,
            )
