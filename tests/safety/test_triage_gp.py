"""What a general practitioner who read the answers found wrong: alarms for the old and harmless, none for the new."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from test_triage_reread import case_of

import foramen
from foramen.case import Case, Observation, Study
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
    said: dict[str, Any]
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
    assert words.plan
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


def old_trouble(finding: str, duration: str, more: str = "", **said: Any) -> Case:
    told = case_of(f"pain_back, pain_lateral_leg@left, duration={duration}{more}", 60)
    return with_told(told, Observation(finding, "present", **said))


@pytest.mark.parametrize("finding", ["urinary_incontinence", "bladder_change", "sexual_dysfunction"])
@pytest.mark.parametrize(("duration", "since"), [("days", "6 years"), ("weeks", "1 year"), ("months", "3 years")])
def test_a_date_before_the_complaint_says_that_trouble_is_old(
    finding: str, duration: str, since: str, engine: Engine
) -> None:
    """Nobody need add that it is not new; that it is unchanged is still asked soon."""
    assert level(old_trouble(finding, duration, since=since), engine) == "soon"
    assert level(old_trouble(finding, duration, since=since, new=False, course="stable"), engine) == "routine"


@pytest.mark.parametrize(
    ("duration", "more", "said"),
    [
        ("weeks", "", {}),
        ("weeks", "", {"since": "6 months"}),
        ("months", "", {"since": "14 months"}),  # may have begun with a complaint of up to a year
        ("years", "", {"since": "6 years"}),  # it may come with a canal that narrows
        ("weeks", "", {"since": "6 years", "new": True}),
        ("weeks", "", {"since": "6 years", "course": "worsening"}),
        ("weeks", "", {"since": "6 years", "course": "different now"}),
        ("weeks", "", {"since": "6 years", "previous": "less"}),
        ("weeks", ", course=worsening", {"since": "6 years"}),
        ("weeks", ", pain_calf@right", {"since": "6 years"}),
        ("weeks", ", saddle_numbness", {"since": "6 years"}),
        ("weeks", ", weakness_progression=progressive", {"since": "6 years"}),
    ],
)
def test_old_trouble_that_may_have_changed_stays_an_emergency(
    duration: str, more: str, said: dict[str, Any], engine: Engine
) -> None:
    assert level(old_trouble("urinary_incontinence", duration, more, **said), engine) == "emergency"


def test_retention_and_a_numb_saddle_are_never_old_by_their_date(engine: Engine) -> None:
    for finding in ("urinary_retention", "saddle_numbness"):
        assert level(old_trouble(finding, "weeks", since="6 years"), engine) == "emergency"
    recent = Observation("numb_calf", "present", side="left", since="4 days")
    case = with_told(old_trouble("bladder_change", "weeks", since="6 years"), recent)
    assert level(case, engine) == "emergency"


def test_a_foot_that_dropped_years_before_the_complaint_is_tested_again_in_weeks(engine: Engine) -> None:
    case = case_of("pain_back, duration=weeks", 60)
    steps: list[tuple[dict[str, Any], str]]
    steps = [({"since": "8 years"}, "soon"), ({"since": "8 months"}, "urgent"), ({}, "urgent")]
    for said, expected in steps:
        drop = Observation("foot_drop_reported", "present", side="right", **said)
        weak = Observation("power_ankle_dorsiflexion", side="right", mrc=3, **said)
        assert level(with_told(case, drop, weak), engine) == expected


BOTH_LEGS = "pain_back, pain_posterior_thigh@bilateral"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("duration=days", ("emergency", "same day")),
        ("duration=weeks", ("urgent", "1 week")),
        ("duration=weeks, course=stable, numb_leg@bilateral", ("urgent", "2-3 days")),
        ("duration=weeks, reflex_ankle@bilateral=absent", ("urgent", "2-3 days")),
        ("duration=weeks, power_ankle_dorsiflexion@bilateral=mild", ("urgent", "2-3 days")),
        ("duration=weeks, course=worsening", ("emergency", "same day")),
        ("duration=days, reflex_ankle@bilateral=absent", ("emergency", "now (MRI within 4 hours)")),
        ("duration=years, course=stable", ("routine", "routine")),
    ],
)
def test_pain_in_both_legs_falls_by_steps_with_time(more: str, expected: tuple[str, str], engine: Engine) -> None:
    answer = urgency(case_of(f"{BOTH_LEGS}, {more}", 36), engine, with_model=False)
    assert (answer.level, answer.within) == expected


@pytest.mark.parametrize("said", [{"new": True}, {"since": "1 week"}, {"since": "3 days", "new": True}])
@pytest.mark.parametrize("duration", ["weeks", "years"])
def test_a_second_leg_that_began_lately_is_an_emergency(duration: str, said: dict[str, Any], engine: Engine) -> None:
    first = case_of(f"pain_back, pain_posterior_thigh@left, duration={duration}, course=stable", 36)
    for finding in ("pain_leg", "sciatica", "pain_calf"):
        assert level(with_told(first, Observation(finding, "present", side="right", **said)), engine) == "emergency"


def fragile(text: str, engine: Engine, age: float = 79, **more: Any) -> bool:
    case = replace(case_of(f"pain_back, {text}", age), **more)
    return "fracture_fragility" in {r["id"] for r in urgency(case, engine, with_model=False).reasons}


@pytest.mark.parametrize("risk", ["steroid_use", "osteoporosis"])
@pytest.mark.parametrize("tender", ["midline_tenderness", "percussion_tenderness"])
@pytest.mark.parametrize("duration", ["weeks", "years"])
def test_weak_bone_with_a_tender_spine_needs_no_birthday(risk: str, tender: str, duration: str, engine: Engine) -> None:
    told = f"duration={duration}, onset=gradual"
    assert fragile(f"{risk}, {tender}, {told}", engine, 48)
    assert not fragile(f"{risk}, {told}", engine, 48)
    assert not fragile(f"midline_tenderness, {told}", engine, 64)


@pytest.mark.parametrize("risk", ["osteoporosis", "steroid_use", "osteoporosis, steroid_use"])
@pytest.mark.parametrize("duration", ["months", "years"])
def test_weak_bone_without_any_sign_of_a_break_is_no_cracked_bone(risk: str, duration: str, engine: Engine) -> None:
    told = f"{risk}, duration={duration}"
    assert not fragile(told, engine)
    assert not fragile(f"{told}, onset=gradual, course=stable, midline_tenderness=absent", engine)
    for sign in (
        "midline_tenderness", "percussion_tenderness", "back_tenderness", "worse_lying", "course=worsening", "falls",
        "onset=sudden", "onset=after_lifting", "onset=after_minor_trauma", "step_off", "bladder_change", "babinski",
    ):  # fmt: skip
        assert fragile(f"{told}, {sign}", engine), sign
    for recent in ("days", "weeks", "subacute"):
        assert fragile(f"{risk}, duration={recent}", engine)
    assert fragile(risk, engine), "a duration not told counts as recent"


SEEN = Observation("img_fracture_any", "absent", study="mri")
HERNIATED = Observation("img_herniation_subarticular", "extrusion", level="L5-S1", side="left", study="mri")


@pytest.mark.parametrize("modality", ["mri", "ct"])
def test_a_scan_without_a_fracture_answers_for_weak_bone(modality: str, engine: Engine) -> None:
    case = case_of("pain_back, pain_calf@left, sens_lateral_foot@left, osteoporosis, duration=weeks, onset=gradual", 72)

    def fires(*observations: Observation, complete: bool = True, modality: str = modality) -> bool:
        scanned = with_told(case, HERNIATED, *observations)
        scanned = replace(scanned, studies=(Study("mri", modality, "lumbar", complete),))
        return "fracture_fragility" in {r["id"] for r in urgency(scanned, engine, with_model=False).reasons}

    assert not fires()
    assert not fires(SEEN, complete=False)
    assert fires(complete=False), "a short account may leave a fracture out"
    assert fires(modality="xray"), "a radiograph misses fractures"
    for sign in ("percussion_tenderness", "bladder_change", "worse_lying"):
        assert fires(SEEN, Observation(sign, "present")), sign
    assert fires(SEEN, Observation("course", "worsening"))
    broken = Observation("img_fracture", "compression", vertebra="L1", study="mri")
    assert fires(broken)


def test_after_a_sudden_beginning_the_scan_must_say_so(engine: Engine) -> None:
    case = with_told(case_of("pain_back, osteoporosis, onset=sudden, duration=days", 72), HERNIATED)
    case = replace(case, studies=(Study("mri", "mri", "lumbar", True),))
    rules = {r["id"] for r in urgency(case, engine, with_model=False).reasons}
    assert "fracture_fragility" in rules


STENOSIS = (
    "pain_back, pain_posterior_thigh@bilateral, pain_calf@bilateral, reflex_ankle@bilateral=absent, duration=years"
)
OUTER_THIGH = "pain_lateral_thigh@left, pain_back=absent, duration=months"


@pytest.mark.parametrize(
    ("text", "cancer"),
    [
        (f"{STENOSIS}, course=stable", {}),
        (f"{STENOSIS}, course=improving", {}),
        (f"{STENOSIS}, numb_calf@left", {"since": "15 years"}),
        (f"{OUTER_THIGH}, numb_lateral_thigh@left, sens_lateral_thigh@left", {}),
        (f"{OUTER_THIGH}, pain_lateral_hip@left, night_pain", {}),
    ],
)
def test_a_leg_that_no_deposit_explains_is_no_emergency_after_a_cancer(
    text: str, cancer: dict[str, Any], engine: Engine
) -> None:
    answer = urgency(with_told(case_of(text, 70), Observation("cancer_history", **cancer)), engine, with_model=False)
    assert (answer.level, answer.within) == ("urgent", "2 weeks"), "never routine"


@pytest.mark.parametrize(
    ("text", "cancer"),
    [
        (STENOSIS, {}),  # neither the course nor the time of the cancer is told
        (STENOSIS, {"since": "3 years"}),
        (f"{STENOSIS.replace('years', 'months')}, course=stable", {}),
        *(
            (f"{STENOSIS}, course=stable, {more}", {"since": "15 years"})
            for more in (
                "weakness_reported@left", "midline_tenderness", "night_pain", "unrelenting_pain", "bladder_change",
                "babinski", "gait_disturbance", "onset=sudden", "falls", "saddle_numbness", "weight_loss",
                "img_primary_tumour_elsewhere", "weakness_progression=progressive",
            )
        ),
        (f"{STENOSIS}, course=worsening", {"since": "15 years"}),
        ("pain_lateral_thigh@left, pain_back, duration=months", {}),
        ("numb_lateral_thigh@left, duration=months", {}),  # nobody asked about back pain
        *(
            (f"{OUTER_THIGH}, numb_lateral_thigh@left, {more}", {})
            for more in (
                "numb_anterior_thigh@left", "reflex_knee@left=absent", "power_hip_flexion@left=mild", "slr@left",
                "midline_tenderness", "course=worsening", "unrelenting_pain", "sens_medial_leg@left",
            )
        ),
    ],
)  # fmt: skip
def test_a_leg_that_a_deposit_may_explain_stays_an_emergency_after_a_cancer(
    text: str, cancer: dict[str, Any], engine: Engine
) -> None:
    case = with_told(case_of(text, 70), Observation("cancer_history", **cancer))
    assert "metastatic_with_neurology" in {r["id"] for r in urgency(case, engine, with_model=False).reasons}


def test_a_new_numbness_beside_an_old_leg_stays_an_emergency_after_a_cancer(engine: Engine) -> None:
    case = with_told(case_of(f"{STENOSIS}, course=stable", 70), Observation("cancer_history", since="15 years"))
    assert level(case, engine) == "urgent"
    assert level(with_told(case, Observation("numb_foot_dorsum", side="left", since="3 weeks")), engine) == "emergency"
