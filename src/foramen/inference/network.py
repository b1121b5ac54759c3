"""The model for one context as a factored Bayesian network: small tables that multiply to the engine's.

``scenario`` is the one root of the diagnosis. Because a table for 7,000 scenarios is long, most findings hang
on *helpers* instead. All helpers are hidden, and their names start with ``helper.``:

- ``helper.<space>`` (or ``.row`` and ``.column``): the cell of a space, fixed by the scenario. A space tells
  apart what its findings can tell apart (the left side: roots, lead and companion acting there). Large spaces
  are addressed by row and column, so that their tables stay short; the pair means nothing by itself.
- ``helper.<group>.latent``: the latent state of findings that come and go together.
- ``helper.lesion``, ``helper.where``: what is active at a level, and at which levels.
  ``helper.shift``: vertebral numbering in imaging; ``helper.seen.<level>``: whether the lesion is seen there;
  ``helper.lesion.<level>``: what is active at the level as numbered; ``helper.person``,
  ``helper.structure.<level>``: degeneration of the person and of the level.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foramen.anatomy import LEVELS
from foramen.inference.likelihood import BatchLikelihood
from foramen.model.groups import Group, Space
from foramen.model.levels import SHIFTS
from foramen.model.model import Model
from foramen.model.parameters import Floats
from foramen.model.priors import Context

ONE_NODE = 64  # cells up to which a space is one helper


@dataclass(frozen=True, slots=True)
class Node:
    """A variable with P(variable | parents).

    ``table``: (rows of the parents' states, the first parent slowest, states of the variable). Where the node
    is a function of its parents, ``table`` is None and ``value`` holds its state per row.
    """

    name: str
    states: tuple[str, ...]
    parents: tuple[Node, ...]
    table: Floats | None = None
    value: NDArray[np.intp] | None = None

    @property
    def size(self) -> int:
        return len(self.states)


def network(model: Model, likelihood: BatchLikelihood, context: Context) -> Iterator[Node]:
    """Every node, parents before children. Findings keep their ids and states; see the module for the helpers."""
    prior = np.exp(model.prior(model.parameters.base, context))
    scenario = Node("scenario", _numbered("s", len(model.scenarios)), (), prior)
    yield scenario
    for space in likelihood.spaces:
        yield from _space(model, likelihood, context, scenario, space)
    if model.levels.members:
        yield from _levels(model, likelihood, context, scenario)


def _numbered(letter: str, count: int) -> tuple[str, ...]:
    return tuple(f"{letter}{i}" for i in range(count))


def _function(name: str, letter: str, parents: tuple[Node, ...], value: NDArray[np.intp]) -> Node:
    return Node(name, _numbered(letter, int(value.max()) + 1), parents, value=value)


def _space(model: Model, likelihood: BatchLikelihood, context: Context, scenario: Node, space: Space) -> Iterator[Node]:
    names = [model.groups[g].name for g, _ in space.groups]
    shared = [g for g, _ in space.groups if model.groups[g].kind == "shared_leak"]
    others = [(g, cells) for g, cells in space.groups if g not in shared]
    if others:
        label = next((model.groups[g].name for g, _ in others if model.groups[g].kind == "plain"), names[0])
        if space.size <= ONE_NODE:
            address: tuple[Node, ...] = (_function(f"helper.{label}", "u", (scenario,), space.index),)
        else:
            width = math.isqrt(space.size - 1) + 1
            address = (
                _function(f"helper.{label}.row", "r", (scenario,), space.index // width),
                _function(f"helper.{label}.column", "c", (scenario,), space.index % width),
            )
        yield from address
        rows = math.prod(node.size for node in address)
        for g, cells in others:
            # addresses that no scenario has repeat the first cell
            padded = np.concatenate([cells, np.full(rows - space.size, cells[0])])
            yield from _group(likelihood, context, model.groups[g], address, padded)
    for g in shared:
        # both sides share the latent: hung on the two sides' helpers it would tie those together
        group = model.groups[g]
        yield from _group(likelihood, context, group, (scenario,), group.index.astype(np.intp))


def _group(
    likelihood: BatchLikelihood,
    context: Context,
    group: Group,
    parents: tuple[Node, ...],
    signature: NDArray[np.intp],
) -> Iterator[Node]:
    """Latent and members of a group; ``signature`` per row of the parents."""
    weights = np.exp(likelihood.weights(group, context.band))
    latent: tuple[Node, ...] = ()
    if len(weights) > 1:
        weights = weights / weights.sum(axis=0, keepdims=True)
        by_row = weights.shape[1] > 1
        table = weights[:, signature].T if by_row else weights.T
        latent = (Node(f"helper.{group.name}.latent", _numbered("z", len(weights)), parents if by_row else (), table),)
        yield latent[0]
    for member in group.members:
        table = likelihood.member(member.id, context.band).transpose(1, 0, 2)  # (U or 1, Z, states)
        if len(table) == 1 and latent:
            yield Node(member.id, member.states, latent, table[0])
            continue
        table = table[signature if len(table) > 1 else signature * 0].reshape(-1, table.shape[2])
        yield Node(member.id, member.states, (*parents, *latent), table)


def _levels(model: Model, likelihood: BatchLikelihood, context: Context, scenario: Node) -> Iterator[Node]:
    tables, theta = model.level_tables, model.parameters.base
    profile, place, second = model.levels.configs.T.astype(np.intp)
    spots, where_of = np.unique(np.stack([place, second], axis=1), axis=0, return_inverse=True)
    lesion = _function("helper.lesion", "a", (scenario,), profile[model.levels.index])
    where = _function("helper.where", "w", (scenario,), where_of.reshape(-1)[model.levels.index])
    shift = Node("helper.shift", ("as_is", "too_high", "too_low"), (), _sum_to_one(tables.shift(theta)))
    person = Node("helper.person", ("none", "mild", "severe"), (), _sum_to_one(tables.person(theta, context.band)))
    yield from (lesion, where, shift, person)
    for level, name in enumerate(LEVELS):
        members = [m for m in model.levels.members if m.place == level]
        if not members:
            continue
        hit = [any(at >= 0 and at + offset == level for at in spot) for spot in spots for offset in SHIFTS]
        seen = Node(f"helper.seen.{name}", ("no", "yes"), (where, shift), value=np.array(hit, dtype=np.intp))
        active = np.stack([np.zeros(lesion.size, dtype=np.intp), np.arange(lesion.size)], axis=1).reshape(-1)
        here = _function(f"helper.lesion.{name}", "a", (lesion, seen), active)
        given = tables.structure(theta, level)[0].reshape(-1, 3)  # (person x profiles, structure)
        structure = Node(f"helper.structure.{name}", ("preserved", "moderate", "severe"), (person, here), given)
        yield from (seen, here, structure)
        for member in members:
            table = likelihood.member(member.id, context.band)
            yield Node(member.id, member.states, (here, structure), table.reshape(-1, table.shape[2]))


def _sum_to_one(p: Floats) -> Floats:
    return p / p.sum(axis=-1, keepdims=True)
