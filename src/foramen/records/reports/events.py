"""From the marks of one sentence to what it says: findings, and structures pressed, touched or free."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from foramen.records.reports.clauses import FINITE, THINGS
from foramen.records.reports.tokens import Mark

MOST_WORDS = 6  # words that may stand between a verb and what it presses
OUTSIDE = ("within", "in", "beyond", "outside", "inside", "near")  # where it presses, not what
LINKS = ("side", "degree", "and", "or", "comma", "word", "seen", "more")
_DENIED_WITHIN = re.compile(r"\bnot\b", re.I)  # "the flavum is not thickened" is one sequence of words
# what alone these verbs say something of: a sac that is touched or pushed aside is not called compressed
PRESSED = {"abut": ("nerve_root_compression",), "displace": ("nerve_root_compression",)}
IS = ("is", "are", "appears", "appear", "remains", "remain", "itself")
BLOCKS = THINGS


@dataclass(frozen=True, slots=True)
class Event:
    """Something said: its type, the marks it rests on (first, last), and the relation if it is a structure.

    ``shared``: its structure is named behind a second verb ("abuts but does not displace the root").
    ``subject``: the structure of a clause before, of which a verb without a subject speaks ("but is compressed").
    """

    type: str
    at: int
    first: int
    last: int
    relation: int | None
    present: bool
    shared: bool = False
    subject: int | None = None


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
        if not objects and (subject := _subject(row, i, text)) is not None and how == "press":
            found.append(Event(row[subject].value, i, i, i, i, True, subject=subject))
            continue
        word = text[mark.start : mark.end].lower()
        if not objects and word.startswith("steno"):
            found.append(Event(_of_side(row, i) or "central_stenosis", i, i, i, i, True))
    return sorted(found, key=lambda e: e.at)


def _of_side(row: Sequence[Mark], i: int) -> str | None:
    """Foramen or recess, if "stenosis" of one side follows it in the sentence ("foramina: ..., left no stenosis")."""
    j = i
    while j > 0 and row[j - 1].kind in ("side", "degree", "word", "level", "no"):
        j -= 1
    k = i + 1
    while k < len(row) and row[k].kind in ("side", "word", "level"):
        k += 1
    sided = any(m.value in ("left", "right", "bilateral") for m in row[j:k])
    before = [m.value for m in row[:j] if m.value in ("foraminal_stenosis", "lateral_recess_stenosis")]
    return before[-1] if sided and before else None


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


def _subject(row: Sequence[Mark], i: int, text: str) -> int | None:
    """The structure a clause before spoke of, where a participle has no subject ("but is compressed at L4-5")."""
    j = i - 1
    while j >= 0 and row[j].kind in ("degree", "word", "not", "level", "seen"):
        if text[row[j].start : row[j].end].lower() in FINITE:
            break
        j -= 1
    verb = j >= 0 and text[row[i].start : row[i].end].lower().endswith("ed")
    if not verb or (row[j].kind != "but" and text[row[j].start : row[j].end].lower() not in FINITE):
        return None
    j -= row[j].kind != "but"
    while j >= 0 and row[j].kind in ("word", "level"):
        if row[j].kind == "word" and text[row[j].start : row[j].end].lower() not in ("it", "they", "at"):
            return None
        j -= 1
    if j < 0 or row[j].kind not in ("but", "and", "comma"):
        return None
    before = [k for k in range(j) if row[k].kind in BLOCKS]
    if not before or row[before[-1]].kind != "relation" or len(before) < 2 or row[before[-2]].kind != "structure":
        return None  # what was spoken of last is no structure with its verb
    return before[-2]


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
    passive = word.endswith("ed") and row[i - 1].kind == "structure"
    if passive and any(m.kind == "comma" for m in row[i : after[0]]):
        return before  # "L5 root compressed at L4/5, S1 roots not compressed"
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
            words += kind == "word" and row[j].end > row[j].start
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
    listed = row[_first_of(row, j) - 1].kind == "comma"  # "compressing the right root, left root compressed"
    said_of_it = row[k].value.startswith("free") or (
        (k > j + 1 or listed) and text[row[k].start : row[k].end].endswith("ed")
    )
    return j if said_of_it or (k == j + 1 and row[k].value in ("press:compression", "press:narrow")) else None


def _first_of(row: Sequence[Mark], j: int) -> int:
    """The first mark of the phrase that a structure ends."""
    while j > 0 and row[j - 1].kind in ("side", "degree", "word", "level"):
        j -= 1
    return j


def _before(row: Sequence[Mark], i: int, text: str) -> list[int]:
    out: list[int] = []
    words = 0
    for j in range(i - 1, -1, -1):
        kind = row[j].kind
        if kind == "structure":
            apart = row[j + 1].kind == "comma" and any(row[k].value == row[j].value for k in out)
            if apart and not any(m.kind in ("and", "or") for m in row[j:i]):
                break  # "... the left root, right root spared"
            out.append(j)
            words = 0
        elif kind in ("side", "degree", "and", "or", "comma", "word", "seen", "not"):
            words += kind == "word" and row[j].end > row[j].start
            if words > 3:
                break
        elif kind == "level" and not out:
            continue
        else:
            break
    return out[::-1]
