"""What a neurologist who read the answers found wrong: alarms that mislead, and reassurance that could."""

from __future__ import annotations

import random

import pytest

import foramen
from foramen.case import Case, Observation
from foramen.inference.engine import Engine
from foramen.records.evidence import items_of
from foramen.triage import urgency
from foramen.triage.rules import URGENCIES, Rulebook, hours


def case_of(text: str, age: float = 45, setting: str | None = None, more: tuple[Observation, ...] = ()) -> Case:
    """``finding@side=state`` separated by commas."""
    told = []
    for part in text.split(","):
        name, _, state = part.strip().partition("=")
        name, _, side = name.partition("@")
        told.append(Observation(name, state or "present", side=side or None))
    return Case(age=age, setting=setting, observations=(*told, *more))


def rules_of(case: Case, engine: Engine) -> set[str]:
    return {str(r["id"]) for r in urgency(case, engine, with_model=False).reasons}


BOTH_LEGS = "pain_back, pain_calf@bilateral, course=worsening"


@pytest.mark.parametrize("duration", ["hours", "days", "weeks", "subacute"])
def test_days_and_weeks_are_not_called_slow_growth_over_months(duration: str, engine: Engine) -> None:
    case = case_of(f"{BOTH_LEGS}, duration={duration}")
    assert "cauda_equina_bilateral_slow" not in rules_of(case, engine)
    assert urgency(case, engine, with_model=False).level == "emergency"


def test_what_slow_growth_leaves_out_the_slow_rule_takes_up(engine: Engine) -> None:
    for duration in ("months", "years", "chronic"):
        case = case_of(f"{BOTH_LEGS}, duration={duration}")
        assert "cauda_equina_bilateral_slow" in rules_of(case, engine)
    timed = (Observation("course", "worsening", since="8 months"),)
    case = case_of("pain_back, pain_calf@bilateral", more=timed)
    assert urgency(case, engine, with_model=False).level == "emergency", "no duration told: it counts as recent"


NEGATIVES = "saddle_numbness=absent, anal_tone_reduced=absent, post_void_residual=below_200"


def test_a_small_probability_of_cauda_equina_is_no_argument_against_its_scan() -> None:
    case = case_of(f"{BOTH_LEGS}, duration=days, bladder_change, {NEGATIVES}", 38, "emergency")
    answer = foramen.assess(case)
    assert answer.urgency.level == "emergency"
    assert answer.cauda_equina.probability < 0.1
    roots = next(line for line in answer.referral_note.splitlines() if line.startswith("Roots:"))
    told = roots.partition("Cauda equina")[2]
    assert "do not exclude it" in told
    assert "%" not in told
    quiet = foramen.assess(case_of("pain_back, pain_calf@left, duration=days", 38, "emergency"))
    assert "Cauda equina syndrome 1% (" in quiet.referral_note or "Cauda equina syndrome <1%" in quiet.referral_note


ROOT_PAIN = "pain_back, pain_medial_leg@right, sens_medial_leg@right, diabetes"
BLOOD_RULES = {f"spinal_infection_{name}" for name in ("bloods", "bloods_days", "bloods_chronic", "risk_plus")}


@pytest.mark.parametrize(
    "text",
    [
        f"{ROOT_PAIN}, onset=sudden, duration=weeks, fever_reported=absent, crp=normal",
        f"{ROOT_PAIN}, duration=days, crp=normal",
        f"{ROOT_PAIN}, duration=weeks, crp=normal, esr=normal",
        f"{ROOT_PAIN}, duration=weeks, percussion_tenderness, crp=normal, esr=normal",
        f"{ROOT_PAIN}, night_pain, duration=weeks, crp=normal",
        "pain_back, renal_or_liver_disease, duration=weeks, crp=normal, esr=normal",
        "pain_back, alcohol_excess, duration=weeks, crp=normal, esr=normal",
    ],
)
def test_normal_blood_tests_are_not_asked_for_again(text: str, engine: Engine) -> None:
    case = case_of(text)
    assert not rules_of(case, engine) & BLOOD_RULES
    assert urgency(case, engine, with_model=False).level != "emergency"


@pytest.mark.parametrize("pain", [f"{ROOT_PAIN}, duration=days, crp=normal, esr=normal"])
@pytest.mark.parametrize(
    "more",
    [
        "fever_reported", "fever_measured", "chills_sweats", "malaise_unwell", "leucocytosis", "steroid_use",
        "immunosuppression", "iv_drug_use", "recent_infection", "recent_spinal_procedure", "course=rapidly_worsening",
        "weakness_reported@right, weakness_progression=rapid", "blood_culture_positive",
    ],
)  # fmt: skip
def test_a_normal_crp_answers_for_nothing_beside_a_sign_or_what_blunts_it(pain: str, more: str, engine: Engine) -> None:
    assert urgency(case_of(f"{pain}, {more}"), engine, with_model=False).level == "emergency"


@pytest.mark.parametrize(
    "text",
    [
        "pain_back, diabetes, duration=hours, crp=normal",  # CRP rises within a day
        "pain_back, diabetes, duration=weeks, percussion_tenderness, crp=normal",
        "pain_back, renal_or_liver_disease, duration=weeks, crp=normal",  # a failing liver makes little CRP
        "pain_back, steroid_use, duration=weeks, crp=normal, esr=normal",
        "pain_back, immunosuppression, crp=normal, esr=normal",
        "pain_back, tb_exposure, crp=normal, esr=normal",
    ],
)
def test_a_crp_that_may_be_blunted_or_too_early_settles_nothing(text: str, engine: Engine) -> None:
    assert URGENCIES.index(urgency(case_of(text), engine, with_model=False).level) >= URGENCIES.index("urgent")


def test_a_sudden_root_with_diabetes_alone_is_no_infection_emergency(engine: Engine) -> None:
    told = f"{ROOT_PAIN}, onset=sudden, duration=weeks"
    answer = urgency(case_of(told), engine, with_model=False)
    assert (answer.level, answer.within) == ("urgent", "within 3 days (blood test)")
    for more in ("iv_drug_use", "recent_infection", "immunosuppression", "percussion_tenderness", "malaise_unwell"):
        assert urgency(case_of(f"{told}, {more}"), engine, with_model=False).level == "emergency", more


CLAUDICATION = "pain_back, pain_calf@bilateral, worse_standing_walking, relief_sitting, diabetes, duration=years"


def test_diabetes_beside_claudication_of_years_is_routine(engine: Engine) -> None:
    assert urgency(case_of(CLAUDICATION, 74), engine, with_model=False).level == "routine"
    for more in ("midline_tenderness", "night_pain", "crp=raised", "steroid_use, malaise_unwell", "weight_loss"):
        assert urgency(case_of(f"{CLAUDICATION}, {more}", 74), engine, with_model=False).level != "routine", more
    untold = CLAUDICATION.replace(", duration=years", "")
    assert urgency(case_of(untold, 74), engine, with_model=False).level == "soon"


def test_no_red_flag_added_to_normal_blood_tests_lowers_the_rules(
    engine: Engine, book: Rulebook, abnormal: list[Observation]
) -> None:
    def level(case: Case) -> int:
        return max((URGENCIES.index(f.rule.urgency) for f in book.fired(items_of(case, engine.model), 60)), default=0)

    rnd = random.Random(3)
    for risk in ("diabetes", "alcohol_excess", "steroid_use", "renal_or_liver_disease"):
        base = case_of(f"pain_back, {risk}, crp=normal, esr=normal, duration=years")
        before = level(base)
        for more in rnd.sample([o for o in abnormal if o.finding not in ("crp", "esr", "duration")], 150):
            bigger = Case(age=base.age, observations=(*base.observations, more))
            assert level(bigger) >= before, (risk, more)


PERONEAL = (
    "pain_back=absent, pain_leg@left=absent, leg_crossing_or_compression, onset=sudden, "
    "power_ankle_inversion@left=normal, power_hip_abduction@left=normal, tinel_fibular_neck@left, "
    "power_great_toe_extension@left=severe"
)


def dropped(since: str | None, course: str | None = "stable", more: str = "", **said: object) -> Case:
    foot = Observation("power_ankle_dorsiflexion", side="left", mrc=2, since=since, course=course, **said)
    return case_of(PERONEAL + more, 33, more=(foot,))


def test_a_pressed_peroneal_nerve_is_told_as_one_cause(engine: Engine) -> None:
    answer = urgency(dropped("10 days"), engine, with_model=False)
    assert answer.level == "emergency"
    assert len(answer.tell) == 1
    assert "knee" in answer.tell[0]
    settled = urgency(dropped("6 weeks"), engine, with_model=False)
    assert (settled.level, settled.within) == ("urgent", "within 3 days")
    assert [text for text in settled.tell if "knee" in text]
    assert not [text for text in settled.tell if "spine" in text or "squeezed" in text]
    assert "Neurologist" in settled.refer_to
    other = urgency(dropped("10 days", more=", power_knee_extension@right=severe"), engine, with_model=False)
    assert [text for text in other.tell if "in your back" in text], "the other leg is not the peroneal nerve's"


@pytest.mark.parametrize("since", ["10 days", "3 weeks", "5 weeks", None])
def test_a_dropped_foot_of_days_or_of_unknown_age_stays_an_emergency(since: str | None, engine: Engine) -> None:
    assert urgency(dropped(since), engine, with_model=False).level == "emergency"


def test_an_old_drop_is_settled_only_where_nothing_grows(engine: Engine) -> None:
    assert urgency(dropped("8 weeks"), engine, with_model=False).level == "urgent"
    assert urgency(dropped("8 weeks", None), engine, with_model=False).level == "emergency", "not said to be unchanged"
    assert urgency(dropped("8 weeks", "worsening"), engine, with_model=False).level == "emergency"
    assert urgency(dropped("8 weeks", new=True), engine, with_model=False).level == "emergency"
    for more in (", course=worsening", ", weakness_progression=progressive", ", falls", ", duration=days"):
        assert urgency(dropped("8 weeks", more=more), engine, with_model=False).level == "emergency", more


def imaging_of(case: Case) -> dict[str, str]:
    plan = foramen.assess(case).plan
    assert plan is not None
    return {i.id: i.advice for i in plan.imaging}


KIDNEY = "pain_back, pain_flank_abdomen, fever_measured, chills_sweats, urinary_symptoms, urine_abnormal, duration=days"


def test_a_feverish_kidney_is_named_first_and_no_tumour_is_looked_for() -> None:
    case = case_of(f"{KIDNEY}, renal_angle_tenderness@right, crp=high, midline_tenderness=absent", 26, "emergency")
    answer = foramen.assess(case)
    assert answer.urgency.level == "emergency"
    assert answer.urgency.reasons[0]["id"] == "kidney_infection_back"
    assert "ultrasound of the kidneys" in answer.urgency.refer_to
    assert "spinal_infection" in {r["id"] for r in answer.urgency.reasons}
    advice = imaging_of(case)
    assert advice["us_kidney"] == advice["mri_infection"] == "now"
    assert not {"mri_malignancy", "mri_high_inflammation"} & advice.keys()
    with_cancer = case_of(f"{KIDNEY}, crp=high, psa_raised", 70, "emergency")
    assert "mri_malignancy" in imaging_of(with_cancer)


def test_a_stone_is_looked_for_with_ct(engine: Engine) -> None:
    case = case_of("pain_flank_abdomen, pain_back, onset=sudden, duration=hours, blood_in_urine", 41, "emergency")
    answer = urgency(case, engine, with_model=False)
    assert (answer.level, answer.within) == ("urgent", "same day")
    assert "kidney_colic" in {r["id"] for r in answer.reasons}
    assert imaging_of(case)["ct_kidney_stone"] == "now"
    older = case_of("pain_flank_abdomen, onset=sudden, nausea_vomiting, blood_in_urine", 55)
    assert urgency(older, engine, with_model=False).level == "emergency", "an aneurysm can look the same"


PROSTATE = (
    "pain_back, night_pain, duration=subacute, course=worsening, weight_loss, urinary_symptoms, tumour_sign_elsewhere, "
    "psa_raised, alp_raised, percussion_tenderness, bladder_change=absent"
)


def test_a_hard_prostate_with_a_tender_spine_is_scanned_for_cancer_within_a_week() -> None:
    case = case_of(PROSTATE, 71, "primary_care")
    answer = foramen.assess(case)
    assert answer.urgency.level == "urgent"
    assert answer.urgency.within == "same day (blood test)", "what the infection asks for is not put off by the tumour"
    assert next(r["within"] for r in answer.urgency.reasons if r["kind"] == "rule") == "1 week"
    without = foramen.assess(case_of(PROSTATE.replace("tumour_sign_elsewhere, ", ""), 71, "primary_care")).urgency
    assert hours(answer.urgency.within) <= hours(without.within) == hours("same day")
    assert "MRI of the whole spine" in answer.urgency.refer_to
    assert "model_infection" in {r["id"] for r in answer.urgency.reasons}, "it stays among the reasons"
    advice = imaging_of(case)
    assert advice["mri_metastases_pain"] == "now"
    assert not {"mri_malignancy", "xray_fragility_fracture"} & advice.keys()
    team = next(o for o in answer.plan.options if o.treatment == "refer_cancer_team")
    assert not team.reason.startswith("Cancer known and")
    assert not [text for text in answer.urgency.tell if "X-ray" in text or ("felt" in text and "two weeks" in text)]


def test_what_stands_beside_a_small_cauda_equina_probability_has_its_source() -> None:
    from foramen.assessment.words import AMONG_SUSPECTED, SUSPECTED_FIGURE, cauda_suspected

    figure = foramen.load_knowledge().figures[SUSPECTED_FIGURE]
    assert figure.value == AMONG_SUSPECTED
    case = case_of("pain_back, sciatica@left, bladder_change, saddle_numbness=absent, duration=days", 45, "emergency")
    answer = foramen.assess(case, draws=2)
    assert cauda_suspected(answer.urgency, answer.cauda_equina)
    assert figure.source in {s.id for s in answer.sources}
