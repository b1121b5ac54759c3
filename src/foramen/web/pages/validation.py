"""How well the model does, and the model card: documents of the project as pages."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from foramen.web.documents import document, headline, text_of
from foramen.web.kept import kept
from foramen.web.templates import page

router = APIRouter(prefix="/validation")


@router.get("")
def validation(request: Request) -> Response:
    """Scores on cases of known truth, as the last run wrote them."""
    return _shown(request, "validation.md", headlines=headline(text_of("validation.md") or ""))


@router.get("/model-card")
def model_card(request: Request) -> Response:
    """What the model is for, what it is made of and where it fails."""
    return _shown(request, "MODEL_CARD.md", headlines=[])


def _shown(request: Request, name: str, **values: object) -> Response:
    found = document(name)
    if found is None:
        words = "This installation does not carry the document; it stands in the project's repository."
        return page(request, "problem.html", status=404, words=words)
    return kept(request, "knowledge/document.html", document=found, **values)
