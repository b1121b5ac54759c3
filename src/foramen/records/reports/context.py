"""Side, degree, zone, grade and certainty of something that a sentence says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from foramen.records.reports.events import BLOCKS, Event
from foramen.records.reports.tokens import Mark

FOCAL = (
    "disc_protrusion",
    "disc_extrusion",
    "disc_herniation",
    "disc_sequestration",
    "disc_bulge",
    "annular_tear",
    "postoperative",
)
PLACED_BY = (*FOCAL[:4], "epidural_scar", "synovial_cyst")
AROUND = ("in", "within", "into", "around", "about", "surrounding", "surrounds", "encasing", "encases", "along", "at")
NONE = "none"  # the degree of a side that is denied
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
_SIDE_WORD = re.compile(r"\b(?:left|right|lt|rt|both|bilateral)\b")
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}


def _left_edge(row: Sequence[Mark], i: int, stops: Sequence[str]) -> int:
    j = i - 1
    while j >= 0 and row[j].kind not in stops:
        j -= 1
    return j + 1


def _right_edge(row: Sequence[Mark], i: int, stops: Sequence[str]) -> int:
    j = i + 1
    while j < len(row) and row[j].kind not in stops:
        j += 1
    return j


def side_of(event: Event, row: Sequence[Mark], text: str) -> str | None:
    """left, right, bilateral, central or None."""
    if event.subject is not None:
        own = _sides(row[_left_edge(row, event.at, (*BLOCKS, "but", "comma")) : event.at]) | _trailing(row, event.at)
        first = replace(event, at=event.subject, relation=event.subject, subject=None)
        return _one(own - {"central"}) or side_of(first, row, text)
    at = event.at
    while at > 0 and row[at - 1].kind == "level":
        at -= 1
    edge = _left_edge(row, at, (*BLOCKS, "comma", "with", "level", "but"))
    own = _sides(row[edge:at]) or _before_level(row, edge, at) | _inside(event, row, text)
    if event.relation is None:
        if not own and edge > 0 and row[edge - 1].kind == "comma":
            wider = row[_left_edge(row, edge - 1, (*BLOCKS, "comma", "with", "level", "but")) : edge - 1]
            own = _sides(wider) if any(m.kind == "more" for m in wider) else set()
        own |= (
            _trailing(row, event.at)
            or _sides(_form(row, event, text))
            or _shared(event, row)
            or (set() if own else _of_its_place(event, row, text))
        )
        if event.type not in FOCAL:
            own.discard("central")
        return _one(own)
    if not own:
        own = _inherited(row, event)
    own.discard("central")
    later = _trailing(row, max(event.at, event.relation))
    later.discard("central")
    return _one(own | later)


def split_sides(event: Event, row: Sequence[Mark]) -> list[tuple[str, str]]:
    """(side, degree) of each side where both are named with degrees of their own ("moderate right and no left")."""
    at = event.at
    while at > 0 and row[at - 1].kind == "level":
        at -= 1
    part = row[_left_edge(row, at, (*BLOCKS, "comma", "with", "level", "but")) : at]
    found = [
        (b.value, a.value if a.kind == "degree" else NONE)
        for a, b in pairwise(m for m in part if m.kind in ("degree", "side", "no"))
        if a.kind in ("degree", "no") and b.kind == "side" and b.value in ("left", "right")
    ]
    return found if {side for side, _ in found} == {"left", "right"} and len({d for _, d in found}) == 2 else []


def _shared(event: Event, row: Sequence[Mark]) -> set[str]:
    """The side of the finding it is joined to ("left protrusion and sequestration")."""
    j = event.at - 1
    if event.type not in FOCAL or j < 1 or row[j].kind != "and" or row[j - 1].kind != "finding":
        return set()
    return _sides(row[_left_edge(row, j - 1, (*BLOCKS, "comma", "with", "level", "but")) : j - 1])


def _sides(part: Sequence[Mark]) -> set[str]:
    return {m.value for m in part if m.kind == "side"}


def _before_level(row: Sequence[Mark], edge: int, at: int) -> set[str]:
    """The side that stands before the level ("right L3-L4 broad-based protrusion")."""
    i = edge - 1
    if i < 1 or row[i].kind != "level" or any(m.kind not in ("word", "degree") for m in row[edge:at]):
        return set()
    before = [m for m in row[max(0, i - 3) : i] if m.kind != "word"]  # "right-sided L3-L4"
    return {before[-1].value} if before and before[-1].kind == "side" else set()


def _inside(event: Event, row: Sequence[Mark], text: str) -> set[str]:
    """A side among the words that the finding was taken from ("collection in the left psoas")."""
    words = _SIDE_WORD.findall(text[row[event.at].start : row[event.at].end].lower()) if event.relation is None else []
    return {"left" if w in ("left", "lt") else "right" if w in ("right", "rt") else "bilateral" for w in words}


def _of_its_place(event: Event, row: Sequence[Mark], text: str) -> set[str]:
    """The side of what it lies in or around ("scar around the right S1 root", "protrusion in the left foramen")."""
    if event.type not in PLACED_BY:
        return set()
    edge = _left_edge(row, event.at, (*BLOCKS, "but", "with", "comma", "level"))
    if edge and row[edge - 1].kind == "structure" and all(m.kind == "word" for m in row[edge : event.at]):
        return _sides(row[_left_edge(row, edge - 1, (*BLOCKS, "but", "with", "comma", "level")) : edge - 1])
    end = _right_edge(row, event.at, (*BLOCKS, "but", "with", "comma"))
    if end == len(row) or row[end].kind != "structure":
        return set()
    first = next((m for m in row[event.at + 1 : end] if m.kind != "level"), None)
    joined = first is not None and text[first.start : first.end].lower() in AROUND
    return _sides(row[event.at + 1 : end]) if joined else set()


def _trailing(row: Sequence[Mark], i: int) -> set[str]:
    """Sides named after something and before the next thing, unless they belong to that."""
    end = _right_edge(row, i, (*BLOCKS, "but", "with"))
    part = list(row[i + 1 : end])
    if end < len(row) and row[end].kind in ("structure", "finding"):
        cut = max((k for k, m in enumerate(part) if m.kind in ("comma", "more", "and")), default=-1)
        part = part[: max(cut, 0)]
    return _sides(part)


def _inherited(row: Sequence[Mark], event: Event) -> set[str]:
    """The side of the structure before it in the same list ("left thecal sac and exit root")."""
    j = event.at - 1
    while j >= 0 and row[j].kind in ("and", "or", "comma", "word"):
        j -= 1
    if j < 0 or row[j].kind != "structure":
        return set()
    return _sides(row[_left_edge(row, j, (*BLOCKS, "comma", "with", "level", "but")) : j])


def _one(sides: set[str]) -> str | None:
    if "bilateral" in sides or {"left", "right"} <= sides:
        return "bilateral"
    return next((s for s in ("left", "right", "central") if s in sides), None)


def degree_of(event: Event, row: Sequence[Mark], text: str) -> str | None:
    """mild, moderate, severe or None: of the finding, or of the verb or noun that presses."""
    if event.relation is None:
        part = row[_left_edge(row, event.at, (*BLOCKS, "comma", "with", "but")) : event.at]
        inside = _INSIDE.search(text[row[event.at].start : row[event.at].end])
        own = _strongest(part) or (inside[1].lower() if inside else None)
        return own or _behind(row, event.at + 1, text, need_colon=True)
    r = event.relation
    if behind := _behind(row, max(event.at, r) + 1, text):
        return behind  # "foraminal stenosis severe"
    if r < event.at:
        return _strongest(row[_left_edge(row, r, (*BLOCKS, "comma", "but", "with")) : r])
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
    start = row[_left_edge(row, at, ("finding", "relation", "level", "but"))].start
    words = text[start : row[event.at].end].lower()
    if form := _form(row, event, text):
        words += text[form[0].start : form[-1].end].lower()
    return next((zone for zone, pattern in _ZONES if re.search(pattern, words)), None)


def _form(row: Sequence[Mark], event: Event, text: str) -> Sequence[Mark]:
    """What a form says behind the colon of a focal disc finding ("disc protrusion: right foraminal") or a comma."""
    i = event.at + 1
    if event.type not in FOCAL or i >= len(row) or text[row[i].start : row[i].end] not in (":", "(", ","):
        return ()
    part = row[i + 1 : _right_edge(row, i, ("comma", "but", "with"))]
    places = ("foraminal_stenosis", "lateral_recess_stenosis")
    plain = all(m.kind in ("side", "degree", "word") or m.value in places for m in part)
    return part if plain and _sides(part) else ()


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
