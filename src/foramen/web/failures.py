"""Errors as answers: a problem document (RFC 9457) for programs, a page or a note in words for people.

Neither shows a traceback. What was given is told back to who gave it, and is never logged.
"""

from __future__ import annotations

import logging
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from foramen.errors import CaseError, ContradictionError, ForamenError, shorten
from foramen.web.templates import page

LOG = logging.getLogger("foramen.web")
WORDS = {
    404: "There is no such page.",
    405: "This address does not take that kind of request.",
    500: "Something went wrong inside Foramen. What you typed is not lost.",
}


def install(app: FastAPI) -> None:
    """Hand every foreseen error to this module."""
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
    titles = {400: "Not readable", 404: "Not found", 409: "Findings contradict each other", 413: "Too large"}
    return titles.get(status, "The case cannot be used" if status == 422 else "Request failed")


def status_of(error: ForamenError) -> int:
    """409 for findings that contradict each other, 422 for any other fault of a case, else 500."""
    if isinstance(error, ContradictionError):
        return 409
    return 422 if isinstance(error, CaseError) else 500


async def _foramen(request: Request, error: Exception) -> Response:
    assert isinstance(error, ForamenError)
    status = status_of(error)
    return _answer(request, status, str(error), problem(error, status))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    words = WORDS.get(error.status_code, str(error.detail))
    detail = {"type": "about:blank", "title": _title(error.status_code), "status": error.status_code, "detail": words}
    response = _answer(request, error.status_code, words, detail)
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
    """The answer to an unforeseen error; called by the gate, so that no server logs its traceback."""
    LOG.error("unexpected %s at %s", type(error).__name__, request.url.path)  # the message may hold patient values
    body = {"type": "about:blank", "title": _title(500), "status": 500, "detail": WORDS[500]}
    return _answer(request, 500, WORDS[500], body)


def _answer(request: Request, status: int, words: str, body: dict[str, Any]) -> Response:
    if request.url.path.startswith("/api/"):
        return JSONResponse(body, status_code=status, media_type="application/problem+json")
    part = "hx-request" in request.headers
    return page(request, "_problem.html" if part else "problem.html", status=status, words=words, status_code=status)
