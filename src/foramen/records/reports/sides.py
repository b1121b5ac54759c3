"""Which side something that a sentence says is on."""

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
_SIDE_WORD = re.compile(r"\b(?:left|right|lt|rt|both|bilateral)\b")


def left_edge(row: Sequence[Mark], i: int, stops: Sequence[str]) -> int:
    j = i - 1
    while j >= 0 and row[j].kind not in stops:
        j -= 1
    return j + 1


def right_edge(row: Sequence[Mark], i: int, stops: Sequence[str]) -> int:
    j = i + 1
    while j < len(row) and row[j].kind not in stops:
        j += 1
    return j


def side_of(event: Event, row: Sequence[Mark], text: str) -> str | None:
    """left, right, bilateral, central or None."""
    if event.subject is not None:
        own = sides_in(row[left_edge(row, event.at, (*BLOCKS, "but", "comma")) : event.at]) | _trailing(row, event.at)
        first = replace(event, at=event.subject, relation=event.subject, subject=None)
        return _one(own - {"central"}) or side_of(first, row, text)
    at = event.at
    while at > 0 and row[at - 1].kind == "level":
        at -= 1
    edge = left_edge(row, at, (*BLOCKS, "comma", "with", "level", "but"))
    own = sides_in(row[edge:at]) or _before_level(row, edge, at) | _inside(event, row, text)
    if event.relation is None:
        if not own and edge > 0 and row[edge - 1].kind == "comma":
            wider = row[left_edge(row, edge - 1, (*BLOCKS, "comma", "with", "level", "but")) : edge - 1]
            own = sides_in(wider) if any(m.kind == "more" for m in wider) else set()
        own |= (
            _trailing(row, event.at)
            or sides_in(form_of(row, event, text))
            or _shared(event, row)
            or (set() if own else _of_its_place(event, row, text))
        )
        if event.type not in FOCAL:
            own.discard("central")
        return _one(own)
    if not own and event.at < event.relation:  # "foramina: right L4/5 severe stenosis"
        own = sides_in(row[event.at + 1 : event.relation])
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
    part = row[left_edge(row, at, (*BLOCKS, "comma", "with", "level", "but")) : at]
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
    return sides_in(row[left_edge(row, j - 1, (*BLOCKS, "comma", "with", "level", "but")) : j - 1])


def sides_in(part: Sequence[Mark]) -> set[str]:
    return {m.value for m in part if m.kind == "side"}


def _before_level(row: Sequence[Mark], edge: int, at: int) -> set[str]:
    """The side that stands before the level ("right L3-L4 broad-based protrusion")."""
    i = edge - 1
    if i < 1 or row[i].kind != "level" or any(m.kind not in ("word", "degree", "no") for m in row[edge:at]):
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
    edge = left_edge(row, event.at, (*BLOCKS, "but", "with", "comma", "level"))
    if edge and row[edge - 1].kind == "structure" and all(m.kind == "word" for m in row[edge : event.at]):
        return sides_in(row[left_edge(row, edge - 1, (*BLOCKS, "but", "with", "comma", "level")) : edge - 1])
    end = right_edge(row, event.at, (*BLOCKS, "but", "with", "comma"))
    if end == len(row) or row[end].kind != "structure":
        return set()
    first = next((m for m in row[event.at + 1 : end] if m.kind != "level"), None)
    joined = first is not None and text[first.start : first.end].lower() in AROUND
    return sides_in(row[event.at + 1 : end]) if joined else set()


def _trailing(row: Sequence[Mark], i: int) -> set[str]:
    """Sides named after something and before the next thing, unless they belong to that."""
    end = right_edge(row, i, (*BLOCKS, "but", "with"))
    end = next((k for k in range(i + 1, end) if row[k].kind == "not"), end)  # "does not extend to the left"
    part = list(row[i + 1 : end])
    noun = end < len(row) and row[end].value == "press:compression"
    if noun or (end < len(row) and row[end].kind in ("structure", "finding")):
        cut = max((k for k, m in enumerate(part) if m.kind in ("comma", "more", "and")), default=-1)
        part = part[: max(cut, 0)]
    return sides_in(part)


def _inherited(row: Sequence[Mark], event: Event) -> set[str]:
    """The side of the structure before it in the same list ("left thecal sac and exit root")."""
    j = event.at - 1
    while j >= 0 and row[j].kind in ("and", "or", "comma", "word"):
        j -= 1
    if j < 0 or row[j].kind != "structure":
        return set()
    return sides_in(row[left_edge(row, j, (*BLOCKS, "comma", "with", "level", "but")) : j])


def _one(sides: set[str]) -> str | None:
    if "bilateral" in sides or {"left", "right"} <= sides:
        return "bilateral"
    return next((s for s in ("left", "right", "central") if s in sides), None)


def form_of(row: Sequence[Mark], event: Event, text: str) -> Sequence[Mark]:
    """What a form says behind the colon of a focal disc finding ("disc protrusion: right foraminal") or a comma."""
    i = event.at + 1
    if event.type not in FOCAL or i >= len(row) or text[row[i].start : row[i].end] not in (":", "(", ","):
        return ()
    part = row[i + 1 : right_edge(row, i, ("comma", "but", "with"))]
    places = ("foraminal_stenosis", "lateral_recess_stenosis")
    plain = all(m.kind in ("side", "degree", "word") or m.value in places for m in part)
    return part if plain and sides_in(part) else ()
