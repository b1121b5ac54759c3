"""Exact log-likelihoods of a case's evidence, statements about several findings included.

Each statement j has likelihood b_j + n_j [no part of it is so] (any-of: 1 - [none]), so that the product over
statements expands: sum over subsets T of prod_{j not in T} b_j prod_{j in T} n_j P(E and no part of j in T),
separately in each block of findings that are independent of the rest given the scenario.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from foramen.errors import CaseError
from foramen.inference.likelihood import Evidence
from foramen.model.model import Model
from foramen.model.parameters import Floats
from foramen.records.evidence import EvidenceSet, Statement, Vector

MOST_STATEMENTS = 10  # in one block; their combinations double with each
TINY = 1e-12  # smallest share of P(E) that P(E and any-of) is taken to be
Node = tuple[object, ...]
LEVELS_BLOCK: Node = ("levels",)


@dataclass(slots=True)
class _Block:
    """Evidence of independent findings: rows to evaluate with their weights (one row, weight 1, where no statement)."""

    rows: list[dict[str, Vector]] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)


def log_likelihood(
    model: Model, sets: Sequence[EvidenceSet], rows_to_log: Callable[[Sequence[Evidence]], Sequence[Floats]]
) -> list[Floats]:
    """log P(evidence set | scenario) of each set, in the shape that ``rows_to_log`` gives each row."""
    plans = [_blocks(model, s) for s in sets]
    # sets that differ in one item share most of their rows: each distinct row is evaluated once
    names = {id(row): frozenset(row.items()) for plan in plans for block in plan for row in block.rows}
    distinct = {names[id(row)]: row for plan in plans for block in plan for row in block.rows}
    values = dict(zip(distinct, rows_to_log(list(distinct.values())), strict=True))
    terms: dict[tuple[object, ...], Floats] = {}
    out: list[Floats] = []
    for plan in plans:
        total: Floats | None = None
        for block in plan:
            key = (*(names[id(row)] for row in block.rows), *block.weights)
            if key not in terms:
                parts = [values[names[id(row)]] for row in block.rows]
                terms[key] = parts[0] if len(parts) == 1 else _weighted(parts, block.weights)
            total = terms[key] if total is None else total + terms[key]
        assert total is not None
        out.append(total)
    return out


def _weighted(parts: Sequence[Floats], weights: Sequence[float]) -> Floats:
    share = np.zeros_like(parts[0])
    for part, weight in zip(parts, weights, strict=True):
        share = share + weight * np.exp(part - parts[0])
    return parts[0] + np.log(np.maximum(share, TINY))


def _blocks(model: Model, evidence: EvidenceSet) -> list[_Block]:
    if not evidence.statements:
        return [_Block([dict(evidence.vectors)], [1.0])]
    parent: dict[Node, Node] = {}

    def find(node: Node) -> Node:
        while (above := parent.get(node, node)) != node:
            node = above
        return node

    node_of = _nodes(model)
    firsts = []
    for statement in evidence.statements:
        nodes = {node_of[key] for key in statement.parts}
        first = find(nodes.pop())
        for node in nodes:
            if (other := find(node)) != first:
                parent[other] = first
        firsts.append(first)
    together: dict[Node, list[Statement]] = {}
    for statement, first in zip(evidence.statements, firsts, strict=True):
        together.setdefault(find(first), []).append(statement)
    rest: dict[str, Vector] = {}
    inside: dict[Node, dict[str, Vector]] = {root: {} for root in together}
    for key, vector in evidence.vectors.items():
        inside.get(find(node_of[key]), rest)[key] = vector
    # an empty rest would count the prior of a numbering shift once more where rows keep their shifts apart
    blocks = [_Block([rest], [1.0])] if rest else []
    for root, statements in sorted(together.items(), key=lambda pair: str(sorted(pair[1][0].parts))):
        if len(statements) > MOST_STATEMENTS:
            raise CaseError(
                f"{len(statements)} findings that hang together leave their side, level or kind open; "
                f"at most {MOST_STATEMENTS} can be weighed together",
                field="findings",
                cure="State the side or level of some of them, or leave the least important ones out.",
            )
        block = _Block()
        for subset in range(2 ** len(statements)):
            row = dict(inside[root])
            weight = 1.0
            for j, statement in enumerate(statements):
                if not subset >> j & 1:
                    weight *= statement.base
                    continue
                weight *= statement.none
                for key, mask in statement.parts.items():
                    left, known = _negated(mask), row.get(key)
                    row[key] = left if known is None else tuple(k * m for k, m in zip(known, left, strict=True))
            block.rows.append(row)
            block.weights.append(weight)
        blocks.append(block)
    return blocks


@lru_cache(maxsize=1024)
def _negated(mask: Vector) -> Vector:
    return tuple(1.0 - m for m in mask)


@lru_cache(maxsize=4)
def _nodes(model: Model) -> dict[str, Node]:
    """Per finding, what it is bound to given the scenario: itself alone, its group, or the levels."""
    return {key: _node(model, key) for key in model.instances}


def _node(model: Model, key: str) -> Node:
    group = model.group_of.get(key)
    if group is None:
        return LEVELS_BLOCK
    return ("finding", key) if model.groups[group].kind == "plain" else ("group", group)


def only_levels(model: Model, evidence: EvidenceSet) -> EvidenceSet:
    """The part of the evidence that is bound to levels (statements that mix are left out)."""
    at = model.instances
    vectors = {k: v for k, v in evidence.vectors.items() if at[k].place >= 0}
    statements = tuple(s for s in evidence.statements if all(at[k].place >= 0 for k in s.parts))
    return EvidenceSet(vectors, statements)
