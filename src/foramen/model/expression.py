"""How a latent state acts on signs that come and go together (anatomy/expression.yaml)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from foramen.knowledge.parse_findings import DEGREES
from foramen.knowledge.schema import Cause
from foramen.model.parameters import Floats

MOST = 0.98  # what a root shows in any latent state


@dataclass(frozen=True, slots=True)
class RootTilt:
    """What a latent state does to P(abnormal states | root): by ``factors``, or by degree.

    ``factors`` multiply each abnormal state (none: as it is). With ``powers`` a root shows nothing when spared; else,
    with r = P(state or worse) / (1 - w0) and b the state's power, mild shows r^b and marked what keeps the average.
    A muscle that a root hardly supplies is then weak, mildly at least, mostly where the root's loss is marked.
    """

    factors: tuple[float, ...] = ()
    weights: tuple[float, float, float] = (0.0, 0.0, 0.0)
    powers: tuple[float, ...] = ()
    degree: int = -1

    @property
    def shows_nothing(self) -> bool:
        """Whether roots show no sign at all in this state."""
        return self.degree == 0 if self.powers else bool(self.factors) and not any(self.factors)

    def __call__(self, p: Floats) -> Floats:
        """P(abnormal states) (..., K - 1) as it is in this latent state, same shape."""
        if self.powers:
            return self._by_degree(p)
        if not self.factors:
            return p
        p = np.minimum(p * np.array(self.factors[: p.shape[-1]]), MOST)
        return p / np.maximum(p.sum(axis=-1, keepdims=True) / MOST, 1.0)

    def _by_degree(self, p: Floats) -> Floats:
        if self.degree == 0:
            return np.zeros_like(p)
        w0, w1, w2 = self.weights
        worse = np.cumsum(p[..., ::-1], axis=-1)[..., ::-1]  # P(state or worse)
        rest = np.minimum(worse / (1.0 - w0), MOST)
        mild = rest ** np.array(self.powers[: p.shape[-1]])
        tail = mild if self.degree == 1 else np.clip(((w1 + w2) * rest - w1 * mild) / w2, 0.0, MOST)
        tail = np.maximum.accumulate(tail[..., ::-1], axis=-1)[..., ::-1]  # a worse state is part of "or worse"
        return tail - np.concatenate([tail[..., 1:], np.zeros((*tail.shape[:-1], 1))], axis=-1)


@dataclass(frozen=True, slots=True)
class Spread:
    """How the signs of one disease come and go together: P(sign) when they are spared, mild or marked.

    ``weights`` of the three degrees sum to 1. With t = P(sign or worse) over all: spared t^a, mild u^b with
    u = (t - w0 t^a) / (1 - w0), and marked what keeps the average t (``powers`` a, b; closed, so no search).
    """

    weights: tuple[float, float, float]
    powers: tuple[float, float]
    diseases: frozenset[str] = frozenset()  # causes and @groups that it holds for; none: for all
    outside: frozenset[str] = frozenset()  # causes that do not supply this sign, which then stays as it is

    def holds_for(self, cause: Cause) -> bool:
        """Whether this sign of the cause comes and goes with its others."""
        if cause.id in self.outside:
            return False
        return not self.diseases or bool(self.diseases & {cause.id, *("@" + g for g in cause.groups)})

    def tail(self, t: Floats, degree: int) -> Floats:
        """P(state or worse | degree) from the average t, same shape."""
        w0, w1, w2 = self.weights
        spared = t ** self.powers[0]
        if degree == 0:
            return spared
        rest = (t - w0 * spared) / (1.0 - w0)
        mild = rest ** self.powers[1]
        return mild if degree == 1 else np.clip(((w1 + w2) * rest - w1 * mild) / w2, 0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Latent:
    """How a latent state acts on a sign: on what roots produce (``root_tilt``) and by a factor on the leak.

    ``extra_leak``: share of what would be normal that turns into each abnormal state. ``spread``: how it acts on what
    lead and companion produce themselves, at this ``degree``.
    """

    root_tilt: RootTilt = RootTilt()
    leak_tilt: float = 1.0
    extra_leak: tuple[float, ...] = ()
    degree: int = -1
    spread: Spread | None = None


PLAIN = Latent()


def latent_of(family: Mapping[str, Any], state: Mapping[str, Any], finding: str) -> Latent:
    """A latent state of a family as it acts on one of its findings."""
    weights, degree = degrees(family), DEGREES.index(state["cause"]) if "cause" in state else -1
    own = family.get("follow", {}).get(finding)
    if own or "root_powers" not in family:
        tilt = RootTilt(tuple(map(float, [state[own]] if own else state["root_tilt"])))
    else:
        tilt = RootTilt((), weights, tuple(map(float, family["root_powers"])), degree)
    if "cause_powers" not in family:
        return Latent(tilt, float(state["leak_tilt"]))
    a, b = map(float, family["cause_powers"])
    outside = frozenset(cause for cause, signs in family.get("outside", {}).items() if finding in signs)
    spread = Spread(weights, (a, b), frozenset(family.get("diseases", ())), outside)
    return Latent(tilt, float(state["leak_tilt"]), (), degree, spread)


def degrees(family: Mapping[str, Any]) -> tuple[float, float, float]:
    """Weights of the degrees (spared, mild, marked) of a family, adding up to 1; zeros where it has none."""
    total = sum(z["weight"] for z in family["latent"])
    w = [sum(z["weight"] for z in family["latent"] if z.get("cause") == name) / total for name in DEGREES]
    return w[0], w[1], w[2]
