"""Arguments of the wrong kind, refused in one line that says what is needed and how it is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from numbers import Integral
from typing import Any, TypeVar

import numpy as np

from smpsim.errors import ParameterError, quoted

Kind = TypeVar("Kind")
_MADE_BY = {
    "Case": "smpsim.Case.load(file)",
    "Clinic": "smpsim.Clinic.load(file)",
    "Hairline": "smpsim.read_hairline(file) or smpsim.Hairline.fit(landmarks)",
    "Landmarks": "smpsim.Landmarks.from_points(pupils=...) or smpsim.Landmarks.detect(photo)",
    "Stubble": "smpsim.measure_stubble(photo, patch, scale=...)",
    "Photo": "smpsim.read_photo(file) or smpsim.Photo.from_array(array)",
    "Treatment": 'smpsim.Treatment.preset("full") or smpsim.Treatment.load(file)',
}


def given(value: Kind | None, kind: type[Kind], name: str) -> Kind | None:
    """Return the value; refuse one of another kind, such as the path of a treatment file."""
    if value is not None and not isinstance(value, kind):
        raise _refusal(value, kind.__name__, name)
    return value


def needed(value: Kind, kind: type[Kind], name: str) -> Kind:
    """Return the value; refuse None too."""
    if value is None:
        raise _refusal(value, kind.__name__, name)
    given(value, kind, name)
    return value


def check_photo_read(photo: object) -> None:
    """Refuse what is no photo that has been read, such as its path."""
    if not hasattr(photo, "pixels"):
        raise _refusal(photo, "Photo", "photo")


def check_mask_read(mask: object, name: str = "mask", shape: tuple[int, ...] = ()) -> None:
    """Refuse what is no mask that has been read, such as its path, or has not the shape of its photo."""
    if not hasattr(mask, "ndim"):
        raise ParameterError(
            f"{name}: an array (H, W) is needed, not {type(mask).__name__}; read one with smpsim.read_mask(file, "
            "like=photo)",
            name=name,
            value=mask,
        )
    found = np.asarray(mask).shape
    if shape and found != shape:
        raise ParameterError(f"{name}: it has shape {found}, the photo {shape}; give one of its size", name=name)


def whole_numbers(values: object, n: int) -> tuple[int, ...]:
    """Return n whole numbers; none at all when it is something else."""
    numbers = tuple(values) if isinstance(values, Sequence | np.ndarray) else ()
    return tuple(int(number) for number in numbers) if len(numbers) == n and is_whole(*numbers) else ()


def are_places(points: object, farthest: float) -> bool:
    """Whether these are places in a picture, x and y each, and none of them farther away."""
    try:
        array = np.array(points, np.float64)
    except (TypeError, ValueError):
        return False
    return array.ndim == 2 and array.shape[1] == 2 and bool((np.abs(array) <= farthest).all())  # false for NaN as well


def listed(values: object, name: str) -> Sequence[Any]:
    """Return values as they are; refuse a single one, and a text, which is not meant letter by letter."""
    if isinstance(values, str | bytes | Mapping) or not hasattr(values, "__len__"):
        raise ParameterError(f"{name}: a list is needed, not {quoted(values)}; put it in [ ]", name=name, value=values)
    return values  # type: ignore[return-value]


def is_whole(*values: object) -> bool:
    """Whether these are whole numbers."""
    return all(isinstance(value, Integral) and not isinstance(value, bool) for value in values)


def check_seed(seed: int) -> None:
    """Refuse what is no seed."""
    if not is_whole(seed) or not 0 <= seed < 2**63:
        raise ParameterError(
            f"seed: {quoted(seed)} is not allowed; give a whole number from 0 to 2^63 - 1", name="seed", value=seed
        )


def _refusal(value: object, kind: str, name: str) -> ParameterError:
    how = _MADE_BY.get(kind, f"smpsim.{kind}")
    return ParameterError(
        f"{name}: a {kind} is needed, not {type(value).__name__}; make one with {how}", name=name, value=value
    )
