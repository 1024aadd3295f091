"""Kill workers, the whole batch and Dask workers at random moments; whatever was killed, in the end all is there.

After each round: every output is there and the same as that of a quiet run, none is there twice, the manifest has one
line for each photo, and no temporary file is left.

Usage: python tests/benchmarks/batch_kills.py FOLDER [rounds] [seed]
"""

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from batch_photos import make_photos

import smpsim
from smpsim.bulk.process import Worker

sys.path.append(str(Path(__file__).parents[1] / "bulk"))
from dask_cluster import cluster

PHOTOS = 10


def contents(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def check(out: Path, manifest: Path, expected: dict[str, str]) -> None:
    assert contents(out) == expected, sorted(set(contents(out)) ^ set(expected))
    lines = [json.loads(line) for line in manifest.read_text("ascii").splitlines()]
    assert {line["status"] for line in lines} == {"done"}, lines
    assert sorted(line["out"] for line in lines) == sorted(str(out / name) for name in expected)


def fresh(folder: Path) -> tuple[Path, Path]:
    out, manifest = folder / "killed", folder / "killed.jsonl"
    shutil.rmtree(out, ignore_errors=True)
    manifest.unlink(missing_ok=True)
    return out, manifest


def kill_a_worker(photos: Path, folder: Path, delay: float, expected: dict[str, str]) -> str:
    """Kill one worker `delay` seconds after it has been given its first photo."""
    out, manifest = fresh(folder)
    started: list[Worker] = []
    start = Worker.start
    Worker.start = lambda *words: started.append(start(*words)) or started[-1]
    try:
        batch = smpsim.batch(photos, out, scale=8, jobs=2, manifest=manifest)
        killed = False
        begun = None
        for _ in batch:
            begun = begun or time.monotonic()
            if not killed and time.monotonic() - begun >= delay:
                started[0].process.kill()
                killed = True
    finally:
        Worker.start = start
    check(out, manifest, expected)
    return f"{len(started)} workers in all"


def wait_for_writing(out: Path, until: float) -> None:
    """Wait for a temporary file: a moment that chance alone hardly ever finds."""
    while time.monotonic() < until and not any(out.rglob(".smpsim-*.tmp")):
        time.sleep(0.0002)


def kill_the_batch(
    photos: Path, folder: Path, delay: float, expected: dict[str, str], *, group: bool, writing: bool = False
) -> str:
    out, manifest = fresh(folder)
    words = [sys.executable, "-m", "smpsim", "batch", str(photos), "-o", str(out), "--px-per-mm", "8", "-j", "2"]
    words += ["-q", "--manifest", str(manifest)]
    with subprocess.Popen(words, start_new_session=True) as process:
        time.sleep(delay)
        if writing:
            wait_for_writing(out, time.monotonic() + 30)
        (os.killpg if group else os.kill)(process.pid, signal.SIGKILL)
    names = list(contents(out)) if out.exists() else []
    remains = sum(name.endswith(".tmp") for name in names)
    # at once: workers that outlive their batch for a moment must do no harm
    done = subprocess.run([*words, "--resume"], check=False)
    assert done.returncode == 0, done
    check(out, manifest, expected)
    return f"{len(names) - remains} of {len(expected)} were done, {remains} half written"


def kill_a_dask_worker(photos: Path, folder: Path, delay: float, expected: dict[str, str]) -> str:
    out, manifest = fresh(folder)
    with cluster(workers=2) as (client, workers):
        begun = time.monotonic()
        count = 0
        for _ in smpsim.batch(photos, out, scale=8, client=client, manifest=manifest):
            count += 1
            if time.monotonic() - begun >= delay:
                workers[0].kill()
    check(out, manifest, expected)
    return f"{count} results"


def main() -> None:
    folder, rounds = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 20
    chance = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 0)
    photos = folder / "kills"
    make_photos(photos, PHOTOS, (0.5, 2))
    quiet = folder / "quiet"
    shutil.rmtree(quiet, ignore_errors=True)
    begun = time.monotonic()
    assert all(result.status == "done" for result in smpsim.batch(photos, quiet, scale=8, jobs=2))
    took, expected = time.monotonic() - begun, contents(quiet)
    for number in range(rounds):
        delay = chance.uniform(0, took)
        print(f"{number + 1}: worker killed: {kill_a_worker(photos, folder, delay / 2, expected)}", flush=True)
        told = kill_the_batch(photos, folder, delay, expected, group=number % 2 == 0)
        print(f"{number + 1}: batch killed after {delay:.2f} s: {told}", flush=True)
        told = kill_the_batch(photos, folder, delay / 4, expected, group=number % 2 == 0, writing=True)
        print(f"{number + 1}: batch killed while it wrote: {told}", flush=True)
        if number < max(rounds // 4, 1):
            told = kill_a_dask_worker(photos, folder, delay / 2, expected)
            print(f"{number + 1}: Dask worker killed: {told}", flush=True)
    print("all outputs there and whole, none twice, nothing left behind")


if __name__ == "__main__":
    main()
