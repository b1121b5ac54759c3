"""What a process keeps from case to case: bounded, and never part of an answer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import foramen
from foramen.assessment.intervals import DRAWS, SUMMARY_DRAWS, drawn_tables, estimates
from foramen.errors import CaseError
from foramen.inference.engine import Engine, ranked
from foramen.inference.recent import Recent
from foramen.model.model import Model
from foramen.model.rows import distinct

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.yaml"))
LEFT_OUT = {"weights", "counterfactuals", "next_findings", "unexplained", "referral_note", "plan", "sources"}


@pytest.fixture(scope="module")
def engine():
    return foramen.Engine()


def test_a_second_answer_equals_that_of_a_fresh_engine(engine):
    """Whatever was assessed in between: caches and the order of cases change nothing."""
    case, *others = [foramen.read_case(path) for path in EXAMPLES[:3]]
    foramen.assess(case, engine=engine)
    for other in others:
        foramen.assess(replace(other, age=None), engine=engine)
    again = foramen.assess(case, engine=engine)
    fresh = foramen.assess(case, engine=Engine(model=Model(engine.model.knowledge)))
    assert again.to_dict() == fresh.to_dict()


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_a_summary_is_the_full_answer_with_parts_left_out(engine, path):
    case = foramen.read_case(path)
    full = foramen.assess(case, engine=engine).to_dict()
    brief = foramen.assess(case, engine=engine, detail="summary", draws=DRAWS).to_dict()
    assert brief["detail"] == "summary"
    assert full["detail"] == "full"
    assert not any(brief[name] for name in LEFT_OUT - {"sources"})
    assert {s["id"] for s in brief["sources"]} <= {s["id"] for s in full["sources"]}
    assert brief["summary"] == full["summary"][:3]
    reasons = {"reason": "", "sources": []}
    assert brief["culprits"] == [{**c, **reasons} for c in full["culprits"]]
    same = set(full) - LEFT_OUT - {"detail", "summary", "culprits"}
    assert {"urgency", "causes", "places", "sides", "roots", "cauda_equina", "warnings", "disclaimer"} <= same
    assert {k: brief[k] for k in same} == {k: full[k] for k in same}


def test_a_summary_has_intervals_of_fewer_draws_and_says_so(engine):
    case = foramen.read_case(EXAMPLES[0])
    full, brief = (foramen.assess(case, engine=engine, detail=detail) for detail in ("full", "summary"))
    assert (full.draws, brief.draws) == (DRAWS, SUMMARY_DRAWS)
    assert [c.estimate.probability for c in brief.causes] == [c.estimate.probability for c in full.causes]
    assert brief.urgency == full.urgency
    for few, many in zip(brief.causes, full.causes, strict=True):
        assert few.estimate.low <= few.estimate.probability <= few.estimate.high
        assert abs(few.estimate.low - many.estimate.low) < 0.1
        assert abs(few.estimate.high - many.estimate.high) < 0.1


def test_an_unknown_detail_is_refused(engine):
    with pytest.raises(CaseError, match="unknown detail"):
        foramen.assess(foramen.read_case(EXAMPLES[0]), engine=engine, detail="short")


def test_kept_rows_of_draws_equal_those_built_for_the_case(engine):
    """The kept rows of every plain finding are the tables of the full signatures, at drawn values."""
    model = engine.model
    tables = drawn_tables(model, 3)
    for group in model.groups:
        for member in group.members[::7]:
            states = len(member.states)
            vector = (0.0,) * (states - 1) + (1.0,)
            whole = model.group_tables.member(tables.theta, group, member, 4) @ np.asarray(vector)
            expected = np.broadcast_to(whole.transpose(2, 1, 0), (group.size, whole.shape[1], 3))
            if group.kind == "plain":
                rows, index = tables.plain(member.id, vector, 4)
                found = np.exp(rows[index])[:, None]
            else:
                found = tables.member(member.id, vector, 4, np.arange(group.size))
            assert np.abs(found - expected).max() < 1e-14, member.id


def test_the_store_lets_go_of_what_was_not_used_for_longest():
    store: Recent[np.ndarray] = Recent(3 * 80)
    made = []

    def get(key):
        return store.get(key, lambda: made.append(key) or np.zeros(10))

    for key in ("a", "b", "c", "a", "d", "a", "b"):
        get(key)
    assert made == ["a", "b", "c", "d", "b"]  # b went when d came, as a had been used since
    assert len(store) == 3
    assert store.held == 240


def test_percentiles_are_numpys():
    draws = np.random.default_rng(3).random((80, 5))
    low, high = np.quantile(draws, [0.05, 0.95], axis=0)
    found = estimates(np.full(5, 0.5), draws)
    assert [f[1] for f in found] == pytest.approx(low, abs=1e-15)
    assert [f[2] for f in found] == pytest.approx(high, abs=1e-15)


def test_what_differs_by_rounding_alone_keeps_its_order():
    p = np.array([0.2, 0.3, 0.3 + 1e-13, 0.1])
    assert ranked(p).tolist() == [1, 2, 0, 3]
    assert [ranked(p, most).tolist() for most in (1, 2, 3)] == [[1], [1, 2], [1, 2, 0]]


def test_distinct_is_numpys_unique():
    numbers = np.random.default_rng(4).integers(0, 900, 300)
    for given in (numbers, numbers[:0], numbers[:1]):
        found, where = distinct(given)
        expected = np.unique(given, return_inverse=True)
        assert found.tolist() == expected[0].tolist()
        assert where.tolist() == expected[1].tolist()


def test_a_statement_that_says_nothing_leaves_the_numbering_shift_at_its_prior(engine):
    """The prior of a shift was once counted twice beside a statement of open side or level."""
    from foramen.assessment.answer import shift_posterior
    from foramen.records.statements import EvidenceSet, Statement

    parts = {key: (1.0, 1.0) for key in engine.model.instances if key.startswith("img_lateral_recess_stenosis@")}
    assert parts
    context = {"age": 60, "sex": "male", "setting": "primary_care"}
    said = shift_posterior(engine, EvidenceSet({}, (Statement(parts),)), context)
    nothing = shift_posterior(engine, EvidenceSet({}, ()), context)
    assert np.allclose(said, nothing, atol=1e-9)
