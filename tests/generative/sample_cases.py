"""Random cases drawn from the model: a scenario from the prior, hidden states, then findings."""

from __future__ import annotations

from typing import Any

import numpy as np

from foramen.anatomy import LEVELS
from foramen.inference.engine import Engine
from foramen.model.levels import SHIFTS


class Sampler:
    """Draws cases at one age band and setting with a seeded generator."""

    def __init__(self, engine: Engine, context: dict[str, Any], seed: int) -> None:
        self.engine, self.model = engine, engine.model
        self.context = engine.contexts(context)[0][1]
        self.random = np.random.default_rng(seed)
        self.prior = np.exp(engine.prior(self.context))

    def pick(self, p: np.ndarray) -> int:
        return int(self.random.choice(len(p), p=p / p.sum()))

    def case(self, count: int, soft: float = 0.15) -> dict[str, Any]:
        """Evidence on ``count`` findings of one random scenario; a share of them as likelihoods."""
        chosen = list(self.random.choice(list(self.model.instances), count, replace=False))
        states = self._states(self.pick(self.prior), chosen)
        return {key: self._observed(key, k, soft) for key, k in states.items()}

    def adversarial(self, count: int) -> dict[str, Any]:
        """Any states of any findings, contradictions included."""
        chosen = list(self.random.choice(list(self.model.instances), count, replace=False))
        states = {key: int(self.random.integers(len(self.model.instances[key].states))) for key in chosen}
        return {key: self._observed(key, k, 0.2) for key, k in states.items()}

    def _observed(self, key: str, k: int, soft: float) -> str | list[float]:
        states = self.model.instances[key].states
        if self.random.random() >= soft:
            return states[k]
        vector = self.random.random(len(states))
        vector[k] += 1.0
        return vector.tolist()

    def _states(self, scenario: int, chosen: list[str]) -> dict[str, int]:
        band, likelihood = self.context.band, self.engine.likelihood
        found: dict[str, int] = {}
        for group in self.model.groups:
            members = [m.id for m in group.members if m.id in chosen]
            cell = group.index[scenario]
            weights = np.exp(likelihood.weights(group, band))
            latent = self.pick(weights[:, cell if weights.shape[1] > 1 else 0])
            for key in members:
                table = likelihood.member(key, band)[latent]
                found[key] = self.pick(table[cell if len(table) > 1 else 0])
        return found | self._level_states(scenario, [k for k in chosen if k not in found])

    def _level_states(self, scenario: int, chosen: list[str]) -> dict[str, int]:
        tables, theta, band = self.model.level_tables, self.model.parameters.base, self.context.band
        profile, place, second = self.model.levels.configs[self.model.levels.index[scenario]]
        person = self.pick(tables.person(theta, band)[0])
        offset = SHIFTS[self.pick(tables.shift(theta)[0])]
        found = {}
        for level in range(len(LEVELS)):
            here = any(at >= 0 and at + offset == level for at in (place, second))
            active = profile if here else 0
            structure = self.pick(tables.structure(theta, level)[0, person, active])
            for key in chosen:
                if self.model.instances[key].place == level:
                    found[key] = self.pick(self.engine.likelihood.member(key, band)[active, structure])
        return found
