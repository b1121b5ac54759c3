"""Log-likelihoods of evidence under every scenario: a batch of cases, or one case under many parameter draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from foramen.anatomy import LEVELS
from foramen.model.groups import Group
from foramen.model.levels import combine, logsumexp
from foramen.model.model import Model
from foramen.model.parameters import FLOOR, Floats
from foramen.model.tables import Signature

Vector = tuple[float, ...]
Evidence = Mapping[str, Vector]  # finding instance -> likelihood of each of its states
IMPOSSIBLE = 1e-300


class BatchLikelihood:
    """Tables at the published values, built on first use and kept per finding (and age band where it matters)."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._members: dict[tuple[str, int], Floats] = {}
        self._weights: dict[tuple[str, int], Floats] = {}

    def member(self, instance_id: str, band: int) -> Floats:
        """(Z, U, states) for a group member, (profiles, structure, states) for a level finding."""
        finding = self.model.instances[instance_id].finding
        by_age = [finding.background, finding.shared_leak, finding.silent.per_person if finding.silent else None]
        ageless = all(t is None or t[0] is t[-1] for t in by_age) and finding.silent is None
        key = (instance_id, -1 if ageless else band)
        if key not in self._members:
            theta = self.model.parameters.base
            instance = self.model.instances[instance_id]
            if instance.place >= 0:
                table = self.model.level_tables.member(theta, instance, band)
            else:
                group = self.model.groups[self.model.group_of[instance_id]]
                table = self.model.group_tables.member(theta, group, instance, band)
            self._members[key] = table[0]
        return self._members[key]

    def weights(self, group: Group, band: int) -> Floats:
        """(Z, U or 1) log P(latent | signature)."""
        key = (group.name, band)
        if key not in self._weights:
            w = self.model.group_tables.weights(self.model.parameters.base, group, band)
            self._weights[key] = np.log(np.maximum(w[0], FLOOR))
        return self._weights[key]

    def rows(self, evidence: Sequence[Evidence], ids: Sequence[str], band: int) -> tuple[Floats, Floats]:
        """One-hot (batch, R) and log tables (R, ...) of the distinct observations of some findings."""
        columns: dict[tuple[str, Vector], int] = {}
        hits: list[tuple[int, int]] = []
        for b, row in enumerate(evidence):
            for key in ids:
                if key in row:
                    column = columns.setdefault((key, row[key]), len(columns))
                    hits.append((b, column))
        onehot = np.zeros((len(evidence), len(columns)))
        if hits:
            onehot[tuple(np.array(hits).T)] = 1.0
        tables = [
            np.log(np.maximum(self.member(key, band) @ np.asarray(vector), IMPOSSIBLE)) for key, vector in columns
        ]
        return onehot, np.stack(tables) if tables else np.zeros((0, 1, 1))

    def __call__(self, evidence: Sequence[Evidence], band: int) -> Floats:
        """(batch, scenarios) log P(evidence | scenario)."""
        model = self.model
        seen: dict[str, None] = {key: None for row in evidence for key in row}
        total = np.zeros((len(evidence), len(model.scenarios)))
        for g, group in enumerate(model.groups):
            ids = [i for i in seen if model.group_of.get(i) == g]
            if not ids:
                continue
            onehot, tables = self.rows(evidence, ids, band)
            shape = (len(evidence), *tables.shape[1:])
            x = (onehot @ tables.reshape(len(tables), -1)).reshape(shape)
            x = x[:, 0] if shape[1] == 1 else logsumexp(x + self.weights(group, band), axis=1)
            total += np.take(x, group.index, axis=1) if x.shape[1] > 1 else x
        if any(model.instances[i].place >= 0 for i in seen):
            total += np.take(self._levels(evidence, seen, band), model.levels.index, axis=1)
        return total

    def _levels(self, evidence: Sequence[Evidence], seen: Mapping[str, None], band: int) -> Floats:
        model = self.model
        at_level = []
        for level in range(len(LEVELS)):
            ids = [i for i in seen if model.instances[i].place == level]
            onehot, tables = self.rows(evidence, ids, band)
            structure = self._structure(level)
            if not len(tables):
                at_level.append(np.zeros((len(evidence), structure.shape[0], structure.shape[1])))
                continue
            x = (onehot @ tables.reshape(len(tables), -1)).reshape(len(evidence), *tables.shape[1:])
            at_level.append(_over_structure(x, structure[None]))
        theta = model.parameters.base
        person = np.log(model.level_tables.person(theta, band))
        return combine(model.levels, at_level, person, np.log(model.level_tables.shift(theta)))

    def _structure(self, level: int) -> Floats:
        key = (f"structure {level}", -1)
        if key not in self._members:
            self._members[key] = self.model.level_tables.structure(self.model.parameters.base, level)[0]
        return self._members[key]


def _over_structure(x: Floats, structure: Floats) -> Floats:
    """(N, person, profiles): sum over structures of P(structure | person, profile) times the findings' part."""
    top = x.max(axis=2, keepdims=True)
    inner = np.einsum("npas,nas->npa", np.broadcast_to(structure, (len(x), *structure.shape[1:])), np.exp(x - top))
    return np.log(np.maximum(inner, IMPOSSIBLE)) + top[:, None, :, 0]


def draws_log_likelihood(
    model: Model, theta: Floats, evidence: Evidence, band: int, keep: NDArray[np.intp]
) -> Floats:
    """(draws, kept scenarios) log P(evidence | scenario) of one case under draws of the numbers."""
    total = np.zeros((len(theta), len(keep)))
    for g, group in enumerate(model.groups):
        ids = [i for i in evidence if model.group_of.get(i) == g]
        if not ids:
            continue
        needed, where = np.unique(group.index[keep], return_inverse=True)
        small = replace(group, signatures=tuple(_subset(s, needed) for s in group.signatures))
        x: Floats | float = 0.0
        for key in ids:
            table = model.group_tables.member(theta, small, model.instances[key], band)
            x = x + np.log(np.maximum(table @ np.asarray(evidence[key]), IMPOSSIBLE))
        weights = np.log(np.maximum(model.group_tables.weights(theta, small, band), FLOOR))
        x = np.asarray(x)
        x = x[:, 0] if x.shape[1] == 1 else logsumexp(x + weights, axis=1)
        total += x[:, where.reshape(-1)] if x.shape[1] > 1 else x
    if any(model.instances[i].place >= 0 for i in evidence):
        total += _draws_levels(model, theta, evidence, band)[:, model.levels.index[keep]]
    return total


def _subset(signature: Signature, index: NDArray[np.intp]) -> Signature:
    return Signature(
        signature.roots[index], signature.lead[index], signature.companion[index], signature.cauda[index]
    )


def _draws_levels(model: Model, theta: Floats, evidence: Evidence, band: int) -> Floats:
    at_level = []
    for level in range(len(LEVELS)):
        ids = [i for i in evidence if model.instances[i].place == level]
        structure = model.level_tables.structure(theta, level)
        if not ids:
            at_level.append(np.zeros(structure.shape[:3]))
            continue
        x: Floats | float = 0.0
        for key in ids:
            table = model.level_tables.member(theta, model.instances[key], band)
            x = x + np.log(np.maximum(table @ np.asarray(evidence[key]), IMPOSSIBLE))
        at_level.append(_over_structure(np.asarray(x), structure))
    person = np.log(model.level_tables.person(theta, band))
    return combine(model.levels, at_level, person, np.log(model.level_tables.shift(theta)))
