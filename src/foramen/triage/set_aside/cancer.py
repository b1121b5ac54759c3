"""Symptoms of a leg that the rule of metastatic compression may leave out, although there was a cancer.

Each wants in so many words what speaks against the spine; what is not told counts (decision 0003, urgency floor).
"""

from __future__ import annotations

from collections.abc import Sequence

from foramen.case import UNCHANGED
from foramen.records.evidence import Item
from foramen.records.times import weeks
from foramen.triage.facts import DEFICITS, MOTOR
from foramen.triage.set_aside.told import (
    answered,
    begun_lately,
    denied,
    durations,
    grows_or_falls,
    hinted,
    spoken_of,
    told,
)

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
LONG_AGO_WEEKS = 5 * 52.0  # of a cancer; our limit


def is_old_or_outer_thigh(item: Item, items: Sequence[Item]) -> bool:
    """True for a leg complaint of years that stays the same, and for an outer thigh where back pain is denied."""
    if not item.observation.finding.startswith(LEG) or hinted(SPINE, items) or grows_or_falls(items):
        return False
    if begun_lately(items) or answered("onset", "sudden", items):
        return False
    rest = [i for i in items if i is not item]
    return _of_years(items) or (item.observation.finding in OUTER_THIGH and _outer_thigh_alone(rest))


def _of_years(items: Sequence[Item]) -> bool:
    """Whether a painful complaint lasts for years, by day alone, and is told as unchanged or the cancer as long ago."""
    lasting = durations(items)
    if not lasting or any(lasting[:-1]) or hinted(("night_pain",), items):
        return False
    cancer = [weeks(i.observation.since) for i in items if i.observation.finding == "cancer_history" and i.abnormal]
    long_ago = bool(cancer) and all(since is not None and since >= LONG_AGO_WEEKS for since in cancer)
    return (long_ago or answered("course", tuple(UNCHANGED), items)) and told(("pain_",), items)


def _outer_thigh_alone(items: Sequence[Item]) -> bool:
    """Whether back pain is denied and no pain, numbness or lost reflex is told but that of the outer thigh and hip."""
    others = [i for i in items if hinted((*LEG, *DEFICITS), [i])]
    alone = all(spoken_of(i) <= {*BESIDE, "pain_severity"} for i in others)
    return alone and denied("pain_back", items)
