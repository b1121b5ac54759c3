"""The plan of a case: every treatment judged, ordered into steps, with questions, course, imaging and leaflet."""

from __future__ import annotations

from collections.abc import Sequence

from foramen.knowledge.plan_schema import FAMILIES, STEPS, PlanKnowledge
from foramen.plan.barred import barred
from foramen.plan.course import course_of
from foramen.plan.evidence import Evidence
from foramen.plan.imaging import imaging_of
from foramen.plan.later import later_steps
from foramen.plan.leaflet import FAMILY_DOCTOR, leaflet, leaflet_lines
from foramen.plan.options import ALREADY, EMERGENCY_FIRST, HARMED, HARMFUL, NOT_ANSWERED, RED_FLAGS, option
from foramen.plan.person import UNKNOWN, Person
from foramen.plan.result import (
    STATUSES,
    STEP_TITLES,
    OptionAnswer,
    PlanAnswer,
    PlanQuestion,
    PlanStep,
    UnmatchedName,
)
from foramen.plan.role import USEFUL
from foramen.plan.seen import referred_to
from foramen.plan.situation import Situation
from foramen.plan.tried import tried_by_treatment

# within a family: the emergency department before what is done there, a specialist who is due before the family doctor
_PLACE = {"emergency_referral": 0, FAMILY_DOCTOR: 2}
_ROLE_ORDER = ("core", "option", "specialist", "unproven", "against", "none")


def make_plan(situation: Situation) -> PlanAnswer:
    """The plan of an assessed case.

    Raises ``CaseError`` where ``tried`` names no known treatment.
    """
    knowledge = situation.knowledge.plan
    person = Person(situation, knowledge)
    stages = situation.stages()
    tried = tried_by_treatment(situation)
    evidence = Evidence(situation, stages)
    options = [option(t, situation, person, evidence, tried) for t in knowledge.treatments.values()]
    options.sort(key=_order)
    course = course_of(situation, options, stages)
    imaging = imaging_of(situation, person, stages)
    lines = leaflet_lines(situation, person, options, course)
    return PlanAnswer(
        first=_first(situation, options),
        stages=stages,
        steps=tuple(_steps(options)),
        options=tuple(options),
        questions=tuple(_questions(options, knowledge)),
        avoid=tuple(_avoid(options, situation)),
        unmatched=tuple(UnmatchedName(u.kind, u.name, u.nearest) for u in person.unmatched),
        imaging=imaging,
        course=course,
        safety_net=situation.safety_net,
        leaflet=leaflet(lines),
        leaflet_lines=lines,
        later=later_steps(situation, person, stages, options, imaging, tried),
    )


def _backed(o: OptionAnswer) -> int:
    """0 where a guideline that applies is for it, 2 where one is against and none for it, else 1."""
    said = {s.stance.removesuffix("_weak") for s in o.stances if s.applies}
    return 0 if "for" in said else 2 if "against" in said else 1


def _order(o: OptionAnswer) -> tuple[int, int, int, int, int, float, str]:
    return (
        _ROLE_ORDER.index(o.role),
        STATUSES.index(o.status),
        FAMILIES.index(o.family),
        _PLACE.get(o.treatment, 1),
        _backed(o),
        -round(o.fits, 12),
        o.treatment,
    )


def _first(s: Situation, options: Sequence[OptionAnswer]) -> str:
    if s.emergency:
        return f"Emergency: {s.refer_to}, {s.within}. Nothing below may delay it."
    due = next((o for o in options if o.family == "referral" and o.role == "core" and o.status in STATUSES[:2]), None)
    if due and due.treatment != FAMILY_DOCTOR and not s.pressing:
        return f"{due.name} ({s.within}): {due.why}" + _provisional(s)
    return f"See: {referred_to(s)} ({s.within})." + _provisional(s)


def _provisional(s: Situation) -> str:
    return " Provisional until the red-flag questions are answered." if s.open_questions else ""


def _steps(options: Sequence[OptionAnswer]) -> list[PlanStep]:
    """Options that may come into question, by step."""
    out = []
    for step in STEPS:
        ids = tuple(o.treatment for o in options if o.step == step and o.role in USEFUL and o.status in STATUSES[:3])
        if ids:
            out.append(PlanStep(step, STEP_TITLES[step], ids))
    return out


def _questions(options: Sequence[OptionAnswer], plan: PlanKnowledge) -> list[PlanQuestion]:
    """Questions that options wait for, those that settle most first.

    What has to be measured is asked at once, whatever else a treatment still waits for: it takes a visit.
    """
    waiting: dict[str, tuple[str, list[str]]] = {}
    for o in options:
        waits = o.status == "ask_first"
        if waits or (o.status == "blocked" and o.role in USEFUL):
            for c in o.cautions:
                asked = waits or (c.id in plan.facts and plan.facts[c.id].measured_with)
                if c.state == UNKNOWN and asked and o.treatment not in waiting.setdefault(c.id, (c.question, []))[1]:
                    waiting[c.id][1].append(o.treatment)
    rows = [PlanQuestion(key, question, tuple(ids)) for key, (question, ids) in waiting.items()]
    return sorted(rows, key=lambda q: (q.id != RED_FLAGS, -len(q.options)))


def _avoid(options: Sequence[OptionAnswer], situation: Situation) -> list[str]:
    """What is taken and harms, what this person must not have, one line a reason, what waits, what evidence opposes."""
    told = barred(options, situation.knowledge.plan, emergency=situation.emergency)
    named = {o.treatment for b in told for o, _ in b.rows}
    other: dict[str, list[str]] = {}
    for o in options:
        # what was harmful before, or is taken although something bars it, is told whatever its use
        person = (
            o.role in USEFUL or HARMFUL in o.reason or (o.role != "none" and o.reason.startswith((ALREADY, HARMED)))
        )
        if o.status == "blocked" and person and o.treatment not in named and not o.reason.startswith(f"{ALREADY};"):
            other.setdefault(o.reason, []).append(o.name)
            named.add(o.treatment)
    lines = [f"{', '.join(names)}: {reason}" for reason, names in other.items()]
    # what waits for questions or for the emergency stands after what this person must not have
    lines.sort(key=lambda line: line.endswith((NOT_ANSWERED, EMERGENCY_FIRST)))
    taken = [line for line in lines if HARMFUL in line]  # it is happening: above all that might
    lines = [line for line in lines if line not in taken]
    against = [o for o in options if o.role == "against" and o.treatment not in named]
    if situation.pressing:  # that a common pain needs no surgeon is no word on a warning sign
        against = [o for o in against if o.family != "referral"]
    by_why: dict[str, list[str]] = {}
    for o in against:
        if o.status != "blocked" or not o.reason.startswith((ALREADY, EMERGENCY_FIRST)):
            by_why.setdefault(o.why, []).append(o.name)
    opposed = sorted(by_why.items(), key=lambda row: -len(row[1]))  # what rules out many tells most
    return [*taken, *(b.line() for b in told), *lines, *(f"{', '.join(names)}: {why}" for why, names in opposed)]
