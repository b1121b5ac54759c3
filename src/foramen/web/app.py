"""The web application: pages, JSON API, static files, one gate before them all."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

import foramen
from foramen.web import failures
from foramen.web.api import router as api
from foramen.web.pages import clinician, knowledge, patient, start, validation
from foramen.web.security import Gate
from foramen.web.settings import Settings, from_environment

STATIC = Path(__file__).parent / "static"
FOR_GOOD = "public, max-age=31536000, immutable"


class _Static(StaticFiles):
    """Static files; an address with a hash never changes, so it may be kept."""

    async def get_response(self, path: str, scope: Scope) -> Any:
        response = await super().get_response(path, scope)
        if response.status_code == 200:
            response.headers["Cache-Control"] = FOR_GOOD if b"v=" in scope["query_string"] else "no-cache"
        return response


@asynccontextmanager
async def _ready(app: FastAPI) -> AsyncIterator[None]:
    """Build the model before the first visitor comes."""
    from foramen.assessment.assess import DETAILS, assess
    from foramen.case import Case

    for detail in DETAILS:
        await run_in_threadpool(assess, Case(id="warm-up"), detail=detail)
    gc.collect()
    gc.freeze()  # the model stays: no later collection needs to look at it
    yield


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application. Raises ``CaseError`` for settings that would expose patients."""
    settings = settings or from_environment()
    app = FastAPI(
        title="Foramen",
        version=foramen.__version__,
        summary="Pinched nerves in the lower back: urgency, root, cause, culprit, why, what next.",
        openapi_url=None,  # web.api has its own, made of the schemas that the command line prints
        docs_url=None,  # its page would load files from another host
        redoc_url=None,
        lifespan=_ready,
    )
    app.state.settings = settings
    app.include_router(api)
    for part in (start, clinician, patient, knowledge, validation):
        app.include_router(part.router, include_in_schema=False)
    app.mount("/static", _Static(directory=STATIC), name="static")
    failures.install(app)
    app.add_middleware(Gate, settings=settings)
    return app
