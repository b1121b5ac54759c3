"""Writing the model as a Bayesian network: names, header, refusals. Agreement is tested in generative/."""

from __future__ import annotations

import re

import pytest

from foramen.errors import CaseError
from foramen.inference.engine import Engine
from foramen.inference.export import export_network, finding_of, network_name
from foramen.inference.network import network
from foramen.model.model import Model, default_model


@pytest.fixture(scope="module")
def model() -> Model:
    return default_model()


def test_names_have_no_sign_that_bif_readers_refuse():
    assert network_name("slr@left") == "slr.left"
    assert network_name("img_listhesis@L4-L5") == "img_listhesis.L4-L5"
    assert network_name("edx_root@L5/left") == "edx_root.L5.left"
    assert network_name("fever_reported") == "fever_reported"


def test_names_can_be_turned_back_and_none_meets_another(model):
    names = {network_name(key) for key in model.instances}
    assert len(names) == len(model.instances)
    assert {finding_of(name) for name in names} == set(model.instances)
    assert all(re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.-]*", name) for name in names)


def test_every_finding_is_a_node_once_and_helpers_are_marked(model):
    engine = Engine(model=model)
    nodes = list(network(model, engine.likelihood, engine.contexts(None)[0][1]))
    names = [node.name for node in nodes]
    assert names[0] == "scenario"
    assert len(set(names)) == len(names)
    assert {n for n in names[1:] if not n.startswith("helper.")} == set(model.instances)
    assert all(parent.name in names[: names.index(node.name)] for node in nodes for parent in node.parents)
    assert max(node.size for node in nodes[1:]) <= 200  # no table over the scenarios is long


def test_every_row_of_every_table_is_a_distribution(model):
    engine = Engine(model=model)
    for node in network(model, engine.likelihood, engine.contexts({"age": 70})[0][1]):
        rows = 1
        for parent in node.parents:
            rows *= parent.size
        if node.value is not None:
            assert node.value.shape == (rows,), node.name
            assert 0 <= node.value.min() <= node.value.max() < node.size, node.name
        else:
            assert node.table.shape == (rows, node.size), node.name
            assert node.table.min() >= 0
            assert node.table.sum(axis=1) == pytest.approx(1, abs=1e-9), node.name


def test_the_file_names_every_scenario_and_stays_small(model, tmp_path):
    path = tmp_path / "foramen.bif"
    size = export_network(model, {"age": 70, "sex": "female", "setting": "spine_clinic"}, path)
    assert size == path.stat().st_size < 120e6  # a plain table of 26,000 scenarios by 640 findings would take 800 MB
    with path.open(encoding="utf-8") as lines:
        head = [next(lines) for _ in range(4)]
    assert head[0] == "network foramen {\n"
    assert head[2].startswith(f"// Foramen, knowledge {model.knowledge.version}; age 70, sex female")
    assert head[3] == f"// s0: {model.scenarios.labels[0]}\n"


def test_an_unknown_age_is_refused_with_a_cure(model, tmp_path):
    with pytest.raises(CaseError, match=r"one age band.*Give an age in years"):
        export_network(model, {"age": None}, tmp_path / "foramen.bif")
    assert not list(tmp_path.iterdir())


def test_an_unknown_setting_is_refused(model, tmp_path):
    with pytest.raises(CaseError, match="unknown setting"):
        export_network(model, {"setting": "ward"}, tmp_path / "foramen.bif")
