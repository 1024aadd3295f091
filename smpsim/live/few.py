"""The last few things that were made."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Kept = TypeVar("Kept")


class Few(Generic[Kept]):
    """Remembers so many things, by a key each.

    Objects count as keys by themselves, and are held as long as what was made of them: no other gets their place.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, tuple[tuple[object, ...], Kept]] = OrderedDict()

    def of(self, make: Callable[[], Kept], *key: object) -> Kept:
        """Return what was made for a key, or make it."""
        known = tuple(part if _is_value(part) else id(part) for part in key)
        if known not in self._kept:
            self._kept[known] = key, make()
        self._kept.move_to_end(known)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return self._kept[known][1]


def _is_value(part: object) -> bool:
    """Whether a part of a key is told by what it is worth: numbers, texts, tuples and records that can be compared."""
    return isinstance(part, Hashable) and type(part).__eq__ is not object.__eq__
