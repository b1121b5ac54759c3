"""Groups of findings: members independent given the signature and, where there is one, a latent state.

log P(evidence of a group | scenario) = logsumexp over z of [log w(z | u) + sum of the members'
log P(state | z, u)], with u the scenario's signature. Signatures are few, so a case costs far less than
scenarios x findings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from foramen.knowledge.schema import Cluster, Knowledge
from foramen.model.expression import PLAIN, Latent, latent_of
from foramen.model.parameters import FLOOR, Floats, Parameters
from foramen.model.scenarios import Scenarios
from foramen.model.signatures import Relevance, both_sides, lateral, one_side
from foramen.model.tables import Instance, Ints, Signature, TableBuilder, lookup, unique_signature


@dataclass(frozen=True, slots=True)
class Group:
    """Findings that share a signature (and a latent). ``index`` maps scenarios to signatures."""

    name: str
    kind: str  # plain | expression | cluster | shared_leak
    members: tuple[Instance, ...]
    index: Ints
    signatures: tuple[Signature, ...]  # one, or (left, right) where both sides share a leak
    spec: Any = field(default=None, repr=False)

    @property
    def size(self) -> int:
        return len(self.signatures[0].lead)

    @property
    def latent(self) -> int:
        match self.kind:
            case "plain":
                return 1
            case "expression":
                return len(self.spec["latent"])
            case "shared_leak":
                return len(self.spec.states)
        return 2


def build_groups(knowledge: Knowledge, scenarios: Scenarios, instances: Sequence[Instance]) -> list[Group]:
    """Assign every finding instance that is not bound to a level to exactly one group."""
    groups: list[Group] = []
    taken: set[str] = set()
    sides = [one_side(scenarios, knowledge, s) for s in (0, 1)]
    for name, spec in knowledge.expression.items():
        for s, label in enumerate(("left", "right")):
            members = _pick(instances, taken, lambda i, s=s, spec=spec: i.side == s and i.finding.id in spec["members"])
            signature, index = one_side(scenarios, knowledge, s, Relevance(knowledge, members))
            groups.append(Group(f"{name}_{label}", "expression", members, index, (signature,), spec))
    for finding in [f for f in knowledge.findings.values() if f.shared_leak]:
        members = _pick(instances, taken, lambda i, f=finding: i.finding is f)
        both, index = both_sides(scenarios, knowledge, Relevance(knowledge, members))
        groups.append(Group(f"shared_{finding.id}", "shared_leak", members, index, both, finding))
    lead_only, lead_index = unique_signature(
        np.zeros((len(scenarios), 6), np.int32), scenarios.lead, scenarios.lead * 0, scenarios.cauda * 0
    )
    for cluster in knowledge.clusters.values():
        members = _pick(instances, taken, lambda i, c=cluster: i.finding.id in c.members)
        groups.append(Group(f"cluster_{cluster.id}", "cluster", members, lead_index, (lead_only,), cluster))
    for s, label in enumerate(("left", "right")):
        members = _pick(instances, taken, lambda i, s=s: i.side == s and i.finding.kind == "lateral")
        signature, index = lateral(scenarios, knowledge, s)
        groups.append(Group(f"lateral_{label}", "plain", members, index, (signature,)))
    for s, label in enumerate(("left", "right")):
        members = _pick(instances, taken, lambda i, s=s: i.side == s)
        signature, index = sides[s]
        groups.append(Group(label, "plain", members, index, (signature,)))
    members = _pick(instances, taken, lambda i: True)
    none = np.int32(len(scenarios.causes))
    companion = np.where(scenarios.companion >= 0, scenarios.companion, none).astype(np.int32)
    zeros = np.zeros((len(scenarios), 6), dtype=np.int32)
    signature, index = unique_signature(zeros, scenarios.lead, companion, scenarios.cauda)
    groups.append(Group("general", "plain", members, index, (signature,)))
    return [g for g in groups if g.members]


def _pick(instances: Sequence[Instance], taken: set[str], want: Any) -> tuple[Instance, ...]:
    chosen = tuple(i for i in instances if i.id not in taken and want(i))
    taken |= {i.id for i in chosen}
    return chosen


@dataclass(frozen=True, slots=True)
class Space:
    """Scenarios as told apart by one group, together with the groups that tell apart no more.

    ``index``: (scenarios,) cell of each scenario; ``groups``: group number and its signature per cell.
    """

    index: NDArray[np.intp]
    size: int
    groups: tuple[tuple[int, NDArray[np.intp]], ...]


def spaces(groups: Sequence[Group]) -> list[Space]:
    """Groups gathered into few spaces, so that what they add up to is carried to the scenarios once."""
    found: list[Space] = []
    for g in sorted(range(len(groups)), key=lambda g: (-groups[g].size, g)):
        index = groups[g].index.astype(np.intp)
        for n, space in enumerate(found):
            cells = np.zeros(space.size, dtype=np.intp)
            cells[space.index] = index
            if (cells[space.index] == index).all():
                found[n] = Space(space.index, space.size, (*space.groups, (g, cells)))
                break
        else:
            found.append(Space(index, groups[g].size, ((g, np.arange(groups[g].size)),)))
    return found


class GroupTables:
    """Tables for given draws: latent weights (draws, Z, U or 1) and members (draws, Z, U, states)."""

    def __init__(self, builder: TableBuilder, parameters: Parameters) -> None:
        self.builder, self.parameters = builder, parameters
        self._latents: dict[tuple[str, str], list[Latent]] = {}

    def weights(self, theta: Floats, group: Group, band: int) -> Floats:
        """P(latent state | signature)."""
        match group.kind:
            case "expression":
                w = np.array([z["weight"] for z in group.spec["latent"]])
                return (w / w.sum())[None, :, None]
            case "shared_leak":
                p = self.parameters.values(theta, group.spec.shared_leak[band])
                p = np.concatenate([1 - p.sum(axis=1, keepdims=True), p], axis=1)
                p = np.clip(p, FLOOR, 1 - FLOOR)
                return (p / p.sum(axis=1, keepdims=True))[:, :, None]
            case "cluster":
                p = self._pattern(theta, group.spec, group.signatures[0].lead)
                return np.stack([1 - p, p], axis=1)
        return np.ones((1, 1, 1))

    def _pattern(self, theta: Floats, cluster: Cluster, lead: Ints) -> Floats:
        columns = []
        for cause in self.builder.causes:
            number = None if cause.id == "none_of_these" else lookup(dict(cluster.given), cause)
            columns.append(self.parameters.values(theta, number or cluster.background)[:, 0])
        return np.clip(np.stack(columns, axis=1), FLOOR, 1 - FLOOR)[:, lead]

    def member(self, theta: Floats, group: Group, instance: Instance, band: int) -> Floats:
        """(draws, Z, U or 1, states) for one member."""
        match group.kind:
            case "expression" | "shared_leak":
                signature = group.signatures[max(instance.side, 0) if len(group.signatures) == 2 else 0]
                return self.builder.sign(theta, instance, signature, band, self.latents(group, instance))
            case "cluster":
                yes, no = group.spec.members[instance.finding.id]
                p = np.stack([self.parameters.values(theta, n)[:, 0] for n in (no, yes)], axis=1)[:, :, None]
                if any(m.finding.given for m in group.members):  # what the lead brings about whatever the pattern
                    own = self.builder.by_cause(theta, instance.finding)[:, group.signatures[0].lead, 0]
                    p = 1 - (1 - p) * (1 - own[:, None, :])
                p = np.clip(p, FLOOR, 1 - FLOOR)
                return np.stack([1 - p, p], axis=-1)
        return self.builder.table(theta, instance, group.signatures[0], band)[:, None]

    def latents(self, group: Group, instance: Instance) -> list[Latent]:
        """How each latent state of a group acts on a sign."""
        key = (group.name, instance.finding.id)
        if key not in self._latents:
            self._latents[key] = self._latents_of(group, instance)
        return self._latents[key]

    def _latents_of(self, group: Group, instance: Instance) -> list[Latent]:
        match group.kind:
            case "expression":
                return [latent_of(group.spec, z, instance.finding.id) for z in group.spec["latent"]]
            case "shared_leak":
                # both sides abnormal alike: one latent state for each abnormal state of the finding
                extra = 0.95 * np.eye(len(instance.states))[:, 1:]
                return [Latent(extra_leak=tuple(map(float, row))) for row in extra]
        return [PLAIN]
