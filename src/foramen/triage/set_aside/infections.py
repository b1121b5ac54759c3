"""What rules of infection may leave out: pain that a kidney or plain fever explains, a risk without a sign or tested.

Each wants in so many words what speaks against an infection of the spine: what is not told, asked or examined counts as
it did before (docs/decisions/0003-urgency-floor.md).
"""

from __future__ import annotations

from collections.abc import Sequence

from foramen.case import Observation
from foramen.records.evidence import Item
from foramen.records.times import weeks
from foramen.triage.facts import DEFICITS, MOTOR
from foramen.triage.set_aside.told import (
    IMAGES,
    answered,
    begun_lately,
    denied,
    durations,
    grows,
    grows_or_falls,
    hinted,
    on_both_sides,
    surely_normal,
    told,
)

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
    "blood_culture_positive", "heart_murmur", "shock", "tachycardia", "cancer_history", "pain_sacral",
    *IMAGES, *SPINE_PRESSED, *RISKS,
)  # fmt: skip
BLOODS = ("crp", "esr", "leucocytosis")
INFLAMMATION = (*BLOODS, *URINE, "renal_angle_tenderness")
DAYS = ("hours", "days")
RECENT = (*DAYS, "weeks")
# risks of many who have no infection, so that normal blood tests may answer for them. A failing liver makes less CRP:
# with organ disease and alcohol a normal ESR is wanted beside it
COMMON = ("diabetes", "renal_or_liver_disease", "alcohol_excess")
BY_CRP_ALONE = ("diabetes",)
LASTING_RISKS = (*COMMON, "steroid_use")
FEVER = ("fever_reported", "fever_measured")
ONE_LEG = ("numb_", "sens_")  # a root's area of skin in one leg is no sign of an infection
# risks beside which a normal CRP is believed less: cortisone and a weak immune system blunt it; germs from a needle, a
# wound or tuberculosis may be there before it rises
BLUNTED = ("steroid_use", "immunosuppression", "recent_infection", "recent_spinal_procedure", "tb_exposure")
INFECTION_SIGNS = (
    "fever_", "chills_sweats", "malaise_unwell", "tachycardia", "shock", "heart_murmur", *BLOODS,
    "blood_culture_positive", "img_disc_infection", "img_epidural_collection", "img_paraspinal_or_psoas_collection",
    "immunosuppression", "iv_drug_use", "recent_infection", "recent_spinal_procedure", "tb_exposure",
)  # fmt: skip
SPINE_SIGNS = (*SPINE_PRESSED, "night_pain", "unrelenting_pain", "weight_loss")
LONGEST_WEEKS = 2.0  # what began longer ago is no matter of days


def is_kidney_pain(item: Item, items: Sequence[Item]) -> bool:
    """True for pain of back or flank of some days where urine and flank speak for a kidney and nothing for the spine.

    Raised blood tests change nothing: an infected kidney raises them.
    """
    if item.observation.finding not in ("pain_back", "pain_flank_abdomen") or not _quiet(items):
        return False
    return told(URINE, items) and told(FLANK, items)


def is_plain_fever_pain(item: Item, items: Sequence[Item]) -> bool:
    """True for back pain of some days with fever alone: every risk, shivering and feeling ill are denied."""
    if item.observation.finding != "pain_back" or not _quiet(items):
        return False
    if hinted((*INFLAMMATION, *FEELS_ILL, "pain_flank_abdomen"), items):
        return False
    return all(denied(finding, items) for finding in (*RISKS, *FEELS_ILL))


def is_risk_without_sign(item: Item, items: Sequence[Item]) -> bool:
    """True for diabetes, organ disease or alcohol as the only risk where fever and feeling ill are denied.

    Not with a tender spine, pain at night, a weakness, numb skin of both legs, raised blood tests or a growing
    complaint.
    """
    name = item.observation.finding
    if name not in COMMON or hinted(tuple(risk for risk in RISKS if risk != name), items):
        return False
    if not any(denied(f, items) for f in FEVER) or not any(denied(f, items) for f in FEELS_ILL):
        return False
    return not (hinted((*FEVER, *FEELS_ILL, *BLOODS), items) or grows(items) or _against(RISKS, items))


def is_strained_risk(item: Item, items: Sequence[Item]) -> bool:
    """True for such a risk where recent pain came with a lift and stays in the back, and the spine is not tender."""
    if not is_risk_without_sign(item, items) or hinted(ONE_LEG, items):
        return False
    recent = answered("onset", "after_lifting", items) and answered("duration", RECENT, items)
    return recent and any(denied(finding, items) for finding in SPINE_PRESSED)


def is_tested_risk(item: Item, items: Sequence[Item]) -> bool:
    """True for a risk beside which CRP is stated as normal, but may deceive: it is repeated, not asked for as if new.

    Not with drugs by needle, a sign of infection, pain of hours or at night, a weakness or a growing complaint; with a
    tender spine only where ESR is normal, too.
    """
    name = item.observation.finding
    if name in COMMON:
        # alone it is answered by CRP, organ disease and alcohol by ESR, too; beside the others no sooner
        if not told(BLUNTED, items) or (name not in BY_CRP_ALONE and not denied("esr", items)):
            return False
    elif name not in BLUNTED:
        return False
    if not denied("crp", items) or grows(items) or any(durations(items)[:1]):  # hours: before CRP rises
        return False
    if hinted((*FEVER, *FEELS_ILL, *BLOODS[1:]), items) or _against((*COMMON, *BLUNTED, "midline_tenderness"), items):
        return False
    return denied("esr", items) or not hinted(SPINE_PRESSED, items)


def is_answered_by_bloods(item: Item, items: Sequence[Item]) -> bool:
    """True for a common risk of infection where CRP (and ESR) are stated as normal and nothing else speaks for it.

    Not with pain of hours, before CRP rises, with a tender spine unless ESR is normal too, nor where a deficit grows.
    """
    name = item.observation.finding
    if name not in COMMON or not denied("crp", items) or hinted(("steroid_use", *INFECTION_SIGNS), items):
        return False
    if _grows_fast(items) or any(durations(items)[:1]):
        return False
    return denied("esr", items) or (name in BY_CRP_ALONE and not hinted(SPINE_PRESSED, items))


def is_settled_infection_risk(item: Item, items: Sequence[Item]) -> bool:
    """True for a lasting risk answered by normal blood tests, or in a complaint of years that stays the same."""
    if is_answered_by_bloods(item, items):
        return True
    o = item.observation
    if o.finding not in LASTING_RISKS or o.new or hinted((*INFECTION_SIGNS, *SPINE_SIGNS), items):
        return False
    if grows_or_falls(items) or begun_lately(items) or answered("onset", "sudden", items):
        return False
    return answered("duration", "years", items)


def _grows_fast(items: Sequence[Item]) -> bool:
    """As ``grows``, but for a complaint that slowly gets worse."""
    return grows(i for i in items if i.observation.finding != "course" or i.observation.state == "rapidly_worsening")


def _against(left_out: tuple[str, ...], items: Sequence[Item]) -> bool:
    """Whether anything but some risks and one leg's skin speaks for an infection."""
    signs = tuple(f for f in AGAINST if f not in (*left_out, *ONE_LEG))
    return hinted(signs, items) or on_both_sides(ONE_LEG, items)


def _quiet(items: Sequence[Item]) -> bool:
    """Whether the pain is one of days, spine and legs were examined, and nothing speaks for the spine."""
    if hinted(AGAINST, items) or not any(denied(finding, items) for finding in SPINE_PRESSED):
        return False
    if not any(i.observation.finding.startswith(MOTOR) and surely_normal(i) and not i.silent for i in items):
        return False
    if grows(items) or any(i.abnormal and _long(i.observation) for i in items):
        return False
    return answered("duration", DAYS, items)


def _long(o: Observation) -> bool:
    since = weeks(o.since)
    return o.finding.startswith(("pain_", "fever_", "duration")) and since is not None and since > LONGEST_WEEKS
