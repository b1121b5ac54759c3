"""Where imaging and symptoms do not fit, it is said; and the picture of the spine says what the answer says."""

from __future__ import annotations

from xml.etree import ElementTree

import foramen
from foramen.assessment.picture import spine_svg

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


def test_nothing_is_said_where_a_finding_explains_it() -> None:
    found = assessed("{finding: img_herniation_subarticular, level: L5-S1, side: left, state: extrusion, study: mri}")
    assert found.discordance == ()
    assert assessed().discordance == ()


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
