"""Symptoms of a leg that the rule of metastatic compression may leave out, although there was a cancer.

Each wants in so many words what speaks against the spine; what is not told counts (decision 0003, urgency floor).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from foramen.case import GROWING, UNCHANGED
from foramen.records.evidence import Item
from foramen.records.grades import weeks
from foramen.triage.facts import DEFICITS, MOTOR, abnormal, began_within

LEG = ("pain_", "numb_", "sens_", "reflex_")
OUTER_THIGH = ("pain_lateral_thigh", "numb_lateral_thigh", "sens_lateral_thigh")
# pain of a hip or of the skin over it may go along with that of the outer thigh
BESIDE = (*OUTER_THIGH, "pain_lateral_hip", "pain_buttock")
# what a deposit in the spine shows, or nerves and cord that it presses on
SPINE = (
    *MOTOR, "pain_sacral", "pain_flank_abdomen", "midline_tenderness", "percussion_tenderness", "unrelenting_pain",
    "weight_loss", "cough_sneeze_worse", "worse_lying", "slr", "crossed_slr", "slump", "femoral_stretch",
    "unable_to_walk", "gait_disturbance", "urinary_", "bladder_change", "bowel_", "sexual_dysfunction",
    "sphincter_disturbance", "post_void_residual", "saddle_", "anal_", "babinski", "clonus_hyperreflexia",
    "sensory_level", "spastic_or_ataxic_gait", "numb_buttock", "numb_medial_thigh", "img_primary_tumour_elsewhere",
    "img_marrow_lesion", "img_multiple_bone_lesions", "img_epidural_mass", "img_pelvic_bone_lesion",
    "img_sacral_lesion", "tumour_sign_elsewhere",
)  # fmt: skip
RECENT_DAYS = 84  # what began since is not the old complaint
LONG_AGO_WEEKS = 5 * 52.0  # of a cancer; our limit


def is_old_or_outer_thigh(item: Item, items: Sequence[Item]) -> bool:
    """True for a leg complaint of years that stays the same, and for an outer thigh where back pain is denied."""
    rest = [i for i in items if i is not item]
    if not item.observation.finding.startswith(LEG) or _stated(SPINE, items) or _grows(items):
        return False
    if any(abnormal(i) and began_within(i.observation, RECENT_DAYS) for i in items):
        return False
    if any(i.observation.finding == "onset" and i.observation.state == "sudden" for i in items):
        return False
    return _of_years(items) or (item.observation.finding in OUTER_THIGH and _outer_thigh_alone(rest))


def _of_years(items: Sequence[Item]) -> bool:
    """Whether a painful complaint lasts for years, by day alone, and is told as unchanged or the cancer as long ago."""
    told = [i.vectors["duration"] for i in items if "duration" in i.vectors]
    if not told or any(told[0][:-1]) or _stated(("night_pain",), items):
        return False
    steady = any(i.observation.finding == "course" and i.observation.state in UNCHANGED for i in items)
    cancer = [weeks(i.observation.since) for i in items if i.observation.finding == "cancer_history" and abnormal(i)]
    long_ago = bool(cancer) and all(since is not None and since >= LONG_AGO_WEEKS for since in cancer)
    return (steady or long_ago) and _stated(("pain_",), items)


def _outer_thigh_alone(items: Sequence[Item]) -> bool:
    """Whether back pain is denied and no pain, numbness or lost reflex is told but that of the outer thigh and hip."""
    denied = any(i.observation.finding == "pain_back" and _normal(i) for i in items)
    others = [i for i in items if i.observation.finding.startswith((*LEG, *DEFICITS)) and not _normal(i)]
    return denied and all(i.observation.finding in (*BESIDE, "pain_severity") or i.silent for i in others)


def _stated(beginnings: tuple[str, ...], items: Iterable[Item]) -> bool:
    return any(abnormal(i) and i.observation.finding.startswith(beginnings) for i in items)


def _grows(items: Iterable[Item]) -> bool:
    said = [i.observation for i in items if abnormal(i)]
    named = ("course", "weakness_progression")
    return any(
        o.course in GROWING or o.finding == "falls" or (o.finding in named and o.state in GROWING) for o in said
    )  # fmt: skip


def _normal(item: Item) -> bool:
    vectors = item.vectors.values()
    return bool(vectors) and not item.any_of and all(v[0] and not any(v[1:]) for v in vectors)
