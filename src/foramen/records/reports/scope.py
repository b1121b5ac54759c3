"""What stands in the scope of a denial."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from foramen.records.reports.clauses import FINITE
from foramen.records.reports.clauses import THINGS as BLOCKS
from foramen.records.reports.tokens import Mark

# "does not demonstrate a lesion" denies what follows; "a lesion is not demonstrated" what stands before
_SHOWING = re.compile(r"\W*(?:\w+\W+)?(?:demonstrate|identify|confirm|detect|visuali[sz]e|appreciate|find)s?\b", re.I)
_PARTLY = re.compile(r"\b(?:partial|partially|partly|nearly|almost|largely|mostly|incompletely|substantially)\b", re.I)


def negated(row: Sequence[Mark], text: str) -> list[bool]:
    """Per mark: whether it stands in the scope of a negation."""
    out = [False] * len(row)
    active, resolved, by_verb, aside = False, True, False, False
    for i, mark in enumerate(row):
        match mark.kind:
            case "no" if text[mark.start : mark.end].lower() in ("absent", "negative") and not _for(row, i, text):
                _back(row, out, i, text)
            case "no" if _longer(mark, text) and any(m.kind == "seen" for m in row[i + 1 : i + 4]):
                _back(row, out, i, text)
            case "word" if _gone(row, i, text):
                active = True
            case "no" if _template(row, i, text):
                _back(row, out, i, text, ("comma",))
            case "no":
                by_verb = aside = False
                active = not _pseudo(row, i, text)
            case "not":
                after = [m.kind for m in row[i + 1 : i + 4]]
                if "resolved" in after[:2]:
                    resolved = False
                elif (
                    any(k in ("seen", "rule_out") for k in after)
                    and not _to_do(row, i, text)
                    and not _seen_doing(row, i)
                    and not _SHOWING.match(text[mark.end : mark.end + 40])
                ):
                    if not any(m.kind == "rule_out" for m in row[i + 1 : i + 4]):
                        _back(row, out, i, text)
                else:
                    active = by_verb = True
                    aside = i > 0 and row[i - 1].kind == "comma"  # "an extrusion, not merely a scar, ..."
            case "resolved":
                if resolved and not _PARTLY.search(text[max(0, mark.start - 25) : mark.start]):
                    _back(row, out, i, text)
                resolved = True
            case "but" | "with" | "extend":
                active = False
            case "word" if by_verb and text[mark.start : mark.end] == ":":
                active = False  # "not to be missed: ..."
            case "comma" if aside or (by_verb and _complete(row, i, text)):
                active = aside = False
            case "comma" | "and" if active and _starts_anew(row, i, text):
                active = False
        out[i] = active
    return out


def _pseudo(row: Sequence[Mark], i: int, text: str) -> bool:
    """Whether it is "no change" or "no more than mild", which does not deny what follows."""
    rest = text[row[i].end : row[i].end + 30].lower().split()
    return bool(rest) and (
        rest[:2] in (["more", "than"], ["worse", "than"], ["greater", "than"])
        or rest[0] in ("change", "doubt", "question")
        or rest[:2] in (["interval", "change"], ["significant", "change"])
    )


def _gone(row: Sequence[Mark], i: int, text: str) -> bool:
    """Whether it is "resolution of", of all that follows."""
    word = text[row[i].start : row[i].end].lower()
    follows = text[row[i].end : row[i].end + 4].strip().lower()
    partly = _PARTLY.search(text[max(0, row[i].start - 25) : row[i].start])
    return word in ("resolution", "resorption", "disappearance") and follows.startswith("of") and not partly


def _to_do(row: Sequence[Mark], i: int, text: str) -> bool:
    """Whether it is "not seen to compress", which denies what follows and not what stands before."""
    follows = row[i + 1 : _end(row, i + 1, ("comma", "but", "with"))]
    to_do = re.match(r"\W*(?:\w+\W+){0,2}to\b", text[row[i].end : row[i].end + 30], re.I)
    return bool(to_do) and any(m.kind in BLOCKS for m in follows)


def _seen_doing(row: Sequence[Mark], i: int) -> bool:
    """Whether it is "not seen compressing the root", which denies what follows."""
    seen = next((j for j in range(i + 1, min(i + 4, len(row))) if row[j].kind == "seen"), None)
    return seen is not None and seen + 1 < len(row) and row[seen + 1].kind == "relation"


def _end(row: Sequence[Mark], i: int, stops: Sequence[str]) -> int:
    while i < len(row) and row[i].kind not in stops:
        i += 1
    return i


def _longer(mark: Mark, text: str) -> bool:
    """Whether it is "no longer seen"."""
    return text[mark.end : mark.end + 8].strip().lower().startswith("longer")


def _complete(row: Sequence[Mark], i: int, text: str) -> bool:
    """Whether a "not" before a comma denies a predicate alone ("abscess not drained, discitis persists")."""
    start = next(k for k in range(i, -1, -1) if row[k].kind == "not" or k == 0)
    said = any(m.kind in BLOCKS for m in row[:start])
    own = [m for m in row[start:i] if m.kind in (*BLOCKS, "or", "seen")]
    if len(own) == 1 and own[0].kind == "relation" and start and row[start - 1].kind in ("structure", "word"):
        alone = not _listed(row, i) and any(m.kind == "structure" for m in row[:start])
        return alone and text[own[0].start : own[0].end].lower().endswith("ed")  # "sac not compressed, large extrusion"
    return said and not own


def _for(row: Sequence[Mark], i: int, text: str) -> bool:
    """Whether it is "negative for", which denies what follows."""
    return text[row[i].end : row[i].end + 5].strip().lower().startswith("for")


def _template(row: Sequence[Mark], i: int, text: str) -> bool:
    """Whether it is what stands behind the colon of a form ("canal stenosis: none")."""
    ends = i + 1 == len(row) or row[i + 1].kind in ("comma", "but")
    return ends and text[: row[i].start].rstrip().endswith(":")


def _back(row: Sequence[Mark], out: list[bool], i: int, text: str, more: tuple[str, ...] = ()) -> None:
    """Deny what stands before, as far as its clause or list reaches ("bulge, protrusion or tear are not seen")."""
    end = i
    for j in range(i - 1, -1, -1):
        if row[j].kind in ("but", "with", *more):
            return
        if row[j].kind == "comma" and any(m.kind in BLOCKS for m in row[j + 1 : i]):
            first = next((k + 1 for k in range(j - 1, -1, -1) if row[k].kind in ("comma", "but", "with")), 0)
            listed = any(m.kind in ("and", "or") for m in row[j + 1 : end])
            own = row[first:j]
            if not listed or any(
                m.kind in ("no", "not", "level", "seen") or text[m.start : m.end].lower() in FINITE for m in own
            ):
                return
        out[j] = True


def _starts_anew(row: Sequence[Mark], i: int, text: str) -> bool:
    """After a comma or "and" something is affirmed: a degree, "there is", "normal"."""
    for mark in row[i + 1 : i + 3]:
        word = text[mark.start : mark.end].lower()
        if mark.kind == "degree":
            return mark.value in ("mild", "moderate") or word == "severe"
        if word in ("there", "is", "shows", "evidence", "positive") or mark.value.startswith("free:"):
            return True
        if mark.kind in BLOCKS:
            break
    return row[i].kind == "comma" and _own_place(row, i, text)


def _own_place(row: Sequence[Mark], i: int, text: str) -> bool:
    """Whether a comma sets apart what has a level or side of its own ("no fracture of L1, fracture of L2").

    A list is closed by "or" or "and"; where neither follows, the denial does not reach what is placed by itself.
    """
    part = row[i + 1 : _end(row, i + 1, ("comma", "but", "with"))]
    if any(m.kind == "no" for m in part) or _listed(row, i):
        return False
    start = next((k for k in range(i - 1, -1, -1) if row[k].kind in ("no", "not")), 0)
    clause = next((k for k in range(i - 1, -1, -1) if row[k].kind == "but"), 0)
    before = row[start:i]
    if any(m.kind == "or" for m in before) and any(m.kind in BLOCKS for m in part):
        return True  # the list is closed ("no fracture or tumour, discitis at L3-4")
    if any(
        a.kind == "structure" and b.kind == "relation" and text[b.start : b.end].lower().endswith("ed")
        for a, b in pairwise(part)
    ):
        return True  # "no fracture, cauda equina compressed"
    thing = next((k for k, m in enumerate(part) if m.kind in BLOCKS), None)
    if thing is None:
        return any(text[m.start : m.end].lower() in ("in", "within") for m in part)  # words that no rule knows
    sides = {m.value for m in part[: thing + 1] if m.kind == "side"}
    apart = bool(sides) and sides.isdisjoint(m.value for m in before if m.kind == "side")
    return apart or all(any(m.kind == "level" for m in both) for both in (part, row[clause:i]))


def _listed(row: Sequence[Mark], i: int) -> bool:
    """Whether a comma is followed by the "or" or "and" that closes a list."""
    return any(m.kind in ("or", "and") for m in row[i + 1 : _end(row, i + 1, ("but", "no"))])


def doubtful(row: Sequence[Mark], text: str) -> list[bool]:
    """Per mark: whether it may or may not be denied: "no tumour, discitis at L3-4" ends in no "or".

    It has a level or side of its own, what stands before the comma has none, and no list is closed.
    """
    out = [False] * len(row)
    for i, mark in enumerate(row):
        start = next((k for k in range(i - 1, -1, -1) if row[k].kind in ("no", "but", "with")), None)
        if mark.kind != "comma" or start is None or row[start].kind != "no":
            continue
        end = _end(row, i + 1, ("comma", "but", "with"))
        closed = any(m.kind == "no" for m in row[i + 1 : end]) or _listed(row, i)
        kinds = {m.kind for m in row[i + 1 : end]} & {"level", "side"}
        if kinds and not closed and not any(m.kind in kinds for m in row[:i]):
            out[i + 1 : end] = [True] * (end - i - 1)
    return out
