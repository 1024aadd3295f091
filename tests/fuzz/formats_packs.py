"""Packs (``.smpz``): well-formed at first, then wrong in the zip, in the project or in the photo."""

from __future__ import annotations

import hashlib
import io
import json
import random
import zipfile

from alter import alter
from formats_jpeg_png import alter_jpeg, alter_png
from formats_shapes import alter_text
from seeds import HEIGHT, WIDTH, saved, skin

_NAMES = ("project.smp.json", "front.jpg", "a/b.jpg", "../x.jpg", "/etc/passwd", ".x", "C:x", "é\n.jpg", "x" * 300)


def make_pack(rng: random.Random) -> tuple[str, bytes]:
    """A pack with something wrong, now and then with nothing."""
    photo = saved(skin(), "JPEG") if rng.random() < 0.5 else saved(skin(), "PNG")
    if rng.random() < 0.5:  # then its digest is right: what is inside of a photo is tried, too
        photo = (alter_jpeg if photo.startswith(b"\xff") else alter_png)(rng, photo)
    members = {"project.smp.json": _project(photo), "front.jpg": photo}
    if rng.random() < 0.3:
        members["project.smp.json"] = alter_text(rng, members["project.smp.json"])
    if rng.random() < 0.15:
        members[rng.choice(_NAMES)] = rng.choice((b"", photo, b"x" * 9, bytes(1 << 20)))
    data = _zipped(rng, members)
    if rng.random() < 0.4:
        data = alter(rng, data)
    return "client.smpz", data


def _project(photo: bytes) -> bytes:
    file = {"name": "front.jpg", "sha256": hashlib.sha256(photo).hexdigest(), "width_px": WIDTH, "height_px": HEIGHT}
    stroke = {"mode": "add", "width_px": 9.0, "edge_px": 2.0, "points": [[8.0, 8.0], [20.0, 16.0]]}
    scale = {"px_per_mm": 4.0, "source": "ruler", "uncertainty_frac": 0.01}
    view = {"name": "front", "photo": file, "scale": scale, "hairline": None, "mask": None, "strokes": [stroke]}
    value = {"smpsim_project": 1, "client": "", "seed": 1, "treatment": {}, "views": [view]}
    return json.dumps(value, indent=1).encode("utf-8")


def _zipped(rng: random.Random, members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            kind = rng.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2))
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, kind)
        if rng.random() < 0.05:
            archive.comment = b"PK\5\6" * rng.randrange(9)
    return out.getvalue()
