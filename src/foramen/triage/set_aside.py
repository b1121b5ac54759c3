"""What a rule of urgency may leave out: the old, the settled, and what has been answered by a test.

A rule names what it leaves out (``IGNORED``); everything else counts. Each is a statement in so many words, since a
missed emergency costs more than a needless scan (docs/decisions/0003-urgency-floor.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from foramen.anatomy import SIDES, VERTEBRAE
from foramen.case import GROWING, UNCHANGED, Observation
from foramen.records.evidence import Item
from foramen.records.grades import weeks
from foramen.records.old import FRACTURES
from foramen.triage.after_cancer import is_old_or_outer_thigh
from foramen.triage.explained import (
    is_kidney_pain,
    is_plain_fever_pain,
    is_risk_without_sign,
    is_strained_risk,
    is_tested_risk,
)
from foramen.triage.facts import DEFICITS, MOTOR, abnormal, began_within

SADDLE = ("saddle_", "numb_buttock", "numb_medial_thigh")  # both buttocks or inner thighs: a numb saddle in other words
PELVIC = ("urinary_", "bladder_change", "bowel_", "sexual_dysfunction", "sphincter_disturbance", *SADDLE)
LONG_STANDING = (*MOTOR, "urinary_", "bladder_change", "bowel_", "sexual_dysfunction", "sphincter_disturbance")
OLD_AFTER_WEEKS = 12.0  # a weakness that began longer ago is not new
SETTLED_WEEKS = 6.0  # a weakness that began so long ago and is stated as unchanged is no matter of hours
LONG_STANDING_WEEKS = 52.0  # a bladder complaint or weakness stated as not new and begun so long ago is long-standing
LONG_AGO = ("months", "years", "chronic")
INJURIES = ("after_minor_trauma", "after_major_trauma")
SHOW_BONE = ("ct", "mri")  # a radiograph misses fractures
CORD = ("babinski", "clonus_hyperreflexia", "sensory_level", "spastic_or_ataxic_gait", "anal_")
ACUTE_WEEKS = 1.0  # a sudden beginning or slight injury longer ago, with no worsening since, is not fresh
NOT_ACUTE = ("weeks", "subacute", *LONG_AGO)  # the same, as a duration
COURSES = ("course", "weakness_progression")
WEAK_BONE = ("osteoporosis", "steroid_use")
BREAKING = ("sudden", "after_lifting", *INJURIES)  # beginnings of a complaint that a weak vertebra may break by
BREAKS = (
    "midline_tenderness", "percussion_tenderness", "spinal_contusion", "worse_lying", "step_off", "img_fracture",
    "img_sacral_fracture", "img_dislocation", "back_tenderness",
)  # fmt: skip
EXAMINED = (  # hip, knee, ankle and toe of a leg found strong: no cauda equina, cord or neuropathy that stops walking
    "power_hip_flexion", "power_knee_extension", "power_ankle_dorsiflexion", "power_great_toe_extension",
    "power_plantarflexion",
)  # fmt: skip
NO_MERE_PAIN = (
    "pain_groin", "hip_", "worse_weight_bearing_leg", "osteoporosis", "steroid_use", "cancer_history", "cold_limb",
    "pulses_reduced", "fever_", "chills_sweats", "malaise_unwell", "anticoagulant", "bleeding_disorder", "iv_drug_use",
    "immunosuppression", "img_fracture", "percussion_tenderness", "midline_tenderness", "symptoms_in_arms",
)  # fmt: skip


# risks of infection so common that normal blood tests may answer for them. A failing liver makes less CRP: with organ
# disease and alcohol a normal ESR is wanted beside it. Cortisone and a weak immune system blunt CRP, and germs from a
# needle, a wound or tuberculosis may be there before it rises: beside one of those no risk is ever answered.
BY_CRP, BY_CRP_AND_ESR = ("diabetes",), ("diabetes", "renal_or_liver_disease", "alcohol_excess")
LASTING_RISKS = (*BY_CRP_AND_ESR, "steroid_use")
INFECTION_SIGNS = (
    "fever_", "chills_sweats", "malaise_unwell", "tachycardia", "shock", "heart_murmur", "leucocytosis", "crp", "esr",
    "blood_culture_positive", "img_disc_infection", "img_epidural_collection", "img_paraspinal_or_psoas_collection",
    "immunosuppression", "iv_drug_use", "recent_infection", "recent_spinal_procedure", "tb_exposure",
)  # fmt: skip
SPINE_SIGNS = ("percussion_tenderness", "midline_tenderness", "night_pain", "unrelenting_pain", "weight_loss")


def is_old_weakness(item: Item) -> bool:
    """True for a weakness, not growing, stated as not new or begun over ``OLD_AFTER_WEEKS`` ago."""
    o = item.observation
    if not o.finding.startswith(MOTOR) or o.course in GROWING:
        return False
    since = weeks(o.since)
    return o.new is False or (o.new is not True and since is not None and since > OLD_AFTER_WEEKS)


def is_settled_weakness(item: Item, items: Iterable[Item]) -> bool:
    """True for an old weakness, and for one stated as unchanged for six weeks or more where nothing gets worse.

    A muscle of the same leg with no time of its own is settled with it: who examines dates the foot, not the toe.
    """
    if is_old_weakness(item):
        return True
    o = item.observation
    rest = [i for i in items if abnormal(i)]
    weak = [i.observation for i in rest if i.observation.finding.startswith(MOTOR)]
    if not o.finding.startswith(MOTOR) or _gets_worse(rest) or any(w.new for w in weak):
        return False
    if any(i.observation.finding == "duration" and any(i.vectors["duration"][:2]) for i in rest if i.vectors):
        return False  # a complaint of hours or days
    if o.since is not None or o.course is not None or o.previous:
        return _settled(o)
    return o.side in ("left", "right") and any(_settled(w) for w in weak if w.side == o.side)


def _settled(o: Observation) -> bool:
    since = weeks(o.since)
    return since is not None and since >= SETTLED_WEEKS and o.course in UNCHANGED and not o.previous


def is_stable(item: Item) -> bool:
    """True for a weakness or a pelvic complaint stated to be known from before and not to change.

    Both are to be stated in so many words: a missed cauda equina costs more than a needless scan.
    """
    o = item.observation
    return o.finding.startswith((*MOTOR, *PELVIC)) and o.new is False and o.course in UNCHANGED


def is_long_standing(item: Item, items: Iterable[Item]) -> bool:
    """True for a stable one, and for a weakness, bladder, bowel or sexual complaint of a year or more.

    It is to be stated with the time it began, nothing of it as growing or as different before, and as not new (for a
    weakness, as unchanged will do) unless it is older than the complaint (``_older``). A numb saddle is never
    long-standing: it alarms unless it is stated as stable.
    """
    o = item.observation
    if is_stable(item):
        return True
    if not o.finding.startswith(LONG_STANDING) or o.previous or o.new:
        return False
    if o.course is not None and o.course not in UNCHANGED:  # free words must not quiet a rule
        return False
    since = weeks(o.since)
    if since is None or since < LONG_STANDING_WEEKS:
        return False
    known = o.new is False or (o.finding.startswith(MOTOR) and o.course in UNCHANGED)
    return known or _older(since, [i for i in items if i is not item])


def _older(since: float, items: Sequence[Item]) -> bool:
    """Whether the complaint is told to have lasted for less, and nothing gets worse or has begun since: then so many
    weeks say that it was known before."""
    told = [i.vectors["duration"] for i in items if "duration" in i.vectors]
    if not told or _gets_worse(items):
        return False
    failing = [i for i in items if abnormal(i) and i.observation.finding.startswith((*LONG_STANDING, *DEFICITS))]
    if any(began_within(i.observation, int(OLD_AFTER_WEEKS * 7)) for i in failing):
        return False
    states = [n for n, left in enumerate(told[0]) if left]  # hours, days, weeks, subacute, months, years
    return max(states) <= 3 or (max(states) == 4 and since >= 2 * LONG_STANDING_WEEKS)


def is_settled(item: Item, items: Iterable[Item]) -> bool:
    """True for a stable one, stated so in so many words, where nothing in the case is said to get worse."""
    return is_stable(item) and not _gets_worse(items)


def is_old_injury(item: Item, items: Iterable[Item]) -> bool:
    """True for a slight injury as the beginning of a complaint that has lasted for months or years.

    Not where the injury itself is stated as new or recent, the complaint gets worse or there are falls: then a fresh
    one cannot be excluded. A severe injury is never old.
    """
    return _began_so(item, items, "after_minor_trauma", OLD_AFTER_WEEKS, LONG_AGO)


def is_injury_of_weeks(item: Item, items: Iterable[Item]) -> bool:
    """True for a slight injury as the beginning of a complaint of weeks or longer that does not get worse."""
    return _began_so(item, items, "after_minor_trauma", ACUTE_WEEKS, NOT_ACUTE)


def is_old_severe_injury(item: Item, items: Iterable[Item]) -> bool:
    """True for a severe injury as the beginning of a complaint of months or years that does not get worse."""
    return _began_so(item, items, "after_major_trauma", OLD_AFTER_WEEKS, LONG_AGO)


def is_seen_unbroken(item: Item, items: Iterable[Item]) -> bool:
    """True for an injury after which CT or MRI is stated to show no broken vertebra.

    Not where nerves, bladder, bowel or saddle fail, a step is felt, a fracture is seen elsewhere, the injury is stated
    as new, the complaint gets worse or there are falls: then the images may be older than the harm.
    """
    o = item.observation
    rest = [i for i in items if i is not item]
    if o.finding != "onset" or o.state not in INJURIES or o.new or _gets_worse(rest):
        return False
    if _stated((*DEFICITS, *PELVIC, *CORD, "step_off", "img_fracture", "img_dislocation"), rest):
        return False
    return _scanned_unbroken(rest)


def _scanned_unbroken(items: Iterable[Item], *, silent: bool = False) -> bool:
    """Whether CT or MRI is stated to show no broken lumbar vertebra; ``silent``: or a complete report names none."""
    seen = {
        key
        for i in items
        if i.modality in SHOW_BONE
        for key, v in i.vectors.items()
        if v[0] and (not any(v[1:]) or (silent and i.silent))
    }
    return all(f"img_fracture@{vertebra}" in seen for vertebra in VERTEBRAE)


def is_weak_bone_settled(item: Item, items: Iterable[Item]) -> bool:
    """True for weak bone or cortisone without any sign of a break, in a complaint of months or years or after a scan.

    No sign: no tender spine, pain on lying, fracture, step or failing pelvis, and nothing gets worse. The complaint
    began neither suddenly, nor with a lift or injury, unless CT or MRI is stated to show no broken vertebra; a
    complete report that names none will do for one that began otherwise.
    """
    rest = [i for i in items if i is not item]
    if item.observation.finding not in WEAK_BONE or item.observation.new or _gets_worse(rest):
        return False
    if _stated((*PELVIC, *CORD, *BREAKS), rest):
        return False
    if any(i.observation.finding == "onset" and i.observation.state in BREAKING for i in rest):
        return _scanned_unbroken(rest)
    told = [i.vectors["duration"] for i in rest if "duration" in i.vectors]
    long = bool(told) and not any(told[0][:4])  # hours, days, weeks, subacute
    return long or _scanned_unbroken(rest, silent=True)


def is_walking_barred_by_pain(item: Item, items: Iterable[Item]) -> bool:
    """True for an inability to walk beside severe back pain with every muscle of both legs stated as of full power.

    Not where anything else of nerves, cord, bladder or saddle is abnormal, nor with an injury, weak bone, a hip that
    may be broken or infected, a cold leg, fever, cancer or a bleeding risk: then pain may not be why.
    """
    rest = [i for i in items if i is not item and i.observation.finding != "unable_to_walk"]
    if item.observation.finding != "unable_to_walk" or _gets_worse(rest):
        return False
    if _stated((*DEFICITS, *PELVIC, *CORD, "reflex_", *NO_MERE_PAIN), rest):
        return False
    if any(i.observation.finding == "onset" and i.observation.state in INJURIES for i in rest):
        return False
    said = {(i.observation.finding, i.observation.state) for i in rest}
    full = {key for i in rest for key, v in i.vectors.items() if v[0] and not any(v[1:])}
    examined = all(f"{muscle}@{side}" in full for muscle in EXAMINED for side in SIDES)
    return ("pain_severity", "severe") in said and _stated(("pain_back",), rest) and examined


def is_stable_fracture(item: Item) -> bool:
    """True for a fracture seen on images, stated as not new and nothing of it as growing."""
    return item.old and item.observation.finding in FRACTURES


def is_old_start(item: Item, items: Iterable[Item]) -> bool:
    """True for the sudden beginning of a complaint that has lasted for weeks or longer without getting worse.

    What bleeds in the canal does its harm within hours to days. A duration not told counts as recent.
    """
    return _began_so(item, items, "sudden", ACUTE_WEEKS, NOT_ACUTE)


def is_slow_course(item: Item, items: Iterable[Item]) -> bool:
    """True for a complaint of months or years that is stated to get worse, and nothing else said to grow.

    Not where it gets worse rapidly, where the worsening or anything else is new or recent, or where there are falls.
    """
    o = item.observation
    rest = [i for i in items if i.observation is not o]
    if o.finding != "course" or o.state != "worsening" or o.new or _gets_worse(rest):
        return False
    if any(abnormal(i) and began_within(i.observation, int(OLD_AFTER_WEEKS * 7)) for i in rest):
        return False
    since = weeks(o.since)
    # the rule that speaks instead asks for the duration, so a time of the worsening alone does not do
    slow = since is None or since > OLD_AFTER_WEEKS
    return slow and any(i.observation.finding == "duration" and i.observation.state in LONG_AGO for i in rest)


def is_slow_weakness(item: Item, items: Iterable[Item]) -> bool:
    """True for a weakness said to grow slowly in a complaint of months or years, and nothing else said to grow.

    The complaint itself may be worsening, not rapidly. Not where anything is new or recent, or where there are falls.
    """
    o = item.observation
    rest = [i for i in items if i.observation is not o]
    if o.finding != "weakness_progression" or o.state != "progressive" or o.new:
        return False
    if _gets_worse(i for i in rest if i.observation.finding != "course" or i.observation.state != "worsening"):
        return False
    if any(abnormal(i) and began_within(i.observation, int(OLD_AFTER_WEEKS * 7)) for i in (item, *rest)):
        return False
    return any(i.observation.finding == "duration" and i.observation.state in LONG_AGO for i in rest)


def is_answered_by_bloods(item: Item, items: Iterable[Item]) -> bool:
    """True for a common risk of infection where CRP (and ESR) are stated as normal and nothing else speaks for it.

    Not with pain of hours, before CRP rises, with a tender spine unless ESR is normal too, nor where a deficit grows.
    """
    name = item.observation.finding
    rest = list(items)
    if name not in BY_CRP_AND_ESR or not _normal("crp", rest) or _stated(("steroid_use", *INFECTION_SIGNS), rest):
        return False
    if _grows_fast(rest) or any("duration" in i.vectors and i.vectors["duration"][0] for i in rest):
        return False
    return _normal("esr", rest) or (name in BY_CRP and not _stated(SPINE_SIGNS[:2], rest))


def is_settled_infection_risk(item: Item, items: Iterable[Item]) -> bool:
    """True for a lasting risk answered by normal blood tests, or in a complaint of years that stays the same."""
    rest = list(items)
    if is_answered_by_bloods(item, rest):
        return True
    o = item.observation
    if o.finding not in LASTING_RISKS or o.new or _stated((*INFECTION_SIGNS, *SPINE_SIGNS), rest) or _gets_worse(rest):
        return False
    if any(abnormal(i) and began_within(i.observation, int(OLD_AFTER_WEEKS * 7)) for i in rest):
        return False
    if any(i.observation.finding == "onset" and i.observation.state == "sudden" for i in rest):
        return False
    return any(i.observation.finding == "duration" and i.observation.state == "years" for i in rest)


def _normal(finding: str, items: Iterable[Item]) -> bool:
    return any(i.vectors[finding][0] and not any(i.vectors[finding][1:]) for i in items if finding in i.vectors)


def _stated(beginnings: tuple[str, ...], items: Iterable[Item]) -> bool:
    """Whether a finding that begins so is stated as abnormal."""
    return any(abnormal(i) and i.observation.finding.startswith(beginnings) for i in items)


def _grows_fast(items: Iterable[Item]) -> bool:
    said = [i.observation for i in items if abnormal(i)]
    fast = any(o.state in GROWING for o in said if o.finding == "weakness_progression")
    return fast or any(
        o.state == "rapidly_worsening" if o.finding == "course" else o.course in GROWING for o in said
    )  # fmt: skip


def _began_so(item: Item, items: Iterable[Item], how: str, after_weeks: float, durations: tuple[str, ...]) -> bool:
    """Whether the item tells how the complaint began, longer ago than so many weeks, and nothing that it gets worse."""
    o = item.observation
    if o.finding != "onset" or o.state != how or o.new or _gets_worse(items):
        return False
    since = weeks(o.since)
    if since is not None:
        return since > after_weeks
    return any(i.observation.finding == "duration" and i.observation.state in durations for i in items)


def _gets_worse(items: Iterable[Item]) -> bool:
    said = [i.observation for i in items if abnormal(i)]
    return any(
        o.finding == "falls" or o.course in GROWING or (o.finding in COURSES and o.state in GROWING) for o in said
    )


IGNORED: dict[str, Callable[[Item, Sequence[Item]], bool]] = {
    "old_weakness": lambda item, _: is_old_weakness(item),
    "settled_weakness": is_settled_weakness,
    "stable_deficit": lambda item, _: is_stable(item),
    "long_standing_deficit": is_long_standing,
    "settled_deficit": is_settled,
    "old_injury": is_old_injury,
    "injury_of_weeks": is_injury_of_weeks,
    "old_severe_injury": is_old_severe_injury,
    "seen_unbroken": is_seen_unbroken,
    "weak_bone_settled": is_weak_bone_settled,
    "old_start": is_old_start,
    "slow_course": is_slow_course,
    "walking_barred_by_pain": is_walking_barred_by_pain,
    "slow_weakness": is_slow_weakness,
    "old_fracture": lambda item, _: is_stable_fracture(item),
    "normal_bloods": is_answered_by_bloods,
    "settled_infection_risk": is_settled_infection_risk,
    "kidney_pain": is_kidney_pain,
    "plain_fever_pain": is_plain_fever_pain,
    "risk_without_sign": is_risk_without_sign,
    "strained_risk": is_strained_risk,
    "tested_risk": is_tested_risk,
    "old_or_outer_thigh": is_old_or_outer_thigh,
}
