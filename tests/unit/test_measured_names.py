"""A measurement typed among conditions or medicines counts as the measurement it is."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "safety"))
from plan_cases import PLAN, clear

from foramen.case import Case
from foramen.errors import CaseError
from foramen.plan.make import make_plan
from foramen.plan.person import Person
from foramen.records.case_file import read_case
from foramen.records.listed import read_lists
from foramen.records.measured import told_measurements

KNOWLEDGE = clear().knowledge


@pytest.mark.parametrize(
    ("told", "fact", "state"),
    [
        ("eGFR 25", "kidney_disease_severe", "present"),
        ("CKD, eGFR: 25 ml/min/1.73 m2", "kidney_disease_severe", "present"),
        ("eGFR <30", "kidney_disease_severe", "present"),
        ("eGFR < 60", "kidney_disease", "present"),
        ("eGFR < 60", "kidney_disease_severe", "unknown"),
        ("eGFR > 90", "kidney_disease", "absent"),
        ("скф 25", "kidney_disease_severe", "present"),
        ("INR 3", "clotting_impaired", "present"),
        ("INR 1,8", "clotting_impaired", "present"),
        ("INR of 1.1, platelets 220", "clotting_impaired", "absent"),
        ("platelets 60", "bleeding_disorder", "present"),
        ("platelet count 60 x10^9/l", "bleeding_disorder", "present"),
    ],
)
@pytest.mark.parametrize("field", ["conditions", "medicines"])
def test_a_value_in_words_is_the_measurement(field: str, told: str, fact: str, state: str) -> None:
    """It had been a name that is not recognised, which blocks every medicine or asks what it is."""
    base = clear()
    case = replace(base.case, conditions_complete=False, **{field: (told,)})
    person = Person(replace(base, case=case), PLAN)
    assert person.fact(fact).state == state
    assert [u.name for u in person.unmatched] in ([], ["CKD"])  # which is no medicine


def test_the_reason_names_the_value() -> None:
    base = clear()
    person = Person(replace(base, case=replace(base.case, conditions=("eGFR 25",))), PLAN)
    assert person.fact("kidney_disease_severe").because == "measured: eGFR 25"
    plan = make_plan(replace(base, case=replace(base.case, conditions=("eGFR 25",))))
    assert next(o for o in plan.options if o.treatment == "nsaid_tablet").status == "blocked"


@pytest.mark.parametrize(
    ("told", "words"),
    [("platelets 60,000", "60000 per microlitre is 60"), ("INR 30", "0 to 20"), ("eGFR 999", "0 to 250")],
)
def test_a_value_out_of_range_is_refused_with_the_cure(told: str, words: str) -> None:
    with pytest.raises(CaseError, match=words) as raised:
        read_case({"conditions": [told]})
    assert raised.value.field == "conditions[0]"


def test_two_values_that_differ_are_refused() -> None:
    with pytest.raises(CaseError, match="differs"):
        read_case({"conditions": ["eGFR 25"], "measurements": {"egfr": 70}})
    assert read_case({"conditions": ["eGFR 25"], "measurements": {"egfr": 25}})


@pytest.mark.parametrize("told", ["eGFR 25 in 2019", "INR 3 two years ago", "INR target 2-3", "platelets normal"])
def test_an_old_or_vague_value_is_none(told: str) -> None:
    case = Case(conditions=(told,))
    assert told_measurements(case) == {}
    assert read_lists(case, KNOWLEDGE).unmatched
