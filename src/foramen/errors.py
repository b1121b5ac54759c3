"""Errors a user can meet. Their texts are public API: what was wrong, where, what is allowed, what to do.

    ForamenError                      exit 1
     ├─ CaseError                     exit 2   the case (or request) cannot be read or used
     ├─ ContradictionError            exit 3   two findings of the case cannot both be true
     ├─ KnowledgeError                exit 4   a knowledge file is wrong
     └─ MissingExtraError             exit 5   an optional part is not installed

No message carries anything about the patient beyond the field that has to be corrected.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any


class ForamenError(Exception):
    """Base of all errors that Foramen raises on purpose."""

    exit_code = 1


class CaseError(ForamenError):
    """A case, or a request about one, cannot be used as it stands.

    ``field`` says where; ``allowed`` what would be accepted; ``nearest`` the closest accepted value.
    """

    exit_code = 2

    def __init__(
        self,
        problem: str,
        *,
        field: str = "",
        given: object = None,
        allowed: Sequence[str] = (),
        nearest: str | None = None,
        cure: str = "",
    ) -> None:
        self.problem, self.field, self.given = problem, field, given
        self.allowed, self.nearest, self.cure = tuple(allowed), nearest, cure
        super().__init__(self._text())

    def __reduce__(self) -> tuple[Callable[..., CaseError], tuple[type[CaseError], str, dict[str, object]]]:
        told = {key: getattr(self, key) for key in ("field", "given", "allowed", "nearest", "cure")}
        return _case_error, (type(self), self.problem, told)

    def _text(self) -> str:
        said = self.problem if self.problem.endswith((".", "?", "!")) else self.problem + "."
        parts = [f"{self.field}: {said}" if self.field else said]
        if self.given is not None:
            parts.append(f"Given: {shorten(self.given)}.")
        if self.nearest:
            parts.append(f"Did you mean {self.nearest!r}?")
        if self.allowed:
            shown = ", ".join(one_line(value) for value in self.allowed[:12])
            more = f", … ({len(self.allowed)} in all)" if len(self.allowed) > 12 else ""
            parts.append(f"Allowed: {shown}{more}.")
        if self.cure:
            parts.append(self.cure)
        return " ".join(parts)


def _case_error(kind: type[CaseError], problem: str, told: dict[str, Any]) -> CaseError:
    return kind(problem, **told)


class ContradictionError(CaseError):
    """Two findings of one case cannot both be true."""

    exit_code = 3


class KnowledgeError(ForamenError):
    """Something is wrong in the knowledge files; the message names file and key."""

    exit_code = 4


class MissingExtraError(ForamenError):
    """An optional part of Foramen is not installed."""

    exit_code = 5

    def __init__(self, feature: str, extra: str) -> None:
        self.feature, self.extra = feature, extra
        super().__init__(f"{feature} needs an optional part. Install it with: pip install 'foramen[{extra}]'")

    def __reduce__(self) -> tuple[type[MissingExtraError], tuple[str, str]]:
        return type(self), (self.feature, self.extra)


def shorten(value: object, limit: int = 60) -> str:
    """A short, one-line rendering of what was given."""
    text = repr(value).replace("\n", " ")
    return text if len(text) <= limit else text[: limit - 1] + "…"


def one_line(text: str) -> str:
    """Text without line breaks or other control characters."""
    return "".join(c if c.isprintable() else " " for c in text)


def nearest_match(given: object, allowed: Iterable[str]) -> str | None:
    """The accepted value closest to what was given, if one is close enough."""
    from rapidfuzz import fuzz, process

    choices = list(allowed)
    if not isinstance(given, str) or not given or not choices:
        return None
    best = process.extractOne(given[:80].lower(), choices, scorer=fuzz.ratio, score_cutoff=60)
    return best[0] if best else None
