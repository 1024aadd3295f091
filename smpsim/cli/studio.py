"""``smpsim studio``: the page for technicians."""

from __future__ import annotations

import threading

import click

from smpsim.cli import options
from smpsim.cli.group import Command, Option
from smpsim.cli.talk import Talk, hushed
from smpsim.errors import MissingExtraError


@click.command(cls=Command, example="smpsim studio smpsim-demo/photo.jpg")
@click.argument("photo", required=False, metavar="[PHOTO|PROJECT]")
@click.option("--no-browser", cls=Option, is_flag=True, help="Print the address alone, and open it by hand; once.")
@click.option(
    "--shortcut", cls=Option, is_flag=True, help="Put an icon on the desktop that starts the studio, and end."
)
@options.talk_options
def command(*, photo: str | None, no_browser: bool, shortcut: bool, talk: Talk) -> None:
    """Open the studio: a page on which a hairline is designed and previewed.

    PHOTO is open at the start, or a project (name.smp.json with its photos beside it, name.smpz).  The page is served
    to this machine alone; nothing leaves it.  The studio ends ten minutes after its last page was closed, or by
    Ctrl-C.  Work is kept in a folder of your own (SMPSIM_STUDIO_DIR names another) until a client is forgotten.
    """
    _check_extra()
    if shortcut:
        _make_shortcut(talk)
        return
    from smpsim.studio.app import make_app
    from smpsim.studio.opening import Start
    from smpsim.studio.samples import warm
    from smpsim.studio.serve import Studio, open_browser
    from smpsim.studio.work import Works, studio_folder

    with hushed():
        start = None if photo is None else Start.of(photo)
    app = make_app(works=Works(studio_folder()), start=start)
    studio = Studio(app)
    if start is None:  # while the browser opens
        threading.Thread(target=warm, daemon=True).start()
    click.echo(studio.address)
    try:
        studio.run(opened=lambda address: _open(address, talk, None if no_browser else open_browser))
    finally:
        app.state.jobs.close()
    talk.say("the studio has ended, as no page was open any more")


def _open(address: str, talk: Talk, browser: object) -> None:
    if callable(browser) and browser(address):
        talk.say(
            "the studio is open in your browser; it ends ten minutes after its last page was closed, or by Ctrl-C"
        )
    else:
        talk.say("open this address in a browser on this machine; it works once; Ctrl-C ends the studio")


def _check_extra() -> None:
    try:
        import starlette
        import uvicorn
    except ImportError as problem:
        raise MissingExtraError(
            'the studio takes the extra "studio": pip install "smpsim[studio]"', extra="studio"
        ) from problem
    del starlette, uvicorn


def _make_shortcut(talk: Talk) -> None:
    from smpsim.studio.shortcut import make_shortcut

    click.echo(make_shortcut())
    talk.say("the icon starts the studio; if your desktop asks, allow it to be launched")
