"""Well-formed little pictures of every format and kind that is read, and some that must be refused by name."""

from __future__ import annotations

import io
import os
import struct
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from formats_jpeg_png import chunk
from formats_tiff import make_tiff
from PIL import Image, ImageCms, PngImagePlugin

WIDTH, HEIGHT = 40, 32
Seed = tuple[str, bytes]


def skin(width: int = WIDTH, height: int = HEIGHT, channels: int = 3) -> np.ndarray:
    """A warm colour, shaded and noisy."""
    shade = np.linspace(1.0, 0.75, width)[None, :, None]
    noise = np.random.default_rng(3).normal(0, 4, (height, width, 1))
    values = np.array([205, 165, 140, 255])[:channels] * shade + noise
    return values.round().clip(0, 255).astype(np.uint8)


def white_ellipse(width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    y, x = np.mgrid[:height, :width]
    inside = ((x + 0.5) / width - 0.5) ** 2 + ((y + 0.5) / height - 0.5) ** 2 < 0.16
    return (255 * inside).astype(np.uint8)


def saved(image: Image.Image | np.ndarray, format: str, **options: Any) -> bytes:
    image = image if isinstance(image, Image.Image) else Image.fromarray(image)
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


@cache
def profiles() -> tuple[bytes, ...]:
    """Matrix and grey profiles, by littleCMS and by ourselves."""
    from smpsim.files.nclx import display_p3_profile

    made = [ImageCms.ImageCmsProfile(ImageCms.createProfile(name)).tobytes() for name in ("sRGB", "LAB", "XYZ")]
    return (display_p3_profile(), *made)


def exif(orientation: int = 6) -> Image.Exif:
    block = Image.Exif()
    block[0x0112], block[0x010F], block[0x0132] = orientation, "maker", "2026:01:01 00:00:00"
    block.get_ifd(0x8769).update({0xA001: 1, 0x9286: b"ASCII\0\0\0note"})
    block.get_ifd(0x8825).update({1: "N", 2: (1.0, 2.0, 3.0)})
    return block


@cache
def photos() -> tuple[Seed, ...]:
    """All seeds of photos."""
    return (*_jpeg(), *_png(), *_raw_png(), *_webp(), *_tiff(), *_gif(), *_heif(), *_foreign())


@cache
def masks() -> tuple[Seed, ...]:
    """All seeds of masks, of the size of the photo."""
    grey = white_ellipse()
    image = Image.fromarray(grey)
    rgba = np.dstack([np.full((HEIGHT, WIDTH, 3), 255, np.uint8), grey])
    turned = Image.Exif()
    turned[0x0112] = 3
    return (
        ("png", saved(grey, "PNG")),
        ("png", saved(image.convert("1"), "PNG")),
        ("png", saved(image.convert("P"), "PNG")),
        ("png", saved(rgba, "PNG", exif=turned)),
        ("png", saved(grey.astype(np.uint16) * 257, "PNG")),
        ("png", saved(image.resize((WIDTH // 2, HEIGHT // 2)), "PNG")),
        ("jpeg", saved(grey, "JPEG")),
        ("tiff", saved(grey, "TIFF", compression="tiff_lzw")),
        ("tiff", saved(Image.fromarray((grey / 255).astype(np.float32)), "TIFF")),
        ("tiff", saved(image.convert("1"), "TIFF", compression="group4")),
        ("webp", saved(rgba, "WEBP", lossless=True)),
        ("gif", saved(image, "GIF")),
    )


def _jpeg() -> Iterator[Seed]:
    image = Image.fromarray(skin())
    p3, srgb = profiles()[:2]
    yield "jpeg", saved(image, "JPEG")
    yield "jpeg", saved(image, "JPEG", subsampling=0, quality=95, comment=b"hello", restart_marker_blocks=2)
    yield "jpeg", saved(image, "JPEG", progressive=True)
    yield "jpeg", saved(image.convert("L"), "JPEG")
    yield "jpeg", saved(image.convert("CMYK"), "JPEG")
    yield "jpeg", saved(image, "JPEG", exif=exif(), icc_profile=p3, dpi=(300, 300), xmp=b"<x:xmpmeta/>")
    yield "jpeg", saved(image, "JPEG", exif=exif(8), icc_profile=srgb)
    yield "jpeg", saved(image, "MPO", save_all=True, append_images=[image.resize((20, 16))], exif=exif(3))


def _png() -> Iterator[Seed]:
    image = Image.fromarray(skin())
    grey = image.convert("L")
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "x" * 500, zip=True)
    text.add_itxt("XML:com.adobe.xmp", '<x:xmpmeta xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"/>')
    yield "png", saved(image, "PNG")
    yield "png", saved(image, "PNG", icc_profile=profiles()[0], exif=exif(), dpi=(300, 300), pnginfo=text)
    yield "png", saved(grey, "PNG", icc_profile=profiles()[1])
    yield "png", saved(skin(channels=4), "PNG")
    yield "png", saved(grey.convert("LA"), "PNG")
    yield "png", saved(image.convert("P"), "PNG", transparency=bytes(range(200)))
    yield "png", saved(image, "PNG", transparency=(205, 165, 140))
    yield "png", saved(grey.convert("1"), "PNG")
    yield "png", saved(skin()[..., 0].astype(np.uint16) * 257, "PNG")
    yield "png", saved(image, "PNG", save_all=True, append_images=[image.rotate(90)], duration=20)


def _raw_png() -> Iterator[Seed]:
    """What Pillow cannot write: 2, 4 and 16 bits, interlaced, colour chunks."""
    for depth, colour, channels in ((2, 0, 1), (4, 0, 1), (4, 3, 1), (16, 2, 3), (16, 6, 4), (16, 4, 2), (8, 2, 3)):
        for interlaced in (0, 1):
            extra = [b"PLTE" + bytes(range(48))] if colour == 3 else []
            if colour == 2:
                extra += [b"gAMA" + struct.pack(">I", 45455), b"cICP" + bytes((12, 13, 0, 1))]
            yield "png", _one_raw_png(depth, colour, channels, interlaced, extra)


def _one_raw_png(depth: int, colour: int, channels: int, interlaced: int, extra: list[bytes]) -> bytes:
    steps = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
    rows = b""
    for x, y, dx, dy in steps if interlaced else ((0, 0, 1, 1),):
        width, height = -(-(WIDTH - x) // dx), -(-(HEIGHT - y) // dy)
        row = bytes(k * 37 % 256 for k in range((width * depth * channels + 7) // 8))
        rows += (b"\0" + row) * height
    header = b"IHDR" + struct.pack(">IIBBBBB", WIDTH, HEIGHT, depth, colour, 0, 0, interlaced)
    parts = (header, *extra, b"IDAT" + zlib.compress(rows), b"IEND")
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(chunk, parts))


def _webp() -> Iterator[Seed]:
    image, clear = Image.fromarray(skin()), Image.fromarray(skin(channels=4))
    yield "webp", saved(image, "WEBP")
    yield "webp", saved(image, "WEBP", lossless=True)
    yield "webp", saved(clear, "WEBP", exif=exif(), icc_profile=profiles()[0], xmp=b"<x:xmpmeta/>")
    yield "webp", saved(clear, "WEBP", save_all=True, append_images=[clear.rotate(180)])


def _tiff() -> Iterator[Seed]:
    image = Image.fromarray(skin())
    grey = image.convert("L")
    for compression in ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg", "zstd"):
        yield "tiff", saved(image, "TIFF", compression=compression)
    yield "tiff", saved(image, "TIFF", exif=exif(), icc_profile=profiles()[0], dpi=(72, 72))
    for compression in ("group3", "group4"):
        yield "tiff", saved(grey.convert("1"), "TIFF", compression=compression)
    yield "tiff", saved(skin()[..., 0].astype(np.uint16) * 257, "TIFF")
    for mode in ("CMYK", "YCbCr", "LAB", "RGBA", "F", "I", "P"):
        yield "tiff", saved(grey.convert(mode) if mode in "FI" else _in_mode(image, mode), "TIFF")
    yield "tiff", saved(image, "TIFF", save_all=True, append_images=[grey], big_tiff=False)
    yield "tiff", saved(image, "TIFF", big_tiff=True)
    yield from (("tiff", data) for data in _raw_tiff())


def _in_mode(image: Image.Image, mode: str) -> Image.Image:
    if mode != "LAB":
        return image.convert(mode)
    to_lab = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB")
    result = ImageCms.applyTransform(image, to_lab)
    assert result is not None
    return result


def _raw_tiff() -> Iterator[bytes]:
    """What Pillow cannot write: 16-bit RGB, planes, tiles, big-endian, several strips."""
    pixels = skin()
    for order, kind in (("little", "<u2"), ("big", ">u2")):
        tags = _tiff_tags(16, 2)
        yield make_tiff(tags, [(pixels.astype(np.uint16) * 257).astype(kind).tobytes()], order=order)
        grey = (pixels[..., :1].astype(np.uint16) * 16).astype(kind).tobytes()
        yield make_tiff({**_tiff_tags(16, 1), 277: (3, [1]), 258: (3, [16])}, [grey], order=order)
    tags = {**_tiff_tags(8, 2), 278: (4, [8])}
    yield make_tiff(tags, [pixels[k : k + 8].tobytes() for k in range(0, HEIGHT, 8)])
    yield make_tiff({**_tiff_tags(8, 2), 284: (3, [2])}, [pixels[..., k].tobytes() for k in range(3)])
    tiles = [np.resize(pixels, (16, 16, 3)).tobytes()] * (-(-WIDTH // 16) * -(-HEIGHT // 16))
    tags = {**_tiff_tags(8, 2), 322: (4, [16]), 323: (4, [16])}
    del tags[278]
    yield make_tiff(tags, tiles, tiled=True)


def _tiff_tags(depth: int, photometric: int) -> dict[int, tuple[int, list[int]]]:
    return {
        256: (4, [WIDTH]),
        257: (4, [HEIGHT]),
        258: (3, [depth] * 3),
        259: (3, [1]),
        262: (3, [photometric]),
        274: (3, [1]),
        277: (3, [3]),
        278: (4, [HEIGHT]),
        284: (3, [1]),
    }


def _gif() -> Iterator[Seed]:
    image = Image.fromarray(skin())
    yield "gif", saved(image, "GIF")
    yield "gif", saved(image, "GIF", interlace=0, transparency=3)
    yield "gif", saved(image, "GIF", save_all=True, append_images=[image.rotate(90)], comment=b"hello", loop=0)


def _heif() -> Iterator[Seed]:
    """HEIC cannot be written here: those of the shared corpus, where there is one."""
    folder = Path(os.environ.get("SMPSIM_SHARED", "../shared")) / "io-corpus" / "heic"
    for path in sorted(folder.glob("*.hei*")):
        yield "heif", path.read_bytes()


def _foreign() -> Iterator[Seed]:
    image = Image.fromarray(skin())
    yield "other", saved(image, "BMP")
    yield "other", saved(image, "PPM")
    yield "other", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n"
    yield "other", b'<svg xmlns="http://www.w3.org/2000/svg"/>'
    yield "other", struct.pack(">I", 24) + b"ftypavif" + bytes(4) + b"avifmif1" + bytes(60)
