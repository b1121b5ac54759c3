"""What the model implies a cause shows, computed once a process and kept."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

from foramen.inference.implied import Shown
from foramen.knowledge.schema import Finding, Knowledge

LEAST = 0.005  # a finding seen less often, both here and elsewhere, says nothing to a reader
FIRST = 20
_LOCK = Lock()


@dataclass(frozen=True, slots=True)
class Effect:
    """What a finding, found or not found, does to a cause's odds against all other causes together."""

    finding: Finding
    cause: str
    shown: Shown

    @property
    def weight(self) -> float:
        """log10 of the odds factor, whichever of presence and absence says more."""
        present, absent = math.log10(max(self.shown.present, 1e-6)), math.log10(max(self.shown.absent, 1e-6))
        return max(abs(present), abs(absent))


@lru_cache(maxsize=1)
def _table() -> Mapping[str, Mapping[str, Shown]]:
    from foramen.inference.engine import Engine
    from foramen.inference.implied import implied

    return implied(Engine())


def table() -> Mapping[str, Mapping[str, Shown]]:
    """Finding to cause to what the model implies; some seconds for the first who asks."""
    with _LOCK:
        return _table()


def effects_of_cause(knowledge: Knowledge, cause: str) -> list[Effect]:
    """Findings, those that say most for or against the cause first."""
    rows = [Effect(knowledge.findings[f], cause, by_cause[cause]) for f, by_cause in table().items()]
    return sorted((r for r in rows if max(r.shown.here, r.shown.elsewhere) >= LEAST), key=lambda r: -r.weight)


def effects_of_finding(knowledge: Knowledge, finding: str) -> list[Effect]:
    """Causes, those that show the finding most often first."""
    rows = [Effect(knowledge.findings[finding], cause, s) for cause, s in table()[finding].items()]
    return sorted(rows, key=lambda r: -r.shown.here)


def odds(factor: float) -> str:
    """``×8`` or ``÷8``: how many times as high the odds are."""
    if 0.95 < factor < 1.05:
        return "×1"
    if factor >= 1:
        return "×" + (f"{factor:.2g}" if factor < 100 else f"{factor:.0f}")
    inverse = 1 / max(factor, 1e-6)
    return "÷" + (f"{inverse:.2g}" if inverse < 100 else f"{inverse:.0f}")
