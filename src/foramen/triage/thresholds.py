"""From which probability on the model raises the urgency, and which questions must be answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
class UnsafeTests:
    """Tests not proposed where a reason of these ids is given, a finding is stated or the causes are this probable."""

    tests: frozenset[str]
    reasons: frozenset[str]
    findings: tuple[str, ...]
    causes: tuple[str, ...]
    at_least: Number


@dataclass(frozen=True, slots=True)
class Policy:
    """All of the file. ``texts`` holds the mappings of words under their key."""

    thresholds: tuple[Threshold, ...]
    never_set_aside: tuple[str, ...]
    not_weighed: frozenset[str]
    topics: tuple[Topic, ...]
    answered_by: Mapping[str, tuple[str, ...]]
    needless_without: Mapping[str, str]
    asked_only_with: Mapping[str, tuple[str, ...]]
    routine: Mapping[str, str]
    below_18: Mapping[str, str]
    pregnancy: Mapping[str, str]
    safety_net: str
    most_flags_weighed: int
    unsafe_tests: tuple[UnsafeTests, ...]


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
            {key: tuple(value) for key, value in raw["asked_only_with"].items()},
            dict(raw["routine"]),
            dict(raw["below_18"]),
            dict(raw["pregnancy"]),
            str(raw["safety_net"]),
            int(raw["most_flags_weighed"]),
            tuple(_unsafe(row, raw["rows"], knowledge) for row in raw["unsafe_tests"]),
        )
    except KeyError as error:
        raise KnowledgeError(f"{FILE}: key {error} is missing") from None
    except (TypeError, AttributeError, ValueError) as error:
        raise KnowledgeError(f"{FILE}: not of the documented form ({error})") from None
    named = [*policy.not_weighed, *policy.needless_without, *policy.needless_without.values(), *policy.answered_by]
    named += [f for others in (*policy.answered_by.values(), *policy.asked_only_with.values()) for f in others]
    named += policy.asked_only_with
    named += [f for u in policy.unsafe_tests for f in (*u.tests, *u.findings)]
    if unknown := set(named) - set(knowledge.findings):
        raise KnowledgeError(f"{FILE}: unknown findings {sorted(unknown)}")
    return policy


def _threshold(row: Mapping[str, Any], knowledge: Knowledge) -> Threshold:
    where = f"{FILE}/{row['id']}"
    causes = _causes(row.get("causes", ()), where, knowledge)
    steps = []
    for urgency in ("emergency", "urgent", "soon"):
        if urgency in row:
            number = parse_number(row[urgency], f"{where}/{urgency}", knowledge.figures)
            steps.append(Step(urgency, number, str(row[urgency]["within"])))
    if not steps or not (causes or row.get("cauda")):
        raise KnowledgeError(f"{where}: causes (or cauda: true) and at least one of emergency, urgent, soon")
    return Threshold(row["id"], row["name"], tuple(causes), bool(row.get("cauda")), str(row["refer_to"]), tuple(steps))


def _causes(names: Iterable[str], where: str, knowledge: Knowledge) -> list[str]:
    causes: list[str] = []
    for name in names:
        members = [c.id for c in knowledge.causes.values() if name == c.id or name.removeprefix("@") in c.groups]
        if not members:
            raise KnowledgeError(f"{where}: {name!r} is neither a cause nor a group of causes")
        causes += members
    return causes


def _unsafe(row: Mapping[str, Any], dangers: Iterable[Mapping[str, Any]], knowledge: Knowledge) -> UnsafeTests:
    where = f"{FILE}/unsafe_tests"
    allowed = set(knowledge.red_flags) | {f"model_{danger['id']}" for danger in dangers}
    if unknown := set(row["rules"]) - allowed:
        raise KnowledgeError(f"{where}/rules: neither a rule nor a danger with model_ before it: {sorted(unknown)}")
    if unknown := set(row["sources"]) - set(knowledge.figures):
        raise KnowledgeError(f"{where}/sources: unknown figures {sorted(unknown)}")
    number = parse_number(row["at_least"], f"{where}/at_least", knowledge.figures)
    causes = _causes(row["causes"], where, knowledge)
    return UnsafeTests(frozenset(row["tests"]), frozenset(row["rules"]), tuple(row["findings"]), tuple(causes), number)


def _topic(row: Mapping[str, Any], knowledge: Knowledge) -> Topic:
    if unknown := set(row["rules"]) - set(knowledge.red_flags):
        raise KnowledgeError(f"{FILE}/topics/{row['id']}: unknown rules {sorted(unknown)}")
    asked = dict.fromkeys(finding for rule in row["rules"] for finding in knowledge.red_flags[rule].ask)
    return Topic(row["id"], row["name"], tuple(asked))
