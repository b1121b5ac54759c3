"""What a person takes, has and has tried: added-up risks, what failed, what a scan shows, asthma, age, a device."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

import foramen
from foramen.case import Case, Observation, Study, Tried
from foramen.plan.computed import computed
from foramen.plan.make import make_plan
from foramen.plan.person import Person
from foramen.records.listed import read_lists
from foramen.records.statements import EvidenceSet

sys.path.insert(0, str(Path(__file__).parents[1] / "safety"))
from plan_cases import KNOWLEDGE, PLAN, clear, with_unknown

ROUTES = [f"epidural_steroid_{r}" for r in ("caudal", "interlaminar", "transforaminal")]


def judged(situation, treatment):
    return next(o for o in make_plan(situation).options if o.treatment == treatment)


def having(base, **more):
    return replace(base, case=replace(base.case, **more))


def fact(key, base=None, **case):
    return Person(having(base or with_unknown(clear()), **case), PLAN).fact(key).state


@pytest.mark.parametrize(
    "more",
    [
        {"conditions": ("heart failure",)},
        {"medicines": ("ramipril", "furosemide"), "measurements": {"egfr": 35.0}},
        {"medicines": ("ramipril", "furosemide", "sertraline", "aspirin"), "age": 79.0},
        {"medicines": ("clopidogrel", "aspirin"), "conditions": ("ischaemic heart disease",)},
        {"medicines": ("DAPT",)},
    ],
    ids=str,
)
@pytest.mark.parametrize("treatment", ["nsaid_tablet", "nsaid_injection"])
def test_risks_that_add_up_bar_an_anti_inflammatory(treatment, more):
    """Each of them alone asks for care; together they had asked for care, too."""
    for cause in ("disc_herniation", "nonspecific_low_back_pain"):
        ill = having(clear(cause=cause), **more)
        assert judged(ill, treatment).status == "blocked"
        assert judged(ill, "paracetamol").role == "option"


@pytest.mark.parametrize("more", [{"medicines": ("ramipril", "furosemide")}, {"medicines": ("aspirin",)}], ids=str)
def test_one_of_them_alone_asks_for_care(more):
    assert judged(having(clear(), **more), "nsaid_tablet").status == "needs_care"


def test_a_painkiller_that_failed_and_is_still_taken_is_to_be_stopped():
    failed = having(clear("subacute"), medicines=("naproxen",), tried=(Tried("nsaid_tablet", "no_effect", 6),))
    reason = judged(failed, "nsaid_tablet").reason
    assert reason.startswith("already taken, and it did not help: stop it")
    assert "naproxen. It has not helped you" in make_plan(failed).leaflet
    opioid = having(clear("subacute"), medicines=("codeine",), tried=(Tried("opioids", "no_effect", 6),))
    assert "step by step" in judged(opioid, "opioids").reason


@pytest.mark.parametrize("route", ROUTES)
def test_no_needle_in_the_first_days_before_painkillers_and_a_scan(route):
    severe = having(clear("acute", culprit=None), conditions=("severe pain",), no_conditions=("pregnancy",))
    assert judged(severe, route).status == "ask_first"
    tried = having(severe, tried=(Tried("nsaid_tablet", "no_effect", 1),))
    assert "scan finding" in judged(tried, route).reason
    assert judged(replace(tried, culprit=True), route).status == "offered"
    assert judged(replace(tried, culprit=False), route).status == "not_useful_now"


def test_ungraded_trials_do_not_head_the_list():
    severe = having(clear("acute"), conditions=("severe pain", "analgesia failed"), no_conditions=())
    plan = make_plan(severe)
    told = [d.value for d in plan.course.differences if "epidural" in d.treatment or "Transforaminal" in d.treatment]
    assert told
    assert -15.0 not in told


def test_a_fracture_that_is_seen_is_not_looked_for_again():
    rules = {"fracture_recent_injury": "urgent", "fracture_fragility": "urgent", "fracture_seen": "urgent"}
    rules["fracture_seen_old"] = "soon"
    tell = tuple(KNOWLEDGE.red_flags[r].tell for r in list(rules)[:3])
    refer = KNOWLEDGE.red_flags["fracture_recent_injury"].refer_to
    seen = clear(cause="vertebral_fragility_fracture", urgency="urgent", within="2-3 days", rules=rules, tell=tell)
    seen = replace(seen, refer_to=refer, warnings=(("Possible fragility fracture", "urgent"),))
    plan = make_plan(seen)
    assert [i.id for i in plan.imaging] == ["mri_fracture_seen"]
    assert [x.text for x in plan.leaflet_lines if x.part == "when"][1:] == [KNOWLEDGE.red_flags["fracture_seen"].tell]
    assert "X-ray" not in plan.leaflet.partition("What may be going on?")[0]
    assert plan.first.startswith("See: Spine or fracture clinic")
    assert "2-3 days" in plan.first  # the urgency stands
    unseen = replace(seen, rules={r: u for r, u in rules.items() if "seen" not in r})
    assert "xray_fragility_fracture" in [i.id for i in make_plan(unseen).imaging]
    emergency = make_plan(replace(seen, urgency="emergency"))
    assert "xray_fragility_fracture" in [i.id for i in emergency.imaging]


def test_a_fresh_blow_is_imaged_whatever_older_films_show():
    rules = {"fracture_contusion": "urgent", "fracture_seen_old": "soon"}
    plan = make_plan(clear(urgency="urgent", rules=rules, tell=(KNOWLEDGE.red_flags["fracture_contusion"].tell,)))
    assert "xray_contusion" in [i.id for i in plan.imaging]
    assert "bruise or graze" in plan.leaflet


def test_the_name_that_is_not_recognised_is_told():
    plan = make_plan(having(clear(), medicines=("digoxinn", "zzz")))
    reason = next(o.reason for o in plan.options if o.treatment == "nsaid_tablet")
    assert "“digoxinn”, “zzz”" in reason
    assert "resolve" in reason


def test_what_is_taken_is_told_as_it_was_entered():
    """A medicine of the same class by one property was taken for the treatment itself."""
    other = having(clear("chronic"), medicines=("donepezil",))
    assert "already taken" not in judged(other, "antidepressants").reason
    assert "You take this now" not in make_plan(other).leaflet
    both = having(clear("chronic"), medicines=("amitriptyline 10 mg", "donepezil"))
    assert judged(both, "antidepressants").reason.startswith("already taken, although")
    text = make_plan(both).leaflet
    assert "You take this now: amitriptyline 10 mg." in text
    assert "Do not stop it on your own. Ask your doctor or pharmacist" in text


@pytest.mark.parametrize("stage", ["subacute", "chronic"])
def test_a_neurologist_is_for_weakness_or_signs_that_do_not_fit(stage):
    base = clear(stage)
    assert "only with" in judged(base, "refer_neurology").reason
    assert judged(having(base, conditions=("weak leg",), no_conditions=()), "refer_neurology").status == "offered"
    assert judged(having(base, conditions=("unexplained numbness",)), "refer_neurology").status == "offered"


def told(*observations, **case):
    seen = (Observation("pain_back"), Observation("duration", "months"), *observations)
    return foramen.assess(Case(age=41, setting="primary_care", observations=seen, **case), draws=2).plan


def test_normal_strength_everywhere_is_no_weakness():
    strong, free = (
        Observation("power_leg", "normal", side="bilateral"),
        Observation("pain_leg", "absent", side="bilateral"),
    )
    plan = told(strong, free)
    assert "motor_deficit" not in [q.id for q in plan.questions]
    assert next(o for o in plan.options if o.treatment == "refer_neurology").status == "not_useful_now"


@pytest.mark.parametrize(("shape", "state"), [("extrusion", "absent"), ("protrusion", "present"), ("", "unknown")])
def test_only_a_contained_disc_is_shrunk_from_within(shape, state):
    base = having(clear("subacute"), conditions=("failed conservative care",), no_conditions=("pregnancy",))
    vectors = dict(base.evidence.vectors)
    if shape:
        seen = tuple(float(x == shape) for x in ("absent", "protrusion", "extrusion"))
        vectors["img_herniation_subarticular@L5-S1/left"] = seen
    base = replace(base, evidence=EvidenceSet(vectors))
    assert Person(base, PLAN).fact("contained_herniation").state == state
    status = {"absent": "not_useful_now", "present": "offered", "unknown": "ask_first"}[state]
    for treatment in ("chemonucleolysis", "percutaneous_disc_decompression"):
        assert judged(base, treatment).status == status


def test_what_is_known_of_fresh_sciatica_is_not_told_after_months():
    waiting = judged(clear("chronic"), "watchful_waiting")
    assert not [e for e in waiting.effects if e.applies and "three months" in e.words and "Three in four" in e.words]
    assert [e for e in judged(clear("acute"), "watchful_waiting").effects if e.applies and "Three in four" in e.words]


def test_asthma_is_no_weak_breathing():
    for medicines in ((), ("salbutamol", "symbicort")):
        assert fact("respiratory_disease", clear(), conditions=("asthma",), medicines=medicines) == "absent"
    assert fact("respiratory_disease", clear(), medicines=("salbutamol",)) == "present"
    assert fact("respiratory_disease", conditions=("asthma", "COPD"), medicines=("salbutamol",)) == "present"
    assert fact("respiratory_disease", conditions=("severe asthma",)) == "present"
    rows = PLAN.treatments["opioids"].contraindications
    assert [r.effect for r in rows if r.value == "asthma"] == ["care"]
    barred = {t.id for t in PLAN.treatments.values() for r in t.contraindications if r.value == "respiratory_disease"}
    assert barred == {t.id for t in PLAN.treatments.values() for r in t.contraindications if r.value == "asthma"}


@pytest.mark.parametrize(
    ("name", "state"),
    [("heart failure NYHA II", "absent"), ("NYHA 1", "absent"), ("NYHA III", "present"), ("NYHA II-III", "present"),
     ("heart failure", "unknown")],
)  # fmt: skip
def test_a_stated_nyha_class_is_not_asked_again(name, state):
    assert fact("heart_failure", conditions=(name,)) == "present"
    assert fact("heart_failure_severe", conditions=(name,)) == state


def test_what_comes_if_it_gets_no_better():
    plan = make_plan(having(clear("acute", culprit=None), no_conditions=()))
    assert [s.id for s in plan.later] == ["week_6", "week_12"]
    by_id = {o.treatment: o for s in plan.later for o in s.options}
    assert "a scan finding that fits the complaint" in by_id["refer_spine_surgery"].needs
    assert any("MRI" in name for name in plan.later[0].imaging)
    for other in (clear("chronic"), having(clear("acute"), age=14.0), clear("acute", urgency="emergency")):
        assert make_plan(other).later == ()
    pregnant = make_plan(having(clear("acute", culprit=None), conditions=("pregnant",)))
    later = {o.treatment for s in pregnant.later for o in s.options}
    for o in pregnant.options:
        assert o.treatment not in later or not [c for c in o.cautions if (c.state, c.effect) == ("present", "blocked")]


def test_mri_with_a_device_is_checked_first():
    without = having(clear("subacute", culprit=None), no_conditions=())
    needs = having(without, conditions=("pacemaker",))
    advised = [i for i in make_plan(needs).imaging if "MRI" in i.modality and i.advice != "not_now"]
    assert advised
    assert all("MRI-conditional" in i.because for i in advised)
    assert not [i for i in make_plan(without).imaging if "MRI-conditional" in i.because]


def test_work_is_spoken_of():
    plan = make_plan(clear(cause="nonspecific_low_back_pain", no_root=0.9))
    active = next(o for o in plan.options if o.treatment == "stay_active")
    assert "stay at work" in plan.leaflet
    assert "nice_qs155" in [s.guideline for s in active.stances if s.applies]
    assert any("certificate" in text for text in active.monitor)


def test_the_young_get_simple_painkillers_by_a_doctor_and_a_scan_first():
    causes = {"spondylolysis": 0.7, "nonspecific_low_back_pain": 0.3}
    young = having(replace(clear(causes=causes), no_root=0.95, culprit=None), age=14.0)
    for treatment in ("paracetamol", "nsaid_tablet"):
        option = judged(young, treatment)
        assert option.status == "needs_care", option.reason
        assert "treats children" in option.reason
    assert judged(having(young, conditions=("active stomach ulcer",)), "nsaid_tablet").status == "blocked"
    assert judged(having(young, age=8.0), "nsaid_tablet").status == "blocked"
    for treatment in ("acupuncture", "mobilisation", "osteopathic_treatment"):
        assert judged(young, treatment).status == "blocked"
    assert judged(young, "fracture_bracing").status == "ask_first"
    assert judged(replace(young, culprit=True), "acupuncture").status != "blocked"


@pytest.mark.parametrize("cause", KNOWLEDGE.causes)
@pytest.mark.parametrize("stage", ["acute", "chronic"])
def test_nothing_is_a_plain_offer_that_a_guideline_is_against_and_none_for(cause, stage):
    for o in make_plan(clear(stage, cause, no_root=0.9)).options:
        said = {s.stance for s in o.stances if s.applies and s.read}
        if "against" in said and not said & {"for", "for_weak"}:
            assert o.status != "offered", o.name
    dulled = having(clear("chronic", "facet_pain", no_root=0.9), conditions=("analgesia failed",))
    assert judged(dulled, "antidepressants").status == "needs_care"


def test_a_complete_scan_is_not_asked_for_before_a_procedure():
    done = having(clear("chronic"), studies=(Study("mri", complete=True),), conditions=("failed conservative care",))
    assert [i.id for i in make_plan(done).imaging] == ["no_repeat_imaging"]


@pytest.mark.parametrize(
    ("medicines", "state"),
    [
        (("DuoPlavin",), "present"),
        (("aspirin plus clopidogrel",), "present"),
        (("aspirin 75 mg", "ticagrelor"), "present"),
        (("aspirin", "acetylsalicylic acid"), "absent"),
        (("aspirin", "ginkgo"), "absent"),
        (("aspirin", "ticlopidine"), "present"),
        (("aspirin", "cilostazol"), "present"),
        (("Aggrenox",), "present"),
        (("antiplatelet therapy", "aspirin"), "absent"),
    ],
)
def test_antiplatelets_are_counted_by_substance(medicines: tuple[str, ...], state: str) -> None:
    listed = read_lists(Case(medicines=medicines), KNOWLEDGE)
    held = {n for name in listed.taken["antiplatelet"] for n in KNOWLEDGE.plan.medicine_names.get(name, (name,))}
    assert held
    base = clear()
    person = Person(replace(base, case=replace(base.case, medicines=medicines)), PLAN)
    assert computed(person, "two_antiplatelets")[0] == state


def test_a_brand_that_holds_more_than_its_first_word_is_told() -> None:
    for text in ("Votum Plus", "Triatec HCT"):
        assert [u.name for u in read_lists(Case(medicines=(text,)), KNOWLEDGE).unmatched] == [text]
    both = read_lists(Case(medicines=("Micardis Plus",)), KNOWLEDGE)
    assert {"diuretic", "ace_inhibitor_or_arb"} <= both.takes.keys()
    assert read_lists(Case(medicines=("paracetamol plus codeine",)), KNOWLEDGE).unmatched == []


def test_a_medicine_that_took_the_place_of_a_stopped_one_counts() -> None:
    text = "rivaroxaban instead of warfarin which was stopped in 2021"
    assert "anticoagulant" in read_lists(Case(medicines=(text,)), KNOWLEDGE).takes


@pytest.mark.parametrize("text", ["severe persistent asthma", "asthma, severe", "poorly controlled asthma"])
def test_severe_asthma_weakens_breathing_in_any_order(text: str) -> None:
    assert "respiratory_disease" in read_lists(Case(conditions=(text,)), KNOWLEDGE).has


def test_a_list_of_allergies_goes_on_after_one_that_is_not_known() -> None:
    listed = read_lists(Case(conditions=("allergies: latex, ibuprofen",)), KNOWLEDGE)
    assert "nsaid_sensitive_asthma" in listed.has


def test_an_old_film_does_not_answer_a_new_fall():
    """A fracture of a dated film, or one known from before, takes neither the film nor the time limit away."""

    def told(date=None, new=None):
        fall = (Observation("pain_back"), Observation("onset", "after_minor_trauma"), Observation("duration", "weeks"))
        broken = Observation("img_fracture", "compression", vertebra="L1", study="x", new=new)
        study = Study("x", "xray", "lumbar", date=date)
        case = Case(
            age=78, sex="female", observations=(*fall, Observation("midline_tenderness"), broken), studies=(study,)
        )
        plan = foramen.assess(case, draws=5).plan
        return "xray_fragility_fracture" in {i.id for i in plan.imaging}, plan.leaflet

    assert not told()[0]
    for asked, words in (told("2015-03-01"), told(new=False)):
        assert asked
        assert "two or three days" in words
