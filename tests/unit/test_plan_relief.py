"""Pain relief in an emergency and after what failed, medicines that treat what they name, names that state a danger."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from foramen.case import Tried
from foramen.plan.leaflet import PAIN_RELIEF
from foramen.plan.make import make_plan
from foramen.plan.person import Person

sys.path.insert(0, str(Path(__file__).parents[1] / "safety"))
from plan_cases import KNOWLEDGE, PLAN, clear, with_conditions


def judged(situation, treatment):
    return next(o for o in make_plan(situation).options if o.treatment == treatment)


def having(base, **more):
    return replace(base, case=replace(base.case, **more))


@pytest.mark.parametrize("cause", KNOWLEDGE.causes)
def test_pain_is_relieved_beside_every_emergency(cause):
    """It had been "not useful now: the emergency comes first" with a broken vertebra, and nothing was left."""
    struck = clear("acute", cause, urgency="emergency", warnings=(("Possible cauda equina", "emergency"),))
    plan = make_plan(struck)
    options = {o.treatment: o for o in plan.options}
    assert (options["paracetamol"].status, options["paracetamol"].role) == ("offered", "core")
    assert options["opioids"].status == "not_useful_now"  # only in severe pain
    severe = judged(with_conditions(struck, "severe pain"), "opioids")
    assert severe.status in ("offered", "needs_care"), severe.reason
    assert options["paracetamol"].treatment in plan.steps[0].options
    assert PAIN_RELIEF in plan.leaflet
    assert PAIN_RELIEF not in make_plan(clear("acute", cause)).leaflet
    barred = with_conditions(struck, "liver failure", "respiratory failure")
    assert judged(barred, "paracetamol").status in ("blocked", "needs_care")
    assert judged(barred, "opioids").status == "blocked"


def test_pain_relief_in_an_emergency_stands_behind_what_must_be_done():
    plan = make_plan(clear(urgency="emergency", warnings=(("Possible cauda equina", "emergency"),)))
    first = plan.steps[0].options
    assert first.index("emergency_referral") < first.index("paracetamol")


@pytest.mark.parametrize("medicine", ["methadone", "Subutex"])
@pytest.mark.parametrize("more", [{"conditions": ("opioid use disorder",)}, {}], ids=["listed", "not listed"])
def test_a_medicine_is_not_held_against_what_it_treats(medicine, more):
    """The leaflet had said that methadone may not be safe because of misuse of drugs; stopping it is what is not."""
    plan = make_plan(having(clear("acute"), medicines=(medicine,), **more))
    option = next(o for o in plan.options if o.treatment == "opioids")
    assert option.status == "blocked"  # no second one
    assert "goes on" in option.reason
    assert "You take this now" not in plan.leaflet
    assert not [line for line in plan.avoid if line.startswith("Opioids")]


def test_what_else_speaks_against_it_is_still_told():
    plan = make_plan(having(clear("acute"), medicines=("methadone", "diazepam"), conditions=("opioid use disorder",)))
    option = next(o for o in plan.options if o.treatment == "opioids")
    assert "can stop breathing" in option.reason
    assert "do not stop it" in option.reason
    assert "You take this now: methadone" in plan.leaflet
    both = make_plan(having(clear("acute"), medicines=("methadone", "codeine"), conditions=("opioid use disorder",)))
    assert "addiction" in next(o for o in both.options if o.treatment == "opioids").reason


STEROIDS = [f"epidural_steroid_{r}" for r in ("caudal", "interlaminar", "transforaminal")]
STEROIDS += ["oral_steroids", "injected_systemic_steroids"]


@pytest.mark.parametrize("treatment", STEROIDS)
@pytest.mark.parametrize(
    "more", [{"conditions": ("open-angle glaucoma",)}, {"medicines": ("latanoprost",)}, {"conditions": ("глаукома",)}]
)
def test_cortisone_minds_the_eye_pressure(treatment, more):
    """Only the narrow-angle kind had been asked about, which is not the kind that cortisone harms."""
    told = [c for c in judged(having(clear("acute"), **more), treatment).cautions if c.id == "open_angle_glaucoma"]
    assert told or judged(having(clear("acute"), **more), treatment).role == "none"
    assert all(c.state == ("unknown" if "глаукома" in str(more) else "present") for c in told)


@pytest.mark.parametrize(
    ("medicine", "state"),
    [
        ("flucloxacillin", "present"), ("clarithromycin", "present"), ("levofloxacin", "present"),
        ("linezolid", "present"), ("цифран", "present"), ("cefalexin", "present"), ("doxycycline", "unknown"),
        ("trimethoprim", "unknown"), ("sumamed", "unknown"), ("ciprofloxacin eye drops", "absent"),
        ("omeprazole", "absent"),
    ],
)  # fmt: skip
def test_an_antibiotic_tells_of_an_infection_or_has_it_asked(medicine, state):
    """Three had been read so; with the others an injection beside the nerves was offered and nothing asked."""
    base = having(clear("acute"), medicines=(medicine,))
    assert Person(base, PLAN).fact("infection_active").state == state


def test_cortisone_with_a_fluoroquinolone_warns_of_tendons():
    option = judged(having(clear("acute"), medicines=("ciprofloxacin", "prednisolone")), "oral_steroids")
    assert "tendons" in " ".join(c.why for c in option.cautions if c.state == "present")


ROUTES = [f"epidural_steroid_{r}" for r in ("caudal", "interlaminar", "transforaminal")]


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(("result", "status"), [("no_effect", "not_useful_now"), ("stopped", "blocked")])
def test_what_failed_by_one_way_is_not_done_by_the_next(route, result, status):
    """An injection without effect had led to two more, though the route of the needle makes no difference."""
    base = with_conditions(clear("subacute"), "severe pain")
    assert all(judged(base, r).status in ("offered", "needs_care") for r in ROUTES)
    done = having(base, tried=(Tried(route, result, 4.0),))
    plan = make_plan(done)
    for other in set(ROUTES) - {route}:
        option = next(o for o in plan.options if o.treatment == other)
        assert option.status == status, option.reason
        assert KNOWLEDGE.plan.treatments[route].name in option.reason
    acute = make_plan(having(clear("acute"), tried=(Tried(route, result, 2.0),)))
    assert not {o.treatment for step in acute.later for o in step.options} & set(ROUTES)
    helped = having(base, tried=(Tried(route, "helped", 4.0),))
    assert all(judged(helped, r).status in ("offered", "needs_care") for r in ROUTES)


def test_what_harmed_as_a_tablet_is_not_given_by_needle():
    done = having(clear("acute"), tried=(Tried("nsaid_tablet", "stopped", 2.0),))
    options = {o.treatment: o for o in make_plan(done).options}
    assert options["nsaid_tablet"].status == "blocked"
    assert options["nsaid_injection"].status == "blocked"
    assert "NSAID tablets" in options["nsaid_injection"].reason
    assert [(c.id, c.effect) for c in options["nsaid_ointment"].cautions if c.state == "present"] == [
        ("nsaid_tablet", "care")
    ]
    assert (options["paracetamol"].status, options["paracetamol"].role) == ("needs_care", "option")


def test_pregnancy_is_asked_for_though_the_illnesses_are_listed_in_full():
    """A complete list of conditions had denied it, and a woman of 28 was offered anti-inflammatory tablets."""
    base = having(clear("acute"), age=28.0, no_conditions=())
    plan = make_plan(base)
    assert "pregnancy" in [q.id for q in plan.questions]
    assert judged(base, "nsaid_tablet").status == "ask_first"
    for told in ({"sex": "male"}, {"age": 60.0}, {"no_conditions": ("pregnancy",)}):
        assert "pregnancy" not in [q.id for q in make_plan(having(base, **told)).questions]
    assert Person(having(base, conditions=("trying to conceive",)), PLAN).fact("pregnancy").state == "unknown"


@pytest.mark.parametrize(
    ("told", "now", "past"),
    [
        ("bleeding stomach ulcer 5 years ago", "peptic_ulcer_active", "peptic_ulcer_history"),
        ("pulmonary embolism 10 years ago", "thrombosis", "thrombosis_history"),
        ("pneumonia two years ago", "infection_active", "other_known"),
    ],
)
def test_what_was_years_ago_is_not_there_now(told, now, past):
    person = Person(having(clear(), conditions=(told,)), PLAN)
    assert person.fact(now).state != "present"
    assert past in person.has
    fresh = told.replace("5 years", "two weeks").replace("10 years", "two weeks").replace("two years", "two weeks")
    assert now in Person(having(clear(), conditions=(fresh,)), PLAN).has
    assert now in Person(having(clear(), conditions=(f"{told}, now again {told.split(' ago')[0]}",)), PLAN).has


def test_what_is_said_of_warfarin_is_not_said_of_every_blood_thinner():
    ill = clear("acute", "vertebral_fragility_fracture")
    for medicine, told in (("apixaban", False), ("warfarin", True), ("Marcumar", True), ("blood thinner", True)):
        for treatment in ("paracetamol", "opioids"):
            named = [c for c in judged(having(ill, medicines=(medicine,)), treatment).cautions if "warfarin" in c.why]
            assert bool(named) == told, (medicine, treatment)


def test_an_allergy_to_contrast_bars_no_steroid_tablet_and_one_to_cortisone_does():
    row = {r.value: r.effect for r in PLAN.treatments["oral_steroids"].contraindications}
    assert row["steroid_allergy"] == "blocked"
    for told, state in (
        ("contrast allergy", "unknown"),
        ("lidocaine allergy", "unknown"),
        ("steroid allergy", "present"),
    ):
        ill = having(clear("acute"), conditions=(told,))
        assert Person(ill, PLAN).fact("steroid_allergy").state == state
        assert judged(ill, "epidural_steroid_caudal").status == "blocked"


def test_a_clot_that_is_listed_asks_for_care_with_tablets_as_with_needles():
    ill = having(clear("acute"), conditions=("deep vein thrombosis",))
    assert judged(ill, "nsaid_tablet").status == "needs_care"
    assert "blood thinner" in judged(ill, "nsaid_tablet").reason


def test_after_six_weeks_in_vain_the_surgeon_stands_above_waiting():
    """Pain 80 of 100 at week nine, all tried: the plan had sent to the family doctor and put waiting first."""
    base = with_conditions(clear("subacute"), "severe pain")
    tried = having(base, tried=(Tried("exercise_general", "no_effect", 6.0), Tried("nsaid_tablet", "no_effect", 6.0)))
    plan = make_plan(tried)
    now = plan.steps[0].options
    assert now.index("refer_spine_surgery") < now.index("watchful_waiting")
    assert plan.first.startswith("Referral to a spine surgeon")
    told = [x.values["name"][0] for x in plan.leaflet_lines if x.part == "specialist"]
    assert told[0] == "Referral to a spine surgeon"
    assert "Microdiscectomy" in told
    assert sum("steroid" in name for name in told) == 1  # by one way, not by three
    assert "operation within the year" in plan.leaflet
    fresh = make_plan(base)
    assert fresh.first.startswith("See:")
    assert next(o for o in fresh.options if o.treatment == "watchful_waiting").role == "core"


def test_nothing_of_a_specialist_is_told_before_it_is_due():
    for cause in ("disc_herniation", "nonspecific_low_back_pain", "central_stenosis"):
        plan = make_plan(clear("acute", cause))
        told = [x.values["name"][0] for x in plan.leaflet_lines if x.part == "specialist"]
        assert not told, (cause, told)


@pytest.mark.parametrize(("kind", "key"), [("conditions", "unmatched_condition"), ("medicines", "unmatched_medicine")])
def test_one_name_that_is_not_recognised_is_one_question(kind, key):
    """It had reopened every condition of a list called complete: a dozen questions for one odd name."""
    base = clear("acute")
    odd = having(base, **{kind: ("xyzzy",)})
    plan = make_plan(odd)
    asked = {q.id: q for q in plan.questions}
    assert set(asked) == {key}
    assert "xyzzy" in asked[key].question
    before = {o.treatment: o for o in make_plan(base).options}
    waiting = [o for o in plan.options if o.status == "ask_first"]
    assert waiting
    assert all("xyzzy" in o.reason for o in waiting)
    for o in plan.options:
        if before[o.treatment].cautions or o.status != "offered":
            continue
        spec = PLAN.treatments[o.treatment]
        kinds = {r.kind for r in spec.contraindications}
        assert kind.removesuffix("s") not in kinds or not spec.clearance, o.treatment  # nothing is offered past it
    part = having(base, conditions_complete=False, no_conditions=(), **{kind: ("xyzzy",)})
    assert len(make_plan(part).questions) > 3


def test_the_pain_of_a_kidney_stone_is_relieved_before_the_scan():
    stone = clear("acute", "pelvic_visceral_disease", urgency="urgent", rules={"kidney_colic": "urgent"})
    assert (judged(stone, "nsaid_tablet").status, judged(stone, "nsaid_tablet").role) == ("offered", "core")
    assert judged(stone, "paracetamol").role == "option"
    assert judged(with_conditions(stone, "CKD stage 4"), "nsaid_tablet").status == "blocked"
    assert judged(clear("acute", "pelvic_visceral_disease"), "nsaid_tablet").role != "core"


@pytest.mark.parametrize("told", ["sulfa allergy", "sulphonamide allergy", "rash from Septrin"])
def test_a_sulfa_allergy_leaves_out_celecoxib_and_a_penicillin_allergy_asks_nothing(told):
    ill = having(clear("acute"), conditions=(told,))
    assert Person(ill, PLAN).fact("antibiotic_allergy").state == "present"
    assert "celecoxib" in judged(ill, "nsaid_tablet").reason
    assert judged(having(clear("acute"), conditions=("penicillin allergy",)), "nsaid_tablet").status == "offered"
