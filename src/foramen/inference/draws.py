"""Log-likelihoods of one case under draws of the knowledge's numbers, for the scenarios that matter."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from foramen.anatomy import LEVELS
from foramen.inference.drawn_tables import DrawnTables
from foramen.inference.level_cells import LevelCells, over_structure_drawn
from foramen.inference.likelihood import Evidence
from foramen.model.levels import logsumexp
from foramen.model.parameters import Floats
from foramen.model.priors import Context


class DrawnLikelihood:
    """Evaluates evidence rows for the scenarios ``keep``; inside, arrays are (kept scenarios, draws)."""

    def __init__(self, tables: DrawnTables, band: int, keep: NDArray[np.intp]) -> None:
        self.tables, self.model, self.band, self.keep = tables, tables.model, band, keep

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
        group = self.model.groups[g]
        where = group.index[self.keep]
        members = [self.tables.member(key, vector, self.band) for key, vector in evidence.items()]
        if group.kind == "plain":
            for table, rows in members:
                total += table[rows[where], 0]
            return
        members.append(self.tables.weights(group, self.band))
        # what the members observed tell apart together is less than what the group tells apart
        first, cell = np.zeros(1, dtype=np.intp), np.zeros(len(where), dtype=np.intp)
        for table, rows in members:
            _, first, cell = np.unique(cell * len(table) + rows[where], return_index=True, return_inverse=True)
        x = sum(table[rows[where[first]]] for table, rows in members)
        total += logsumexp(np.asarray(x), axis=1)[cell]

    def _by_level(self, evidence: Evidence) -> Floats:
        tables, model = self.tables, self.model
        configs, config_of = np.unique(model.levels.index[self.keep], return_inverse=True)
        levels = model.levels.subset(configs)
        used = model.levels.profiles_of(configs)
        at_level: list[Floats | None] = []
        for level in range(len(LEVELS)):
            found = [
                tables.at_level(key, vector, self.band)
                for key, vector in evidence.items()
                if model.instances[key].place == level
            ]
            if found:
                x = sum(table[rows[used]] for table, rows in found)
                at_level.append(over_structure_drawn(np.asarray(x), tables.structure(level)[:, :, used]))
            else:
                at_level.append(None)
        theta, fixed = tables.theta, model.level_tables
        person, shift = np.log(fixed.person(theta, self.band)).T, np.log(fixed.shift(theta)).T
        return LevelCells(levels).drawn(at_level, person, shift)[config_of.reshape(-1)]
