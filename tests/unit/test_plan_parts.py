"""The plan's parts: names, three-valued facts, roles by posterior, steps, imaging advice, course, what was tried."""

import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

import foramen
from foramen.case import Tried
from foramen.plan.make import make_plan
from foramen.plan.person import Person
from foramen.plan.picture import course_svg
from foramen.plan.role import part_of
from foramen.plan.situation import Situation
from foramen.plan.tried import tried_by_treatment
from foramen.plan.words import at_weeks, main_effect
from foramen.records.names import is_denied, parts, vocabulary

sys.path.insert(0, str(Path(__file__).parents[1] / "safety"))
from plan_cases import KNOWLEDGE, PLAN, clear, with_conditions, with_unknown


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("medicine", "Eliquis 5 mg twice daily", {"anticoagulant"}),
        ("medicine", "co-codamol", {"opioid"}),
        ("medicine", "omeprazole", {"other_known"}),
        ("condition", "CKD stage 4", {"kidney_disease_severe"}),
        ("condition", "Heart failure", {"heart_failure"}),
        ("condition", "family history of cancer", {"other_known"}),
    ],
)
def test_names_are_recognised_in_free_words(kind: str, text: str, expected: set[str]) -> None:
    assert set(vocabulary(kind, KNOWLEDGE).found(text)) == expected


def test_what_is_not_recognised_comes_with_the_nearest_name() -> None:
    words = vocabulary("medicine", KNOWLEDGE)
    assert words.found("rivaroxabn") == {}
    assert words.unmatched("rivaroxabn").nearest == "rivaroxaban"
    assert parts("ibuprofen and digoxin; omeprazole, warfarin") == ["ibuprofen", "digoxin", "omeprazole", "warfarin"]


@pytest.mark.parametrize(("text", "denied"), [("no diabetes", True), ("denies asthma", True), ("nocturia", False)])
def test_denials(text: str, denied: bool) -> None:
    assert is_denied(text) is denied


def fact(key: str, **case: object) -> str:
    base = with_unknown(clear())
    return Person(replace(base, case=replace(base.case, **case)), PLAN).fact(key).state


def test_a_fact_is_present_absent_or_unknown_and_never_guessed() -> None:
    assert fact("diabetes") == "unknown"
    assert fact("diabetes", conditions=("type 2 diabetes",)) == "present"
    assert fact("diabetes", conditions=("no diabetes",)) == "absent"
    assert fact("diabetes", no_conditions=("diabetes",)) == "absent"
    assert fact("diabetes", conditions_complete=True) == "absent"
    assert fact("diabetes", conditions_complete=True, conditions=("xyzzy",)) == "unknown"
    assert fact("diabetes", medicines=("metformin",)) == "present"


def test_broader_and_narrower_facts() -> None:
    assert fact("kidney_disease", conditions=("CKD stage 4",)) == "present"
    assert fact("kidney_disease_severe", no_conditions=("kidney disease",)) == "absent"
    assert fact("kidney_disease_severe", measurements={"egfr": 25.0}) == "present"
    assert fact("kidney_disease_severe", measurements={"egfr": 80.0}) == "absent"
    assert fact("pregnancy_third_trimester", measurements={"pregnancy_weeks": 34.0}) == "present"
    assert fact("pregnancy_third_trimester", measurements={"pregnancy_weeks": 12.0}) == "absent"
    assert fact("pregnancy", sex="male") == "absent"
    assert fact("pregnancy", age=61.0) == "absent"
    assert fact("pregnancy") == "unknown"


def test_implications_have_no_circles() -> None:
    for start in PLAN.facts:
        seen, todo = set(), [start]
        while todo:
            for broader in PLAN.facts[todo.pop()].implies:
                assert broader != start
                if broader not in seen:
                    seen.add(broader)
                    todo.append(broader)


def test_suspicion_is_absent_only_when_its_questions_are_answered() -> None:
    situation = clear()
    assert Person(situation, PLAN).fact("fracture_suspected").state == "absent"
    asked = replace(situation, open_questions=(("fracture", "Did you fall?"),))
    assert Person(asked, PLAN).fact("fracture_suspected").state == "unknown"
    likely = replace(asked, causes={"vertebral_fragility_fracture": 0.4, "disc_herniation": 0.6})
    assert Person(likely, PLAN).fact("fracture_suspected").state == "present"
    assert Person(replace(situation, cauda=0.2), PLAN).fact("cauda_equina_suspected").state == "present"


def test_the_posterior_decides_the_role() -> None:
    spec = PLAN.treatments["microdiscectomy"]
    assert part_of(spec, clear("subacute"), ("subacute",)).role == "specialist"
    assert part_of(spec, clear("subacute", "shingles"), ("subacute",)).role == "none"
    mixed = clear("subacute", causes={"disc_herniation": 0.2, "shingles": 0.8})
    assert part_of(spec, mixed, ("subacute",)).role == "none"


def test_what_was_tried_counts() -> None:
    base = clear("subacute")
    for result, status in (("no_effect", "not_useful_now"), ("worse", "not_useful_now"), ("stopped", "blocked")):
        tried = replace(base, case=replace(base.case, tried=(Tried("ibuprofen", result, 3),)))
        option = next(o for o in make_plan(tried).options if o.treatment == "nsaid_tablet")
        assert option.status == status


def test_a_treatment_that_is_not_known_is_refused_with_the_nearest() -> None:
    base = clear()
    with pytest.raises(foramen.CaseError, match="ibuprofen"):
        make_plan(replace(base, case=replace(base.case, tried=(Tried("ibuprofn", "helped"),))))


def test_a_treatment_in_the_plural_is_known_and_one_that_is_not_gets_those_of_a_word() -> None:
    base = clear()

    def told(name: str) -> Situation:
        return replace(base, case=replace(base.case, tried=(Tried(name, "unknown"),)))

    assert list(tried_by_treatment(told("trigger point injections"))) == ["local_anaesthetic_block"]
    with pytest.raises(foramen.CaseError) as caught:
        tried_by_treatment(told("facet joint injection"))
    assert caught.value.nearest is None
    assert "facet_radiofrequency" in caught.value.allowed
    assert "acupuncture" not in caught.value.allowed


def test_what_was_tried_with_a_result_not_told_changes_nothing() -> None:
    base = clear("subacute")
    tried = replace(base, case=replace(base.case, tried=(Tried("ibuprofen", "unknown", 8),)))
    assert make_plan(tried).options == make_plan(base).options


def test_steps_follow_the_stage() -> None:
    acute, chronic = make_plan(clear("acute")), make_plan(clear("chronic"))
    assert acute.steps[0].id == chronic.steps[0].id == "now"
    assert "week_12" not in [s.id for s in chronic.steps]
    assert make_plan(replace(clear(), evidence=type(clear().evidence)({}))).stages == ("acute", "subacute", "chronic")


def test_guidelines_that_disagree_are_shown_to_disagree() -> None:
    plan = make_plan(clear("chronic", "nonspecific_low_back_pain", no_root=0.9))
    acupuncture = next(o for o in plan.options if o.treatment == "acupuncture")
    assert acupuncture.disagreement
    assert {"against", "for_weak"} <= {s.stance for s in acupuncture.stances if s.applies}


def test_imaging_advice() -> None:
    acute = make_plan(clear("acute"))
    assert {i.advice for i in acute.imaging} == {"not_now"}
    rule = {"cauda_equina": "emergency"}
    emergency = make_plan(clear("acute", urgency="emergency", rules=rule))
    assert "mri_cauda_equina" in [i.id for i in emergency.imaging]
    assert all(i.advice != "not_now" for i in emergency.imaging)


def test_a_likely_stress_fracture_of_the_arch_is_scanned_once_and_not_fused() -> None:
    plan = make_plan(clear("acute", "spondylolysis", no_root=0.95, culprit=None))
    assert [(i.id, i.advice) for i in plan.imaging] == [("mri_pars_stress_fracture", "consider")]
    roles = {o.treatment: o.role for o in plan.options}
    assert roles["stay_active"] == "core"
    assert {roles[t] for t in ("fusion", "chiropractic_manipulation", "exercise_directional_preference")} == {"against"}
    seen = make_plan(clear("acute", "spondylolysis", no_root=0.95, culprit=True))
    assert "mri_pars_stress_fracture" not in [i.id for i in seen.imaging]


def test_the_course_is_published_and_drawn() -> None:
    plan = make_plan(clear("subacute"))
    assert plan.course
    assert plan.course.curves[0].treatment == "none"
    assert all(0 <= p.mean <= 100 for c in plan.course.curves for p in c.points)
    svg = course_svg(plan.course)
    assert svg.startswith("<svg")
    assert "<title" in svg
    assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")
    assert make_plan(clear(urgency="emergency")).course is None


def test_numbers_of_the_course_do_not_overlap_and_its_legend_is_not_cut_off() -> None:
    course = make_plan(clear("subacute")).course
    assert course
    first = course.differences[0]
    many = tuple(
        replace(first, treatment=f"treatment {i}, " + "against much " * 12, weeks=50 + i / 9) for i in range(5)
    )
    root = ElementTree.fromstring(course_svg(replace(course, differences=many)))
    texts = root.findall("{http://www.w3.org/2000/svg}text")
    marks = [t for t in texts if t.get("font-size") and t.get("text-anchor") == "middle"]
    numbers = sorted(float(t.get("x")) for t in marks)
    assert len(numbers) == 5
    assert all(b - a >= 15.9 for a, b in pairwise(numbers))
    assert numbers[-1] <= 680 - 24
    assert max(len(t.text) for t in texts) <= 92
    rows = [float(t.get("y")) for t in texts if t.get("x") == "56"][2:]
    assert rows == sorted(set(rows))


@pytest.mark.parametrize(
    "cause",
    ["sacroiliac_joint_pain", "shingles", "meralgia_paraesthetica", "trochanteric_pain", "hip_osteoarthritis"],
)
def test_what_studies_of_other_causes_found_is_not_shown(cause: str) -> None:
    """That seven in ten herniations shrank stood beside waiting in shingles."""
    plan = make_plan(clear("acute", causes={cause: 0.6, "disc_herniation": 0.4}))
    shown = [e for o in plan.options if (e := main_effect(o))]
    assert not [e for e in shown if e.population in ("radicular", "stenosis")]
    assert plan.course is None or plan.course.curves[0].outcome != "leg_pain"


def test_what_studies_of_the_leading_cause_found_is_shown() -> None:
    plan = make_plan(clear("acute", causes={"disc_herniation": 0.6, "shingles": 0.4}))
    waiting = next(o for o in plan.options if o.treatment == "watchful_waiting")
    assert main_effect(waiting).population == "radicular"
    assert plan.course.curves[0].outcome == "leg_pain"


def test_an_effect_right_after_treatment_is_not_at_0_weeks() -> None:
    assert (at_weeks(0), at_weeks(1), at_weeks(6)) == ("right afterwards", "at 1 week", "at 6 weeks")


def test_conditions_add_to_each_other() -> None:
    plan = make_plan(with_conditions(clear(), "peptic ulcer history", "asthma"))
    option = next(o for o in plan.options if o.treatment == "nsaid_tablet")
    assert option.status in ("needs_care", "blocked", "ask_first")
    assert [c.id for c in option.cautions if c.state == "present"]


def test_a_broader_condition_leaves_the_narrower_open_in_a_complete_list() -> None:
    assert fact("kidney_disease_severe", conditions=("CKD",), conditions_complete=True) == "unknown"
    assert fact("heart_failure_severe", conditions=("heart failure",), conditions_complete=True) == "unknown"


def test_what_no_list_would_hold_is_asked() -> None:
    assert fact("severe_pain", conditions_complete=True) == "unknown"
    assert fact("severe_pain", scores={"pain_0_100": 80.0}) == "present"


@pytest.mark.parametrize("key", ["skin_damage_at_site", "numb_skin_at_site", "needle_phobia", "unfit_for_anaesthesia"])
def test_a_complete_list_is_believed(key: str) -> None:
    """What is not listed is absent, says the format; these were still asked for and held back heat and surgery."""
    assert fact(key) == "unknown"
    assert fact(key, conditions_complete=True) == "absent"
    assert fact(key, conditions_complete=True, conditions=(PLAN.facts[key].names[0],)) == "present"


def test_warfarin_with_its_inr_is_no_bleeding_disorder() -> None:
    base = clear()
    case = replace(base.case, medicines=("warfarin",), measurements={"inr": 2.6})
    option = next(o for o in make_plan(replace(base, case=case)).options if o.treatment == "nsaid_tablet")
    assert option.status == "blocked"
    assert "a bleeding disorder" not in option.reason
    assert "INR 2.6" in option.reason
    assert "takes warfarin" in option.reason
    born = make_plan(with_conditions(base, "haemophilia"))
    assert "a bleeding disorder" in next(o for o in born.options if o.treatment == "nsaid_tablet").reason


@pytest.mark.parametrize(
    ("told", "severe", "moderate"),
    [
        ((0.0, 0.0, 1.0), "present", "present"),
        ((0.0, 1.0, 0.0), "absent", "unknown"),
        ((1.0, 0.0, 0.0), "absent", "absent"),
        ((0.0, 1.0, 1.0), "unknown", "unknown"),
    ],
)
def test_how_strong_the_pain_is_may_be_told_by_a_finding(told: tuple[float, ...], severe: str, moderate: str) -> None:
    base = with_unknown(clear())
    evidence = replace(base.evidence, vectors={**base.evidence.vectors, "pain_severity": told})
    person = Person(replace(base, evidence=evidence), PLAN)
    assert (person.fact("severe_pain").state, person.fact("moderate_pain").state) == (severe, moderate)


def test_vitamins_are_no_conservative_care() -> None:
    base = clear("subacute")
    for name, state in (("b_vitamins", "absent"), ("exercise_general", "present")):
        tried = replace(base, case=replace(base.case, tried=(Tried(name, "no_effect", 8),)))
        assert Person(tried, PLAN).fact("conservative_care_failed").state == state


def test_what_is_taken_already_is_not_told_to_be_avoided() -> None:
    base = clear("acute")
    plan = make_plan(replace(base, case=replace(base.case, medicines=("ibuprofen",))))
    option = next(o for o in plan.options if o.treatment == "nsaid_tablet")
    assert option.reason.startswith("already taken")
    assert "NSAID tablets" not in plan.leaflet.partition("should not be done")[2]


@pytest.mark.parametrize(
    ("cause", "stage", "treatments"),
    [
        ("meralgia_paraesthetica", "acute", {"relieve_thigh_nerve"}),
        ("hip_osteoarthritis", "chronic", {"exercise_general", "hip_load_and_weight", "stay_active"}),
        ("hip_osteonecrosis", "subacute", {"refer_hip_surgery", "hip_unloading"}),
        ("trochanteric_pain", "chronic", {"exercise_general", "tendon_load"}),
        ("peroneal_neuropathy", "acute", {"foot_splint", "refer_neurology"}),
        ("shingles", "acute", {"rash_watch", "antivirals"}),
        ("vascular_claudication", "chronic", {"walking_programme", "artery_protection"}),
        ("isthmic_spondylolisthesis", "chronic", {"sport_rest"}),
        ("vertebral_fragility_fracture", "acute", {"paracetamol", "stay_active", "osteoporosis_treatment"}),
    ],
)
def test_the_basics_of_each_cause_are_there(cause: str, stage: str, treatments: set[str]) -> None:
    core = {o.treatment for o in make_plan(clear(stage, cause)).options if o.role == "core" and o.status != "blocked"}
    assert treatments <= core


def test_fusion_is_not_the_first_thing_in_a_pars_defect() -> None:
    plan = make_plan(clear("chronic", "isthmic_spondylolisthesis"))
    order = [o.treatment for o in plan.options]
    assert order.index("sport_rest") < order.index("fusion")


def test_an_operation_in_an_emergency_does_not_wait_for_a_less_likely_infection() -> None:
    causes = {"disc_herniation": 0.6, "discitis_osteomyelitis": 0.08}
    emergency = clear("acute", causes=causes, urgency="emergency", rules={"cauda_equina": "emergency"})
    plan = make_plan(emergency)
    option = next(o for o in plan.options if o.treatment == "microdiscectomy")
    assert option.status != "blocked"
    assert "ruled out first" not in option.reason
    assert not [line for line in plan.avoid if "ruled out first" in line]
    likelier = make_plan(replace(emergency, rules={"spinal_infection": "emergency"}))
    assert next(o for o in likelier.options if o.treatment == "microdiscectomy").status == "blocked"
    planned = make_plan(clear("chronic", causes=causes))
    assert next(o for o in planned.options if o.treatment == "microdiscectomy").status == "blocked"


def test_acupuncture_in_pregnancy_needs_care() -> None:
    pregnant = clear("chronic", "sacroiliac_joint_pain")
    pregnant = replace(pregnant, case=replace(pregnant.case, sex="female", conditions=("pregnancy",)))
    option = next(o for o in make_plan(pregnant).options if o.treatment == "acupuncture")
    assert option.status == "needs_care"


def imaging(text: str, *, complete: bool, region: str = "lumbar") -> dict[str, str]:
    findings = tuple(foramen.Observation(f) for f in text.split())
    study = foramen.case.Study("m", "mri", region, complete=complete)
    case = foramen.Case(age=66, sex="male", observations=findings, studies=(study,))
    return {a.id: a.advice for a in foramen.assess(case, draws=5).plan.imaging}


def test_a_scan_that_is_there_is_not_asked_for_again_but_in_an_emergency() -> None:
    cancer = "pain_back cancer_history night_pain unrelenting_pain"
    assert imaging(cancer, complete=False, region="whole_spine")["mri_metastases_pain"] == "now"
    assert imaging(cancer, complete=True, region="whole_spine")["mri_metastases_pain"] == "consider"
    assert imaging(cancer, complete=True)["mri_metastases_pain"] == "now"  # the lumbar spine is not the whole
    assert imaging("pain_back urinary_retention saddle_numbness", complete=True)["mri_cauda_equina"] == "now"
