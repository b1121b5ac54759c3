"""Log-likelihoods of evidence under every scenario for a batch of cases, at the published values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from foramen.anatomy import LEVELS
from foramen.inference.level_cells import BLOCK, IMPOSSIBLE, LevelCells, over_structure
from foramen.inference.recent import Recent
from foramen.knowledge.schema import Finding
from foramen.model.groups import Group, Space, spaces
from foramen.model.levels import logsumexp
from foramen.model.model import Model
from foramen.model.parameters import FLOOR, Floats

MIXED_BYTES = 16 * 2**20  # of rows kept for observations that name no single state
LEVEL_BYTES = 4 * 2**20  # of what the findings of one level add up to; most levels of most reports are silent alike
SHIFT_BYTES = 8 * 2**20  # of what all levels add up to, asked for several times a case

Vector = tuple[float, ...]
Evidence = Mapping[str, Vector]  # finding instance -> likelihood of each of its states


class BatchLikelihood:
    """Tables at the published values, built on first use and kept (by age band where that matters)."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.spaces = spaces(model.groups)
        self.slots = {key: model.group_of.get(key, -1 - i.place) for key, i in model.instances.items()}
        self._levels_index = model.levels.index.astype(np.intp)
        self._cells = LevelCells(model.levels)
        self._ageless = {key for key, i in model.instances.items() if _ageless(i.finding)}
        self._members: dict[tuple[str, int], Floats] = {}
        self._logs: dict[tuple[str, int], Floats] = {}
        self._weights: dict[tuple[str, int], Floats] = {}
        self._mixed: Recent[Floats] = Recent(MIXED_BYTES)
        self._at_levels: Recent[Floats] = Recent(LEVEL_BYTES)
        self._shifts: Recent[Floats] = Recent(SHIFT_BYTES)

    def _key(self, instance_id: str, band: int) -> tuple[str, int]:
        return (instance_id, -1 if instance_id in self._ageless else band)

    def member(self, instance_id: str, band: int) -> Floats:
        """(Z, U, states) for a group member, (profiles, structure, states) for a level finding."""
        key = self._key(instance_id, band)
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

    def _log_rows(self, instance_id: str, band: int) -> Floats:
        """(states, Z x U) log P(state | ...) of a finding; at a level (states, structure x profiles)."""
        key = self._key(instance_id, band)
        if key not in self._logs:
            logs = np.log(np.maximum(self.member(instance_id, band), IMPOSSIBLE))
            order = (2, 1, 0) if self.model.instances[instance_id].place >= 0 else (2, 0, 1)
            self._logs[key] = np.ascontiguousarray(logs.transpose(order)).reshape(logs.shape[2], -1)
        return self._logs[key]

    def _log_row(self, instance_id: str, vector: Vector, band: int) -> Floats:
        """(Z x U,) log-likelihood of one observation of a finding."""
        if vector.count(0.0) == len(vector) - 1 and 1.0 in vector:
            return self._log_rows(instance_id, band)[vector.index(1.0)]
        # what is read from silence is the same in every case
        return self._mixed.get((*self._key(instance_id, band), vector), lambda: self._mix(instance_id, vector, band))

    def _mix(self, instance_id: str, vector: Vector, band: int) -> Floats:
        table = self.member(instance_id, band) @ np.asarray(vector)
        if self.model.instances[instance_id].place >= 0:
            table = table.T
        return np.log(np.maximum(table, IMPOSSIBLE)).reshape(-1)

    def weights(self, group: Group, band: int) -> Floats:
        """(Z, U or 1) log P(latent | signature)."""
        key = (group.name, band)
        if key not in self._weights:
            w = self.model.group_tables.weights(self.model.parameters.base, group, band)
            self._weights[key] = np.log(np.maximum(w[0], FLOOR))
        return self._weights[key]

    def _sums(self, evidence: Sequence[Evidence], band: int) -> dict[int, Floats]:
        """Per group (or level, as -1 - level) with observations: (batch, table) sums of their log rows."""
        found: dict[int, tuple[dict[tuple[str, Vector], int], list[int], list[int]]] = {}
        for b, row in enumerate(evidence):
            for item in row.items():
                columns, cases, hits = found.setdefault(self.slots[item[0]], ({}, [], []))
                cases.append(b)
                hits.append(columns.setdefault(item, len(columns)))
        out: dict[int, Floats] = {}
        for slot, (columns, cases, hits) in found.items():
            onehot = np.zeros((len(evidence), len(columns)))
            onehot[cases, hits] = 1.0
            out[slot] = onehot @ np.stack([self._log_row(key, vector, band) for key, vector in columns])
        return out

    def __call__(self, evidence: Sequence[Evidence], band: int) -> Floats:
        """(batch, scenarios) log P(evidence | scenario)."""
        batch = len(evidence)
        sums = self._sums(evidence, band)
        parts = [(space.index, self._space(space, sums, batch, band)) for space in self.spaces]
        chosen = [(index, x) for index, x in parts if x is not None]
        if any(slot < 0 for slot in sums):
            chosen.append((self._levels_index, self._levels(sums, batch, band)))
        total = np.zeros((batch, len(self.model.scenarios)))
        buffer = np.empty((min(batch, BLOCK), len(self.model.scenarios)))
        for start in range(0, batch, BLOCK):  # few rows at a time stay in the processor's cache
            rows = total[start : start + BLOCK]
            for index, x in chosen:
                rows += np.take(x[start : start + BLOCK], index, axis=1, out=buffer[: len(rows)], mode="clip")
        return total

    def index(self, number: int) -> NDArray[np.intp]:
        """(scenarios,) cell of each scenario in a space, or its configuration of the levels (-1)."""
        return self._levels_index if number < 0 else self.spaces[number].index

    def part(self, number: int, findings: Evidence, band: int) -> Floats:
        """(cells,) what one row's findings of a space, or of the levels (-1), add up to."""
        if number < 0:
            return logsumexp(self.shifts(findings, band), axis=0)
        by_slot: dict[int, list[Floats]] = {}
        for key, vector in findings.items():
            by_slot.setdefault(self.slots[key], []).append(self._log_row(key, vector, band))
        sums = {slot: reduce(np.add, rows)[None] for slot, rows in by_slot.items()}
        total = self._space(self.spaces[number], sums, 1, band)
        assert total is not None
        return total[0]

    def _space(self, space: Space, sums: Mapping[int, Floats], batch: int, band: int) -> Floats | None:
        """(batch, cells of the space): what its groups add up to; None without observations."""
        total: Floats | None = None
        for g, cells in space.groups:
            if g not in sums:
                continue
            group = self.model.groups[g]
            weights = self.weights(group, band)
            x = sums[g].reshape(batch, len(weights), -1)
            x = x[:, 0] if len(weights) == 1 else logsumexp(x + weights, axis=1)
            if x.shape[1] == 1:
                x = np.broadcast_to(x, (batch, group.size))
            if g != space.groups[0][0]:  # the first group's signatures are the cells
                x = np.take(x, cells, axis=1)
            total = x if total is None else total + x
        return total

    def _levels(self, sums: Mapping[int, Floats], batch: int, band: int) -> Floats:
        """(batch, configurations) log P(level findings | configuration), the numbering shift summed out."""
        parts = np.stack(self._by_shift(sums, batch, band))
        top = parts.max(axis=0)
        return top + np.log(np.exp(parts - top).sum(axis=0))

    def shifts(self, findings: Evidence, band: int) -> Floats:
        """(shifts, configurations) log P(findings, numbering shift | configuration); all are bound to a level."""
        return self._shifts.get((frozenset(findings.items()), band), lambda: self._shifts_of(findings, band))

    def _shifts_of(self, findings: Evidence, band: int) -> Floats:
        by_level: dict[int, dict[str, Vector]] = {}
        for key, vector in findings.items():
            by_level.setdefault(self.model.instances[key].place, {})[key] = vector
        at_level = [self._at_level(lv, by_level[lv], band) if lv in by_level else None for lv in range(len(LEVELS))]
        return np.concatenate(self._over_cells(at_level, 1, band))

    def _at_level(self, level: int, findings: Evidence, band: int) -> Floats:
        """(1, person, profiles) what the findings of a level add up to."""

        def make() -> Floats:
            rows = [self._log_row(key, vector, band) for key, vector in findings.items()]
            return over_structure(reduce(np.add, rows)[None], self._structure(level))

        return self._at_levels.get((level, frozenset(findings.items()), band), make)

    def _by_shift(self, sums: Mapping[int, Floats], batch: int, band: int) -> list[Floats]:
        at_level = [
            over_structure(sums[-1 - lv], self._structure(lv)) if -1 - lv in sums else None for lv in range(len(LEVELS))
        ]
        return self._over_cells(at_level, batch, band)

    def _over_cells(self, at_level: Sequence[Floats | None], batch: int, band: int) -> list[Floats]:
        tables, theta = self.model.level_tables, self.model.parameters.base
        person, shift = (np.log(np.maximum(p, IMPOSSIBLE)) for p in (tables.person(theta, band), tables.shift(theta)))
        return self._cells.by_shift(at_level, batch, person, shift)

    def _structure(self, level: int) -> Floats:
        key = (f"structure {level}", -1)
        if key not in self._members:
            self._members[key] = self.model.level_tables.structure(self.model.parameters.base, level)[0]
        return self._members[key]


def _ageless(finding: Finding) -> bool:
    """Whether a finding's table is the same for all ages."""
    return finding.silent is None and all(t is None or t[0] is t[-1] for t in (finding.background, finding.shared_leak))
