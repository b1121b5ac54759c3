"""Infection and kidney: what is looked at today, what waits for a visit, and what must stay an emergency."""

from __future__ import annotations

import pytest

import foramen
from foramen.case import Case, Observation
from foramen.inference.engine import Engine
from foramen.triage import urgency
from foramen.triage.urgency import rulebook


def case_of(text: str, age: float = 38, sex: str | None = None, **lists: object) -> Case:
    """``finding@side=state`` separated by commas."""
    told = []
    for part in text.split(","):
        name, _, state = part.strip().partition("=")
        name, _, side = name.partition("@")
        told.append(Observation(name, state or "present", side=side or None))
    return Case(age=age, sex=sex, setting="primary_care", observations=tuple(told), **lists)


def rules_of(case: Case, engine: Engine) -> set[str]:
    return {str(r["id"]) for r in urgency(case, engine, with_model=False).reasons}


NO_FEVER = "fever_reported=absent, fever_measured=absent, chills_sweats=absent"


@pytest.mark.parametrize(
    "text",
    [
        "pain_back, pain_flank_abdomen, urinary_symptoms, urine_abnormal, renal_angle_tenderness@right, duration=days",
        "pain_flank_abdomen, urinary_symptoms",
        "pain_back, renal_angle_tenderness@left, urine_abnormal",
        "pain_back, renal_angle_tenderness@left, urinary_symptoms, nausea_vomiting, duration=days",
        "pain_flank_abdomen, urine_abnormal, duration=weeks",
        "pain_back, urinary_symptoms, urine_abnormal, pregnancy=pregnant",
    ],
)
def test_urinary_signs_with_pain_of_the_flank_are_seen_today_without_fever(text: str, engine: Engine) -> None:
    for age in (24, 38, 70):
        answer = urgency(case_of(f"{text}, {NO_FEVER}", age), engine, with_model=False)
        assert (answer.level, answer.within) == ("urgent", "same day"), age
        assert "urine" in answer.refer_to


def test_a_burning_bladder_with_backache_is_seen_within_two_days(engine: Engine) -> None:
    answer = urgency(case_of(f"pain_back, urinary_symptoms, urine_abnormal, {NO_FEVER}"), engine, with_model=False)
    assert (answer.level, answer.within) == ("urgent", "2 days")
    for alone in ("urinary_symptoms", "urine_abnormal", "renal_angle_tenderness@left", "pain_flank_abdomen"):
        assert urgency(case_of(f"pain_back, {alone}"), engine, with_model=False).level == "routine", alone


def test_an_old_bladder_is_no_new_infection(engine: Engine) -> None:
    """A weak stream of ten years, stated so, with an ache in the flank."""
    old = Observation("urinary_symptoms", "present", new=False, since="10 years", course="stable")
    case = Case(age=70, observations=(Observation("pain_flank_abdomen"), old))
    assert "urinary_signs_flank" not in rules_of(case, engine)


def test_fever_beside_urinary_signs_is_told_once(engine: Engine) -> None:
    case = case_of("pain_buttock@left, pain_flank_abdomen, fever_measured, urinary_symptoms, urine_abnormal")
    told = urgency(case, engine, with_model=False).tell
    assert not [text for text in told if text.startswith(("Your pain may come from your kidneys", "You seem to have"))]


def test_a_likely_disease_of_an_inner_organ_is_not_routine(engine: Engine) -> None:
    case = case_of("pain_back=absent, pain_flank_abdomen, nausea_vomiting, abdominal_tenderness, duration=weeks", 30)
    answer = foramen.assess(case)
    assert answer.causes[0].cause == "pelvic_visceral_disease"
    assert answer.urgency.level == "soon"
    assert urgency(case_of("pain_back, pain_flank_abdomen", 38), engine).level == "routine", "not likelier than not"


@pytest.mark.parametrize("pain", ["pain_flank_abdomen, urinary_symptoms", "pain_calf@left, fever_measured"])
def test_no_needle_goes_near_the_spine_before_the_kidney_or_the_fever_is_settled(pain: str, engine: Engine) -> None:
    case = case_of(f"{pain}, pain_calf@left" if "calf" not in pain else pain)
    needles = rulebook(engine.model.knowledge)[1].unsafe_tests[0].reasons
    assert needles & rules_of(case, engine)
