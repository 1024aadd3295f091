"""Small projects with their photos, to be written, packed and rendered."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import numpy as np
from PIL import Image

import smpsim
from smpsim.files.project_file import encode_project
from smpsim.files.project_pack import Packed, encode_pack
from smpsim.project import PhotoFile, Project, View
from smpsim.scalp.scale import Scale
from smpsim.scalp.strokes import Stroke


def photo(number: int = 0, size: tuple[int, int] = (160, 120)) -> bytes:
    """A JPEG of its own, with notes that are to stay behind."""
    rng = np.random.default_rng(number)
    pixels = np.clip(rng.normal((205, 165, 140), 4, (size[1], size[0], 3)), 0, 255).astype(np.uint8)
    notes = Image.Exif()
    notes[0x013B], notes[0x010F] = "Jane Doe", "Hasselblad"
    notes.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=92, exif=notes)
    return out.getvalue()


def view(data: bytes, name: str = "front", file: str = "front.jpg", size: tuple[int, int] = (160, 120)) -> View:
    """A view with strokes, one of which protects."""
    strokes = (
        Stroke("add", ((40.0, 50.0), (120.0, 60.0)), 50.0, 4.0),
        Stroke("protect", ((80.0, 50.0), (90.0, 60.0)), 12.0),
    )
    digest = hashlib.sha256(data).hexdigest()
    return View(PhotoFile(file, digest, size), Scale(8.0, "ruler", 0.01), strokes=strokes, name=name)


def packed(*names: str) -> Packed:
    """A project with a view for each name."""
    photos = [photo(number) for number in range(len(names))]
    views = [view(data, name, f"{name}.jpg") for data, name in zip(photos, names, strict=True)]
    treatment = smpsim.Treatment().replace(density_per_cm2=120)
    project = Project(views, treatment, seed=7, client="Client <b>A</b>")
    return Packed(project, {v.photo.sha256: data for v, data in zip(views, photos, strict=True)})


def write(made: Packed, folder: Path, stem: str = "client") -> tuple[Path, Path]:
    """Write a project with its photos beside it, and the same as a pack: their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    for one in made.project.views:
        (folder / one.photo.name).write_bytes(made.photos[one.photo.sha256])
    project, pack = folder / f"{stem}.smp.json", folder / f"{stem}.smpz"
    project.write_bytes(encode_project(made.project))
    pack.write_bytes(encode_pack(made))
    return project, pack
