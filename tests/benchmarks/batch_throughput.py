"""Throughput of a batch: two workers on two cores against one, and the memory of each worker.

The runs alternate, so that other load on the machine falls on both; each round prints its ratio. On a machine that has
other work the ratio of the clock says little; the second one is that of the processor's time, which is what two cores
of their own would give.

Usage: taskset -c 0,1 python tests/benchmarks/batch_throughput.py FOLDER [photos] [rounds]
"""

import resource
import shutil
import statistics
import sys
import time
from pathlib import Path

from batch_photos import make_photos

import smpsim


def processor_s() -> float:
    """Processor time of this process and of those that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def run(photos: Path, out: Path, jobs: int) -> tuple[float, float]:
    """Photos per second, start of the workers included, and processor time per photo."""
    shutil.rmtree(out, ignore_errors=True)
    begun, used = time.perf_counter(), processor_s()
    results = list(smpsim.batch(photos, out, scale=8, jobs=jobs))
    assert all(result.status == "done" for result in results), results
    return len(results) / (time.perf_counter() - begun), (processor_s() - used) / len(results)


def main() -> None:
    folder = Path(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 60
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    photos = folder / f"throughput{count}"
    make_photos(photos, count, (4, 12))
    clock, processor = [], []
    for number in range(rounds):
        (one, used_by_one), (two, used_by_two) = (run(photos, folder / "out", jobs) for jobs in (1, 2))
        clock.append(two / one)
        processor.append(2 * used_by_one / used_by_two)
        print(f"round {number + 1}: 1 worker {one:.2f} photos/s, 2 workers {two:.2f} photos/s: {two / one:.2f} times")
        print(f"         processor {used_by_one:.2f} and {used_by_two:.2f} s a photo: {processor[-1]:.2f} times")
    print(f"median by the clock {statistics.median(clock):.2f}, by the processor {statistics.median(processor):.2f}")
    print("wanted: 1.7")


if __name__ == "__main__":
    main()
