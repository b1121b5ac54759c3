"""Pages beside the treatments: red-flag rules, imaging advice, courses, guidelines, conditions, medicines."""

from __future__ import annotations

from typing import Any

from foramen.knowledge.plan_schema import Course, ImagingAdvice
from foramen.knowledge.rule_words import in_words
from foramen.knowledge.schema import Knowledge, RedFlagRule
from foramen.triage.thresholds import read_policy
from foramen.web.browse.shown import cited, quantity


def rule_page(knowledge: Knowledge, rule: RedFlagRule) -> dict[str, Any]:
    """Values of the template."""
    return {
        "rule": rule,
        "when": in_words(rule.when, knowledge),
        "ask": [knowledge.findings[f] for f in rule.ask],
        "sources": _cited(knowledge, rule.sources),
        "imaging": [i for i in knowledge.plan.imaging.values() if rule.id in i.rules],
    }


def thresholds(knowledge: Knowledge) -> list[tuple[Any, list[tuple[Any, Any]]]]:
    """(row, [(step, number)]) of what the model's probabilities do to the urgency."""
    return [(t, [(s, quantity(knowledge, s.number)) for s in t.steps]) for t in read_policy(knowledge).thresholds]


def imaging_page(knowledge: Knowledge, a: ImagingAdvice) -> dict[str, Any]:
    """Values of the template."""
    return {
        "advice": a,
        "rules": [knowledge.red_flags[r] for r in a.rules],
        "causes": sorted((knowledge.causes[c] for c in a.causes), key=lambda c: c.name),
        "sources": _cited(knowledge, a.sources),
    }


def course_page(knowledge: Knowledge, c: Course) -> dict[str, Any]:
    """Values of the template; points are pain 0 to 100 at weeks."""
    return {
        "course": c,
        "causes": sorted((knowledge.causes[x] for x in c.causes), key=lambda x: x.name),
        "treatment": knowledge.plan.treatments.get(c.treatment),
        "points": [(p.weeks, p.figure.value, cited(knowledge, p.figure)) for p in c.points],
    }


def _cited(knowledge: Knowledge, ids: tuple[str, ...]) -> list[tuple[Any, Any]]:
    return [(knowledge.figures[f], cited(knowledge, knowledge.figures[f])) for f in ids]


def guidelines_page(knowledge: Knowledge) -> dict[str, Any]:
    """Every guideline with what it says of which treatment."""
    rows = []
    for g in knowledge.plan.guidelines.values():
        said = [(t, s) for t in knowledge.plan.treatments.values() for s in t.stances if s.guideline == g.id]
        rows.append((g, said))
    return {"rows": sorted(rows, key=lambda r: r[0].name)}


def conditions_page(knowledge: Knowledge) -> dict[str, Any]:
    """Every condition that treatments are checked against, with the treatments."""
    rows = []
    for f in sorted(knowledge.plan.facts.values(), key=lambda f: f.name):
        at_least = quantity(knowledge, f.at_least) if f.at_least else None
        limit = quantity(knowledge, f.limit) if f.limit else None
        rows.append((f, at_least, limit, _checking(knowledge, "condition", f.id)))
    return {"rows": rows, "findings": {**knowledge.findings}, "causes": knowledge.causes}


def medicines_page(knowledge: Knowledge) -> dict[str, Any]:
    """Every class of medicines with the names it is recognised by."""
    classes = sorted(knowledge.plan.medicines.values(), key=lambda m: m.name)
    return {"rows": [(m, _checking(knowledge, "medicine", m.id)) for m in classes], "findings": knowledge.findings}


def _checking(knowledge: Knowledge, kind: str, id: str) -> list[tuple[Any, Any]]:
    """(treatment, contraindication) of those that name it."""
    return [
        (t, c)
        for t in knowledge.plan.treatments.values()
        for c in t.contraindications
        if c.kind == kind and c.value == id
    ]
