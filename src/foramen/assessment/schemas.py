"""The JSON Schema of a case and of an assessment, as the command line prints them and the API answers them."""

from __future__ import annotations

from enum import StrEnum


class Of(StrEnum):
    """What there is a schema of."""

    case = "case"
    assessment = "assessment"


def schema_of(of: Of) -> dict[str, object]:
    """The schema as plain data."""
    from foramen.records.case_schema import case_schema, dataclass_schema

    if of is Of.case:
        from foramen.knowledge.loader import load_knowledge

        return case_schema(load_knowledge())
    from foramen.assessment.assess import DETAILS
    from foramen.assessment.result import Assessment
    from foramen.plan.result import STATUSES

    enums = {
        "Assessment.detail": DETAILS,
        "UrgencyAnswer.level": ("emergency", "urgent", "soon", "routine"),
        "CulpritAnswer.verdict": ("culprit", "uncertain", "bystander", "not_a_candidate"),
        "OptionAnswer.status": STATUSES,
        "ImagingAnswer.advice": ("now", "consider", "not_now"),
    }
    return dataclass_schema(Assessment, title="Foramen assessment", enums=enums)
