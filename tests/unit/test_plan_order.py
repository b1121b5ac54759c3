"""Who comes first in a plan: surgeon, cancer team or family doctor; bone protection after every fragility fracture."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "safety"))
from plan_cases import clear, with_conditions

from foramen.case import Tried
from foramen.plan.make import make_plan
from foramen.plan.result import OptionAnswer, PlanAnswer
from foramen.plan.situation import Situation
from foramen.records.statements import EvidenceSet


def now(plan: PlanAnswer) -> list[str]:
    return list(plan.steps[0].options)


def option(plan: PlanAnswer, treatment: str) -> OptionAnswer:
    return next(o for o in plan.options if o.treatment == treatment)


def failed(stage: str = "chronic", setting: str = "spine_clinic") -> Situation:
    base = clear(stage)
    tried = (
        Tried("nsaid_tablet", "no_effect", 6),
        Tried("exercise_general", "no_effect", 8),
        Tried("epidural_steroid_transforaminal", "partly", 4),
    )
    case = replace(base.case, tried=tried, setting=setting, scores={"pain_0_100": 75.0})
    return replace(base, case=case)


@pytest.mark.parametrize("setting", ["spine_clinic", "primary_care"])
def test_the_surgeon_comes_before_the_family_doctor_after_failed_care(setting: str) -> None:
    plan = make_plan(failed(setting=setting))
    assert now(plan)[0] == "refer_spine_surgery"
    assert plan.first.startswith("Referral to a spine surgeon")
    assert option(plan, "primary_care_review").role == "option"


def test_without_failed_care_the_family_doctor_stays_first() -> None:
    plan = make_plan(clear("acute"))
    assert now(plan)[0] == "primary_care_review"
    assert plan.first == "See: General practitioner (routine)."


def test_an_enzyme_into_the_disc_stands_behind_epidurals() -> None:
    plan = make_plan(failed("subacute"))
    order = [o.treatment for o in plan.options]
    assert order.index("epidural_steroid_interlaminar") < order.index("chemonucleolysis")


def test_the_cancer_team_comes_first_where_a_cancer_may_have_spread() -> None:
    base = clear("subacute", "vertebral_metastasis")
    rules = {"malignancy_history_pain_pattern": "urgent"}
    warned = replace(base, rules=rules, urgency="urgent", warnings=(("Cancer history", "urgent"),))
    for situation in (warned, replace(warned, causes={"nonspecific_low_back_pain": 0.9, "vertebral_metastasis": 0.1})):
        plan = make_plan(situation)
        assert now(plan)[0] == "refer_cancer_team"
        assert option(plan, "primary_care_review").role == "option"
    assert option(make_plan(clear()), "refer_cancer_team").role == "none"


def test_steroids_for_a_metastasis_need_signs_from_nerves() -> None:
    base = clear("subacute", "vertebral_metastasis")
    without = replace(base, case=replace(base.case, no_conditions=(*base.case.no_conditions, "weak leg")))
    plan = option(make_plan(without), "oral_steroids")
    assert plan.status == "not_useful_now", plan.reason
    weak = option(make_plan(with_conditions(base, "motor deficit")), "oral_steroids")
    assert weak.status in ("offered", "needs_care")


@pytest.mark.parametrize("urgency", ["routine", "urgent", "emergency"])
@pytest.mark.parametrize("cause", ["vertebral_fragility_fracture", "traumatic_fracture"])
def test_a_fracture_of_weak_bone_is_offered_bone_protection(urgency: str, cause: str) -> None:
    base = with_conditions(clear("acute", cause, urgency=urgency, no_root=0.9), "osteoporosis")
    woman = replace(base, case=replace(base.case, age=78.0))
    protection = option(make_plan(woman), "osteoporosis_treatment")
    assert (protection.role, protection.status) == ("core", "offered"), protection.reason
    assert "osteoporosis_treatment" in [t for step in make_plan(woman).steps for t in step.options]


def test_the_emergency_department_comes_before_what_is_done_there() -> None:
    base = clear("acute", urgency="emergency", cauda=0.6, rules={"cauda_equina": "emergency"})
    assert now(make_plan(base))[0] == "emergency_referral"


def test_long_term_cortisone_asks_for_bone_protection_whatever_hurts() -> None:
    """With a tender spine it had been "meant for causes that have 18% here", so of no use."""
    base = clear("acute", "nonspecific_low_back_pain")
    assert option(make_plan(base), "osteoporosis_treatment").role == "none"
    told = {**base.evidence.vectors, "steroid_use": (0.0, 1.0)}
    on_cortisone = replace(base, evidence=EvidenceSet(told))
    assert option(make_plan(on_cortisone), "osteoporosis_treatment").role == "option"
    assert option(make_plan(on_cortisone), "osteoporosis_treatment").status == "needs_care"  # below 50
    listed = make_plan(replace(base, case=replace(base.case, conditions=("osteoporosis",))))
    assert option(listed, "osteoporosis_treatment").role == "option"
    emergency = replace(on_cortisone, urgency="emergency")
    assert option(make_plan(emergency), "osteoporosis_treatment").status == "not_useful_now"
