"""The posterior of one case, and what is computed from it: marginals, culprits, shifts of numbering."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from foramen.anatomy import LEVELS
from foramen.assessment.posterior import log_likelihood, only_levels
from foramen.inference.engine import Engine, log_sum, normalise
from foramen.model.levels import SHIFTS
from foramen.model.parameters import Floats
from foramen.model.scenarios import BILATERAL, CENTRAL
from foramen.model.tables import Instance
from foramen.records.evidence import EvidenceSet

Mask = NDArray[np.bool_]


def joints(
    engine: Engine, sets: Sequence[EvidenceSet], context: Mapping[str, Any], keep: NDArray[np.intp] | None = None
) -> Floats:
    """(sets, scenarios) log P(scenario, evidence | context); of the scenarios ``keep`` where given."""
    parts = []
    for band, prior in engine.band_priors(context):
        rows = log_likelihood(engine.model, sets, partial(engine.parts.rows, band=band, keep=keep))
        parts.append((prior if keep is None else prior[keep])[None, :] + np.stack(rows))
    return log_sum(parts)


def posteriors(engine: Engine, sets: Sequence[EvidenceSet], context: Mapping[str, Any]) -> Floats:
    """(sets, scenarios) P(scenario | evidence, context)."""
    return normalise(joints(engine, sets, context))


def shift_posterior(engine: Engine, evidence: EvidenceSet, context: Mapping[str, Any]) -> Floats:
    """(3, scenarios) P(numbering shift | scenario, imaging by level)."""
    model = engine.model
    part = only_levels(model, evidence)
    theta = model.parameters.base
    if not part.vectors and not part.statements:
        return np.repeat(model.level_tables.shift(theta)[0][:, None], len(model.scenarios), axis=1)
    band = engine.band(context)
    # every block of level evidence is one block, so the rows' shifts stay together
    log_p = log_likelihood(model, [part], lambda rows: [engine.likelihood.shifts(row, band) for row in rows])[0]
    p = np.exp(log_p - log_p.max(axis=0, keepdims=True))
    return (p / p.sum(axis=0, keepdims=True))[:, model.levels.index]


def culprit_mask(engine: Engine, instance: Instance) -> Mask:
    """(3 shifts, scenarios): whether the scenario makes the finding a culprit; kept for the next case.

    The scenario has an active lesion at the finding's place, the lesion's cause expresses the finding, and the
    lesion reaches an affected root (on the finding's side, where it has one) or hurts locally.
    """
    return engine.masks.get(("culprit", instance.id), lambda: _culprit_mask(engine, instance))


def _culprit_mask(engine: Engine, instance: Instance) -> Mask:
    s = engine.model.scenarios
    affected = s.roots.max(axis=2) > 0
    local = ~affected.any(axis=1)
    expressing = np.array([instance.finding.id in c.expresses for c in engine.model.causes])
    lead = expressing[s.lead]
    partner = (s.companion >= 0) & expressing[np.maximum(s.companion, 0)]
    if instance.side >= 0:
        beside = (s.side == instance.side) | (s.side == BILATERAL) | (s.side == CENTRAL)
        lead &= beside & (local | affected[:, instance.side] | (s.place < 0))
        partner &= (s.companion_side < 0) | (s.companion_side == instance.side)
    out = np.zeros((len(SHIFTS), len(s)), dtype=bool)
    for h, offset in enumerate(SHIFTS):
        if instance.place < 0:
            out[h] = lead | partner
            continue
        here = (s.place + offset == instance.place) & (s.place >= 0) & (s.place < len(LEVELS))
        here |= (s.second >= 0) & (s.second + offset == instance.place)
        out[h] = here & (lead | partner)
    return out


def own_side(engine: Engine, side: int) -> Mask:
    """(scenarios,) whether the lesion, or its companion, lies on one side and on no other."""
    s = engine.model.scenarios
    return (s.side == side) | ((s.companion >= 0) & (s.companion_side == side))


def culprits(p: Floats, shifts: Floats, masks: Mask) -> tuple[Floats, Floats]:
    """P(finding is the culprit), (N, findings), and P(none of them is), (N,), for (N, scenarios) posteriors."""
    some = masks.any(axis=0)
    shift, at = np.nonzero(some)  # few scenarios make a finding a culprit
    mass = p[:, at] * shifts[shift, at]
    each = np.concatenate([masks[:, shift, at], np.ones((1, len(at)), dtype=bool)])
    found = mass @ each.T.astype(float)
    return found[:, :-1], 1.0 - found[:, -1]
