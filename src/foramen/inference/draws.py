"""Log-likelihoods of one case under draws of the knowledge's numbers, for the scenarios that matter."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from foramen.anatomy import LEVELS
from foramen.inference.drawn_tables import DrawnTables
from foramen.inference.level_cells import LevelCells, over_structure_drawn
from foramen.inference.likelihood import IMPOSSIBLE, Evidence, Vector
from foramen.model.levels import Levels
from foramen.model.parameters import Floats
from foramen.model.priors import Context
from foramen.model.rows import distinct


class DrawnLikelihood:
    """Evaluates evidence rows for the scenarios ``keep``; inside, arrays are (kept scenarios, draws)."""

    def __init__(self, tables: DrawnTables, band: int, keep: NDArray[np.intp]) -> None:
        self.tables, self.model, self.band, self.keep = tables, tables.model, band, keep
        self._needed: dict[int, tuple[NDArray[np.intp], NDArray[np.intp]]] = {}
        self._seen: dict[tuple[str, Vector], Floats] = {}  # rows of one case share most of their observations

    def rows(self, evidence: Sequence[Evidence]) -> list[Floats]:
        """(draws, kept scenarios) log P(row | scenario) for each row."""
        return [self._row(row).T for row in evidence]

    def prior(self, context: Context) -> Floats:
        """(draws, kept scenarios) log prior, not normalised."""
        values, terms = self.tables.prior(context), self.model.scenarios.terms[self.keep]
        total = values[terms[:, 0]]
        for column in range(1, terms.shape[1]):
            total += values[terms[:, column]]
        return total.T

    def _row(self, evidence: Evidence) -> Floats:
        total = np.zeros((len(self.keep), len(self.tables.theta)))
        by_group: dict[int, list[str]] = {}
        levels = False
        for key in evidence:
            if self.model.instances[key].place >= 0:
                levels = True
            else:
                by_group.setdefault(self.model.group_of[key], []).append(key)
        for g, keys in by_group.items():
            self._add_group(total, g, {key: evidence[key] for key in keys})
        if levels:
            total += self._by_level(evidence)
        return total

    def _add_group(self, total: Floats, g: int, evidence: Evidence) -> None:
        group, tables = self.model.groups[g], self.tables
        signatures, where = self._signatures(g)
        if group.kind == "plain":
            logs = np.zeros((len(signatures), len(tables.theta)))
            for key, vector in evidence.items():
                table, rows = tables.plain(key, vector, self.band)
                logs += table[rows[signatures]]
            total += logs[where]
            return
        weights = tables.weights(group, self.band)
        x = weights[signatures] if len(weights) > 1 else weights
        for key, vector in evidence.items():
            if (key, vector) not in self._seen:
                self._seen[key, vector] = tables.member(key, vector, self.band, signatures)
            x = x * self._seen[key, vector]
        total += np.log(np.maximum(x.sum(axis=1), IMPOSSIBLE))[where]

    def _signatures(self, g: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The group's signatures among the kept scenarios, and each scenario's place among them."""
        if g not in self._needed:
            self._needed[g] = distinct(self.model.groups[g].index[self.keep])
        return self._needed[g]

    @cached_property
    def _levels(self) -> tuple[Levels, LevelCells, NDArray[np.intp]]:
        """The level configurations of the kept scenarios, and each scenario's place among them."""
        configs, where = distinct(self.model.levels.index[self.keep])
        levels = self.model.levels.subset(configs)
        return levels, LevelCells(levels), where

    def _by_level(self, evidence: Evidence) -> Floats:
        tables, (levels, cells, config_of) = self.tables, self._levels
        at_level: list[Floats | None] = []
        for level in range(len(LEVELS)):
            p: Floats | float = 1.0
            for key, vector in evidence.items():
                if self.model.instances[key].place == level:
                    if (key, vector) not in self._seen:
                        self._seen[key, vector] = tables.at_level(key, vector, self.band, levels.used)
                    p = p * self._seen[key, vector]
            if isinstance(p, float):
                at_level.append(None)
            else:
                at_level.append(over_structure_drawn(p, tables.structure(level)[levels.used]))
        theta, fixed = tables.theta, self.model.level_tables
        person, shift = np.log(fixed.person(theta, self.band)).T, np.log(fixed.shift(theta)).T
        return cells.drawn(at_level, person, shift)[config_of]
