"""One side set against the other by "not": "on the right, not on the left", "of the left but not of the right root"."""

from __future__ import annotations

from collections.abc import Sequence

from foramen.records.reports.tokens import Mark

SMALL = ("on", "of", "the", "at", "in", "to", "for", "from", "into", "side", "sided", "aspect", "only", "one")
_OTHER = {"left": "right", "right": "left"}
_JOINS = ("comma", "but", "and")
Denied = tuple[int, int, str, bool]


def contrasts(row: Sequence[Mark], text: str) -> list[Denied]:
    """(first mark, last mark + 1, the side denied, whether its thing follows) of each such phrase."""
    out = []
    for i, mark in enumerate(row):
        rather = i and text[row[i - 1].start : mark.end].lower() in ("rather than", "instead of")
        if (mark.kind != "not" and not rather) or text[mark.start : mark.end].lower() == "cannot":
            continue  # "none left" is read as "mild left" is
        side = _next(row, i, text)
        if side is None or row[side].value not in _OTHER:
            continue
        if rather:
            out.append((i - 1, side + 1, row[side].value, not _ends(row, side)))
            continue
        first = i
        while first > 0 and _passed(row[first - 1], text):
            first -= 1
        joined = first > 0 and (row[first - 1].kind in _JOINS or text[row[first - 1].start : row[first - 1].end] == "(")
        found = _reversed(row, first - joined, side, text) or (_plain(row, first - 1, side, text) if joined else None)
        if found:
            out.append(found)
    return out


def _passed(mark: Mark, text: str) -> bool:
    return mark.kind == "word" and text[mark.start : mark.end].lower() in SMALL


def _next(row: Sequence[Mark], i: int, text: str) -> int | None:
    """The next mark that is no small word, if it is a side."""
    j = i + 1
    while j < len(row) and _passed(row[j], text):
        j += 1
    return j if j < len(row) and row[j].kind == "side" else None


def _ends(row: Sequence[Mark], i: int) -> bool:
    """Whether the clause names no thing behind a mark."""
    j = i + 1
    while j < len(row) and row[j].kind == "word":
        j += 1
    return j == len(row) or row[j].kind in (*_JOINS, "with", "level")


def _reversed(row: Sequence[Mark], first: int, side: int, text: str) -> Denied | None:
    """ "Not on the left but on the right": the other side stays."""
    j = side + 1
    while j < len(row) and _passed(row[j], text):
        j += 1
    if j == len(row) or row[j].kind != "but":
        return None
    other = _next(row, j, text)
    if other is None or row[other].value != _OTHER[row[side].value]:
        return None
    return first, j + 1, row[side].value, not _ends(row, other)


def _plain(row: Sequence[Mark], joiner: int, side: int, text: str) -> Denied | None:
    """ "On the right, not on the left" behind a joiner."""
    if _ends(row, side):
        return joiner, side + 1, row[side].value, False
    j = joiner - 1
    while j >= 0 and _passed(row[j], text):
        j -= 1
    near = j >= 0 and row[j].kind == "side" and row[j].value == _OTHER[row[side].value]
    return (joiner, side + 1, row[side].value, True) if near else None
