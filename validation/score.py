"""Score cases of known truth: ranks of the true cause, level, side and roots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from foramen.anatomy import LEVELS, ROOTS, SIDES
from foramen.assessment.answer import posteriors
from foramen.assessment.side import BOTH, SIDE_ANSWERS, sides_of, told_side
from foramen.errors import CaseError
from foramen.inference.engine import Engine
from foramen.records.case_file import case_from_mapping
from foramen.records.evidence import items_of, weigh_items

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Result:
    """Scores of one case in one mode; None where the truth does not say."""

    id: str
    truth: str
    rank: int
    probability: float
    equal_rank: int
    level: bool | None
    side: bool | None
    opposite: bool | None
    root1: bool | None
    root2: bool | None
    leading: tuple[tuple[str, float], ...]


def load_cases(folder: Path) -> list[dict[str, Any]]:
    """Case files (*.yaml) of a folder, each with ``truth``. Raises ``CaseError`` where there is none."""
    found = []
    for path in sorted(folder.glob("*.yaml")):
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        if isinstance(raw, dict) and isinstance(raw.get("truth"), dict):
            found.append(raw)
    if not found:
        raise CaseError("no case files with `truth:` here", field=str(folder))
    return found


def guard_ids(folder: Path) -> set[str]:
    """Ids of the guard cases beside a folder of cases; empty where there are none."""
    path = folder.parent / "guard.txt"
    if not path.exists():
        return set()
    return {line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"}


def cause_map() -> dict[str, list[str]]:
    """Our causes -> truth labels each may stand for, the usual one first."""
    return yaml.safe_load((HERE / "cause_map.yaml").read_text(encoding="utf-8"))


def equal_prior() -> dict[str, float]:
    """Weights of the causes under the equal-cause prior."""
    return yaml.safe_load((HERE / "equal_prior.yaml").read_text(encoding="utf-8"))


class Scorer:
    """Scores cases with one engine."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.map = engine, cause_map()
        self.names = engine.model.scenarios.causes
        self.weights = np.array([float(equal_prior().get(c, 1.0)) for c in self.names])

    def score(self, raw: Mapping[str, Any], *, imaging: bool) -> Result:
        """Score one case, with its imaging or as it stood before."""
        case = case_from_mapping(raw)
        case = case if imaging else case.without_imaging()
        engine, truth = self.engine, raw["truth"]
        items = items_of(case, engine.model)
        evidence = weigh_items(items)
        context = case.context()
        p = posteriors(engine, [evidence], context)[0]
        causes = self._by_cause(p)
        rank, probability, leading = self._rank(causes, truth["cause"])
        prior = sum(w * self._by_cause(np.exp(engine.prior(at))) for w, at in engine.contexts(context))
        equal = causes / np.maximum(prior, 1e-12) * self.weights
        equal_rank, _, _ = self._rank(equal / equal.sum(), truth["cause"])
        side, opposite = self._side(p, told_side(items, engine.model), truth.get("side"))
        root1, root2 = self._roots(p, truth.get("roots") or [], truth.get("side"))
        return Result(
            str(raw["id"]), truth["cause"], rank, probability, equal_rank, self._level(p, truth.get("level")),
            side, opposite, root1, root2, leading,
        )  # fmt: skip

    def _by_cause(self, p: np.ndarray) -> np.ndarray:
        """P(cause leads the complaint), as an assessment reports it."""
        return np.bincount(self.engine.model.scenarios.lead, weights=p, minlength=len(self.names))

    def _rank(self, causes: np.ndarray, truth: str) -> tuple[int, float, tuple[tuple[str, float], ...]]:
        """Rank of a truth label among labels; a label's probability is the sum over causes that may stand for it."""
        labels: dict[str, float] = {}
        for name, x in zip(self.names, causes, strict=True):
            usual = self.map[name][0]
            labels[usual] = labels.get(usual, 0.0) + float(x)
        mine = sum(float(x) for name, x in zip(self.names, causes, strict=True) if truth in self.map[name])
        own = {self.map[name][0] for name in self.names if truth in self.map[name]}
        rank = 1 + sum(x > mine for label, x in labels.items() if label not in own)
        return rank, mine, tuple(sorted(labels.items(), key=lambda pair: -pair[1])[:4])

    def _side(self, p: np.ndarray, told: int, truth: str | None) -> tuple[bool | None, bool | None]:
        """Is the likeliest side, as an assessment reports it, the true one; is it the wrong one of two."""
        if truth is None:
            return None, None
        share = np.bincount(sides_of(self.engine.model, told), weights=p, minlength=len(SIDE_ANSWERS))
        best = int(np.argmax(share))
        if truth in SIDES:
            return best == SIDES.index(truth), best == 1 - SIDES.index(truth)
        return best == BOTH, None

    def _level(self, p: np.ndarray, truth: str | None) -> bool | None:
        if truth not in LEVELS and truth not in ("L1", "L2", "L3", "L4", "L5"):
            return None
        s = self.engine.model.scenarios
        place = LEVELS.index(truth) if truth in LEVELS else int(truth[1]) - 1
        at = np.bincount(s.place[s.place >= 0], weights=p[s.place >= 0], minlength=6)
        return int(np.argmax(at)) == place

    def _roots(self, p: np.ndarray, truth: Sequence[str], side: str | None) -> tuple[bool | None, bool | None]:
        wanted = [ROOTS.index(r) for r in truth if r in ROOTS]
        if not wanted:
            return None, None
        s = self.engine.model.scenarios
        hit = np.einsum("s,sir->ir", p, (s.roots > 0).astype(float))
        rows = hit[SIDES.index(side)] if side in SIDES else hit.max(axis=0)
        order = list(np.argsort(-rows))
        return order[0] in wanted, bool(set(order[:2]) & set(wanted))


def share(values: Sequence[bool | None]) -> str:
    """``93 % (40/43)`` over the values that are known."""
    known = [v for v in values if v is not None]
    return f"{sum(known) / len(known):.0%} ({sum(known)}/{len(known)})" if known else "–"
