"""A leaflet for the patient in plain words. It always sends to a doctor, in an emergency at once. No doses."""

from __future__ import annotations

from collections.abc import Sequence

from foramen.plan.options import ALREADY
from foramen.plan.result import CourseAnswer, OptionAnswer
from foramen.plan.role import USEFUL
from foramen.plan.situation import Situation

RETURN_AT_ONCE = (
    "You cannot pass water, or cannot hold water or stools.",
    "You feel numb between your legs or around your bottom.",
    "Your leg or foot gets weak, or gets weaker.",
    "The pain is new in both legs, or gets much worse fast.",
    "You have a fever or feel very ill.",
    "You get a sudden, tearing pain in your back or belly.",
)
CLOSING = (
    "This leaflet helps you talk with your doctor. It does not replace a doctor. "
    "Please show it to your doctor and ask all you want to know."
)
_WHEN = {
    "emergency": "Get help today. Go to the emergency department now, or call an ambulance.",
    "urgent": "See a doctor soon. Do not wait longer than this: {within}.",
    "soon": "See your doctor in the next weeks.",
    "routine": "See your doctor. You can book a normal visit.",
}
_HELPS = ("advice", "exercise", "medicine", "physical", "manual", "psychological")
NOT_ALL_ASKED = (
    "You have not been asked about all warning signs yet. Read the list at the end. If one fits, go at once. "
    "Talk with your doctor about the others."
)
TOLD = 4  # texts of rules; more would not be read
MOST = 6  # treatments named in one list


def leaflet(s: Situation, options: Sequence[OptionAnswer], course: CourseAnswer | None) -> str:
    """The leaflet as text with headings (lines that end with a colon) and lists."""
    parts = ["Your back and your nerve", "", "How soon should I see a doctor?", _when(s), *_told(s), ""]
    if not s.emergency:
        parts += ["What may be going on?", *_causes(s), ""]
        now = [o for o in options if o.step == "now" and o.role in ("core", "option") and o.family in _HELPS]
        parts += _listed("What can help now?", [o for o in now if o.status == "offered"])
        asked = [o for o in now if o.status in ("needs_care", "ask_first")]
        parts += _listed("What may help, but only after I have asked my doctor?", asked)
        if course and course.curves[0].words:
            parts += ["How will it go on?", course.curves[0].words, ""]
    blocked = [o for o in options if o.status == "blocked" and o.role in USEFUL and o.family in (*_HELPS, "injection")]
    avoid = [o.name for o in blocked if not o.reason.startswith(ALREADY)]
    if avoid and not s.emergency:
        parts += ["What should not be done for now?", "Not now: " + ", ".join(avoid[:MOST]) + ".", ""]
    parts += ["Go to the emergency department at once if:", *(f"- {line}" for line in RETURN_AT_ONCE), "", CLOSING]
    return "\n".join(parts)


def _when(s: Situation) -> str:
    return _WHEN.get(s.urgency, _WHEN["urgent"]).format(within=s.within)


def _told(s: Situation) -> list[str]:
    """What the rules of the highest urgency say to the patient."""
    told = list(s.tell[:TOLD])
    if s.open_questions and not s.emergency:
        told.append(NOT_ALL_ASKED)
    return told


def _causes(s: Situation) -> list[str]:
    likely = sorted(s.causes.items(), key=lambda row: -row[1])[:2]
    lines = []
    for cause, p in likely:
        if p >= 0.2:
            sure = "This is likely" if p >= 0.55 else "This is possible"
            lines.append(f"{sure}: {s.knowledge.causes[cause].plain}.")
    return lines or ["We do not know yet. Your doctor will find out more."]


def _listed(title: str, options: Sequence[OptionAnswer]) -> list[str]:
    if not options:
        return []
    return [title, *(f"- {o.name}. {o.plain}" for o in options[:MOST]), ""]
