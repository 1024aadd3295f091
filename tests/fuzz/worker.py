"""A process that tries one case after the other: numbers come in on stdin, one JSON line for each goes out.

What it prints besides would be a fault of the library (which never prints), so the real standard output is kept
for the answers alone and everything else that is written there is counted.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any

# the address space ends here: what asks for more gets a MemoryError instead of the machine
ADDRESS_LIMIT = 8 * 1024**3
MEMORY_LIMIT_KB = 1024**2


def main() -> None:
    seed, scratch = int(sys.argv[1]), Path(sys.argv[2])
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    printed = tempfile.TemporaryFile()  # noqa: SIM115
    os.dup2(printed.fileno(), 1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # libtiff and libjpeg talk there
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_LIMIT, ADDRESS_LIMIT))
    os.chdir(scratch)
    tempfile.tempdir = str(scratch)
    for line in sys.stdin:
        answer = _try(seed, int(line), scratch)
        if printed.tell() or os.fstat(printed.fileno()).st_size:
            answer["failure"] = answer["failure"] or "something was printed"
        print(json.dumps(answer), file=answers, flush=True)


def _try(seed: int, number: int, scratch: Path) -> dict[str, Any]:
    from cases import make_case
    from tries import Outcome, attempt

    case = make_case(seed, number)
    outcome, failure = Outcome(), ""
    _forget_peak()
    begun = time.perf_counter()
    try:
        outcome = attempt(case, scratch)
    except Exception:
        failure = traceback.format_exc()
        for left in scratch.iterdir():
            left.unlink()
    seconds = time.perf_counter() - begun
    peak = max(_peak_kb(), outcome.peak_kb)
    if peak > MEMORY_LIMIT_KB and not failure:
        failure = f"more than 1 GiB of memory: {peak / 1024:.0f} MiB"
    return {
        "number": number,
        "kind": case.kind,
        "by_command": case.by_command,
        "header": outcome.header,
        "rendered": outcome.rendered,
        "refused": outcome.refused,
        "seconds": seconds,
        "peak_kb": peak,
        "failure": failure,
    }


def _forget_peak() -> None:
    """Let the peak begin anew with this case (Linux; elsewhere it is that of the whole run)."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def _peak_kb() -> int:
    try:
        status = Path("/proc/self/status").read_text("ascii", "replace")
        return int(status.partition("VmHWM:")[2].split()[0])
    except (OSError, IndexError, ValueError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    main()
