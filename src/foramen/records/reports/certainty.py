"""Whether a report is sure of what it says, and whether that is old."""

from __future__ import annotations

import re
from collections.abc import Sequence

from foramen.records.reports.clauses import FINITE
from foramen.records.reports.events import BLOCKS, Event
from foramen.records.reports.tokens import Mark

_OLD = re.compile(r"\b(old|healed|chronic|previous(?:ly)?|prior|long-?standing|known|remote|unchanged|stable)\b", re.I)
_OLD_AFTER = re.compile(r"\b(old|healed|chronic|long-?standing|remote)\b", re.I)
_NEW = re.compile(r"\b(acute|new|recent|fresh|not)\b", re.I)
_CUES = ("possible", "rule_out")
# set before what is held for less likely: it is doubted, not what stands before
_RATHER = re.compile(r"\b(?:(?:rather|likely) than|instead of|as opposed to|in preference to)\b", re.I)
_DOUBT = re.compile(r"\b(?:unlikely|improbable|doubtful|uncertain|unclear|excluded?|ruled)\b", re.I)
# what a finding may be said not to be and yet is there: "is not changed", "is not large"
_STILL = re.compile(
    r"\b(?:\w*chang\w*|progress\w*|increas\w*|decreas\w*|enlarg\w*|larg\w*|new|acute|recent|fresh|old|only|just|typical"
    r"|relevant|responsible|contribut\w*|enhanc\w*|calcif\w*|aggressive|active|migrat\w*|extend\w*|reach\w*|different"
    r"|worse\w*|improv\w*|stable|displac\w*|united|healed|high|low|normal\w*|well|fully|complete\w*|symmetr\w*)\b",
    re.I,
)


def _edge(row: Sequence[Mark], i: int, stops: Sequence[str], step: int) -> int:
    """The nearest mark of a kind in ``stops`` in one direction, or the end."""
    while 0 <= i < len(row) and row[i].kind not in stops:
        i += step
    return i


def is_uncertain(event: Event, row: Sequence[Mark], text: str) -> bool:
    """Whether "possible", "unlikely", "versus", "?" is said of it, itself or as one of a list."""
    stops = (*BLOCKS, "but")
    first, last = _edge(row, event.first - 1, stops, -1) + 1, _edge(row, event.last + 1, (*stops, "comma"), 1)
    if event.shared and event.relation is not None:
        last = event.relation  # what follows is said of the second verb
    if any(m.kind in _CUES for m in row[first:last]) or _second_best(event, row, text):
        return True
    return _listed_before(event, row, text) or _said_after(event, row, text)


def _second_best(event: Event, row: Sequence[Mark], text: str) -> bool:
    """Whether it stands behind "rather than"."""
    before = _edge(row, event.first - 1, (*BLOCKS, "but", "comma"), -1)
    start = row[before].end if before >= 0 else 0
    return bool(_RATHER.search(text[start : row[event.first].start]))


def _listed_before(event: Event, row: Sequence[Mark], text: str) -> bool:
    """Whether a doubt stands before the list it is in ("suspicious for abscess or metastasis")."""
    i, joined = event.first, False
    while True:
        j = _edge(row, i - 1, (*BLOCKS, "but"), -1)
        gap = row[j + 1 : i]
        if joined and (any(m.kind in _CUES for m in gap) or _RATHER.search(_words(row, j + 1, i, text))):
            return True
        joined = joined or any(m.kind == "or" for m in gap)
        linked = any(m.kind == "or" or (m.kind == "comma" and joined) for m in gap)
        if j < 0 or row[j].kind == "but" or not linked or _has_verb(gap, text):
            return False
        i = j


def _said_after(event: Event, row: Sequence[Mark], text: str) -> bool:
    """Whether the predicate of its list doubts it ("abscess or metastasis is unlikely"), or one without a subject."""
    i, joined = event.last, False
    while True:
        j = _edge(row, i + 1, (*BLOCKS, "but"), 1)
        gap = row[i + 1 : j]
        if _has_verb(gap, text) or j == len(row) or row[j].kind == "but":
            break
        if not any(m.kind in ("or", "and", "comma") for m in gap):
            return False
        if any(m.kind == "comma" for m in gap) and any(m.kind == "level" for m in gap):
            break  # what has a place of its own is no list
        joined = joined or any(m.kind in ("or", "and") for m in gap)
        i = j
    predicate = row[i + 1 : j]
    verb = next((k for k, m in enumerate(predicate) if _is_verb(m, text)), None)
    own = predicate[verb:] if verb is not None else []
    if joined and any(m.kind in _CUES for m in own[:5]):
        return True
    if verb is not None and _not_so(own, text) and (j == len(row) or row[j].kind == "but"):
        return True
    return _without_subject(row, i if joined else event.last, text)


def _not_so(predicate: Sequence[Mark], text: str) -> bool:
    """Whether a predicate denies something that is not understood ("is not traced"): then what is meant is open."""
    if (
        len(predicate) < 3
        or predicate[1].kind != "not"
        or text[predicate[0].start : predicate[0].end].lower()[:2] == "do"
    ):
        return False
    end = _edge(predicate, 2, ("comma", "and", "or", "with"), 1)
    rest = predicate[2:end]
    said = text[rest[0].start : rest[-1].end] if rest else ""
    return bool(rest) and all(m.kind == "word" for m in rest[:1]) and not _STILL.search(said)


def _without_subject(row: Sequence[Mark], i: int, text: str) -> bool:
    """Whether a later part of the sentence that names nothing doubts it ("..., but cannot be excluded")."""
    opened = _edge(row, i + 1, ("comma", "but"), 1)
    while opened < len(row):
        end = _edge(row, opened + 1, ("comma", "but"), 1)
        part = row[opened + 1 : end]
        if any(m.kind in BLOCKS for m in (*row[i + 1 : opened], *part)):
            return False
        if any(m.kind in _CUES for m in part) and _DOUBT.search(text[part[0].start : part[-1].end]):
            return True
        opened = end
    return False


def _words(row: Sequence[Mark], a: int, b: int, text: str) -> str:
    return text[row[a].start : row[b].start] if a < b else ""


def _is_verb(mark: Mark, text: str) -> bool:
    return text[mark.start : mark.end].lower() in (*FINITE, "be", "been")


def _has_verb(part: Sequence[Mark], text: str) -> bool:
    return any(_is_verb(m, text) for m in part)


def is_old(event: Event, row: Sequence[Mark], text: str) -> bool:
    """Whether "old", "healed", "chronic", "previous" stands before it, or behind a fracture."""
    start = _edge(row, event.first - 1, (*BLOCKS, "but", "comma"), -1) + 1
    end = _edge(row, event.last + 1, (*BLOCKS, "but", "with", "no"), 1)
    if end < len(row) and row[end].kind in BLOCKS:  # what stands behind the last comma belongs to that
        end = next((k for k in range(end, event.last, -1) if row[k].kind == "comma"), end)
    after = text[row[event.last].end : row[end].start if end < len(row) else len(text)]
    before = text[row[start].start if start < len(row) else 0 : row[event.first].start]
    if event.type != "vertebral_fracture":
        return bool(_OLD.search(before))
    words = f"{before} {text[row[event.first].start : row[event.last].end]} {after}"
    return not _NEW.search(words) and bool(_OLD.search(before) or _OLD_AFTER.search(after))
