"""Which imaging findings are judged, and how."""

from dataclasses import replace

import pytest

from foramen import Assessment, assess
from foramen.assessment.assess import default_engine
from foramen.assessment.culprit import BROKEN, OWN_DIAGNOSIS
from foramen.case import Case, Observation, Study
from foramen.records.old import DEFICITS, SADDLE

SCAR = (
    Observation("pain_calf", side="right"),
    Observation("reflex_ankle", "reduced", side="right"),
    Observation("img_postoperative_scar", level="L5-S1", side="right", study="mri"),
    Observation("img_disc_bulge", level="L4-L5", study="mri"),
)
OPERATED = Observation("previous_spine_surgery")


def test_a_finding_that_a_stated_operation_brings_along_is_judged() -> None:
    """The scar of a known operation weighs less, and was for that missing among the culprits."""
    study = Study("mri", modality="mri", region="lumbar", complete=True)
    case = Case(id="scar", age=52, sex="male", setting="spine_clinic", observations=(*SCAR, OPERATED), studies=(study,))
    answer = assess(case, detail="summary")
    assert {c.finding for c in answer.culprits} == {"img_postoperative_scar", "img_disc_bulge"}
    scar = next(c for c in answer.culprits if c.finding == "img_postoperative_scar")
    assert scar.estimate.probability > 0
    assert answer.no_imaged_culprit is not None
    assert answer.no_imaged_culprit.probability < 1 - scar.estimate.probability + 1e-6


def lesions(*flags: str, complete: bool = True) -> Assessment:
    """A man of 71 with night pain and tumour-like lesions in two vertebrae."""
    study = Study("mri", modality="mri", region="lumbar", complete=complete)
    seen = [Observation("img_marrow_lesion", vertebra=v, study="mri") for v in ("L2", "L4")]
    said = [Observation(name) for name in ("pain_back", "night_pain", *flags)]
    return assess(Case(id="m", age=71, sex="male", observations=(*said, *seen), studies=(study,)), draws=5)


@pytest.mark.parametrize(
    "finding",
    ["img_marrow_lesion", "img_disc_infection", "img_epidural_mass", "img_sacral_lesion", "img_epidural_haematoma"],
)
def test_a_danger_seen_on_images_is_no_bystander(finding: str) -> None:
    """Beside a sciatica that a herniation explains, a tumour or an infection still needs its own diagnosis."""
    site = default_engine().model.knowledge.findings[finding].site
    where = {"vertebra": {"vertebra": "L1"}, "level": {"level": "L1-L2"}}.get(site, {})
    said = [
        Observation("pain_calf", side="left"),
        Observation("reflex_ankle", "absent", side="left"),
        Observation("img_herniation_subarticular", "extrusion", level="L5-S1", side="left"),
        Observation("img_disc_bulge", level="L2-L3"),
        Observation(finding, "abnormal", **where),
    ]
    found = assess(Case(id="d", age=45, sex="male", observations=tuple(said)), draws=5)
    verdicts = {c.finding: c for c in found.culprits}
    assert verdicts[finding].verdict != "bystander"
    assert verdicts["img_disc_bulge"].verdict == "bystander"
    if verdicts[finding].verdict == "uncertain":
        assert "own diagnosis" in verdicts[finding].reason


@pytest.mark.parametrize(("new", "verdict"), [(True, "uncertain"), (False, "bystander"), (None, "bystander")])
def test_a_fresh_fracture_is_no_bystander_and_an_old_one_may_be(new: bool | None, verdict: str) -> None:
    said = (
        Observation("pain_calf", side="left"),
        Observation("reflex_ankle", "absent", side="left"),
        Observation("img_herniation_subarticular", "extrusion", level="L5-S1", side="left"),
        Observation("img_fracture", "compression", vertebra="L1", new=new),
    )
    found = assess(Case(id="f", age=70, sex="female", observations=said), draws=5)
    assert next(c.verdict for c in found.culprits if c.finding == "img_fracture") == verdict


def test_several_lesions_of_one_disease_are_judged_together() -> None:
    found = lesions("cancer_history", "weight_loss")
    line = next(x for x in found.summary if x.startswith("Imaging"))
    assert "no finding is clearly the culprit" not in line
    assert "one or more of the marrow lesions" in line or "culprit Tumour" in line


def test_a_lesion_that_explains_little_is_left_to_be_diagnosed() -> None:
    found = lesions()
    assert not any(c.verdict == "bystander" for c in found.culprits)


@pytest.mark.parametrize(("told", "words"), [(True, "nothing abnormal"), (False, "none given")])
def test_normal_images_are_given_images(told: bool, words: str) -> None:
    denied = (Observation("img_herniation", "absent", level="unstated", side="bilateral"),) * told
    found = assess(Case(id="n", age=40, observations=(Observation("pain_back"), *denied)), draws=2, detail="summary")
    assert words in next(x for x in found.summary if x.startswith("Imaging"))


def test_of_a_stenosis_on_both_sides_the_painless_side_is_a_bystander() -> None:
    """A mild left stenosis was the culprit of a pain on the right."""
    study = Study("mri", modality="mri", region="lumbar", complete=True)
    said = (
        Observation("pain_lateral_leg", side="right"),
        Observation("pain_foot_dorsum", side="right"),
        Observation("power_great_toe_extension", side="right", mrc=4),
        Observation("worse_standing_walking"),
        Observation("relief_sitting"),
        Observation("img_central_stenosis", "severe", level="L4-L5", study="mri"),
        Observation("img_lateral_recess_stenosis", "abnormal", level="L4-L5", side="bilateral", study="mri"),
        Observation("img_foraminal_stenosis", "severe", level="L4-L5", side="right", study="mri"),
        Observation("img_foraminal_stenosis", "mild", level="L4-L5", side="left", study="mri"),
    )
    case = Case(id="s", age=73, sex="female", setting="spine_clinic", observations=said, studies=(study,))
    answer = assess(case, draws=5)
    sided = {(c.finding, c.side): c for c in answer.culprits}
    for finding in ("img_lateral_recess_stenosis", "img_foraminal_stenosis"):
        assert sided[finding, "left"].verdict == "bystander", finding
        assert sided[finding, "left"].reason == "It lies on the left; what is told lies on the right."
        assert "bilateral" not in sided[finding, "left"].label
    assert "culprit" in {sided[f, "right"].verdict for f in ("img_lateral_recess_stenosis", "img_foraminal_stenosis")}
    both = assess(replace(case, observations=(*said, Observation("pain_lateral_leg", side="left"))), draws=5)
    assert {(c.finding, c.side): c for c in both.culprits}["img_lateral_recess_stenosis", "left"].verdict == "culprit"


def test_a_culprit_explains_only_what_is_there() -> None:
    """What is normal or denied raised the odds of a lesion and was told as explained by it."""
    study = Study("mri", modality="mri", region="lumbar", complete=True)
    stated = (
        Observation("pain_lateral_leg", side="right"),
        Observation("pain_lateral_leg", "absent", side="left"),
        Observation("pain_foot_dorsum", side="right"),
        Observation("power_great_toe_extension", side="right", mrc=4),
        Observation("worse_standing_walking"),
        Observation("relief_sitting"),
        Observation("duration", "months"),
        Observation("img_listhesis", "grade1", level="L4-L5", study="mri"),
        Observation("img_central_stenosis", "severe", level="L4-L5", study="mri"),
        Observation("img_foraminal_stenosis", "mild", level="L4-L5", side="left", study="mri"),
        Observation("img_lateral_recess_stenosis", level="L4-L5", side="right", study="mri"),
    )
    case = Case(age=73, sex="female", setting="spine_clinic", observations=stated, studies=(study,))
    reasons = [c.reason for c in assess(case, draws=5).culprits]
    assert any("Outer lower-leg pain, right" in r for r in reasons)
    assert not [r for r in reasons if "denied" in r or "normal" in r]


def test_a_dying_femoral_head_beside_sciatica_needs_its_own_diagnosis() -> None:
    stated = (
        Observation("pain_back"),
        Observation("pain_groin", side="left"),
        Observation("numb_medial_leg", side="left"),
        Observation("numb_foot_dorsum", side="left"),
        Observation("img_hip_arthritis", side="left", study="hip"),
        Observation("img_hip_osteonecrosis", side="left", study="hip"),
    )
    studies = (Study("hip", modality="xray", region="hip"),)
    found = assess(Case(age=56, sex="male", setting="spine_clinic", observations=stated, studies=studies), draws=5)
    verdicts = {c.finding: c.verdict for c in found.culprits}
    assert verdicts["img_hip_osteonecrosis"] in ("culprit", "uncertain")


def test_what_the_code_names_is_in_the_vocabulary() -> None:
    """A name that no finding has, or begins with, would silently rule out nothing."""
    known = default_engine().model.knowledge.findings
    assert {*OWN_DIAGNOSIS, *BROKEN} <= set(known)
    for begin in (*DEFICITS, *SADDLE):
        assert any(name.startswith(begin) for name in known), begin
