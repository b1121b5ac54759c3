"""The plain questions: none is forgotten, each can be read at twelve, each asks what a patient can know."""

import warnings

import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # textstat still asks setuptools for its data
    import textstat

from foramen.errors import KnowledgeError
from foramen.knowledge.loader import load_knowledge
from foramen.knowledge.patient_words import parse_patient
from foramen.web.patient.messages import code_messages

KNOWLEDGE = load_knowledge()
WORDS = KNOWLEDGE.patient
GRADE = 7.0  # US school grade that is reached at twelve


def test_each_finding_got_by_a_question_is_asked_or_has_a_reason_why_not():
    by_question = {f.id for f in KNOWLEDGE.findings.values() if f.burden == "question"}
    placed = {name for area in WORDS.areas for name in (area.pain, area.numb) if name}
    assert by_question <= placed | set(WORDS.questions) | set(WORDS.not_asked)
    assert not placed & set(WORDS.questions)
    assert all(len(reason) > 20 for reason in WORDS.not_asked.values())


def test_what_a_doctor_examines_is_asked_only_as_a_sign_the_patient_sees():
    examined = {n for n in WORDS.questions if KNOWLEDGE.findings[n].burden != "question"}
    assert examined == {"cold_limb", "leg_swelling"}
    assert all(WORDS.questions[name].yes_only for name in examined)


@pytest.mark.parametrize("name", WORDS.questions)
def test_a_question_can_be_read_at_twelve(name):
    question = WORDS.questions[name]
    assert question.ask.endswith("?")
    assert textstat.flesch_kincaid_grade(f"{question.ask} {question.help}".strip()) <= GRADE


def test_the_other_sentences_can_be_read_at_twelve():
    texts = {text for _, text in code_messages() if len(text.split()) > 5}
    assert len(texts) > 20
    assert {t for t in texts if textstat.flesch_kincaid_grade(t) > GRADE} == set()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"questions": {"no_such": {}}}, "no_such"),
        ({"first": ["night_pain"]}, "night_pain"),
        ({"questions": {"duration": {"ask": "How long?"}}}, "duration/answers"),
        ({"questions": {"night_pain": {"aks": "?"}}}, "aks"),
        ({"not_asked": {"no_such": "x"}}, "no_such"),
    ],
)
def test_a_fault_in_the_file_is_named(change, words):
    raw = {"areas": [], "questions": {}, "first": [], "not_asked": {}} | change
    with pytest.raises(KnowledgeError, match=words):
        parse_patient(raw, KNOWLEDGE.findings)
