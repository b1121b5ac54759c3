"""Free names of medicines and conditions reach the findings, denials and family history do not."""

import pytest

from foramen.assessment.assess import default_engine
from foramen.case import Case
from foramen.errors import ContradictionError
from foramen.knowledge.loader import load_knowledge
from foramen.records.case_file import read_case
from foramen.records.evidence import combine_items, items_of
from foramen.records.listed import read_lists
from foramen.records.vocabulary import implied_findings

KNOWLEDGE = load_knowledge()


def stated(**lists: tuple[str, ...]) -> dict[str, str | None]:
    return {o.finding: o.state for o in implied_findings(Case(**lists), KNOWLEDGE)}


@pytest.mark.parametrize(
    ("medicine", "finding"),
    [
        ("Eliquis 5mg bd", "anticoagulant"), ("Marcumar", "anticoagulant"), ("Clexane", "anticoagulant"),
        ("blood thinner", "anticoagulant"), ("Humira", "immunosuppression"), ("Fosamax", "osteoporosis"),
        ("Lantus", "diabetes"), ("Medrol", "steroid_use"),
    ],
)  # fmt: skip
def test_brand_names_reach_the_red_flags(medicine: str, finding: str) -> None:
    assert stated(medicines=(medicine,)) == {finding: "present"}


@pytest.mark.parametrize("medicine", ["statin", "Lipitor 20 mg", "аторвастатин", "ezetimibe"])
def test_a_tablet_against_blood_fats_states_them(medicine: str) -> None:
    assert stated(medicines=(medicine,)) == {"high_blood_lipids": "present"}


@pytest.mark.parametrize(
    ("condition", "findings"),
    [
        ("hyperlipidaemia", {"high_blood_lipids"}),
        ("high cholesterol", {"high_blood_lipids"}),
        ("sickle cell disease", {"osteonecrosis_risk", "immunosuppression"}),
        ("lupus", {"osteonecrosis_risk"}),
        ("heart transplant", {"osteonecrosis_risk", "immunosuppression"}),
        ("sickle cell trait", set()),
        ("normal cholesterol", set()),
        ("family history of high cholesterol", set()),
        ("family history of lupus", set()),
    ],
)
def test_conditions_reach_blood_fats_and_the_risk_of_a_dying_hip(condition: str, findings: set[str]) -> None:
    assert stated(conditions=(condition,)) == dict.fromkeys(findings, "present")


def test_lupus_leaves_kidneys_defence_and_clots_to_be_asked() -> None:
    """It is understood now, so nothing else would keep these from counting as denied by a complete list."""
    open_ = read_lists(Case(conditions=("lupus",)), KNOWLEDGE).open
    assert {"kidney_disease", "immunosuppression", "thrombosis_history"} <= open_


@pytest.mark.parametrize(
    "condition", ["family history of breast cancer", "fear of cancer", "basal cell carcinoma", "prediabetes"]
)
def test_what_only_sounds_like_it_states_nothing(condition: str) -> None:
    assert stated(conditions=(condition,)) == {}


@pytest.mark.parametrize("condition", ["no cancer", "never had cancer", "cancer ruled out"])
def test_a_denial_is_a_finding_too(condition: str) -> None:
    assert stated(conditions=(condition,)) == {"cancer_history": "absent"}


def test_a_denial_covers_its_own_part_only() -> None:
    listed = read_lists(Case(conditions=("no cancer, hypertension, peptic ulcer",)), KNOWLEDGE)
    assert "cancer_history" in listed.denied
    assert not {"hypertension", "peptic_ulcer_history"} & {*listed.denied, *listed.has}
    assert [u.name for u in listed.unmatched] == ["hypertension", "peptic ulcer"]


@pytest.mark.parametrize("medicine", ["co-codamol 30/500", "amlodipine 5 mg/day", "ibuprofen with food"])
def test_doses_are_no_names(medicine: str) -> None:
    assert read_lists(Case(medicines=(medicine,)), KNOWLEDGE).unmatched == []


def test_a_medicine_that_was_stopped_is_not_taken() -> None:
    assert read_lists(Case(medicines=("warfarin stopped 2019",)), KNOWLEDGE).takes == {}


@pytest.mark.parametrize(
    "condition",
    [
        "cancer not excluded", "cancer cannot be ruled out", "no recurrence of prostate cancer",
        "no evidence of disease after breast cancer", "no fever; breast cancer 2011", "no longer treated for cancer",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_denial_still_states_it(condition: str) -> None:
    assert stated(conditions=(condition,))["cancer_history"] == "present"


@pytest.mark.parametrize("condition", ["no history of cancer", "denies any cancer", "no diabetes or cancer"])
def test_a_denial_may_hold_words_between(condition: str) -> None:
    assert stated(conditions=(condition,))["cancer_history"] == "absent"


@pytest.mark.parametrize("medicine", ["No anticoagulants but takes apixaban", "apixaban stopped yesterday"])
def test_a_blood_thinner_is_not_lost_in_words(medicine: str) -> None:
    assert stated(medicines=(medicine,)) == {"anticoagulant": "present"}


def test_a_recurrence_that_is_denied_denies_no_cancer() -> None:
    assert stated(no_conditions=("recurrence of cancer",)) == {}
    assert stated(no_conditions=("cancer",)) == {"cancer_history": "absent"}


@pytest.mark.parametrize(
    ("score", "state"), [(0, "mild"), (39, "mild"), (40, "moderate"), (70, "severe"), (100, "severe")]
)
def test_a_pain_score_says_how_strong_the_pain_is(score: float, state: str) -> None:
    case = Case(scores={"pain_0_100": score})
    assert {o.finding: o.state for o in implied_findings(case, KNOWLEDGE)} == {"pain_severity": state}


def test_a_pain_score_and_what_the_case_says_of_the_pain_must_agree() -> None:
    def read(stated: dict[str, object]) -> Case:
        return read_case({"findings": [{"finding": "pain_severity", **stated}], "scores": {"pain_0_100": 85}})

    model = default_engine().model
    for agreeing in ({"state": "severe"}, {"state": "9/10"}, {"not": ["mild"]}, {}):
        items = items_of(read(agreeing), model)
        assert combine_items(items).vectors["pain_severity"] == (0.0, 0.0, 1.0)
    with pytest.raises(ContradictionError, match="How strong the pain is"):
        combine_items(items_of(read({"state": "mild"}), model))
