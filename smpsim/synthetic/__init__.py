"""A synthetic bald scalp that looks like a photograph, and of which everything is known.

The head is an ellipsoid with gentle bumps, seen from afar (orthographic).  In the picture's frame (x right, y down,
z towards the viewer; mm from the middle of the head) it is ``s' M s = 1``, so with ``p = (x, y)``, ``b = M[:2, 2]``::

    Q = p' (M[:2, :2] - b b' / M[2, 2]) p          r = sqrt(Q) is 1 on the silhouette
    z = (-b' p + sqrt(M[2, 2] (1 - Q))) / M[2, 2]  normal ~ M s
    (u, v) = p arcsin(r) / r                       millimetres along the skin, where its texture lives

    diffuse = R0 exp(-melanin - blood) * irradiance          linear light out of the skin: pigment darkens it
    surface_light = shine + hair + background                linear light that pigment does not touch
    picture = camera(diffuse + surface_light)                lens, sensor noise, chroma smoothing, sRGB, JPEG

Texture is noise on lattices in millimetres, whose every number is a hash of its place: the same scene at every
resolution.  Only the noise of the sensor belongs to its pixels, and a grain of the skin is left out below 10 px/mm.

The mean reflectances R0 are the model's for the tones of ``smpsim.ink.skin.TONES``; every amplitude of texture
and light is an estimate, chosen by eye beside photographs of scalps.

Numbers: estimates, and choices of how finely the scene is made.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from smpsim.arrays import U64
from smpsim.dots.hashing import combine, stream
from smpsim.errors import ParameterError
from smpsim.ink.skin import TONES, SkinOptics
from smpsim.scalp.scale import Scale
from smpsim.synthetic.camera import Camera
from smpsim.synthetic.cases import CASES, spot
from smpsim.synthetic.drawn import MARKS, Drawn, draw
from smpsim.synthetic.hair import COLOURS, CUTS, Cut
from smpsim.synthetic.head import SEMI_AXES_MM, VIEWS, Head
from smpsim.synthetic.lamps import LIGHTS
from smpsim.synthetic.noise import Cells
from smpsim.synthetic.scene import Scene
from smpsim.synthetic.skin import REFLECTANCE, Texture, texture
from smpsim.synthetic.truth import Sample, Truth

__all__ = ["Sample", "Truth", "sample"]

_LIMITS_PX_PER_MM, _LIMITS_WIDTH_MM = (1.0, 20.0), (0.02, 0.2)
# Texture is made this fine, relative to a pixel, and no finer than this.
_TEXTURE_STEP, _FINEST_MM = 0.85, 0.085


def sample(
    *,
    px_per_mm: float = 8,
    tone: str = "light",
    view: str = "front",
    seed: int = 0,
    light: str = "studio",
    hair: str = "none",
    hair_colour: str = "dark",
    hair_width_mm: float | None = None,
    veins: bool = False,
    freckles: bool = False,
    blur_px: float = 0.0,
    chroma_blur_px: float = 1.3,
    noise: float = 1.0,
    jpeg_quality: int | None = None,
    line: str = "none",
    line_gaps_frac: float = 0.1,
    case: str = "none",
) -> Sample:
    """Make a synthetic photograph of a bald head.

    Parameters
    ----------
    px_per_mm : float
        Scale, 1 to 20 px/mm.  The same scene at every scale; 8, a choice, gives 1520 x 1040 px from the front.
    tone : str
        A key of ``smpsim.ink.skin.TONES``.
    view : str
        "front" (190 x 130 mm, a hairline mask), "crown" (from behind and above, 190 x 150 mm, a bald spot),
        "profile" (220 x 130 mm) or "three-quarter" (195 x 134 mm), whose mask runs round the temple and over the ear.
    seed : int
        Another head, other skin.  The mask moves only by the head's bumps.
    light : str
        "studio" (a large warm key light), "rim" (a violet lamp from behind, a warm key), "hard" (a small lamp, a
        shadow with an edge), "overcast" (flat) or "window" (strong from one side, near clipping on light skin).
    hair : str
        At the sides and the back: "none" (shaved), "stubble" (about 1 mm) or "short" (about 9 mm).  Over the whole
        head: "strands" (single hairs of about 28 mm, 2 per cm2), "thin" (8 per cm2), "longer" (40 mm, 16 per cm2),
        "parted" (55 mm, 80 per cm2; its parting comes with the case), "buzz" (stubble, 130 per cm2), "grafts"
        (stubble, 30 per cm2 on top) or "combed" (so many that they hide the skin, in patches of some centimetres
        behind the forehead).
    hair_colour : str
        "dark", "brown", "blond" or "grey".
    hair_width_mm : float, mm, 0.02 to 0.2, optional
        Width of a hair, and so its contrast where it is narrower than a pixel; 0.075, stubble 0.085, when not given.
    veins, freckles : bool
        Whether the skin shows them.  Fine lines across the forehead are always there.
    blur_px : float, px, 0 to 50
        Defocus of the whole picture beyond the lens's own, standard deviation of a Gaussian.
    chroma_blur_px : float, px, 0 to 50
        Smoothing of Cb and Cr, standard deviation of a Gaussian; 0 is none, 1.3 an estimate of what is usual.
    noise : float, 0 to 50
        Factor on the sensor's noise; 0 is none.
    jpeg_quality : int, optional
        1 to 100: the picture goes through a JPEG of this quality with 4:2:0, whose coding the photo carries.
    line : str
        A hairline drawn on the skin: "none", "white", "red" or "blue" (wax pencil), "phone", "phone-red" or
        "phone-yellow" (mark-up on the finished picture); on the crown it runs round the bald spot.
    line_gaps_frac : float, 0 to 0.9
        Share of the line that a wax pencil leaves out, about; 0.1 is an estimate.
    case : str
        What is to be treated, by the name of the preset for it: "shaved-head", "between-hair", "parting",
        "transplant", "strip-scar", "dot-scars", "burn-scar", "areata" or "birthmark"; "none" is a bald head.  A case
        brings its own hair and its own mask; `truth.spot` says where scar, patches, birthmark or parting are.

    Returns
    -------
    Sample
        Frozen, with read-only arrays.

    Raises
    ------
    ParameterError
        A number is out of range, a name unknown, or the seed not a whole number.
    """
    camera = Camera(blur_px, chroma_blur_px, noise, jpeg_quality)
    _check(px_per_mm, seed)
    _check_gaps(line_gaps_frac)
    _check_names(tone=(tone, TONES), view=(view, VIEWS), light=(light, LIGHTS))
    _check_names(line=(line, ("none", *MARKS)))
    _check_names(hair=(hair, ("none", *CUTS)), hair_colour=(hair_colour, COLOURS), case=(case, ("none", *CASES)))
    hair = _hair_of(case, hair)
    cut = _cut(hair, hair_width_mm)
    key = stream(combine(np.uint64(int(seed) % 2**64)), f"sample {view}")
    head = Head(VIEWS[view], key)
    width, height = (round(mm * px_per_mm) for mm in head.view.size_mm)
    down, across = Cells(0.0, 1 / px_per_mm, height), Cells(0.0, 1 / px_per_mm, width)
    reflectance = np.array(REFLECTANCE[tone], np.float32)
    skin = _texture(head, px_per_mm, key, veins=veins, freckles=freckles)
    on_skin = spot(case, head, key)
    scene = Scene(head, skin, reflectance, LIGHTS[light], key, cut=cut, hair_colour=hair_colour, spot=on_skin)
    drawn = draw(head, MARKS[line], line_gaps_frac, down, across, key) if line != "none" else None
    lit = scene.whole(down, across, drawn)
    depth = float(lit.height_mm.max()) - lit.height_mm
    photo, lens_blur = camera.expose(lit.diffuse + lit.surface, depth, px_per_mm, key, _markup(drawn))
    mask = head.mask(down, across)
    share = None if on_skin is None else on_skin.share(down, across)
    margin = CASES[case].margin_mm if case in CASES else None
    if on_skin is not None and margin is not None:
        mask = on_skin.share(down, across, margin) * lit.coverage
    truth = Truth(
        diffuse=lit.diffuse,
        surface_light=lit.surface,
        irradiance=lit.irradiance,
        coverage=lit.coverage,
        height_mm=lit.height_mm,
        hair=lit.hair,
        lens_blur_px=lens_blur,
        semi_axes_mm=SEMI_AXES_MM,
        centre_mm=head.view.centre_mm,
        rotation=head.rotation,
        tone=tone,
        skin=SkinOptics.from_name(tone),
        lights=LIGHTS[light],
        camera=camera,
        line_px=None if drawn is None else drawn.line_mm * px_per_mm,
        drawn=None if drawn is None else drawn.share,
        roots_px=scene.roots_mm * px_per_mm,
        spot=share,
    )
    head.rotation.flags.writeable = False
    for array in (mask, lens_blur, *lit.arrays(), truth.drawn, truth.line_px, truth.roots_px, truth.spot):
        if array is not None:
            array.flags.writeable = False
    return Sample(photo, mask, Scale(px_per_mm, source="sample"), head.surface(), truth)


def _check(px_per_mm: float, seed: int) -> None:
    low, high = _LIMITS_PX_PER_MM
    if not (isinstance(px_per_mm, int | float | np.integer | np.floating) and low <= px_per_mm <= high):
        raise ParameterError(
            f"px_per_mm: {px_per_mm!r} px/mm is not allowed for a sample; give {low:g} to {high:g} px/mm",
            name="px_per_mm",
            value=px_per_mm,
        )
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer):
        raise ParameterError(f"seed: {seed!r} is not allowed; give a whole number", name="seed", value=seed)


def _check_gaps(frac: float) -> None:
    if not (isinstance(frac, int | float | np.integer | np.floating) and 0 <= frac <= 0.9):
        raise ParameterError(
            f"line_gaps_frac: {frac!r} is not allowed for a sample; give 0 to 0.9", name="line_gaps_frac", value=frac
        )


def _markup(drawn: Drawn | None) -> Drawn | None:
    """Return what is drawn on the picture, not on the skin."""
    return drawn if drawn is not None and drawn.mark.digital else None


def _check_names(**choices: tuple[str, Iterable[str]]) -> None:
    for name, (value, allowed) in choices.items():
        if value not in allowed:
            raise ParameterError(
                f"{name}: {value!r} is unknown; choose one of {', '.join(allowed)}", name=name, value=value
            )


def _hair_of(case: str, hair: str) -> str:
    """Hair of a case, which brings its own."""
    if case == "none":
        return hair
    if hair != "none":
        raise ParameterError(f"hair: the case {case} brings its own; leave hair out", name="hair", value=hair)
    return CASES[case].hair


def _cut(hair: str, width_mm: float | None) -> Cut | None:
    """Hair of a width; none when there is none."""
    cut = CUTS.get(hair)
    if cut is None or width_mm is None:
        return cut
    low, high = _LIMITS_WIDTH_MM
    if not (isinstance(width_mm, int | float | np.integer | np.floating) and low <= width_mm <= high):
        raise ParameterError(
            f"hair_width_mm: {width_mm!r} mm is not allowed for a sample; give {low:g} to {high:g} mm",
            name="hair_width_mm",
            value=width_mm,
        )
    return replace(cut, width_mm=float(width_mm))


def _texture(head: Head, px_per_mm: float, key: U64, *, veins: bool, freckles: bool) -> Texture:
    """Skin for all of the chart that the picture shows."""
    u, v = head.seen(head.down, head.across).chart_mm
    step = max(_TEXTURE_STEP / px_per_mm, _FINEST_MM)
    margin = 2.0
    down = Cells.cover(float(v.min()) - margin, float(v.max()) + margin, step)
    across = Cells.cover(float(u.min()) - margin, float(u.max()) + margin, step)
    return texture(key, down, across, forehead_mm=head.view.forehead_mm, veins=veins, freckles=freckles)
