"""Large pictures are converted in strips: the same colours, in less memory."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from pictures import encoded, exif, picture, raw_png
from PIL import Image, ImageCms

from smpsim.errors import PhotoError
from smpsim.files import convert
from smpsim.files.mask_file import read_mask_with_notices
from smpsim.files.photo import Photo, read_photo

WIDTH, HEIGHT = 12, 8
DEEP = picture(WIDTH, HEIGHT, 1).astype(np.uint16) * 251


def _srgb() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def _kinds() -> dict[str, bytes]:
    image = Image.fromarray(picture())
    grey = image.convert("L")
    png: dict[str, Any] = {"format": "PNG"}
    return {
        "rgb": encoded(image, **png),
        "profile": encoded(image, icc_profile=_srgb(), **png),
        "broken profile": encoded(image, icc_profile=b"no profile", **png),
        "rgba": encoded(picture(channels=4), **png),
        "grey": encoded(grey, **png),
        "grey and alpha": encoded(grey.convert("LA"), **png),
        "key": encoded(image, transparency=tuple(picture()[0, 0].tolist()), **png),
        "palette": encoded(image.convert("P"), **png),
        "clear palette": encoded(image.convert("P"), transparency=bytes(range(250)), **png),
        "1 bit": encoded(grey.convert("1"), **png),
        "16 bits": encoded(DEEP, **png),
        "16-bit key": encoded(DEEP, transparency=int(DEEP[3, 3]), **png),
        "16-bit colours": raw_png(WIDTH, HEIGHT, 16, 2, b"".join(b"\0" + bytes(range(72)) for _ in range(HEIGHT))),
        "16-bit tiff": encoded(DEEP, "TIFF"),
        "big-endian": encoded(DEEP.astype(">u2"), "TIFF"),
        "negative": encoded(DEEP, "TIFF", tiffinfo={262: 0}),
        "cmyk": encoded(image.convert("CMYK"), "TIFF"),
        "ycbcr": encoded(image.convert("YCbCr"), "TIFF"),
        "gif": encoded(image, "GIF", transparency=3),
        "webp": encoded(picture(channels=4), "WEBP", lossless=True),
    }


@pytest.mark.parametrize("kind", _kinds())
def test_strips_join_to_the_whole(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = read_photo(_kinds()[kind])
    like = Photo.from_array(picture())
    mask, _ = read_mask_with_notices(_kinds()[kind], like=like)
    monkeypatch.setattr(convert, "_STRIP_PIXELS", 3 * WIDTH)  # the last strip is shorter
    parts = read_photo(_kinds()[kind])
    np.testing.assert_array_equal(parts.pixels, whole.pixels)
    assert (parts.alpha is None) == (whole.alpha is None)
    if whole.alpha is not None:
        np.testing.assert_array_equal(parts.alpha, whole.alpha)
    assert (parts.profile, parts.space, parts.notices) == (whole.profile, whole.space, whole.notices)
    np.testing.assert_array_equal(read_mask_with_notices(_kinds()[kind], like=like)[0], mask)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_strips_are_turned(orientation: int, monkeypatch: pytest.MonkeyPatch) -> None:
    data = encoded(picture(channels=4), "PNG", exif=exif(orientation))
    image = Image.fromarray(np.ascontiguousarray(picture(channels=4)[..., :3]))
    turn = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}.get(orientation)
    expected = np.asarray(image if turn is None else image.transpose(Image.Transpose(turn)))
    for pixels in (10**6, 3 * WIDTH):
        monkeypatch.setattr(convert, "_STRIP_PIXELS", pixels)
        photo = read_photo(data)
        np.testing.assert_array_equal(photo.pixels, expected)
        assert photo.pixels.flags.c_contiguous
        assert photo.alpha is not None
        assert photo.alpha.shape == photo.pixels.shape[:2]


_READ = """
import sys, zlib
from pictures import png_chunk, raw_png
from smpsim.files.mask_file import read_mask_with_notices
from smpsim.files.photo import Photo, read_photo
import numpy as np
depth, colour, channels = map(int, sys.argv[1].split())
side = 9990
rows = (bytes(1) + bytes(side * channels * depth // 8)) * side
data = raw_png(side, side, depth, colour, rows)
del rows
open("/proc/self/clear_refs", "w").write("5")
if sys.argv[2] == "photo":
    read_photo(data)
else:
    read_mask_with_notices(data, like=Photo.from_array(np.zeros((9, 9, 3), np.uint8)))
print(open("/proc/self/status").read().partition("VmHWM:")[2].split()[0])
"""


def test_a_webp_of_more_than_50_megapixels_is_refused_from_its_header() -> None:
    """2 kB of animation whose canvas is 1.9 million px wide took 1.1 GiB."""
    image = Image.fromarray(picture(channels=4))
    data = encoded(image, "WEBP", save_all=True, append_images=[image.rotate(180)])
    place = data.index(b"VP8X") + 12
    for width, height in ((9000, 6000), (1_900_000, 30)):
        sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
        with pytest.raises(PhotoError, match=rf"^picture: {width} x {height} is 5\d megapixels, at most 50 are read"):
            read_photo(data[:place] + sides + data[place + 6 :])
    assert read_photo(data).size == (12, 8)


@pytest.mark.skipif(sys.platform != "linux", reason="peak memory as Linux tells it")
@pytest.mark.parametrize("door", ["photo", "mask"])
@pytest.mark.parametrize("kind", ["8 6 4", "16 4 2"], ids=["RGBA", "deep grey and alpha"])
def test_100_megapixels_with_alpha_are_read_within_1_gib(door: str, kind: str) -> None:
    """A bomb that keeps to the limit of pixels: 1.7 MB that become as many as are allowed."""
    folder = os.path.dirname(__file__)
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([folder, os.environ.get("PYTHONPATH", "")])}
    done = subprocess.run(
        [sys.executable, "-c", _READ, kind, door], capture_output=True, text=True, check=False, env=env
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 1024**2
