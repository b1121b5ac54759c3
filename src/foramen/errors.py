"""Errors a user can meet. Their texts are public API: what was wrong, where, what is allowed, what to do.

    ForamenError                      exit 1
     ├─ CaseError                     exit 2   the case (or request) cannot be read or used
     │   └─ ContradictionError        exit 3   two findings of the case cannot both be true
     ├─ KnowledgeError                exit 4   a knowledge file is wrong
     └─ MissingExtraError             exit 5   an optional part is not installed

No message carries anything about the patient beyond the field that has to be corrected.
"""

from __future__ import annotations

import re
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
    try:
        text = one_line(repr(value))
    except Exception:  # Python writes no integer of thousands of digits; and whatever else an object's own repr raises
        text = f"<{type(value).__name__}>"
    return text if len(text) <= limit else text[: limit - 1] + "…"


def one_line(text: str) -> str:
    """Text without line breaks or other control characters."""
    return "".join(c if c.isprintable() else " " for c in text)


def nearest_match(given: object, allowed: Iterable[str]) -> str | None:
    """The accepted value closest to what was given, if one is close enough: misspelt, in another order, with a
    word more or less. What merely shares letters, or is another root, level or the opposite, would mislead.
    """
    from rapidfuzz import fuzz

    if not isinstance(given, str) or not (told := _words(given[:80])):
        return None
    found: list[tuple[float, str]] = []
    longer: list[tuple[float, str]] = []  # with words that were not told: no hint where these could be several
    for choice in allowed:
        words = _words(choice)
        score = max(fuzz.ratio(" ".join(a), " ".join(b)) for a, b in ((told, words), (sorted(told), sorted(words))))
        if score >= TOLD and _meant(told, words):
            found.append((score, choice))
        elif score >= CLOSE and all(any(_same(t, w) for w in words) for t in told):
            longer.append((score, choice))
    found = sorted([*found, *(longer if len(longer) == 1 else [])], key=lambda pair: -pair[0])
    return found[0][1] if found else None


# RapidFuzz scores, 0 to 100: of what has more words than were told, and of what has not
CLOSE, TOLD = 60.0, 50.0
_DENYING = ("un", "in", "im", "non", "a", "ab", "dis")  # before a word, they make its opposite
_OPPOSITE = (("hyper", "hypo"), ("abduct", "adduct"), ("inver", "ever"), ("inter", "intra"), ("pre", "post"))


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower())


def _meant(told: Sequence[str], words: Sequence[str]) -> bool:
    """Whether every one of the words was told, maybe run on."""
    from rapidfuzz.distance import OSA

    if all(any(_same(t, w) for t in told) for w in words):
        return True
    return len(told) != len(words) and OSA.distance("".join(told), "".join(words)) <= 1


def _same(told: str, word: str) -> bool:
    """Whether a word is another one misspelt: one slip in four letters, or another ending."""
    from rapidfuzz.distance import OSA

    if told == word:
        return True
    digits = [re.sub(r"\D", "", w) for w in (told, word)]
    short_number = all(digits) and len(digits[1]) < 3  # a longer one, as a year, may be misspelt
    if short_number and not (digits[0].startswith(digits[1]) if len(told) > 4 else digits[0] == digits[1]):
        return False  # another root, level or grade
    if told.isdigit():
        return digits[0] == digits[1]
    if any(told.startswith(a) and word.startswith(b) for pair in _OPPOSITE for a, b in (pair, pair[::-1])):
        return False
    short, long = sorted((told, word), key=len)
    if long.endswith(short) and long.removesuffix(short) in _DENYING:
        return False
    alike = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    begun = alike >= 4 and (alike == len(short) or len(long) - alike <= 3)  # "imag-es", "imag-ing"
    begun = begun or (alike == len(short) >= 2 and alike == len(long) - 1)  # "mr", "mri"
    return begun or OSA.distance(told, word) <= len(told) // 4
