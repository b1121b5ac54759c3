"""Every red-flag rule fires on minimal cases built from its own text, and on nothing when nothing is said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import pytest
from observing import observe

from foramen.case import Case, Observation
from foramen.inference.engine import Engine
from foramen.knowledge import load_knowledge
from foramen.model.model import instances_of
from foramen.records.evidence import items_of
from foramen.triage import urgency
from foramen.triage.rules import IGNORED, URGENCIES, Rulebook

RULES = load_knowledge().red_flags
Facts = dict[str, Any]  # "age", or a finding with its place -> observation


def ways(node: Mapping[str, Any], limit: int = 400) -> Iterator[Facts]:
    """Sets of facts that make a condition true, one for each choice among its alternatives (up to a limit)."""
    if "any" in node:
        for child in node["any"]:
            yield from ways(child, limit)
    elif "all" in node or "at_least" in node:
        children = node["all"] if "all" in node else node["of"][: node["at_least"]]
        # every alternative of each child is used at least once, without their whole product
        options = [list(ways(child, limit)) for child in children]
        width = max(len(o) for o in options)
        chosen = [[o[i % len(o)] for o in options] for i in range(width)]
        if width == 1:
            chosen = [list(c) for c in product(*options)]
        for combination in chosen[:limit]:
            merged: Facts = {}
            for facts in combination:
                merged |= facts
            yield merged
    elif "age_at_least" in node:
        yield {"age": node["age_at_least"]}
    elif "part_of" in node:
        for part in load_knowledge().composites[node["part_of"]].any_of:
            yield from _finding({**node, "finding": part})
    elif "stated" in node:
        side = {"side": "left"} if load_knowledge().composites[node["stated"]].site == "side" else {}
        yield {node["stated"]: Observation(node["stated"], "abnormal", **side)}
    elif "deficit_within_days" in node:
        yield {"numb_leg": Observation("numb_leg", "present", side="left", since="1 day", new=True)}
    elif "begun" in node:
        known = load_knowledge()
        of = known.findings.get(node["begun"]) or known.composites[node["begun"]]
        side = "left" if of.site == "side" else None
        yield {node["begun"]: Observation(node["begun"], "present", side=side, since="1 day")}
    elif "deficit_growing" in node:
        yield {"numb_leg": Observation("numb_leg", "present", side="left", course="worsening")}
    else:
        yield from _finding(node)


def _finding(node: Mapping[str, Any]) -> Iterator[Facts]:
    finding = load_knowledge().findings[node["finding"]]
    side = node.get("side", "any")
    instances = [i for i in instances_of(finding) if side in ("any", "both") or f"@{side}" in i.id]
    for state in node.get("state", finding.states[1:]):
        if side == "both":
            yield {i.id: observe(i, state) for i in instances}
        else:
            for instance in instances[:2]:
                yield {instance.id: observe(instance, state)}


def case_of(facts: Facts) -> Case:
    return Case(age=facts.get("age"), observations=tuple(v for k, v in facts.items() if k != "age"))


def when(rule_id: str) -> dict[str, Any]:
    return {k: v for k, v in RULES[rule_id].when.items() if k not in IGNORED}


@pytest.mark.parametrize("rule_id", sorted(RULES))
def test_every_alternative_of_a_rule_makes_it_fire(rule_id: str, engine: Engine, book: Rulebook) -> None:
    tried = 0
    for facts in ways(when(rule_id)):
        case = case_of(facts)
        fired = {f.rule.id for f in book.fired(items_of(case, engine.model), case.age)}
        assert rule_id in fired, facts
        tried += 1
    assert tried >= 1


@pytest.mark.parametrize("rule_id", sorted(RULES))
def test_the_answer_is_at_least_as_urgent_as_the_rule_and_gives_its_reason(rule_id: str, engine: Engine) -> None:
    rule = RULES[rule_id]
    answer = urgency(case_of(next(ways(when(rule_id)))), engine, with_model=False)
    assert URGENCIES.index(answer.level) >= URGENCIES.index(rule.urgency)
    reason = next(r for r in answer.reasons if r["id"] == rule_id)
    assert reason["why"] == rule.why
    assert reason["sources"]
    assert reason["findings"], "the reason names the findings that made it fire"
    assert answer.meanwhile[-1].startswith("Come back at once")
    if answer.level == rule.urgency:
        assert rule.meanwhile in answer.meanwhile


def test_there_are_the_rules_a_clinician_expects() -> None:
    assert len(RULES) >= 54
    assert sum(r.urgency == "emergency" for r in RULES.values()) >= 20


def test_nothing_said_nothing_fires(engine: Engine, book: Rulebook) -> None:
    assert book.fired([], 85) == []
    answer = urgency(Case(age=40), engine)
    assert answer.level == "routine"
    assert answer.provisional
    assert len({row["topic"] for row in answer.not_yet_asked}) == 6


def test_every_normal_finding_together_fires_nothing(engine: Engine, book: Rulebook) -> None:
    healthy = tuple(
        observe(instance, finding.states[0])
        for finding in engine.model.knowledge.findings.values()
        for instance in instances_of(finding)
        if finding.id not in ("onset", "duration", "course")
    )
    assert book.fired(items_of(Case(observations=healthy), engine.model), 30) == []


@pytest.mark.parametrize("family", ["cauda_equina", "spinal_infection", "epidural_haematoma"])
def test_what_an_alarm_of_a_family_bars_all_of_them_bar(family: str) -> None:
    """A rule split off another one is a reason against the same treatments."""
    alarms = {r.id for r in RULES.values() if r.id.startswith(family) and r.urgency == "emergency"}
    known = {rule for fact in load_knowledge().plan.facts.values() for rule in fact.rules}
    assert alarms <= known
