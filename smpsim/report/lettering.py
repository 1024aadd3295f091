"""The font of captions in pictures: the same on every machine, whatever is installed there."""

from __future__ import annotations

from importlib.resources import files
from io import BytesIO

from PIL import ImageFont

from smpsim.errors import MissingExtraError
from smpsim.words import Words

# Pillow's own font has the letters of English only.
_PLAIN = "en"

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def lettering(size_px: int, say: Words) -> Font:
    """Return a font with all letters of a language.

    Parameters
    ----------
    size_px : int
        Size in pixels, >= 1.
    say : Words
        The language.

    Raises
    ------
    MissingExtraError
        When the language takes a font that is not installed.
    """
    if say.language == _PLAIN:
        return ImageFont.load_default(size=size_px)
    try:
        vera = files("reportlab") / "fonts" / "Vera.ttf"
    except ModuleNotFoundError:
        raise MissingExtraError(
            f'captions in {say("name")} take the fonts of the extra "pdf": pip install "smpsim[pdf]"', extra="pdf"
        ) from None
    return ImageFont.truetype(BytesIO(vera.read_bytes()), size_px)
