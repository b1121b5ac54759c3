"""The level findings' part of a batch's likelihood: sums over structure, person and numbering."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from foramen.anatomy import LEVELS
from foramen.model.levels import SHIFTS, Levels, logsumexp
from foramen.model.parameters import Floats
from foramen.model.rows import unique_rows

BLOCK = 64  # rows handled at a time, so that they stay in the processor's cache
IMPOSSIBLE = 1e-300


class LevelCells:
    """``combine_by_shift`` with equal sums done once: configuration and shift make a cell.

    A cell is the places seen and the profile. Most configurations put one lesion somewhere; under
    every shift it is then seen at one of five levels, or at none.
    """

    def __init__(self, levels: Levels) -> None:
        profile, place, second = levels.configs.T
        self.width = len(levels.profiles)
        outside = len(LEVELS)  # stands for "not seen at any level"
        keys = []
        for offset in SHIFTS:
            seen = [
                np.where((at >= 0) & (at + offset >= 0) & (at + offset < outside), at + offset, outside)
                for at in (place, second)
            ]
            first, other = np.minimum(*seen), np.maximum(*seen)
            keys.append(np.stack([first, other, np.where(first == outside, 0, profile)], axis=1))
        unique, where = unique_rows(np.concatenate(keys))
        self.index = [w.astype(np.intp) for w in np.split(where.reshape(-1), len(SHIFTS))]
        first, other, profile = (column.astype(np.intp) for column in unique.T)
        self.first = first * self.width + profile
        self.pairs = np.flatnonzero(other < outside)
        self.other = (other * self.width + profile)[self.pairs]

    def by_shift(self, at_level: Sequence[Floats | None], batch: int, person: Floats, shift: Floats) -> list[Floats]:
        """Per shift: (batch, configurations). ``at_level``: per level (batch, person 3, profiles) or None."""
        base = np.repeat(person[:, :, None], batch, axis=0)
        delta = np.zeros((batch, person.shape[1], len(LEVELS) + 1, self.width))
        for level, x in enumerate(at_level):
            if x is not None:
                base += x[:, :, :1]
                delta[:, :, level] = x - x[:, :, :1]
        flat = delta.reshape(batch, person.shape[1], -1)
        cells = np.empty((batch, len(self.first)))
        for start in range(0, batch, BLOCK):
            rows = slice(start, start + BLOCK)
            x = np.take(flat[rows], self.first, axis=2) + base[rows]
            if len(self.pairs):
                x[:, :, self.pairs] += np.take(flat[rows], self.other, axis=2)
            cells[rows] = logsumexp(x, axis=1)
        return [np.take(cells, index, axis=1) + shift[:, k : k + 1] for k, index in enumerate(self.index)]

    def drawn(self, at_level: Sequence[Floats | None], person: Floats, shift: Floats) -> Floats:
        """(configurations, draws), the numbering shift summed out.

        ``at_level``: per level (profiles, person, draws) or None; ``person``, ``shift``: (3, draws) log probabilities.
        """
        base = person
        delta = np.zeros((len(LEVELS) + 1, self.width, *person.shape))
        for level, x in enumerate(at_level):
            if x is not None:
                base = base + x[0]
                delta[level] = x - x[:1]
        flat = delta.reshape(-1, *person.shape)
        x = flat[self.first] + base
        x[self.pairs] += flat[self.other]
        cells = logsumexp(x, axis=1)
        parts = np.stack([cells[index] + shift[k] for k, index in enumerate(self.index)])
        return logsumexp(parts, axis=0)


def over_structure(x: Floats, structure: Floats) -> Floats:
    """(N, person, profiles): sum over structures of P(structure | person, profile) times the findings' part.

    ``x``: (N, structure x profiles) log-likelihoods; ``structure``: (person, profiles, structure).
    """
    x = x.reshape(len(x), structure.shape[2], structure.shape[1])
    top = x.max(axis=1, keepdims=True)
    p = np.exp(x - top)
    inner = np.zeros((len(x), structure.shape[0], structure.shape[1]))
    for z in range(structure.shape[2]):
        inner += p[:, z, None, :] * structure[None, :, :, z]
    return np.log(np.maximum(inner, IMPOSSIBLE)) + top


def over_structure_drawn(p: Floats, structure: Floats) -> Floats:
    """(profiles, person, draws): as ``over_structure`` with a structure per draw.

    ``p``: (profiles, structure, draws) likelihoods; ``structure``: (profiles, person, structure, draws).
    """
    inner = sum(structure[:, :, z] * p[:, None, z] for z in range(p.shape[1]))
    return np.log(np.maximum(inner, IMPOSSIBLE))
