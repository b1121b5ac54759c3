"""The side of the complaint: of the lesion, else of the roots it reaches, else of what is told."""

import pytest

from foramen.assessment.assess import assess
from foramen.records.case_file import read_case


def sides(*findings: dict, **more: object) -> dict[str, float]:
    case = read_case({"context": {"age": 45, "setting": "emergency"}, "findings": list(findings), **more})
    answer = assess(case, draws=4).sides
    assert [s.estimate.probability for s in answer] == sorted((s.estimate.probability for s in answer), reverse=True)
    return {s.side: s.estimate.probability for s in answer}


MRI = {"studies": [{"id": "mri", "modality": "mri"}]}


def test_sides_sum_to_one():
    found = sides({"finding": "pain_leg", "side": "left"})
    assert sum(found.values()) == pytest.approx(1)
    assert found["left"] > found["right"]


def test_a_lesion_of_one_side_that_reaches_both_has_its_side():
    found = sides(
        {"finding": "pain_leg", "side": "bilateral"},
        {"finding": "urinary_retention"},
        {"finding": "saddle_numbness"},
        {
            "finding": "img_herniation_subarticular",
            "level": "L5-S1",
            "side": "left",
            "state": "extrusion",
            "study": "mri",
        },
        {"finding": "img_sac_compression", "level": "L5-S1", "study": "mri"},
        **MRI,
    )
    assert found["left"] > 0.5


def test_a_midline_lesion_without_a_root_has_the_side_of_the_complaint():
    findings = [
        {"finding": "pain_back"},
        {"finding": "fever_measured"},
        {"finding": "img_disc_infection", "level": "L3-L4", "study": "mri"},
    ]
    assert sides(*findings, **MRI)["both or midline"] > 0.5
    assert sides(*findings, {"finding": "pain_leg", "side": "right"}, **MRI)["right"] > 0.5


def test_a_cyst_of_one_joint_has_its_side_also_where_both_legs_suffer():
    case = read_case(
        {
            "context": {"age": 66, "setting": "spine_clinic"},
            "findings": [
                {"finding": "pain_leg", "side": "bilateral"},
                {"finding": "power_leg", "side": "bilateral"},
                {"finding": "img_synovial_cyst", "level": "L4-L5", "side": "right", "study": "mri"},
                {"finding": "img_central_stenosis", "level": "L4-L5", "state": "severe", "study": "mri"},
            ],
            **MRI,
        }
    )
    cyst = [p for p in assess(case, draws=4).places if p.cause == "synovial_cyst" and p.level == "L4-L5"]
    assert cyst[0].side == "right"
    assert all(p.side in ("left", "right") for p in cyst)


MASS = [{"finding": "pain_back"}, {"finding": "img_marrow_lesion", "vertebra": "L5", "study": "mri"}]


@pytest.mark.parametrize("side", ["left", "right"])
def test_the_side_of_an_imaged_mass_is_the_side_of_the_complaint(side):
    before = sides(*MASS, **MRI)
    after = sides(*MASS, {"finding": "img_lesion_side", "side": side, "study": "mri"}, **MRI)
    assert before["left"] == pytest.approx(before["right"], abs=0.02)
    assert max(after, key=after.__getitem__) == side


def test_of_two_painful_legs_the_worse_one_speaks_for_its_side():
    legs = {"finding": "pain_leg", "side": "bilateral"}
    even, uneven = sides(legs), sides(legs, {"finding": "worse_side", "side": "left"})
    assert uneven["left"] > 1.5 * even["left"]
    assert uneven["right"] < even["right"]


def test_a_side_alone_is_neither_asked_for_nor_judged_as_culprit():
    case = read_case(
        {
            "context": {"age": 60},
            "findings": [*MASS, {"finding": "img_lesion_side", "side": "left", "study": "mri"}],
            **MRI,
        }
    )
    answer = assess(case, draws=4)
    assert {c.finding for c in answer.culprits} == {"img_marrow_lesion"}
    assert not {n.finding for n in answer.next_findings} & {"worse_side", "mass_side", "img_lesion_side"}


@pytest.mark.parametrize(
    "beside",
    [
        [{"finding": "img_pelvic_bone_lesion", "study": "mri"}, {"finding": "img_lesion_side", "side": "left"}],
        [{"finding": "palpable_mass"}, {"finding": "mass_side", "side": "left"}],
        [{"finding": "img_foraminal_stenosis", "level": "L4-L5", "side": "left", "study": "mri"}],
    ],
)
def test_what_lies_on_the_other_side_does_not_make_a_one_sided_complaint_two_sided(beside):
    found = sides({"finding": "pain_leg", "side": "right"}, *beside, **MRI)
    assert max(found, key=found.__getitem__) == "right"


def test_the_side_of_a_lesion_names_no_lesion_and_so_makes_no_account_of_the_imaging():
    case = read_case({"findings": ["pain_back", {"finding": "img_lesion_side", "side": "left", "study": "mri"}], **MRI})
    assert not any("short account of imaging" in label for label in assess(case, draws=4).understood)
