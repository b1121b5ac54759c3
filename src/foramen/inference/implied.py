"""What each cause shows under the model: P(finding | cause) with all its ways, roots and companions included.

A number in ``given`` says what the process shows by itself. What a reader wants to compare with a study also holds the
roots that the lesion reaches, its companions, the background and the places it can lie at. That is a sum over the
cause's scenarios, so it is exact for the model's published values; it has no interval here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from foramen.anatomy import AGE_BANDS, SETTINGS
from foramen.inference.engine import Engine
from foramen.inference.events import leg_weight, read_event
from foramen.model.parameters import Floats
from foramen.model.priors import Context

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
    out: dict[str, dict[str, Shown]] = {}
    for name, finding in model.knowledge.findings.items():
        p = _probability(engine, name, "left", band)
        if finding.site in ("side", "level_side", "root_side"):
            p = np.where(right, _probability(engine, name, "right", band), p)
        hit = masses @ p
        out[name] = {
            cause: Shown(
                float(hit[i] / max(of_cause[i], 1e-300)),
                float((hit.sum() - hit[i]) / max(total - of_cause[i], 1e-300)),
            )
            for i, cause in enumerate(causes)
        }
    return out


def _probability(engine: Engine, finding: str, side: str, band: int) -> Floats:
    """(scenarios,) P(finding abnormal on that side, at any level | scenario)."""
    event = read_event(engine.model, {"finding": finding, "side": side}, band, finding)
    single = np.exp(engine.likelihood([dict(c) for c in event], band))
    return np.asarray(np.clip(np.array(list(event.values())) @ single, 0.0, 1.0))
