"""Log-likelihoods of few rows that share most of their findings, as those of one case do: part by part.

A part is what a row says of one space of groups (or of the levels). It depends on few findings, so that parts are met
again: in the row without one finding, in a subset of red flags, in the next case. Those used last are kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from foramen.inference.likelihood import BatchLikelihood, Evidence, Vector
from foramen.inference.recent import Recent
from foramen.model.parameters import Floats

LEVELS = -1  # number of the part of the levels, beside those of the spaces
KEPT_BYTES = 48 * 2**20  # of parts; one takes up to 17 kB
Findings = Mapping[str, Vector]


class PartLikelihood:
    """The likelihood of ``BatchLikelihood``, for single rows and with parts kept from call to call."""

    def __init__(self, batch: BatchLikelihood) -> None:
        self.batch, self.model = batch, batch.model
        self._kept: Recent[Floats] = Recent(KEPT_BYTES)
        self._space_of = {g: n for n, space in enumerate(batch.spaces) for g, _ in space.groups}
        self._part_of = {key: self._space_of.get(slot, LEVELS) for key, slot in batch.slots.items()}

    def rows(self, evidence: Sequence[Evidence], band: int, keep: NDArray[np.intp] | None = None) -> list[Floats]:
        """(scenarios,) log P(row | scenario) of each row; of the scenarios ``keep`` where given."""
        carried: dict[tuple[int, frozenset[tuple[str, Vector]]], Floats] = {}
        count = len(self.model.scenarios) if keep is None else len(keep)
        out = []
        for row in evidence:
            total: Floats | None = None
            for number, findings in self._parts(row).items():
                key = (number, frozenset(findings.items()))
                if key not in carried:
                    part = self._kept.get((*key, band), partial(self._part, number, findings, band))
                    index = self.batch.index(number)
                    carried[key] = part.take(index if keep is None else index[keep])
                total = carried[key] if total is None else total + carried[key]
            out.append(np.zeros(count) if total is None else total)
        return out

    def _parts(self, row: Evidence) -> dict[int, dict[str, Vector]]:
        parts: dict[int, dict[str, Vector]] = {}
        for key, vector in row.items():
            parts.setdefault(self._part_of[key], {})[key] = vector
        return parts

    def _part(self, number: int, findings: Findings, band: int) -> Floats:
        return self.batch.part(number, findings, band)
