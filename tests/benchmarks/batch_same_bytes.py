"""The same bytes from any engine: 1, 2 and 4 workers, three shards, a Dask cluster of two worker processes.

Usage: python tests/benchmarks/batch_same_bytes.py FOLDER [photos]
"""

import hashlib
import shutil
import sys
import time
from pathlib import Path

from batch_photos import make_photos

import smpsim

sys.path.append(str(Path(__file__).parents[1] / "bulk"))
from dask_cluster import cluster


def fingerprints(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def run(title: str, photos: Path, out: Path, **options: object) -> None:
    begun = time.perf_counter()
    results = list(smpsim.batch(photos, out, head_width_mm=155, on_exists="skip", **options))
    bad = [result for result in results if result.status != "done"]
    took = time.perf_counter() - begun
    print(
        f"{title}: {len(results)} photos in {took:.1f} s ({len(results) / took:.2f}/s), {len(bad)} not done", *bad[:3]
    )


def main() -> None:
    folder, count = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 200
    photos = folder / "photos"
    made = make_photos(photos, count)
    for name in ("1", "2", "4", "shards", "dask"):
        shutil.rmtree(folder / name, ignore_errors=True)
    for jobs in (1, 2, 4):
        run(f"{jobs} workers", photos, folder / str(jobs), jobs=jobs)
    for number in (1, 2, 3):
        run(f"shard {number}/3", photos, folder / "shards", jobs=2, shard=(number, 3))
    with cluster(workers=2) as (client, _):
        run("Dask, 2 workers", photos, folder / "dask", client=client)
    expected = fingerprints(folder / "1")
    assert len(expected) == len(made) == count, (len(expected), len(made))
    for name in ("2", "4", "shards", "dask"):
        same = fingerprints(folder / name) == expected
        print(f"{name}: {'the same bytes' if same else 'DIFFERENT'}")
        assert same


if __name__ == "__main__":
    main()
