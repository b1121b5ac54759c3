"""What was known before the complaint (deficits, broken vertebrae): told, seen by the rules of urgency, no evidence."""

from __future__ import annotations

from foramen.case import UNCHANGED, Observation

DEFICITS = (
    "power_", "weakness_reported", "foot_drop_reported", "reflex_", "sens_", "numb_", "calf_wasting", "thigh_wasting",
    "gluteal_wasting", "steppage_gait", "trendelenburg", "stocking_sensory_loss", "vibration_toes_reduced",
)  # fmt: skip
# an old one marks weak bone and makes no complaint that began since: the fractures of the model are fresh
FRACTURES = ("img_fracture", "img_fracture_above_l1", "img_fracture_any", "img_sacral_fracture")
SADDLE = ("numb_buttock", "numb_medial_thigh")  # a numb saddle is always weighed: to miss one costs too much
NOT_WEIGHED = " (known from before, not weighed)"


def from_before(o: Observation) -> bool:
    """Whether it is a deficit or a fracture stated as not new, and nothing of it as growing or as different before.

    A course in other words than those for unchanged keeps it in: then it may have changed with the complaint.
    """
    if o.new is not False or o.previous or (o.course is not None and o.course not in UNCHANGED):
        return False
    return o.finding in FRACTURES or (o.finding.startswith(DEFICITS) and not o.finding.startswith(SADDLE))
