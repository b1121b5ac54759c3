"""The expected course of pain: published curves for the leading cause, without and with treatment."""

from __future__ import annotations

from collections.abc import Sequence

from foramen.knowledge.plan_schema import Course
from foramen.plan.result import (
    CourseAnswer,
    CourseCurve,
    CourseValue,
    Difference,
    EffectAnswer,
    OptionAnswer,
)
from foramen.plan.role import USEFUL
from foramen.plan.situation import Situation

UNTREATED = "none"
SHOWN_FROM = 0.3  # P(causes of a course) from which it is shown. Assumption (0.2-0.5): else it would mislead
UNGRADED = "not_graded"
PAIN = ("pain", "leg_pain", "back_pain")


def course_of(situation: Situation, options: Sequence[OptionAnswer], stages: Sequence[str]) -> CourseAnswer | None:
    """Curves that fit the likeliest causes; None in an emergency or where no published course fits."""
    if situation.emergency or situation.pressing:
        return None
    courses = situation.knowledge.plan.courses.values()
    fitting = [c for c in courses if situation.led_by(c.causes, SHOWN_FROM)]
    natural = [c for c in fitting if c.treatment == UNTREATED]
    if not natural:
        return None
    base = max(natural, key=lambda c: (situation.share(c.causes), len(set(stages) & set(c.stages)), -len(c.causes)))
    open_ids = {o.treatment for o in options if o.role in USEFUL and o.status != "blocked"}
    with_it = [c for c in fitting if c.treatment in open_ids and c.causes & base.causes and set(c.stages) & set(stages)]
    cause = max(base.causes, key=lambda c: situation.causes.get(c, 0.0))
    return CourseAnswer(
        situation.knowledge.causes[cause].name,
        tuple(_curve(c, situation) for c in [base, *with_it]),
        tuple(_differences(options, situation)),
    )


def _curve(course: Course, situation: Situation) -> CourseCurve:
    points = []
    for p in course.points:
        low, high = p.figure.ci or (None, None)
        points.append(CourseValue(p.weeks, float(p.figure.value or 0.0), low, high))
    sources = tuple(dict.fromkeys(p.figure.source for p in course.points))
    known = situation.knowledge.sources
    recalled = "" if all(p.figure.read for p in course.points) else ", partly recalled"
    cited = "; ".join(known[s].citation for s in sources) + recalled
    return CourseCurve(
        course.name, course.treatment, course.outcome, tuple(points), course.words, course.limits, sources, cited
    )


def _differences(options: Sequence[OptionAnswer], situation: Situation) -> list[Difference]:
    """Differences in pain found in trials of the options that are open, in people like this one."""
    open_options = [
        o
        for o in options
        if o.role in USEFUL and o.status in ("offered", "needs_care", "ask_first") and o.family != "referral"
    ]
    found = [
        (e.certainty == UNGRADED, o.name, e)
        for o in open_options
        for e in o.effects
        if e.scale == "points_0_100" and e.outcome in PAIN and e.applies
        if e.weeks is not None and e.value is not None
    ]
    # graded evidence first: a single trial that nobody graded is not to head the list
    found.sort(key=lambda row: (row[0], row[2].weeks, row[2].value))
    return [
        Difference(name, e.weeks or 0.0, e.value or 0.0, e.low, e.high, e.comparator, e.source, _cited(e, situation))
        for _, name, e in found
    ]


def _cited(e: EffectAnswer, situation: Situation) -> str:
    return situation.knowledge.sources[e.source].citation + ("" if e.read else ", recalled")
