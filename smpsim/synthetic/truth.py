"""What is known of a sample."""

from __future__ import annotations

from dataclasses import dataclass

from smpsim.arrays import F32, F64
from smpsim.files.photo import Photo
from smpsim.ink.skin import SkinOptics
from smpsim.scalp.scale import Scale
from smpsim.scalp.surface import Surface
from smpsim.synthetic.camera import Camera
from smpsim.synthetic.lamps import Lights


@dataclass(frozen=True, eq=False)
class Truth:
    """What is known of a sample.

    Attributes
    ----------
    diffuse : ndarray (H, W, 3) float32, linear
        Light that comes out of the skin, which pigment darkens; 0 in the background, to which the ears belong.
    surface_light : ndarray (H, W, 3) float32, linear
        The rest: shine, hair, and the background.  ``diffuse + surface_light`` is what reaches the lens.
    irradiance : ndarray (H, W, 3) float32, linear
        Light of all lamps that falls on the skin: ``diffuse = albedo * irradiance * coverage * (1 - hair)``.  The
        background has that of the silhouette.
    coverage : ndarray (H, W) float32, 0..1
        Share of the pixel that shows the head.
    height_mm : ndarray (H, W) float32, mm
        Height of the skin towards the viewer, from the middle of the head; at the level of the silhouette outside.
    hair : ndarray (H, W) float32, 0..1
        Share of the pixel that hair covers; its light is in ``surface_light``.
    lens_blur_px : ndarray (H, W) float32, px
        Standard deviation of the lens's blur at each place, with ``blur_px``; chroma smoothing and JPEG come after it.
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
    lights : Lights
        The rig.
    camera : Camera
        What the camera did.
    line_px : ndarray (n, 2) float64, px, or None
        Middle of the drawn line, x and y, from the left of the picture to its right; None when none is drawn.
    drawn : ndarray (H, W) float32, 0..1, or None
        Share of the pixel that the drawn line covers; wax is in ``surface_light``, mark-up in neither light.
    roots_px : ndarray (n, 2) float64, px, or None
        Where hairs begin, x and y.
    spot : ndarray (H, W) float32, 0..1, or None
        Share of the pixel that the scar, the bald patches, the birthmark or the parting of a case takes.
    """

    diffuse: F32
    surface_light: F32
    irradiance: F32
    coverage: F32
    height_mm: F32
    hair: F32
    lens_blur_px: F32
    semi_axes_mm: tuple[float, float, float]
    centre_mm: tuple[float, float]
    rotation: F64
    tone: str
    skin: SkinOptics
    lights: Lights
    camera: Camera
    line_px: F64 | None = None
    drawn: F32 | None = None
    roots_px: F64 | None = None
    spot: F32 | None = None


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
        The ellipsoid of the head, from which it departs by bumps of up to about 5 mm.
    truth : Truth
        What the picture was made of.
    """

    photo: Photo
    mask: F32
    scale: Scale
    surface: Surface
    truth: Truth
