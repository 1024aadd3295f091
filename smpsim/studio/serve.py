"""The server: on this machine's loopback, at a port of its own, until the last tab has been closed for a while."""

from __future__ import annotations

import os
import socket
import sys
import time
import webbrowser
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from smpsim.studio.guard import Guard
from smpsim.studio.memory import share_heap

#: the last tab may be closed for this long, s: long enough for a browser that restarts, or a lid that is closed
IDLE_SECONDS = 600.0

_LOOPBACK = "127.0.0.1"


def open_browser(address: str) -> bool:
    """Open an address in the browser; whether there was one.

    Without a screen nothing is tried: Python would take the terminal for a browser of text.
    """
    screen = sys.platform in ("win32", "darwin") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return bool(screen) and webbrowser.open(address)


class Studio:
    """A studio that runs.

    Parameters
    ----------
    app : ASGIApp
        The application, not guarded yet.
    port : int
        0 for any that is free.
    idle_seconds : float
        How long it stays without a request; an open page sends one at least every 20 s.

    Attributes
    ----------
    port : int
        The port that it listens on, on 127.0.0.1 alone.
    address : str
        Where it can be opened, once.
    """

    def __init__(self, app: ASGIApp, *, port: int = 0, idle_seconds: float = IDLE_SECONDS) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.bind((_LOOPBACK, port))
        self._socket.listen(128)  # what comes before the server is up waits for it
        self.port: int = self._socket.getsockname()[1]
        # inside of the guard: only our own page keeps the studio alive
        self._watch = _Watch(app, idle_seconds)
        guard = Guard(self._watch, port=self.port)
        self.address = f"http://{_LOOPBACK}:{self.port}/?token={guard.token}"
        # The access log would hold addresses, the date header tells what nobody needs to know.
        config = uvicorn.Config(
            guard,
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            ws="none",
            lifespan="off",
            timeout_graceful_shutdown=2,
            callback_notify=self._stop_when_idle,
            timeout_notify=1,
        )
        self._server = uvicorn.Server(config)

    def run(self, *, opened: Callable[[str], object] | None = open_browser) -> None:
        """Serve until stopped, or idle for long.

        Parameters
        ----------
        opened : callable, optional
            Is handed the address; the default opens it in the browser.
        """
        share_heap()
        if opened is not None:
            opened(self.address)
        self._watch.asked()
        try:
            self._server.run(sockets=[self._socket])
        finally:
            self._socket.close()

    def stop(self) -> None:
        """Stop serving, after the answers under way."""
        self._server.should_exit = True

    async def _stop_when_idle(self) -> None:
        if self._watch.is_idle():
            self.stop()


class _Watch:
    """Remembers when the page last asked for anything."""

    def __init__(self, app: ASGIApp, idle_seconds: float) -> None:
        self._app, self._idle_seconds = app, idle_seconds
        self._last = time.monotonic()
        self._busy = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._busy += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._busy -= 1
            self.asked()

    def asked(self) -> None:
        self._last = time.monotonic()

    def is_idle(self) -> bool:
        return not self._busy and time.monotonic() - self._last > self._idle_seconds
