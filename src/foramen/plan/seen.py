"""What a scan has answered: rules that look for a thing give way to the rule that speaks of it as seen.

The urgency stands as the rules gave it; only films and dates that were about finding it are not repeated.
"""

from __future__ import annotations

from collections.abc import Iterable

from foramen.knowledge.plan_schema import ImagingAdvice
from foramen.plan.situation import Situation

_LEVELS = ("emergency", "urgent", "soon", "routine")


def seen_by(advice: ImagingAdvice, s: Situation) -> str:
    """The most pressing rule that fired and answers an advice; empty in an emergency, which may be newer."""
    fired = [] if s.emergency else [rule for rule in advice.answered_by if rule in s.rules]
    return min(fired, key=lambda rule: _LEVELS.index(s.rules[rule])) if fired else ""


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
