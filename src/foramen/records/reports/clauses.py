"""Where a new clause begins that has a subject and a verb of its own: no denial, side or doubt crosses into it."""

from __future__ import annotations

from collections.abc import Sequence

from foramen.records.reports.tokens import Mark

THINGS = ("finding", "structure", "relation")
FINITE = frozenset(
    """
    is are was were has have had appears appear remains remain shows show showed demonstrates demonstrate contains
    contain lies lie reveals reveal persists persist involves exists suggests indicates does do may might could can
    cannot would
    """.split()  # noqa: SIM905
)
_SHOWS = ("shows", "show", "showed", "demonstrates", "reveals", "contains", "has")
_PLURAL = ("are", "were", "have", "appear", "remain", "show")
_DETERMINERS = ("the", "a", "an", "this", "these", "there", "it", "both")
_PRONOUNS = ("it", "they", "this", "these")
_RELATIVE = ("which", "that", "who", "whose", "where", "whether", "if", "as", "than")
_VERBS = ("compress", "abut", "displace", "narrow")


def with_clauses(row: Sequence[Mark], text: str) -> list[Mark]:
    """The row with a mark "but" where a clause with its own subject and verb begins.

    A comma or "and" that opens one becomes that mark; in dictation without commas one is put in. A list under one verb
    ("no bulge, protrusion or stenosis is seen") stays one clause.
    """
    out = list(row)
    start = i = 0
    while i < len(out):
        if out[i].kind == "but":
            start = i + 1
        elif _next_level(out, start, i):
            out[i:i] = [Mark("but", "", out[i].start, out[i].start)]
            start = i + 1
            i += 1
        elif is_verb(out, i, text) and (opened := _opened(out, start, i, text)) is not None:
            at, joined = opened
            mark = Mark("but", "", out[at].start, out[at].end if joined else out[at].start)
            out[at : at + joined] = [mark]
            start, i = at + 1, i + (not joined)
        i += 1
    return out


def _next_level(row: Sequence[Mark], start: int, i: int) -> bool:
    """Whether a level leads what is dictated next ("L4/5 mild bulge L5/S1 left protrusion")."""
    if row[i].kind != "level" or i == start or row[start].kind != "level" or i + 1 == len(row):
        return False
    led = row[start + 1].kind in ("degree", "side", "finding", "no", "structure")
    return led and row[i - 1].kind in THINGS and row[i + 1].kind in ("degree", "side", "finding", "no")


def is_verb(row: Sequence[Mark], i: int, text: str) -> bool:
    """Whether it is a finite verb: "is", "shows", "compresses"."""
    word = _word(row[i], text)
    if row[i].kind == "relation":
        verb = row[i].value.partition(":")[2] in _VERBS
        return verb and word.endswith("s") and not word.endswith("ings") and not _is(row[:i], text)
    return word in FINITE


def _is(before: Sequence[Mark], text: str) -> bool:
    return bool(before) and _word(before[-1], text) in FINITE


def _word(mark: Mark, text: str) -> str:
    return text[mark.start : mark.end].lower()


def _opened(row: Sequence[Mark], start: int, verb: int, text: str) -> tuple[int, bool] | None:
    """(mark, whether it is a comma or "and") at which the clause of a verb begins, if one was before it."""
    if _word(row[verb - 1], text) == "there" if verb else False:
        return _there(row, start, verb, text)
    earlier = [i for i in range(start, verb) if is_verb(row, i, text)]
    low = earlier[-1] + 1 if earlier else start
    at = _joint(row, low, verb, text)
    if at is not None:
        subject = row[at + 1 : verb]
        fits = _said(row[start:at]) and _subject(subject, text) and not _reported(row[start:at], text)
        return (at, True) if fits and (bool(earlier) or _own(row, start, at, verb, text)) else None
    return _dictated(row, start, verb, low if earlier else None, text)


def _there(row: Sequence[Mark], start: int, verb: int, text: str) -> tuple[int, bool] | None:
    """ "There is": a level before it belongs to it if it names none itself."""
    at = verb - 1
    if at > start and row[at - 1].kind == "level":
        end = next((i for i in range(verb, len(row)) if _word(row[i], text) == "there"), len(row))
        if not any(m.kind == "level" for m in row[verb:end]):
            at -= 1
            while at > start and _word(row[at - 1], text) in ("at", "in", "the", "level", "of"):
                at -= 1
    if at <= start or not _said(row[start:at]):
        return None
    before = row[at - 1]
    if _word(before, text) in _RELATIVE:
        return None
    return (at - 1, True) if before.kind in ("comma", "and") else (at, False)


def _joint(row: Sequence[Mark], low: int, verb: int, text: str) -> int | None:
    """The comma or "and" before the subject of a verb."""
    commas = [i for i in range(low, verb) if row[i].kind == "comma"]
    ands = [i for i in range(low, verb) if row[i].kind == "and" and _word(row[i], text) not in ("/", "+")]
    if commas:
        return commas[-1]
    if len(ands) > 1 and _word(row[verb], text) in _PLURAL:
        return ands[-2]
    return ands[-1] if ands else None


def _said(part: Sequence[Mark]) -> bool:
    return any(m.kind in THINGS for m in part)


def _subject(part: Sequence[Mark], text: str) -> bool:
    """Whether it names what the verb speaks of, and is no relative clause."""
    rest = [m for m in part if m.kind not in ("and", "comma")]
    if bool(rest) and len(rest) < 3 and _word(rest[0], text) in _PRONOUNS:
        return True
    return bool(rest) and _word(rest[0], text) not in _RELATIVE and any(m.kind in (*THINGS, "level") for m in rest)


def _reported(part: Sequence[Mark], text: str) -> bool:
    """Whether it is "no evidence that ...", which holds for all that follows."""
    no = next((i for i, m in enumerate(part) if m.kind in ("no", "not")), None)
    return no is not None and any(_word(m, text) == "that" for m in part[no:])


def _own(row: Sequence[Mark], start: int, at: int, verb: int, text: str) -> bool:
    """Whether a clause begins although no verb stands before it ("no stenosis, the right root is compressed")."""
    if any(m.kind in ("not", "rule_out") for m in row[verb : verb + 2]) and row[at].kind == "comma":
        return True  # what is denied or doubted by a verb of its own stands under no other denial
    subject = [m for m in row[at + 1 : verb] if m.kind != "and" or _word(m, text) != "and"]
    first = _word(subject[0], text) if subject else ""
    opens = first in _DETERMINERS or (bool(subject) and subject[0].kind == "level")
    listed = any(m.kind in ("or", "no") for m in row[at + 1 : verb]) or len(subject) < len(row[at + 1 : verb]) - 1
    if row[at].kind == "and" and not any(m.kind == "no" for m in row[start:at]):
        return False
    seen = any(m.kind == "seen" for m in row[verb + 1 : verb + 3])
    if row[at].kind == "comma" and not listed and not seen:
        return True  # "no signal change, cauda equina roots are crowded"
    return opens and not listed and not (seen and first == "the")


def _dictated(
    row: Sequence[Mark], start: int, verb: int, low: int | None, text: str
) -> tuple[int, bool] | None:  # fmt: skip
    """A clause that nothing divides from the one before ("is not compressed the right root is compressed")."""
    level = verb - 1
    if level > start and row[level].kind == "level" and _word(row[verb], text) in _SHOWS and _said(row[start:level]):
        return (level, False) if row[level - 1].kind in THINGS else None
    if low is None:
        return None
    starts = [i for i in range(low + 1, verb) if _word(row[i], text) in ("the", "this", "both")]
    at = starts[-1] if starts else None
    if at is None or not _subject(row[at:verb], text):
        return None
    before = row[at - 1]
    whole = before.kind in ("finding", "seen", "level") or (
        before.kind == "relation" and (_word(before, text).endswith("ed") or before.value.startswith("free"))
    )
    return (at, False) if whole else None
