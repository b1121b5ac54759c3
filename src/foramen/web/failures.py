"""Errors as answers: a problem document (RFC 9457) for programs, a page or a note in words for people.

Neither shows a traceback. What was given is told back to who gave it, and is never logged.
"""

from __future__ import annotations

import logging
from pathlib import Path
from traceback import extract_tb
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from foramen.errors import CaseError, ContradictionError, ForamenError, shorten
from foramen.web.templates import page

LOG = logging.getLogger("foramen.web")
TITLES = {
    400: "Not readable",
    401: "Password needed",
    403: "Refused",
    404: "Not found",
    405: "Method not allowed",
    409: "Findings contradict each other",
    413: "Too large",
    415: "Unsupported media type",
    421: "Wrong host",
    422: "The case cannot be used",
    500: "Internal error",
}
WORDS = {
    404: "There is nothing at this address.",
    405: "This address does not take that kind of request.",
    500: "Something went wrong inside Foramen. What you typed is not lost.",
}


class RequestError(CaseError):
    """A request that cannot be answered, with the HTTP status that says so."""

    def __init__(self, status: int, problem: str, **more: Any) -> None:
        self.status = status
        super().__init__(problem, **more)


def install(app: FastAPI) -> None:
    """Hand every error to this module; what nobody expected comes here through the gate."""
    app.add_exception_handler(ForamenError, _foramen)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)


def problem(error: ForamenError, status: int) -> dict[str, Any]:
    """A Foramen error as a problem document."""
    out: dict[str, Any] = {"type": "about:blank", "title": _title(status), "status": status, "detail": str(error)}
    if isinstance(error, CaseError):
        out["field"] = error.field
        out["allowed"] = list(error.allowed)
        out["nearest"] = error.nearest
        out["cure"] = error.cure
        if error.given is not None:
            out["given"] = shorten(error.given)
    return out


def _title(status: int) -> str:
    return TITLES.get(status, "Request failed")


def status_of(error: ForamenError) -> int:
    """The request error's own; 409 for findings that contradict each other, 422 for any other case, else 500."""
    if isinstance(error, RequestError):
        return error.status
    if isinstance(error, ContradictionError):
        return 409
    return 422 if isinstance(error, CaseError) else 500


async def _foramen(request: Request, error: Exception) -> Response:
    assert isinstance(error, ForamenError)
    status = status_of(error)
    return _answer(request, status, str(error), problem(error, status))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    response = plain(request, error.status_code, WORDS.get(error.status_code, str(error.detail)))
    for name, value in (error.headers or {}).items():
        response.headers[name] = value
    return response


async def _invalid(request: Request, error: Exception) -> Response:
    """A request that does not fit its schema; only where and what is wrong is told, as in ``CaseError``."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"] if part != "body")
    words = f"{field}: {first['msg']}." if field else f"{first['msg']}."
    body = {"type": "about:blank", "title": _title(422), "status": 422, "detail": words, "field": field}
    return _answer(request, 422, words, body)


def unexpected(request: Request, error: Exception) -> Response:
    """An internal error: its kind and place are logged, never its message, which may hold patient values."""
    last = extract_tb(error.__traceback__)[-1]
    LOG.error("unexpected %s in %s, line %s", type(error).__name__, Path(last.filename).name, last.lineno)
    return plain(request, 500, WORDS[500])


def plain(request: Request, status: int, words: str) -> Response:
    """A refusal that is no fault of a field: a problem document under /api/, else a page."""
    body = {"type": "about:blank", "title": _title(status), "status": status, "detail": words}
    return _answer(request, status, words, body)


def _answer(request: Request, status: int, words: str, body: dict[str, Any]) -> Response:
    if request.scope["path"].startswith("/api/"):
        return JSONResponse(body, status_code=status, media_type="application/problem+json")
    part = "hx-request" in request.headers
    return page(request, "_problem.html" if part else "problem.html", status=status, words=words, status_code=status)
