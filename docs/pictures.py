"""The gallery takes the pictures that an example writes."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from sphinx_gallery.scrapers import figure_rst


def moved_pictures(block: Any, variables: dict[str, Any], settings: dict[str, Any]) -> str:
    """Move the pictures that a block has written beside the example into the book; return what shows them."""
    moved = []
    for picture in sorted(Path(variables["src_file"]).parent.glob("*.png")):
        moved.append(next(variables["image_path_iterator"]))
        shutil.move(picture, moved[-1])
    return str(figure_rst(moved, settings["src_dir"]))
