"""Make the pictures of the docs, from the synthetic scalp.  Usage: python docs/make_images.py."""

import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

import smpsim
from smpsim.files.encode import encode_picture
from smpsim.presets import PRESETS
from smpsim.report.strip import depth_strip

FOLDER = Path(__file__).parent / "images"


def before_after() -> None:
    """Write the left half without dots, the right half with them."""
    scalp = smpsim.sample(px_per_mm=8)
    preview = smpsim.render(scalp.photo, scalp.mask, scale=scalp.scale, seed=1)
    middle = preview.image.shape[1] // 2
    both = np.hstack([preview.before[:, :middle], preview.image[:, middle:]])
    both[:, middle - 1 : middle + 1] = 255
    picture = np.ascontiguousarray(both[20:900, 150:1400])
    data = encode_picture(picture, format="jpeg", fine_detail=True, label=preview.label)
    (FOLDER / "before-after.jpg").write_bytes(data)


#: row of the picture of the README -> its pieces: caption, and what is changed of the usual treatment
STRIPS: dict[str, dict[str, dict[str, object]]] = {
    "density, dots per cm2": {f"{n}": {"density_per_cm2": n} for n in (30, 55, 80, 110, 160)},
    "size of dots, mm": {f"{mm}": {"diameter_mm": mm} for mm in (0.15, 0.2, 0.25, 0.3, 0.4)},
    "depth of the needle, mm": {f"{mm}": {"needle_depth_mm": mm} for mm in (0.5, 0.8, 1.2, 1.6, 2.0)},
    "shade, parts of water": {f"1:{n}": {"shade": f"carbon-1:{n}"} for n in (0, 5, 10, 20, 30)},
    "regularity": {f"{share}": {"regularity": share} for share in (0.3, 0.42, 0.55, 0.7, 0.85)},
    "session": {
        **{f"{n} of 3": {"session": n} for n in (1, 2, 3)},
        "3, fresh": {"age_days": "fresh"},
        "3, after 5 years": {"age_days": "5 y"},
    },
}


def strips() -> None:
    """Write a strip of five pieces, 16 x 11 mm, for each of six parameters; all else as it comes."""
    scalp = smpsim.sample(px_per_mm=12, tone="fair")
    sitting = smpsim.Sitting(scalp.photo, scalp.mask, scale=scalp.scale)
    down, across = np.nonzero(scalp.mask > 0.99)
    window = int(np.median(across)) - 40, int(np.median(down)) - 60, 192, 132
    sheet = Image.new("RGB", (5 * 198 - 6, len(STRIPS) * 190), "white")
    pen = ImageDraw.Draw(sheet)
    for row, (title, pieces) in enumerate(STRIPS.items()):
        pen.text((0, 190 * row), title, fill="black", font_size=17)
        for column, (caption, changes) in enumerate(pieces.items()):
            preview = sitting.render(treatment=smpsim.Treatment().replace(**changes), seed=1, window=window)
            sheet.paste(Image.fromarray(preview.image), (198 * column, 190 * row + 24))
            pen.text((198 * column + 2, 190 * row + 159), caption, fill="black", font_size=15)
    data = encode_picture(np.array(sheet), format="jpeg", fine_detail=True, label=preview.label)
    (FOLDER / "strips.jpg").write_bytes(data)


def plane_and_ellipsoid() -> None:
    """Write the crown, treated nearly to its silhouette: as a plane on the left, as an ellipsoid on the right."""
    scalp = smpsim.sample(px_per_mm=8, view="crown")
    treatment = smpsim.Treatment().replace(side_blend_mm=0, feather_mm=4)
    pictures = []
    for surface in (smpsim.Surface.plane(), scalp.surface):
        preview = smpsim.render(
            scalp.photo, _nearly_all(scalp), scale=scalp.scale, treatment=treatment, surface=surface, seed=1
        )
        pictures.append(preview.image[20:720, 110:760])
    both = np.ascontiguousarray(np.hstack(pictures))
    both[:, pictures[0].shape[1] - 1 : pictures[0].shape[1] + 1] = 255
    data = encode_picture(both, format="jpeg", fine_detail=True, label=preview.label)
    (FOLDER / "plane-ellipsoid.jpg").write_bytes(data)


def edge_styles() -> None:
    """Write the same line in every edge style; the last one is what comes without a preset."""
    scalp = smpsim.sample(px_per_mm=10)
    rows, columns = scalp.mask.shape
    y, x = np.mgrid[:rows, :columns] + 0.5
    mask = (y < 806 - 6e-5 * (x - columns / 2) ** 2).astype(np.float32)
    tiles = []
    for name in (*(name for name in PRESETS if name.endswith("-edge")), "no preset"):
        treatment = smpsim.Treatment() if name == "no preset" else smpsim.Treatment.preset(name)
        treatment = treatment.replace(density_per_cm2=110, shade="carbon-1:5")
        window = (columns // 2 - 350, 530, 700, 350)
        preview = smpsim.render(scalp.photo, mask, scale=scalp.scale, treatment=treatment, seed=2, window=window)
        tile = Image.fromarray(preview.image)
        ImageDraw.Draw(tile).text((12, 312), name, fill="black", font_size=26)
        tiles.append(np.array(tile))
    whole = np.vstack([np.hstack(tiles[k : k + 2]) for k in range(0, len(tiles), 2)])
    data = encode_picture(whole, format="jpeg", fine_detail=True, label=preview.label)
    (FOLDER / "edge-styles.jpg").write_bytes(data)


def drawn_line() -> None:
    """Write a drawn line, the hairline that was made of it, and a preview in which it is hidden."""
    scalp = smpsim.sample(px_per_mm=7, tone="fair", seed=1, line="white")
    found = smpsim.find_line(scalp.photo, scale=scalp.scale)
    line = smpsim.hairline_through(found.points, scalp.scale.px_per_mm)
    preview = smpsim.render(scalp.photo, scalp.mask, scale=scalp.scale, hide_line=line, seed=1)
    traced = Image.fromarray(scalp.photo.pixels)
    pen = ImageDraw.Draw(traced)
    pen.line([tuple(point) for point in line.line], fill="black", width=2)
    for x, y in line.points.values():
        pen.ellipse([x - 5, y - 5, x + 5, y + 5], fill="black")
    parts = [picture[215:590, 130:1180] for picture in (scalp.photo.pixels, np.array(traced), preview.image)]
    data = encode_picture(np.vstack(parts), format="jpeg", fine_detail=True, label=preview.label)
    (FOLDER / "drawn-line.jpg").write_bytes(data)


def _nearly_all(scalp: smpsim.Sample) -> np.ndarray:
    """Return what lies within 0.97 of the ellipsoid's silhouette, and on the head."""
    rows, columns = scalp.mask.shape
    y, x = np.mgrid[:rows, :columns] + 0.5
    place = np.stack([x, y], -1) / scalp.scale.px_per_mm - scalp.truth.centre_mm
    inside = (place @ np.linalg.inv(scalp.surface.shape.shape()[:2, :2]) * place).sum(-1) < 0.97**2
    return (inside & (scalp.truth.coverage > 0.5)).astype(np.float32)


def depths() -> None:
    """Write the same piece of scalp with the needle at five depths."""
    scalp = smpsim.sample(px_per_mm=8)
    strip = depth_strip(scalp.photo, scalp.mask, scale=scalp.scale, treatment=smpsim.Treatment(), seed=1)
    strip.save(FOLDER / "depths.png", overwrite=True)


def boards() -> None:
    """Write a timeline, and options at the line, of the sample."""
    scalp = smpsim.sample(px_per_mm=8)
    smpsim.timeline(scalp.photo, scalp.mask, scale=scalp.scale, piece_px=360).save(
        FOLDER / "timeline.jpg", overwrite=True
    )
    smpsim.option_sheet(scalp.photo, scalp.mask, scale=scalp.scale, view="line").save(
        FOLDER / "options.jpg", overwrite=True
    )


def looks(name: str, *looks: dict[str, object]) -> None:
    """Write pieces of 24 mm side by side: bare, then with each look (`tone` is that of the sample)."""
    pieces, label = [], None
    for look in looks:
        scalp = smpsim.sample(px_per_mm=8, tone=look.get("tone", "light"))
        leaves = {leaf: value for leaf, value in look.items() if leaf != "tone"}
        rows, columns = np.nonzero(scalp.mask > 0.99)
        window = int(np.median(columns)) - 96, int(np.median(rows)) - 96, 192, 192
        treatment = smpsim.Treatment().replace(**leaves)
        preview = smpsim.render(scalp.photo, scalp.mask, scale=scalp.scale, treatment=treatment, seed=1, window=window)
        label = label or preview.label
        pieces += [np.full((192, 8, 3), 255, np.uint8), preview.image]
    data = encode_picture(np.hstack(pieces[1:]), format="jpeg", fine_detail=True, label=label)
    (FOLDER / f"{name}.jpg").write_bytes(data)


def groups() -> None:
    """Write pieces of 20 mm with single dots, with groups as hairs grow and with groups of three."""
    scalp = smpsim.sample(px_per_mm=16)
    rows, columns = np.nonzero(scalp.mask > 0.99)
    window = int(np.median(columns)) - 160, int(np.median(rows)) - 160, 320, 320
    pieces = []
    for name in ("no preset", "follicular", "afro"):
        treatment = smpsim.Treatment() if name == "no preset" else smpsim.Treatment.preset(name)
        treatment = treatment.replace(shade="carbon-1:5")
        preview = smpsim.render(scalp.photo, scalp.mask, scale=scalp.scale, treatment=treatment, seed=1, window=window)
        piece = Image.fromarray(preview.image)
        ImageDraw.Draw(piece).text((8, 292), name, fill="black", font_size=20)
        pieces += [np.full((320, 8, 3), 255, np.uint8), np.array(piece)]
    data = encode_picture(np.hstack(pieces[1:]), format="jpeg", fine_detail=True, label=preview.label)
    (FOLDER / "groups.jpg").write_bytes(data)


def times() -> None:
    """Write pieces of 20 mm of three tones at eight moments, and a whole scalp on the day of the session."""
    moments = {"settled": "settled", "fresh": "fresh", "day 3": 3, "day 6": 6, "week 2": 14}
    moments |= {"6 months": "6 mo", "2 years": "2 y", "5 years": "5 y"}
    rows = []
    for tone in ("light", "medium", "dark"):
        scalp = smpsim.sample(px_per_mm=10, tone=tone)
        sitting = smpsim.Sitting(scalp.photo, scalp.mask, scale=scalp.scale)
        down, across = np.nonzero(scalp.mask > 0.99)
        window = int(np.median(across)) - 100, int(np.median(down)) - 100, 200, 200
        pieces = []
        for name, age in moments.items():
            treatment = smpsim.Treatment().replace(age_days=age)
            preview = sitting.render(treatment=treatment, seed=1, window=window)
            piece = Image.fromarray(preview.image)
            ImageDraw.Draw(piece).text((6, 176), name, fill="white" if tone == "dark" else "black", font_size=16)
            pieces += [np.full((200, 4, 3), 255, np.uint8), np.array(piece)]
        rows += [np.full((4, 8 * 204 - 4, 3), 255, np.uint8), np.hstack(pieces[1:])]
    data = encode_picture(np.vstack(rows[1:]), format="jpeg", fine_detail=True, label=preview.label)
    (FOLDER / "times.jpg").write_bytes(data)
    scalp = smpsim.sample(px_per_mm=6)
    pictures = []
    for age in ("settled", "fresh"):
        treatment = smpsim.Treatment().replace(age_days=age)
        preview = smpsim.render(scalp.photo, scalp.mask, scale=scalp.scale, treatment=treatment, seed=1)
        pictures.append(preview.image[10:680, 100:1100:])
    data = encode_picture(np.hstack(pictures), format="jpeg", fine_detail=True, label=preview.label)
    (FOLDER / "fresh.jpg").write_bytes(data)


def hair() -> None:
    """Write skin with a few dark hairs, and combed hair: before, dots over everything, dots behind the hair."""
    hidden("hair", "strands", (760, 270, 430, 430))
    hidden("hair-combed", "combed", (200, 400, 430, 330))


def hidden(name: str, cut: str, window: tuple[int, int, int, int]) -> None:
    """Write a piece of a head with hair: before, dots over everything, dots behind the hair."""
    scalp = smpsim.sample(px_per_mm=10, hair=cut)
    dots = smpsim.Treatment().replace(density_per_cm2=110, shade="carbon-1:5")
    sitting = smpsim.Sitting(scalp.photo, scalp.mask, scale=scalp.scale)
    over, behind = (sitting.render(treatment=dots.replace(hair_sensitivity=s), seed=1, window=window) for s in (0, 1))
    edge = np.full((window[3], 4, 3), 255, np.uint8)
    data = encode_picture(
        np.hstack([over.before, edge, over.image, edge, behind.image]),
        format="jpeg",
        fine_detail=True,
        label=behind.label,
    )
    (FOLDER / f"{name}.jpg").write_bytes(data)


def badly_done() -> None:
    """Write the edge of the usual work and of every preset of bad work."""
    scalp = smpsim.sample(px_per_mm=10, tone="fair")
    sitting = smpsim.Sitting(scalp.photo, scalp.mask, scale=scalp.scale)
    middle = scalp.mask.shape[1] // 2
    edge = int(np.nonzero(scalp.mask[:, middle] > 0.5)[0][-1])
    tiles = []
    for name in ("standard", *(name for name, (words, _) in PRESETS.items() if words.startswith("badly done"))):
        treatment = smpsim.Treatment.preset(name)
        preview = sitting.render(treatment=treatment, seed=1, window=(middle - 160, edge - 260, 320, 320))
        tile = Image.fromarray(preview.image)
        ImageDraw.Draw(tile).text((10, 288), name, fill="black", font_size=22)
        tiles.append(np.array(tile))
    rows = [np.hstack(tiles[k : k + 4]) for k in range(0, len(tiles), 4)]
    data = encode_picture(np.vstack(rows), format="jpeg", fine_detail=True, label=preview.label)
    (FOLDER / "badly-done.jpg").write_bytes(data)


def cases() -> None:
    """Write every case of docs/cases.md, before and after, 55 mm wide: by the example."""
    sys.path.append(str(FOLDER.parents[1] / "examples"))
    from cases import CASES, render

    for case in CASES:
        preview = render(case, px_per_mm=8)
        y, x = (int(8 * np.median(place)) - 220 for place in (preview.dots.y_mm, preview.dots.x_mm))
        where = slice(max(y, 0), max(y, 0) + 440), slice(x, x + 440)
        both = np.hstack([preview.before[where], np.full((440, 6, 3), 255, np.uint8), preview.image[where]])
        data = encode_picture(both, format="jpeg", fine_detail=True, label=preview.label)
        (FOLDER / f"case-{case}.jpg").write_bytes(data)


def repair() -> None:
    """Write bad work, faded by half and nearly gone, and new dots over it: rendered, then found in a photo."""
    scalp = smpsim.sample(px_per_mm=10, tone="fair")
    down, across = np.nonzero(scalp.mask > 0.99)
    window = int(np.median(across)) - 140, int(np.median(down)) - 110, 280, 220
    steps = ((0.0, "no"), (0.5, "no"), (0.95, "no"), (0.95, "yes"))
    rows = []
    photo = smpsim.render(
        scalp.photo, scalp.mask, scale=scalp.scale, treatment=smpsim.Treatment.preset("uneven-hand"), seed=4
    )
    for picture, work in ((scalp.photo, "botched"), (smpsim.read_photo(photo.encode("jpeg")), "in-photo")):
        sitting = smpsim.Sitting(picture, scalp.mask, scale=scalp.scale)
        pieces = []
        for faded, new in steps:
            treatment = smpsim.Treatment().replace(old_work=work, faded_frac=faded, new_layer=new)
            preview = sitting.render(treatment=treatment, seed=1, window=window)
            pieces += [np.full((220, 4, 3), 255, np.uint8), preview.image]
        rows += [np.full((4, 4 * 284 - 4, 3), 255, np.uint8), np.hstack(pieces[1:])]
    data = encode_picture(np.vstack(rows[1:]), format="jpeg", fine_detail=True, label=preview.label)
    (FOLDER / "repair.jpg").write_bytes(data)


if __name__ == "__main__":
    before_after()
    strips()
    plane_and_ellipsoid()
    depths()
    boards()
    looks("bands", *({"depth_mm": depth} for depth in (0.08, 0.25, 0.6)))
    looks("botched", {"shade": "carbon-1:10"}, PRESETS["botched"][1])
    looks("tones", *({"tone": tone} for tone in ("light", "medium", "dark")))
    edge_styles()
    drawn_line()
    groups()
    times()
    hair()
    cases()
    badly_done()
    repair()
