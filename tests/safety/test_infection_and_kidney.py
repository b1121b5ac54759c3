"""Infection and kidney: what is looked at today, what waits for a visit, and what must stay an emergency."""

from __future__ import annotations

import random

import pytest

import foramen
from foramen.case import Case, Observation, Study
from foramen.errors import ContradictionError
from foramen.inference.engine import Engine
from foramen.records.evidence import items_of
from foramen.triage import urgency
from foramen.triage.rules import URGENCIES, Rulebook
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


KIDNEY = "pain_back, pain_flank_abdomen, fever_measured, urinary_symptoms, urine_abnormal, renal_angle_tenderness@right"
EXAMINED = "midline_tenderness=absent, power_leg@bilateral=normal, duration=days"
RISKS = (
    "diabetes", "renal_or_liver_disease", "alcohol_excess", "steroid_use", "immunosuppression", "iv_drug_use",
    "recent_infection", "recent_spinal_procedure", "tb_exposure",
)  # fmt: skip
SPINAL = {"spinal_infection", "spinal_infection_unwell", "spinal_infection_risk_plus", "kidney_infection_back"}


@pytest.mark.parametrize("more", ["crp=high", "nausea_vomiting", "malaise_unwell", "malaise_unwell, crp=high"])
def test_a_feverish_kidney_with_a_quiet_spine_is_seen_today_without_an_mri(more: str, engine: Engine) -> None:
    for pain in (KIDNEY, KIDNEY.replace("pain_back", "pain_back=absent")):
        case = case_of(f"{pain}, {EXAMINED}, {more}")
        answer = urgency(case, engine)
        assert (answer.level, answer.within) == ("urgent", "same day")
        assert not rules_of(case, engine) & SPINAL
        plan = foramen.assess(case).plan
        assert plan is not None
        assert "mri_infection" not in {i.id for i in plan.imaging}


def test_a_very_ill_kidney_goes_to_hospital_without_an_mri_of_the_spine(engine: Engine) -> None:
    for ill in ("chills_sweats, nausea_vomiting", "malaise_unwell, chills_sweats", "malaise_unwell, nausea_vomiting"):
        case = case_of(f"{KIDNEY}, {EXAMINED}, {ill}")
        answer = urgency(case, engine)
        assert answer.level == "emergency"
        assert answer.reasons[0]["id"] == "kidney_infection_severe"
        assert not rules_of(case, engine) & SPINAL
    assert urgency(case_of(f"{KIDNEY}, {EXAMINED}, tachycardia"), engine).within == "now (ambulance)"


@pytest.mark.parametrize(
    "more",
    [
        *RISKS, "night_pain", "unrelenting_pain", "percussion_tenderness", "weakness_reported@left", "numb_calf@left",
        "bladder_change", "urinary_retention", "saddle_numbness", "course=worsening", "psoas_sign", "weight_loss",
        "reflex_ankle@left=absent, sens_calf@left", "heart_murmur", "pain_sacral", "cancer_history",
    ],
)  # fmt: skip
def test_a_kidney_explains_no_back_pain_beside_a_sign_or_risk_of_the_spine(more: str, engine: Engine) -> None:
    case = case_of(f"{KIDNEY}, {EXAMINED}, {more}")
    assert urgency(case, engine, with_model=False).level == "emergency"
    assert "spinal_infection" in rules_of(case, engine)


@pytest.mark.parametrize(
    "examined",
    [
        "duration=days",
        "midline_tenderness=absent, duration=days",
        "power_leg@bilateral=normal, duration=days",
        "midline_tenderness=absent, power_leg@bilateral=normal",
        "midline_tenderness=absent, power_leg@bilateral=normal, duration=weeks",
    ],
)
def test_a_spine_that_nobody_examined_is_not_quiet(examined: str, engine: Engine) -> None:
    case = case_of(f"{KIDNEY}, {examined}")
    assert urgency(case, engine, with_model=False).level == "emergency"
    assert {"spinal_infection", "kidney_infection_back"} <= rules_of(case, engine)


def test_urine_without_flank_or_flank_without_urine_names_no_kidney(engine: Engine) -> None:
    for signs in ("urinary_symptoms, urine_abnormal", "pain_flank_abdomen, renal_angle_tenderness@left"):
        case = case_of(f"pain_back, fever_measured, {signs}, {EXAMINED}")
        assert "spinal_infection" in rules_of(case, engine)
        assert urgency(case, engine, with_model=False).level == "emergency"


@pytest.mark.parametrize("more", ["", "urinary_symptoms", "urine_abnormal, renal_angle_tenderness@left"])
def test_fever_with_pain_of_the_flank_alone_is_seen_today(more: str, engine: Engine) -> None:
    text = f"pain_flank_abdomen, fever_reported{', ' + more if more else ''}"
    answer = urgency(case_of(text), engine, with_model=False)
    assert (answer.level, answer.within) == ("urgent", "same day")
    spine = (*RISKS, "night_pain", "weakness_reported@left", "numb_calf@left", "duration=weeks", "bladder_change")
    for sign in (*spine, "percussion_tenderness", "psoas_sign", "pain_back"):
        assert urgency(case_of(f"{text}, {sign}"), engine, with_model=False).level == "emergency", sign


NO_RISK = ", ".join(f"{risk}=absent" for risk in RISKS)
COLD = f"pain_back, fever_reported, {EXAMINED}, malaise_unwell=absent, chills_sweats=absent, {NO_RISK}"


def test_a_fever_alone_with_lumbago_has_a_blood_test_today(engine: Engine) -> None:
    case = case_of(COLD, 34)
    answer = urgency(case, engine)
    assert (answer.level, answer.within) == ("urgent", "same day")
    assert "CRP" in answer.refer_to
    assert not rules_of(case, engine) & SPINAL


@pytest.mark.parametrize(
    "more",
    [
        "crp=raised", "esr=high", "leucocytosis", "percussion_tenderness", "night_pain", "unrelenting_pain",
        "numb_calf@left", "weakness_reported@right", "course=worsening", "tachycardia", "pain_sacral", "weight_loss",
        "bladder_change", "psoas_sign", "hip_rotation_painful@left", "blood_culture_positive", "pain_flank_abdomen",
    ],
)  # fmt: skip
def test_fever_and_lumbago_with_anything_more_stay_an_emergency(more: str, engine: Engine) -> None:
    assert urgency(case_of(f"{COLD}, {more}"), engine, with_model=False).level == "emergency"


def test_fever_and_lumbago_with_a_question_open_stay_an_emergency(engine: Engine) -> None:
    """Nothing that was not asked or examined is taken for normal."""
    parts = COLD.split(", ")
    for left_out in range(2, len(parts)):
        case = case_of(", ".join(p for n, p in enumerate(parts) if n != left_out))
        assert urgency(case, engine, with_model=False).level == "emergency", parts[left_out]
    for part in parts[5:]:
        stated = case_of(COLD.replace(part, part.removesuffix("=absent")))
        assert urgency(stated, engine, with_model=False).level == "emergency", part


SIGNS_DENIED = "fever_reported=absent, malaise_unwell=absent"
STRAIN = "onset=after_lifting, duration=days, midline_tenderness=absent"
COMMON_RISKS = ["diabetes", "renal_or_liver_disease", "alcohol_excess"]
BLOODS = {f"spinal_infection_{name}" for name in ("bloods", "bloods_days", "bloods_chronic", "tested", "risk_plus")}


@pytest.mark.parametrize("risk", COMMON_RISKS)
def test_a_common_risk_with_a_strained_back_is_routine(risk: str, engine: Engine) -> None:
    case = case_of(f"pain_back, worse_bending_forward, {risk}, {SIGNS_DENIED}, {STRAIN}", 52)
    assert urgency(case, engine).level == "routine"
    assert not rules_of(case, engine) & BLOODS


@pytest.mark.parametrize("risk", COMMON_RISKS)
@pytest.mark.parametrize(
    "pain", ["pain_back, duration=weeks", "pain_back, numb_foot_dorsum@right, slr@right, duration=weeks"]
)
def test_a_common_risk_without_a_sign_has_its_blood_test_at_a_visit(risk: str, pain: str, engine: Engine) -> None:
    answer = urgency(case_of(f"{pain}, {risk}, {SIGNS_DENIED}", 66), engine, with_model=False)
    assert (answer.level, answer.within) == ("soon", "2 weeks")
    assert "long-standing" not in answer.reasons[0]["name"]


WHAT_SPEAKS_FOR_INFECTION = [
    "fever_measured", "chills_sweats", "night_pain", "unrelenting_pain", "percussion_tenderness", "steroid_use",
    "immunosuppression", "iv_drug_use", "recent_infection", "recent_spinal_procedure", "tb_exposure",
    "course=worsening", "weakness_reported@left", "numb_calf@bilateral", "crp=raised", "esr=raised", "leucocytosis",
    "weight_loss", "bladder_change",
]  # fmt: skip


@pytest.mark.parametrize("risk", COMMON_RISKS)
@pytest.mark.parametrize("more", WHAT_SPEAKS_FOR_INFECTION)
def test_any_sign_beside_a_common_risk_is_urgent_again(risk: str, more: str, engine: Engine) -> None:
    answer = urgency(case_of(f"pain_back, {risk}, {SIGNS_DENIED}, {STRAIN}, {more}"), engine, with_model=False)
    assert answer.level in ("urgent", "emergency")


def test_a_common_risk_with_a_question_open_or_a_tender_spine_is_urgent(engine: Engine) -> None:
    for risk in COMMON_RISKS:
        for open_one in ("", "fever_reported=absent", "malaise_unwell=absent", f"{SIGNS_DENIED}, midline_tenderness"):
            text = f"pain_back, {risk}, onset=after_lifting, duration=days{', ' if open_one else ''}{open_one}"
            answer = urgency(case_of(text), engine, with_model=False)
            assert (answer.level, answer.within) == ("urgent", "within 3 days (blood test)"), text
    two = urgency(case_of(f"pain_back, diabetes, alcohol_excess, {SIGNS_DENIED}, {STRAIN}"), engine, with_model=False)
    assert two.level == "urgent"


def test_a_strain_that_lasts_or_runs_into_the_leg_has_its_blood_test(engine: Engine) -> None:
    told = f"pain_back, diabetes, {SIGNS_DENIED}, onset=after_lifting"
    for text in (
        f"{told}, duration=subacute, midline_tenderness=absent",
        f"{told}, duration=days",
        f"{told}, duration=days, midline_tenderness=absent, numb_calf@left",
        f"{told}, midline_tenderness=absent",
    ):
        assert urgency(case_of(text), engine, with_model=False).level == "soon", text


DOUBTED = ["immunosuppression", "recent_infection", "recent_spinal_procedure", "tb_exposure", "steroid_use"]


@pytest.mark.parametrize("risk", DOUBTED)
def test_a_normal_crp_that_may_deceive_is_repeated_and_said_to_be_normal(risk: str, engine: Engine) -> None:
    case = case_of(f"pain_back, {risk}, duration=weeks, crp=normal")
    answer = urgency(case, engine, with_model=False)
    assert (answer.level, answer.within) == ("urgent", "1 week")
    assert rules_of(case, engine) & BLOODS <= {"spinal_infection_tested", "spinal_infection_bloods_chronic"}
    assert "once more" in answer.refer_to
    assert [text for text in answer.tell if text.startswith("Your blood test was normal")]


@pytest.mark.parametrize("risk", DOUBTED)
@pytest.mark.parametrize(
    "more",
    [
        "duration=hours", "night_pain, duration=days", "midline_tenderness, duration=weeks", "fever_reported",
        "malaise_unwell", "iv_drug_use", "weakness_reported@left, duration=weeks", "course=worsening, duration=weeks",
        "percussion_tenderness, duration=days",
    ],
)  # fmt: skip
def test_a_normal_crp_beside_a_sign_changes_nothing(risk: str, more: str, engine: Engine) -> None:
    with_test, without = (
        urgency(case_of(f"pain_back, {risk}, {more}{crp}"), engine, with_model=False) for crp in (", crp=normal", "")
    )
    assert with_test.level == without.level
    assert with_test.within == without.within


def test_a_stable_complaint_of_years_under_cortisone_asks_for_no_second_crp(engine: Engine) -> None:
    case = case_of("pain_back, steroid_use, duration=years, crp=normal, esr=normal")
    assert not rules_of(case, engine) & BLOODS


def test_a_further_risk_never_lengthens_the_time_beside_a_normal_crp(engine: Engine) -> None:
    told = "pain_back, renal_or_liver_disease, duration=weeks, crp=normal"
    for more in DOUBTED:
        answer = urgency(case_of(f"{told}, {more}"), engine, with_model=False)
        assert (answer.level, answer.within) == ("urgent", "within 3 days (blood test)"), more


def test_no_red_flag_lowers_what_the_exceptions_left(
    engine: Engine, book: Rulebook, abnormal: list[Observation]
) -> None:
    """But for the signs of the kidney, which are the exception itself."""

    def level(case: Case) -> int:
        return max((URGENCIES.index(f.rule.urgency) for f in book.fired(items_of(case, engine.model), 60)), default=0)

    rnd = random.Random(5)
    bases = [
        COLD, f"{KIDNEY}, {EXAMINED}", f"pain_back, diabetes, {SIGNS_DENIED}, {STRAIN}",
        f"pain_back, alcohol_excess, {SIGNS_DENIED}, duration=weeks",
        "pain_back, immunosuppression, crp=normal, duration=weeks", "pain_back, steroid_use, crp=normal, duration=days",
    ]  # fmt: skip
    for text in bases:
        base = case_of(text)
        told = {o.finding for o in base.observations}
        before = level(base)
        for more in rnd.sample([o for o in abnormal if o.finding not in (*told, "course", "onset")], 150):
            bigger = Case(age=base.age, observations=(*base.observations, more))
            try:
                assert level(bigger) >= before, (text, more)
            except ContradictionError:
                continue


def test_a_worn_spine_on_images_is_no_sign_of_infection_but_a_collection_is(engine: Engine) -> None:
    told = case_of(f"pain_back, diabetes, {SIGNS_DENIED}, duration=weeks").observations
    studies = (Study("mri", modality="mri", region="lumbar", complete=True),)
    for finding, level in (("img_disc_bulge", "soon"), ("img_disc_infection", "emergency")):
        seen = Observation(finding, "present", level="L4-L5", study="mri")
        case = Case(age=60, observations=(*told, seen), studies=studies)
        assert urgency(case, engine, with_model=False).level == level, finding
