"""The gallery: its order, and the pictures that an example writes."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from sphinx_gallery.scrapers import figure_rst

_ORDER = (
    *("before_after", "density", "dot_size", "depth", "shade", "regularity", "edge", "sessions", "hairlines"),
    *("drawn_line", "curved_head", "hair_in_front", "match", "repair", "ranked_dots", "dot_optics"),
)


class FromSimple:
    """Sorts examples: first what everybody needs; an example that is not named comes last."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def __repr__(self) -> str:
        return type(self).__name__

    def __call__(self, name: str) -> tuple[int, str]:
        """Place of an example, by the name of its file."""
        stem = Path(name).stem
        return (_ORDER.index(stem) if stem in _ORDER else len(_ORDER), stem)


def moved_pictures(block: Any, variables: dict[str, Any], settings: dict[str, Any]) -> str:
    """Move the pictures that a block has written beside the example into the book; return what shows them."""
    moved = []
    for picture in sorted(Path(variables["src_file"]).parent.glob("*.png")):
        moved.append(next(variables["image_path_iterator"]))
        shutil.move(picture, moved[-1])
    return str(figure_rst(moved, settings["src_dir"]))
