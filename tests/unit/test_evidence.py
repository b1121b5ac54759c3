"""From what is stated to evidence: exact parts, contradictions, and what silence says."""

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from foramen.assessment.answer import posteriors
from foramen.assessment.assess import assess
from foramen.case import Case, Observation, Study
from foramen.errors import CaseError, ContradictionError
from foramen.records.case_file import case_from_mapping
from foramen.records.case_schema import case_schema
from foramen.records.evidence import combine_items, items_of, weigh_items
from foramen.records.untold import UNTOLD
from foramen.records.without_saying import LEFT_OUT, WITHOUT_SAYING

CONTEXT = {"age": 45, "sex": None, "setting": "spine_clinic"}


def evidence(engine, findings, **more):
    case = case_from_mapping({"context": {"age": 45}, "findings": findings, **more})
    items = items_of(case, engine.model)
    return combine_items(items), items


def stated(engine, findings):
    """Evidence of what was stated, without what silence adds."""
    _, items = evidence(engine, findings)
    return combine_items([i for i in items if not i.silent])


def test_grades_and_measurements(engine):
    found = stated(engine, [
        {"finding": "power_great_toe_extension", "side": "left", "mrc": "3+"},
        {"finding": "power_knee_extension", "side": "left", "mrc": 5},
        {"finding": "slr", "side": "right", "degrees": 30},
        {"finding": "reflex_ankle", "side": "right", "state": "abnormal"},
        {"finding": "onset", "not": ["after_major_trauma"]},
    ]).vectors  # fmt: skip
    assert found["power_great_toe_extension@left"] == (0, 0, 1, 0)
    assert found["power_knee_extension@left"] == (1, 0, 0, 0)
    assert found["slr@right"] == (0, 0, 1)
    assert found["reflex_ankle@right"] == (0, 1, 1)
    assert found["onset"] == (1, 1, 1, 1, 0)


def test_side_not_stated_is_computed_from_its_parts(engine):
    vague = posteriors(
        engine, [stated(engine, [{"finding": "slr", "side": "unstated", "state": "abnormal"}])], CONTEXT
    )[0]
    rows = [{"slr@left": [0, 1, 1], "slr@right": [1, 0, 0]}, {"slr@left": [1, 0, 0], "slr@right": [0, 1, 1]},
            {"slr@left": [0, 1, 1], "slr@right": [0, 1, 1]}]  # fmt: skip
    joint = np.exp([engine.log_joint([engine.read(r)], CONTEXT)[0] for r in rows]).sum(axis=0)
    assert vague == pytest.approx(joint / joint.sum(), abs=1e-12)


def test_composite_that_says_no_denies_all_parts(engine):
    found = stated(engine, [{"finding": "power_leg", "side": "left", "state": "absent"}])
    assert not found.statements
    assert len(found.vectors) >= 10
    assert all(v[0] == 1 and not any(v[1:]) for v in found.vectors.values())


def test_composite_is_settled_by_a_stated_part(engine):
    found = stated(engine, [
        {"finding": "pain_leg", "side": "left", "state": "present"},
        {"finding": "pain_calf", "side": "left", "state": "present"},
    ])  # fmt: skip
    assert not found.statements


@pytest.mark.parametrize(
    "findings",
    [
        [{"finding": "slr", "side": "left", "state": "negative"}, {"finding": "slr", "side": "left", "degrees": 40}],
        [{"finding": "pain_leg", "side": "left", "state": "absent"}, {"finding": "pain_calf", "side": "left"}],
        [{"finding": "numb_foot_dorsum", "side": "right"}, {"finding": "numb_leg", "side": "right", "state": "absent"}],
        [
            {"finding": "pain_calf", "side": "bilateral", "state": "absent"},
            {"finding": "pain_calf", "side": "unstated"},
        ],
    ],
)
def test_contradictions_are_named(engine, findings):
    with pytest.raises(ContradictionError) as caught:
        evidence(engine, findings)
    assert caught.value.exit_code == 3


def test_order_of_findings_is_irrelevant(engine):
    findings = [
        {"finding": "pain_leg", "side": "left"}, {"finding": "slr", "side": "left", "degrees": 40},
        {"finding": "img_herniation", "level": "unstated", "side": "unstated", "state": "abnormal"},
        {"finding": "reflex_ankle", "side": "unstated", "state": "absent"},
    ]  # fmt: skip
    forward, _ = evidence(engine, findings)
    backward, _ = evidence(engine, findings[::-1])
    a, b = posteriors(engine, [forward, backward], CONTEXT)
    assert a == pytest.approx(b, abs=1e-12)


def test_one_side_named_speaks_for_the_other_only_when_it_is_not_mentioned(engine):
    labels = [i.label for i in evidence(engine, [{"finding": "pain_calf", "side": "left"}])[1]]
    assert "No leg pain told of the right side" in labels
    both = [{"finding": "pain_calf", "side": "left"}, {"finding": "pain_leg", "side": "right", "state": "present"}]
    assert not [i for i in evidence(engine, both)[1] if i.silent]
    assert not [i for i in evidence(engine, [{"finding": "pain_calf", "side": "unstated"}])[1] if i.silent]


def test_silence_of_imaging(engine):
    mri = {"studies": [{"id": "m", "modality": "mri", "complete": True}]}
    normal = evidence(engine, [], **mri)[0].vectors
    assert normal["img_intradural_mass@L4-L5"][1] < 0.2
    short = {"studies": [{"id": "m", "modality": "mri", "complete": False}]}
    assert not evidence(engine, [], **short)[0].vectors, "a study of which nothing is told says nothing"
    told = [{"finding": "img_listhesis", "level": "L4-L5", "state": "grade1", "study": "m"}]
    assert evidence(engine, told, **short)[0].vectors["img_marrow_lesion@L3"][1] < 0.5
    cyst = [{"finding": "img_canal_cyst", "level": "L4-L5", "side": "right", "study": "m"}]
    told = evidence(engine, cyst, **short)[0].vectors
    assert told["img_synovial_cyst@L4-L5/left"][1] < 0.5, "a cyst of the other side would have been named"
    assert "img_flavum_cyst@L4-L5/right" not in told, "another word for the same lesion"
    film = {"studies": [{"id": "m", "modality": "xray", "complete": True}]}
    assert "img_herniation_central@L4-L5" not in evidence(engine, [], **film)[0].vectors, "not visible on a film"


def test_a_short_account_names_severe_narrowing_but_not_what_a_slip_narrows(engine):
    told = [{"finding": "img_listhesis", "level": "L4-L5", "state": "grade1", "study": "m"}]
    short = evidence(engine, told, studies=[{"id": "m", "modality": "mri", "complete": False}])[0].vectors
    assert short["img_central_stenosis@L2-L3"][2] < short["img_central_stenosis@L2-L3"][1] < 1
    assert "img_central_stenosis@L4-L5" not in short
    assert "img_foraminal_stenosis@L4-L5/left" not in short
    whole = evidence(engine, told, studies=[{"id": "m", "modality": "mri", "complete": True}])[0].vectors
    assert whole["img_central_stenosis@L4-L5"][2] < 0.3, "a complete report speaks of every level"


def test_no_reflex_lost_is_not_all_reflexes_lost(engine):
    """`absent` of a composite says that nothing is abnormal; it was read as lost knee or ankle jerks once."""
    none = stated(engine, [{"finding": "reflex_leg", "side": "bilateral", "state": "absent"}])
    normal = stated(engine, [{"finding": "reflex_leg", "side": "bilateral", "state": "normal"}])
    assert none.vectors == normal.vectors
    assert set(none.vectors.values()) == {(1, 0, 0)}
    lost = stated(engine, [{"finding": "reflex_leg", "side": "left", "state": "lost"}])
    assert [set(parts.values()) for parts in lost.any_of] == [{(0, 0, 1)}]
    single = [stated(engine, [{"finding": "reflex_ankle", "side": "left", "state": s}]) for s in ("absent", "lost")]
    assert single[0].vectors == single[1].vectors == {"reflex_ankle@left": (0, 0, 1)}
    with pytest.raises(CaseError, match="unknown state"):
        stated(engine, [{"finding": "slr", "side": "left", "state": "lost"}])


@pytest.mark.parametrize(("state", "told"), [("absent", True), ("normal", False), ("lost", False)])
def test_how_an_absent_reflex_was_read_is_told(engine, state, told):
    said = [{"finding": "reflex_leg", "side": "bilateral", "state": state}]
    case = case_from_mapping({"context": {"age": 45}, "findings": said})
    assert any("say lost" in w for w in assess(case, engine=engine, draws=1).warnings) is told


def test_a_thoracic_vertebra_is_sent_to_its_own_finding(engine):
    with pytest.raises(CaseError, match="_above_l1"):
        stated(engine, [{"finding": "img_fracture", "vertebra": "T12", "state": "compression"}])


@pytest.mark.parametrize("word", ["absent", "none", "no", False])
def test_power_absent_is_not_read_as_full_power(engine, word):
    """It may mean that no power is left: a paralysis must not pass for a normal leg."""
    with pytest.raises(CaseError, match="could mean either") as refused:
        stated(engine, [{"finding": "power_ankle_dorsiflexion", "side": "left", "state": word}])
    assert "mrc: 0" in str(refused.value)
    assert stated(engine, [{"finding": "power_leg", "side": "left", "state": word}]).vectors, "no weakness of the leg"


@pytest.mark.parametrize("finding", ["onset", "duration", "course"])
@pytest.mark.parametrize("word", ["absent", "normal", False])
def test_a_choice_without_a_normal_state_is_not_denied(engine, finding, word):
    with pytest.raises(CaseError, match="says nothing of"):
        stated(engine, [{"finding": finding, "state": word}])
    for there in ("present", None):
        assert set(stated(engine, [{"finding": finding, "state": there}]).vectors[finding]) == {1}


def weighed(engine, findings):
    return weigh_items(evidence(engine, findings)[1])


def test_what_another_finding_brings_along_counts_once(engine):
    alone = weighed(engine, [{"finding": "fever_reported"}]).vectors["fever_reported"]
    assert alone == (0.0, 1.0)
    both = [{"finding": "fever_reported"}, {"finding": "fever_measured"}]
    assert weighed(engine, both).vectors["fever_reported"] == (pytest.approx(0.75), 1.0)
    mixed = [{"finding": "fever_reported"}, {"finding": "fever_measured", "state": "absent"}]
    assert weighed(engine, mixed).vectors["fever_reported"] == (0.0, 1.0)
    graded = [{"finding": "crp", "state": "high"}, {"finding": "esr", "state": "raised"}]
    assert weighed(engine, graded).vectors["esr"] == pytest.approx((0.45, 0.75, 0.0))
    assert evidence(engine, both)[0].vectors["fever_reported"] == (0.0, 1.0), "rules read what is stated"
    sets = [weighed(engine, both[:n]) for n in (0, 1, 2)]
    context = {"age": 50, "setting": "emergency"}
    infection = [c.id in ("discitis_osteomyelitis", "epidural_abscess") for c in engine.model.causes]
    mask = np.array(infection)[engine.model.scenarios.lead]
    none, told, measured = (float(p @ mask) for p in posteriors(engine, sets, context))
    assert measured > told > none


@pytest.mark.parametrize(
    ("finding", "side", "after"),
    [
        ("urine_abnormal", None, "blood_in_urine"),
        ("urine_abnormal", None, "urinary_symptoms"),
        ("blood_in_urine", None, "urinary_symptoms"),
        ("renal_angle_tenderness", "left", "pain_flank_abdomen"),
        ("abdominal_tenderness", None, "tearing_or_abdominal_pain"),
        ("tumour_sign_elsewhere", None, "cancer_history"),
        ("tumour_sign_elsewhere", None, "psa_raised"),
        ("high_blood_lipids", None, "vascular_disease"),
        ("osteonecrosis_risk", None, "steroid_use"),
    ],
)
def test_urine_belly_mass_and_risks_that_go_together_count_for_what_they_add(engine, finding, side, after):
    own = {"finding": finding, **({"side": side} if side else {})}
    alone = weighed(engine, [own]).vectors
    key = next(k for k in alone if k.startswith(finding) and alone[k][0] == 0.0)
    assert weighed(engine, [own, {"finding": after}]).vectors[key][0] > 0.05


def test_what_is_denied_together_counts_for_less_than_its_parts(engine):
    names = ("fever_reported", "chills_sweats", "malaise_unwell")
    none = [{"finding": name, "state": "absent"} for name in names]
    together = weighed(engine, none).vectors
    assert together["fever_reported"] == (1.0, 0.0), "the first denial counts in full"
    assert together["chills_sweats"] == (1.0, pytest.approx(0.65))
    assert weighed(engine, none[1:]).vectors["chills_sweats"] == (1.0, 0.0)
    assert evidence(engine, none)[0].vectors["chills_sweats"] == (1.0, 0.0), "rules read what is stated"
    context = {"age": 55, "setting": "spine_clinic"}
    infection = engine.model.scenarios.lead == [c.id for c in engine.model.causes].index("discitis_osteomyelitis")
    sets = [weighed(engine, []), *(weighed(engine, [item]) for item in none), weighed(engine, none)]
    prior, *single, joint = (float(p @ infection) for p in posteriors(engine, sets, context))
    odds = [p / (1 - p) for p in (prior, *single)]
    independent = odds[0] * np.prod([o / odds[0] for o in odds[1:]])
    assert independent < joint / (1 - joint) < min(odds[1:])


HISTORY = [
    {"finding": "pain_back"}, {"finding": "pain_calf", "side": "left"}, {"finding": "duration", "state": "months"},
    {"finding": "worse_sitting"}, {"finding": "cough_sneeze_worse"}, {"finding": "night_pain", "state": "absent"},
    {"finding": "weight_loss", "state": "absent"}, {"finding": "numb_calf", "side": "left"},
]  # fmt: skip


def test_a_full_history_tells_of_an_operation(engine):
    told = evidence(engine, HISTORY)[0].vectors
    assert told["previous_spine_surgery"] == (1.0, pytest.approx(0.15))
    assert told["onset"][1] == 1.0
    assert told["onset"][4] == pytest.approx(0.1)
    some = evidence(engine, HISTORY[:5])[0].vectors["previous_spine_surgery"][1]
    assert 0.15 < some < 1
    assert not [i for i in evidence(engine, HISTORY[:2])[1] if i.observation.finding == UNTOLD]
    examined = [*HISTORY[:5], {"finding": "sens_calf", "side": "left"}, {"finding": "trunk_list"}]
    assert evidence(engine, examined)[0].vectors["previous_spine_surgery"][1] < some, "who examines has asked"
    stated = [*HISTORY, {"finding": "previous_spine_surgery"}, {"finding": "onset", "not": ["sudden"]}]
    told = evidence(engine, stated)[0].vectors
    assert told["previous_spine_surgery"] == (0.0, 1.0)
    assert told["onset"] == (1.0, 0.0, 1.0, 1.0, 1.0)


def test_an_account_that_never_names_the_back_speaks_against_pain_there(engine):
    legs, items = evidence(engine, HISTORY[1:])
    assert 0.1 < legs.vectors["pain_back"][1] < 0.5
    assert [i.label for i in items if i.observation.finding == UNTOLD] == [
        "No back pain, operation, procedure, accident or rash told"
    ]
    denied = evidence(engine, [*HISTORY[1:], {"finding": "pain_back", "state": "absent"}])[0]
    assert denied.vectors["pain_back"] == (1.0, 0.0)
    assert "pain_back" not in evidence(engine, HISTORY[1:3])[0].vectors


def test_a_medicine_and_its_finding_are_one_datum(engine):
    by_name, _ = evidence(engine, [], medicines=["Rivaroxaban 20"])
    by_finding, _ = evidence(engine, [{"finding": "anticoagulant"}], medicines=["Rivaroxaban 20"])
    assert by_name.vectors == by_finding.vectors == {"anticoagulant": (0.0, 1.0)}


@pytest.mark.parametrize(
    ("finding", "field"),
    [
        ({"finding": "slr", "side": "up"}, "side"),
        ({"finding": "slr", "side": "left", "level": "L4-L5", "state": "negative"}, "level"),
        ({"finding": "img_listhesis", "level": "L5-L6"}, "level"),
        ({"finding": "fever_reported", "side": "left"}, "side"),
        ({"finding": "reflex_ankle", "side": "left", "state": "gone"}, "state"),
        ({"finding": "straight_leg_raise"}, "finding"),
    ],
)
def test_impossible_places_and_states_name_the_field(engine, finding, field):
    with pytest.raises(CaseError) as caught:
        evidence(engine, [finding])
    assert f"findings[0].{field}" in str(caught.value)


def test_one_scan_told_twice_is_silent_once(engine):
    """A case that lists its MRI and is given the same MRI's report must not count its silence twice."""
    once = Case(studies=(Study("mri", complete=True),))
    twice = Case(studies=(Study("mri", complete=True), Study("report", complete=True)))
    later = Case(studies=(Study("a", complete=True, date="2024"), Study("b", complete=True, date="2026")))
    vectors = [items_of(c, engine.model)[0].vectors for c in (once, twice, later)]
    assert vectors[0] == vectors[1]
    key = next(iter(vectors[0]))
    assert vectors[2][key][1] < vectors[0][key][1]


def test_who_names_a_degenerated_disc_has_not_said_that_it_bulges_nowhere(engine):
    worn = Observation("img_disc_degeneration", level="L5-S1", study="mri")
    case = Case(studies=(Study("mri", complete=True),), observations=(worn,))
    silent = items_of(case, engine.model)[-1].vectors
    assert "img_disc_bulge@L4-L5" in silent
    for finding in ("img_disc_bulge", "img_annular_tear", "img_osteophytes"):
        assert f"{finding}@L5-S1" not in silent


def test_early_onset_says_nothing_in_a_child(engine):
    said = [{"finding": "pain_back"}, {"finding": "childhood_or_adolescent_onset"}]
    child, items = evidence(engine, said, context={"age": 15})
    assert "childhood_or_adolescent_onset" not in child.vectors
    assert "Back trouble since childhood or adolescence (says nothing at this age)" in {i.label for i in items}
    adult, _ = evidence(engine, said, context={"age": 30})
    assert "childhood_or_adolescent_onset" in adult.vectors


def test_what_fills_the_canal_is_named_once(engine):
    """A report that calls a fragment a mass cannot be held to have denied a herniation there."""
    mass = {"finding": "img_epidural_mass", "level": "L4-L5", "study": "m"}
    studies = [{"id": "m", "modality": "mri", "region": "lumbar", "complete": False}]
    found, _ = evidence(engine, [mass], studies=studies)
    at = [k for k in found.vectors if k.startswith("img_herniation") or k.startswith("img_synovial")]
    assert not any("L4-L5" in key for key in at)
    assert any("L5-S1" in key for key in at)
    assert "img_marrow_lesion@L4" in found.vectors  # another lesion, which would have been named


def test_what_is_absent_is_labelled_in_words_that_read_well(engine):
    """ "Cannot pass urine: absent" is a double negative."""
    told = (
        Observation("urinary_retention", "absent"),
        Observation("anal_tone_reduced", "absent"),
        Observation("reflex_ankle", "absent", side="left"),
    )
    labels = [i.label for i in items_of(Case(observations=told), engine.model) if not i.silent][:3]
    assert [label.rpartition(": ")[2] for label in labels] == ["denied", "not found", "absent"]


def test_a_duration_of_another_stage_than_since_is_refused(engine):
    """ "subacute since 14 weeks" was planned for as subacute; treatments go by the stage."""
    for state, since in (("subacute", "14 weeks"), ("days", "2 months"), ("months", "3 weeks"), ("acute", "1 year")):
        with pytest.raises(CaseError, match="its state and since disagree"):
            stated(engine, [{"finding": "duration", "state": state, "since": since}])
    for state, since in (("subacute", "3 months"), ("months", "3 months"), ("days", "10 days"), ("chronic", "5 years"),
                         ("weeks", "a while"), ("subacute", "6 weeks"), ("present", "14 weeks")):  # fmt: skip
        stated(engine, [{"finding": "duration", "state": state, "since": since}])


def test_a_scan_listed_with_a_second_region_is_silent_once(engine):
    told = [{"finding": "img_disc_degeneration", "level": "L4-L5", "state": "mild", "study": "lumbar"}]

    def silent(*studies):
        rows = [{"id": r, "modality": "mri", "region": r, "complete": True, "date": d} for r, d in studies]
        return evidence(engine, told, studies=rows)[0].vectors["img_marrow_lesion@L3"][1]

    alone, again = silent(("lumbar", None)), silent(("lumbar", None), ("whole_spine", None))
    assert again == alone
    assert silent(("lumbar", "2026-01-02"), ("whole_spine", "2026-03-04")) < alone


@pytest.mark.parametrize(
    "told", [{"modality": "unstated"}, {"region": "unknown"}, {"modality": "unknown", "region": "unstated"}]
)
def test_a_study_of_which_it_is_not_told_what_it_is_says_nothing_by_silence(engine, told):
    slip = {"finding": "img_listhesis", "level": "L4-L5", "state": "grade1", "study": "a"}
    _, items = evidence(engine, [slip], studies=[{"id": "a", "complete": True, **told}])
    assert not [item for item in items if item.silent]
    assert items[0].vectors["img_listhesis@L4-L5"] == (0, 1, 0)


def test_a_course_in_no_known_word_is_refused(engine):
    weak = {"finding": "power_leg", "side": "left", "state": "mild"}
    with pytest.raises(CaseError, match="not a known value") as caught:
        evidence(engine, [{**weak, "course": "gibberish"}])
    assert caught.value.field == "findings[0].course"
    assert "worsening" in caught.value.allowed
    schema = Draft202012Validator(case_schema(engine.model.knowledge))
    assert not schema.is_valid({"findings": [{**weak, "course": "gibberish"}]})
    evidence(engine, [{**weak, "course": "getting worse"}])


def test_what_has_no_finding_above_l1_is_not_sent_to_one(engine):
    with pytest.raises(CaseError, match="leave it out"):
        stated(engine, [{"finding": "img_intradural_mass", "level": "C1-C2"}])


HERNIATION = {"finding": "img_herniation_subarticular", "level": "L4-L5", "side": "left", "state": "extrusion"}


def silence(engine, *findings, **more):
    """What is read from silence, as vectors by instance."""
    return {k: v for i in evidence(engine, list(findings), **more)[1] if i.silent for k, v in i.vectors.items()}


def test_a_finding_that_only_a_scan_shows_tells_of_a_short_account(engine):
    """The list of studies is easily left out; what is stated of them is the same account."""
    listed = silence(engine, HERNIATION, studies=[{"id": "scan", "modality": "ct", "region": "lumbar"}])
    assert silence(engine, HERNIATION) == listed
    assert listed["img_fracture@L3"][1] < 1
    assert "img_intradural_mass@L4-L5" not in listed  # CT does not show it, and which scan it was is not known
    for other in (
        {"finding": "img_fracture", "vertebra": "L2", "state": "compression"},  # as a plain film shows it
        {"finding": "img_hip_osteonecrosis", "side": "left"},
        {"finding": "img_lesion_side", "side": "left"},
        {**HERNIATION, "state": "absent"},
    ):
        assert not silence(engine, other)


def test_a_finding_tied_to_no_study_counts_for_those_that_may_show_it(engine):
    film, scan = {"id": "film", "modality": "xray"}, {"id": "scan", "modality": "mri"}
    tied = silence(engine, {**HERNIATION, "study": "scan"}, studies=[film, scan])
    assert silence(engine, HERNIATION, studies=[film, scan]) == tied
    assert tied == silence(engine, HERNIATION, studies=[scan])
    assert not silence(engine, HERNIATION, studies=[film, {"id": "hip", "modality": "ultrasound"}])


def test_what_goes_without_saying_is_in_the_vocabulary(engine):
    known = engine.model.knowledge.findings
    for named, unasked in (*WITHOUT_SAYING, *LEFT_OUT):
        assert {*named, *unasked} <= set(known)
