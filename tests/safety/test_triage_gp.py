"""What a general practitioner who read the answers found wrong: alarms for the old and harmless, none for the new."""

from __future__ import annotations

from dataclasses import replace

import pytest
from test_triage_reread import case_of

import foramen
from foramen.case import Case, Observation
from foramen.inference.engine import Engine
from foramen.triage import urgency


def level(case: Case, engine: Engine) -> str:
    return urgency(case, engine, with_model=False).level


def with_told(case: Case, *observations: Observation) -> Case:
    return replace(case, observations=(*case.observations, *observations))


GIRDLE_PAIN = case_of("pain_back, pregnancy=pregnant, duration=weeks, onset=gradual", 31)


@pytest.mark.parametrize("belly", ["tearing_or_abdominal_pain", "pain_flank_abdomen"])
def test_a_belly_that_began_to_hurt_in_pregnancy_is_dated_by_itself(belly: str, engine: Engine) -> None:
    """Not by the girdle pain of weeks beside it."""
    assert level(GIRDLE_PAIN, engine) == "routine"
    for said in ({"since": "1 day"}, {"new": True}, {"since": "2 weeks"}):
        assert level(with_told(GIRDLE_PAIN, Observation(belly, "present", **said)), engine) == "emergency"
    for said in ({}, {"since": "6 weeks"}, {"new": False}):
        answer = urgency(with_told(GIRDLE_PAIN, Observation(belly, "present", **said)), engine, with_model=False)
        assert (answer.level, answer.within) == ("urgent", "same day")
        assert "maternity" in answer.tell[0].lower()
    tender = (Observation(belly, "present"), Observation("abdominal_tenderness", "present"))
    assert level(with_told(GIRDLE_PAIN, *tender), engine) == "emergency"


SORE_SKIN = "burning_pain, allodynia_dermatomal@left, pain_lateral_thigh@left, duration=days"


def test_a_likelier_shingles_is_not_seen_later() -> None:
    """The soonest reason sets the time and is told, also where a slower one is of a higher level."""
    case = case_of(f"{SORE_SKIN}, cancer_history=absent, slr@left=negative, pain_back=absent", 74, "primary_care")
    answer = foramen.assess(case).urgency
    assert (answer.level, answer.within) == ("urgent", "2-3 days")
    assert "time_limited_imitator" in str(answer.reasons[0]["id"])
    assert "Before that, 2-3 days" in answer.refer_to
    assert any("blisters" in words for words in answer.tell)
    assert any("daily look" in words for words in answer.meanwhile)


def test_an_emergency_is_told_alone(engine: Engine) -> None:
    answer = urgency(case_of(f"{SORE_SKIN}, saddle_numbness"), engine, with_model=False)
    assert answer.level == "emergency"
    assert not any("blisters" in words for words in answer.tell)
    assert "Before that" not in answer.refer_to


def test_a_leaflet_names_the_days_of_a_slight_urgency() -> None:
    words = foramen.assess(case_of(SORE_SKIN, 35, "primary_care"))
    assert words.urgency.level == "soon"
    text = words.plan.leaflet
    assert "2-3 days" in text
    assert "in the next weeks" not in text


@pytest.mark.parametrize("numb", ["numb_lateral_foot@left", "sens_lateral_foot@left", "numb_leg@left"])
def test_constipation_beside_one_numb_edge_of_a_foot_is_examined_within_a_day(numb: str, engine: Engine) -> None:
    answer = urgency(case_of(f"pain_calf@left, new_constipation, {numb}"), engine, with_model=False)
    assert (answer.level, answer.within) == ("urgent", "24 hours")
    assert "saddle" in answer.refer_to


@pytest.mark.parametrize(
    "more",
    [
        "numb_posterior_thigh@left", "sens_posterior_thigh@left", "numb_buttock@left", "numb_lateral_foot@bilateral",
        "sens_lateral_foot@bilateral", "pain_calf@right", "power_plantarflexion@left=mild", "weakness_reported@left",
        "saddle_numbness",
    ],
)  # fmt: skip
def test_constipation_beside_more_than_one_numb_root_stays_an_emergency(more: str, engine: Engine) -> None:
    assert level(case_of(f"pain_calf@left, numb_foot_dorsum@left, new_constipation, {more}"), engine) == "emergency"


LUMBAGO = "pain_back, pain_severity=severe, unable_to_walk, duration=days, onset=sudden"
STRONG = "power_leg@bilateral=normal"


def test_who_cannot_walk_for_pain_with_full_power_is_seen_the_same_day(engine: Engine) -> None:
    answer = urgency(case_of(f"{LUMBAGO}, {STRONG}"), engine, with_model=False)
    assert (answer.level, answer.within) == ("urgent", "same day")


@pytest.mark.parametrize(
    "text",
    [
        LUMBAGO,  # nobody tested the strength
        f"{LUMBAGO}, power_leg@left=normal",
        f"{LUMBAGO}, power_plantarflexion@bilateral=normal",
        f"unable_to_walk, duration=days, pain_severity=severe, {STRONG}",
        f"pain_back, unable_to_walk, duration=days, pain_severity=mild, {STRONG}",
        *(
            f"{LUMBAGO}, {STRONG}, {more}"
            for more in (
                "numb_calf@left", "reflex_ankle@left=absent", "saddle_numbness", "babinski", "fever_reported",
                "gait_disturbance", "cold_limb@left", "hip_rotation_painful@left", "osteoporosis", "cancer_history",
                "anticoagulant", "midline_tenderness", "course=rapidly_worsening", "weakness_reported@left",
            )
        ),
    ],
)  # fmt: skip
def test_who_cannot_walk_for_another_reason_stays_an_emergency(text: str, engine: Engine) -> None:
    assert level(case_of(text), engine) == "emergency"
