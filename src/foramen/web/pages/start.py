"""The start page, what the browser keeps for a reload without connection, and the health of the server."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response

from foramen.web.examples import examples
from foramen.web.templates import STATIC, page

router = APIRouter()


@router.get("/")
def start(request: Request) -> Response:
    """What this is, and the three ways in."""
    return page(request, "start.html", examples=examples(request.app.state.settings.examples))


@router.get("/healthz")
def health() -> Response:
    """The server runs and its model is built."""
    return PlainTextResponse("ok\n")


@router.get("/worker.js")
def worker() -> Response:
    """The service worker; it must lie at the root to serve all pages."""
    return FileResponse(STATIC / "worker.js", media_type="text/javascript", headers={"Cache-Control": "no-cache"})
