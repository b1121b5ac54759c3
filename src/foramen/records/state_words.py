"""Words for states that all findings take besides their own: that they are there or not, or normal or not."""

from __future__ import annotations

from foramen.errors import CaseError, nearest_match
from foramen.knowledge.catalogue import LOST, NO_REFLEX, STATES_SOMEWHERE, may_be_lost
from foramen.knowledge.schema import Finding
from foramen.records.grades import takes

NORMAL_WORDS = ("absent", "normal", "negative", "none", "no", "intact", "unremarkable")
ABNORMAL_WORDS = ("abnormal", "present", "positive", "yes")
DENIED_WORDS = ("negative", "none", "no")  # of a reflex: not weak, or not there?


def states_meant(state: str, finding: Finding, where: str, *, lenient: bool) -> set[str]:
    """The states that a word leaves possible. ``lenient``: it is said of a composite of which this is a part.

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
    if state in ABNORMAL_WORDS or (lenient and state in STATES_SOMEWHERE):
        return set(states[1:])
    raise CaseError(
        f"unknown state of {finding.id}", field=f"{where}.state", given=state,
        allowed=(*states, *finding.words, "abnormal"),
        nearest=nearest_match(state, (*states, *finding.words)),
    )  # fmt: skip


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
