"""Roots taken along with the cauda equina: their loss is denser where it is complete, and alike on both sides."""

import numpy as np
import pytest

from foramen.inference.engine import Engine


@pytest.fixture(scope="module")
def pairs(engine) -> np.ndarray:
    """(pairs, 2) scenarios that differ in the degree of the cauda equina alone, with lost conduction on both sides."""
    s = engine.model.scenarios
    found: dict[tuple, dict[int, int]] = {}
    for i in np.flatnonzero((s.cauda > 0) & ((s.roots == 2).any(axis=2)).all(axis=1)):
        key = (s.lead[i], s.place[i], s.side[i], s.zone[i], s.roots[i].tobytes())
        found.setdefault(key, {})[int(s.cauda[i])] = int(i)
    rows = [(x[1], x[2]) for x in found.values() if len(x) == 2]
    assert len(rows) > 20
    return np.array(rows)


def likelihood(engine: Engine, findings: dict[str, str], pairs: np.ndarray) -> np.ndarray:
    """(2,) mean P(findings) of the incomplete and of the complete ones."""
    return np.exp(engine.likelihood([engine.read(findings)], 2)[0, pairs]).mean(axis=0)


@pytest.mark.parametrize("finding", ["reflex_ankle", "power_plantarflexion", "weakness_reported", "sens_calf"])
def test_loss_is_denser_in_the_complete_form_and_alike_on_both_sides(engine, pairs, finding):
    abnormal = engine.model.knowledge.findings[finding].states[1]
    left = likelihood(engine, {f"{finding}@left": abnormal}, pairs)
    both = likelihood(engine, {f"{finding}@{side}": abnormal for side in ("left", "right")}, pairs)
    assert left[1] > left[0]
    one, two = left.mean(), both.mean()
    if finding != "weakness_reported":  # told of either leg so often that a ratio says little
        assert two > 1.2 * one**2
    assert two * (1 - 2 * one + two) > 1.4 * (one - two) ** 2, "odds of the one side given the other"


def test_pain_does_not_grow_with_the_loss(engine, pairs):
    incomplete, complete = likelihood(engine, {"pain_calf@left": "present"}, pairs)
    assert complete == pytest.approx(incomplete, rel=1e-9)


def test_absent_ankle_jerks_speak_for_the_cauda_equina(engine):
    from foramen.inference.reproduce import reproduce

    row = next(r for r in reproduce(engine) if r.figure == "or_anklereflex_ces_wood2024")
    assert row.verdict == "inside"
