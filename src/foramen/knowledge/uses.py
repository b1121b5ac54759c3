"""Where the figures of the sources are used: the numbers, rules, treatments, courses and advice that rest on each."""

from __future__ import annotations

from typing import Any

from foramen.knowledge.schema import Knowledge


def uses(knowledge: Knowledge) -> dict[str, tuple[str, ...]]:
    """Figure id to the places (file and key) that use it, in order of first use; figures nobody uses are left out."""
    used: dict[str, dict[str, None]] = {}
    for number in knowledge.numbers:
        for figure in number.figures:
            used.setdefault(figure, {})[number.where] = None
    for rule in knowledge.red_flags.values():
        for figure in rule.sources:
            used.setdefault(figure, {})[f"red_flags/{rule.id}.yaml"] = None
    for row in knowledge.thresholds.get("unsafe_tests", ()):
        for figure in row["sources"]:
            used.setdefault(figure, {})["triage_thresholds.yaml/unsafe_tests"] = None
    plan = knowledge.plan
    places = {f"treatments/{t.id}.yaml": t.figures() for t in plan.treatments.values()}
    places |= {f"course/{c.id}.yaml": tuple(p.figure.id for p in c.points) for c in plan.courses.values()}
    places |= {f"imaging_advice/{i.id}.yaml": i.sources for i in plan.imaging.values()}
    for place, ids in places.items():
        for figure in ids:
            used.setdefault(figure, {})[place] = None
    return {figure: tuple(found) for figure, found in used.items()}


def table(knowledge: Knowledge) -> list[dict[str, Any]]:
    """Plain data of every source with its figures and the places that use them."""
    used = uses(knowledge)
    rows = []
    for source in sorted(knowledge.sources.values(), key=lambda s: s.id):
        figures: list[dict[str, Any]] = []
        for key in source.figures:
            f = knowledge.figures[key]
            figures.append(
                {
                    "id": f.id, "quantity": f.quantity, "about": f.text, "value": f.value, "ci": f.ci,
                    "n": f.n, "counts": f.counts, "read_in_source": f.read,
                    "used_in": list(used.get(key, ())),
                }
            )  # fmt: skip
        rows.append(
            {
                "id": source.id,
                "citation": source.citation,
                "year": source.year,
                "identifiers": list(source.identifiers),
                "figures": figures,
                "uses": sum(len(f["used_in"]) for f in figures),
            }
        )
    return rows
