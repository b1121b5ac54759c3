"""What a case's evidence entails, in the terms that rules use.

A *literal* is (finding instance, accepted states) or a named fact with a number (age, time of a deficit). It
is true if every state that the evidence leaves open is accepted. An any-of statement ("leg pain, side not
stated") becomes a list of alternatives: the literals that would be true under each of its parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from foramen.case import GROWING, Observation
from foramen.records.evidence import Item, Vector, combine_items
from foramen.records.times import weeks

Literal = tuple[str, int]
Statement = tuple[frozenset[int], ...]

MOTOR = ("power_", "weakness_reported", "foot_drop_reported")
DEFICITS = (*MOTOR, "sens_", "numb_", "unable_to_walk", "gait_disturbance")


@dataclass(frozen=True, slots=True)
class Facts:
    """Numbers of the literals that hold, and any-of statements as alternatives."""

    true: frozenset[int]
    statements: tuple[Statement, ...] = ()

    @property
    def possible(self) -> frozenset[int]:
        """Literals that hold or would hold under some part of a statement."""
        return self.true.union(*(part for s in self.statements for part in s)) if self.statements else self.true


class Literals:
    """All literals of a rulebook, numbered, and which of them given evidence makes true."""

    def __init__(self) -> None:
        self.numbers: dict[Literal, int] = {}
        self.of_key: dict[str, list[tuple[int, int]]] = {}

    def number(self, literal: Literal) -> int:
        """The literal's number; a new one is registered."""
        if literal not in self.numbers:
            self.numbers[literal] = len(self.numbers)
            key, accepted = literal
            self.of_key.setdefault(key, []).append((accepted, self.numbers[literal]))
        return self.numbers[literal]

    def entailed(self, key: str, vector: Vector) -> list[int]:
        """Literals of an instance that hold whichever of the states left open is the true one."""
        named = self.of_key.get(key)
        if not named:
            return []
        support = _bits(vector)
        return [n for accepted, n in named if not support & ~accepted]

    def facts(self, items: Iterable[Item], age: float | None) -> Facts:
        """Literals that the items and the age (years) entail. Raises ``ContradictionError``."""
        items = list(items)
        evidence = combine_items(items)
        true = {n for key, vector in evidence.vectors.items() for n in self.entailed(key, vector)}
        true.update(self._named(items, age))
        statements = tuple(self.alternatives(s, evidence.vectors) for s in evidence.any_of)
        return Facts(frozenset(true), statements)

    def alternatives(self, statement: Mapping[str, Vector], known: Mapping[str, Vector]) -> Statement:
        """Literals true under each part of an any-of statement."""
        parts = []
        for key, mask in statement.items():
            left = tuple(a * b for a, b in zip(known.get(key, mask), mask, strict=True))
            if any(left):
                parts.append(frozenset(self.entailed(key, left)))
        return tuple(parts)

    def _named(self, items: Sequence[Item], age: float | None) -> list[int]:
        true: list[int] = []
        if age is not None:
            true += [n for years, n in self.of_key.get("age_at_least", ()) if age >= years]
        for item in items:
            if abnormal(item):
                o = item.observation
                true += [n for _, n in self.of_key.get("stated:" + o.finding, ())]
                true += [n for days, n in self.of_key.get("begun:" + o.finding, ()) if began_within(o, days)]
                true += self.of_deficit(item)
        return true

    def of_deficit(self, item: Item) -> list[int]:
        """Named facts that an item states about the time of a weakness or numbness."""
        o = item.observation
        if not abnormal(item) or not o.finding.startswith(DEFICITS):
            return []
        true = [n for days, n in self.of_key.get("deficit_within_days", ()) if began_within(o, days)]
        if o.course in GROWING:
            true += [n for _, n in self.of_key.get("deficit_growing", ())]
        return true


def began_within(o: Observation, days: int) -> bool:
    """Whether it is said to have begun within so many days, or to be new without a time."""
    since = weeks(o.since)
    return o.new is True if since is None else since * 7 <= days


def abnormal(item: Item) -> bool:
    """True if whatever the item states excludes the normal state (and it states something)."""
    return item.abnormal


@lru_cache(maxsize=1024)
def _bits(vector: Vector) -> int:
    return sum(1 << i for i, x in enumerate(vector) if x > 0)
