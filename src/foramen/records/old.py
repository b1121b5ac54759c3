"""What was known before the complaint (deficits, broken vertebrae): told, seen by the rules of urgency, no evidence."""

from __future__ import annotations

from foramen.case import UNCHANGED, Observation
from foramen.records.times import weeks

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


def with_time(label: str, o: Observation) -> str:
    """A finding's label with what is told of its time: the complaint of ten years is not written as a new one."""
    if o.new is None and not (o.since or o.course or o.previous):
        return label
    weighed = label.removesuffix(NOT_WEIGHED)
    told = ["known from before"] if o.new is False else ["new"] if o.new else []
    if o.since:
        told.append(f"for {o.since}" if weeks(o.since) is not None else f"since {o.since}")
    told += [o.course.replace("_", " ")] if o.course else []
    told += [f"before: {o.previous}"] if o.previous else []
    told += ["not weighed"] if weighed != label else []
    if o.new is not True and weighed.startswith("New "):  # "new loss of urine" for ten years
        weighed = weighed[4:5].upper() + weighed[5:]
    return f"{weighed} ({', '.join(told)})"
