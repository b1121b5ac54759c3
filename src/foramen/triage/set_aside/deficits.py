"""Weakness, pelvic complaints and courses that rules may leave out: old, stable, slow, or answered by examination.

Each is to be stated in so many words: a missed cauda equina costs more than a needless scan (decision 0003).
"""

from __future__ import annotations

from collections.abc import Sequence

from foramen.anatomy import SIDES
from foramen.case import GROWING, UNCHANGED, Observation
from foramen.records.evidence import Item
from foramen.records.times import weeks
from foramen.triage.facts import DEFICITS, MOTOR
from foramen.triage.set_aside.told import (
    IMAGES,
    LONG_AGO,
    OLD_AFTER_WEEKS,
    answered,
    begun_lately,
    durations,
    grows_or_falls,
    hinted,
    told,
)

SADDLE = ("saddle_", "numb_buttock", "numb_medial_thigh")  # both buttocks or inner thighs: a numb saddle in other words
PELVIC = ("urinary_", "bladder_change", "bowel_", "sexual_dysfunction", "sphincter_disturbance", *SADDLE)
LONG_STANDING = (*MOTOR, "urinary_", "bladder_change", "bowel_", "sexual_dysfunction", "sphincter_disturbance")
CORD = ("babinski", "clonus_hyperreflexia", "sensory_level", "spastic_or_ataxic_gait", "anal_")
SETTLED_WEEKS = 6.0  # a weakness that began so long ago and is stated as unchanged is no matter of hours
LONG_STANDING_WEEKS = 52.0  # a bladder complaint or weakness stated as not new and begun so long ago is long-standing
EXAMINED = (  # hip, knee, ankle and toe of a leg found strong: no cauda equina, cord or neuropathy that stops walking
    "power_hip_flexion", "power_knee_extension", "power_ankle_dorsiflexion", "power_great_toe_extension",
    "power_plantarflexion",
)  # fmt: skip
NO_MERE_PAIN = (
    "pain_groin", "hip_", "worse_weight_bearing_leg", "osteoporosis", "steroid_use", "cancer_history", "cold_limb",
    "pulses_reduced", "fever_", "chills_sweats", "malaise_unwell", "anticoagulant", "bleeding_disorder", "iv_drug_use",
    "immunosuppression", *IMAGES, "percussion_tenderness", "midline_tenderness", "symptoms_in_arms",
)  # fmt: skip
INJURIES = ("after_minor_trauma", "after_major_trauma")


def is_old_weakness(item: Item, _: Sequence[Item] = ()) -> bool:
    """True for a weakness, not growing, stated as not new or begun over ``OLD_AFTER_WEEKS`` ago."""
    o = item.observation
    if not o.finding.startswith(MOTOR) or o.course in GROWING:
        return False
    since = weeks(o.since)
    return o.new is False or (o.new is not True and since is not None and since > OLD_AFTER_WEEKS)


def is_settled_weakness(item: Item, items: Sequence[Item]) -> bool:
    """True for an old weakness, and for one stated as unchanged for six weeks or more where nothing gets worse.

    A muscle of the same leg with no time of its own is settled with it: who examines dates the foot, not the toe.
    """
    if is_old_weakness(item):
        return True
    o = item.observation
    weak = [i.observation for i in items if i.abnormal and i.observation.finding.startswith(MOTOR)]
    if not o.finding.startswith(MOTOR) or grows_or_falls(items) or any(w.new for w in weak):
        return False
    if any(durations(items)[:2]):
        return False  # a complaint of hours or days
    if o.since is not None or o.course is not None or o.previous:
        return _settled(o)
    return o.side in SIDES and any(_settled(w) for w in weak if w.side == o.side)


def _settled(o: Observation) -> bool:
    since = weeks(o.since)
    return since is not None and since >= SETTLED_WEEKS and o.course in UNCHANGED and not o.previous


def is_stable(item: Item, _: Sequence[Item] = ()) -> bool:
    """True for a weakness or a pelvic complaint stated to be known from before and not to change."""
    o = item.observation
    return o.finding.startswith((*MOTOR, *PELVIC)) and o.new is False and o.course in UNCHANGED


def is_settled(item: Item, items: Sequence[Item]) -> bool:
    """True for a stable one, stated so in so many words, where nothing in the case is said to get worse."""
    return is_stable(item) and not grows_or_falls(items)


def is_long_standing(item: Item, items: Sequence[Item]) -> bool:
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
    lasting = durations(items)
    if not lasting or grows_or_falls(items):
        return False
    if begun_lately(i for i in items if i.observation.finding.startswith((*LONG_STANDING, *DEFICITS))):
        return False
    longest = max(n for n, possible in enumerate(lasting) if possible)  # of hours, days, weeks, subacute, months, years
    return longest <= 3 or (longest == 4 and since >= 2 * LONG_STANDING_WEEKS)


def is_slow_course(item: Item, items: Sequence[Item]) -> bool:
    """True for a complaint of months or years that is stated to get worse, and nothing else said to grow.

    Not where it gets worse rapidly, where the worsening or anything else is new or recent, or where there are falls.
    """
    o = item.observation
    rest = [i for i in items if i.observation is not o]
    if o.finding != "course" or o.state != "worsening" or o.new or grows_or_falls(rest) or begun_lately(rest):
        return False
    since = weeks(o.since)
    # the rule that speaks instead asks for the duration, so a time of the worsening alone does not do
    slow = since is None or since > OLD_AFTER_WEEKS
    return slow and answered("duration", LONG_AGO, rest)


def is_slow_weakness(item: Item, items: Sequence[Item]) -> bool:
    """True for a weakness said to grow slowly in a complaint of months or years, and nothing else said to grow.

    The complaint itself may be worsening, not rapidly. Not where anything is new or recent, or where there are falls.
    """
    o = item.observation
    rest = [i for i in items if i.observation is not o]
    if o.finding != "weakness_progression" or o.state != "progressive" or o.new:
        return False
    if grows_or_falls(i for i in rest if i.observation.finding != "course" or i.observation.state != "worsening"):
        return False
    return not begun_lately((item, *rest)) and answered("duration", LONG_AGO, rest)


def is_walking_barred_by_pain(item: Item, items: Sequence[Item]) -> bool:
    """True for an inability to walk beside severe back pain with every muscle of both legs stated as of full power.

    Not where anything else of nerves, cord, bladder or saddle is abnormal, nor with an injury, weak bone, a hip that
    may be broken or infected, a cold leg, fever, cancer or a bleeding risk: then pain may not be why.
    """
    rest = [i for i in items if i is not item and i.observation.finding != "unable_to_walk"]
    if item.observation.finding != "unable_to_walk" or grows_or_falls(rest):
        return False
    if hinted((*DEFICITS, *PELVIC, *CORD, "reflex_", *NO_MERE_PAIN), rest) or answered("onset", INJURIES, rest):
        return False
    full = {key for i in rest for key, v in i.vectors.items() if v[0] and not any(v[1:])}
    examined = all(f"{muscle}@{side}" in full for muscle in EXAMINED for side in SIDES)
    return answered("pain_severity", "severe", rest) and told(("pain_back",), rest) and examined
