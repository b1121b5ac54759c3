"""Answers of an assessment with their intervals: from all scenarios at the published values, and from the draws."""

from __future__ import annotations

import numpy as np

from foramen.anatomy import LESION_SIDES, ROOTS, SIDES
from foramen.assessment.intervals import Drawn, estimates, interval
from foramen.assessment.result import CauseAnswer, Estimate, PlaceAnswer, RootAnswer, SideAnswer
from foramen.assessment.side import SIDE_ANSWERS, sides_of
from foramen.inference.engine import Engine, ranked
from foramen.model.parameters import Floats

COMPANION_FROM = 0.02  # probability from which a companion is told


class Projections:
    """The drawn answers as sums over the kept scenarios."""

    def __init__(self, engine: Engine, keep: np.ndarray) -> None:
        s, targets = engine.model.scenarios, engine.targets
        self._lead = (s.lead[keep, None] == np.arange(len(s.causes))).astype(float)
        self._companion = (s.companion[keep, None] == np.arange(len(s.causes))).astype(float)
        self._place_of, self._others = targets.place_index[keep], targets._others[keep]
        self._second_of = targets.second_index[keep]

    def causes(self, q: Floats) -> Floats:
        """(N, causes) P(cause leads the complaint); companions are told apart."""
        return q @ self._lead

    def companions(self, q: Floats) -> Floats:
        """(N, causes) P(cause is the companion)."""
        return q @ self._companion

    def places(self, q: Floats, shown: np.ndarray) -> Floats:
        """(N, shown places) P(cause leads at a place and side); a lesion of two levels counts at both."""
        return q @ ((self._place_of[:, None] == shown) | (self._second_of[:, None] == shown)).astype(float)

    def rest(self, q: Floats) -> Floats:
        """(N, roots x states + cauda + none), in the order of ``Targets.other_names``."""
        return q @ self._others


def cause_answers(engine: Engine, points: Floats, drawn: Floats) -> list[CauseAnswer]:
    """Every cause, most likely first; ``points`` (causes,), ``drawn`` (draws, causes)."""
    order = ranked(points)
    out = []
    for c, (mid, low, high) in zip(order, estimates(points[order], drawn[:, order]), strict=True):
        cause = engine.model.causes[c]
        out.append(CauseAnswer(cause.id, cause.name, Estimate(mid, low, high), cause.icd10cm))
    return out


def place_answers(engine: Engine, shown: np.ndarray, points: Floats, drawn: Floats) -> list[PlaceAnswer]:
    """The places ``shown``, indices into ``Targets.places``; ``points`` (shown,), ``drawn`` (draws, shown)."""
    out = []
    for k, (mid, low, high) in zip(shown, estimates(points, drawn), strict=True):
        lead, place, side = engine.targets.places[k]
        cause = engine.model.causes[lead]
        level = engine.targets.place_name(place, lead)
        out.append(PlaceAnswer(cause.id, cause.name, level, LESION_SIDES[side], Estimate(mid, low, high)))
    return out


def side_answers(engine: Engine, told: int, p: Floats, drawn: Drawn, keep: np.ndarray) -> tuple[SideAnswer, ...]:
    """Left, right, both or midline, most likely first; ``p`` (scenarios,), ``keep`` those drawn over."""
    of = sides_of(engine.model, told)
    points = np.bincount(of, weights=p, minlength=len(SIDE_ANSWERS)).astype(float)
    is_side = (of[keep, None] == np.arange(len(SIDE_ANSWERS))).astype(float)
    found = zip(SIDE_ANSWERS, estimates(points, drawn.answers(points, lambda q: q @ is_side)), strict=True)
    out = [SideAnswer(side, Estimate(mid, low, high)) for side, (mid, low, high) in found]
    return tuple(sorted(out, key=lambda s: -round(s.estimate.probability, 12)))


def root_answers(points: Floats, drawn: Floats) -> tuple[list[RootAnswer], Estimate, Estimate]:
    """Every root, most likely first, the cauda equina, and no root at all; columns as ``Targets.other_names``."""
    n = 2 * len(ROOTS)
    states, drawn_states = points[: 3 * n].reshape(n, 3), drawn[:, : 3 * n].reshape(-1, n, 3)
    hit, drawn_hit = states.sum(axis=1), drawn_states.sum(axis=2)
    out = []
    for i, (mid, low, high) in enumerate(estimates(hit, drawn_hit)):
        total = max(mid, 1e-12)
        a, b, c = (float(x / total) for x in states[i])
        out.append(RootAnswer(ROOTS[i % len(ROOTS)], SIDES[i // len(ROOTS)], Estimate(mid, low, high), a, b, c))
    out.sort(key=lambda r: -round(r.estimate.probability, 12))
    cauda_p, cauda_q = float(points[3 * n : 3 * n + 2].sum()), drawn[:, 3 * n : 3 * n + 2].sum(axis=1)
    none_p, none_q = float(points[3 * n + 2]), drawn[:, 3 * n + 2]
    return out, Estimate(cauda_p, *interval(cauda_p, cauda_q)), Estimate(none_p, *interval(none_p, none_q))


def companion_answers(engine: Engine, points: Floats, drawn: Floats) -> list[CauseAnswer]:
    """The four likeliest companions from ``COMPANION_FROM`` on; shapes as for causes."""
    order = [c for c in ranked(points) if points[c] >= COMPANION_FROM][:4]
    return [
        CauseAnswer(
            engine.model.causes[c].id,
            engine.model.causes[c].name,
            Estimate(float(points[c]), *interval(float(points[c]), drawn[:, c])),
            engine.model.causes[c].icd10cm,
        )
        for c in order
    ]
