"""Signs of one root that restate each other: power, weakness as told, a dropping foot."""

from copy import deepcopy

import numpy as np
import pytest

from foramen.errors import KnowledgeError
from foramen.inference.engine import Engine
from foramen.knowledge.parse_findings import parse_expression

DROP = {"power_ankle_dorsiflexion@left": "severe"}
TOLD = {"weakness_reported@left": "present", "foot_drop_reported@left": "present", "steppage_gait@left": "present"}


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


def test_a_foot_drop_as_told_restates_the_weak_muscle(engine):
    s = engine.model.scenarios
    left_l5 = (
        (s.lead == s.causes.index("disc_herniation")) & (s.roots[:, 0, 4] == 2) & (s.companion < 0) & (s.cauda == 0)
    )
    findings = DROP | TOLD
    rows = [engine.read(row) for row in (findings, *({k: v} for k, v in findings.items()))]
    together, *alone = np.exp(engine.likelihood(rows, 2)[:, left_l5]).mean(axis=1)
    assert together > 15 * np.prod(alone)


def test_foot_drop_with_back_and_l5_pain_is_not_settled_as_peroneal(engine):
    pain = {"pain_back": "present", "pain_lateral_leg@left": "present", "power_ankle_inversion@left": "mild"}
    context = {"age": 45, "setting": "spine_clinic"}
    p = engine.posteriors([DROP | TOLD | pain], context)[0]
    s = engine.model.scenarios
    assert (
        p[s.lead == s.causes.index("disc_herniation")].sum() > p[s.lead == s.causes.index("peroneal_neuropathy")].sum()
    )


def test_a_factor_that_does_not_average_to_one_is_refused(engine):
    knowledge = engine.model.knowledge
    family = deepcopy(dict(knowledge.expression["motor"]))
    parse_expression({"motor": family}, knowledge.findings, set(family["diseases"]))
    family["latent"][0]["reported_tilt"] = 3.0
    with pytest.raises(KnowledgeError, match="reported_tilt averages to"):
        parse_expression({"motor": family}, knowledge.findings, set(family["diseases"]))
