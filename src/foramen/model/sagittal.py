"""How likely measures of pelvis and lordosis are in each class of the data: one Gaussian a class."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from foramen.knowledge.schema import SagittalProfile
from foramen.model.parameters import Floats

# the sacral slope is incidence less tilt (Legaye 1998, recalled; so in every row of the data, to rounding)
SLOPE, SLOPE_OF = "sacral_slope", ("pelvic_incidence", "pelvic_tilt")
LEAST = 1e-6  # a density is no proof: no class is ruled out


def measurable(profile: SagittalProfile) -> tuple[str, ...]:
    """Names of all measures that can be given: those of the Gaussians, and the sacral slope."""
    return (*profile.measures, SLOPE)


def log_densities(profile: SagittalProfile, given: Mapping[str, float]) -> Floats:
    """(classes,) log density of the measures given; those not given are integrated out.

    Incidence, tilt and slope are two numbers, not three: where all are given, the slope adds nothing.
    """
    names = [name for name in measurable(profile) if name in given]
    if {*SLOPE_OF, SLOPE} <= set(names):
        names.remove(SLOPE)
    taken = np.stack([_weights(profile, name) for name in names])  # (given, measures)
    values = np.array([given[name] for name in names])
    out = []
    for group in profile.classes:
        away = values - taken @ np.array(group.mean)
        covariance = taken @ np.array(group.covariance) @ taken.T
        distance = away @ np.linalg.solve(covariance, away)
        out.append(-0.5 * (distance + np.linalg.slogdet(2 * np.pi * covariance)[1]))
    return np.array(out)


def tempered(log_p: Floats, exponent: float) -> tuple[float, ...]:
    """Likelihoods of the classes, the highest 1, from log densities taken to a power between 0 and 1."""
    return tuple(float(x) for x in np.maximum(np.exp(exponent * (log_p - log_p.max())), LEAST))


def _weights(profile: SagittalProfile, name: str) -> Floats:
    """(measures,) a measure as a sum of those of the Gaussians."""
    if name == SLOPE:
        return np.array([{SLOPE_OF[0]: 1.0, SLOPE_OF[1]: -1.0}.get(m, 0.0) for m in profile.measures])
    return np.array([float(m == name) for m in profile.measures])
