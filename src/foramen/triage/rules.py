"""The red-flag rules, compiled from the knowledge and evaluated on what the evidence entails.

A condition holds only if the stated evidence entails it; rules have no negation. So whatever is learnt in
addition can make further rules fire and never silences one.

Forms of a condition: ``{any: [..]}``, ``{all: [..]}``, ``{at_least: n, of: [..]}``, ``{finding, state?, side?:
any|left|right|both}`` (``state`` left out: any abnormal state), ``{part_of: composite, state?, side?}`` (any finding
the composite stands for), ``{age_at_least: years}``, ``{stated: composite}``, ``{deficit_within_days: n}`` (a
weakness or numbness stated as new or begun since), ``{deficit_growing: true}``, ``{begun: finding or composite, days:
n}`` (that finding itself is stated as begun within so many days, or as new without a time). ``old_weakness: ignored``
beside the outermost any/all: a weakness stated as not new does not count for this rule; ``settled_weakness:
ignored``: nor does one that has been unchanged for six weeks; ``stable_deficit: ignored``: neither does a weakness or
a pelvic complaint stated both as not new and as unchanged; ``long_standing_deficit: ignored``: nor does one of a year
or more; ``settled_deficit: ignored``: nor a stable one where nothing in the case gets worse; ``old_injury: ignored``:
nor does a slight injury with which a complaint of months or years began; ``injury_of_weeks: ignored``: nor one that
began weeks ago or longer; ``old_severe_injury: ignored``: nor a severe one of months or years ago in a complaint that
does not get worse; ``seen_unbroken: ignored``: nor one after which CT or MRI is stated to show no broken vertebra;
``old_start: ignored``: nor does the sudden beginning of a complaint of weeks or longer that does not get worse;
``slow_course: ignored``: nor does it that a complaint of months or years slowly gets worse; ``slow_weakness:
ignored``: nor that in such a one a weakness slowly grows; ``old_fracture: ignored``: nor does a fracture stated as
not new; ``normal_bloods: ignored``: nor a common risk of infection that a normal CRP (and ESR) answers;
``settled_infection_risk: ignored``: nor one in an unchanged complaint of years; ``kidney_pain: ignored`` and
``plain_fever_pain: ignored``: nor back pain of days that a kidney explains, or beside a fever alone, where spine and
legs were examined and nothing was found; ``risk_without_sign: ignored``, ``strained_risk: ignored``, ``tested_risk:
ignored``: nor a risk of infection where its signs are denied, the back was strained, CRP is normal;
``walking_barred_by_pain: ignored``: nor an inability to walk for pain with full power;
``weak_bone_settled: ignored``: nor weak bone without any sign of a break, after months or a scan without a fracture;
``old_or_outer_thigh: ignored``: nor, after a cancer, a leg that has been the same for years, or an outer thigh alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from foramen.anatomy import SIDES
from foramen.errors import KnowledgeError, nearest_match
from foramen.knowledge.schema import Finding, Knowledge, RedFlagRule
from foramen.model.model import instances_of
from foramen.records.evidence import Item
from foramen.triage.facts import Facts, Literals, Statement, abnormal
from foramen.triage.set_aside import IGNORED

URGENCIES = ("routine", "soon", "urgent", "emergency")
SPLITS = 2  # any-of statements taken apart one inside the other at one condition
_HOURS = {"hour": 1.0, "day": 24.0, "week": 168.0, "month": 730.0}
FORMS = (
    "any",
    "all",
    "at_least",
    "finding",
    "part_of",
    "age_at_least",
    "stated",
    "deficit_within_days",
    "deficit_growing",
    "begun",
)


@dataclass(frozen=True, slots=True)
class Node:
    """At least ``need`` of the leaves and children hold. ``beneath``: every literal in the tree below."""

    need: int
    leaves: frozenset[int]
    children: tuple[Node, ...]
    beneath: frozenset[int]


@dataclass(frozen=True, slots=True)
class CompiledRule:
    rule: RedFlagRule
    node: Node
    ignores: tuple[str, ...]  # what does not count: keys of ``IGNORED``


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that holds, with the numbers of the literals that made it hold."""

    rule: RedFlagRule
    because: frozenset[int]


def hours(within: str) -> float:
    """A time limit in words (``same day``, ``1-2 weeks``) as hours, the longest where a span is given."""
    text = within.lower()
    if text.startswith("now"):
        return 0.0 if "ambulance" in text else 0.5
    if text.startswith("same day"):
        return 12.0
    if match := re.search(r"(\d+)(?:-(\d+))?\s*(hour|day|week|month)", text):
        return float(match[2] or match[1]) * _HOURS[match[3]]
    return 96.0 if "days" in text else 2160.0


class Rulebook:
    """All red-flag rules of a knowledge base, compiled. Raises ``KnowledgeError`` for a malformed rule."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.literals = Literals()
        self.rules = [self._rule(rule) for rule in knowledge.red_flags.values()]
        self.leave_out = {rule.ignores for rule in self.rules}
        self.names = {number: literal for literal, number in self.literals.numbers.items()}

    def fired(self, items: Iterable[Item], age: float | None) -> list[Fired]:
        """Rules that the evidence entails, most urgent first. Raises ``ContradictionError``."""
        items = list(items)
        facts = self.literals.facts(items, age)
        set_aside = {kind: [i for i in items if left_out(i, items)] for kind, left_out in IGNORED.items()}
        counted = dict.fromkeys(self.leave_out, facts)
        for kinds in counted:
            if gone := {id(i) for kind in kinds for i in set_aside[kind]}:
                counted[kinds] = self.literals.facts([i for i in items if id(i) not in gone], age)
        possible = {kinds: used.possible for kinds, used in counted.items()}
        out = []
        for compiled in self.rules:
            used = counted[compiled.ignores]
            if compiled.node.beneath.isdisjoint(possible[compiled.ignores]):
                continue
            if _plain(compiled.node, possible[compiled.ignores]) and holds(compiled.node, used.true, used.statements):
                out.append(Fired(compiled.rule, _because(compiled.node, used)))
        return sorted(out, key=lambda f: (-URGENCIES.index(f.rule.urgency), hours(f.rule.within), f.rule.id))

    def labels(self, because: frozenset[int], items: Sequence[Item], age: float | None) -> tuple[str, ...]:
        """The items' labels (and the age) behind some literals."""
        keys = {self.names[n][0] for n in because}
        out = []
        for item in items:
            if not abnormal(item):
                # a rule may name what makes nothing worse
                if any(n in because for key, v in item.vectors.items() for n in self.literals.entailed(key, v)):
                    out.append(item.label)
                continue
            own = {*item.vectors, *(k for s in item.any_of for k in s)}
            own |= {kind + item.observation.finding for kind in ("stated:", "begun:")}
            if own & keys or set(self.literals.of_deficit(item)) & because:
                out.append(item.label)
        if age is not None and "age_at_least" in keys:
            out.append(f"Age {age:g}")
        return tuple(dict.fromkeys(out))

    def is_flag(self, item: Item, never_set_aside: tuple[str, ...]) -> bool:
        """True if some rule names each thing the item states, none is normal or starts with ``never_set_aside``."""
        if not abnormal(item):
            return False  # a normal state that a rule names is kept
        parts = [*item.vectors.items(), *(p for s in item.any_of for p in s.items())]
        return bool(parts) and all(
            self.literals.entailed(key, mask) and not key.startswith(never_set_aside) for key, mask in parts
        )

    def _rule(self, rule: RedFlagRule) -> CompiledRule:
        where = f"red_flags/{rule.id}.yaml"
        if rule.urgency not in URGENCIES:
            raise KnowledgeError(f"{where}: urgency {rule.urgency!r} is not one of {', '.join(URGENCIES)}")
        when = dict(rule.when)
        said = {kind: when.pop(kind, "counted") for kind in IGNORED}
        for kind, how in said.items():
            if how not in ("counted", "ignored"):
                raise KnowledgeError(f"{where}: {kind} is counted or ignored")
        ignores = tuple(kind for kind, how in said.items() if how == "ignored")
        return CompiledRule(rule, self._node(when, f"{where}/when"), ignores)

    def _node(self, raw: Any, where: str) -> Node:
        kinds = [k for k in FORMS if isinstance(raw, Mapping) and k in raw]
        if len(kinds) != 1:
            raise KnowledgeError(f"{where}: exactly one of {', '.join(FORMS)} is needed")
        kind = kinds[0]
        if kind in ("any", "all", "at_least"):
            below = raw["of"] if kind == "at_least" else raw[kind]
            if not isinstance(below, list) or not below or set(raw) - {kind, "of"}:
                raise KnowledgeError(f"{where}: {kind} needs a list of conditions and nothing else")
            children = [self._node(child, f"{where}/{kind}/{i}") for i, child in enumerate(below)]
            need = {"any": 1, "all": len(children)}.get(kind) or int(raw["at_least"])
            if not 1 <= need <= len(children):
                raise KnowledgeError(f"{where}: at_least {need} of {len(children)}")
            return _join(need, children)
        if kind == "finding":
            return self._finding(raw, where)
        if kind == "part_of":
            parts = self._composite(raw["part_of"], where)
            place = {key: value for key, value in raw.items() if key != kind}
            return _join(1, [self._finding({"finding": part, **place}, where) for part in parts])
        if kind == "begun":
            return self._begun(raw, where)
        if set(raw) != {kind}:
            raise KnowledgeError(f"{where}: {kind} stands alone")
        if kind == "stated":
            self._composite(raw["stated"], where)
            return self._leaf("stated:" + raw["stated"], 1)
        return self._leaf(kind, int(raw[kind]))

    def _begun(self, raw: Mapping[str, Any], where: str) -> Node:
        name = raw["begun"]
        if set(raw) != {"begun", "days"} or not (name in self.knowledge.findings or name in self.knowledge.composites):
            raise KnowledgeError(f"{where}: begun takes a finding or composite, and days")
        composites = self.knowledge.composites
        parts = composites[name].any_of if name in composites else ()
        within = [key for key, c in composites.items() if parts and set(c.any_of) <= set(parts)]
        return _join(1, [self._leaf("begun:" + n, int(raw["days"])) for n in dict.fromkeys((name, *parts, *within))])

    def _composite(self, name: str, where: str) -> tuple[str, ...]:
        composite = self.knowledge.composites.get(name)
        if composite is None:
            raise KnowledgeError(f"{where}: {name!r} is no composite finding")
        return composite.any_of

    def _leaf(self, key: str, number: int) -> Node:
        leaf = frozenset([self.literals.number((key, number))])
        return Node(1, leaf, (), leaf)

    def _finding(self, raw: Mapping[str, Any], where: str) -> Node:
        finding = self.knowledge.findings.get(raw["finding"])
        if finding is None:
            near = nearest_match(raw["finding"], self.knowledge.findings)
            hint = f"; did you mean {near!r}?" if near else ""
            raise KnowledgeError(f"{where}: unknown finding {raw['finding']!r}{hint}")
        if set(raw) - {"finding", "state", "side"}:
            raise KnowledgeError(f"{where}: only finding, state and side are known")
        states = raw.get("state", list(finding.states[1:]))
        states = [states] if isinstance(states, str) else states
        if unknown := set(states) - set(finding.states):
            raise KnowledgeError(f"{where}: {finding.id} has no state {', '.join(sorted(unknown))}")
        accepted = sum(1 << i for i, state in enumerate(finding.states) if state in states)
        side = raw.get("side", "any")
        keys = _instances(finding, side)
        if not keys:
            raise KnowledgeError(f"{where}: {finding.id} has no side {side!r}")
        return _join(len(keys) if side == "both" else 1, [self._leaf(key, accepted) for key in keys])


def _instances(finding: Finding, side: str) -> list[str]:
    found = instances_of(finding)
    if side == "any":
        return [i.id for i in found]
    if side == "both":
        return [i.id for i in found] if finding.site == "side" else []
    return [i.id for i in found if side in SIDES and i.side == SIDES.index(side)]


def _join(need: int, children: Sequence[Node]) -> Node:
    """A node over others; single literals and nested "any" are taken into the parent's leaves."""
    single = need == 1
    flat = [c for c in children if not c.children and c.need == 1 and (single or len(c.leaves) == 1)]
    leaves = frozenset(n for c in flat for n in c.leaves)
    if not single and len(leaves) < len(flat):
        flat, leaves = [], frozenset()  # the same literal twice in a count stays apart
    rest = tuple(c for c in children if not any(c is f for f in flat))
    beneath = leaves.union(*(c.beneath for c in rest)) if rest else leaves
    return Node(need, leaves, rest, beneath)


def holds(node: Node, true: frozenset[int], statements: tuple[Statement, ...] = (), splits: int = SPLITS) -> bool:
    """True if the facts entail the condition.

    An any-of statement entails a condition if each of its parts does. Sound always; complete for conditions
    that need at most ``splits`` statements at one node (each branch of an "all" has its own).
    """
    if not statements or not splits:
        return _plain(node, true)
    count = len(node.leaves & true)
    count += sum(holds(child, true, statements, splits) for child in node.children)
    if count >= node.need:
        return True
    if node.need > 1 and node.leaves:
        loose = [Node(1, frozenset([n]), (), frozenset([n])) for n in node.leaves - true]
        count += sum(holds(leaf, true, statements, splits) for leaf in loose)
        if count >= node.need:
            return True
    for i, statement in enumerate(statements):
        if all(part & node.beneath for part in statement):
            rest = statements[:i] + statements[i + 1 :]
            if all(holds(node, true | part, rest, splits - 1) for part in statement):
                return True
    return False


def _plain(node: Node, true: frozenset[int]) -> bool:
    if node.need == 1:
        return not node.leaves.isdisjoint(true) or any(_plain(c, true) for c in node.children)
    count = len(node.leaves & true)
    return count >= node.need or count + sum(_plain(c, true) for c in node.children) >= node.need


def _because(node: Node, facts: Facts) -> frozenset[int]:
    out = node.leaves & facts.possible
    for child in node.children:
        if holds(child, facts.true, facts.statements) or (not out and _plain(child, facts.possible)):
            out |= _because(child, facts)
    return out
