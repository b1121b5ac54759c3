"""What is read from what a full account of the history does not mention (findings/untold.yaml)."""

from __future__ import annotations

from collections.abc import Sequence

from foramen.case import Observation
from foramen.model.model import Model
from foramen.records.statements import Item, Vector

UNTOLD = "untold"
WORDS = {
    "pain_back": "back pain", "previous_spine_surgery": "operation", "recent_spinal_procedure": "procedure",
    "onset": "accident", "rash_reported": "rash",
}  # fmt: skip
HISTORY = ("history", "red_flag", "risk_factor")


def untold(items: Sequence[Item], model: Model) -> list[Item]:
    """At most one item: likelihood 1 - c x P(told | present) of each of these that is not mentioned.

    c grows with the number of facts of the history that are stated, up to 1 in a full account; a fact of the
    examination counts in part, as whoever examines has asked. Urgency does not use it: that nobody told of an
    alarming event is no ground for reassurance.
    """
    knowledge = model.knowledge
    spoken = {key for item in items for key in item.vectors}
    spoken |= {key for item in items for statement in item.statements for key in statement.parts}
    few, full, examined = (number.total for number in knowledge.account)
    completeness = min(max((_facts(items, model, examined) - few) / (full - few), 0.0), 1.0)
    vectors: dict[str, Vector] = {
        key: (1.0, *(round(1.0 - completeness * min(p, 0.99), 6) for p in told.p))
        for key, told in knowledge.untold.items()
        if key not in spoken
    }
    if not completeness or not vectors:
        return []
    *words, last = [word for key, word in WORDS.items() if key in vectors] or ["more"]
    label = f"No {', '.join(words)} or {last} told" if words else f"No {last} told"
    return [Item(label, Observation(UNTOLD), vectors, silent=True)]


def _facts(items: Sequence[Item], model: Model, examined: float) -> float:
    """How many facts of the history are stated, present or absent; those of the examination count ``examined``."""
    once = {item.observation: item for item in items if item.counts and not item.silent}  # a fact told twice is one
    stated = [_categories(item, model) for item in once.values()]
    told = sum(bool(categories & set(HISTORY)) for categories in stated)
    return told + examined * sum("examination" in c and not c & set(HISTORY) for c in stated)


def _categories(item: Item, model: Model) -> set[str]:
    keys = [*item.vectors, *(key for statement in item.statements for key in statement.parts)]
    return {model.instances[key].finding.category for key in keys}
