"""Usual words for states, given with the finding."""

import pytest

from foramen.errors import CaseError, KnowledgeError
from foramen.inference.engine import Engine
from foramen.knowledge.parse_findings import _words
from foramen.records.case_file import case_from_mapping
from foramen.records.evidence import combine_items, items_of


@pytest.fixture(scope="module")
def engine():
    return Engine()


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


@pytest.mark.parametrize("wrong", [{"severe": ["mild"]}, {"moderate": []}, {"moderate": ["middling"]}])
def test_words_that_name_no_state_are_refused(wrong):
    with pytest.raises(KnowledgeError, match="needs states of the finding and is none itself"):
        _words(wrong, ("absent", "mild", "severe"), "findings/x.yaml/words")
