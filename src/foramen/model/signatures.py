"""Signatures: what of a scenario a group of findings can tell apart, each listed once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from foramen.anatomy import ROOTS
from foramen.knowledge.schema import Knowledge
from foramen.model.rows import unique_rows
from foramen.model.scenarios import BILATERAL, CENTRAL, LEFT, RIGHT, Scenarios
from foramen.model.tables import UNKNOWN, Instance, Ints, Signature, lookup, unique_signature


def side_processes(scenarios: Scenarios, knowledge: Knowledge, side: int) -> tuple[Ints, Ints]:
    """(lead, companion) acting on a side per scenario; the number of causes where none does."""
    none = len(scenarios.causes)
    refers = np.array([knowledge.causes[c].central_refers for c in scenarios.causes])
    lesion = scenarios.side
    acts = (lesion == side) | (lesion == BILATERAL) | ((lesion == CENTRAL) & refers[scenarios.lead])
    lead = np.where(acts, scenarios.lead, none)
    paired = scenarios.companion >= 0
    here = paired & ((scenarios.companion_side < 0) | (scenarios.companion_side == side))
    return lead.astype(np.int32), np.where(here, scenarios.companion, none).astype(np.int32)


class Relevance:
    """What the tables of some findings can depend on; the rest of a signature is set to "does not apply".

    Fewer signatures, the same tables: a cause without a number for the findings acts on them as no cause
    does, and a root state without a sign among them as an unaffected root.
    """

    def __init__(self, knowledge: Knowledge, members: Sequence[Instance]) -> None:
        causes = tuple(knowledge.causes.values())
        self.companions = np.zeros(len(causes) + 1, dtype=bool)
        self.leads = np.zeros(len(causes) + 1, dtype=bool)
        irritated, lost = np.zeros(len(ROOTS), dtype=bool), np.zeros(len(ROOTS), dtype=bool)
        for member in members:
            finding, given = member.finding, dict(member.finding.given)
            for i, cause in enumerate(causes):
                named = cause.id == UNKNOWN or lookup(given, cause) is not None
                self.companions[i] |= named
                self.leads[i] |= named or finding.id in cause.root_sign_factor
            for r, name in enumerate(ROOTS):
                signs = knowledge.roots.get(name)
                if member.root >= 0:
                    irritated[r] |= member.root == r and "irritated" in finding.roots
                    lost[r] |= member.root == r and "conduction_loss" in finding.roots
                elif signs:
                    irritated[r] |= finding.id in signs.irritated
                    lost[r] |= finding.id in signs.conduction_loss
        self.codes = np.array(
            [[0, i, 2 * c, 3 if i and c else i + 2 * c] for i, c in zip(irritated, lost, strict=True)],
            dtype=np.int32,
        )

    def apply(self, roots: Ints, lead: Ints, companion: Ints) -> tuple[Ints, Ints, Ints]:
        """The parts of a signature that matter; see ``Signature`` for the shapes."""
        none = len(self.leads) - 1
        return (
            self.codes[np.arange(len(ROOTS))[None, :], roots],
            np.where(self.leads[lead], lead, none).astype(np.int32),
            np.where(self.companions[companion], companion, none).astype(np.int32),
        )


def _acting(
    scenarios: Scenarios, knowledge: Knowledge, side: int, relevance: Relevance | None
) -> tuple[Ints, Ints, Ints, Ints]:
    """Roots, lead, companion and cauda equina acting on a side per scenario, as far as they matter.

    The cauda equina acts on a side through the roots that lose conduction there with it.
    """
    lead, companion = side_processes(scenarios, knowledge, side)
    roots = scenarios.roots[:, side]
    if relevance:
        roots, lead, companion = relevance.apply(roots, lead, companion)
    taken_along = (roots >= 2).any(axis=1) if knowledge.cauda_root_loss else False
    return roots, lead, companion, np.where(taken_along, scenarios.cauda, 0).astype(np.int32)


def one_side(
    scenarios: Scenarios, knowledge: Knowledge, side: int, relevance: Relevance | None = None
) -> tuple[Signature, Ints]:
    return unique_signature(*_acting(scenarios, knowledge, side, relevance))


def one_sided(scenarios: Scenarios) -> Ints:
    """(scenarios,) the side of the lesion, else that of the roots it reaches; -1 where neither is of one side."""
    left, right = (scenarios.roots[:, i].max(axis=1) > 0 for i in (LEFT, RIGHT))
    of_roots = np.where(left == right, -1, np.where(left, LEFT, RIGHT))
    return np.where(np.isin(scenarios.side, (LEFT, RIGHT)), scenarios.side, of_roots).astype(np.int32)


def lateral(scenarios: Scenarios, knowledge: Knowledge, side: int) -> tuple[Signature, Ints]:
    """Where the complaint lies, seen from a side: 0 on the other one, 1 on both or in the midline, 2 on this one.

    The code stands in ``cauda``; nothing else matters to these findings (docs/decisions/0006).
    """
    lies = one_sided(scenarios)
    index = np.where(lies < 0, 1, np.where(lies == side, 2, 0)).astype(np.int32)
    none = np.full(3, len(knowledge.causes), dtype=np.int32)
    return Signature(np.zeros((3, len(ROOTS)), dtype=np.int32), none, none, np.arange(3, dtype=np.int32)), index


def both_sides(scenarios: Scenarios, knowledge: Knowledge, relevance: Relevance) -> tuple[tuple[Signature, ...], Ints]:
    parts = []
    for side in (0, 1):
        roots, *others = _acting(scenarios, knowledge, side, relevance)
        parts.append(np.concatenate([roots, np.stack(others, axis=1)], axis=1))
    unique, index = unique_rows(np.concatenate(parts, axis=1))
    halves = (unique[:, :9], unique[:, 9:])
    both = tuple(Signature(half[:, :6], half[:, 6], half[:, 7], half[:, 8]) for half in halves)
    return both, index.reshape(-1).astype(np.int32)
