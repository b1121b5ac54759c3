"""Usual words for states, given with the finding."""

import pytest
from jsonschema import Draft202012Validator

from foramen.errors import CaseError, KnowledgeError
from foramen.knowledge.catalogue import may_be_lost
from foramen.knowledge.parse_findings import _words
from foramen.records.case_file import REFLEX, case_from_mapping
from foramen.records.case_schema import case_schema
from foramen.records.evidence import combine_items, items_of, nearest_finding


def stated(engine, *findings):
    case = case_from_mapping({"context": {"age": 60}, "findings": list(findings)})
    return combine_items([i for i in items_of(case, engine.model) if not i.silent])


@pytest.mark.parametrize(
    ("finding", "key", "agrees"),
    [
        ({"finding": "img_central_stenosis", "level": "L4-L5", "state": "moderate"}, "@L4-L5", (0, 1, 1)),
        ({"finding": "img_herniation_central", "level": "L5-S1", "state": "sequestered"}, "@L5-S1", (0, 0, 1)),
        ({"finding": "duration", "state": "chronic"}, "", (0, 0, 0, 0, 1, 1)),
        ({"finding": "crp", "state": "elevated"}, "", (0, 1, 1)),
        ({"finding": "power_knee_extension", "side": "left", "state": "full"}, "@left", (1, 0, 0, 0)),
        ({"finding": "reflex_ankle", "side": "right", "state": "diminished"}, "@right", (0, 1, 0)),
    ],
)
def test_a_usual_word_leaves_its_states_open(engine, finding, key, agrees):
    assert stated(engine, finding).vectors[finding["finding"] + key] == agrees


def test_a_composite_takes_the_words_of_its_findings(engine):
    weak, abnormal = (
        stated(engine, {"finding": "power_leg", "side": "left", "state": word}) for word in ("weak", "abnormal")
    )
    assert weak == abnormal


def test_an_unknown_word_is_answered_with_the_usual_ones(engine):
    with pytest.raises(CaseError) as caught:
        stated(engine, {"finding": "img_listhesis", "level": "L4-L5", "state": "grade33"})
    assert "grade3" in caught.value.allowed
    assert caught.value.nearest == "grade3"


@pytest.mark.parametrize("word", ["none", "no", "negative", "yes", "present", "positive", None, True, False])
@pytest.mark.parametrize("finding", ["reflex_ankle", "reflex_knee", "reflex_medial_hamstring"])
def test_a_reflex_takes_no_word_that_could_mean_the_opposite(engine, finding, word):
    said = {"finding": finding, "side": "left"} | ({} if word is None else {"state": word})
    with pytest.raises(CaseError, match="could mean either") as caught:
        stated(engine, said)
    assert caught.value.field == "findings[0].state"
    assert caught.value.allowed == ("normal", "reduced", "absent")
    assert "cannot be elicited absent" in caught.value.cure


@pytest.mark.parametrize("word", ["none", "no", "negative", False])
def test_no_reflex_of_a_leg_is_refused_too(engine, word):
    with pytest.raises(CaseError, match="could mean either") as caught:
        stated(engine, {"finding": "reflex_leg", "side": "left", "state": word})
    assert caught.value.allowed == ("normal", "reduced", "lost")


@pytest.mark.parametrize("word", ["normal", "intact", "unremarkable"])
def test_a_reflex_that_is_as_usual_is_normal(engine, word):
    said = {"finding": "reflex_ankle", "side": "left", "state": word}
    assert stated(engine, said).vectors["reflex_ankle@left"] == (1, 0, 0)


def test_plain_answers_of_a_reflex_are_known_by_the_ids(engine):
    """The case file knows no vocabulary: it keeps a plain yes or no by the beginning of the id."""
    knowledge = engine.model.knowledge
    reflexes = {f.id for f in knowledge.findings.values() if may_be_lost(f.states)}
    named = {key for key in (*knowledge.findings, *knowledge.composites) if key.startswith(REFLEX)}
    of_them = {c.id for c in knowledge.composites.values() if reflexes & set(c.any_of)}
    assert named == reflexes | of_them


def test_the_schema_refuses_what_a_reflex_does_not_take(engine):
    check = Draft202012Validator(case_schema(engine.model.knowledge))
    reflex = {"finding": "reflex_ankle", "side": "left"}
    for said in ({"state": "normal"}, {"state": "absent", "not": None}, {"not": ["absent"]}, {"not": "absent"}):
        assert check.is_valid({"findings": [reflex | said]}), said
    for said in ({}, {"state": "no"}, {"state": False}, {"state": None}, {"not": []}):
        assert not check.is_valid({"findings": [reflex | said]}), said
    assert not check.is_valid({"findings": ["reflex_ankle"]})


@pytest.mark.parametrize("wrong", [{"severe": ["mild"]}, {"moderate": []}, {"moderate": ["middling"]}])
def test_words_that_name_no_state_are_refused(wrong):
    with pytest.raises(KnowledgeError, match="needs states of the finding and is none itself"):
        _words(wrong, ("absent", "mild", "severe"), "findings/x.yaml/words")


def test_not_severe_of_a_composite_is_said_of_each_of_its_findings(engine):
    found = stated(engine, {"finding": "img_stenosis", "level": "L4-L5", "not": ["severe"]})
    assert not found.statements  # "at least one is not severe" would say next to nothing
    assert found.vectors["img_central_stenosis@L4-L5"] == (1, 1, 0)
    assert found.vectors["img_foraminal_stenosis@L4-L5/right"] == (1, 1, 0)
    assert "img_lateral_recess_stenosis@L4-L5/left" not in found.vectors  # knows no grade: nothing is said of it


def test_there_but_not_severe_leaves_open_which(engine):
    (said,) = stated(engine, {"finding": "img_stenosis", "level": "L4-L5", "not": ["absent", "severe"]}).statements
    assert said.parts["img_central_stenosis@L4-L5"] == (0, 1, 0)
    assert said.parts["img_lateral_recess_stenosis@L4-L5/left"] == (0, 1)


def test_not_normal_excludes_the_normal_state_of_each_finding(engine):
    (said,) = stated(engine, {"finding": "inflammation_markers", "not": ["normal"]}).statements
    assert said.parts == {"crp": (0, 1, 1), "esr": (0, 1, 1), "leucocytosis": (0, 1)}


def test_no_lost_reflex_of_a_composite(engine):
    found = stated(engine, {"finding": "reflex_leg", "side": "left", "not": ["lost"]})
    assert found.vectors == {"reflex_knee@left": (1, 1, 0), "reflex_ankle@left": (1, 1, 0)}
    with pytest.raises(CaseError, match="unknown state") as caught:
        stated(engine, {"finding": "reflex_leg", "side": "left", "not": ["absent"]})  # lost, or none weak?
    assert caught.value.allowed == ("normal", "reduced", "lost")


def test_a_list_of_states_is_sent_to_not():
    with pytest.raises(CaseError, match="one word") as caught:
        case_from_mapping({"findings": [{"finding": "crp", "state": ["raised", "high"]}]})
    assert caught.value.field == "findings[0].state"
    assert "not:" in caught.value.cure


def test_a_grade_in_usual_words_is_taken_by_a_composite(engine):
    (said,) = stated(engine, {"finding": "inflammation_markers", "state": "elevated"}).statements
    assert said.parts == {"crp": (0, 1, 1), "esr": (0, 1, 1), "leucocytosis": (0, 1)}


def test_a_vague_word_of_imaging_takes_the_places_beside_its_own(engine):
    (of_bone,) = stated(engine, {"finding": "img_marrow_signal", "vertebra": "L5"}).statements
    assert {k for k in of_bone.parts if k.startswith("img_modic")} == {"img_modic@L4-L5", "img_modic@L5-S1"}
    (of_level,) = stated(engine, {"finding": "img_abnormal_signal", "level": "L5-S1"}).statements
    assert {k for k in of_level.parts if k.startswith("img_bone_oedema")} == {"img_bone_oedema@L5"}


def test_a_mass_of_unstated_kind_denied_denies_each_of_them(engine):
    found = stated(engine, {"finding": "img_mass", "state": "absent"})
    assert not found.statements
    assert found.vectors["img_intradural_mass@L1-L2"] == found.vectors["img_sacral_lesion"] == (1, 0)


@pytest.mark.parametrize("finding", ["img_central_stenosis", "img_foraminal_stenosis", "img_stenosis"])
def test_tight_is_severe(engine, finding):
    said = {"finding": finding, "level": "L4-L5"}
    assert stated(engine, {**said, "state": "tight"}) == stated(engine, {**said, "state": "severe"})


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("wheelchair", "unable_to_walk"), ("claudication", "worse_standing_walking"),
        ("clonus", "clonus_hyperreflexia"),
        ("img_spondylolisthesis", "img_listhesis"), ("lytic lesion", "img_marrow_lesion"), ("pain_l4", "pain_l4"),
        ("sens_s2", None), ("hip_flexion_weak", None), ("spinal mass", "img_mass"),
    ],
)  # fmt: skip
def test_an_unknown_finding_is_answered_with_what_it_is_called(engine, given, meant):
    assert nearest_finding(given, engine.model.knowledge) == meant
