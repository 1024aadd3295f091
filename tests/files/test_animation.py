"""Pictures that move: what is refused, and what their files keep."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageSequence

from smpsim.errors import OutputError, ParameterError
from smpsim.files.animation import encode_animation
from smpsim.files.metadata import DESCRIPTION


def test_what_cannot_be_an_animation() -> None:
    wide, small = np.zeros((1, 65_536, 3), np.uint8), np.zeros((2, 2, 3), np.uint8)
    for format, frame, said in (
        ("mp4", small, "unknown format 'mp4': use one of gif webp"),
        ("gif", wide, "65536 x 1 px do not fit into gif"),
        ("webp", wide, "65536 x 1 px do not fit into webp"),
    ):
        with pytest.raises(ParameterError, match=said) as caught:
            encode_animation([frame], format=format, seconds=[1])
        assert caught.value.name == "format"
    with pytest.raises(OutputError, match="the webp encoder failed"):
        encode_animation([small, np.zeros((3, 3, 3), np.uint8)], format="webp", seconds=[1, 1])


def test_time_colours_and_label_are_kept() -> None:
    frames = [np.full((8, 8, 3), value, np.uint8) for value in (0, 100, 200)]
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for label in ({"seed": 1}, None):
        for format in ("gif", "webp"):
            data = encode_animation(frames, format=format, seconds=[0.5, 1, 2], profile=profile, label=label)
            with Image.open(io.BytesIO(data)) as image:
                times = []
                for frame in ImageSequence.Iterator(image):
                    frame.load()
                    times.append(frame.info["duration"])
                assert times == [500, 1000, 2000]
                assert image.info["loop"] == 0
                assert image.info.get("icc_profile") == (profile if format == "webp" else None)
            assert (DESCRIPTION.encode("ascii") in data) == (label is not None)
