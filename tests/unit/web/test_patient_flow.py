"""From answers to a case and to the next question."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foramen.assessment.assess import default_engine
from foramen.case import Observation
from foramen.web import i18n
from foramen.web.patient import flow
from foramen.web.patient.answers import Answers, case_of, clean, observations
from foramen.web.patient.names import lists_of, names
from foramen.web.patient.summary import summary

ENGINE = default_engine()
KNOWLEDGE = ENGINE.model.knowledge
ENGLISH = i18n.words("en")
TOPICS = {row["finding"] for row in flow.state(Answers(), ENGINE, {}).urgency.not_yet_asked}


def walk(said, most=100):
    """All screens of an interview in which ``said`` is answered, and no to all else."""
    answers, seen = Answers(), []
    while (now := flow.state(answers, ENGINE, lists_of(answers, KNOWLEDGE, ENGLISH))).screen is not None:
        name = now.screen.id
        assert name not in seen
        assert 0.0 <= now.share < 1.0
        seen.append(name)
        if name in ("pain", "numb", "medicines", "conditions"):
            plain = "none"
        else:
            plain = "no" if "no" in (now.screen.choices or {}) else next(iter(now.screen.choices or {}), "40")
        answers = answers.with_one(name, said.get(name, plain))
        assert len(seen) < most
    return seen, answers, now


def test_a_quiet_sciatica_is_asked_in_order_and_ends():
    said = {"age": "45", "sex": "male", "pain": "back calf.left", "duration": "weeks", "onset": "after_lifting"}
    seen, answers, now = walk(said)
    assert seen[:5] == ["age", "sex", "pain", "numb", "urinary_retention"]
    assert now.urgency.level != "emergency"
    assert not [row for row in now.urgency.not_yet_asked if row["finding"] not in answers.given]
    assert "pregnancy" not in seen
    assert "cyclical_with_menses" not in seen
    beyond = [n for n in seen if n not in {*TOPICS, *KNOWLEDGE.patient.first, *flow.ABOUT, *flow.LISTS}]
    assert 0 < len(beyond) <= flow.MOST


@pytest.mark.parametrize("flag", ["urinary_retention", "saddle_numbness", "bowel_incontinence", "collapse"])
def test_an_emergency_ends_the_interview_at_that_answer(flag):
    seen, _, now = walk({flag: "yes", "age": "50"})
    assert seen[-1] == flag
    assert now.urgency.level == "emergency"
    assert now.urgency.tell


def test_pain_in_both_legs_for_days_is_an_emergency_without_any_flag_asked():
    _, answers, now = walk({"pain": "calf.left calf.right", "duration": "days"})
    assert now.urgency.level == "emergency"
    assert list(answers.given)[-1] == "duration"


def test_a_medicine_that_was_named_answers_the_question_for_it():
    """Asked afterwards, a hasty no would hide what the list says."""
    seen, _, now = walk({"medicines": "apixaban"})
    assert "anticoagulant" not in seen
    assert "anticoagulant" not in {row["finding"] for row in now.urgency.not_yet_asked}
    assert "anticoagulant" in walk({})[0]


def test_weakness_has_a_course_only_where_there_is_weakness():
    assert "weakness_progression" not in walk({})[0]
    assert "weakness_progression" in walk({"weakness_reported": "left"})[0]


def test_skipping_everything_leaves_the_answer_provisional():
    answers = Answers()
    while (now := flow.state(answers, ENGINE, {})).screen is not None:
        answers = answers.with_one(now.screen.id, "?")
    assert now.case.observations == ()
    assert now.urgency.provisional
    assert now.case.age is None


def test_a_place_not_ticked_is_free_and_a_side_is_that_side_only():
    said = observations(Answers({"pain": "back calf.left"}), KNOWLEDGE)["pain"]
    assert Observation("pain_back", "present") in said
    assert Observation("pain_calf", "present", side="left") in said
    assert Observation("pain_calf", "absent", side="right") in said
    assert Observation("pain_groin", "absent", side="bilateral") in said


def test_not_seeing_a_sign_says_nothing():
    assert observations(Answers({"cold_limb": "no"}), KNOWLEDGE)["cold_limb"] == []
    assert observations(Answers({"cold_limb": "left"}), KNOWLEDGE)["cold_limb"][0].side == "left"


def test_an_answer_that_contradicts_an_earlier_one_is_left_out(monkeypatch):
    from foramen.assessment import interview
    from foramen.errors import ContradictionError

    plain = interview.with_answer

    def strict(case, found, engine):
        if {"burning_pain", "night_pain"} <= {o.finding for o in (*case.observations, *found)}:
            raise ContradictionError("they exclude each other")
        return plain(case, found, engine)

    monkeypatch.setattr(interview, "with_answer", strict)
    case, left_out = case_of(Answers({"burning_pain": "yes", "night_pain": "yes"}), ENGINE, {})
    assert left_out == ("night_pain",)
    assert [o.finding for o in case.observations] == ["burning_pain"]


def test_answers_travel_as_form_fields():
    given_ = Answers({"age": "45", "pain": "back calf.left", "medicines": "aspirin, x=y", "collapse": "no", "sex": "?"})
    assert Answers.read(given_.fields(), KNOWLEDGE) == given_


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("age", "121"), ("age", "-1"), ("age", "x"), ("sex", "no"), ("pain", "calf"), ("pain", "back.left"),
        ("numb", "back"), ("collapse", "maybe"), ("duration", "no"), ("slr", "yes"), ("nothing", "?"),
        ("medicines", " "),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_dropped(question, answer):
    assert clean(question, [answer], KNOWLEDGE) is None
    assert Answers.read([f"{question}={answer}"], KNOWLEDGE).given == {}


@given(st.lists(st.text(max_size=40), max_size=8))
def test_no_field_breaks_the_reading(fields):
    read = Answers.read(fields, KNOWLEDGE)
    assert Answers.read(read.fields(), KNOWLEDGE) == read


def test_names_are_recognised_told_or_asked_back():
    found = names("medicines", "apixaban, ibuprofin, none", KNOWLEDGE, ENGLISH)
    assert [(n.typed, bool(n.means), n.nearest) for n in found] == [
        ("apixaban", True, ""),
        ("ibuprofin", False, "ibuprofen"),
    ]


def test_russian_names_stand_in_the_case_as_the_vocabulary_has_them():
    russian = i18n.words("ru")
    answers = Answers({"medicines": "Ксарелто, нурофен, абракадабра", "conditions": "нет"})
    lists = lists_of(answers, KNOWLEDGE, russian)
    assert lists == {"medicines": ("rivaroxaban", "ibuprofen", "абракадабра"), "conditions": ()}
    case, _ = case_of(answers, ENGINE, lists)
    assert case.conditions_complete
    assert flow.state(answers, ENGINE, lists).case == case


def test_the_summary_follows_a_history():
    answers = Answers(
        {"pain": "back calf.left", "numb": "none", "saddle_numbness": "no", "weakness_reported": "left",
         "duration": "weeks", "collapse": "?", "diabetes": "no", "iv_drug_use": "yes",
         "night_pain": "yes", "medicines": "aspirin, zzz"}
    )  # fmt: skip
    told = summary(answers, ENGINE, ENGLISH, ("fever_reported",))
    assert [row.said for row in told.complaint] == ["Lower back; Calf (left)", "none"]
    assert [row.said for row in told.course] == ["Between one and six weeks"]
    assert [(row.name, row.said) for row in told.flags] == [("Is one of your legs weak?", "Yes, on the left")]
    assert [row.name for row in told.denied] == ["Is the skin between your legs or around your bottom numb?"]
    assert [str(row) for row in told.risks] == ["Have you ever put drugs into a vein without a doctor? Yes"]
    assert [row.name for row in told.no_risks] == ["Do you have diabetes (high blood sugar)?"]  # no warning sign
    assert [row.name for row in told.more] == [KNOWLEDGE.patient.questions["night_pain"].ask]
    assert told.lists[0].said == "aspirin; zzz (not recognised here)"
    assert [row.name for row in told.open] == [
        "Did you faint or collapse when this began?",
        "Have you had a fever in the past days or weeks?",
    ]


def test_what_the_model_calls_an_emergency_ends_the_interview_too():
    said = {"age": "32", "sex": "male", "pain": "back", "unrelenting_pain": "yes", "iv_drug_use": "yes"}
    said |= {"diabetes": "yes", "course": "worsening", "duration": "subacute"}
    before = flow.state(Answers(said), ENGINE, {})
    now = flow.state(Answers({**said, "tb_exposure": "yes"}), ENGINE, {})
    assert before.urgency.level == "urgent"
    assert before.screen is not None
    assert now.urgency.level == "emergency"
    assert {r["kind"] for r in now.urgency.reasons if r["urgency"] == "emergency"} == {"model"}
    assert now.screen is None
