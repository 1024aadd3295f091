"""A short run of the fuzzer, and that it would notice."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import run
import tries
from cases import SHARES, make_case
from formats_shapes import projects, shapes
from seeds import masks, photos

import smpsim
from smpsim.errors import InputError
from smpsim.files.mask_file import read_mask_with_notices
from smpsim.files.project_file import encode_project, read_project

CASES = 300


def test_a_short_run_finds_nothing(tmp_path: Path) -> None:
    command = [
        sys.executable,
        run.__file__,
        "--cases",
        str(CASES),
        "--seed",
        "7",
        "--failures",
        str(tmp_path / "found"),
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    kept = [path.read_text("utf-8") for path in tmp_path.glob("found/*/failure.txt")]
    assert (done.returncode, kept) == (0, []), done.stdout + done.stderr
    assert re.search(rf"^all +{CASES} ", done.stdout, re.MULTILINE)
    assert list(tmp_path.iterdir()) == []


def test_cases_come_from_seed_and_number_alone() -> None:
    assert [make_case(3, number) for number in range(60)] == [make_case(3, number) for number in range(60)]
    assert make_case(3, 0) != make_case(4, 0)
    assert {make_case(0, number).kind for number in range(300)} == set(SHARES)


def test_all_seeds_of_masks_and_most_of_photos_are_well_formed() -> None:
    photo = smpsim.Photo.from_array(tries.skin())
    for _, data in masks():
        read_mask_with_notices(data, like=photo)
    for _, data in shapes():
        assert read_mask_with_notices(data, like=photo)[0].any()
    for data in projects():
        assert encode_project(read_project(data)).count(b"\n") > 9
    refused = 0
    for format, data in photos():
        try:
            smpsim.read_photo(data)
        except InputError:
            refused += format != "other"
    assert refused <= 3  # two TIFF of 32 bits, one damaged HEIC


# ---- what must not happen is noticed

_FAKE_WORKER = """
import json, os, sys, time
for line in sys.stdin:
    number = int(line)
    if number == 1:
        time.sleep(60)
    if number == 2:
        os.abort()
    print(json.dumps({"number": number, "failure": ""}), flush=True)
"""


def test_what_hangs_or_dies_costs_one_case(tmp_path: Path) -> None:
    script = tmp_path / "worker.py"
    script.write_text(_FAKE_WORKER)
    worker = run.Worker(0, 3.0, script)
    answers = [worker.run(number) for number in range(4)]
    worker.finish()
    assert [answer["failure"][:17] for answer in answers] == ["", "no answer within ", "the worker died w", ""]


@pytest.fixture
def photo_case() -> tries.Case:
    return next(case for case in (make_case(0, k) for k in range(300)) if case.kind == "photo" and not case.by_command)


def test_another_exception_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, photo_case: tries.Case) -> None:
    def fail(_: object) -> None:
        raise KeyError("a bug")

    monkeypatch.setattr(smpsim, "read_photo", fail, raising=False)
    with pytest.raises(KeyError):
        tries.attempt(photo_case, tmp_path)


@pytest.mark.parametrize(
    "message", ["two\nlines", "x" * 2000, "\x1b[31m", "", "in {folder}/x.png", "not enough memory"]
)
def test_a_bad_line_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, photo_case: tries.Case, message: str
) -> None:
    def fail(_: object) -> None:
        raise smpsim.PhotoError(message.format(folder=tmp_path))

    monkeypatch.setattr(smpsim, "read_photo", fail, raising=False)
    with pytest.raises(tries.Broken):
        tries.attempt(photo_case, tmp_path)


def test_a_file_left_behind_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, photo_case: tries.Case
) -> None:
    def fail(_: object) -> None:
        (tmp_path / "stray").touch()
        raise smpsim.PhotoError("no")

    monkeypatch.setattr(smpsim, "read_photo", fail, raising=False)
    with pytest.raises(tries.Broken, match=r"left behind.*stray"):
        tries.attempt(photo_case, tmp_path)


def test_failures_are_kept_to_be_run_again(tmp_path: Path) -> None:
    case = make_case(5, 17)
    args = run.argparse.Namespace(seed=5, failures=tmp_path)
    run._keep(args, {"number": 17, "failure": "why"})
    (folder,) = tmp_path.iterdir()
    assert (folder / case.name).read_bytes() == case.data
    assert json.loads((folder / "case.json").read_text())["seed"] == 5
    assert "--seed 5 --only 17" in (folder / "failure.txt").read_text()
