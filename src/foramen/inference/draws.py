"""Log-likelihoods of one case under draws of the knowledge's numbers, for the scenarios that matter."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from foramen.anatomy import LEVELS
from foramen.inference.level_cells import over_structure_drawn
from foramen.inference.likelihood import IMPOSSIBLE, Evidence, Vector
from foramen.model.groups import Group
from foramen.model.levels import combine, logsumexp
from foramen.model.model import Model
from foramen.model.parameters import FLOOR, Floats
from foramen.model.tables import Signature


class DrawnLikelihood:
    """Evaluates evidence rows under fixed draws ``theta`` (draws, numbers); tables are shared between rows."""

    def __init__(self, model: Model, theta: Floats, band: int, keep: NDArray[np.intp]) -> None:
        self.model, self.theta, self.band, self.keep = model, theta, band, keep
        self._groups: dict[int, tuple[Group, NDArray[np.intp]]] = {}
        self._tables: dict[Hashable, Floats] = {}
        configs, self._config_of = np.unique(model.levels.index[keep], return_inverse=True)
        self._levels = model.levels.subset(configs)
        self._level_tables = model.level_tables.subset(self._levels)

    def rows(self, evidence: Sequence[Evidence]) -> list[Floats]:
        """(draws, kept scenarios) log P(row | scenario) for each row."""
        return [self._row(row) for row in evidence]

    def _row(self, evidence: Evidence) -> Floats:
        total = np.zeros((len(self.theta), len(self.keep)))
        instances = self.model.instances
        by_group: dict[int, list[str]] = {}
        for key in evidence:
            if instances[key].place < 0:
                by_group.setdefault(self.model.group_of[key], []).append(key)
        for g, keys in by_group.items():
            _, where = self._group(g)
            x = sum(self._member(g, key, evidence[key]) for key in keys)
            assert not isinstance(x, int)
            x = x[:, 0] if x.shape[1] == 1 else logsumexp(x + self._weights(g), axis=1)
            total += x[:, where] if x.shape[1] > 1 else x
        if any(instances[key].place >= 0 for key in evidence):
            total += self._by_level(evidence)[:, self._config_of.reshape(-1)]
        return total

    def _group(self, g: int) -> tuple[Group, NDArray[np.intp]]:
        """The group cut down to the signatures that matter, and each kept scenario's place among them."""
        if g not in self._groups:
            group = self.model.groups[g]
            needed, where = np.unique(group.index[self.keep], return_inverse=True)
            small = tuple(
                Signature(s.roots[needed], s.lead[needed], s.companion[needed], s.cauda[needed])
                for s in group.signatures
            )
            self._groups[g] = replace(group, signatures=small), where.reshape(-1)
        return self._groups[g]

    def _member(self, g: int, key: str, vector: Vector) -> Floats:
        if key not in self._tables:
            small = self._group(g)[0]
            self._tables[key] = self.model.group_tables.member(self.theta, small, self.model.instances[key], self.band)
        if (key, vector) not in self._tables:
            p = self._tables[key] * self._drawn(key, vector)[:, None, None]
            self._tables[key, vector] = np.log(np.maximum(p.sum(axis=-1), IMPOSSIBLE))
        return self._tables[key, vector]

    def _drawn(self, key: str, vector: Vector) -> Floats:
        """(draws or 1, states) likelihoods of a finding's states; those of measures are tempered as each draw says."""
        profile = self.model.knowledge.sagittal
        likelihoods = np.asarray(vector)[None]
        if profile is None or key != profile.finding:
            return likelihoods
        exponent = self.model.parameters.values(self.theta, profile.exponent)
        return np.asarray(likelihoods ** (exponent / profile.exponent.total))

    def _weights(self, g: int) -> Floats:
        if g not in self._tables:
            weights = self.model.group_tables.weights(self.theta, self._group(g)[0], self.band)
            self._tables[g] = np.log(np.maximum(weights, FLOOR))
        return self._tables[g]

    def _by_level(self, evidence: Evidence) -> Floats:
        """(draws, configurations)."""
        tables, theta = self._level_tables, self.theta
        at_level = []
        for level in range(len(LEVELS)):
            keys = [key for key in evidence if self.model.instances[key].place == level]
            structure = self._structure(level)
            if not keys:
                at_level.append(np.zeros(structure.shape[:3]))
                continue
            x = sum(self._level_member(key, evidence[key]) for key in keys)
            at_level.append(over_structure_drawn(np.asarray(x), structure))
        person, shift = np.log(tables.person(theta, self.band)), np.log(tables.shift(theta))
        return combine(self._levels, at_level, person, shift)

    def _structure(self, level: int) -> Floats:
        if ("structure", level) not in self._tables:
            self._tables["structure", level] = self._level_tables.structure(self.theta, level)
        return self._tables["structure", level]

    def _level_member(self, key: str, vector: Vector) -> Floats:
        if key not in self._tables:
            self._tables[key] = self._level_tables.member(self.theta, self.model.instances[key], self.band)
        if (key, vector) not in self._tables:
            self._tables[key, vector] = np.log(np.maximum(self._tables[key] @ np.asarray(vector), IMPOSSIBLE))
        return self._tables[key, vector]
