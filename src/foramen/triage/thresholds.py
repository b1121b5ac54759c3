"""From which probability on the model raises the urgency, and which questions must be answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from foramen.errors import KnowledgeError
from foramen.knowledge.numbers import Number, parse_number
from foramen.knowledge.schema import Knowledge

FILE = "triage_thresholds.yaml"


@dataclass(frozen=True, slots=True)
class Step:
    """From this probability on the case has this urgency, to be seen within that time."""

    urgency: str
    number: Number
    within: str

    @property
    def p(self) -> float:
        return self.number.p[0]


@dataclass(frozen=True, slots=True)
class Threshold:
    """Causes whose probabilities are added (``cauda``: any account with an affected cauda equina)."""

    id: str
    name: str
    causes: tuple[str, ...]
    cauda: bool
    refer_to: str
    steps: tuple[Step, ...]  # the most urgent first


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic and its questions: finding ids."""

    id: str
    name: str
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """All of the file. ``texts`` holds the mappings of words under their key."""

    thresholds: tuple[Threshold, ...]
    never_set_aside: tuple[str, ...]
    not_weighed: frozenset[str]
    topics: tuple[Topic, ...]
    answered_by: Mapping[str, tuple[str, ...]]
    needless_without: Mapping[str, str]
    routine: Mapping[str, str]
    below_18: Mapping[str, str]
    pregnancy: Mapping[str, str]
    safety_net: str
    most_flags_weighed: int


def read_policy(knowledge: Knowledge) -> Policy:
    """The file's content, checked. Raises ``KnowledgeError`` naming file and key."""
    raw = knowledge.thresholds
    try:
        policy = Policy(
            tuple(_threshold(row, knowledge) for row in raw["rows"]),
            tuple(raw["never_set_aside"]),
            frozenset(raw["not_weighed"]),
            tuple(_topic(row, knowledge) for row in raw["topics"]),
            {key: tuple(value) for key, value in raw["answered_by"].items()},
            dict(raw["needless_without"]),
            dict(raw["routine"]),
            dict(raw["below_18"]),
            dict(raw["pregnancy"]),
            str(raw["safety_net"]),
            int(raw["most_flags_weighed"]),
        )
    except KeyError as error:
        raise KnowledgeError(f"{FILE}: key {error} is missing") from None
    except (TypeError, AttributeError, ValueError) as error:
        raise KnowledgeError(f"{FILE}: not of the documented form ({error})") from None
    named = [*policy.not_weighed, *policy.needless_without, *policy.needless_without.values(), *policy.answered_by]
    named += [f for others in policy.answered_by.values() for f in others]
    if unknown := set(named) - set(knowledge.findings):
        raise KnowledgeError(f"{FILE}: unknown findings {sorted(unknown)}")
    return policy


def _threshold(row: Mapping[str, Any], knowledge: Knowledge) -> Threshold:
    where = f"{FILE}/{row['id']}"
    causes: list[str] = []
    for name in row.get("causes", ()):
        members = [c.id for c in knowledge.causes.values() if name == c.id or name.removeprefix("@") in c.groups]
        if not members:
            raise KnowledgeError(f"{where}: {name!r} is neither a cause nor a group of causes")
        causes += members
    steps = []
    for urgency in ("emergency", "urgent", "soon"):
        if urgency in row:
            number = parse_number(row[urgency], f"{where}/{urgency}", knowledge.figures)
            steps.append(Step(urgency, number, str(row[urgency]["within"])))
    if not steps or not (causes or row.get("cauda")):
        raise KnowledgeError(f"{where}: causes (or cauda: true) and at least one of emergency, urgent, soon")
    return Threshold(row["id"], row["name"], tuple(causes), bool(row.get("cauda")), str(row["refer_to"]), tuple(steps))


def _topic(row: Mapping[str, Any], knowledge: Knowledge) -> Topic:
    if unknown := set(row["rules"]) - set(knowledge.red_flags):
        raise KnowledgeError(f"{FILE}/topics/{row['id']}: unknown rules {sorted(unknown)}")
    asked = dict.fromkeys(finding for rule in row["rules"] for finding in knowledge.red_flags[rule].ask)
    return Topic(row["id"], row["name"], tuple(asked))
