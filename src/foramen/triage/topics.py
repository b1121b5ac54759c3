"""Which red-flag questions are still open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from foramen.case import Case
from foramen.knowledge.schema import Knowledge
from foramen.model.model import instances_of
from foramen.records.evidence import EvidenceSet, Item, combine_items
from foramen.triage.thresholds import Policy

ABNORMAL, NORMAL = "abnormal", "normal"


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
    if _known([finding], knowledge, evidence):
        return True
    others = policy.answered_by.get(finding, ())
    if others and _known(others, knowledge, evidence):
        return True
    needed = policy.needless_without.get(finding)
    if not needed:
        return False
    exams = policy.answered_by.get(needed, ())
    return _known([needed], knowledge, evidence) == NORMAL or (
        bool(exams) and _known(exams, knowledge, evidence) == NORMAL
    )


def _known(findings: Iterable[str], knowledge: Knowledge, evidence: EvidenceSet) -> str:
    """``abnormal`` if any of the findings surely is somewhere, ``normal`` if all surely are, else empty."""
    keys = {i.id for f in findings for i in instances_of(knowledge.findings[f])}
    if any(set(s) <= keys and not any(m[0] for m in s.values()) for s in evidence.any_of):
        return ABNORMAL
    vectors: Mapping[str, tuple[float, ...]] = {k: v for k, v in evidence.vectors.items() if k in keys}
    if any(not v[0] for v in vectors.values()):
        return ABNORMAL
    normal = len(vectors) == len(keys) and all(not any(v[1:]) for v in vectors.values())
    return NORMAL if normal else ""
