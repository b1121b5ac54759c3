"""Where imaging and symptoms do not fit, it is said; and the picture of the spine says what the answer says."""

from __future__ import annotations

from xml.etree import ElementTree

import foramen
from foramen.assessment.picture import spine_svg
from foramen.assessment.words import settled_against

SIGNS = """
context: {age: 45, sex: male, setting: spine_clinic}
studies: [{id: mri, modality: mri, region: lumbar, complete: true}]
findings:
- {finding: pain_calf, side: left}
- {finding: pain_lateral_foot, side: left}
- {finding: slr, side: left, degrees: 40}
- {finding: reflex_ankle, side: left, state: absent}
"""


def assessed(*imaging: str) -> foramen.Assessment:
    lines = "".join(f"- {line}\n" for line in imaging)
    return foramen.assess(foramen.read_case(SIGNS + lines), draws=5)


def test_the_wrong_side_is_named() -> None:
    found = assessed("{finding: img_herniation_subarticular, level: L5-S1, side: right, state: protrusion, study: mri}")
    words = " ".join(found.discordance)
    assert "No imaged finding explains the complaint" in words
    assert "Wrong side" in words


def test_the_wrong_level_is_named() -> None:
    found = assessed("{finding: img_herniation_subarticular, level: L2-L3, side: left, state: protrusion, study: mri}")
    assert "Wrong level: the S1 root is not reached from L2-L3." in found.discordance


def test_a_complete_scan_that_names_no_lesion_is_at_odds_with_a_leading_one() -> None:
    words = " ".join(assessed().discordance)
    assert "The MRI named no lesion, and Lumbar disc herniation" in words
    assert "before the same scan is repeated" in words
    short = foramen.assess(foramen.read_case(SIGNS.replace("complete: true", "complete: false")), draws=5)
    assert short.discordance == ()


HIP = """
context: {age: 69, sex: female, setting: spine_clinic}
studies: [{id: mri, modality: mri, region: lumbar, complete: true}]
findings:
- {finding: pain_groin, side: right}
- {finding: pain_anterior_thigh, side: right}
- {finding: pain_knee, side: right}
- start_up_pain
- {finding: duration, state: months}
- {finding: hip_rotation_painful, side: right}
- {finding: fadir, side: right}
- {finding: femoral_stretch, side: right, state: absent}
- {finding: img_disc_bulge, level: L3-L4, study: mri}
"""


def test_what_to_image_next_and_what_not_agree() -> None:
    """To image the other region was advised above "No radiograph, CT or MRI"."""
    found = foramen.assess(foramen.read_case(HIP), draws=5)
    assert any(line.startswith("Perhaps not the lumbar spine: Hip") for line in found.discordance)
    assert "the other region is the next to consider, not the same scan again" in found.discordance[-1]
    assert found.plan is not None
    refused = [i.modality for i in found.plan.imaging if i.advice == "not_now"]
    assert refused
    assert all("of the lumbar spine" in m or "repeat" in m for m in refused)


def test_a_sign_against_a_settled_root_is_explained() -> None:
    """An absent ankle jerk weighs against S1 only as a neuropathy beside L5, the last other account, expects it."""
    signs = (
        SIGNS
        + """
- {finding: crossed_slr, side: left}
- {finding: numb_lateral_foot, side: left}
- {finding: power_plantarflexion, side: left, mrc: 4}
- {finding: sens_lateral_foot, side: left}
- {finding: img_herniation_subarticular, level: L5-S1, side: left, state: extrusion, study: mri}
- {finding: img_root_contact_traversing, level: L5-S1, side: left, state: compression, study: mri}
"""
    )
    found = foramen.assess(foramen.read_case(signs), draws=5)
    s1 = [w for w in found.weights if w.answer == "S1 left"]
    assert settled_against(s1)
    assert not settled_against([w for w in s1 if w.log10_odds > 0])


def test_nothing_is_said_where_a_finding_explains_it() -> None:
    found = assessed("{finding: img_herniation_subarticular, level: L5-S1, side: left, state: extrusion, study: mri}")
    assert found.discordance == ()


def test_the_picture_is_well_formed_and_says_what_the_answer_says() -> None:
    found = assessed(
        "{finding: img_herniation_subarticular, level: L5-S1, side: left, state: extrusion, study: mri}",
        "{finding: img_disc_bulge, level: L3-L4, study: mri}",
    )
    svg = spine_svg(found)
    ElementTree.fromstring(svg)
    assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")
    assert "<script" not in svg
    described = svg.partition("<desc")[2].partition("</desc>")[0]
    assert "culprit" in described
    assert "bystander" in described
    assert "S1 left" in described
