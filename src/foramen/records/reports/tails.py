"""What a clause says of another side without naming the thing again ("severe right stenosis, left moderate")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from foramen.records.reports.contrast import contrasts
from foramen.records.reports.events import BLOCKS
from foramen.records.reports.place import NOWHERE
from foramen.records.reports.result import ReportFinding
from foramen.records.reports.sides import NONE
from foramen.records.reports.tokens import Mark

_SMALL = (
    "on", "the", "to", "at", "in", "is", "are", "was", "does", "has", "it", "side", "sided", "-", ":", ")", "one",
    "only",
)  # fmt: skip
_OPENS = (":", "(", "while")
OPEN = "open"  # "the right is": told, as it may mean either
_ORDER = (OPEN, NONE, "mild", "moderate", "severe")
_OTHER = {"left": "right", "right": "left"}


@dataclass(frozen=True, slots=True)
class Tail:
    """The ``side`` and ``degree`` of a clause that names no thing; ``first``, ``last``: its marks.

    ``before``: its thing follows ("of the left but not of the right root").
    """

    first: int
    last: int
    side: str
    degree: str
    before: bool = False


def tails(row: Sequence[Mark], text: str) -> tuple[list[Mark], list[Tail]]:
    """The row with such clauses blanked, so that no other rule takes their side or degree, and the clauses."""
    out, found = list(row), []
    for first, last, side, before in contrasts(row, text):
        found.append(Tail(first, last, side, NONE, before))
        _blank(out, first, last)
    row = tuple(out)
    against = tuple(found)
    found = []
    ends = True  # whether nothing follows that side and degree could belong to
    for first, last in reversed(_clauses(row, text)):
        part = row[first:last]
        sides = [m for m in part if m.kind == "side" and m.value in _OTHER]
        free = [NONE for m in part if m.kind in ("no", "not") or m.value.startswith("free:")]
        degrees = free or [m.value for m in part if m.kind == "degree"]
        form = text[row[first - 1].start : row[first - 1].end] in _OPENS
        verbs = ("narrowed", "stenosed", "compressed")
        pressed = [
            m for m in part if not form and (text[m.start : m.end].lower() in verbs or m.value.startswith("free:"))
        ]
        rest = [m for m in part if m.kind not in ("side", "degree", "no", "not") and m not in pressed]
        told = text[: row[first].start].lower().split()  # "the left psoas does not": its noun was named before
        small = all(text[m.start : m.end].lower() in (*_SMALL, *(told if m.kind == "word" else ())) for m in rest)
        hedged = any(m.kind == "not" for m in part) and any(m.kind == "degree" for m in part)  # "not severe left"
        if hedged or (not degrees and _bare(part, text)):
            degrees = [OPEN]
        if ends and small and len(sides) == 1 and degrees:
            found.append(Tail(first, last, sides[0].value, max(degrees, key=_ORDER.index)))
            _blank(out, first, last)
            continue
        named = any(m.kind in BLOCKS for m in part)
        ends = named and part[0].kind not in ("side", "degree") and row[first - 1].kind != "and"
    return out, [*against, *found[::-1]]


def _blank(row: list[Mark], first: int, last: int) -> None:
    for i in range(first, last):
        row[i] = Mark("word", "", row[i].start, row[i].start)


def _bare(part: Sequence[Mark], text: str) -> bool:
    """Whether a clause ends with its verb ("the right is")."""
    return text[part[-1].start : part[-1].end].lower() in ("is", "are", "was", "does", "has")


def _clauses(row: Sequence[Mark], text: str) -> list[tuple[int, int]]:
    """(first, last + 1) of what stands behind a comma, "and" or a colon, up to the next; "with" and "but" end it."""
    opens = [
        i
        for i, m in enumerate(row)
        if m.kind in ("comma", "and", "but")
        or (text[m.start : m.end].lower() in _OPENS and not (i and row[i - 1].kind == "side"))
    ]
    closes = sorted({*opens, *(i for i, m in enumerate(row) if m.kind == "with"), len(row)})
    return [(i + 1, end) for i in opens if (end := next(c for c in closes if c > i)) > i + 1]


def with_tails(
    said: Sequence[tuple[int, list[ReportFinding]]], found: Sequence[Tail]
) -> tuple[list[ReportFinding], list[Tail]]:
    """All findings of a sentence with what the tails say of other sides, and the tails that belong to nothing.

    ``said``: per event its last mark and its findings. A tail goes on with the last thing before it that has a degree
    and a side of its own, or else with the last that can have a side.
    """
    own: dict[int, list[Tail]] = {}
    lost = []
    for tail in found:
        able = [
            i for i, (last, one) in enumerate(said)
            if (last >= tail.last if tail.before else last < tail.first)
            and one and one[0].present and one[0].type not in NOWHERE
        ]  # fmt: skip
        if tail.degree == OPEN:
            lost.append(tail)
            continue
        if not able and tail.degree != NONE and not tail.before:  # "none on the left, severe on the right"
            able = [
                i for i, (last, one) in enumerate(said)
                if last < tail.first and one and one[0].side == _OTHER[tail.side] and one[0].type not in NOWHERE
            ][-1:]  # fmt: skip
        graded = [i for i in able if said[i][1][0].severity and said[i][1][0].side]
        if able:
            own.setdefault(able[0] if tail.before else (graded or able)[-1], []).append(tail)
        else:
            lost.append(tail)
    out = []
    for i, (_, findings) in enumerate(said):
        for f in findings:
            out += _spread(f, own[i]) if i in own else [f]
    return out, lost


def _spread(f: ReportFinding, own: Sequence[Tail]) -> list[ReportFinding]:
    sides = {t.side for t in own}
    kept: list[ReportFinding] = []
    if f.side in _OTHER and f.side not in sides:
        kept = [f]
    elif f.side == "bilateral" and len(sides) == 1:
        kept = [replace(f, side=_OTHER[own[0].side])]
    elif f.side is None and (f.severity or all(t.degree == NONE for t in own)):
        kept = [f]
    return [*kept, *(on_side(f, t.side, t.degree) for t in own)]


def on_side(f: ReportFinding, side: str | None, degree: str) -> ReportFinding:
    """The finding on one side with the degree it has there; absent where that is none."""
    if degree == NONE:
        return replace(f, side=side, severity=None, present=False, certainty="negated")
    certainty = "affirmed" if f.certainty == "negated" else f.certainty
    return replace(f, side=side, severity=degree, present=True, certainty=certainty)
