"""The photos that are open, in memory alone."""

from __future__ import annotations

import secrets
from collections import OrderedDict

from starlette.exceptions import HTTPException

from smpsim.studio.bench import Bench

#: a client's views and a few more; a 12 MP photo takes some 0.2 GB with all that is known of it
MAX_PHOTOS = 8


class Shelf:
    """Photos by random ids; the one that was not asked for the longest makes room."""

    def __init__(self) -> None:
        self._benches: OrderedDict[str, Bench] = OrderedDict()

    def put(self, bench: Bench) -> str:
        """Keep a photo; return its id."""
        key = secrets.token_urlsafe(16)
        self._benches[key] = bench
        while len(self._benches) > MAX_PHOTOS:
            self._benches.popitem(last=False)
        return key

    def get(self, key: str) -> Bench:
        """Return a photo.

        Raises
        ------
        HTTPException
            404 when it is not there (any more): the page then sends the file again.
        """
        if key not in self._benches:
            raise HTTPException(404, "this photo is not open any more; open it again")
        self._benches.move_to_end(key)
        return self._benches[key]

    def forget(self, key: str) -> None:
        """Let go of a photo and of all that is known of it."""
        self._benches.pop(key, None)
