"""What a sentence that yielded findings says beside them, so that nothing is lost in silence."""

from __future__ import annotations

from collections.abc import Sequence

from foramen.records.reports.events import BLOCKS, events
from foramen.records.reports.levels import KNOWN, is_pair, is_sacrum
from foramen.records.reports.place import VERTEBRAE, VERTEBRAL, excepted
from foramen.records.reports.result import ReportFinding
from foramen.records.reports.rules import Rules
from foramen.records.reports.scope import negated
from foramen.records.reports.sides import FOCAL
from foramen.records.reports.tails import tails
from foramen.records.reports.tokens import Mark

SUSPECTS = ("suspicious", "concerning", "worrisome", "suspicion", "concern", "consider")


def left_over(row: Sequence[Mark], text: str, rules: Rules) -> tuple[str, ...]:
    """Words of a sentence that no rule took up and that may mean something; what is denied is left out."""
    denied = negated(row, text)
    kept = (text[m.start : m.end] for m, no in zip(row, denied, strict=True) if m.kind == "word" and not no)
    plain, found = tails(row, text)
    read = events(plain, text)
    used = {e.relation for e in read}
    verbs = ("press:compress", "press:displace")  # of which nothing was read: "compresses the left"
    idle = [text[m.start : m.end] for i, m in enumerate(row) if m.value in verbs and i not in used and not denied[i]]
    idle += _idle_structures(row, text, {e.at for e in read}, denied)
    idle += _idle_degrees(row, text, [(t.first, t.last) for t in found])
    for i, m in enumerate(row):  # suspicious of what? no finding follows
        if text[m.start : m.end].lower() in SUSPECTS and not denied[i] and m.kind == "possible":
            end = next((k for k in range(i, len(row)) if row[k].kind in ("but", "comma")), len(row))
            idle += [] if any(x.kind == "finding" for x in row[i:end]) else [text[m.start : m.end]]
    for i, m in enumerate(row):  # "moderate central and left foraminal stenosis"
        near = (*row[max(0, i - 3) : i], *row[i + 1 :])
        said = any(x.value in (*FOCAL, "central_stenosis") for x in near)
        said = said or any(x.kind == "relation" for x in row[i + 1 : i + 2])  # "central stenosis"
        if m.value == "central" and not said and i and row[i - 1].kind == "degree":
            idle.append(text[row[i - 1].start : m.end])
    return tuple(dict.fromkeys([*(w for w in kept if not rules.is_quiet(w.lower().removesuffix("'s"))), *idle]))


def _idle_structures(row: Sequence[Mark], text: str, used: set[int], denied: Sequence[bool]) -> list[str]:
    """Structures that an "and" joins to something pressed and that no rule took up."""
    out = []
    for i, mark in enumerate(row):
        first = i
        while first > 0 and row[first - 1].kind in ("side", "degree", "word"):
            first -= 1
        joined = first > 0 and row[first - 1].kind == "and"
        if mark.kind != "structure" or i in used or denied[i] or not joined:
            continue
        if i + 1 < len(row) and row[i + 1].kind in ("finding", "relation", "structure", "and", "or"):
            continue  # it shares the noun behind it
        start = next((k for k in range(first - 1, -1, -1) if row[k].kind == "but"), 0)
        if any(m.value == "press:compress" for m in row[start:first]):
            out.append(text[row[first - 1].start : mark.end])
    return out


def _idle_degrees(row: Sequence[Mark], text: str, taken: Sequence[tuple[int, int]]) -> list[str]:
    """Clauses that give a degree at a level or side and name no thing ("it is severe at L4-L5")."""
    out = []
    ends = [i for i, m in enumerate(row) if m.kind == "but"]
    for a, b in zip([-1, *ends], [*ends, len(row)], strict=True):
        part = row[a + 1 : b]
        kinds = {m.kind for m in part}
        own = not any(a < first <= b for first, _ in taken)
        if a >= 0 and own and "degree" in kinds and kinds & {"level", "side"} and not kinds & set(BLOCKS):
            out.append(text[part[0].start : part[-1].end])
    return out


def lost_levels(row: Sequence[Mark], text: str, found: Sequence[ReportFinding]) -> list[str]:
    """Levels that a sentence names and none of its findings stands at."""
    if not found or excepted(text):
        return []
    at = {f.level for f in found}
    bones = any(f.type in VERTEBRAL and f.level and not is_pair(f.level) for f in found)
    return [
        text[m.start : m.end]
        for m in row
        if m.kind == "level"
        and (set(m.names) <= KNOWN or (bones and set(m.names) <= set(VERTEBRAE)))
        and not at & set(m.names)
        and not is_sacrum(text[m.start : m.end])
    ]
