"""Pages without patient data: a browser may keep them for a while and then ask whether they still hold."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from foramen.web.templates import page

FOR_A_WHILE = "private, max-age=300"  # seconds; private, since a password may stand before it


def kept(request: Request, template: str, **values: Any) -> Response:
    """The page with an entity tag; 304 where the reader has this very page already."""
    response = page(request, template, **values)
    tag = f'"{sha256(response.body).hexdigest()[:20]}"'
    response.headers["Cache-Control"] = FOR_A_WHILE
    response.headers["ETag"] = tag
    response.headers["Vary"] = "Accept-Language, Cookie"
    if tag in request.headers.get("if-none-match", ""):
        held = ("cache-control", "etag", "vary", "content-language", "set-cookie")
        return Response(status_code=304, headers={k: v for k, v in response.headers.items() if k in held})
    return response
