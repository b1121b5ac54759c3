"""A report beside what the case states itself: nothing is overwritten, and what it says of the numbering is told."""

from pathlib import Path

import pytest
import yaml

from foramen.assessment.assess import assess
from foramen.records.case_file import case_from_mapping
from foramen.records.reports import read_report, with_report

REPORTS = yaml.safe_load((Path(__file__).parents[1] / "spec" / "reports.yaml").read_text(encoding="utf-8"))
TEXT = "\n".join(r["text"] for r in REPORTS)


def test_a_long_report_read_twice_says_the_same():
    assert read_report(TEXT) == read_report(TEXT)
    case = case_from_mapping({"context": {"age": 50}})
    assert with_report(case, read_report(TEXT)) == with_report(case, read_report(TEXT))


def test_nothing_that_the_case_states_is_overwritten():
    stated = [
        {"finding": "img_central_stenosis", "level": "L4-L5", "state": "severe"},
        {"finding": "img_tarlov_cyst", "state": "absent"},
        {"finding": "img_foraminal_stenosis", "level": "L5-S1", "side": "left", "state": "mild"},
    ]
    case = case_from_mapping({"context": {"age": 50}, "findings": stated})
    both = with_report(case, read_report(TEXT))
    assert both.observations[: len(case.observations)] == case.observations
    places = {(o.finding, o.level, o.side, o.vertebra) for o in case.observations}
    added = both.observations[len(case.observations) :]
    assert not places & {(o.finding, o.level, o.side, o.vertebra) for o in added}


@pytest.mark.parametrize(
    "text",
    [
        "Mild bilateral foraminal stenosis at L4-L5. Severe left foraminal stenosis at L4-L5.",
        "L4-L5: foraminal stenosis: mild right, none left. Bilateral foraminal stenosis.",
        "L5-S1: abutting both S1 nerve roots. Compression of the left S1 nerve root.",
    ],
)
def test_a_report_that_grades_the_sides_apart_contradicts_nothing(engine, text):
    case = case_from_mapping({"context": {"age": 50}})
    assess(with_report(case, read_report(f"MRI lumbar spine.\n{text}")), engine=engine, draws=1)


@pytest.mark.parametrize(("state", "told"), [("present", True), ("absent", False)])
def test_a_transitional_vertebra_warns_of_the_wrong_level(engine, state, told):
    said = [{"finding": "img_transitional_vertebra", "state": state}]
    case = case_from_mapping({"context": {"age": 45}, "findings": said})
    assert any("off by one" in w for w in assess(case, engine=engine, draws=1).warnings) is told


@pytest.mark.parametrize(
    "text",
    [
        "Partial sacralisation of L5 (Castellvi IIIa).",
        "LSTV with a lumbarised S1.",
        "There are six lumbar-type vertebrae.",
        "Four non-rib-bearing lumbar-type vertebral bodies.",
        "Disc bulge at L5-L6.",
    ],
)
def test_a_report_of_unusual_numbering_warns(engine, text):
    case = with_report(case_from_mapping({"context": {"age": 45}}), read_report(f"MRI lumbar spine. {text}"))
    assert any("off by one" in w for w in assess(case, engine=engine, draws=1).warnings)


@pytest.mark.parametrize("text", ["There are five lumbar-type vertebrae.", "No transitional vertebra."])
def test_the_usual_numbering_does_not_warn(engine, text):
    case = with_report(
        case_from_mapping({"context": {"age": 45}}), read_report(f"MRI lumbar spine. L4-L5 bulge. {text}")
    )
    assert not any("off by one" in w for w in assess(case, engine=engine, draws=1).warnings)


def test_a_report_that_says_only_what_the_format_has_no_type_for_reaches_the_case():
    case = with_report(case_from_mapping({}), read_report("MRI lumbar spine. Fluid collection in the left psoas."))
    assert [(o.finding, o.side) for o in case.observations] == [("img_paraspinal_or_psoas_collection", "left")]


def test_an_answer_settles_all_that_the_words_say():
    read = read_report("MRI lumbar spine. Possible epidural abscess at L3-L4.")
    denied = read.answered(read.findings[0], False)
    assert not any(f.present for f in (*denied.findings, *denied.also))
    assert {o.state for o in with_report(case_from_mapping({}), denied).observations} == {"absent"}


@pytest.mark.parametrize(
    "text",
    [
        "Burst fracture of L1, not seen on the plain film.",
        "Slip of L4 on L5, not present in 2019.",
        "Large left extrusion at L5-S1 which was not seen on the prior study.",
    ],
)
def test_what_another_study_did_not_show_is_not_denied(text):
    assert [f.certainty for f in read_report(text).findings] == ["affirmed"]


def test_a_denial_of_this_study_stays_one():
    assert [f.certainty for f in read_report("Disc herniation at L4-L5 is not seen.").findings] == ["negated"]
    assert [f.certainty for f in read_report("Discitis at L4-L5 has been ruled out.").findings] == ["uncertain"]


OLD = ["No fracture. Old wedge deformity of L1, unchanged since 2015.", "Old wedge deformity of L1. No fracture."]


@pytest.mark.parametrize("text", [*OLD, f"L5/S1: disc height loss. {OLD[0]}", f"L5/S1: disc height loss. {OLD[1]}"])
def test_an_old_fracture_beside_no_fracture_is_old_and_no_contradiction(engine, text):
    stated = [{"finding": "pain_back"}, {"finding": "night_pain"}]
    case = with_report(
        case_from_mapping({"context": {"age": 73}, "findings": stated}), read_report(f"MRI lumbar spine. {text}")
    )
    assert [(o.vertebra, o.new) for o in case.observations if o.finding == "img_fracture"] == [("L1", False)]
    answer = assess(case, engine=engine, draws=1, detail="summary")
    fired = {r["id"] for r in answer.urgency.reasons}
    assert "fracture_seen" not in fired
    assert "fracture_seen_old" in fired
    assert answer.causes[0].cause != "vertebral_fragility_fracture"
    assert [c.verdict for c in answer.culprits if c.finding == "img_fracture"] == ["bystander"]


def test_a_fracture_not_called_old_is_still_judged_as_perhaps_fresh(engine):
    stated = [{"finding": "pain_back"}, {"finding": "night_pain"}]
    case = case_from_mapping({"context": {"age": 73}, "findings": stated})
    read = read_report("MRI lumbar spine. Wedge deformity of L1.")
    answer = assess(with_report(case, read), engine=engine, draws=1, detail="summary")
    assert "fracture_seen" in {r["id"] for r in answer.urgency.reasons}


def test_lesions_of_several_bones_and_the_sacrum_all_reach_the_case():
    text = "Multiple T1 hypointense lesions in L2, L4 and the sacrum suspicious for metastases."
    read = read_report(f"MRI lumbar spine. {text} No cord or cauda equina compression.")
    seen = {
        (o.finding, o.vertebra) for o in with_report(case_from_mapping({}), read).observations if o.state != "absent"
    }
    assert seen == {
        ("img_marrow_lesion", "L2"),
        ("img_marrow_lesion", "L4"),
        ("img_sacral_lesion", None),
        ("img_multiple_bone_lesions", None),
    }
