"""The exported network, solved by pyAgrum, against the engine."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyagrum
import pytest
from bif_reader import read, refine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sample_cases import Sampler
from small_knowledge import small_evidence, small_knowledge

from foramen.inference.engine import DEFAULT_CONTEXT, Engine
from foramen.inference.export import bif_name, export_bif
from foramen.model.model import Model

CASES = 200
models = st.builds(small_knowledge, st.integers(0, 2**32), st.integers(2, 4), st.integers(3, 9))


def solve(inference: pyagrum.LazyPropagation, evidence: dict) -> np.ndarray:
    """P(scenario | evidence) by junction tree."""
    inference.setEvidence({bif_name(key): value for key, value in evidence.items()})
    inference.makeInference()
    return inference.posterior("scenario").toarray()


def for_scenarios(net: pyagrum.BayesNet) -> pyagrum.LazyPropagation:
    inference = pyagrum.LazyPropagation(net)
    inference.setTargets({"scenario"})
    return inference


@settings(deadline=None, derandomize=True, max_examples=60, suppress_health_check=list(HealthCheck))
@given(models, st.integers(0, 2**32), st.integers(0, 7))
def test_any_small_model_is_the_same_network(tmp_path_factory, knowledge, seed, count):
    path = tmp_path_factory.mktemp("small") / "model.bif"
    engine = Engine(model=Model(knowledge, all_pairs=True))
    export_bif(engine.model, None, path)
    net = pyagrum.loadBN(str(path))
    assert refine(net, read(path)[1]) < 1e-7
    evidence = {
        key: value if isinstance(value, str) else list(value)
        for key, value in small_evidence(seed, engine.findings, count).items()
    }
    found = solve(for_scenarios(net), evidence)
    assert found == pytest.approx(engine.posteriors([evidence])[0], abs=1e-9, rel=0)


@pytest.fixture(scope="module")
def shipped(tmp_path_factory) -> tuple[Engine, Path]:
    path = tmp_path_factory.mktemp("network") / "foramen.bif"
    engine = Engine()
    export_bif(engine.model, DEFAULT_CONTEXT, path)
    return engine, path


def test_the_shipped_model_is_the_same_network(shipped):
    engine, path = shipped
    states, tables = read(path)
    assert states["scenario"] == tuple(f"s{i}" for i in range(len(engine.scenarios)))
    assert tables["scenario"].parents == ()
    assert {bif_name(key): names for key, names in engine.findings.items()}.items() <= states.items()

    net = pyagrum.loadBN(str(path))
    assert set(net.names()) == set(states)
    draw = Sampler(engine, DEFAULT_CONTEXT, seed=20260101)
    first = draw.case(12)
    in_single_precision = solve(for_scenarios(net), first)
    assert in_single_precision == pytest.approx(engine.posteriors([first])[0], abs=1e-6, rel=0)

    assert refine(net, tables) < 1e-7
    inference = for_scenarios(net)
    sizes = [1 + i % 25 for i in range(CASES)]
    cases = [draw.adversarial(n) if i % 5 == 0 else draw.case(n) for i, n in enumerate(sizes)]
    expected = engine.posteriors(cases)
    worst = max(np.abs(solve(inference, case) - p).max() for case, p in zip(cases, expected, strict=True))
    assert worst < 1e-9
