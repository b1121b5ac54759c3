"""Situations for tests of the plan: a person who is clear of everything, and the same with one thing more."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from foramen.case import Case
from foramen.knowledge.loader import load_knowledge
from foramen.knowledge.plan_schema import Contraindication, Treatment
from foramen.knowledge.schema import Finding
from foramen.model.model import instances_of
from foramen.plan.situation import Situation
from foramen.records.statements import EvidenceSet

KNOWLEDGE = load_knowledge()
PLAN = KNOWLEDGE.plan
USEFUL = ("core", "option", "specialist")
WEEKS = {"acute": "weeks", "subacute": "subacute", "chronic": "months"}


def clear(stage: str = "acute", cause: str = "disc_herniation", **more: Any) -> Situation:
    """A person of 40 whose conditions and medicines are all known to be none, red flags answered and clear."""
    states = KNOWLEDGE.findings["duration"].states
    vectors = {"duration": tuple(float(s == WEEKS[stage]) for s in states)}
    for t in PLAN.treatments.values():
        for row in t.contraindications:
            if row.kind == "finding":
                for instance in instances_of(KNOWLEDGE.findings[str(row.value)]):
                    vectors[instance.id] = normal(instance.finding)
    asked = tuple(f.id.replace("_", " ") for f in PLAN.facts.values() if f.asked)
    case = Case(age=40, sex="female", medicines_complete=True, conditions_complete=True, no_conditions=asked)
    situation = Situation(
        case=case, knowledge=KNOWLEDGE, evidence=EvidenceSet(vectors), causes={cause: 1.0}, no_root=0.1, cauda=0.0,
        culprit=True, urgency="routine", within="routine", refer_to="General practitioner", rules={}, warnings=(),
        open_questions=(), safety_net="Come back at once.",
    )  # fmt: skip
    return replace(situation, **more)


def normal(finding: Finding) -> tuple[float, ...]:
    return (1.0, *(0.0 for _ in finding.states[1:]))


def suited(treatment: Treatment) -> Situation | None:
    """A clear person in the stage and with the cause the treatment is meant for; None where it is for nobody."""
    for use in treatment.use:
        if use.role in USEFUL:
            cause = "disc_herniation" if "disc_herniation" in use.causes else sorted(use.causes)[0]
            stage = use.stages[-1] if use.step == "week_12" else use.stages[0]
            base = clear(stage, cause)
            needs = tuple(
                n.replace("_", " ")
                for n in (*use.needs, *use.needs_any[:1])
                if n not in ("radicular_pain", "concordant_imaging")
            )
            return with_conditions(base, *needs, *(n.replace("_", " ") for n in use.if_present))
    return None


def with_conditions(s: Situation, *names: str) -> Situation:
    denied = tuple(n for n in s.case.no_conditions if n not in names)
    return replace(s, case=replace(s.case, conditions=(*s.case.conditions, *names), no_conditions=denied))


def with_contraindication(s: Situation, row: Contraindication) -> Situation:
    """The same person with what the contraindication names."""
    value = row.value
    match row.kind:
        case "condition":
            return with_conditions(s, str(value).replace("_", " "))
        case "medicine":
            return replace(s, case=replace(s.case, medicines=(PLAN.medicines[str(value)].names[0],)))
        case "age_at_least":
            return replace(s, case=replace(s.case, age=float(value) + 1))
        case "age_below":
            return replace(s, case=replace(s.case, age=float(value) - 1))
    finding = KNOWLEDGE.findings[str(value)]
    there = instances_of(finding)[0].id
    vectors = {**s.evidence.vectors, there: (0.0, *(1.0 for _ in finding.states[1:]))}
    return replace(s, evidence=EvidenceSet(vectors))


def with_unknown(s: Situation) -> Situation:
    """The same person where nothing was said of conditions, medicines and age."""
    case = replace(s.case, medicines_complete=False, conditions_complete=False, no_conditions=(), age=None)
    return replace(s, case=case)
