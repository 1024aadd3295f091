"""The photos that are open, in memory alone."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Iterable

from starlette.exceptions import HTTPException

from smpsim.project import Project
from smpsim.studio.bench import Bench

#: so many photos stay open, or as many as a client has; a 12 MP photo takes some 0.2 GB with all that is known of it
MAX_PHOTOS = 8


class Shelf:
    """Photos by random ids; the one that was not asked for the longest makes room."""

    def __init__(self) -> None:
        self._benches: OrderedDict[str, Bench] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, bench: Bench, *, room: int = MAX_PHOTOS) -> str:
        """Keep a photo; return its id.

        Parameters
        ----------
        bench : Bench
            The photo.
        room : int
            At least so many photos are kept, more than usual for a client with many.
        """
        key = secrets.token_urlsafe(16)
        with self._lock:
            self._benches[key] = bench
            while len(self._benches) > max(room, MAX_PHOTOS):
                self._benches.popitem(last=False)
        return key

    def get(self, key: str) -> Bench:
        """Return a photo.

        Raises
        ------
        HTTPException
            404 when it is not there (any more): the page then sends the file again.
        """
        with self._lock:
            if key not in self._benches:
                raise HTTPException(404, "this photo is not open any more; open it again")
            self._benches.move_to_end(key)
            return self._benches[key]

    def of_project(self, project: Project) -> dict[str, tuple[str, Bench]]:
        """Return the photos of a project that are here: digest -> id and photo."""
        wanted = {view.photo.sha256 for view in project.views}
        with self._lock:
            return {b.file.sha256: (key, b) for key, b in self._benches.items() if b.file.sha256 in wanted}

    def forget(self, key: str) -> None:
        """Let go of a photo and of all that is known of it."""
        with self._lock:
            self._benches.pop(key, None)

    def forget_photos(self, digests: Iterable[str]) -> None:
        """Let go of photos by what is in them."""
        gone = set(digests)
        with self._lock:
            for key in [key for key, bench in self._benches.items() if bench.file.sha256 in gone]:
                del self._benches[key]
