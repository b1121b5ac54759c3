"""What the urgency answer says: level, limit, reasons, open questions, persons the model is not made for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from foramen.case import Case, Observation
from foramen.errors import ContradictionError, KnowledgeError
from foramen.inference.engine import Engine
from foramen.knowledge import load_knowledge
from foramen.triage import urgency
from foramen.triage.thresholds import read_policy

TOPICS = {"cauda_equina", "motor_progression", "cancer", "infection", "fracture", "anticoagulation"}


def case(*observations: Observation, age: float | None = 45, **more: object) -> Case:
    return Case(age=age, observations=observations, **more)  # type: ignore[arg-type]


def all_answered(engine: Engine) -> tuple[Observation, ...]:
    rows = urgency(case(), engine).not_yet_asked
    names = dict.fromkeys(row["finding"] for row in rows)
    findings = engine.model.knowledge.findings
    return tuple(
        Observation(n, findings[n].states[0], side="bilateral" if findings[n].site == "side" else None) for n in names
    )


def test_the_most_urgent_and_soonest_rule_leads(engine: Engine) -> None:
    answer = urgency(
        case(Observation("urinary_retention"), Observation("cancer_history"), Observation("pain_back")), engine
    )
    assert answer.level == "emergency"
    assert answer.within == "now (MRI within 4 hours)"
    assert answer.refer_to == engine.model.knowledge.red_flags["cauda_equina_retention"].refer_to
    assert [r["urgency"] for r in answer.reasons][:2] == ["emergency", "emergency"]
    assert answer.reasons[-1]["id"] == "malignancy_history"
    assert answer.reasons[0]["findings"] == (engine.model.knowledge.findings["urinary_retention"].name,)


def test_a_reason_names_only_findings_that_made_the_rule_fire(engine: Engine) -> None:
    answer = urgency(
        case(Observation("pain_back"), Observation("fever_reported"), Observation("slr", "negative", side="left")),
        engine,
    )
    reason = next(r for r in answer.reasons if r["id"] == "spinal_infection")
    assert len(reason["findings"]) == 2
    assert reason["sources"]
    assert set(reason["figures"]) <= set(engine.model.knowledge.figures)


def test_age_is_named_where_it_counts(engine: Engine) -> None:
    answer = urgency(case(Observation("pain_sacral"), age=80), engine, with_model=False)
    reason = next(r for r in answer.reasons if r["id"] == "sacral_insufficiency")
    assert "Age 80" in reason["findings"]


def test_routine_is_provisional_until_all_six_topics_are_answered(engine: Engine) -> None:
    answer = urgency(case(), engine)
    assert {row["topic"] for row in answer.not_yet_asked} == TOPICS
    assert all(row["question"].endswith("?") for row in answer.not_yet_asked)
    known = all_answered(engine)
    done = urgency(case(*known), engine)
    assert done.level == "routine"
    assert done.not_yet_asked == ()
    assert not done.provisional
    assert done.within == "routine"


@pytest.mark.parametrize("left_out", ["saddle_numbness", "cancer_history", "fever_reported", "anticoagulant", "onset"])
def test_one_open_question_keeps_it_provisional(left_out: str, engine: Engine) -> None:
    known = tuple(o for o in all_answered(engine) if o.finding != left_out)
    answer = urgency(case(*known), engine)
    assert answer.provisional
    assert {row["finding"] for row in answer.not_yet_asked} == {left_out}


def test_a_denied_composite_answers_its_questions(engine: Engine) -> None:
    answer = urgency(case(Observation("sphincter_disturbance", "absent")), engine)
    open_questions = {row["finding"] for row in answer.not_yet_asked}
    assert not open_questions & {"urinary_retention", "urinary_incontinence", "bladder_change", "bowel_incontinence"}
    assert "saddle_numbness" in open_questions


def test_weakness_questions(engine: Engine) -> None:
    def open_questions(*said: Observation) -> set[str]:
        return {r["finding"] for r in urgency(case(*said), engine).not_yet_asked if r["topic"] == "motor_progression"}

    assert open_questions(Observation("weakness_reported", "absent", side="left")) == {
        "weakness_reported",
        "weakness_progression",
    }
    assert open_questions(Observation("weakness_reported", "present", side="unstated")) == {"weakness_progression"}
    assert open_questions(Observation("weakness_reported", "absent", side="bilateral")) == set()
    assert open_questions(Observation("power_leg", "normal", side="bilateral")) == set()


def test_unknown_age_is_an_open_question(engine: Engine) -> None:
    rows = urgency(case(age=None), engine).not_yet_asked
    assert "age" in {row["finding"] for row in rows}


def test_below_18_is_referred(engine: Engine) -> None:
    answer = urgency(case(Observation("pain_back"), age=15), engine)
    assert answer.level == "soon"
    assert "do not apply" in answer.reasons[0]["why"]
    assert urgency(case(Observation("pain_back"), age=18), engine, with_model=False).level == "routine"


def test_pregnancy_is_noted_without_changing_the_level(engine: Engine) -> None:
    answer = urgency(case(Observation("pregnancy", "pregnant")), engine, with_model=False)
    assert answer.level == "routine"
    assert "pregnancy" in {r["id"] for r in answer.reasons}
    not_pregnant = urgency(case(Observation("pregnancy", "none")), engine, with_model=False)
    assert "pregnancy" not in {r["id"] for r in not_pregnant.reasons}


def test_a_medicine_states_its_finding(engine: Engine) -> None:
    sudden = (Observation("pain_back"), Observation("onset", "sudden"))
    assert urgency(case(*sudden, medicines=("Rivaroxaban 20 mg",)), engine, with_model=False).level == "urgent"
    assert urgency(case(*sudden), engine, with_model=False).level == "routine"


def test_the_model_raises_what_no_rule_names(engine: Engine) -> None:
    said = (
        Observation("pain_back"),
        Observation("percussion_tenderness"),
        Observation("unrelenting_pain"),
        Observation("night_pain"),
        Observation("crp", "high"),
        Observation("esr", "high"),
        Observation("leucocytosis"),
    )
    without = urgency(case(*said), engine, with_model=False)
    with_model = urgency(case(*said), engine)
    assert without.level == "urgent"
    assert with_model.level == "emergency"
    top = with_model.reasons[0]
    assert top["kind"] == "model"
    assert 0 <= top["probability"] <= top["highest"] <= 1
    assert top["highest"] >= 0.05


def test_the_setting_can_be_given(engine: Engine) -> None:
    said = case(Observation("pain_back"), age=85, sex="female")
    levels = {s: urgency(said, engine, setting=s).level for s in ("primary_care", "emergency")}
    order = ("routine", "soon", "urgent", "emergency")
    assert order.index(levels["primary_care"]) <= order.index(levels["emergency"]) <= order.index("soon")


def test_contradictions_are_not_weighed(engine: Engine) -> None:
    with pytest.raises(ContradictionError):
        urgency(case(Observation("fever_reported"), Observation("fever_reported", "absent")), engine)


def test_every_threshold_is_an_assumption_with_a_range_and_a_reason() -> None:
    policy = read_policy(load_knowledge())
    steps = [step for t in policy.thresholds for step in t.steps]
    assert len(steps) >= 12
    for step in steps:
        assert step.number.provenance == "assumption"
        assert step.number.range
        assert len(step.number.reason) > 20
    for threshold in policy.thresholds:
        assert [s.p for s in threshold.steps] == sorted((s.p for s in threshold.steps), reverse=True)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"rows": [{"id": "x", "name": "x", "refer_to": "y", "causes": ["measles"], "urgent": {}}]}, "measles"),
        ({"rows": [{"id": "x", "name": "x", "refer_to": "y", "causes": ["@infection"]}]}, "at least one of"),
        ({"topics": [{"id": "t", "name": "t", "rules": ["no_such_rule"]}]}, "no_such_rule"),
        ({"needless_without": {"weakness_progression": "strength"}}, "strength"),
        ({"answered_by": None}, "not of the documented form"),
    ],
)
def test_a_malformed_file_is_refused(change: dict[str, object], words: str) -> None:
    knowledge = load_knowledge()
    broken = replace(knowledge, thresholds={**knowledge.thresholds, **change})
    with pytest.raises(KnowledgeError, match=words):
        read_policy(broken)


def test_a_missing_key_is_named() -> None:
    with pytest.raises(KnowledgeError, match="rows"):
        read_policy(replace(load_knowledge(), thresholds={}))


def test_an_old_stable_foot_drop_is_not_a_new_one(engine: Engine) -> None:
    old = Observation("power_ankle_dorsiflexion", side="left", mrc=2, new=False, since="2 years", course="stable")
    assert urgency(case(old), engine, with_model=False).level in ("routine", "soon")
    assert urgency(case(replace(old, new=True, since="3 days")), engine, with_model=False).level == "emergency"


def test_a_bladder_complaint_known_for_years_and_stable_is_no_alarm(engine: Engine) -> None:
    old = Observation("bladder_change", "present", new=False, since="10 years", course="stable")
    assert urgency(case(old), engine, with_model=False).level != "emergency"
    assert urgency(case(replace(old, course=None)), engine, with_model=False).level != "emergency"
    unclear = replace(old, course=None, since=None)
    for changed in (replace(old, course="worsening"), replace(old, new=None), unclear):
        assert urgency(case(changed), engine, with_model=False).level == "emergency"


def test_only_what_is_stated_to_be_unchanged_is_no_alarm(engine: Engine) -> None:
    """Free words for a course must not quiet a rule."""
    old = Observation("bladder_change", "present", new=False, since="10 years", course="getting worse")
    assert urgency(case(old), engine, with_model=False).level == "emergency"
    foot = Observation("power_ankle_dorsiflexion", side="left", mrc=2, since="4 months")
    assert urgency(case(foot), engine, with_model=False).level == "urgent"


def asked(engine, **lists):
    case = Case(age=34, observations=(Observation("pain_back"), Observation("duration", "days")), **lists)
    return {row["finding"] for row in urgency(case, engine, with_model=False).not_yet_asked}


ILLNESSES = {
    "diabetes",
    "renal_or_liver_disease",
    "alcohol_excess",
    "osteoporosis",
    "cancer_history",
    "bleeding_disorder",
}
OF_MEDICINES = {"steroid_use", "anticoagulant"}
NO_LIST = {"fever_reported", "recent_infection", "recent_spinal_procedure", "iv_drug_use", "weight_loss"}


def test_complete_lists_answer_what_they_would_hold(engine):
    everything = asked(engine)
    assert everything >= ILLNESSES | OF_MEDICINES | NO_LIST | {"immunosuppression"}
    both = asked(engine, conditions_complete=True, medicines_complete=True)
    assert not both & (ILLNESSES | OF_MEDICINES | {"immunosuppression"})
    assert both >= NO_LIST
    assert asked(engine, medicines=("ibuprofen",), medicines_complete=True) == everything - OF_MEDICINES


@pytest.mark.parametrize("ground", ["fever_reported", "night_pain", "weight_loss", "immunosuppression", "iv_drug_use"])
def test_animals_and_raw_milk_are_asked_about_where_an_infection_is_a_live_possibility(engine, ground):
    """The question had been put to everyone with a back pain of days."""
    told = (Observation("pain_back"), Observation("duration", "months"))
    without = urgency(Case(age=34, observations=told), engine, with_model=False).not_yet_asked
    assert "tb_exposure" not in {row["finding"] for row in without}
    denied = Case(age=34, observations=(*told, Observation(ground, "absent")))
    assert "tb_exposure" not in {row["finding"] for row in urgency(denied, engine, with_model=False).not_yet_asked}
    stated = Case(age=34, observations=(*told, Observation(ground)))
    assert "tb_exposure" in {row["finding"] for row in urgency(stated, engine, with_model=False).not_yet_asked}


def test_a_list_that_is_not_complete_or_not_understood_answers_nothing(engine):
    everything = asked(engine)
    assert asked(engine, conditions=("hypertension",)) == everything
    unknown = asked(engine, conditions=("qwertyitis",), conditions_complete=True, medicines_complete=True)
    assert unknown >= ILLNESSES
    assert not unknown & OF_MEDICINES
    unknown = asked(engine, medicines=("qwertumab",), conditions_complete=True, medicines_complete=True)
    assert unknown >= OF_MEDICINES | {"immunosuppression"}
    assert "diabetes" in unknown, "a medicine may be for it"
    assert "renal_or_liver_disease" not in unknown


def test_what_a_listed_name_leaves_open_is_still_asked(engine):
    lists = {"conditions_complete": True, "medicines_complete": True}
    assert "immunosuppression" in asked(engine, conditions=("lupus",), **lists)
    assert "steroid_use" not in asked(engine, medicines=("prednisolone",), **lists), "stated by the list"
