"""Everything a case can name: findings and composites as plain data, for lists on any screen."""

from __future__ import annotations

from typing import Any

from foramen.anatomy import LEVELS, ROOTS, SIDES, VERTEBRAE
from foramen.knowledge.schema import Knowledge

COMPOSITE = "composite"


def catalogue(knowledge: Knowledge) -> list[dict[str, Any]]:
    """Plain data of every finding and composite, in the order of categories and names."""
    rows = [
        {
            "id": f.id, "name": f.name, "category": f.category, "states": list(f.states), **_places(f.site),
            "question": f.question, "how": f.how, "burden": f.burden, "kind": f.kind, "any_of": [],
        }
        for f in knowledge.findings.values()
    ]  # fmt: skip
    rows.sort(key=lambda r: (r["category"], r["id"]))
    return rows + [
        {
            "id": c.id, "name": c.name, "category": COMPOSITE, "states": ["absent", "present"],
            **_places(c.site), "question": "", "how": "", "burden": "",
            "kind": COMPOSITE, "any_of": list(c.any_of),
        }
        for c in knowledge.composites.values()
    ]  # fmt: skip


def _places(site: str) -> dict[str, Any]:
    return {
        "site": site,
        "sides": list(SIDES) if site in ("side", "level_side", "root_side") else [],
        "levels": list(LEVELS) if site in ("level", "level_side") else [],
        "vertebrae": list(VERTEBRAE) if site == "vertebra" else [],
        "roots": list(ROOTS) if site == "root_side" else [],
    }
