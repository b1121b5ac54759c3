"""What rules of infection may leave out: pain that a kidney or plain fever explains, a common risk without a sign.

Each wants in so many words what speaks against an infection of the spine: what is not told, asked or examined counts as
it did before (docs/decisions/0003-urgency-floor.md).
"""

from __future__ import annotations

from collections.abc import Sequence

from foramen.case import Observation
from foramen.records.evidence import Item
from foramen.records.grades import weeks
from foramen.triage.facts import DEFICITS, GROWING, MOTOR, abnormal

URINE = ("urinary_symptoms", "urine_abnormal")
FLANK = ("renal_angle_tenderness", "pain_flank_abdomen")
SPINE_PRESSED = ("percussion_tenderness", "midline_tenderness")
RISKS = (
    "diabetes", "renal_or_liver_disease", "alcohol_excess", "steroid_use", "immunosuppression", "iv_drug_use",
    "recent_infection", "recent_spinal_procedure", "tb_exposure",
)  # fmt: skip
FEELS_ILL = ("malaise_unwell", "chills_sweats")
# seen on images, what infection, tumour or fracture may be; a bulge or a worn joint is none of them
IMAGES = (
    "img_disc_infection", "img_epidural_", "img_paraspinal_or_psoas_collection", "img_marrow_lesion", "img_fracture",
    "img_multiple_bone_lesions", "img_bone_oedema", "img_pelvic_bone_lesion", "img_sacral_", "img_sacroiliac_one_side",
    "img_hip_effusion", "img_intradural_mass", "img_soft_tissue_mass", "img_root_enhancement", "img_cord_compression",
    "img_sac_compression",
)  # fmt: skip
# what no kidney and no cold explains: nerves, bladder and saddle, the psoas, the hip, pain at night, germs in the blood
AGAINST = (
    *DEFICITS, "urinary_retention", "urinary_incontinence", "bladder_change", "bowel_", "sexual_dysfunction",
    "sphincter_disturbance", "saddle_", "anal_", "babinski", "clonus_hyperreflexia", "sensory_level", "step_off",
    "spastic_or_ataxic_gait", "psoas_sign", "hip_rotation_painful", "night_pain", "unrelenting_pain", "weight_loss",
    "blood_culture_positive", "heart_murmur", "shock", "tachycardia", "cancer_history", "pain_sacral",
    *IMAGES, *SPINE_PRESSED, *RISKS,
)  # fmt: skip
INFLAMMATION = ("crp", "esr", "leucocytosis", "urinary_symptoms", "urine_abnormal", "renal_angle_tenderness")
DAYS = ("hours", "days")
RECENT = (*DAYS, "weeks")
COMMON = ("diabetes", "renal_or_liver_disease", "alcohol_excess")  # risks of many who have no infection
FEVER = ("fever_reported", "fever_measured")
ONE_LEG = ("numb_", "sens_")  # a root's area of skin in one leg is no sign of an infection
# risks beside which a normal CRP is believed less: cortisone and a weak immune system blunt it, the others start late
BLUNTED = ("steroid_use", "immunosuppression", "recent_infection", "recent_spinal_procedure", "tb_exposure")
LONGEST_WEEKS = 2.0  # what began longer ago is no matter of days


def is_kidney_pain(item: Item, items: Sequence[Item]) -> bool:
    """True for pain of back or flank of some days where urine and flank speak for a kidney and nothing for the spine.

    Raised blood tests change nothing: an infected kidney raises them.
    """
    if item.observation.finding not in ("pain_back", "pain_flank_abdomen") or not _quiet(item, items):
        return False
    return _stated(URINE, items) and _stated(FLANK, items)


def is_plain_fever_pain(item: Item, items: Sequence[Item]) -> bool:
    """True for back pain of some days with fever alone: every risk, shivering and feeling ill are denied."""
    if item.observation.finding != "pain_back" or not _quiet(item, items):
        return False
    if _stated((*INFLAMMATION, *FEELS_ILL, "pain_flank_abdomen"), items):
        return False
    return all(_denied(finding, items) for finding in (*RISKS, *FEELS_ILL))


def is_risk_without_sign(item: Item, items: Sequence[Item]) -> bool:
    """True for diabetes, organ disease or alcohol as the only risk where fever and feeling ill are denied.

    Not with a tender spine, pain at night, a weakness, numb skin of both legs, raised blood tests or a growing
    complaint.
    """
    name = item.observation.finding
    if name not in COMMON or _stated(tuple(risk for risk in RISKS if risk != name), items):
        return False
    if not any(_denied(f, items) for f in FEVER) or not any(_denied(f, items) for f in FEELS_ILL):
        return False
    if _stated((*FEVER, *FEELS_ILL, *INFLAMMATION[:3]), items) or _gets_worse(items):
        return False
    left_out = (*RISKS, *ONE_LEG)
    return not _stated(tuple(f for f in AGAINST if f not in left_out), items) and not _both_legs(items)


def is_strained_risk(item: Item, items: Sequence[Item]) -> bool:
    """True for such a risk where recent pain came with a lift and stays in the back, and the spine is not tender."""
    if not is_risk_without_sign(item, items) or _stated(ONE_LEG, items):
        return False
    said = [i.observation for i in items if abnormal(i)]
    lifted = any(o.finding == "onset" and o.state == "after_lifting" for o in said)
    recent = any(o.finding == "duration" and o.state in RECENT for o in said)
    return lifted and recent and any(_denied(finding, items) for finding in SPINE_PRESSED)


def is_tested_risk(item: Item, items: Sequence[Item]) -> bool:
    """True for a risk beside which CRP is stated as normal, but may deceive: it is repeated, not asked for as if new.

    Not with drugs by needle, a sign of infection, pain of hours or at night, a weakness or a growing complaint; with a
    tender spine only where ESR is normal, too.
    """
    name = item.observation.finding
    if (
        name in COMMON
    ):  # alone it is answered by CRP, organ disease and alcohol by ESR, too; beside the others no sooner
        if not _stated(BLUNTED, items) or (name != "diabetes" and not _denied("esr", items)):
            return False
    elif name not in BLUNTED:
        return False
    if not _denied("crp", items) or _gets_worse(items):
        return False
    left_out = (*COMMON, *BLUNTED, *ONE_LEG, "midline_tenderness")
    signs = (*FEVER, *FEELS_ILL, *INFLAMMATION[1:3], *(f for f in AGAINST if f not in left_out))
    if _stated(signs, items) or _both_legs(items) or (_stated(SPINE_PRESSED, items) and not _denied("esr", items)):
        return False
    return not any("duration" in i.vectors and i.vectors["duration"][0] for i in items)  # before CRP rises


def _gets_worse(items: Sequence[Item]) -> bool:
    said = [i.observation for i in items if abnormal(i)]
    named = ("course", "weakness_progression")
    return any(o.course in GROWING or (o.finding in named and o.state in GROWING) for o in said)


def _both_legs(items: Sequence[Item]) -> bool:
    sides = {i.observation.side for i in items if i.observation.finding.startswith(ONE_LEG) and not _normal(i)}
    return "bilateral" in sides or {"left", "right"} <= sides


def _quiet(item: Item, items: Sequence[Item]) -> bool:
    """Whether the pain is one of days, spine and legs were examined, and nothing speaks for the spine."""
    if _stated(AGAINST, items) or not any(_denied(finding, items) for finding in SPINE_PRESSED):
        return False
    if not any(i.observation.finding.startswith(MOTOR) and _normal(i) for i in items):
        return False
    said = [i.observation for i in items if abnormal(i)]
    if _gets_worse(items) or any(_long(o) for o in said):
        return False
    return any(o.finding == "duration" and o.state in DAYS for o in said)


def _long(o: Observation) -> bool:
    since = weeks(o.since)
    return o.finding.startswith(("pain_", "fever_", "duration")) and since is not None and since > LONGEST_WEEKS


def _stated(beginnings: tuple[str, ...], items: Sequence[Item]) -> bool:
    return any(i.observation.finding.startswith(beginnings) and not (i.silent or _normal(i)) for i in items)


def _denied(finding: str, items: Sequence[Item]) -> bool:
    return any(i.observation.finding == finding and _normal(i) for i in items)


def _normal(item: Item) -> bool:
    """Whether what the item states is surely normal, wherever it speaks of."""
    vectors = item.vectors.values()
    return bool(vectors) and not item.any_of and all(v[0] and not any(v[1:]) for v in vectors)
