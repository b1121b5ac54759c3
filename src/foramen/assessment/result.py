"""What an assessment says: plain frozen types, ready for JSON. Probabilities lie in 0..1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from foramen.plan.result import PlanAnswer
from foramen.values import plain_data

DISCLAIMER = (
    "Foramen supports a clinician's judgement and never replaces it. It is research software, not a medical device: "
    "see a doctor; with bladder, bowel or saddle changes, fast weakness, fever or after an accident, at once."
)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A probability with its 90 % interval: the spread over plausible numbers, not the model's error."""

    probability: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class CauseAnswer:
    cause: str
    name: str
    estimate: Estimate
    icd10cm: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlaceAnswer:
    """One cause at one level and side. ``level`` is empty where the cause has no spinal place.

    A lesion of two levels counts at both, so the levels of a cause may add up to more than the cause.
    """

    cause: str
    name: str
    level: str
    side: str
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class SideAnswer:
    """Where the complaint arises: left, right, or both or midline (of the lesion, else of the roots it reaches)."""

    side: str
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class RootAnswer:
    """One root and side: P(affected) and, among that, P(irritated), P(conduction loss), P(both)."""

    root: str
    side: str
    estimate: Estimate
    irritated: float
    conduction_loss: float
    both: float


@dataclass(frozen=True, slots=True)
class CulpritAnswer:
    """One imaging finding: P(it is the culprit). ``verdict``: culprit, uncertain, bystander, not_a_candidate."""

    finding: str
    label: str
    level: str
    side: str
    estimate: Estimate
    verdict: str
    reason: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Weight:
    """What one stated finding does to one answer: log10 odds with it minus without it, and both probabilities."""

    finding: str
    label: str
    answer: str
    log10_odds: float
    with_it: float
    without_it: float
    sources: tuple[str, ...]
    provenance: str


@dataclass(frozen=True, slots=True)
class NextFinding:
    """A finding not yet known. ``gain`` is the expected fall of entropy (bits) over cause, root and urgency."""

    finding: str
    question: str
    how: str
    side: str
    level: str
    burden: str
    gain: float
    value: float
    red_flag: bool
    could_change: str


@dataclass(frozen=True, slots=True)
class UrgencyAnswer:
    """Level (emergency, urgent, soon, routine), by when, whom to see and why. ``provisional`` until asked.

    ``meanwhile`` is for the clinician, ``tell`` for the patient.
    """

    level: str
    within: str
    refer_to: str
    provisional: bool
    reasons: tuple[Mapping[str, Any], ...]
    not_yet_asked: tuple[Mapping[str, Any], ...]
    meanwhile: tuple[str, ...] = ()
    tell: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceNote:
    id: str
    citation: str
    identifiers: tuple[str, ...]
    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """All that Foramen answers about one case; ``detail`` says whether some of it was left out (``assess``)."""

    case: str
    context: Mapping[str, Any]
    knowledge_version: str
    summary: tuple[str, ...]
    urgency: UrgencyAnswer
    causes: tuple[CauseAnswer, ...]
    places: tuple[PlaceAnswer, ...]
    sides: tuple[SideAnswer, ...]
    roots: tuple[RootAnswer, ...]
    no_root_affected: Estimate
    cauda_equina: Estimate
    companions: tuple[CauseAnswer, ...]
    culprits: tuple[CulpritAnswer, ...]
    no_imaged_culprit: Estimate | None
    weights: tuple[Weight, ...]
    counterfactuals: tuple[str, ...]
    next_findings: tuple[NextFinding, ...]
    unexplained: tuple[str, ...]
    warnings: tuple[str, ...]
    referral_note: str
    sources: tuple[SourceNote, ...]
    discordance: tuple[str, ...] = ()
    plan: PlanAnswer | None = None
    understood: tuple[str, ...] = ()
    draws: int = 0
    detail: str = "full"
    disclaimer: str = DISCLAIMER
    schema_version: str = "1.0"
    extra: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Plain data as JSON has it, lists for tuples: valid by ``foramen schema assessment``."""
        found: dict[str, Any] = plain_data(self)
        return found
