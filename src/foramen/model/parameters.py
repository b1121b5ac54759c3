"""All numbers of the knowledge as one vector, and random draws of that vector."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from foramen.knowledge.numbers import Number
from foramen.knowledge.schema import Knowledge

Floats = NDArray[np.float64]
FLOOR = 1e-6  # likelihoods lie in [1e-6, 1 - 1e-6]
SPLIT_SD = 0.30  # log-scale spread of how a multi-state number divides among its states (assumption)


class Parameters:
    """Index of every ``Number`` into one vector ``theta``.

    ``theta`` arrays have shape (draws, numbers); ``base`` is the one row of published values.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        self._start: dict[int, int] = {}
        self.numbers: list[Number] = []
        end = 0
        for number in knowledge.numbers:
            if id(number) not in self._start:
                self._start[id(number)] = end
                self.numbers.append(number)
                end += len(number.p)
        self.base: Floats = np.array([p for n in self.numbers for p in n.p], dtype=float)[None, :]

    def columns(self, number: Number) -> slice:
        """Where the number's values stand in a row of ``theta``."""
        start = self._start[id(number)]
        return slice(start, start + len(number.p))

    def values(self, theta: Floats, number: Number) -> Floats:
        """(draws, states) values of one number."""
        return theta[:, self.columns(number)]

    def matrix(self, theta: Floats, numbers: list[Number] | tuple[Number, ...]) -> Floats:
        """(draws, numbers) values of scalar numbers."""
        return theta[:, [self._start[id(n)] for n in numbers]]

    def draw(self, draws: int, seed: int) -> Floats:
        """Random draws of all numbers, shape (draws, numbers); same seed, same draws.

        Totals are drawn on the logit scale (weights on the log scale) with each number's ``sd``;
        how a total divides among several states is drawn on the log scale.
        """
        rng = np.random.default_rng(seed)
        totals = np.array([n.total for n in self.numbers])
        noise = rng.standard_normal((draws, len(self.numbers))) * np.array([n.sd for n in self.numbers])
        safe = np.clip(totals, FLOOR, 1 - FLOOR)
        drawn = 1.0 / (1.0 + np.exp(-(np.log(safe / (1 - safe)) + noise)))
        weights = np.flatnonzero([n.weight for n in self.numbers])
        drawn[:, weights] = totals[weights] * np.exp(noise[:, weights])
        drawn[:, totals <= 0] = 0.0
        owner = np.repeat(np.arange(len(self.numbers)), [len(n.p) for n in self.numbers])
        values = drawn[:, owner]
        several = np.flatnonzero(np.array([len(n.p) > 1 for n in self.numbers])[owner])
        if len(several):  # how a total divides among its states
            shares = self.base[:, several] * np.exp(SPLIT_SD * rng.standard_normal((draws, len(several))))
            whose = owner[several]
            starts = np.flatnonzero(np.r_[True, np.diff(whose) > 0])
            sums = np.add.reduceat(shares, starts, axis=1)
            group = np.cumsum(np.r_[0, np.diff(whose) > 0])
            values[:, several] *= shares / np.where(sums > 0, sums, 1.0)[:, group]
        return values
