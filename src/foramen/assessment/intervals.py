"""90 % intervals: the spread of the answers over plausible values of the knowledge's numbers.

Numbers are drawn (not matrix cells), the affected columns are rebuilt for the observed findings and the
scenarios that matter, and every answer is computed again. Model error is not in the interval.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from foramen.assessment.posterior import log_likelihood
from foramen.inference.drawn_tables import DrawnTables
from foramen.inference.draws import DrawnLikelihood
from foramen.inference.engine import Engine, by_band, log_sum, normalise, ranked
from foramen.model.model import Model
from foramen.model.parameters import Floats
from foramen.model.rows import distinct
from foramen.records.evidence import EvidenceSet

SEED = 20260101
DRAWS = 80
SUMMARY_DRAWS = 40  # behind the intervals of a summary: half the work, and ends that are somewhat less steady
MOST_DRAWS = 5_000  # what they take grows with them: 0.4 MB a draw
COVERED = 0.998  # share of the posterior that the scenarios drawn over must hold
SUMMARY_COVERED = 0.99  # for fewer draws: ends of intervals move by 0.0004 more on average, at a tenth less work
MOST = 400
TINY = 1e-12
FEWEST = 40
MOST_BANDS = 3  # age bands drawn over where the age is not known: those that weigh most
PERCENTILES = (0.05, 0.95)


@lru_cache(maxsize=3)  # of full answers, of summaries, and of a number asked for
def drawn_tables(model: Model, draws: int) -> DrawnTables:
    """The tables of a model's seeded draws: the same in every process, whatever was assessed before."""
    return DrawnTables(model, model.parameters.draw(draws, SEED))


def scenarios_that_matter(p: Floats, also: NDArray[np.intp], covered: float = COVERED) -> NDArray[np.intp]:
    """Indices of ``MOST`` scenarios at most that hold the share ``covered`` of the posterior, and those in ``also``."""
    order = ranked(p, MOST)
    count = int(np.searchsorted(np.cumsum(p[order]), covered)) + 1
    chosen = order[: min(max(count, FEWEST), MOST)]
    return distinct(np.concatenate([chosen, also]))[0]


def drawn_posteriors(
    engine: Engine,
    evidence: EvidenceSet,
    context: Mapping[str, Any],
    keep: NDArray[np.intp],
    fixed: Floats,
    draws: int = DRAWS,
) -> Floats:
    """(draws, kept scenarios) posterior under each draw, renormalised over the kept scenarios.

    ``evidence`` is what was stated; ``fixed`` (kept scenarios,) adds the log-likelihood of what was read from
    silence, taken at the published values.
    """
    model = engine.model
    tables = drawn_tables(model, draws)
    bands = by_band(engine.contexts(context))
    bands = sorted(bands, key=lambda pair: -sum(weight for weight, _ in pair[1]))[:MOST_BANDS]
    parts = []
    for band, group in bands:
        drawn = DrawnLikelihood(tables, band, keep)
        prior = log_sum([np.log(weight) + drawn.prior(at) for weight, at in group])
        parts.append(prior + log_likelihood(model, [evidence], drawn.rows)[0] + fixed[None, :])
    return normalise(log_sum(parts))


class Drawn:
    """The draws of the kept scenarios, standing for all: a cause's scenarios that were not drawn over move as its kept
    ones do, so that each cause keeps its share at the published values."""

    def __init__(self, p: Floats, keep: NDArray[np.intp], lead: NDArray[np.integer[Any]], q: Floats) -> None:
        """``p`` (scenarios,) at the published values; ``lead`` (scenarios,) the cause; ``q`` (draws, kept)."""
        of = lead[keep]
        whole, kept = (np.bincount(i, weights=w, minlength=len(p)) for i, w in ((lead, p), (of, p[keep])))
        weight = whole[of] / np.maximum(kept[of], TINY)
        rows = np.concatenate([q, p[keep][None]]) * weight
        self.rows = rows / rows.sum(axis=1, keepdims=True)

    def answers(self, points: Floats, of: Callable[[Floats], Floats]) -> Floats:
        """(draws, answers) where ``of`` gives the answers of kept scenarios (rows, kept) and ``points`` (answers,) are
        those of all scenarios at the published values: the odds are moved by as much as those miss them by."""
        found = np.clip(of(self.rows), 0.0, 1.0)
        odds = found[:-1] / np.maximum(1.0 - found[:-1], TINY)
        base = found[-1] / np.maximum(1.0 - found[-1], TINY)
        moved = odds * np.where(base > TINY, points / np.maximum(1.0 - points, TINY) / np.maximum(base, TINY), 1.0)
        return np.asarray(moved / (1.0 + moved))


def interval(point: float, draws: NDArray[np.float64]) -> tuple[float, float]:
    """5th and 95th percentile, widened if need be to hold the answer itself."""
    low, high = _ends(draws[:, None])
    return float(min(low[0], point)), min(float(max(high[0], point)), 1.0)


def estimates(points: Floats, draws: Floats) -> list[tuple[float, float, float]]:
    """(point, low, high) for each of (n,) points with (draws, n) values."""
    if not len(points):
        return []
    low, high = _ends(draws)
    return [
        (min(float(p), 1.0), float(min(a, p)), min(float(max(b, p)), 1.0))
        for p, a, b in zip(points, low, high, strict=True)
    ]


def _ends(draws: Floats) -> tuple[Floats, Floats]:
    """5th and 95th percentile of every column, between draws as ``np.quantile`` does, at a fraction of its cost."""
    count = len(draws)
    at = [share * (count - 1) for share in PERCENTILES]
    around = [(int(x), min(int(x) + 1, count - 1)) for x in at]
    ordered = np.partition(draws.T, sorted({i for pair in around for i in pair}), axis=1)
    low, high = (
        ordered[:, i] + (ordered[:, j] - ordered[:, i]) * (x - i) for x, (i, j) in zip(at, around, strict=True)
    )
    return low, high
