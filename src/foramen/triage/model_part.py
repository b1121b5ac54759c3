"""How far the model's posteriors raise the urgency: the most alarming subset of the red flags decides.

Posteriors are not monotone: trauma makes infection less likely. So the probability of each danger is taken
as the highest over all subsets of the case's red flags, everything else it states being kept. The subsets of
a case are among the subsets of the same case with one flag more, hence one flag more can never lower the
result. See docs/decisions/0003-urgency-floor.md.

All 2^k subsets are evaluated exactly. Given the scenario, blocks of findings are independent, so the
likelihood of a subset is a product over blocks; with the blocks in two halves, all subsets are one matrix
product (subsets of one half x scenarios) by (scenarios x subsets of the other).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from foramen.assessment.posterior import log_likelihood
from foramen.case import Case, Study
from foramen.inference.engine import Engine
from foramen.model.model import Model
from foramen.model.parameters import Floats
from foramen.records.silence import silences
from foramen.records.statements import EvidenceSet, Item, weigh_items
from foramen.triage.rules import URGENCIES
from foramen.triage.thresholds import Policy, Step, Threshold

IMAGING = "img_"
LEVELS = "levels"  # the block of everything bound to a level
NEGLIGIBLE = -345.0  # log; a weight of 1e-150 beside one of 1
MOST_IN_A_BLOCK = 10  # flags bound together by shared findings


class TooManyFlagsError(Exception):
    """More red flags than are weighed one against another."""


@dataclass(frozen=True, slots=True)
class Raised:
    """A danger that reaches a step: its probability with all findings, without those set aside, and which."""

    threshold: Threshold
    step: Step
    probability: float
    highest: float
    set_aside: tuple[str, ...]


@dataclass(slots=True)
class _Block:
    """Items whose findings are bound together given the scenario: kept ones and flags (by their numbers).

    What is read from silence (an unmentioned image finding, the other side) depends on what is stated and is read
    anew for every subset; ``studies`` are the case's studies in the block of imaging, ``one_side`` marks blocks
    with findings that have sides.
    """

    kept: list[Item] = field(default_factory=list)
    flags: list[int] = field(default_factory=list)
    studies: tuple[Study, ...] = ()
    one_side: bool = False


def raised_by_model(
    engine: Engine,
    policy: Policy,
    case: Case,
    items: Sequence[Item],
    flags: Sequence[Item],
    context: Mapping[str, Any],
) -> list[Raised]:
    """Dangers that reach a step of their threshold, most urgent first.

    ``flags``: those of the ``items`` that may be set aside. Raises ``TooManyFlagsError``.
    """
    if len(flags) > policy.most_flags_weighed:
        raise TooManyFlagsError
    counted = [i for i in items if i.observation.finding not in policy.not_weighed]
    blocks = _blocks(engine, case, counted, flags)
    if any(len(b.flags) > MOST_IN_A_BLOCK for b in blocks):
        raise TooManyFlagsError
    quiet, halves = _apart(engine.model, blocks, flags)
    masks = [engine.dangers.get(t.id, partial(_scenarios, engine, t)) for t in policy.thresholds]
    shares = _shares(engine, quiet, halves, flags, masks, context)
    aside = _set_aside(halves)
    found = []
    for threshold, p in zip(policy.thresholds, shares, strict=True):
        top = float(p.max())
        step = next((s for s in threshold.steps if top >= s.p), None)
        if step:
            # the fewest findings set aside that reach the step, and the highest among those
            size = np.where(p >= step.p, aside, len(flags) + 1)
            best = int(np.where(size == size.min(), p, -1.0).argmax())
            left_out = _numbers(best, halves)
            names = tuple(flags[n].label for n in sorted(left_out))
            found.append(Raised(threshold, step, float(p.flat[0]), float(p.flat[best]), names))
    return sorted(found, key=lambda r: -URGENCIES.index(r.step.urgency))


def _blocks(engine: Engine, case: Case, items: Sequence[Item], flags: Sequence[Item]) -> list[_Block]:
    parent: dict[object, object] = {}

    def find(node: object) -> object:
        while parent.setdefault(node, node) != node:
            node = parent[node]
        return node

    named = [(i, _nodes(engine.model, i, case)) for i in items if not i.silent]
    named = [(i, nodes) for i, nodes in named if nodes]
    bound = [nodes for _, nodes in named]
    families: list[object] = []
    for family in engine.model.knowledge.one_side:
        nodes = _family(engine.model, family.prefixes)
        if any(node in own for _, own in named for node in nodes):
            bound.append(nodes)
            families.append(nodes[0])
    present = {node for _, nodes in named for node in nodes}
    restated = {key: r for item, _ in named for key, r in item.restates.items()}
    for key, r in restated.items():  # what it adds depends on whether the others are set aside
        bound.append([node for k in (key, *sorted(r.after)) if (node := _node(engine.model, k)) in present])
    for nodes in bound:
        for node in nodes[1:]:
            parent[find(node)] = find(nodes[0])
    blocks: dict[object, _Block] = {}
    numbers = {id(f): n for n, f in enumerate(flags)}
    for item, nodes in named:
        block = blocks.setdefault(find(nodes[0]), _Block())
        if id(item) in numbers:
            block.flags.append(numbers[id(item)])
        else:
            block.kept.append(item)
    for node in families:
        blocks[find(node)].one_side = True
    if case.studies:
        blocks.setdefault(find(LEVELS), _Block()).studies = case.studies
    return list(blocks.values())


def _nodes(model: Model, item: Item, case: Case) -> list[object]:
    """The parts of the model that an item's findings belong to."""
    keys = [*item.vectors, *(key for statement in item.statements for key in statement.parts)]
    nodes = dict.fromkeys(_node(model, key) for key in keys)
    if case.studies and item.observation.finding.startswith(IMAGING):
        nodes[LEVELS] = None  # what a report mentions decides what its silence means
    return list(nodes)


def _node(model: Model, key: str) -> object:
    group = model.group_of.get(key)
    plain = group is not None and model.groups[group].kind == "plain"
    return LEVELS if group is None else key if plain else group


@lru_cache(maxsize=64)
def _family(model: Model, prefixes: tuple[str, ...]) -> list[object]:
    """Parts of the model that a finding stated for one side only speaks of."""
    keys = [k for k, i in model.instances.items() if i.side >= 0 and i.place < 0 and k.startswith(prefixes)]
    return list(dict.fromkeys(_node(model, key) for key in keys))


def _apart(
    model: Model, blocks: Sequence[_Block], flags: Sequence[Item]
) -> tuple[EvidenceSet, tuple[list[_Block], list[_Block]]]:
    """Evidence of the blocks without a flag, the same in every subset, as one; the blocks with flags in two halves."""
    quiet_blocks = [b for b in blocks if not b.flags]
    alone = [b for b in quiet_blocks if not b.studies and not b.one_side]
    sets = [_subsets(model, b, flags)[0] for b in quiet_blocks if b.studies or b.one_side]
    sets.append(weigh_items([item for b in alone for item in b.kept]))  # blocks share no finding: one is as all
    vectors = {key: vector for s in sets for key, vector in s.vectors.items()}
    quiet = EvidenceSet(vectors, tuple(statement for s in sets for statement in s.statements))
    return quiet, _halves([b for b in blocks if b.flags])


def _halves(blocks: Sequence[_Block]) -> tuple[list[_Block], list[_Block]]:
    """Blocks in two halves with about as many flags each."""
    left: list[_Block] = []
    right: list[_Block] = []
    count = 0
    for block in sorted(blocks, key=lambda b: -len(b.flags)):
        if count <= 0:
            left.append(block)
            count += len(block.flags)
        else:
            right.append(block)
            count -= len(block.flags)
    return left, right


def _shares(
    engine: Engine,
    quiet: EvidenceSet,
    halves: tuple[list[_Block], list[_Block]],
    flags: Sequence[Item],
    masks: Sequence[NDArray[np.intp]],
    context: Mapping[str, Any],
) -> list[Floats]:
    """P(danger | subset) per danger, (subsets of the left half, subsets of the right half)."""
    sets = [quiet, *(s for half in halves for block in half for s in _subsets(engine.model, block, flags))]
    sides: list[tuple[Floats, Floats]] = []
    zero = np.zeros((1, len(engine.model.scenarios)))
    for band, prior in engine.band_priors(context):
        values = iter(_log_likelihoods(engine, sets, band))
        base = next(values) + prior
        left, right = (_sums(half, [[next(values) for _ in range(2 ** len(b.flags))] for b in half])
                       for half in halves)  # fmt: skip
        # what is kept goes to the left side whole, so that the right one holds the flags' ratios alone
        kept = right[-1:] + base[None, :]
        sides.append((left + kept, right - right[-1:] + np.zeros_like(kept) if len(right) > 1 else zero))
    # scaled by row, over all age bands together; the scales cancel in the shares
    scale = [np.max([s[i].max(axis=1) for s in sides], axis=0)[:, None] for i in (0, 1)]
    total: Floats | float = 0.0
    danger: list[Floats | float] = [0.0] * len(masks)
    for left, right in sides:
        x, y = _exp(left - scale[0]), _exp(right - scale[1]) if len(right) > 1 else zero + 1.0
        total = total + x @ y.T
        danger = [d + x[:, c] @ y[:, c].T for d, c in zip(danger, masks, strict=True)]
    return [np.asarray(d / np.maximum(total, 1e-300)) for d in danger]


def _exp(x: Floats) -> Floats:
    """exp, with 0 for what is too small to count: products of subnormal numbers are slow."""
    x[x < NEGLIGIBLE] = -np.inf
    return np.asarray(np.exp(x, out=x))


def _log_likelihoods(engine: Engine, sets: Sequence[EvidenceSet], band: int) -> list[Floats]:
    return log_likelihood(engine.model, sets, partial(engine.parts.rows, band=band))


def _subsets(model: Model, block: _Block, flags: Sequence[Item]) -> list[EvidenceSet]:
    """Evidence of a block for every subset of its flags; bit i of the number: its i-th flag is set aside."""
    out = []
    for number in range(2 ** len(block.flags)):
        chosen = [flags[n] for i, n in enumerate(block.flags) if not number >> i & 1]
        items = [*block.kept, *chosen]
        if not block.studies and not block.one_side:
            out.append(weigh_items(items))
            continue
        told = [i.observation for i in items if i.observation.finding.startswith(IMAGING)]
        stated = Case(observations=tuple(told), studies=block.studies)
        items += silences(stated, items, model)
        out.append(weigh_items(items))
    return out


def _sums(half: Sequence[_Block], values: Sequence[Sequence[Floats]]) -> Floats:
    """(subsets of the half, scenarios): the first block's subsets are the slowest index."""
    total = np.zeros((1, 1))
    for rows in values:
        table = np.stack(rows)
        total = (total[:, None, :] + table[None, :, :]).reshape(-1, table.shape[1])
    return total


def _set_aside(halves: tuple[list[_Block], list[_Block]]) -> Floats:
    """(left subsets, right subsets): how many flags are set aside."""
    counts = []
    for half in halves:
        n = np.zeros(1)
        for block in half:
            own = np.array([number.bit_count() for number in range(2 ** len(block.flags))])
            n = (n[:, None] + own[None, :]).reshape(-1)
        counts.append(n)
    return np.asarray(counts[0][:, None] + counts[1][None, :])


def _numbers(index: int, halves: tuple[list[_Block], list[_Block]]) -> list[int]:
    """Flags set aside in the subset at a flat index, both halves' blocks read from the last to the first."""
    out = []
    for block in reversed([*halves[0], *halves[1]]):
        index, number = divmod(index, 2 ** len(block.flags))
        out += [n for i, n in enumerate(block.flags) if number >> i & 1]
    return out


def _scenarios(engine: Engine, threshold: Threshold) -> NDArray[np.intp]:
    """Indices of the scenarios that are the danger."""
    return np.flatnonzero(_mask(engine, threshold))


def _mask(engine: Engine, threshold: Threshold) -> NDArray[np.bool_]:
    """(scenarios,) whether a scenario is the danger."""
    s = engine.model.scenarios
    wanted = np.array([cause in threshold.causes for cause in s.causes])
    mask = wanted[s.lead] | ((s.companion >= 0) & wanted[np.maximum(s.companion, 0)])
    return np.asarray(mask | (threshold.cauda & (s.cauda > 0)))
