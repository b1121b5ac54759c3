"""What the safety tests share: one engine, one rulebook, and every abnormal finding as an observation."""

from __future__ import annotations

import pytest

from foramen.case import Observation
from foramen.inference.engine import Engine
from foramen.model.model import instances_of
from foramen.model.tables import Instance
from foramen.triage.rules import Rulebook
from foramen.triage.thresholds import Policy
from foramen.triage.urgency import rulebook


@pytest.fixture(scope="session")
def engine() -> Engine:
    return Engine()


@pytest.fixture(scope="session")
def book(engine: Engine) -> Rulebook:
    return rulebook(engine.model.knowledge)[0]


@pytest.fixture(scope="session")
def policy(engine: Engine) -> Policy:
    return rulebook(engine.model.knowledge)[1]


def observe(instance: Instance, state: str) -> Observation:
    """An observation that states exactly this instance."""
    places = dict.fromkeys(("side", "level", "vertebra", "root"))
    where = instance.id.partition("@")[2]
    match instance.finding.site:
        case "level_side":
            places["level"], _, places["side"] = where.partition("/")
        case "root_side":
            places["root"], _, places["side"] = where.partition("/")
        case "none":
            pass
        case site:
            places[site] = where
    return Observation(instance.finding.id, state, **places)


@pytest.fixture(scope="session")
def abnormal(engine: Engine) -> list[Observation]:
    """Every abnormal state of every finding at every place."""
    return [
        observe(instance, state)
        for finding in engine.model.knowledge.findings.values()
        for instance in instances_of(finding)
        for state in finding.states[1:]
    ]
