"""Medicines and conditions that say the same as a finding: one datum, counted once."""

from __future__ import annotations

from foramen.case import Case, Observation
from foramen.knowledge.schema import Knowledge
from foramen.records.listed import Listed, read_lists


def implied_findings(case: Case, knowledge: Knowledge) -> list[Observation]:
    """Findings that a listed medicine or condition states or denies and the case does not already mention."""
    listed = read_lists(case, knowledge)
    mentioned = {o.finding for o in case.observations}
    out: list[Observation] = []
    for state, said in (("present", _stated(listed, knowledge)), ("absent", _denied(listed, knowledge))):
        for finding, words in said.items():
            if finding not in mentioned and knowledge.findings[finding].site == "none":
                mentioned.add(finding)
                out.append(Observation(finding, state, text=words))
    return out


def _stated(listed: Listed, knowledge: Knowledge) -> dict[str, str]:
    """Findings by the words that state them, through broader conditions, too."""
    out: dict[str, str] = {}
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
            out.setdefault(finding, words)
    for key, words in listed.takes.items():
        for finding in knowledge.plan.medicines[key].findings:
            out.setdefault(finding, words)
    return out


def _denied(listed: Listed, knowledge: Knowledge) -> dict[str, str]:
    return {f: words for key, words in listed.denied.items() for f in knowledge.plan.facts[key].findings}
