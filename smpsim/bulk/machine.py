"""Memory that this machine has to give, also in a container, and what a photo takes of it."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from smpsim.cores import cgroup_lines
from smpsim.files.decode import FORMATS
from smpsim.files.quiet import caught_warnings

WORKER_BYTES = 150_000_000
"""Memory of a worker without a photo."""
PIXEL_BYTES = 31
"""Memory per pixel of a photo; the sum is kept to, measured from 1 to 40 MP (tests/benchmarks/batch_memory.py)."""
SHARE = 0.7
"""Share of the free memory that a batch may fill (an estimate: the rest is for the system's file cache and others)."""
_UNKNOWN_BYTES = 4_000_000_000


def memory_bytes() -> int:
    """Memory that is free now, within the container's limit; 4 GB where the system does not say."""
    free = [limit for limit in (_free_of_system(), _free_of_container()) if limit is not None]
    return min(free, default=_UNKNOWN_BYTES)


def _free_of_system() -> int | None:
    try:
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
    except OSError:
        return None
    return next((1024 * int(line.split()[1]) for line in lines if line.startswith("MemAvailable:")), None)


def _free_of_container() -> int | None:
    """Memory of a control group (version 2) that is not used; caches of files are given back when needed."""
    most, used = _words("memory.max"), _words("memory.current")
    if not (most and used and most[0].isdigit() and used[0].isdigit()):
        return None
    cache = [line.split() for line in cgroup_lines("memory.stat")]
    inactive = next((int(words[1]) for words in cache if words[0] == "inactive_file"), 0)
    return max(int(most[0]) - int(used[0]) + inactive, 0)


def _words(name: str) -> list[str]:
    return [word for line in cgroup_lines(name) for word in line.split()]


def photo_bytes(path: str) -> int:
    """Memory that rendering a photo takes beyond the worker's own, by the size in its header; 0 when it has none.

    A file that cannot be read is not refused here: the worker does that, in words.
    """
    width, height = _size(path)
    return PIXEL_BYTES * width * height


def _size(path: str) -> tuple[int, int]:
    with caught_warnings():
        try:
            with Image.open(path, formats=FORMATS) as image:
                return image.size
        except Exception:  # Pillow raises nearly anything on a damaged file
            return _heif_size(path)


def _heif_size(path: str) -> tuple[int, int]:
    try:
        import pi_heif

        size: tuple[int, int] = pi_heif.open_heif(path).size
    except Exception:  # not installed, or no such picture
        return 0, 0
    return size
