"""What helps this person: treatments by cause, stage and evidence, each checked against contraindications."""

from foramen.plan.make import make_plan
from foramen.plan.situation import Situation

__all__ = ["Situation", "make_plan"]
