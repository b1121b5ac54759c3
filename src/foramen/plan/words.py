"""Effects and guideline stances of an option in words."""

from __future__ import annotations

import re

from foramen.plan.result import EffectAnswer, OptionAnswer


def main_effect(o: OptionAnswer) -> EffectAnswer | None:
    """The effect shown: the first one found in people like this one (``Evidence`` puts the telling ones first).

    None where all was found in others: a figure of root pain says nothing of back pain.
    """
    return next((e for e in o.effects if e.applies), None)


def at_weeks(weeks: float) -> str:
    """``at 6 weeks``, or ``right afterwards``."""
    return f"at {weeks:g} week{'' if weeks == 1 else 's'}" if weeks else "right afterwards"


def effect_words(e: EffectAnswer) -> str:
    """``leg pain -5 (-9 to -1) of 100 at 6 weeks v placebo, certainty moderate``."""
    when = " in the short term" if "short term" in e.words else ""
    if e.weeks is not None:
        when = f" {at_weeks(e.weeks)}"
    graded = "" if e.certainty == "not_graded" else f", certainty {e.certainty.replace('_', ' ')}"
    if e.scale != "points_0_100" or e.value is None:
        told = re.search(r"week|month|year|day|session|hour|short term", e.words)
        return f"{e.words.rstrip('.')}{'' if told else when}{graded}"
    span = f" ({e.low:g} to {e.high:g})" if e.low is not None and e.high is not None else ""
    if not graded:  # nobody has weighed it, so the number does not go without what the file says of it
        graded = f"; not graded: {e.words.rstrip('.')}"
    about = "in root pain" if e.population == "radicular" else f"in {e.population.replace('_', ' ')}"
    outcome = e.outcome.replace("_", " ")
    return f"{outcome} {e.value:+g}{span} of 100{when} {about} against {e.comparator}{graded}"


def stance_words(o: OptionAnswer) -> str:
    """``for NICE NG59; against Danish 2018``, of the statements that apply (else of all)."""
    stances = [s for s in o.stances if s.applies] or list(o.stances)
    sides = {"for": "for", "for_weak": "weakly for", "neutral": "undecided", "against_weak": "weakly against"}
    groups: dict[str, list[str]] = {}
    for s in stances:
        groups.setdefault(sides.get(s.stance, "against"), []).append(
            s.name if s.year[:4] in s.name else f"{s.name} ({s.year})"
        )
    return "; ".join(f"{side} {', '.join(dict.fromkeys(names))}" for side, names in groups.items())
