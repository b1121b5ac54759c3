"""What is wrong with a form, said at the field it stands in, in that field's own words, never in names of the code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from foramen.case import MEASUREMENTS
from foramen.errors import CaseError, ContradictionError, shorten
from foramen.web.failures import status_of
from foramen.web.form import Fields, first, number
from foramen.web.visit import Visit

AGES = (0.0, 120.0)  # years; as a case allows
UNITS = {
    "egfr": "eGFR (mL/min/1.73 m²)",
    "pregnancy_weeks": "Weeks of pregnancy",
    "inr": "INR",
    "platelets": "Platelets (10⁹/L)",
    "hba1c_percent": "HbA1c (%)",
    "pelvic_incidence": "Pelvic incidence (°)",
    "pelvic_tilt": "Pelvic tilt (°)",
    "sacral_slope": "Sacral slope (°)",
    "lumbar_lordosis": "Lumbar lordosis (°)",
    "pelvic_radius": "Pelvic radius",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a form has no answer. ``at``: words by the field at fault; ``see``: (row, its name) to look at."""

    words: str
    status: int
    at: Mapping[str, str] = field(default_factory=dict)
    see: tuple[str, str] | None = None


def number_faults(fields: Fields) -> dict[str, str]:
    """What is wrong with the numbers of the form, by field."""
    out = {}
    asked = {"age": ("Age", AGES), **{f"m.{k}": (UNITS.get(k, k), span) for k, span in MEASUREMENTS.items()}}
    for name, (label, (low, high)) in asked.items():
        text = first(fields, name)
        try:
            value = number(text, name)
            wrong = value is not None and not low <= value <= high
        except CaseError:
            wrong = True
        if wrong:
            plain = label.partition(" (")[0]
            out[name] = f"{plain}: give a number from {low:g} to {high:g}. Here stands {shorten(text, 20)}."
    return out


def problem_of(error: CaseError, fields: Fields, visit: Visit) -> Problem:
    """An error as the form tells it."""
    faults = number_faults(fields)
    if faults:
        return Problem(" ".join(faults.values()), 422, faults)
    if isinstance(error, ContradictionError):
        row = visit.rows().get(error.field.partition("@")[0])
        words = " ".join(filter(None, (error.problem.rstrip(".") + ".", error.cure)))
        return Problem(words, status_of(error), see=(row.id, row.name) if row else None)
    return Problem(str(error), status_of(error))
