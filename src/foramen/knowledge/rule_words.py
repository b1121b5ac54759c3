"""When a red-flag rule fires, in words: its condition as a tree that pages and other screens can lay out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from foramen.knowledge.schema import Knowledge

IGNORED = (
    "old_weakness",
    "settled_weakness",
    "stable_deficit",
    "long_standing_deficit",
    "settled_deficit",
    "old_injury",
    "injury_of_weeks",
    "old_severe_injury",
    "seen_unbroken",
    "weak_bone_settled",
    "old_or_outer_thigh",
    "old_start",
    "slow_course",
    "walking_barred_by_pain",
    "slow_weakness",
    "old_fracture",
    "normal_bloods",
    "settled_infection_risk",
    "kidney_pain",
    "plain_fever_pain",
    "risk_without_sign",
    "strained_risk",
    "tested_risk",
)


@dataclass(frozen=True, slots=True)
class Part:
    """A line of a condition; ``finding`` is the finding or composite it names, ``parts`` what stands below it."""

    words: str
    finding: str = ""
    parts: tuple[Part, ...] = ()


def in_words(raw: Any, knowledge: Knowledge) -> Part:
    """The condition ``when`` of a rule."""
    for key, words in (("any", "any of"), ("all", "all of")):
        if key in raw:
            extra = "".join(f", {k.replace('_', ' ')} ignored" for k in IGNORED if k in raw)
            return Part(words + extra, "", tuple(in_words(part, knowledge) for part in raw[key]))
    if "at_least" in raw:
        return Part(f"at least {raw['at_least']} of", "", tuple(in_words(part, knowledge) for part in raw["of"]))
    return _literal(raw, knowledge)


def named(part: Part) -> tuple[str, ...]:
    """Findings and composites that a condition names, in order."""
    own = (part.finding,) if part.finding else ()
    return tuple(dict.fromkeys([*own, *(name for p in part.parts for name in named(p))]))


def _literal(raw: Mapping[str, Any], knowledge: Knowledge) -> Part:
    if "age_at_least" in raw:
        return Part(f"age {raw['age_at_least']} or more")
    if "deficit_within_days" in raw:
        return Part(f"weakness or numbness that began within {raw['deficit_within_days']} days")
    if "deficit_growing" in raw:
        return Part("weakness or numbness that grows")
    if "begun" in raw:
        key = str(raw["begun"])
        known = knowledge.findings.get(key) or knowledge.composites[key]
        return Part(f"{known.name}, begun within {raw['days']} days", key)
    key = str(raw.get("finding") or raw.get("part_of") or raw.get("stated"))
    known = knowledge.findings.get(key) or knowledge.composites[key]
    states = raw.get("state")
    text = known.name + (f": {', '.join(states if isinstance(states, list) else [states])}" if states else "")
    return Part(text + (f", {raw['side']}" if "side" in raw else ""), key)
