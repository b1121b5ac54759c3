"""The exported network, solved by pyAgrum, against the engine."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pyagrum
import pytest
from bif_reader import read
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sample_cases import Sampler
from small_knowledge import small_evidence, small_knowledge

from foramen.inference.engine import Engine
from foramen.inference.export import export_network, network_name
from foramen.inference.given import DEFAULT_CONTEXT
from foramen.model.model import Model

CASES = 200
models = st.builds(small_knowledge, st.integers(0, 2**32), st.integers(2, 4), st.integers(3, 9))


def solve(inference: pyagrum.LazyPropagation, evidence: dict) -> np.ndarray:
    """P(scenario | evidence) by junction tree."""
    inference.setEvidence({network_name(key): value for key, value in evidence.items()})
    inference.makeInference()
    return inference.posterior("scenario").toarray()


def for_scenarios(net: pyagrum.BayesNet) -> pyagrum.LazyPropagation:
    inference = pyagrum.LazyPropagation(net)
    inference.setTargets({"scenario"})
    return inference


@settings(deadline=None, derandomize=True, max_examples=60, suppress_health_check=list(HealthCheck))
@given(models, st.integers(0, 2**32), st.integers(0, 7))
def test_any_small_model_is_the_same_network(tmp_path_factory, knowledge, seed, count):
    folder = tmp_path_factory.mktemp("small")
    engine = Engine(model=Model(knowledge, all_pairs=True))
    evidence = {
        key: value if isinstance(value, str) else list(value)
        for key, value in small_evidence(seed, engine.findings, count).items()
    }
    expected = engine.posteriors([evidence])[0]
    for name, precision in (("model.jgum", 1e-9), ("model.bif", 1e-6)):
        export_network(engine.model, None, folder / name)
        found = solve(for_scenarios(pyagrum.loadBN(str(folder / name))), evidence)
        assert found == pytest.approx(expected, abs=precision, rel=0)


@pytest.fixture(scope="module")
def shipped(tmp_path_factory) -> tuple[Engine, Path]:
    folder = tmp_path_factory.mktemp("network")
    engine = Engine()
    for name in ("foramen.bif", "foramen.jgum"):
        export_network(engine.model, DEFAULT_CONTEXT, folder / name)
    return engine, folder


def test_the_sizes_that_the_page_tells_are_those_of_the_files(shipped):
    page = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"- `(\.\w+)` \(about (\d+) MB\)", page))
    sizes = {path.suffix: path.stat().st_size / 1e6 for path in shipped[1].iterdir()}
    assert {suffix: float(size) for suffix, size in told.items()} == pytest.approx(sizes, rel=0.1)


def test_both_files_of_the_shipped_model_hold_the_same_tables(shipped):
    engine, folder = shipped
    states, tables = read(folder / "foramen.bif")
    assert states["scenario"] == tuple(f"s{i}" for i in range(len(engine.scenarios)))
    assert tables["scenario"].parents == ()
    assert {network_name(key): names for key, names in engine.findings.items()}.items() <= states.items()

    net = pyagrum.loadBN(str(folder / "foramen.jgum"))
    assert set(net.names()) == set(states)
    for name, table in tables.items():
        cpt, order = net.cpt(name), (*table.parents, name)
        assert cpt.variable(0).labels() == states[name]
        written = table.values.transpose([order.index(v) for v in reversed(cpt.names)])
        np.testing.assert_allclose(cpt.toarray(), written, rtol=1e-12, atol=1e-15, err_msg=name)


def test_the_shipped_model_is_the_same_network(shipped):
    engine, folder = shipped
    inference = for_scenarios(pyagrum.loadBN(str(folder / "foramen.jgum")))
    draw = Sampler(engine, DEFAULT_CONTEXT, seed=20260101)
    sizes = [1 + i % 25 for i in range(CASES)]
    cases = [draw.adversarial(n) if i % 5 == 0 else draw.case(n) for i, n in enumerate(sizes)]
    expected = engine.posteriors(cases)
    worst = max(np.abs(solve(inference, case) - p).max() for case, p in zip(cases, expected, strict=True))
    assert worst < 1e-9
