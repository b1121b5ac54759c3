"""How rules are read and when a condition counts as entailed."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foramen.case import Observation
from foramen.errors import KnowledgeError
from foramen.knowledge import load_knowledge
from foramen.records.statements import Item, Statement
from foramen.triage.rules import Node, Rulebook, holds, hours

KNOWLEDGE = load_knowledge()
ABSENT, PRESENT, OPEN = (1.0, 0.0), (0.0, 1.0), (1.0, 0.2)


def book(when: dict[str, Any]) -> Rulebook:
    """A rulebook with one rule."""
    rule = replace(KNOWLEDGE.red_flags["cauda_equina"], when=when)
    return Rulebook(replace(KNOWLEDGE, red_flags={rule.id: rule}))


def item(*any_of: dict[str, tuple[float, ...]], finding: str = "x", **vectors: tuple[float, ...]) -> Item:
    keyed = {key.replace("__", "@"): v for key, v in vectors.items()}
    return Item(finding, Observation(finding), keyed, tuple(Statement(parts) for parts in any_of))


def fires(when: dict[str, Any], *items: Item, age: float | None = None) -> bool:
    return bool(book(when).fired(items, age))


def test_a_finding_counts_only_if_every_state_left_open_is_accepted() -> None:
    when = {"any": [{"finding": "power_knee_extension", "state": ["moderate", "severe"]}]}
    assert fires(when, item(power_knee_extension__left=(0.0, 0.0, 1.0, 1.0)))
    assert not fires(when, item(power_knee_extension__left=(0.0, 1.0, 1.0, 1.0)))
    assert not fires(when, item(power_knee_extension__left=(1.0, 0.0, 0.0, 0.0)))
    assert fires({"any": [{"finding": "power_knee_extension"}]}, item(power_knee_extension__left=(0.0, 1.0, 1.0, 1.0)))


def test_weak_evidence_entails_nothing() -> None:
    assert not fires({"any": [{"finding": "fever_reported"}]}, item(fever_reported=OPEN))


def test_the_first_state_of_duration_can_be_named() -> None:
    when = {"any": [{"finding": "duration", "state": ["hours"]}]}
    assert fires(when, item(duration=(1.0, 0.0, 0.0, 0.0, 0.0, 0.0)))
    assert not fires(when, item(duration=(1.0, 1.0, 0.0, 0.0, 0.0, 0.0)))


def test_sides() -> None:
    left, right = item(pain_calf__left=PRESENT), item(pain_calf__right=PRESENT)
    either = item({"pain_calf@left": PRESENT, "pain_calf@right": PRESENT})
    for side, by_left, by_either, by_both in (
        ("any", True, True, True), ("left", True, False, True), ("right", False, False, True),
        ("both", False, False, True),
    ):  # fmt: skip
        when = {"any": [{"finding": "pain_calf", "side": side}]}
        assert fires(when, left) is by_left
        assert fires(when, either) is by_either
        assert fires(when, left, right) is by_both


def test_any_of_is_entailed_where_every_part_is_accepted() -> None:
    vague = item({"pain_calf@left": PRESENT, "pain_foot_dorsum@left": PRESENT})
    both = {"any": [{"finding": "pain_calf"}, {"finding": "pain_foot_dorsum"}]}
    assert fires(both, vague)
    assert not fires({"any": [{"finding": "pain_calf"}]}, vague)
    assert fires({"all": [both, {"age_at_least": 50}]}, vague, age=50)
    assert not fires({"all": [both, {"age_at_least": 50}]}, vague, age=49)
    assert not fires({"all": [both, {"age_at_least": 50}]}, vague)


def test_two_vague_statements_in_two_branches() -> None:
    def leg(side: str) -> dict[str, Any]:
        return {"any": [{"finding": f, "side": side} for f in ("pain_calf", "pain_foot_dorsum")]}

    statements = [item({f"pain_calf@{s}": PRESENT, f"pain_foot_dorsum@{s}": PRESENT}) for s in ("left", "right")]
    assert fires({"all": [leg("left"), leg("right")]}, *statements)
    assert not fires({"all": [leg("left"), leg("right")]}, statements[0])


def test_at_least_counts_distinct_conditions() -> None:
    when = {"at_least": 2, "of": [{"finding": "osteoporosis"}, {"finding": "steroid_use"}, {"age_at_least": 65}]}
    assert not fires(when, item(osteoporosis=PRESENT))
    assert fires(when, item(osteoporosis=PRESENT), age=65)
    assert fires(when, item(osteoporosis=PRESENT, steroid_use=PRESENT))
    assert not fires(when, item(osteoporosis=PRESENT, steroid_use=ABSENT), age=64.9)


def test_a_vague_statement_fills_a_count_once() -> None:
    when = {"at_least": 2, "of": [{"finding": "osteoporosis"}, {"finding": "steroid_use"}, {"finding": "falls"}]}
    vague = item({"osteoporosis": PRESENT, "steroid_use": PRESENT})
    assert not fires(when, vague)
    assert fires(when, vague, item(falls=PRESENT))


def test_time_of_a_deficit() -> None:
    within = {"any": [{"deficit_within_days": 7}]}
    growing = {"any": [{"deficit_growing": True}]}

    def weak(**said: Any) -> Item:
        observation = Observation("power_knee_extension", "severe", side="left", **said)
        return Item("weak", observation, {"power_knee_extension@left": (0.0, 0.0, 0.0, 1.0)})

    assert fires(within, weak(since="2 days"))
    assert fires(within, weak(new=True))
    assert not fires(within, weak(new=True, since="3 weeks"))
    assert not fires(within, weak())
    assert fires(growing, weak(course="worsening"))
    assert not fires(growing, weak(course="improving"))
    normal = Observation("power_knee_extension", "normal", side="left", new=True, course="worsening")
    assert not fires(within, Item("normal", normal, {"power_knee_extension@left": (1.0, 0.0, 0.0, 0.0)}))


def test_old_weakness_is_ignored_only_where_the_rule_says_so() -> None:
    any_power = {"any": [{"finding": "power_knee_extension"}]}
    old = Item(
        "old",
        Observation("power_knee_extension", "severe", side="left", new=False),
        {"power_knee_extension@left": (0.0, 0.0, 0.0, 1.0)},
    )
    assert fires(any_power, old)
    assert not fires({**any_power, "old_weakness": "ignored"}, old)
    assert fires(
        {**any_power, "old_weakness": "ignored"}, replace(old, observation=replace(old.observation, course="worsening"))
    )
    assert fires(
        {**any_power, "old_weakness": "ignored"},
        replace(old, observation=replace(old.observation, new=None, since="3 weeks")),
    )


def test_part_of_a_composite_is_any_finding_it_stands_for() -> None:
    when = {"any": [{"part_of": "power_leg", "state": ["severe"], "side": "left"}]}
    assert fires(when, item(power_plantarflexion__left=(0.0, 0.0, 0.0, 1.0)))
    assert not fires(when, item(power_plantarflexion__right=(0.0, 0.0, 0.0, 1.0)))
    assert not fires(when, item(power_plantarflexion__left=(0.0, 1.0, 0.0, 0.0)))


def test_a_composite_as_stated() -> None:
    when = {"any": [{"stated": "sphincter_disturbance"}]}
    said = item({"urinary_retention": PRESENT, "new_constipation": PRESENT}, finding="sphincter_disturbance")
    assert fires(when, said)
    assert fires(when, said, item(new_constipation=PRESENT))
    assert not fires(when, item(finding="sphincter_disturbance", urinary_retention=ABSENT))


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ({"any": [{"finding": "saddle_numbnes"}]}, "did you mean 'saddle_numbness'"),
        ({"any": [{"finding": "duration", "state": ["ages"]}]}, "no state ages"),
        ({"any": [{"finding": "fever_reported", "side": "left"}]}, "no side 'left'"),
        ({"any": [{"finding": "fever_reported", "level": "L1-L2"}]}, "only finding, state and side"),
        ({"any": []}, "list of conditions"),
        ({"either": [{"finding": "fever_reported"}]}, "exactly one of"),
        ({"at_least": 3, "of": [{"finding": "fever_reported"}]}, "at_least 3 of 1"),
        ({"any": [{"age_at_least": 50, "finding": "fever_reported"}]}, "exactly one of"),
        ({"any": [{"stated": "fever_reported"}]}, "no composite"),
        ({"any": [{"part_of": "fever_reported"}]}, "no composite"),
        ({"any": [{"part_of": "power_leg", "state": ["absent"]}]}, "no state absent"),
        ({"any": [{"finding": "fever_reported"}], "old_weakness": "maybe"}, "counted or ignored"),
    ],
)
def test_malformed_rules_are_refused_by_file_and_key(when: dict[str, Any], words: str) -> None:
    with pytest.raises(KnowledgeError, match=r"red_flags/cauda_equina.yaml") as caught:
        book(when)
    assert words in str(caught.value)


def test_an_unknown_urgency_is_refused() -> None:
    rule = replace(KNOWLEDGE.red_flags["cauda_equina"], urgency="asap")
    with pytest.raises(KnowledgeError, match="asap"):
        Rulebook(replace(KNOWLEDGE, red_flags={rule.id: rule}))


def test_time_limits_are_ordered() -> None:
    words = [
        "now (ambulance)",
        "same day",
        "24 hours",
        "24-48 hours",
        "within days",
        "1 week",
        "1-2 weeks",
        "2-4 weeks",
        "routine",
    ]
    limits = [hours(w) for w in words]
    assert limits == sorted(limits)
    assert len(set(limits)) == len(limits)
    assert {r.within for r in KNOWLEDGE.red_flags.values() if hours(r.within) >= 2160} <= {"routine referral"}


leaves = st.frozensets(st.integers(0, 7), min_size=1, max_size=3)


def _node(need_all: bool, own: frozenset[int], children: tuple[Node, ...]) -> Node:
    beneath = own.union(*(c.beneath for c in children)) if children else own
    return Node(len(own) + len(children) if need_all else 1, own, children, beneath)


leaf_nodes = st.builds(_node, st.booleans(), leaves, st.just(()))
nodes = st.recursive(
    leaf_nodes,
    lambda below: st.builds(_node, st.booleans(), leaves, st.lists(below, max_size=3).map(tuple)),
    max_leaves=6,
)
statements = st.lists(st.lists(leaves, min_size=2, max_size=3).map(tuple), max_size=3).map(tuple)


@settings(max_examples=400, deadline=None)
@given(nodes, st.frozensets(st.integers(0, 7), max_size=4), statements)
def test_entailment_is_sound_and_for_one_statement_complete(
    node: Node, true: frozenset[int], said: tuple[tuple[frozenset[int], ...], ...]
) -> None:
    """Compared with trying every choice of one part per statement."""
    everywhere = all(holds(node, true.union(*choice)) for choice in product(*said))
    if holds(node, true, said):
        assert everywhere
    if len(said) <= 1:
        assert holds(node, true, said) is everywhere


@settings(max_examples=200, deadline=None)
@given(nodes, st.frozensets(st.integers(0, 7), max_size=4), statements, leaves)
def test_more_truth_never_silences(
    node: Node, true: frozenset[int], said: tuple[tuple[frozenset[int], ...], ...], more: frozenset[int]
) -> None:
    if holds(node, true, said):
        assert holds(node, true | more, said)
        assert holds(node, true.union(*(s[0] for s in said[:1])), said[1:])
