"""Risks that are small alone and add up: of a bleeding stomach with anti-inflammatory medicines."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "safety"))
from plan_cases import clear

from foramen.plan.make import make_plan
from foramen.plan.result import OptionAnswer


def judged(age: float, medicines: tuple[str, ...], conditions: tuple[str, ...] = ()) -> dict[str, OptionAnswer]:
    base = clear("acute")
    case = replace(base.case, age=age, medicines=medicines, conditions=conditions)
    return {o.treatment: o for o in make_plan(replace(base, case=case)).options}


@pytest.mark.parametrize(
    ("age", "medicines", "conditions", "status"),
    [
        (40, ("aspirin",), (), "needs_care"),
        (66, ("aspirin",), (), "needs_care"),
        (40, ("aspirin", "sertraline"), (), "needs_care"),
        (66, ("aspirin", "sertraline"), (), "blocked"),
        (72, ("aspirin", "prednisolone"), (), "blocked"),
        (76, ("aspirin",), (), "blocked"),  # from 75 beside a steroid or a medicine against platelets
        (76, ("prednisolone",), (), "blocked"),
        (76, (), (), "needs_care"),
        (50, ("aspirin", "sertraline"), ("stomach ulcer 10 years ago",), "blocked"),
    ],
)
def test_several_risks_of_a_bleeding_stomach_bar_anti_inflammatory_tablets(age, medicines, conditions, status) -> None:
    options = judged(age, medicines, conditions)
    assert options["nsaid_tablet"].status == status, options["nsaid_tablet"].reason
    if status == "blocked":
        assert "several risks of a bleeding stomach" in options["nsaid_tablet"].reason
        assert options["nsaid_injection"].status == "blocked"
        assert options["paracetamol"].role == "option"  # what is left


def test_the_risks_are_never_asked_for_as_a_sum() -> None:
    base = clear("acute")
    case = replace(base.case, medicines_complete=False, conditions_complete=False, age=None, no_conditions=())
    assert "stomach_risks" not in [q.id for q in make_plan(replace(base, case=case)).questions]
