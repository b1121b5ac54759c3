"""Medicines and conditions that say the same as a finding: one datum, counted once."""

from __future__ import annotations

from bisect import bisect_right

from foramen.case import Case, Observation
from foramen.knowledge.schema import Knowledge
from foramen.records.listed import Listed, read_lists
from foramen.records.state_words import NORMAL_WORDS


def implied_findings(case: Case, knowledge: Knowledge) -> list[Observation]:
    """Findings that a listed medicine or condition states and the case does not already mention, and those that a
    score states: they must agree with what the case says of them."""
    listed = read_lists(case, knowledge)
    mentioned = {o.finding for o in case.observations} - denied_though_listed(case, knowledge).keys()
    out: list[Observation] = []
    for present, said in ((True, _stated(listed, knowledge)), (False, _denied(listed, knowledge))):
        for finding, (words, only) in said.items():
            if finding not in mentioned and knowledge.findings[finding].site == "none":
                mentioned.add(finding)
                out.append(_observation(finding, present, only, knowledge, words))
    stated = {(o.finding, o.state) for o in case.observations}
    for score in sorted(case.scores.keys() & knowledge.scored.keys()):
        told = knowledge.scored[score]
        state = told.states[bisect_right(told.score[score], case.scores[score])]
        if (told.id, state) not in stated:
            out.append(Observation(told.id, state, text=f"score: {score}"))
    return out


def denied_though_listed(case: Case, knowledge: Knowledge) -> dict[str, str]:
    """Findings that the case denies while a listed medicine or condition states them, by the listed words.

    The riskier reading counts, and the answer says so: a patient who says no to "blood thinner" may take warfarin.
    """
    said: dict[str, bool] = {}  # whether every mention is a denial
    for o in case.observations:
        said[o.finding] = said.get(o.finding, True) and (o.state or "") in NORMAL_WORDS
    stated = _stated(read_lists(case, knowledge), knowledge)
    return {f: words for f, (words, only) in stated.items() if said.get(f) and not only}


def _observation(finding: str, present: bool, only: tuple[str, ...], knowledge: Knowledge, words: str) -> Observation:
    """What a condition says of a finding; ``only``: the states it speaks of, where not of all abnormal ones."""
    if not only:
        return Observation(finding, "present" if present else "absent", text=words)
    others = tuple(s for s in knowledge.findings[finding].states if (s in only) != present)
    return Observation(finding, not_states=others, text=words)


def _stated(listed: Listed, knowledge: Knowledge) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Findings by the words that state them and the states meant, through broader conditions, too."""
    out: dict[str, tuple[str, tuple[str, ...]]] = {}
    todo = list(listed.has.items())
    seen: set[str] = set()
    while todo:
        key, words = todo.pop(0)
        fact = knowledge.plan.facts[key]
        if key in seen:
            continue
        seen.add(key)
        todo += [(broader, words) for broader in fact.implies]
        for finding in (*fact.findings, *fact.gives):
            out.setdefault(finding, (words, fact.only.get(finding, ())))
    for key, words in listed.takes.items():
        for finding in knowledge.plan.medicines[key].findings:
            out.setdefault(finding, (words, ()))
    return out


def _denied(listed: Listed, knowledge: Knowledge) -> dict[str, tuple[str, tuple[str, ...]]]:
    facts = knowledge.plan.facts
    return {f: (w, facts[key].only.get(f, ())) for key, w in listed.denied.items() for f in facts[key].findings}
