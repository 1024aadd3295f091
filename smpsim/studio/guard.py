"""Who may ask: only the page that this program has opened itself, on this machine.

Other pages in the same browser can send requests to loopback, and a name server under an attacker's control can make
a foreign page's host mean 127.0.0.1.  So every request is judged before anything of it is read:

* *Host* is one of ours, with the port (names without a port are what name-server tricks send);
* *Origin*, if there is one, is ours; ``null`` (sandboxed frames, files) is not;
* *Sec-Fetch-Site*, which browsers set and pages cannot, is ``same-origin`` or ``none`` (typed, or opened by us);
* a cookie holds the secret of this run.  It is had once, for the token in the address that the program opens.

Answers carry headers that keep pages from being framed, cached, read by others or from loading anything from
elsewhere.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_NAMES = ("127.0.0.1", "localhost", "[::1]")
_OWN_SITES = (None, "same-origin", "none")
_SECRET_BYTES = 32

_ANSWERED_WITH = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' blob: data:; style-src 'self'; script-src 'self'; object-src 'none'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
}


class Guard:
    """ASGI middleware that lets only the studio's own page in.

    Parameters
    ----------
    app : ASGIApp
        What is guarded.
    port : int
        The port that the server listens on.
    """

    def __init__(self, app: ASGIApp, *, port: int) -> None:
        self.app = app
        self.token: str | None = secrets.token_urlsafe(_SECRET_BYTES)
        self._secret = secrets.token_urlsafe(_SECRET_BYTES)
        # cookies do not tell ports apart, so another studio's would take this one's place under the same name
        self._cookie = f"smpsim-{port}"
        self._hosts = {f"{name}:{port}" for name in _NAMES}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hand it on."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":  # no WebSockets here
            raise RuntimeError(f"the studio does not speak {scope['type']}")
        answer = self._judged(scope)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_ANSWERED_WITH)
            await send(message)

        await (answer or self.app)(scope, receive, with_headers)

    def _judged(self, scope: Scope) -> Response | None:
        """Return the answer to a request that goes no further; None for one of our page."""
        headers = Headers(scope=scope)
        if not self._is_from_here(headers):
            return _refused("this is not the studio's own page")
        if self._has_secret(headers.getlist("cookie")):
            return None
        if self._redeems(scope):
            return self._admitted()
        return _refused("open the studio by its own address, which works once; or start it again")

    def _is_from_here(self, headers: Headers) -> bool:
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        return (
            len(hosts) == 1
            and hosts[0] in self._hosts
            and all(origin == f"http://{hosts[0]}" for origin in origins)
            and headers.get("sec-fetch-site") in _OWN_SITES
        )

    def _has_secret(self, cookies: Iterable[str]) -> bool:
        for line in cookies:
            try:
                morsel = SimpleCookie(line).get(self._cookie)
            except CookieError:
                continue
            if morsel is not None and _equal(morsel.value, self._secret):
                return True
        return False

    def _redeems(self, scope: Scope) -> bool:
        """Whether the request carries the token; from now on nobody else's will."""
        if scope["method"] != "GET" or scope["path"] != "/" or self.token is None:
            return False
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])
        if len(given) != 1 or not _equal(given[0], self.token):
            return False
        self.token = None
        return True

    def _admitted(self) -> Response:
        # on to a clean address: the token stays out of the history's later entries, and of what is copied
        answer = RedirectResponse("/", status_code=303)
        answer.set_cookie(self._cookie, self._secret, httponly=True, samesite="strict", path="/")
        return answer


def _equal(one: str, other: str) -> bool:
    return secrets.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode("utf-8"))


def _refused(why: str) -> Response:
    return PlainTextResponse(f"Refused: {why}.\n", status_code=403)
