"""Addresses of the JSON API. Nothing is kept between two requests."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from foramen.anatomy import SETTINGS
from foramen.assessment.assess import DETAILS
from foramen.web.api import answers
from foramen.web.api.openapi import document
from foramen.web.api.reading import JSON, body_of, options_of

router = APIRouter()
HOME = "/api/v1"
_ONE: RunVar[CapacityLimiter] = RunVar("_ONE")


async def at_work(action: Callable[..., bytes], *arguments: Any) -> bytes:
    """Run long work beside the event loop, one after the other: two at once only slow each other."""
    try:
        limiter = _ONE.get()
    except LookupError:
        limiter = CapacityLimiter(1)
        _ONE.set(limiter)
    return await to_thread.run_sync(partial(action, *arguments), limiter=limiter)


async def assess(request: Request) -> Response:
    asked = options_of(request, {"setting": SETTINGS, "detail": DETAILS})
    body = await body_of(request)
    setting, detail = asked.get("setting"), asked.get("detail", DETAILS[0])
    return Response(await at_work(answers.assessment, body, setting, detail), media_type=JSON)


async def read_report(request: Request) -> Response:
    options_of(request, {})
    return Response(await at_work(answers.report, await body_of(request)), media_type=JSON)


async def openapi(request: Request) -> Response:
    options_of(request, {})
    return Response(await at_work(document, request.app.state.settings), media_type=JSON)


async def schema(request: Request) -> Response:
    options_of(request, {})
    return Response(await at_work(answers.schema, request.path_params["of"]), media_type="application/schema+json")


def _catalogue(name: str, rows: answers.Catalogue) -> None:
    """Two addresses: all rows, and one of them."""

    async def every(request: Request) -> Response:
        options_of(request, {})
        return Response(await at_work(lambda: rows.every), media_type=JSON)

    async def one(request: Request) -> Response:
        options_of(request, {})
        return Response(await at_work(rows.one, request.path_params["id"]), media_type=JSON)

    router.add_route(f"{HOME}/{name}", every, methods=["GET"])
    router.add_route(f"{HOME}/{name}/{{id:path}}", one, methods=["GET"])


router.add_route(f"{HOME}/assess", assess, methods=["POST"])
router.add_route(f"{HOME}/read-report", read_report, methods=["POST"])
_catalogue("findings", answers.FINDINGS)
_catalogue("sources", answers.SOURCES)
_catalogue("treatments", answers.TREATMENTS)
router.add_route(f"{HOME}/schema/{{of:path}}", schema, methods=["GET"])
router.add_route(f"{HOME}/openapi.json", openapi, methods=["GET"])
