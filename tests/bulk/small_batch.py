"""Small photos for batches, and a way to look at what came out."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image


def write_photo(path: Path, size: tuple[int, int] = (48, 40), **options: Any) -> Path:
    """A photo of its own, and its mask beside it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(list(path.name.encode()))
    pixels = np.clip(rng.normal((205, 165, 140), 4, (size[1], size[0], 3)), 0, 255).astype(np.uint8)
    Image.fromarray(pixels).save(path, **options)
    Image.new("L", size, 255).save(path.with_name(f"{path.stem}_mask.png"))
    return path


def fingerprints(folder: str | Path) -> dict[str, str]:
    """Every file below a folder, hidden ones too, with a hash of its bytes."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(Path(folder).rglob("*"))
        if path.is_file()
    }
