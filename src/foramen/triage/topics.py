"""Which red-flag questions are still open."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from foramen.case import Case
from foramen.knowledge.schema import Knowledge
from foramen.records.evidence import EvidenceSet, Item, combine_items
from foramen.records.known import ABNORMAL, NORMAL, known_state
from foramen.records.listed import Listed, read_lists
from foramen.triage.thresholds import Policy


def not_yet_asked(knowledge: Knowledge, policy: Policy, case: Case, items: Iterable[Item]) -> list[dict[str, Any]]:
    """Open questions as {topic, topic_name, finding, question}. Raises ``ContradictionError``.

    A question is answered if the finding is known to be present (anywhere) or absent (everywhere), if an
    examination listed under ``answered_by`` says so, if it makes no sense (``needless_without``) or nothing gives
    ground for it (``asked_only_with``), or if lists that are
    said to be complete would hold it (diabetes, a blood thinner).
    """
    evidence = combine_items(items)
    listed = read_lists(case, knowledge) if case.conditions_complete or case.medicines_complete else None
    out = []
    for topic in policy.topics:
        for finding in topic.questions:
            if listed is not None and _not_listed(finding, knowledge, case, listed):
                continue
            if not _answered(finding, knowledge, policy, evidence):
                known = knowledge.findings[finding]
                out.append(_row(topic.id, topic.name, finding, known.question or known.name))
        if topic.id == "fracture" and case.age is None:
            out.append(_row(topic.id, topic.name, "age", "How old is the patient?"))
    return out


def _row(topic: str, name: str, finding: str, question: str) -> dict[str, Any]:
    return {"topic": topic, "topic_name": name, "finding": finding, "question": question}


def _not_listed(finding: str, knowledge: Knowledge, case: Case, listed: Listed) -> bool:
    """Whether complete lists, each name of which was recognised, would hold what states the finding and do not.

    What is no lasting condition and no medicine (fever, a recent injection, animals kept) no list would hold.
    """
    plan = knowledge.plan
    facts = [f for f in plan.facts.values() if finding in (*f.findings, *f.gives) and not f.judged]
    classes = [m for m in plan.medicines.values() if finding in m.findings]
    if (not facts and not classes) or any(f.asked or f.id in listed.open or f.id in listed.has for f in facts):
        return False
    ids = {f.id for f in facts}
    told = {m.id for m in plan.medicines.values() if ids & {*m.states, *m.name_states.values()}}
    unknown = {u.kind for u in listed.unmatched}
    if facts and not (case.conditions_complete and "condition" not in unknown):
        return False
    if (classes or told) and not (case.medicines_complete and "medicine" not in unknown):
        return False
    return not ({m.id for m in classes} | told) & listed.takes.keys()


def _answered(finding: str, knowledge: Knowledge, policy: Policy, evidence: EvidenceSet) -> bool:
    if known_state([finding], knowledge, evidence):
        return True
    others = policy.answered_by.get(finding, ())
    if others and known_state(others, knowledge, evidence):
        return True
    grounds = policy.asked_only_with.get(finding, ())
    if grounds and ABNORMAL not in [known_state([ground], knowledge, evidence) for ground in grounds]:
        return True
    needed = policy.needless_without.get(finding)
    if not needed:
        return False
    exams = policy.answered_by.get(needed, ())
    return known_state([needed], knowledge, evidence) == NORMAL or (
        bool(exams) and known_state(exams, knowledge, evidence) == NORMAL
    )
