"""A synthetic bald scalp that looks like a photograph, and of which everything is known.

The head is an ellipsoid with gentle bumps, seen from afar (orthographic).  In the picture's frame (x right, y down,
z towards the viewer; mm from the middle of the head) it is ``s' M s = 1``, so with ``p = (x, y)``, ``b = M[:2, 2]``::

    Q = p' (M[:2, :2] - b b' / M[2, 2]) p          r = sqrt(Q) is 1 on the silhouette
    z = (-b' p + sqrt(M[2, 2] (1 - Q))) / M[2, 2]  normal ~ M s
    (u, v) = p arcsin(r) / r                       millimetres along the skin, where its texture lives

    diffuse = R0 exp(-melanin - blood) * irradiance          linear light out of the skin: pigment darkens it
    surface_light = shine + background                       linear light that pigment does not touch
    picture = camera(diffuse + surface_light)                lens, sensor noise, chroma smoothing, sRGB

Texture is noise on lattices in millimetres, whose every number is a hash of its place: the same scene at every
resolution.  Only the noise of the sensor belongs to its pixels.

The mean reflectances R0 are the model's for the tones of :data:`smpsim.ink.skin.TONES`; every amplitude of texture
and light is an estimate, chosen by eye beside photographs of scalps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from smpsim.arrays import F32, F64, U64
from smpsim.dots.hashing import combine, stream
from smpsim.errors import ParameterError
from smpsim.files.photo import Photo
from smpsim.ink.skin import TONES, SkinOptics
from smpsim.scalp.scale import Scale
from smpsim.scalp.surface import Surface
from smpsim.synthetic.camera import expose
from smpsim.synthetic.head import SEMI_AXES_MM, VIEWS, Head
from smpsim.synthetic.head import coverage as covers
from smpsim.synthetic.light import Rig
from smpsim.synthetic.noise import Cells
from smpsim.synthetic.skin import REFLECTANCE, Texture, texture

__all__ = ["Sample", "Truth", "sample"]

_LIMITS_PX_PER_MM = (1.0, 20.0)
# Texture is made this fine, relative to a pixel, and no finer than this.
_TEXTURE_STEP, _FINEST_MM = 0.85, 0.085
_STRIP_PX = 1 << 16


@dataclass(frozen=True, eq=False)
class Truth:
    """What is known of a sample.

    Attributes
    ----------
    diffuse : ndarray (H, W, 3) float32, linear
        Light that comes out of the skin, which pigment darkens; 0 in the background.
    surface_light : ndarray (H, W, 3) float32, linear
        The rest: shine, and the background.  ``diffuse + surface_light`` is what reaches the lens.
    coverage : ndarray (H, W) float32, 0..1
        Share of the pixel that shows the head.
    height_mm : ndarray (H, W) float32, mm
        Height of the skin towards the viewer, from the middle of the head; at the level of the silhouette outside.
    semi_axes_mm : (float, float, float), mm
        Half the breadth, length and height of the ellipsoid.  The head departs from it by bumps of up to about 5 mm.
    centre_mm : (float, float), mm
        Its middle in the picture, x and y.
    rotation : ndarray (3, 3) float64
        Turns the head's frame (its side, front, up) to the picture's (right, down, towards the viewer).
    tone : str
        Name of the skin tone.
    skin : SkinOptics
        Optics of that tone.
    """

    diffuse: F32
    surface_light: F32
    coverage: F32
    height_mm: F32
    semi_axes_mm: tuple[float, float, float]
    centre_mm: tuple[float, float]
    rotation: F64
    tone: str
    skin: SkinOptics


@dataclass(frozen=True, eq=False)
class Sample:
    """A synthetic photograph with its mask, scale and truth.

    Attributes
    ----------
    photo : Photo
        The picture (H, W, 3), sRGB.
    mask : ndarray (H, W) float32, 0..1
        The area to treat.
    scale : Scale
        Of the plane through the middle of the head; the projection is orthographic.
    surface : Surface
        The plane that faces the camera.
    truth : Truth
        What the picture was made of.
    """

    photo: Photo
    mask: F32
    scale: Scale
    surface: Surface
    truth: Truth


def sample(*, px_per_mm: float = 8, tone: str = "light", view: str = "front", seed: int = 0) -> Sample:
    """Make a synthetic photograph of a bald head.

    Parameters
    ----------
    px_per_mm : float
        Scale, 1 to 20 px/mm.  The same scene at every scale; 8 gives 1520 x 1040 px from the front.
    tone : str
        A key of :data:`smpsim.ink.skin.TONES`.
    view : str
        "front" (190 x 130 mm, a hairline mask) or "crown" (from behind and above, 190 x 150 mm, a bald spot).
    seed : int
        Another head, other skin.  The mask moves only by the head's bumps.

    Returns
    -------
    Sample
        Frozen, with read-only arrays.

    Raises
    ------
    ParameterError
        The scale is out of range, the tone or view unknown, or the seed not a whole number.
    """
    _check(px_per_mm, tone, view, seed)
    key = stream(combine(np.uint64(int(seed) % 2**64)), f"sample {view}")
    head = Head(VIEWS[view], key)
    width, height = (round(mm * px_per_mm) for mm in head.view.size_mm)
    down, across = Cells(0.0, 1 / px_per_mm, height), Cells(0.0, 1 / px_per_mm, width)
    reflectance = np.array(REFLECTANCE[tone], np.float32)
    exposure = (REFLECTANCE["light"][1] / REFLECTANCE[tone][1]) ** 0.25
    rig = Rig(head, _texture(head, px_per_mm, key), reflectance, exposure, key)
    diffuse, surface_light, coverage, height_mm = _render(rig, down, across)
    depth = float(height_mm.max()) - height_mm
    pixels = expose(diffuse + surface_light, depth, px_per_mm, key)
    mask = head.mask(down, across)
    truth = Truth(
        diffuse=diffuse,
        surface_light=surface_light,
        coverage=coverage,
        height_mm=height_mm,
        semi_axes_mm=SEMI_AXES_MM,
        centre_mm=head.view.centre_mm,
        rotation=head.rotation,
        tone=tone,
        skin=SkinOptics.from_name(tone),
    )
    for array in (mask, diffuse, surface_light, coverage, height_mm, head.rotation):
        array.flags.writeable = False
    return Sample(Photo.from_array(pixels), mask, Scale(px_per_mm, source="sample"), Surface.plane(), truth)


def _check(px_per_mm: float, tone: str, view: str, seed: int) -> None:
    low, high = _LIMITS_PX_PER_MM
    if not (isinstance(px_per_mm, int | float | np.integer | np.floating) and low <= px_per_mm <= high):
        raise ParameterError(
            f"px_per_mm: {px_per_mm!r} px/mm is not allowed for a sample; give {low:g} to {high:g} px/mm",
            name="px_per_mm",
            value=px_per_mm,
        )
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer):
        raise ParameterError(f"seed: {seed!r} is not allowed; give a whole number", name="seed", value=seed)
    for name, value, allowed in (("tone", tone, TONES), ("view", view, VIEWS)):
        if value not in allowed:
            raise ParameterError(
                f"{name}: {value!r} is unknown; choose one of {', '.join(allowed)}", name=name, value=value
            )


def _texture(head: Head, px_per_mm: float, key: U64) -> Texture:
    """Skin for all of the chart that the picture shows."""
    u, v = head.seen(head.down, head.across).chart_mm
    step = max(_TEXTURE_STEP / px_per_mm, _FINEST_MM)
    margin = 2.0
    down = Cells.cover(float(v.min()) - margin, float(v.max()) + margin, step)
    across = Cells.cover(float(u.min()) - margin, float(u.max()) + margin, step)
    return texture(key, down, across, forehead=head.view.elevation_deg < 30)


def _render(rig: Rig, down: Cells, across: Cells) -> tuple[F32, F32, F32, F32]:
    """Diffuse light, surface light, coverage and height of the whole picture, strip by strip."""
    shape = down.n, across.n
    diffuse, surface_light = np.empty((*shape, 3), np.float32), np.empty((*shape, 3), np.float32)
    coverage, height = np.empty(shape, np.float32), np.empty(shape, np.float32)
    rows = max(_STRIP_PX // across.n, 4)
    for start in range(0, down.n, rows):
        strip = Cells(start * down.step_mm, down.step_mm, min(rows, down.n - start))
        part = slice(start, start + strip.n)
        diffuse[part], surface_light[part], seen = rig.shine_on(strip, across)
        coverage[part] = covers(seen.inside_mm, across.step_mm)
        height[part] = seen.height_mm
    return diffuse, surface_light, coverage, height
