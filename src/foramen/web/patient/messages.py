"""Every sentence that the patient view can show and that does not stand in a template, for the catalogues."""

from __future__ import annotations

from collections.abc import Iterator

from foramen.knowledge.schema import Knowledge
from foramen.plan import leaflet
from foramen.triage.urgency import rulebook
from foramen.web import failures, templates
from foramen.web.pages import patient
from foramen.web.patient import flow, summary

# families of treatments that a leaflet may name: what helps, what a specialist does, what is not to be done
FAMILIES = (*leaflet.AVOIDED, *leaflet.SPECIALIST)


def knowledge_messages(knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """(where, message) of the knowledge's sentences."""
    for area in knowledge.patient.areas:
        yield "interview/patient.yaml", area.name
    for name, question in knowledge.patient.questions.items():
        yield f"interview/patient.yaml {name}", question.ask
        yield f"interview/patient.yaml {name}", question.help
        yield f"findings {name}", knowledge.findings[name].name
        for text in question.answers.values():
            yield f"interview/patient.yaml {name}", text
    for rule in knowledge.red_flags.values():
        yield f"red_flags/{rule.id}", rule.tell
        yield f"red_flags/{rule.id} within", rule.within
    policy = rulebook(knowledge)[1]
    for threshold in policy.thresholds:
        for step in threshold.steps:
            yield f"triage_thresholds.yaml {threshold.id}", step.within
    for words in (policy.routine, policy.below_18):
        yield "triage_thresholds.yaml", words["within"]
    for cause in knowledge.causes.values():
        yield f"causes/{cause.id}", cause.plain
    for t in knowledge.plan.treatments.values():
        if t.family in FAMILIES:
            yield f"treatments/{t.id}", t.name
            yield f"treatments/{t.id}", t.plain
            for row in t.contraindications:
                if row.kind.startswith("age_") and row.effect == "blocked":
                    yield f"treatments/{t.id}", knowledge.plan.words(row, knowledge.findings)
    for course in knowledge.plan.courses.values():
        if course.treatment == "none":
            yield "course", course.words
    yield from ((f"conditions/{fact.id}", fact.name) for fact in knowledge.plan.facts.values())
    yield from ((f"medicines/{medicine.id}", medicine.name) for medicine in knowledge.plan.medicines.values())


def code_messages() -> Iterator[tuple[str, str]]:
    """(where, message) of sentences that stand in the code."""
    yield from (("leaflet", text) for text in leaflet.SENTENCES)
    for table in (flow.ASK, flow.HELP, flow.NO_PLACE, *flow.CHOICES.values()):
        yield from (("patient/flow", text) for text in table.values())
    yield from (("patient/flow", text) for text in flow.PARTS)
    for table in (summary.WHERE, summary.LISTED, summary.SIDE):
        yield from (("patient/summary", text) for text in table.values())
    yield from (
        ("patient/summary", text) for text in (summary.BOTH, summary.NONE, summary.NOT_RECOGNISED, summary.NOT_KNOWN)
    )
    yield from (
        ("pages/patient", text)
        for text in (*patient.FAULTS.values(), patient.TICKED_FAULT, patient.LEFT_OUT, patient.YOUNG, patient.GO_ON)
    )
    yield from (("failures", text) for text in failures.WORDS.values())
    yield "templates", templates.ENGLISH_ONLY


def messages(knowledge: Knowledge) -> dict[str, list[str]]:
    """Message to the places it comes from; none is empty."""
    out: dict[str, list[str]] = {}
    for where, text in (*code_messages(), *knowledge_messages(knowledge)):
        if text and where not in out.setdefault(text, []):
            out[text].append(where)
    return out
