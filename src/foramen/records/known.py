"""Whether evidence settles that findings are abnormal somewhere or normal everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from foramen.knowledge.schema import Knowledge
from foramen.model.model import instances_of
from foramen.records.statements import EvidenceSet

ABNORMAL, NORMAL = "abnormal", "normal"
_known: dict[tuple[str, str], tuple[str, ...]] = {}  # by finding and site, on which alone the places depend


def known_state(findings: Iterable[str], knowledge: Knowledge, evidence: EvidenceSet) -> str:
    """``abnormal`` if any of the findings surely is somewhere, ``normal`` if all surely are, else empty."""
    keys = {key for f in findings for key in _keys(knowledge, f)}
    if any(set(s) <= keys and not any(m[0] for m in s.values()) for s in evidence.any_of):
        return ABNORMAL
    vectors: Mapping[str, tuple[float, ...]] = {k: evidence.vectors[k] for k in keys if k in evidence.vectors}
    if any(not v[0] for v in vectors.values()):
        return ABNORMAL
    normal = len(vectors) == len(keys) and all(not any(v[1:]) for v in vectors.values())
    return NORMAL if normal else ""


def pointless(knowledge: Knowledge, evidence: EvidenceSet) -> set[str]:
    """Findings that make no sense to ask for: of what they suppose something is denied and nothing is there."""
    out = set()
    for finding in knowledge.findings.values():
        states = {known_state(_parts(knowledge, name), knowledge, evidence) for name in finding.supposes}
        if NORMAL in states and ABNORMAL not in states:
            out.add(finding.id)
    return out


def _parts(knowledge: Knowledge, name: str) -> tuple[str, ...]:
    composite = knowledge.composites.get(name)
    return composite.any_of if composite else (name,)


def _keys(knowledge: Knowledge, name: str) -> tuple[str, ...]:
    """The places of a finding, kept: plan and urgency ask hundreds of times a case."""
    finding = knowledge.findings[name]
    key = (name, finding.site)
    if key not in _known:
        _known[key] = tuple(i.id for i in instances_of(finding))
    return _known[key]
