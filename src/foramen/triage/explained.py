"""Which back pain the rules of infection may leave out beside a fever: a kidney's, and one without a sign at the spine.

Each wants the spine knocked on or pressed and the legs tested, with nothing found, and a pain of days: what is not told
counts against it (docs/decisions/0003-urgency-floor.md).
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
# what no kidney and no cold explains: nerves, bladder and saddle, the psoas, the hip, pain at night, germs in the blood
AGAINST = (
    *DEFICITS, "urinary_retention", "urinary_incontinence", "bladder_change", "bowel_", "sexual_dysfunction",
    "sphincter_disturbance", "saddle_", "anal_", "babinski", "clonus_hyperreflexia", "sensory_level", "step_off",
    "spastic_or_ataxic_gait", "psoas_sign", "hip_rotation_painful", "night_pain", "unrelenting_pain", "weight_loss",
    "blood_culture_positive", "heart_murmur", "shock", "tachycardia", "img_", "cancer_history", "pain_sacral",
    *SPINE_PRESSED, *RISKS,
)  # fmt: skip
INFLAMMATION = ("crp", "esr", "leucocytosis", "urinary_symptoms", "urine_abnormal", "renal_angle_tenderness")
DAYS = ("hours", "days")
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


def _quiet(item: Item, items: Sequence[Item]) -> bool:
    """Whether the pain is one of days, spine and legs were examined, and nothing speaks for the spine."""
    if _stated(AGAINST, items) or not any(_denied(finding, items) for finding in SPINE_PRESSED):
        return False
    if not any(i.observation.finding.startswith(MOTOR) and _normal(i) for i in items):
        return False
    said = [i.observation for i in items if abnormal(i)]
    if any(o.course in GROWING or _long(o) for o in (*said, item.observation)):
        return False
    if any(o.finding == "course" and o.state in GROWING for o in said):
        return False
    return any(o.finding == "duration" and o.state in DAYS for o in said)


def _long(o: Observation) -> bool:
    since = weeks(o.since)
    return o.finding.startswith(("pain_", "fever_", "duration")) and since is not None and since > LONGEST_WEEKS


def _stated(beginnings: tuple[str, ...], items: Sequence[Item]) -> bool:
    return any(i.observation.finding.startswith(beginnings) and not _normal(i) for i in items)


def _denied(finding: str, items: Sequence[Item]) -> bool:
    return any(i.observation.finding == finding and _normal(i) for i in items)


def _normal(item: Item) -> bool:
    """Whether what the item states is surely normal, wherever it speaks of."""
    vectors = item.vectors.values()
    return bool(vectors) and not item.any_of and all(v[0] and not any(v[1:]) for v in vectors)
