"""Below 18: no needle beside the nerves, and operations only by who operates on children."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "safety"))
from plan_cases import PLAN, clear, with_conditions

from foramen.plan.make import make_plan


@pytest.mark.parametrize("age", [10, 14, 17])
def test_no_needle_beside_the_nerves_in_children(age: float) -> None:
    base = with_conditions(clear("chronic"), "failed conservative care", "severe pain", "concordant imaging")
    plan = make_plan(replace(base, case=replace(base.case, age=age)))
    for o in plan.options:
        if o.treatment.startswith("epidural_steroid") or o.treatment == "local_anaesthetic_block":
            assert o.status == "blocked", o.treatment
            assert "age below 18" in o.reason
        if o.treatment == "microdiscectomy":
            assert o.status == "needs_care"
            assert "operates on children" in o.reason


def test_every_injection_procedure_and_planned_operation_knows_of_children() -> None:
    for t in PLAN.treatments.values():
        if t.family in ("procedure", "surgery") or (t.gate and t.family == "injection"):
            if t.id in ("tumour_surgery_radiotherapy",):
                continue  # nothing replaces it at any age
            assert any(row.kind == "age_below" for row in t.contraindications), t.id


def test_from_18_on_nothing_changes() -> None:
    adult = clear("chronic")
    young = make_plan(replace(adult, case=replace(adult.case, age=18))).options
    assert {o.treatment: o.status for o in young} == {o.treatment: o.status for o in make_plan(adult).options}
