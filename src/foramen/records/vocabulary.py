"""Medicines and conditions that say the same as a finding: one datum, counted once."""

from __future__ import annotations

from foramen.case import Case, Observation
from foramen.knowledge.schema import Knowledge


def implied_findings(case: Case, knowledge: Knowledge) -> list[Observation]:
    """Findings that a listed medicine or condition states and the case does not already mention."""
    mentioned = {o.finding for o in case.observations}
    out: list[Observation] = []
    for name in (*case.medicines, *case.conditions):
        words = name.lower()
        for finding, keys in knowledge.implied_by.items():
            if finding not in mentioned and any(key in words for key in keys):
                mentioned.add(finding)
                out.append(Observation(finding, "present", text=name))
    return out
