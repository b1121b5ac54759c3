"""What each cause shows under the model: P(finding | cause) with all its ways, roots and companions included.

A number in ``given`` says what the process shows by itself. What a reader wants to compare with a study also holds the
roots that the lesion reaches, its companions, the background and the places it can lie at. That is a sum over the
cause's scenarios, so it is exact for the model's published values; it has no interval here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from foramen.anatomy import AGE_BANDS, SETTINGS
from foramen.inference.engine import Engine
from foramen.inference.events import Conjunction, leg_weight, read_event
from foramen.model.parameters import Floats
from foramen.model.priors import Context

CHUNK = 64  # conjunctions a call
BAND = AGE_BANDS.index("35-49")


@dataclass(frozen=True, slots=True)
class Shown:
    """P(finding abnormal | cause leads) and P(finding abnormal | any other cause leads)."""

    here: float
    elsewhere: float

    @property
    def present(self) -> float:
        """Likelihood ratio of the finding."""
        return self.here / max(self.elsewhere, 1e-6)

    @property
    def absent(self) -> float:
        """Likelihood ratio of its absence."""
        return (1 - self.here) / max(1 - self.elsewhere, 1e-6)


def implied(engine: Engine, setting: str = SETTINGS[0], band: int = BAND) -> Mapping[str, Mapping[str, Shown]]:
    """Finding id to cause id to what the model implies, for consulters of a setting and age band.

    A finding with a side is looked at on the complaint's side (left where both sides suffer, or neither more), one with
    a level or vertebra anywhere.
    """
    model = engine.model
    causes = tuple(model.knowledge.causes)
    weight = np.exp(engine.prior(Context(setting, band, None)))
    right = leg_weight(model) == 0.0  # scenarios of the right side alone
    masses = np.zeros((len(causes), len(weight)))
    lead = np.array([causes.index(model.scenarios.causes[i]) for i in model.scenarios.lead])
    masses[lead, np.arange(len(weight))] = weight
    of_cause = masses.sum(axis=1)
    total = float(of_cause.sum())
    sided = {f.id for f in model.knowledge.findings.values() if f.site in ("side", "level_side", "root_side")}
    left = _probabilities(engine, model.knowledge.findings, "left", band)
    other = _probabilities(engine, sided, "right", band)
    out: dict[str, dict[str, Shown]] = {}
    for name, p in left.items():
        hit = masses @ (np.where(right, other[name], p) if name in sided else p)
        out[name] = {
            cause: Shown(
                float(hit[i] / max(of_cause[i], 1e-300)),
                float((hit.sum() - hit[i]) / max(total - of_cause[i], 1e-300)),
            )
            for i, cause in enumerate(causes)
        }
    return out


def _probabilities(engine: Engine, findings: Iterable[str], side: str, band: int) -> dict[str, Floats]:
    """Finding to (scenarios,) P(abnormal on that side, at any level | scenario)."""
    events = {f: read_event(engine.model, {"finding": f, "side": side}, band, f) for f in findings}
    needed = list(dict.fromkeys(c for event in events.values() for c in event))
    single: dict[Conjunction, Floats] = {}
    for start in range(0, len(needed), CHUNK):
        some = needed[start : start + CHUNK]
        single |= zip(some, np.exp(engine.likelihood([dict(c) for c in some], band)), strict=True)
    return {
        f: np.asarray(np.clip(sum(sign * single[c] for c, sign in event.items()), 0.0, 1.0))
        for f, event in events.items()
    }
