"""What is done with a case, and what must hold: a result, or one of our errors in one short line."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from cases import Case
from PIL import Image
from seeds import HEIGHT, WIDTH, saved, skin, white_ellipse

import smpsim
from smpsim.bulk.job import Job, Settings
from smpsim.bulk.work import do
from smpsim.errors import InputError, OutputError, ParameterError, SmpsimWarning
from smpsim.files.decode import FORMATS
from smpsim.files.icc import ProfileError, colour_model, parse_icc
from smpsim.files.metadata import read_label
from smpsim.files.photo import Photo
from smpsim.files.project_file import encode_project, read_project
from smpsim.files.project_pack import encode_pack, read_pack
from smpsim.files.sniff import is_heif
from smpsim.files.stripped import stripped

LINE_LIMIT = 600
#: pictures that have become larger are read and not rendered, to keep the run short
RENDER_LIMIT_PX = 1_000_000
COMMAND_TIMEOUT_S = 60


class Broken(AssertionError):
    """Something that must hold does not."""


@dataclass
class Outcome:
    """How far a case came.

    Attributes
    ----------
    header : bool
        Whether a decoder took the picture's header.
    rendered, refused : bool
        Whether a preview came out, or one of our errors.
    peak_kb : int
        Peak memory of the process of its own, 0 where there was none.
    """

    header: bool = False
    rendered: bool = False
    refused: bool = False
    peak_kb: int = 0


def attempt(case: Case, folder: Path) -> Outcome:
    """Try a case in an empty folder; raises whatever must not happen."""
    path = folder / case.name
    path.write_bytes(case.data)
    outcome = Outcome()
    if case.kind in ("photo", "mask"):
        outcome.header = opens(case.data)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", SmpsimWarning)
        if case.by_command:
            _by_command(case, path, outcome)
        else:
            _in_process(case, path, outcome)
    path.unlink()
    left = sorted(os.listdir(folder))
    if left:
        raise Broken(f"left behind: {left}")
    return outcome


def opens(data: bytes) -> bool:
    """Whether a decoder takes the header."""
    import io

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            if is_heif(data):
                import pi_heif

                pi_heif.open_heif(io.BytesIO(data))
            else:
                Image.open(io.BytesIO(data), formats=FORMATS).close()
        except Exception:
            return False
    return True


def check_line(message: str, folder: Path) -> None:
    """One printable line of sensible length that names no folder."""
    if not message or not message.isprintable() or len(message) > LINE_LIMIT or str(folder) in message:
        raise Broken(f"no clear line of at most {LINE_LIMIT} characters: {message[:300]!r} ({len(message)})")


def _in_process(case: Case, path: Path, outcome: Outcome) -> None:
    doors: dict[str, Callable[[Case, Path, Outcome], None]] = {
        "photo": _photo,
        "mask": _mask,
        "shapes": _mask,
        "project": _project,
        "pack": _pack,
        "treatment": _treatment,
        "sidecar": _sidecar,
        "profile": _profile,
        "label": _label,
    }
    try:
        doors[case.kind](case, path, outcome)
    except (InputError, ParameterError) as error:
        check_line(str(error), path.parent)
        if "not enough memory" in str(error):
            raise Broken("the limit of memory was reached") from error
        outcome.refused = True


@cache
def _well_formed() -> tuple[Photo, np.ndarray]:
    return Photo.from_array(skin()), white_ellipse()


def _photo(case: Case, path: Path, outcome: Outcome) -> None:
    photo = smpsim.read_photo(path if case.choice % 2 else case.data)
    width, height = photo.size
    if width * height > RENDER_LIMIT_PX:
        return
    if case.choice % 4 < 2:
        _check_stripped(case.data, photo)
    # a small spot: large photos cost no more
    mask = np.zeros((height, width), np.uint8)
    mask[: min(height, HEIGHT), : min(width, WIDTH)] = white_ellipse()[:height, :width]
    _render(case, photo, mask, path, outcome)


def _mask(case: Case, path: Path, outcome: Outcome) -> None:
    photo, _ = _well_formed()
    mask = smpsim.read_mask(path if case.choice % 2 else case.data, like=photo)
    if mask.shape != (HEIGHT, WIDTH) or not (mask.min() >= 0 and mask.max() <= 1):
        raise Broken(f"a mask of shape {mask.shape}, {mask.min()} to {mask.max()}")
    _render(case, photo, mask, path, outcome)


def _render(
    case: Case,
    photo: Photo,
    mask: np.ndarray,
    path: Path,
    outcome: Outcome,
    treatment: smpsim.Treatment | None = None,
) -> None:
    rng = random.Random(case.choice)
    scale = rng.choice((1.5, 4.0, 8.0))
    preview = smpsim.render(photo, mask, scale=scale, treatment=treatment, seed=rng.randrange(1000))
    if preview.image.shape != photo.pixels.shape:
        raise Broken(f"a preview of shape {preview.image.shape} of a photo {photo.pixels.shape}")
    out = path.with_name("out." + rng.choice(("jpg", "png", "webp", "tif")))
    preview.save(out)
    again = smpsim.read_photo(out)
    out.unlink()
    if again.size != photo.size or (again.profile, again.notices) != (photo.profile, ()):
        raise Broken(f"the preview is read back as {again}, {again.notices}")
    outcome.rendered = True


def _project(case: Case, path: Path, outcome: Outcome) -> None:
    project = read_project(path if case.choice % 2 else case.data)
    written = encode_project(project)
    if encode_project(read_project(written)) != written:
        raise Broken("the project is not read back as it was written")
    outcome.header = True
    for view in project.views:
        width, height = view.photo.size
        if width * height <= RENDER_LIMIT_PX:
            treated, kept = view.area()
            if not (treated.shape == kept.shape == (height, width) and treated.min() >= 0 and treated.max() <= 1):
                raise Broken(f"an area of shape {treated.shape}, {treated.min()} to {treated.max()}")


def _pack(case: Case, path: Path, outcome: Outcome) -> None:
    pack = read_pack(path if case.choice % 2 else case.data)
    outcome.header = True
    written = encode_pack(pack)
    again = read_pack(written)
    if encode_pack(again) != written:
        raise Broken("the pack is not read back as it was written")
    for view in again.project.views:
        _render(case, smpsim.read_photo(again.photos[view.photo.sha256]), white_ellipse(), path, outcome)


def _check_stripped(data: bytes, photo: Photo) -> None:
    """What is read can be read without its notes, too, and shows the same."""
    bare, extension = stripped(data)
    again = smpsim.read_photo(bare)
    if not np.array_equal(again.pixels, photo.pixels) or again.profile != photo.profile:
        raise Broken(f"without its notes ({extension}) the photo shows something else")
    if stripped(bare) != (bare, extension):
        raise Broken("there were notes left to take off")


def _treatment(case: Case, path: Path, outcome: Outcome) -> None:
    treatment = smpsim.Treatment.load(path)
    if smpsim.Treatment().with_toml(treatment.to_toml()) != treatment:
        raise Broken("the treatment is not read back as it was written")
    photo, mask = _well_formed()
    _render(case, photo, mask, path, outcome, treatment)


def _sidecar(case: Case, path: Path, outcome: Outcome) -> None:
    """As the file beside one photo of a batch, which never raises."""
    photo, mask, out = (path.with_name(name) for name in ("photo.png", "photo.mask.png", "out.png"))
    photo.write_bytes(saved(skin(), "PNG"))
    mask.write_bytes(saved(white_ellipse(), "PNG"))
    job = Job(str(photo), str(mask), str(out), str(path))
    done = do(job, Settings(overrides={"density_per_cm2": 40.0}, seed=case.choice % 1000), "fuzz")
    for extra in (photo, mask):
        extra.unlink()
    if done.error is None:
        smpsim.read_photo(out)
        out.unlink()
        outcome.rendered = True
        return
    if done.error.code not in (2, 3):
        raise Broken(f"exit status {done.error.code}: {done.error.message[:200]}")
    check_line(done.error.message, path.parent)
    outcome.refused = True


def _profile(case: Case, path: Path, outcome: Outcome) -> None:
    """Straight into the parser, and inside of a picture."""
    try:
        colour_model(case.data)
        parse_icc(case.data)
        outcome.header = True
    except ProfileError as error:
        check_line(str(error), path.parent)
    format = "JPEG" if case.choice % 3 else "PNG"
    picture = Image.fromarray(skin())
    mode = ("RGB", "L", "CMYK")[case.choice // 3 % 3]
    if mode == "CMYK":
        format = "JPEG"
    data = saved(picture.convert(mode), format, icc_profile=case.data)
    _render(case, smpsim.read_photo(data), white_ellipse(), path, outcome)


def _label(case: Case, path: Path, outcome: Outcome) -> None:
    label = read_label(path)
    if label is not None and not isinstance(label, dict):
        raise Broken(f"a label of type {type(label)}")
    outcome.header = True


# ---- the command line


def _by_command(case: Case, path: Path, outcome: Outcome) -> None:
    photo, mask, out = path.with_name("p.png"), path.with_name("m.png"), path.with_name("out.png")
    render = ["render", str(photo), str(mask), "-o", str(out), "--px-per-mm", "8"]
    words = {
        "photo": [*render[:1], str(path), *render[2:]],
        "mask": [*render[:2], str(path), *render[3:]],
        "shapes": [*render[:2], str(path), *render[3:]],
        "treatment": ["treatment", "show", str(path), "--json"]
        if case.choice % 2
        else [*render, "--treatment", str(path)],
        "sidecar": ["treatment", "check", str(path)],
        "profile": ["info", str(path)],
        "project": ["render", str(path), *render[3:]],
        "pack": ["render", str(path), *render[3:]],
        "label": ["info", str(path), "--json"],
    }[case.kind]
    photo.write_bytes(saved(skin(), "PNG"))
    size = _size_of(case.data) if case.kind == "photo" else None
    mask.write_bytes(saved(white_ellipse(*(size or (WIDTH, HEIGHT))), "PNG"))
    code, errors = _run(words, path.parent, outcome)
    for extra in (photo, mask):
        extra.unlink()
    _check_command(code, errors, out, path.parent, outcome)


def _size_of(data: bytes) -> tuple[int, int] | None:
    try:
        width, height = smpsim.read_photo(data).size
    except (InputError, OutputError):
        return None
    return (width, height) if width * height <= RENDER_LIMIT_PX else None


def _run(words: list[str], folder: Path, outcome: Outcome) -> tuple[int, str]:
    """Exit status and standard error of the command line, and its peak memory."""
    process = subprocess.Popen(
        [sys.executable, "-m", "smpsim", *words], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    with process.stderr:
        errors = process.stderr.read().decode("utf-8", "replace")
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    outcome.peak_kb = usage.ru_maxrss
    return process.returncode, errors


def _check_command(code: int, errors: str, out: Path, folder: Path, outcome: Outcome) -> None:
    last = errors.splitlines()[-1] if errors else ""
    if code not in (0, 2, 3) or "Traceback" in errors:
        raise Broken(f"exit status {code}: {errors[-1500:]}")
    if code:
        if errors.count("\n") != 1 or not last.startswith("smpsim: error: "):
            raise Broken(f"not one line: {errors[:1500]!r}")
        check_line(last, folder)
        if out.exists():
            raise Broken("an output although it failed")
    outcome.refused, outcome.rendered = code != 0, out.exists()
    out.unlink(missing_ok=True)
