"""From the marks of one sentence to what it says: findings, and structures pressed, touched or free."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from foramen.records.reports.tokens import Mark

MOST_WORDS = 6  # words that may stand between a verb and what it presses
OUTSIDE = ("within", "in", "beyond", "outside", "inside", "near")  # where it presses, not what
LINKS = ("side", "degree", "and", "or", "comma", "word", "seen", "more")
_DENIED_WITHIN = re.compile(r"\bnot\b", re.I)  # "the flavum is not thickened" is one sequence of words
# "does not demonstrate a lesion" denies what follows; "a lesion is not demonstrated" what stands before
_SHOWING = re.compile(r"\W*(?:\w+\W+)?(?:demonstrate|identify|confirm|detect|visuali[sz]e|appreciate|find)s?\b", re.I)
# what alone these verbs say something of: a sac that is touched or pushed aside is not called compressed
PRESSED = {"abut": ("nerve_root_compression",), "displace": ("nerve_root_compression",)}
_PARTLY = re.compile(r"\b(?:partial|partially|partly|nearly|almost|largely|mostly|incompletely|substantially)\b", re.I)
IS = ("is", "are", "appears", "appear", "remains", "remain", "itself")
BLOCKS = ("finding", "structure", "relation")


@dataclass(frozen=True, slots=True)
class Event:
    """Something said: its type, the marks it rests on (first, last), and the relation if it is a structure.

    ``shared``: its structure is named behind a second verb ("abuts but does not displace the root").
    """

    type: str
    at: int
    first: int
    last: int
    relation: int | None
    present: bool
    shared: bool = False


def events(row: Sequence[Mark], text: str) -> list[Event]:
    """All events of a sentence, in order."""
    found = [
        Event(name, i, i, i, None, not _DENIED_WITHIN.search(text[m.start : m.end]))
        for i, m in enumerate(row)
        if m.kind == "finding"
        for name in m.value.split("+")
    ]
    used: set[int] = set()
    for i, mark in enumerate(row):
        if mark.kind != "relation":
            continue
        how, _, lemma = mark.value.partition(":")
        objects = _objects(row, i, lemma, text, used)
        used.update(objects)
        shared = not objects and (other := _second_verb(row, i, text)) is not None
        if shared and other is not None:
            second = row[other].value.partition(":")[2]
            objects = [j for j in _objects(row, other, second, text, used) if j > other]
        for j in objects:
            if row[j].value in PRESSED.get(lemma, (row[j].value,)):
                found.append(Event(_said(row[j].value, how), j, min(i, j), max(i, j), i, how != "free", shared))
        word = text[mark.start : mark.end].lower()
        if not objects and word.startswith("steno"):
            found.append(Event("central_stenosis", i, i, i, i, True))
    return sorted(found, key=lambda e: e.at)


def _second_verb(row: Sequence[Mark], i: int, text: str) -> int | None:
    """The verb that follows a verb which names no object of its own ("abuts but does not displace")."""
    j = i + 1
    while j < len(row) and (
        row[j].kind in ("and", "or", "but", "comma", "no", "not", "possible", "degree")
        or text[row[j].start : row[j].end].lower()
        in ("does", "do", "did", "is", "are", "definitely", "frankly", "clearly")
    ):
        j += 1
    found = i + 1 < j < len(row) and row[j].kind == "relation" and not row[j].value.startswith("free")
    return j if found and not row[i].value.startswith("free") else None


def _said(structure: str, how: str) -> str:
    """A root that is touched is not compressed."""
    return "nerve_root_contact" if how == "touch" else structure


def _objects(row: Sequence[Mark], i: int, lemma: str, text: str, used: set[int]) -> list[int]:
    after = [j for j in _after(row, i, text) if j not in used]
    before = [j for j in _before(row, i, text) if j not in used]
    if not (after and before):
        return after or before
    if lemma in ("adequate", "normal") and row[i - 1].kind == "structure" and row[i + 1].kind in ("comma", "and"):
        return before  # "right foramen patent, left foramen narrowed"
    word = text[row[i].start : row[i].end].lower()
    follows = text[row[i].end : row[i].end + 5].strip().lower()
    if follows.startswith(("of ", "on ", "upon")):
        return after
    if lemma == "compression" or (lemma == "adequate" and row[i - 1].kind != "structure"):
        return before if lemma == "compression" else after
    if lemma == "narrow" and row[i - 1].kind == "structure" and row[i + 1].kind not in ("structure", "side"):
        return before
    if (
        word.endswith("ed")
        and row[i - 1].kind in ("structure", "word", "degree")
        and row[i + 1].kind in ("and", "comma")
    ):
        return before
    return after


def _after(row: Sequence[Mark], i: int, text: str) -> list[int]:
    out: list[int] = []
    words = 0
    for j in range(i + 1, len(row)):
        kind = row[j].kind
        if kind == "structure":
            out.append(j)
            words = 0
        elif kind == "level" and not out:
            continue
        elif kind in LINKS:
            words += kind == "word"
            if words > MOST_WORDS or text[row[j].start : row[j].end].lower() in OUTSIDE:
                break
        else:
            break
    if out and (nominal := _nominal_after(row, out[-1], text)) is not None:
        # the last structures belong to a noun that follows them ("narrowing ... and foraminal stenosis")
        out = [j for j in out if j < nominal]
    return out


def _nominal_after(row: Sequence[Mark], j: int, text: str) -> int | None:
    """The first structure of the list before a relation noun, or of a clause of its own ("the left root is normal")."""
    k = j + 1
    while k < len(row) and row[k].kind == "word" and text[row[k].start : row[k].end].lower() in IS:
        k += 1
    if k == len(row) or row[k].kind != "relation":
        return None
    said_of_it = row[k].value.startswith("free") or (k > j + 1 and text[row[k].start : row[k].end].endswith("ed"))
    return j if said_of_it or (k == j + 1 and row[k].value in ("press:compression", "press:narrow")) else None


def _before(row: Sequence[Mark], i: int, text: str) -> list[int]:
    out: list[int] = []
    words = 0
    for j in range(i - 1, -1, -1):
        kind = row[j].kind
        if kind == "structure":
            out.append(j)
            words = 0
        elif kind in ("side", "degree", "and", "or", "comma", "word", "seen", "not"):
            words += kind == "word"
            if words > 3:
                break
        elif kind == "level" and not out:
            continue
        else:
            break
    return out[::-1]


def negated(row: Sequence[Mark], text: str) -> list[bool]:
    """Per mark: whether it stands in the scope of a negation."""
    out = [False] * len(row)
    active, resolved = False, True
    for i, mark in enumerate(row):
        match mark.kind:
            case "no" if text[mark.start : mark.end].lower() in ("absent", "negative"):
                _back(row, out, i)
            case "no" if _longer(mark, text) and any(m.kind == "seen" for m in row[i + 1 : i + 4]):
                _back(row, out, i)
            case "word" if _gone(row, i, text):
                active = True
            case "no" if _template(row, i, text):
                _back(row, out, i, ("comma",))
            case "no":
                active = not _pseudo(row, i, text)
            case "not":
                after = [m.kind for m in row[i + 1 : i + 4]]
                if "resolved" in after[:2]:
                    resolved = False
                elif (
                    any(k in ("seen", "rule_out") for k in after)
                    and not _to_do(row, i, text)
                    and not _SHOWING.match(text[mark.end : mark.end + 40])
                ):
                    if not any(m.kind == "rule_out" for m in row[i + 1 : i + 4]):
                        _back(row, out, i)
                else:
                    active = True
            case "resolved":
                if resolved and not _PARTLY.search(text[max(0, mark.start - 25) : mark.start]):
                    _back(row, out, i)
                resolved = True
            case "but" | "with" | "extend":
                active = False
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
    return bool(re.match(r"\W*(?:\w+\W+){0,2}to\b", text[row[i].end : row[i].end + 30], re.I))


def _longer(mark: Mark, text: str) -> bool:
    """Whether it is "no longer seen"."""
    return text[mark.end : mark.end + 8].strip().lower().startswith("longer")


def _template(row: Sequence[Mark], i: int, text: str) -> bool:
    """Whether it is what stands behind the colon of a form ("canal stenosis: none")."""
    ends = i + 1 == len(row) or row[i + 1].kind in ("comma", "but")
    return ends and text[: row[i].start].rstrip().endswith(":")


def _back(row: Sequence[Mark], out: list[bool], i: int, more: tuple[str, ...] = ()) -> None:
    for j in range(i - 1, -1, -1):
        if row[j].kind in ("but", "with", *more):
            return
        out[j] = True


def _starts_anew(row: Sequence[Mark], i: int, text: str) -> bool:
    """After a comma or "and" something is affirmed: a degree, "there is", "normal"."""
    for mark in row[i + 1 : i + 3]:
        word = text[mark.start : mark.end].lower()
        if mark.kind == "degree":
            return mark.value in ("mild", "moderate") or word == "severe"
        if word in ("there", "is", "shows", "evidence") or (mark.kind == "relation" and mark.value.startswith("free")):
            return True
        if mark.kind in BLOCKS:
            return False
    return False
