"""How a latent state acts on signs that come and go together, as expression.yaml words it (see ``reference``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from foramen.knowledge.schema import Cause


def tied(cause: Cause, family: Mapping[str, Any], finding: str) -> bool:
    """Whether a sign that a cause produces itself comes and goes with its others."""
    if finding in family.get("outside", {}).get(cause.id, []):
        return False
    diseases = family.get("diseases", [])
    return not diseases or cause.id in diseases or any("@" + group in diseases for group in cause.groups)


def weights(family: Mapping[str, Any]) -> dict[str, float]:
    """Shares of the degrees among the latent states of a family."""
    weight: dict[str, float] = {"spared": 0.0, "mild": 0.0, "marked": 0.0}
    for z in family["latent"]:
        weight[z["cause"]] += z["weight"] / sum(other["weight"] for other in family["latent"])
    return weight


def spread(t: float, family: Mapping[str, Any], latent: Mapping[str, Any]) -> float:
    """P(sign or worse) of a disease whose signs come and go together, at the degree of a latent state."""
    if "cause_powers" not in family:
        return t
    weight = weights(family)
    a, b = family["cause_powers"]
    spared = t**a
    rest = (t - weight["spared"] * spared) / (1 - weight["spared"])
    mild = rest**b
    marked = (rest * (1 - weight["spared"]) - weight["mild"] * mild) / weight["marked"]
    return {"spared": spared, "mild": mild, "marked": min(max(marked, 0.0), 1.0)}[latent["cause"]]


def tilted(factors: Sequence[float], p: Sequence[float]) -> list[float]:
    """What a root shows in a latent state that multiplies each abnormal state."""
    raised = [min(x * t, 0.98) for x, t in zip(p, factors, strict=False)]
    return [x / max(sum(raised) / 0.98, 1.0) for x in raised]


def by_degree(family: Mapping[str, Any], latent: Mapping[str, Any], p: Sequence[float]) -> list[float]:
    """What a root shows in a latent state of a family with degrees: nothing, mild or marked signs."""
    if latent["cause"] == "spared":
        return [0.0] * len(p)
    weight = weights(family)
    out = [0.0] * len(p)
    above = 0.0  # P(a worse state)
    for k in reversed(range(len(p))):
        rest = min(sum(p[k:]) / (1 - weight["spared"]), 0.98)
        mild = rest ** family["root_powers"][k]
        marked = (rest * (1 - weight["spared"]) - weight["mild"] * mild) / weight["marked"]
        tail = max(mild if latent["cause"] == "mild" else min(max(marked, 0.0), 0.98), above)
        out[k], above = tail - above, tail
    return out
