"""Tests that may not be proposed: a needle near the spine where infection, bleeding or compression is credible."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from foramen.inference.engine import Engine
from foramen.model.parameters import Floats
from foramen.records.evidence import EvidenceSet
from foramen.records.known import ABNORMAL, known_state
from foramen.triage.urgency import rulebook


def unsafe_tests(
    engine: Engine, evidence: EvidenceSet, p: Floats, reasons: Iterable[Mapping[str, Any]]
) -> frozenset[str]:
    """Finding ids of tests that are unsafe now. ``p``: (scenarios,) posterior; ``reasons``: those of the urgency."""
    knowledge = engine.model.knowledge
    s = engine.model.scenarios
    given = {str(r["id"]) for r in reasons}
    out: set[str] = set()
    for row in rulebook(knowledge)[1].unsafe_tests:
        wanted = np.array([cause in row.causes for cause in s.causes])
        danger = wanted[s.lead] | ((s.companion >= 0) & wanted[np.maximum(s.companion, 0)])
        if (
            given & row.reasons
            or known_state(row.findings, knowledge, evidence) == ABNORMAL
            or float(p[danger].sum()) >= row.at_least.p[0]
        ):
            out |= row.tests
    return frozenset(out)
