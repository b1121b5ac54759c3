"""Words for states that all findings take besides their own: that they are there or not, or normal or not."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from foramen.errors import CaseError, nearest_match
from foramen.knowledge.catalogue import LOST, NO_REFLEX, STATES_SOMEWHERE, may_be_lost
from foramen.knowledge.schema import Finding
from foramen.records.grades import takes

NORMAL_WORDS = ("absent", "normal", "negative", "none", "no", "intact", "unremarkable")
ABNORMAL_WORDS = ("abnormal", "present", "positive", "yes")
DENIED_WORDS = ("negative", "none", "no")  # of a reflex: not weak, or not there?


def grades_in_words(parts: Sequence[Finding]) -> set[str]:
    """Usual words for grades (a tight canal) that a composite takes though not all its findings have grades."""
    return {word for f in parts for word, meant in f.words.items() if set(meant) <= set(STATES_SOMEWHERE)}


def states_meant(
    state: str, finding: Finding, where: str, *, lenient: bool, grades: Collection[str] = STATES_SOMEWHERE
) -> set[str]:
    """The states that a word leaves possible. ``lenient``: it is said of a composite of which this is a part, and
    ``grades`` are words that need not be its own.

    Raises ``CaseError`` where the word is not known, or could be read wrongly.
    """
    states = finding.states
    if state in unclear_words(finding, lenient=lenient):
        named = finding.name.lower()
        problem = f"{state} says nothing of {named}" if is_scale(finding) else f"{state} could mean either of {named}"
        usable = [LOST if lenient and s == NO_REFLEX else s for s in states]
        raise CaseError(problem, field=f"{where}.state", given=state, allowed=usable, cure=_cure(finding, usable[-1]))
    if state in NORMAL_WORDS and (lenient or state not in states):
        return {states[0]}
    if state in states:
        return {state}
    if state in finding.words:
        return set(finding.words[state])
    if state == LOST and may_be_lost(states):
        return {NO_REFLEX}
    if state in ABNORMAL_WORDS and is_scale(finding):
        return set(states)
    if state in ABNORMAL_WORDS or (lenient and state in grades):
        return set(states[1:])
    raise CaseError(
        f"unknown state of {finding.id}", field=f"{where}.state", given=state,
        allowed=(*states, *finding.words, "abnormal"),
        nearest=nearest_match(state, (*states, *finding.words)),
    )  # fmt: skip


def deniable(parts: Sequence[Finding], *, composite: bool) -> list[str]:
    """States that `not` can exclude: of a composite those of any of its findings, as it is stated with them.

    "Present" only where all of them have it; a lost reflex is called so, as "absent" of a composite means none.
    """
    every = dict.fromkeys(s for f in parts for s in f.states)
    usable = [s for s in every if s != "present" or all(s in f.states for f in parts)]
    return [LOST if composite and s == NO_REFLEX and _reflexes(parts) else s for s in usable]


def check_denied(given: Sequence[str], parts: Sequence[Finding], where: str, *, composite: bool) -> None:
    """Raises ``CaseError`` for a word that is no state to be excluded."""
    allowed = deniable(parts, composite=composite)
    for state in given:
        if state not in allowed:
            raise CaseError(
                "unknown state", field=where, given=state, allowed=allowed, nearest=nearest_match(state, allowed)
            )


def states_denied(given: Sequence[str], finding: Finding) -> set[str]:
    """The states of a finding that `not` excludes; the word for the normal state excludes that of each part."""
    first = finding.states[0]
    denied = {NO_REFLEX if s == LOST and may_be_lost(finding.states) else s for s in given}
    normal = first in NORMAL_WORDS and not may_be_lost(finding.states) and bool(denied & set(NORMAL_WORDS))
    return {*denied, first} if normal else denied


def _reflexes(parts: Sequence[Finding]) -> bool:
    return any(may_be_lost(f.states) for f in parts)


def unclear_words(finding: Finding, *, lenient: bool = False) -> tuple[str, ...]:
    """Plain words that would be read wrongly: "power absent" is no full power, and no onset is "absent".

    "No reflex" is a lost one, and a reflex that is "present" is normal. ``lenient``: said of a composite, which is
    named for what is abnormal.
    """
    if may_be_lost(finding.states):
        return DENIED_WORDS if lenient else (*DENIED_WORDS, *(w for w in ABNORMAL_WORDS if w != "abnormal"))
    if lenient:
        return ()
    if takes("mrc", finding):
        return ("absent", "none", "no")
    return NORMAL_WORDS if is_scale(finding) else ()


def _cure(finding: Finding, worst: str) -> str:
    if may_be_lost(finding.states):
        return f"A reflex as usual is normal, one that cannot be elicited {worst}, a weak or a lost one abnormal."
    return "Full power is normal; no power at all is mrc: 0." if takes("mrc", finding) else "Say which it is."


def is_scale(finding: Finding) -> bool:
    """Whether no state is the normal one, as of onset, duration and course: that it is there says nothing more."""
    return len(finding.states) > 2 and finding.states[0] not in NORMAL_WORDS
