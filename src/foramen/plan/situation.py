"""What the plan needs to know about a case that was assessed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from foramen.case import Case
from foramen.knowledge.plan_schema import STAGES
from foramen.knowledge.schema import Knowledge
from foramen.records.statements import EvidenceSet

EMERGENCY, URGENT = "emergency", "urgent"
# durations as the finding states them, by stage: acute < 6 weeks, subacute 6-12, chronic > 12
_STAGE_OF = {
    "hours": "acute", "days": "acute", "weeks": "acute", "subacute": "subacute",
    "months": "chronic", "years": "chronic",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Situation:
    """A case with its assessment, as plain values.

    ``causes``: P(cause leads) by id. ``no_root``: P(no root affected). ``cauda``: P(cauda equina affected).
    ``culprit``: True if an imaged finding is called culprit, False if imaging shows none, None without imaging.
    ``rules``: ids of the red-flag rules that fired, with their urgency. ``warnings``: names of all reasons, with
    theirs. ``open_questions``: (topic, question) of red flags not yet answered.
    """

    case: Case
    knowledge: Knowledge
    evidence: EvidenceSet
    causes: Mapping[str, float]
    no_root: float
    cauda: float
    culprit: bool | None
    urgency: str
    within: str
    refer_to: str
    rules: Mapping[str, str]
    warnings: tuple[tuple[str, str], ...]
    open_questions: tuple[tuple[str, str], ...]
    safety_net: str
    tell: tuple[str, ...] = ()

    @property
    def emergency(self) -> bool:
        return self.urgency == EMERGENCY

    @property
    def open_topics(self) -> frozenset[str]:
        return frozenset(topic for topic, _ in self.open_questions)

    @property
    def pressing(self) -> tuple[str, ...]:
        """Names of the reasons that make the case urgent or an emergency."""
        return tuple(name for name, level in self.warnings if level in (URGENT, EMERGENCY))

    def share(self, causes: frozenset[str]) -> float:
        """P(one of the causes leads)."""
        return sum(self.causes.get(c, 0.0) for c in causes)

    def led_by(self, causes: frozenset[str], at_least: float) -> bool:
        """Whether causes that a study was about lead: so much together, and no other single cause is likelier."""
        together = self.share(causes)
        return together >= at_least and all(p <= together for c, p in self.causes.items() if c not in causes)

    def stages(self) -> tuple[str, ...]:
        """Stages that the evidence leaves open, one of them where the duration is known."""
        vector = self.evidence.vectors.get("duration")
        if vector is None or "duration" not in self.knowledge.findings:
            return STAGES
        states = self.knowledge.findings["duration"].states
        left = {_STAGE_OF[s] for s, p in zip(states, vector, strict=True) if p > 0 and s in _STAGE_OF}
        return tuple(s for s in STAGES if s in left) or STAGES
