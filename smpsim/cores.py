"""Cores that this process may use, also in a container."""

from __future__ import annotations

import os
from pathlib import Path

_CGROUP = Path("/sys/fs/cgroup")


def cores() -> int:
    """Cores that this process may use: of its affinity (taskset, Slurm) and its container's quota."""
    try:
        count = len(os.sched_getaffinity(0))
    except AttributeError:  # not on this system
        count = os.cpu_count() or 1
    quota = [word for line in cgroup_lines("cpu.max") for word in line.split()]
    if len(quota) == 2 and all(word.isdigit() for word in quota) and int(quota[1]):
        count = min(count, max(int(quota[0]) // int(quota[1]), 1))
    return count


def cgroup_lines(name: str) -> list[str]:
    """Lines of a file of this process's control group (version 2); none where there is no such file."""
    try:
        return (_CGROUP / name).read_text("ascii").splitlines()
    except OSError:
        return []
