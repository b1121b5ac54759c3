"""Levels that bring a side of their own: "right L4-L5 and left L5-S1 protrusions", "at L4-5 on the left and ..."."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from foramen.records.reports.sides import NONE
from foramen.records.reports.tokens import Mark

_SIDES = ("left", "right", "bilateral")
YES = "yes"  # present, of no degree
_ORDER = (NONE, YES, "mild", "moderate", "severe")
_SMALL = ("on", "the", "at", "of", "level", "side", "sided", "-", "(", ")", "in")


def sides_by_level(row: Sequence[Mark], text: str) -> tuple[list[Mark], dict[str, str]]:
    """The row with such sides blanked and their levels joined to one list, and the side of each level."""
    out = list(row)
    own: dict[str, str] = {}
    places = [i for i, m in enumerate(row) if m.kind == "level"]
    for a, b in pairwise(places):
        between = row[a + 1 : b]
        if not all(_small(m, text) or m.kind in ("side", "and", "comma", "degree") for m in between):
            continue
        sides = [a + 1 + k for k, m in enumerate(between) if m.value in _SIDES]
        joins = [a + 1 + k for k, m in enumerate(between) if m.kind in ("and", "comma")]
        if len(sides) != 1 or not joins:
            continue
        first = _near(row, a, -1, text) if joins[-1] < sides[0] else sides[0]
        second = sides[0] if joins[-1] < sides[0] else _near(row, b, 1, text)
        if first is None or second is None or first == second:
            continue
        for level, side in ((a, first), (b, second)):
            own |= dict.fromkeys(row[level].names, row[side].value)
            out[side] = Mark("word", "", row[side].start, row[side].start)
        for k in range(a + 1, b):
            if out[k].kind == "word":
                out[k] = Mark("and", "", row[k].start, row[k].start)
    return out, own


def _small(mark: Mark, text: str) -> bool:
    return mark.kind == "word" and text[mark.start : mark.end].lower() in _SMALL


def _near(row: Sequence[Mark], i: int, step: int, text: str) -> int | None:
    """The side that stands beside a level in one direction."""
    j = i + step
    while 0 <= j < len(row) and _small(row[j], text):
        j += step
    return j if 0 <= j < len(row) and row[j].kind == "side" and row[j].value in _SIDES else None


def degrees_after_levels(row: Sequence[Mark], text: str) -> tuple[list[Mark], dict[str, str]]:
    """The same of degrees that follow each level: "L3/4 moderate, L4/5 severe, L5/S1 none"."""
    out = list(row)
    own: dict[str, str] = {}
    run: list[tuple[int, int, int]] = []  # level, first and last + 1 of its degrees
    for i, mark in enumerate(row):
        if mark.kind != "level":
            continue
        end = i + 1
        while end < len(row) and (_graded(row[end], text) or _between(row[end], text)):
            end += 1
        stops = end == len(row) or row[end].kind in ("comma", "and", "but", "structure", "relation", "finding")
        joined = run and all(m.kind in ("comma", "and") or _small(m, text) for m in row[run[-1][2] : i])
        if run and not joined:
            _take(row, out, own, run, text)
            run = []
        if stops and any(_graded(m, text) for m in row[i + 1 : end]):
            run.append((i, i + 1, end))
        else:
            _take(row, out, own, run, text)
            run = []
    _take(row, out, own, run, text)
    return out, own


def _graded(mark: Mark, text: str) -> bool:
    return mark.kind in ("degree", "no") or text[mark.start : mark.end].lower() == YES


def _between(mark: Mark, text: str) -> bool:
    return mark.kind == "word" and text[mark.start : mark.end].lower() in ("to", "-", "(", ")", ":", "is", "and")


def _take(
    row: Sequence[Mark], out: list[Mark], own: dict[str, str], run: Sequence[tuple[int, int, int]], text: str
) -> None:
    """Two or more levels in a row: their degrees blanked, and the levels joined."""
    if len(run) < 2:
        return
    for level, first, end in run:
        marks = [m for m in row[first:end] if _graded(m, text)]
        found = [NONE if m.kind == "no" else YES if m.kind == "word" else m.value for m in marks]
        own |= dict.fromkeys(row[level].names, max(found, key=_ORDER.index))
    for i in range(run[0][0] + 1, run[-1][2]):
        if row[i].kind != "level":
            out[i] = Mark("and" if i < run[-1][0] else "word", "", row[i].start, row[i].start)
