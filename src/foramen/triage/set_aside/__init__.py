"""What a rule of urgency may leave out: the old, the settled, and what has been answered by a test.

A rule names what it leaves out (``IGNORED``); everything else counts. Each is a statement in so many words, since a
missed emergency costs more than a needless scan (docs/decisions/0003-urgency-floor.md).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from foramen.records.evidence import Item
from foramen.triage.set_aside import cancer, deficits, infections, injuries

IGNORED: dict[str, Callable[[Item, Sequence[Item]], bool]] = {
    "old_weakness": deficits.is_old_weakness,
    "settled_weakness": deficits.is_settled_weakness,
    "slow_weakness": deficits.is_slow_weakness,
    "stable_deficit": deficits.is_stable,
    "settled_deficit": deficits.is_settled,
    "long_standing_deficit": deficits.is_long_standing,
    "slow_course": deficits.is_slow_course,
    "walking_barred_by_pain": deficits.is_walking_barred_by_pain,
    "old_injury": injuries.is_old_injury,
    "injury_of_weeks": injuries.is_injury_of_weeks,
    "old_severe_injury": injuries.is_old_severe_injury,
    "seen_unbroken": injuries.is_seen_unbroken,
    "weak_bone_settled": injuries.is_weak_bone_settled,
    "old_start": injuries.is_old_start,
    "old_fracture": injuries.is_stable_fracture,
    "normal_bloods": infections.is_answered_by_bloods,
    "settled_infection_risk": infections.is_settled_infection_risk,
    "kidney_pain": infections.is_kidney_pain,
    "plain_fever_pain": infections.is_plain_fever_pain,
    "risk_without_sign": infections.is_risk_without_sign,
    "strained_risk": infections.is_strained_risk,
    "tested_risk": infections.is_tested_risk,
    "old_or_outer_thigh": cancer.is_old_or_outer_thigh,
}
