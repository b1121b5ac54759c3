"""The model for one context as a factored Bayesian network: small tables that multiply to the engine's.

``scenario`` is the one root of the diagnosis. A table over thousands of scenarios is long, so the findings
hang on *helpers* instead. All helpers are hidden, and their names start with ``helper.``:

- ``helper.<name>`` (or ``.row`` and ``.column``): a function of the scenario that tells apart what some findings
  can tell apart (``left``: roots, lead and companion acting there; ``level``: which lesion at which levels).
  Where it has many values it is addressed by row and column, so that its table stays short; a row or a
  column means nothing by itself. A group of findings that tells apart less has its own address below it.
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

ONE_NODE = 64  # values up to which an address is one helper
SMALLER = 1.5  # a group gets its own address if its space has this many times its signatures


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


def _function(name: str, letter: str, parents: tuple[Node, ...], value: NDArray[np.intp], *, least: int = 1) -> Node:
    return Node(name, _numbered(letter, max(int(value.max()) + 1, least)), parents, value=value)


@dataclass(frozen=True, slots=True)
class _Address:
    """Helpers that together say which of ``size`` values a function of their parents takes."""

    nodes: tuple[Node, ...]
    size: int

    def pad(self, values: NDArray[np.intp]) -> NDArray[np.intp]:
        """One value per row of the nodes' states; rows that never occur repeat the first."""
        rows = math.prod(node.size for node in self.nodes)
        return np.concatenate([values, np.full(rows - self.size, values[0])])


def _address(name: str, letters: str, parents: tuple[Node, ...], value: NDArray[np.intp]) -> _Address:
    """Helpers ``helper.<name>``; ``value`` per row of the parents, ``letters``: for states, rows and columns.

    None where there is a single value: other tools refuse variables of one state.
    """
    size = int(value.max()) + 1
    if size == 1:
        return _Address((), 1)
    if size <= ONE_NODE:
        # readers refuse a variable of one state, so one that never occurs stands beside it
        return _Address((_function(f"helper.{name}", letters[0], parents, value, least=2),), size)
    width = math.isqrt(size - 1) + 1
    row = _function(f"helper.{name}.row", letters[1], parents, value // width)
    return _Address((row, _function(f"helper.{name}.column", letters[2], parents, value % width)), size)


def _space(model: Model, likelihood: BatchLikelihood, context: Context, scenario: Node, space: Space) -> Iterator[Node]:
    """The findings of a space, all under one address."""
    groups = [(model.groups[g], cells) for g, cells in space.groups]
    for group, _ in groups:
        if group.kind == "shared_leak":
            yield from _shared_leak(likelihood, context, group, scenario)
    groups = [(group, cells) for group, cells in groups if group.kind != "shared_leak"]
    if not groups:
        return
    label = next((group.name for group, _ in groups if group.kind == "plain"), groups[0][0].name)
    whole = _address(label, "urc", (scenario,), space.index)
    yield from whole.nodes
    for group, cells in groups:
        address, signature = whole, cells
        if group.name != label and group.size * SMALLER < space.size:
            address, signature = _address(group.name, "urc", whole.nodes, whole.pad(cells)), np.arange(group.size)
            yield from address.nodes
        yield from _group(likelihood, context, group, address.nodes, address.pad(signature))


def _group(
    likelihood: BatchLikelihood,
    context: Context,
    group: Group,
    parents: tuple[Node, ...],
    signature: NDArray[np.intp],
) -> Iterator[Node]:
    """Latent and members of a group; ``signature`` per row of the parents."""
    latent = list(_latent(likelihood, context, group, parents, signature))
    yield from latent
    for member in group.members:
        table = likelihood.member(member.id, context.band).transpose(1, 0, 2)  # (U or 1, Z, states)
        if len(table) == 1 and latent:
            yield Node(member.id, member.states, tuple(latent), table[0])
            continue
        table = table[signature if len(table) > 1 else signature * 0].reshape(-1, table.shape[2])
        yield Node(member.id, member.states, (*parents, *latent), table)


def _latent(
    likelihood: BatchLikelihood,
    context: Context,
    group: Group,
    parents: tuple[Node, ...],
    signature: NDArray[np.intp],
) -> Iterator[Node]:
    weights = _sum_to_one(np.exp(likelihood.weights(group, context.band)).T)  # (U or 1, Z)
    if weights.shape[1] > 1:
        alone = len(weights) == 1
        table = weights if alone else weights[signature]
        yield Node(f"helper.{group.name}.latent", _numbered("z", table.shape[1]), () if alone else parents, table)


def _shared_leak(likelihood: BatchLikelihood, context: Context, group: Group, scenario: Node) -> Iterator[Node]:
    """Both sides share the latent: hung on the addresses of the sides it would tie those together.

    So each member has its own, of the few things it tells apart.
    """
    latent = list(_latent(likelihood, context, group, (), np.zeros(1, dtype=np.intp)))
    yield from latent
    for member in group.members:
        table = likelihood.member(member.id, context.band).transpose(1, 0, 2)
        few, kind = np.unique(table.reshape(len(table), -1), axis=0, return_inverse=True)
        address = _address(member.id, "urc", (scenario,), kind.reshape(-1)[group.index])
        yield from address.nodes
        rows = few[address.pad(np.arange(len(few)))].reshape(-1, table.shape[2])
        yield Node(member.id, member.states, (*address.nodes, *latent), rows)


def _levels(model: Model, likelihood: BatchLikelihood, context: Context, scenario: Node) -> Iterator[Node]:
    tables, theta = model.level_tables, model.parameters.base
    profile, place, second = model.levels.configs.T.astype(np.intp)
    spots, spot = np.unique(np.stack([place, second], axis=1), axis=0, return_inverse=True)
    config = _address("level", "urc", (scenario,), model.levels.index.astype(np.intp))
    lesion = _function("helper.lesion", "a", config.nodes, config.pad(profile))
    where = _function("helper.where", "w", config.nodes, config.pad(spot.reshape(-1)))
    shift = Node("helper.shift", ("as_is", "too_high", "too_low"), (), _sum_to_one(tables.shift(theta)))
    person = Node("helper.person", ("none", "mild", "severe"), (), _sum_to_one(tables.person(theta, context.band)))
    yield from (*config.nodes, lesion, where, shift, person)
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
