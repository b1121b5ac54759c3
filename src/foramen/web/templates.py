"""Jinja with our filters: pages are written on the server, escaped by default."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

import foramen
from foramen.assessment.words import share
from foramen.web.i18n import choose, languages, words

HERE = Path(__file__).parent
STATIC = HERE / "static"


@lru_cache
def environment(language: str) -> Environment:
    """The templates with the words of one language."""
    env = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    chosen = words(language)
    env.install_gettext_callables(chosen.gettext, chosen.ngettext, newstyle=True)  # type: ignore[attr-defined]
    env.filters |= {"share": share, "plain": lambda text: str(text).replace("_", " ")}
    env.globals |= {
        "static": static,
        "language": language,
        "languages": languages(),
        "version": foramen.__version__,
        "svg": lambda text: Markup(text),  # only for pictures we draw ourselves, which escape their words
    }
    return env


@lru_cache
def static(name: str) -> str:
    """Address of a static file, with its hash, so that browsers may keep it for good."""
    path = STATIC / name
    mark = sha256(path.read_bytes()).hexdigest()[:10] if path.exists() else "missing"
    return f"/static/{name}?v={mark}"


def page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A rendered page, or a part of one, in the reader's language."""
    asked = request.query_params.get("lang") or request.cookies.get("lang")
    language = choose(asked, request.headers.get("accept-language"))
    text = environment(language).get_template(template).render(request=request, path=request.scope["path"], **values)
    response = HTMLResponse(text, status_code=status, headers={"Content-Language": language, "Vary": "Accept-Language"})
    if request.query_params.get("lang") in languages():
        response.set_cookie("lang", language, max_age=31_536_000, httponly=True, samesite="strict")
    return response
