"""Signs of one root that restate each other: power, weakness as told, a dropping foot."""

from copy import deepcopy

import numpy as np
import pytest

from foramen.errors import KnowledgeError
from foramen.knowledge.parse_findings import parse_expression

DROP = {"power_ankle_dorsiflexion@left": "severe"}
TOLD = {"weakness_reported@left": "present", "foot_drop_reported@left": "present", "steppage_gait@left": "present"}


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
    parse_expression({"motor": family}, knowledge.findings, {*family["diseases"], *family["outside"]})
    family["latent"][0]["reported_tilt"] = 3.0
    with pytest.raises(KnowledgeError, match="reported_tilt averages to"):
        parse_expression({"motor": family}, knowledge.findings, {*family["diseases"], *family["outside"]})


def test_a_paralysed_foot_takes_the_knee_flexors_of_the_same_root_along(engine):
    s = engine.model.scenarios
    left_l5 = (
        (s.lead == s.causes.index("disc_herniation")) & (s.roots[:, 0, 4] == 2) & (s.companion < 0) & (s.cauda == 0)
    )

    def flexors_slightly_weak_beside(foot: str) -> float:
        both, alone = (
            engine.read({"power_ankle_dorsiflexion@left": foot, **more})
            for more in ({"power_knee_flexion@left": "mild"}, {})
        )
        joint, given = np.exp(engine.likelihood([both, alone], 2)[:, left_l5]).mean(axis=1)
        return joint / given

    paralysed, slight, full = map(flexors_slightly_weak_beside, ("severe", "mild", "normal"))
    assert paralysed > 1.3 * slight > 1.3 * full


def test_root_powers_that_do_not_fit_are_refused(engine):
    knowledge = engine.model.knowledge
    family = dict(deepcopy(dict(knowledge.expression["motor"])))
    for wrong in ([1.5, 3], [3, 1.5, 6], [0.5, 3, 6]):
        with pytest.raises(KnowledgeError, match="root_powers: needs 3 numbers from 1 up"):
            parse_expression(
                {"motor": family | {"root_powers": wrong}},
                knowledge.findings,
                {*family["diseases"], *family["outside"]},
            )


def test_muscles_outside_the_nerve_do_not_weaken_with_the_palsy(engine):
    """A paralysed foot says nothing of the hip where the peroneal nerve is ill; beside an ill root it does."""
    s = engine.model.scenarios
    hip = {"power_hip_abduction@left": (0.0, 1.0, 1.0, 1.0)}  # any weakness
    for cause, follows in (("peroneal_neuropathy", False), ("disc_herniation", True)):
        lead = (s.lead == s.causes.index(cause)) & (s.companion < 0) & (s.cauda == 0)
        lead &= (s.roots[:, 0, 4] == 2) if follows else (s.side == 0)
        rows = [engine.read(row) for row in (DROP, hip, DROP | hip)]
        drop, alone, both = np.exp(engine.likelihood(rows, 2)[:, lead]).mean(axis=1)
        assert (both / drop > 1.3 * alone) == follows, cause


@pytest.mark.parametrize("wrong", [{"no_cause": ["power_hip_flexion"]}, {"peroneal_neuropathy": ["slr"]}])
def test_signs_outside_a_nerve_are_signs_of_the_family(engine, wrong):
    knowledge = engine.model.knowledge
    family = dict(knowledge.expression["motor"]) | {"outside": wrong}
    with pytest.raises(KnowledgeError, match="outside: no"):
        parse_expression({"motor": family}, knowledge.findings, {*family["diseases"], "peroneal_neuropathy"})


def test_retention_beside_paralysed_feet_is_not_settled_as_an_inflamed_nerve(engine):
    both = {
        f"{f}@{side}": "severe"
        for f in ("power_ankle_dorsiflexion", "power_plantarflexion")
        for side in ("left", "right")
    }
    knees = {
        f"{f}@{side}": "mild" for f in ("power_knee_extension", "power_knee_flexion") for side in ("left", "right")
    }
    told = {"pain_back": "present", "urinary_retention": "present", "onset": "sudden"}
    p = engine.posteriors([both | knees | told], {"age": 40, "setting": "emergency"})[0]
    s = engine.model.scenarios
    assert p[s.cauda > 0].sum() > p[s.lead == s.causes.index("guillain_barre")].sum()
