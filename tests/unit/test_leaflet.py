"""What a patient reads: reading age 12 or less (Flesch-Kincaid grade 7), a doctor in every leaflet, no dose."""

import sys
import warnings
from dataclasses import replace
from pathlib import Path

import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # textstat still asks setuptools for its data
    import textstat

sys.path.insert(0, str(Path(__file__).parents[1] / "safety"))
from plan_cases import KNOWLEDGE, PLAN, clear, with_conditions

from foramen.plan.make import make_plan

GRADE = 7.0  # US school grade that is reached at twelve
TEXTS = {f"treatments/{t.id}": t.plain for t in PLAN.treatments.values()}
TEXTS |= {f"red_flags/{r.id}": r.tell for r in KNOWLEDGE.red_flags.values()}


@pytest.mark.parametrize("where", TEXTS)
def test_words_for_patients_are_plain(where):
    assert TEXTS[where], "what to tell the patient is missing"
    assert textstat.flesch_kincaid_grade(TEXTS[where]) <= GRADE


@pytest.mark.parametrize("cause", KNOWLEDGE.causes)
@pytest.mark.parametrize("urgency", ["routine", "urgent", "emergency"])
def test_every_leaflet_is_plain_and_sends_to_a_doctor(cause, urgency):
    for stage in ("acute", "chronic"):
        text = make_plan(clear(stage, cause, urgency=urgency, within="2 weeks")).leaflet
        assert textstat.flesch_kincaid_grade(text) <= GRADE
        assert "doctor" in text
        assert "emergency department at once" in text
        if urgency == "emergency":
            assert "now" in text
            assert "What can help now?" not in text


def listed(situation, part):
    return {x.values["name"][0]: x for x in make_plan(situation).leaflet_lines if x.part == part}


@pytest.mark.parametrize("stage", ["acute", "chronic"])
@pytest.mark.parametrize("cause", ["disc_herniation", "nonspecific_low_back_pain"])
def test_hands_on_the_spine_are_no_self_help(stage, cause):
    helps = listed(with_conditions(clear(stage, cause), "nerves examined"), "helps")
    assert helps
    assert not [t.name for t in PLAN.treatments.values() if t.gate and t.name in helps]


def test_a_thrust_waits_for_an_examination():
    thrust = PLAN.treatments["chiropractic_manipulation"]
    for cause in ("disc_herniation", "nonspecific_low_back_pain"):
        for situation, status in (
            (clear("acute", cause), "ask_first"),
            (with_conditions(clear("acute", cause), "nerves examined"), "offered"),
        ):
            option = next(o for o in make_plan(situation).options if o.treatment == thrust.id)
            assert option.status == status, option.reason
            assert "package with exercise" in option.why


def test_the_leaflet_names_pregnancy():
    base = clear(cause="disc_herniation")
    case = replace(base.case, conditions=("pregnant",), measurements={"pregnancy_weeks": 32.0})
    late = replace(base, case=case)
    asked = listed(late, "ask")["Joint mobilisation (manual therapy without thrust)"]
    assert "pregnancy" in asked.values["reasons"]
    avoid = [x for x in make_plan(late).leaflet_lines if x.part == "avoid"]
    assert any("the last third of pregnancy (from week 28)" in x.values.get("reasons", ()) for x in avoid)
    assert "pregnan" in make_plan(late).leaflet
