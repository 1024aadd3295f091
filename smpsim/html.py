"""Pieces of pages: one file each, no network, no script from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from smpsim.words import Words, words

# script that moves the line to the pointer
_FOLLOW = (
    "var r=this.getBoundingClientRect(),p=Math.min(Math.max((event.clientX-r.left)/r.width,0),1)*100;"
    "this.querySelector('input').value=p;this.style.setProperty('--at',p+'%')"
)
# what stands above and below a slider on a page of its own: a name, a title and two lines of words
_BESIDE = "11rem"


def data_uri(picture: bytes) -> str:
    """Return JPEG, PNG or WebP bytes as a data URI."""
    kinds = {b"\xff\xd8": "jpeg", b"\x89P": "png", b"RI": "webp"}
    return f"data:image/{kinds[picture[:2]]};base64,{base64.b64encode(picture).decode('ascii')}"


def slider(before: bytes, after: bytes, *, alt: str, say: Words | None = None) -> str:
    """Return a before/after slider as an HTML fragment.

    Parameters
    ----------
    before, after : bytes
        Two pictures of equal size: JPEG, PNG or WebP.
    alt : str
        What the picture shows, for those who do not see it; plain text.
    say : Words, optional
        The language; English when not given.

    Returns
    -------
    str
        A figure that works by mouse, touch, pen and keyboard, captioned as a simulation.  Without scripts it shows
        half of each.
    """
    say = say or words()
    # A range input alone does not do: its thumb stops half a thumb short of the edges, and Safari on phones moves it
    # only when the thumb itself is touched.  So the input serves the keyboard, and the pair follows the pointer.
    name = f"smpsim-{hashlib.sha256(before + after).hexdigest()[:8]}"  # the same page every time
    return f"""<figure id="{name}" lang="{say.language}" style="margin:0;max-width:100%;text-align:center">
<style>
#{name} .pair{{position:relative;display:inline-block;max-width:100%;line-height:0;cursor:ew-resize;--at:50%;
 touch-action:pan-y;user-select:none;-webkit-user-select:none}}
#{name} img{{display:block;max-width:100%;max-height:max(50vh,100vh - {_BESIDE});margin:0;pointer-events:none}}
#{name} .after{{position:absolute;inset:0;width:100%;height:100%;max-height:none;clip-path:inset(0 0 0 var(--at))}}
#{name} .line{{position:absolute;top:0;bottom:0;left:var(--at);width:2px;margin-left:-1px;background:#fff;
 box-shadow:0 0 3px #000;pointer-events:none}}
#{name} .line::after{{content:"\\2194";position:absolute;top:50%;left:1px;width:2rem;margin:-1rem;border-radius:50%;
 background:#fff;color:#111;font:1.2rem/2rem system-ui,sans-serif;text-align:center;box-shadow:0 0 3px #000}}
#{name} input{{position:absolute;inset:0;width:100%;height:100%;margin:0;opacity:0;pointer-events:none}}
#{name} input:focus-visible~.line{{outline:3px solid #06c}}
#{name} figcaption{{font:0.9rem/1.4 system-ui,sans-serif;margin-top:.5rem}}
</style>
<div class="pair" onpointerdown="if(event.button==0){{this.setPointerCapture(event.pointerId);{_FOLLOW}}}"
 onpointermove="if(event.buttons==1){{{_FOLLOW}}}"
 onpointerup="this.querySelector('input').focus({{preventScroll:true}})">
<img alt="{escape(say("compare.alt_before"))}" draggable="false" src="{data_uri(before)}">
<img class="after" alt="{escape(alt)}" draggable="false" src="{data_uri(after)}">
<input type="range" min="0" max="100" value="50" step="1"
 aria-label="{escape(say("compare.knob"))}"
 oninput="this.parentNode.style.setProperty('--at',this.value+'%')">
<div class="line"></div>
</div>
<figcaption>{escape(say("compare.caption"))} {escape(say("simulation.long"))}</figcaption>
</figure>"""


class Figure(NamedTuple):
    """A picture of a gallery.

    Attributes
    ----------
    picture : bytes
        JPEG, PNG or WebP.
    name, caption, alt : str
        What it is called, what there is to say of it (in lines), and what it shows for those who do not see it; plain
        text.
    """

    picture: bytes
    name: str
    caption: str
    alt: str


def gallery(figures: Sequence[Figure], *, columns: int, note: str = "", say: Words | None = None) -> str:
    """Return pictures beside one another as an HTML fragment; each can be shown alone, all in the same place.

    Parameters
    ----------
    figures : sequence of Figure
        The pictures; at least one.
    columns : int
        How many stand side by side where there is room.
    note : str
        What is to be said of all of them, plain text.
    say : Words, optional
        The language; English when not given.

    Returns
    -------
    str
        Radio buttons, so that mouse, touch and keyboard work without a script, and the pictures, captioned as a
        simulation.  Printed, all are shown.
    """
    say = say or words()
    name = f"smpsim-{hashlib.sha256(b''.join(figure.picture for figure in figures)).hexdigest()[:8]}"
    choices = [say("board.all"), *(figure.name for figure in figures)]
    narrow = columns if columns <= 3 else 2
    buttons = "\n".join(_button(name, k, text) for k, text in enumerate(choices))
    return f"""<section id="{name}" lang="{say.language}" aria-label="{escape(say("board.pictures"))}">
<style>
#{name} fieldset{{border:0;margin:0 0 1rem;padding:0;display:flex;flex-wrap:wrap;gap:.25rem 1rem}}
#{name} legend{{padding:0;font-weight:bold}}
#{name} label{{padding:.25rem 0;white-space:nowrap;cursor:pointer}}
#{name} input{{width:1.25rem;height:1.25rem;margin:0 .4rem 0 0;vertical-align:text-bottom}}
#{name} .pieces{{display:grid;gap:1rem;grid-template-columns:repeat({columns},minmax(0,1fr))}}
#{name} figure{{margin:0;break-inside:avoid}}
#{name} img{{display:block;max-width:100%;height:auto}}
#{name} figcaption{{white-space:pre-line;overflow-wrap:anywhere}}
#{name} figcaption strong{{display:block;font-size:1.4rem;line-height:1.5}}
@media (max-width:45rem){{#{name} .pieces{{grid-template-columns:repeat({narrow},minmax(0,1fr))}}}}
@media screen{{
{_alone(name, len(figures))}
}}
@media print{{#{name} fieldset{{display:none}}}}
</style>
<fieldset><legend>{escape(say("board.choose"))}</legend>
{buttons}
</fieldset>
<div class="pieces">
{chr(10).join(map(_figure, figures))}
</div>
<p>{escape(f"{note} {say('simulation.long')}".strip())}</p>
</section>"""


def _button(name: str, k: int, text: str) -> str:
    checked = " checked" if k == 0 else ""
    return f'<label><input type="radio" name="{name}" id="{name}-{k}"{checked}>{escape(text)}</label>'


def _alone(name: str, count: int) -> str:
    """Rules that show one picture alone, and larger, when its button is chosen."""
    chosen = f"#{name}:not(:has(#{name}-0:checked))"
    hidden = [
        f"#{name}:has(#{name}-{k}:checked) figure:not(:nth-child({k})){{display:none}}" for k in range(1, count + 1)
    ]
    return "\n".join([f"{chosen} .pieces{{display:block}}", f"{chosen} img{{max-height:80vh}}", *hidden])


def _figure(figure: Figure) -> str:
    return (
        f'<figure><img alt="{escape(figure.alt)}" src="{data_uri(figure.picture)}">'
        f"<figcaption><strong>{escape(figure.name)}</strong>{escape(figure.caption)}</figcaption></figure>"
    )


def page(title: str, body: str, *, name: str = "", say: Words | None = None, scripted: bool = True) -> str:
    """Return a whole HTML page.

    Parameters
    ----------
    title : str
        Plain text.
    body : str
        HTML.
    name : str
        A client's name for example, plain text: it becomes the heading, above the title.
    say : Words, optional
        The language; English when not given.
    scripted : bool
        Whether the body needs its own scripts, as a slider does; else all are forbidden.
    """
    heading = escape(name or title)
    below = f"<p>{escape(title)}</p>\n" if name else ""
    scripts = " script-src 'unsafe-inline';" if scripted else ""
    return f"""<!doctype html>
<html lang="{(say or words()).language}"><head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:;
 style-src 'unsafe-inline';{scripts} base-uri 'none'; form-action 'none'">
<meta name="generator" content="smpsim"><title>{heading}</title>
<style>body{{margin:1.5rem;background:#fff;color:#111;font:1rem/1.5 system-ui,sans-serif}}
h1{{margin:0 0 .5rem;font-size:1.5rem;line-height:1.2;overflow-wrap:anywhere}}
main>p{{margin:0 0 .75rem}}</style></head>
<body><main><h1 dir="auto">{heading}</h1>
{below}{body}
</main></body></html>
"""
