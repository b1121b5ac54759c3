"""Which red-flag questions are still open."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from foramen.case import Case
from foramen.knowledge.schema import Knowledge
from foramen.records.evidence import EvidenceSet, Item, combine_items
from foramen.records.known import NORMAL, known_state
from foramen.triage.thresholds import Policy


def not_yet_asked(knowledge: Knowledge, policy: Policy, case: Case, items: Iterable[Item]) -> list[dict[str, Any]]:
    """Open questions as {topic, topic_name, finding, question}. Raises ``ContradictionError``.

    A question is answered if the finding is known to be present (anywhere) or absent (everywhere), if an
    examination listed under ``answered_by`` says so, or if it makes no sense (``needless_without``).
    """
    evidence = combine_items(items)
    out = []
    for topic in policy.topics:
        for finding in topic.questions:
            if not _answered(finding, knowledge, policy, evidence):
                known = knowledge.findings[finding]
                out.append(_row(topic.id, topic.name, finding, known.question or known.name))
        if topic.id == "fracture" and case.age is None:
            out.append(_row(topic.id, topic.name, "age", "How old is the patient?"))
    return out


def _row(topic: str, name: str, finding: str, question: str) -> dict[str, Any]:
    return {"topic": topic, "topic_name": name, "finding": finding, "question": question}


def _answered(finding: str, knowledge: Knowledge, policy: Policy, evidence: EvidenceSet) -> bool:
    if known_state([finding], knowledge, evidence):
        return True
    others = policy.answered_by.get(finding, ())
    if others and known_state(others, knowledge, evidence):
        return True
    needed = policy.needless_without.get(finding)
    if not needed:
        return False
    exams = policy.answered_by.get(needed, ())
    return known_state([needed], knowledge, evidence) == NORMAL or (
        bool(exams) and known_state(exams, knowledge, evidence) == NORMAL
    )
