"""What fixed draws of the knowledge's numbers make of each finding: nothing here depends on a case.

A finding's table holds one row for what it can tell apart (``Relevance``: its own causes and roots), far fewer
than the signatures of its group, so that tables can be kept from case to case. Draws are the last axis of every
array: a scenario's row of draws is then copied in one piece.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from foramen.inference.likelihood import IMPOSSIBLE, Vector
from foramen.inference.recent import Recent
from foramen.model.groups import Group
from foramen.model.model import Model
from foramen.model.parameters import FLOOR, Floats
from foramen.model.priors import Context
from foramen.model.signatures import Relevance, unique_signature

Index = NDArray[np.intp]
KEPT_BYTES = 192 * 2**20  # of tables of findings kept; a finding's takes 0.01 to 1.7 MB at 80 draws
PRIORS_KEPT = 16 * 2**20  # of prior terms; a context takes 0.6 MB at 80 draws


class DrawnTables:
    """Tables of findings for fixed draws ``theta`` (draws, numbers), made on first use; the last used are kept."""

    def __init__(self, model: Model, theta: Floats) -> None:
        self.model, self.theta = model, theta
        self._rows = Recent(KEPT_BYTES)
        self._priors = Recent(PRIORS_KEPT)
        self._narrow: dict[str, tuple[Group, Index]] = {}
        self._weights: dict[tuple[str, int], tuple[Floats, Index]] = {}
        self._structure: dict[int, Floats] = {}
        self._at_level: dict[tuple[str, int], Index] = {}

    def prior(self, context: Context) -> Floats:
        """(prior terms, draws) log values."""
        make = lambda: np.ascontiguousarray(self.model.priors.values(self.theta, context).T)  # noqa: E731
        return self._priors.get(context, make)

    def member(self, instance_id: str, vector: Vector, band: int) -> tuple[Floats, Index]:
        """(rows, Z, draws) log-likelihood of an observation, and (signatures of its group,) row of each."""
        group, rows = self._narrowed(instance_id)
        instance = self.model.instances[instance_id]

        def make() -> Floats:
            table = self.model.group_tables.member(self.theta, group, instance, band)  # draws, Z, rows, states
            return _log(table @ np.asarray(vector)).transpose(2, 1, 0).copy()

        return self._rows.get((instance_id, vector, band), make), rows

    def _narrowed(self, instance_id: str) -> tuple[Group, Index]:
        """The finding's group with the signatures that this one finding tells apart, and each signature's place."""
        if instance_id not in self._narrow:
            instance = self.model.instances[instance_id]
            group = self.model.groups[self.model.group_of[instance_id]]
            both = len(group.signatures) == 2  # a group of both sides: a finding depends on its own alone
            own = group.signatures[max(instance.side, 0) if both else 0]
            if group.kind == "cluster":  # members of a cluster depend on its latent alone
                own, index = replace(own, **{k: getattr(own, k)[:1] for k in _COLUMNS}), np.zeros(group.size, int)
            else:
                relevance = Relevance(self.model.knowledge, [instance])
                own, found = unique_signature(*relevance.apply(own.roots, own.lead, own.companion), own.cauda)
                index = found.astype(np.intp)
            self._narrow[instance_id] = replace(group, signatures=(own, own) if both else (own,)), index
        return self._narrow[instance_id]

    def weights(self, group: Group, band: int) -> tuple[Floats, Index]:
        """(rows, Z, draws) log P(latent | signature), and (signatures,) row of each."""
        key = (group.name, band)
        if key not in self._weights:
            found = self.model.group_tables.weights(self.theta, group, band)
            logs = np.log(np.maximum(found, FLOOR)).transpose(2, 1, 0).copy()
            rows = np.arange(group.size) if len(logs) > 1 else np.zeros(group.size, dtype=np.intp)
            self._weights[key] = logs, rows
        return self._weights[key]

    def structure(self, level: int) -> Floats:
        """(structure, person, profiles, draws) P(structure at the level | person, active lesion)."""
        if level not in self._structure:
            found = self.model.level_tables.structure(self.theta, level)
            self._structure[level] = found.transpose(3, 1, 2, 0).copy()
        return self._structure[level]

    def at_level(self, instance_id: str, vector: Vector, band: int) -> tuple[Floats, Index]:
        """(rows, structure, draws) log-likelihood of an observation at a level, and (profiles,) row of each."""
        instance = self.model.instances[instance_id]
        tables = self.model.level_tables
        touched = tables.touched(instance)

        def make() -> Floats:
            profiles = np.concatenate([[0], touched]).astype(np.intp)
            small = tables.subset(self.model.levels.with_profiles(profiles))
            table = small.member(self.theta, instance, band)  # draws, rows, structure, states
            return _log(table @ np.asarray(vector)).transpose(1, 2, 0).copy()

        key = (instance.finding.id, instance.side)
        if key not in self._at_level:
            rows = np.zeros(len(self.model.levels.profiles), dtype=np.intp)
            rows[touched] = np.arange(1, len(touched) + 1)
            self._at_level[key] = rows
        return self._rows.get((instance_id, vector, band), make), self._at_level[key]


_COLUMNS = ("roots", "lead", "companion", "cauda")


def _log(p: Floats) -> Floats:
    return np.asarray(np.log(np.maximum(p, IMPOSSIBLE)))
