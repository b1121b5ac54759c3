"""Levels that bring a side of their own: "right L4-L5 and left L5-S1 protrusions", "at L4-5 on the left and ..."."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from foramen.records.reports.tokens import Mark

_SIDES = ("left", "right", "bilateral")
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
