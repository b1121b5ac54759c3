"""What the safety tests share: one engine, one rulebook, and every abnormal finding as an observation."""

from __future__ import annotations

import pytest
from observing import observe

from foramen.case import Observation
from foramen.inference.engine import Engine
from foramen.model.model import instances_of
from foramen.triage.rules import Rulebook
from foramen.triage.thresholds import Policy
from foramen.triage.urgency import rulebook


@pytest.fixture(scope="session")
def book(engine: Engine) -> Rulebook:
    return rulebook(engine.model.knowledge)[0]


@pytest.fixture(scope="session")
def policy(engine: Engine) -> Policy:
    return rulebook(engine.model.knowledge)[1]


@pytest.fixture(scope="session")
def abnormal(engine: Engine) -> list[Observation]:
    """Every abnormal state of every finding at every place."""
    return [
        observe(instance, state)
        for finding in engine.model.knowledge.findings.values()
        for instance in instances_of(finding)
        for state in finding.states[1:]
    ]
