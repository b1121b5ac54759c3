"""Jinja with our filters: pages are written on the server, escaped by default."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

import foramen
from foramen.assessment.explain import log10_odds
from foramen.assessment.words import odds_words, share
from foramen.plan.words import effect_words, main_effect, stance_words
from foramen.web.i18n import DEFAULT, choose, languages, words

HERE = Path(__file__).parent
STATIC = HERE / "static"
ENGLISH = ("assess/", "knowledge/")  # templates of the pages that are English for every reader
ENGLISH_AT = ("/assess", "/knowledge", "/validation")  # their addresses, for pages about a problem there
ENGLISH_ONLY = "This page is in English only."
CYRILLIC = re.compile("[А-Яа-яЁё]")


def known_by(names: Sequence[str]) -> str:
    """Names in English; of those in another script how many there are, so that a page stays in one language."""
    own = [name for name in names if not CYRILLIC.search(name)]
    others = len(names) - len(own)
    return ", ".join(own) + (f" and {others} Russian names" if others > 1 else " and a Russian name" if others else "")


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
    env.install_gettext_callables(chosen.gettext, chosen.ngettext, newstyle=True, pgettext=chosen.pgettext)  # type: ignore[attr-defined]
    env.globals |= {"odds": lambda p: min(max(50 + 12.5 * log10_odds(p), 0.0), 100.0), "factor": odds_words}
    env.globals |= {"main_effect": main_effect, "effect_words": effect_words, "stance_words": stance_words}
    env.filters |= {"share": share, "plain": lambda text: str(text).replace("_", " "), "known_by": known_by}
    env.globals |= {
        "static": static,
        "language": language,
        "say": chosen.say,  # texts of the knowledge, which may hold % and must be escaped
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


def language_of(request: Request, wished: str | None = None) -> str:
    """The language to answer in: the one wished now, that of the address, that of the cookie, that of the browser."""
    asked = [wished, request.query_params.get("lang"), request.cookies.get("lang")]
    return choose(next((code for code in asked if code in languages()), None), request.headers.get("accept-language"))


def page(request: Request, template: str, status: int = 200, wished: str | None = None, **values: Any) -> HTMLResponse:
    """A rendered page, or a part of one, in the reader's language; ``wished``: one that was just chosen in a form.

    The clinician's pages and those of the knowledge are wholly English, and say so to a reader of another language.
    """
    language, path = language_of(request, wished), request.scope["path"]
    shown = DEFAULT if template.startswith(ENGLISH) or path.startswith(ENGLISH_AT) else language
    note = words(language).gettext(ENGLISH_ONLY) if shown != language else ""
    made = environment(shown).get_template(template)
    text = made.render(request=request, path=path, reader=language, english_only=note, **values)
    response = HTMLResponse(text, status_code=status, headers={"Content-Language": shown, "Vary": "Accept-Language"})
    if language in (wished, request.query_params.get("lang")):
        response.set_cookie("lang", language, max_age=31_536_000, httponly=True, samesite="strict")
    return response
