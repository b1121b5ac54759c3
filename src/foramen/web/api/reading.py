"""From a request to plain data: media type, size, JSON and options; each fault is one clear problem."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request

from foramen.errors import CaseError, nearest_match
from foramen.records.plain import LIMIT, load_json
from foramen.web.failures import RequestError

JSON = "application/json"


async def body_of(request: Request) -> bytes:
    """The body of a request in JSON, not yet read. Raises ``RequestError`` 413 or 415."""
    media, _, parameters = request.headers.get("content-type", "").lower().partition(";")
    charset = parameters.partition("charset=")[2].strip(' "') or "utf-8"
    if media.strip() != JSON or charset not in ("utf-8", "utf8"):
        given = request.headers.get("content-type")
        raise RequestError(415, "the body must be JSON in UTF-8", field="Content-Type", given=given, allowed=(JSON,))
    coding = request.headers.get("content-encoding", "identity")
    if coding.lower() != "identity":
        raise RequestError(
            415, "compressed bodies are not read", field="Content-Encoding", given=coding, allowed=("identity",)
        )
    body = await request.body()
    if len(body) > LIMIT:
        raise RequestError(413, f"larger than {LIMIT} bytes; a case is a few kilobytes")
    return body


def data_of(body: bytes) -> Any:
    """Plain data of a JSON body. Raises ``RequestError`` 400 with line and column where there is one."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RequestError(400, "this is not text in UTF-8", field=f"byte {error.start + 1}") from None
    if not text.strip():
        raise RequestError(400, "the body is empty", cure="Send JSON; `/api/v1/openapi.json` shows its form.")
    try:
        return load_json(text)
    except CaseError as error:
        more = {"field": error.field, "given": error.given, "cure": error.cure}
        raise RequestError(400, error.problem, **more) from None


def fields_of(data: Any, allowed: Sequence[str], required: Sequence[str]) -> Mapping[str, Any]:
    """A mapping with only these fields and all that are required. Raises ``CaseError``."""
    if not isinstance(data, Mapping):
        raise CaseError("expected a mapping of fields", given=type(data).__name__, allowed=allowed)
    for key in data:
        if key not in allowed:
            raise CaseError("unknown field", field=key[:60], allowed=allowed, nearest=nearest_match(key, allowed))
    for key in required:
        if key not in data:
            raise CaseError(f"{key} is missing", field=key)
    return data


def options_of(request: Request, allowed: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The options in the address, each once and with an allowed value. Raises ``CaseError``."""
    found: dict[str, str] = {}
    for key, value in request.query_params.multi_items():
        if key not in allowed:
            near = nearest_match(key, allowed)
            raise CaseError("unknown option", field=key[:60], allowed=tuple(allowed), nearest=near)
        if key in found:
            raise CaseError("this option stands twice", field=key, cure="Keep one of them.")
        if value not in allowed[key]:
            near = nearest_match(value, allowed[key])
            raise CaseError("not a known value", field=key, given=value, allowed=allowed[key], nearest=near)
        found[key] = value
    return found
