"""
Three hairlines
===============

Lines of three templates, fitted to a face by its two pupils (the two dots) and measured as by tape over the skin. The
area behind a line is a mask.
"""

from PIL import Image, ImageDraw

import smpsim

pupils = ((350, 560), (602, 548))
face = smpsim.Landmarks.from_points(pupils=pupils)
picture = Image.new("RGB", (960, 640), "white")
pen = ImageDraw.Draw(picture)
for x, y in pupils:
    pen.ellipse((x - 8, y - 8, x + 8, y + 8), fill="black")
for template, colour in (("juvenile", "steelblue"), ("mature", "black"), ("receded", "firebrick")):
    line = smpsim.Hairline.fit(face, template)
    pen.line([tuple(point) for point in line.line], fill=colour, width=4)
    for measure in smpsim.measure_hairline(line, face):
        print(f"{template}: {measure.name} {measure.value_mm:.0f} mm")
picture.save("hairlines.png")
