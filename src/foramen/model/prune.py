"""Leave out scenarios that could hardly matter; what is left out is measured and stated.

Singles are judged within their cell (cause, place, side): a root pattern stays if it holds a share of the
cell in some context; cauda equina forms are judged among the cell's forms of the same degree, so that every
cause that can compress the cauda equina keeps such scenarios however rare. Pairs stay by their prior.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from foramen.model.parameters import Floats
from foramen.model.scenarios import Scenarios

CELL_SHARE = 0.0005
CAUDA_SHARE = 0.02
TWO_LEVEL_SHARE = 0.01
PAIR_PRIOR = 2e-6


def scenarios_to_keep(scenarios: Scenarios, priors: Floats) -> NDArray[np.intp]:
    """Indices to keep, given (contexts, scenarios) prior probabilities."""
    s = scenarios
    single = s.companion < 0
    keys = np.stack([s.lead, s.place, s.side, s.zone, s.cauda, (s.second >= 0).astype(np.int32)], axis=1)
    _, cell = np.unique(keys, axis=0, return_inverse=True)
    cell = cell.reshape(-1)
    weights = np.where(single, priors, 0.0)
    totals = np.stack([np.bincount(cell, weights=row, minlength=cell.max() + 1) for row in weights])
    share = (weights / np.maximum(totals[:, cell], 1e-300)).max(axis=0)
    limit = np.where(s.cauda > 0, CAUDA_SHARE, np.where(s.second >= 0, TWO_LEVEL_SHARE, CELL_SHARE))
    return np.flatnonzero(np.where(single, share >= limit, priors.max(axis=0) >= PAIR_PRIOR))
