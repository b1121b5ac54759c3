"""Everything a case can name, and every treatment, as plain data, for lists on any screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from foramen.anatomy import LEVELS, ROOTS, SIDES, VERTEBRAE
from foramen.knowledge.plan_schema import Treatment
from foramen.knowledge.schema import Composite, Knowledge
from foramen.values import plain_data

COMPOSITE = "composite"
# a reflex that cannot be elicited; "absent" says so of a single reflex, and of a composite that nothing is abnormal
LOST, NO_REFLEX = "lost", "absent"
# grades a composite may be stated with although not every one of its findings has them
STATES_SOMEWHERE = (
    "mild", "moderate", "severe", "reduced", "raised", "high", "protrusion", "extrusion", "compression", "contact",
    "burst",
)  # fmt: skip


# what tells one place of a finding from another, by its site
PLACES: Mapping[str, str] = {
    "none": "",
    "side": "side",
    "level": "level",
    "level_side": "level and side",
    "vertebra": "vertebra",
    "root_side": "root and side",
}


def catalogue(knowledge: Knowledge) -> list[dict[str, Any]]:
    """Plain data of every finding and composite, in the order of categories and names."""
    rows = [
        {
            "id": f.id, "name": f.name, "category": f.category, "states": list(f.states), **_places(f.site),
            "question": f.question, "how": f.how, "burden": f.burden, "kind": f.kind, "any_of": [],
            "words": {word: list(meant) for word, meant in f.words.items()},
        }
        for f in knowledge.findings.values()
    ]  # fmt: skip
    rows.sort(key=lambda r: (r["category"], r["id"]))
    return rows + [
        {
            "id": c.id, "name": c.name, "category": COMPOSITE, "states": ["absent", "present", *_grades(c, knowledge)],
            **_places(c.site), "question": "", "how": "", "burden": "",
            "kind": COMPOSITE, "any_of": list(c.any_of), "words": {},
        }
        for c in knowledge.composites.values()
    ]  # fmt: skip


def _grades(composite: Composite, knowledge: Knowledge) -> list[str]:
    """States of its findings that a composite may be stated with: at least one of them is so."""
    parts = [knowledge.findings[f].states for f in composite.any_of]
    every = dict.fromkeys(state for states in parts for state in states[1:])
    usable = [s for s in every if all(s in states or s in STATES_SOMEWHERE for states in parts)]
    return [LOST if s == NO_REFLEX else s for s in usable if s != "present"]


def may_be_lost(states: Sequence[str]) -> bool:
    """Whether these are the states of a reflex, in which ``absent`` is abnormal."""
    return NO_REFLEX in states[1:]


def _places(site: str) -> dict[str, Any]:
    return {
        "site": site,
        "sides": list(SIDES) if site in ("side", "level_side", "root_side") else [],
        "levels": list(LEVELS) if site in ("level", "level_side") else [],
        "vertebrae": list(VERTEBRAE) if site == "vertebra" else [],
        "roots": list(ROOTS) if site == "root_side" else [],
    }


def treatments(knowledge: Knowledge) -> list[dict[str, Any]]:
    """Plain data of every treatment."""
    return [treatment_row(t) for t in knowledge.plan.treatments.values()]


def treatment_row(treatment: Treatment) -> dict[str, Any]:
    """Plain data of one treatment."""
    found: dict[str, Any] = plain_data(treatment)
    return found
