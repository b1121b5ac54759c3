"""A measurement typed among conditions or medicines counts as the measurement it is."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "safety"))
from plan_cases import PLAN, clear

import foramen
from foramen.case import Case
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
        ("platelets 60,000", "bleeding_disorder", "present"),  # per microlitre
        ("platelets 250 000", "bleeding_disorder", "unknown"),  # the INR is not known
        ("eGFR less than 30", "kidney_disease_severe", "present"),
        ("warfarin since 2015, eGFR 25", "kidney_disease_severe", "present"),
    ],
)
@pytest.mark.parametrize("field", ["conditions", "medicines"])
def test_a_value_in_words_is_the_measurement(field: str, told: str, fact: str, state: str) -> None:
    """It had been a name that is not recognised, which blocks every medicine or asks what it is."""
    base = clear()
    case = replace(base.case, conditions_complete=False, **{field: (told,)})
    person = Person(replace(base, case=case), PLAN)
    assert person.fact(fact).state == state
    assert not [u.name for u in person.unmatched if u.name not in ("CKD", "warfarin since 2015")]  # of the other list


def test_the_reason_names_the_value() -> None:
    base = clear()
    person = Person(replace(base, case=replace(base.case, conditions=("eGFR 25",))), PLAN)
    assert person.fact("kidney_disease_severe").because == "measured: eGFR 25"
    plan = make_plan(replace(base, case=replace(base.case, conditions=("eGFR 25",))))
    assert next(o for o in plan.options if o.treatment == "nsaid_tablet").status == "blocked"


@pytest.mark.parametrize(
    "told",
    [
        "eGFR 25 in 2019", "INR 3 two years ago", "INR target 2-3", "warfarin (target INR 2-3)", "platelets normal",
        "eGFR 3 months ago", "platelets 2 weeks ago", "no eGFR below 30", "eGFR was 25, now 70", "platelets 1.5 lakh",
        "INR 30", "eGFR 999", "eGFR 45-60",
    ],
)  # fmt: skip
def test_what_may_be_anything_else_is_no_measurement(told: str) -> None:
    """The number of a time, a target, a denial, a value of the past or one that cannot be: asked for as before."""
    case = Case(conditions=(told,))
    assert told_measurements(case) == {}
    assert read_lists(case, KNOWLEDGE).unmatched or told.startswith("no ")


def test_an_odd_value_in_a_list_costs_no_answer() -> None:
    """It had refused the case, an emergency too."""
    for told in ("platelets 6000000", "HbA1c 580", "INR 2.6, INR 3.4"):
        case = read_case({"findings": ["urinary_retention", "saddle_numbness"], "conditions": [told]})
        assert foramen.assess(case, detail="summary").urgency.level == "emergency"


def test_values_that_differ_settle_nothing_between_them() -> None:
    told = told_measurements(Case(conditions=("eGFR 25",), medicines=("eGFR 70",)))["egfr"]
    assert (told.low, told.words) == (25.0, "eGFR 25 and eGFR 70")
    assert told.high > 70
    base = clear()
    for more, state in (({}, "unknown"), ({"measurements": {"egfr": 25}}, "present")):  # the field of its own wins
        case = replace(base.case, conditions=("eGFR 25", "eGFR 70"), conditions_complete=False, **more)
        assert Person(replace(base, case=case), PLAN).fact("kidney_disease_severe").state == state


def test_hba1c_per_mol_is_turned_to_percent() -> None:
    assert told_measurements(Case(conditions=("HbA1c 58 mmol/mol",)))["hba1c_percent"].low == 7.5


@pytest.mark.parametrize(
    ("measured", "state"),
    [
        ({"inr": 1.0}, "unknown"),
        ({"platelets": 250}, "unknown"),
        ({"inr": 1.0, "platelets": 250}, "absent"),
        ({"inr": 2.0}, "present"),
    ],
)
def test_platelets_and_inr_are_both_wanted(measured: dict[str, float], state: str) -> None:
    """One of them alone had settled both, in a sick liver too."""
    base = clear()
    case = replace(base.case, conditions_complete=False, measurements=measured)
    assert Person(replace(base, case=case), PLAN).fact("clotting_impaired").state == state
