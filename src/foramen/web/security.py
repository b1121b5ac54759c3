"""What every request passes: host name, password, size and origin; and the headers every answer carries."""

from __future__ import annotations

import base64
import secrets
from asyncio import sleep
from collections.abc import Iterable

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from foramen.web import failures
from foramen.web.settings import LOCAL_NAMES, Settings

LARGEST = 2_000_000  # bytes of a request's body
AFTER_WRONG = 1.0  # seconds until a wrong password is told
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


class TooLargeError(Exception):
    """The body is larger than ``LARGEST``."""


class Gate:
    """ASGI middleware: refuse what must not come in, and put the headers on what goes out."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.password = settings.password
        self.hosts = frozenset(name.lower() for name in (*LOCAL_NAMES, settings.host, *settings.names))
        self.names = frozenset(name.lower() for name in settings.names)  # as a proxy may call us by another
        self.any_host = settings.host in ("0.0.0.0", "::") and not settings.names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        request, started = Request(scope), False

        async def sealed(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
            elif scope["method"] == "HEAD" and "body" in message:
                message = {**message, "body": b""}
            await send(message)

        refused = self._refused(request)
        if refused is not None:
            if refused.status_code == 401 and request.headers.get("authorization"):
                await sleep(AFTER_WRONG)  # guessing takes its time
            await refused(scope, receive, sealed)
            return
        taken = 0

        async def measured() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > LARGEST:
                raise TooLargeError
            return message

        try:
            # what answers GET answers HEAD, too; the body is left away in ``sealed``
            asked = {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope
            await self.app(asked, measured, sealed)
        except TooLargeError:
            if not started:
                await _told(request, f"The request is larger than {LARGEST} bytes.", 413)(scope, receive, sealed)
        except ClientDisconnect:
            pass  # nobody is left to answer
        except Exception as error:  # ends here: the server would log its message, which may hold patient values
            response = failures.unexpected(request, error)
            if not started:
                await response(scope, receive, sealed)

    def _refused(self, request: Request) -> Response | None:
        headers, method = request.headers, request.method
        host = _name(headers.get("host", ""))
        if not self.any_host and host not in self.hosts:
            words = "This server does not answer to that host name; start it with --name to allow it."
            return _told(request, words, 421)
        length = headers.get("content-length", "0")
        if not length.isdecimal() or len(length) > 12 or int(length) > LARGEST:
            return _told(request, f"The request is larger than {LARGEST} bytes.", 413)
        if method not in ("GET", "HEAD", "OPTIONS") and self._from_elsewhere(request):
            return _told(request, "Requests from other sites are refused.", 403)
        if self.password and not _knows(self.password, headers.get("authorization", "")):
            response = _told(request, "A password is needed.", 401)
            response.headers["WWW-Authenticate"] = 'Basic realm="Foramen", charset="UTF-8"'
            return response
        return None

    def _from_elsewhere(self, request: Request) -> bool:
        """Whether a page of another site sent this, as its browser says.

        Browsers that do not name the site (before 2023) name the origin; ``null`` says nothing, since our own forms
        send it, too (``Referrer-Policy: no-referrer``).
        """
        site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin", "null").lower()
        if site is not None:
            return site in ("cross-site", "same-site")
        place = origin.partition("://")[2]
        return origin != "null" and place != request.headers.get("host", "").lower() and _name(place) not in self.names


def _told(request: Request, words: str, status: int) -> Response:
    if request.scope["path"].startswith("/api/"):  # not url.path, which is put together with the Host header
        return failures.plain(request, status, words)
    return PlainTextResponse(words + "\n", status_code=status)


def _name(host: str) -> str:
    """A Host header without its port."""
    host = host.lower()
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0]


def _knows(password: str, given: str) -> bool:
    """Whether an Authorization header holds the password (HTTP Basic with any user name, or Bearer)."""
    kind, _, value = given.partition(" ")
    if kind.lower() == "bearer":
        return _same([value.strip()], password)
    if kind.lower() != "basic":
        return False
    try:
        decoded = base64.b64decode(value.strip(), validate=True).decode("utf-8")
    except ValueError:  # no base64, or no UTF-8 in it
        return False
    return _same([decoded.partition(":")[2]], password)


def _same(given: Iterable[str], password: str) -> bool:
    return any(secrets.compare_digest(g.encode(), password.encode()) for g in given)
