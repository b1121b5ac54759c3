"""Which imaging findings are judged at all."""

from foramen import assess
from foramen.case import Case, Observation, Study

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
