"""Degree, zone, grade and size of something that a sentence says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from foramen.records.reports.events import BLOCKS, Event
from foramen.records.reports.sides import FOCAL, form_of, left_edge
from foramen.records.reports.tokens import Mark

OWN_DEGREE = ("and", "comma", "word", "degree")
_ZONES = (
    ("extraforaminal", r"extra-?foraminal|far[- ]lateral"),
    ("foraminal", r"foraminal"),
    ("subarticular", r"paracentral|paramedian|para central|subarticular|postero-?lateral|lateral recess"),
    ("central", r"\bcentral|midline|posterior central"),
)
_GRADE = re.compile(r"\bgr(?:ade)?\b\.?\s*[-:]?\s*(iv|iii|ii|i|[1-5])\b|\b(?:type)\s*(iii|ii|i|[1-3])\b", re.I)
_MM = re.compile(r"(\d+(?:\.\d+)?)(?:\s*x\s*\d+(?:\.\d+)?)*\s*(mm|cm)\b", re.I)
_INSIDE = re.compile(r"\b(mild|moderate|severe)", re.I)
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}


def degree_of(event: Event, row: Sequence[Mark], text: str) -> str | None:
    """mild, moderate, severe or None: of the finding, or of the verb or noun that presses."""
    if event.relation is None:
        part = row[left_edge(row, event.at, (*BLOCKS, "comma", "with", "but")) : event.at]
        inside = _INSIDE.search(text[row[event.at].start : row[event.at].end])
        own = _strongest(part) or (inside[1].lower() if inside else None)
        return own or _behind(row, event.at + 1, text, need_colon=True)
    r = event.relation
    if behind := _behind(row, max(event.at, r) + 1, text):
        return behind  # "foraminal stenosis severe"
    if r < event.at:
        return _strongest(row[left_edge(row, r, (*BLOCKS, "comma", "but", "with")) : r])
    first = event.at
    while first > 0 and (
        row[first - 1].kind in ("structure", "and", "or", "side", "word", "degree", "more")
        or (row[first - 1].kind == "level" and first > 1 and row[first - 2].kind in ("side", "degree"))
    ):
        first -= 1
    return _strongest([m for m in row[first:r] if m.kind != "structure"])


def _behind(row: Sequence[Mark], i: int, text: str, need_colon: bool = False) -> str | None:
    """The degree that follows and belongs to nothing behind it; in a form it stands behind a colon."""
    colon = i < len(row) and text[row[i].start : row[i].end].lower() in (":", "(", "is", "are")
    i += colon
    j = i
    while j < len(row) and (
        row[j].kind in ("degree", "side") or text[row[j].start : row[j].end].lower() in ("to", "-")
    ):
        j += 1
    ended = j == len(row) or row[j].kind in ("comma", "with", "but")
    is_form = colon and text[row[i - 1].start : row[i - 1].end].lower() in ("is", "are")
    if need_colon and not colon and not (ended and i < j and row[i].kind == "degree"):
        return None
    if (
        not ended
        and not (is_form and row[j].kind == "and")
        and text[row[j].start : row[j].end].lower() not in ("at", ")")
    ):
        return None
    return _strongest(row[i:j]) if i < j and (row[i].kind == "degree" or colon) else None


def degrees_by_level(row: Sequence[Mark]) -> dict[str, str]:
    """The degree of levels that bring their own ("moderate stenosis at L3-L4 and severe at L4-L5")."""
    places = [i for i, m in enumerate(row) if m.kind == "level"]
    out: dict[str, str] = {}
    for a, b in pairwise(places):
        between = row[a + 1 : b]
        listed = bool(between) and between[0].kind in ("and", "comma") and all(m.kind in OWN_DEGREE for m in between)
        if listed and (degree := _strongest(between)):
            out |= dict.fromkeys(row[b].names, degree)
    return out


def _strongest(part: Sequence[Mark]) -> str | None:
    found = {m.value for m in part if m.kind == "degree"}
    if "moderate" in found and "severe" in found:
        return "severe"
    return next((d for d in ("moderate", "severe", "mild") if d in found), None)


def zone_of(event: Event, row: Sequence[Mark], text: str) -> str | None:
    """Zone of a focal disc finding, from the words before it."""
    if event.relation is not None or event.type not in FOCAL:
        return None
    at = event.at
    while at > 0 and row[at - 1].kind == "level":  # "far lateral L4-L5 protrusion"
        at -= 1
    start = row[left_edge(row, at, ("finding", "relation", "level", "but"))].start
    words = text[start : row[event.at].end].lower()
    if form := form_of(row, event, text):
        words += text[form[0].start : form[-1].end].lower()
    return next((zone for zone, pattern in _ZONES if re.search(pattern, words)), None)


def grade_of(event: Event, row: Sequence[Mark], text: str) -> str | None:
    """Grade of a slip or type of endplate change."""
    if event.type not in ("spondylolisthesis", "retrolisthesis", "modic_changes"):
        return None
    near = text[max(0, row[event.first].start - 25) : row[event.last].end + 25]
    m = _GRADE.search(near)
    value = (m[1] or m[2]).lower() if m else None
    return _ROMAN.get(value, value) if value else None


def millimetres_of(event: Event, row: Sequence[Mark], text: str) -> float | None:
    """A size that stands beside the finding."""
    near = text[max(0, row[event.first].start - 20) : row[event.last].end + 25]
    m = _MM.search(near)
    return float(m[1]) * (10 if m[2].lower() == "cm" else 1) if m else None
