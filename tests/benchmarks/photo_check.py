"""Advice on photos: faults made on purpose that are told, and false alarms on good ones.

python tests/benchmarks/photo_check.py            synthetic photos of all tones and three views
python tests/benchmarks/photo_check.py --photos   what is told of the shared photographs, to be judged by eye
"""

from __future__ import annotations

import itertools
import os
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from smpsim import check_photo, read_mask, read_photo
from smpsim.ink.skin import TONES
from tests.scalp.faces import photographs
from tests.scalp.faults import FAULTS, Made, good

SHARED = Path(os.environ.get("SMPSIM_SHARED", Path(__file__).parents[3] / "shared"))
VIEWS, SEEDS = ("front", "crown", "three-quarter"), (1,)
#: good photos that differ from the plain one
OTHERS = (
    *({"light": light} for light in ("hard", "overcast")),
    *({"hair": "stubble", "view": view} for view in ("front", "crown", "three-quarter")),
    {"freckles": True},
    {"veins": True},
    {"jpeg_quality": 75},
    {"jpeg_quality": 90},
    {"blur_px": 0.5},
    {"noise": 2.0},
    {"px_per_mm": 12},
)


def codes(made: Made) -> list[str]:
    """What is told of a photo."""
    photo, mask, scale = made
    return [advice.code for advice in check_photo(photo, mask, scale=scale)]


def synthetic() -> None:
    """Print hits and false alarms."""
    kinds = list(itertools.product(TONES, VIEWS, SEEDS))
    hits: Counter[str] = Counter()
    besides: Counter[str] = Counter()
    for (tone, view, seed), (fault, make) in itertools.product(kinds, FAULTS.items()):
        told = codes(make(tone=tone, view=view, seed=seed))
        hits[fault] += fault in told
        besides.update(f"{code} beside {fault}" for code in told if code != fault)
    print(f"faults made on purpose, told of {len(kinds)} each")
    for fault in FAULTS:
        print(f"  {fault:16} {hits[fault]:3}")
    print("told besides:", ", ".join(f"{name} {count}" for name, count in besides.most_common()) or "nothing")
    plain = [codes(good(tone=tone, view=view, seed=seed)) for tone, view, seed in kinds]
    others = [codes(good(**how)) for how in OTHERS]
    for name, told_of in (("good", plain), ("good in other ways", others)):
        alarms = Counter(itertools.chain.from_iterable(told_of))
        print(f"{name}: {sum(map(bool, told_of))} of {len(told_of)} get advice", dict(alarms))


def real() -> None:
    """Print what is told of the shared photographs."""
    folder = SHARED / "photos"
    for name, entry in photographs(SHARED).items():
        photo = read_photo(folder / entry["file"])
        mask = read_mask(folder / entry["mask"], like=photo)
        print(f"{name}: {entry['shows']}")
        for advice in check_photo(photo, mask, scale=entry["px_per_mm_estimate"]):
            print(f"    {advice.code}: {advice.words}")


if __name__ == "__main__":
    real() if "--photos" in sys.argv else synthetic()
