"""What a scan has answered: rules that look for a thing give way to the rule that speaks of it as seen.

The urgency stands as the rules gave it; only films and dates that were about finding it are not repeated.
"""

from __future__ import annotations

from collections.abc import Iterable

from foramen.knowledge.plan_schema import ImagingAdvice
from foramen.knowledge.rule_words import in_words, named
from foramen.plan.situation import Situation

_LEVELS = ("emergency", "urgent", "soon", "routine")


def seen_by(advice: ImagingAdvice, s: Situation) -> str:
    """The most pressing rule that fired and answers an advice; empty in an emergency, which may be newer."""
    fired = [] if s.emergency else [r for r in advice.answered_by if r in s.rules and _of_now(r, s)]
    return min(fired, key=lambda rule: _LEVELS.index(s.rules[rule])) if fired else ""


def _of_now(rule: str, s: Situation) -> bool:
    """Whether what a rule speaks of is not only known from before: a dated film may be years older than a new fall."""
    named_by = set(named(in_words(s.knowledge.red_flags[rule].when, s.knowledge)))
    studies = {study.id: study for study in s.case.studies}
    only = s.case.studies[0] if len(s.case.studies) == 1 else None
    old = []
    for o in s.case.observations:
        composite = s.knowledge.composites.get(o.finding)
        if o.finding.startswith("img_") and named_by & {o.finding, *(composite.any_of if composite else ())}:
            study = studies.get(o.study or "", only)
            old.append(o.new is False or bool(study and study.date))
    return not old or not all(old)


def answered(s: Situation) -> dict[str, str]:
    """Rules that fired and look for what is seen, each with the rule that speaks of it as seen."""
    found: dict[str, str] = {}
    for advice in s.knowledge.plan.imaging.values():
        if seen := seen_by(advice, s):
            found |= {rule: seen for rule in advice.rules if rule in s.rules and rule not in advice.answered_by}
    return found


def without_answered(s: Situation, tell: Iterable[str]) -> list[str]:
    """What rules say to the patient, that of rules that look for what is seen replaced by that of the rule for it."""
    rules = s.knowledge.red_flags
    instead = {rules[rule].tell: rules[seen].tell for rule, seen in answered(s).items()}
    return list(dict.fromkeys(instead.get(text, text) for text in tell))


def referred_to(s: Situation) -> str:
    """Who should see the person; not for a film of what is seen already."""
    rules = s.knowledge.red_flags
    instead = {rules[rule].refer_to: rules[seen].refer_to for rule, seen in answered(s).items()}
    return instead.get(s.refer_to, s.refer_to)
