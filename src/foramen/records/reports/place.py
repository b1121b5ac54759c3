"""At which levels something that a sentence says is found."""

from __future__ import annotations

import re
from collections.abc import Sequence

from foramen.records.reports.events import BLOCKS, Event
from foramen.records.reports.levels import KNOWN, is_pair, spans
from foramen.records.reports.text import Sentence
from foramen.records.reports.tokens import Mark

NOWHERE = ("muscle_spasm", "loss_of_lordosis", "thecal_sac_compression", "central_stenosis", "scoliosis")
WHOLE = (
    "muscle_spasm", "loss_of_lordosis", "scoliosis", "cord_compression", "psoas_collection", "psoas_haematoma",
    "sacroiliitis",
)  # fmt: skip
VERTEBRAL = (
    "vertebral_fracture", "tumour", "haemangioma", "infection", "schmorl_node", "modic_changes",
    "transitional_vertebra", "other_incidental", "postoperative", "tarlov_cyst", "spondylolysis", "osteophytes",
    "bone_oedema",
)  # fmt: skip
EITHER = ("epidural_collection", "epidural_haematoma", "intradural_mass", "canal_mass", "disc_infection_signs")
NO_LEVEL = (*WHOLE, "other_incidental", "postoperative", "tarlov_cyst", "transitional_vertebra")
SACRAL = ("vertebral_fracture", "tumour")  # which have a finding of their own in the sacrum
VERTEBRAE = ("T12", "L1", "L2", "L3", "L4", "L5", "S1")
_EXCEPT = re.compile(
    r"\b(?:other than|apart from|except(?:ing)?(?: for)?|aside from|save(?: for)?|besides)\W+"
    r"(?:(?:at|the|level|of|on|in|for|left|right|side)\W+)*$",
    re.I,
)
PASSED = ("word", "side", "degree", "seen", "comma", "more", "and", "extend", "multilevel")
Group = tuple[int, int, tuple[str, ...]]


def groups(row: Sequence[Mark]) -> list[Group]:
    """(first mark, last mark, names) of level marks that stand together."""
    out: list[Group] = []
    for i, m in enumerate(row):
        if m.kind != "level":
            continue
        if out and _joined(row[out[-1][1] + 1 : i]):
            first, _, names = out[-1]
            out[-1] = (first, i, (*names, *m.names))
        else:
            out.append((i, i, m.names))
    return out


def _joined(between: Sequence[Mark]) -> bool:
    """Levels such as "L4-5 and, to a greater degree, L5-S1": only words stand between, opened by "and"."""
    if all(x.kind in ("and", "comma", "or") for x in between):
        return True
    if between[0].kind == "word" and between[0].end == between[0].start + 1:  # "L1 (old) and L3 (new)"
        close = next((i for i, x in enumerate(between) if i and x.end == x.start + 1 and x.value == ")"), None)
        if between[0].value == "(" and close is not None and close + 1 < len(between):
            return _joined(between[close + 1 :])
    kinds = ("and", "comma", "or", "word", "more", "degree")
    opened = between[0].kind in ("and", "or") or (
        between[0].kind == "comma" and any(x.kind == "degree" for x in between)
    )
    return opened and len(between) <= 8 and all(x.kind in kinds for x in between)


def levels_of(
    event: Event, row: Sequence[Mark], sentence: Sentence, carried: tuple[str, ...], present: bool
) -> list[str | None]:
    """Levels of an event; ``[None]`` where it has none."""
    found = groups(row)
    names = _chosen(event, row, found, sentence, carried, present)
    if names and all(n.startswith("C") for n in names):
        return []
    if event.type in WHOLE:
        return [None]
    kept = _suited(event, names)
    if names and not kept and event.type not in VERTEBRAL:  # a bone or root is named under the heading of a disc
        kept = _suited(event, sentence.heading)
    if not kept:
        return [None]
    if _also_elsewhere(event, row, found):
        return [None, *kept]
    return list(kept)


def _chosen(
    event: Event,
    row: Sequence[Mark],
    found: Sequence[Group],
    sentence: Sentence,
    carried: tuple[str, ...],
    present: bool,
) -> tuple[str, ...]:
    before = [g for g in found if g[1] < event.at]
    after = [g for g in found if g[0] > event.at]
    if before and after and _opens_clause(row, before[-1][0]) and _leads(row, after[0]):
        return before[-1][2]  # "L3-L4 mild stenosis, L4-L5 severe stenosis"
    if after and _belongs(event, row, after[0], bool(before or sentence.heading)):
        return after[0][2]
    if before:
        return before[-1][2]
    if (event.relation is None or not present) and _many(event, row):
        return ()
    if sentence.heading and (present or sentence.same_line) and not _adequate(event, row, sentence):
        return sentence.heading
    if after and (present or not _second_clause(row, event.at, after[0][0])):
        return after[0][2]
    return carried if sentence.continues else ()


def _belongs(event: Event, row: Sequence[Mark], group: Group, other: bool) -> bool:
    """Whether the levels that follow are the event's own: nothing else is said in between."""
    between = row[max(event.at, event.last) + 1 : group[0]]
    if any(m.kind == "mainly" for m in between):
        return not other
    return all(m.kind in PASSED for m in between) or (
        not other and all(m.kind in (*PASSED, "structure", "relation", "with") for m in between)
    )


def _opens_clause(row: Sequence[Mark], i: int) -> bool:
    """Whether a level is the first thing of its clause ("at L4-L5 there is ...")."""
    while i > 0 and row[i - 1].kind == "word":
        i -= 1
    return i == 0 or row[i - 1].kind in ("comma", "but", "and")


def _leads(row: Sequence[Mark], group: Group) -> bool:
    """Whether levels open a clause that says something of them."""
    following = next((m.kind for m in row[group[1] + 1 :] if m.kind in (*BLOCKS, "level")), "level")
    if following == "level" and row[group[1] + 1 :]:
        own = row[group[1] + 1].kind in ("no", "degree")  # "at L5/S1 none"
        return _opens_clause(row, group[0]) and own and row[group[0] - 1].kind != "and"
    return _opens_clause(row, group[0]) and following != "level"


def excepted(text: str) -> bool:
    """Whether a level is excepted from what the sentence says ("no stenosis other than at L4-L5")."""
    return any(_EXCEPT.search(text[max(0, start - 45) : start]) for start, _, _ in spans(text))


def _second_clause(row: Sequence[Mark], a: int, b: int) -> bool:
    return any(m.kind in ("but", "with") for m in row[a:b])


def _adequate(event: Event, row: Sequence[Mark], sentence: Sentence) -> bool:
    """Whether it speaks of the whole canal although a heading names a level ("the canal is still adequate")."""
    free = event.relation is not None and row[event.relation].value == "free:adequate" and not event.present
    if any(m.kind == "side" for m in row):
        return False  # one foramen of many
    return free and (not sentence.same_line or sentence.text.strip().lower().startswith("the "))


def _suited(event: Event, names: Sequence[str]) -> tuple[str | None, ...]:
    pairs = [n for n in names if is_pair(n)]
    bones = [n for n in names if not is_pair(n)]
    if event.type in VERTEBRAL and bones:
        return tuple(
            dict.fromkeys(n for n in bones if n in VERTEBRAE or n[0] == "T" or (n[0] == "S" and event.type in SACRAL))
        )
    if not pairs and event.type in ("central_stenosis", "thecal_sac_compression", *EITHER):
        return tuple(dict.fromkeys(n for n in bones if n in VERTEBRAE))  # pressed by a broken or diseased bone
    if not pairs and event.type in ("spondylolisthesis", "retrolisthesis") and bones:
        return tuple(p for p in KNOWN if p.startswith(bones[0] + "-"))
    return tuple(dict.fromkeys(n if n in KNOWN else None for n in pairs))


def _also_elsewhere(event: Event, row: Sequence[Mark], found: Sequence[Group]) -> bool:
    """Several levels with one named ("multilevel bulges, mainly at X")."""
    if event.relation is not None or not found:
        return False
    after = [g for g in found if g[0] > event.at]
    return _many(event, row) and bool(after) and any(m.kind == "mainly" for m in row[event.at : after[0][0]])


def _many(event: Event, row: Sequence[Mark]) -> bool:
    """Whether "multilevel", "elsewhere" in the sentence before or directly after."""
    start = next((i for i in range(event.at - 1, -1, -1) if row[i].kind in ("relation", "level")), -1)
    return any(m.kind == "multilevel" for m in row[start + 1 : event.at])
