"""The engine on the shipped knowledge: what holds for every case, and what it refuses."""

from __future__ import annotations

import pickle
import tracemalloc
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from foramen.anatomy import AGE_BANDS, SETTINGS
from foramen.errors import CaseError, KnowledgeError
from foramen.inference.drawn_tables import DrawnTables
from foramen.inference.draws import DrawnLikelihood
from foramen.inference.engine import BLOCK, Engine
from foramen.model.groups import spaces
from foramen.model.levels import combine_by_shift
from foramen.model.model import Model
from foramen.model.signatures import Relevance, both_sides, one_side

CASE = {
    "slr@left": "positive_up_to_45",
    "pain_calf@left": "present",
    "reflex_ankle@left": "absent",
    "reflex_ankle@right": "normal",
    "power_plantarflexion@left": (0.2, 1.0, 0.4, 0.1),
    "worse_sitting": "present",
    "fever_reported": "absent",
    "img_disc_bulge@L4-L5": "present",
    "img_disc_bulge@L5-S1": "present",
}


def test_without_evidence_the_answer_is_the_prior(engine):
    context = engine.contexts(None)[0][1]
    assert engine.posteriors([{}])[0] == pytest.approx(np.exp(engine.prior(context)), abs=1e-15)


def test_no_cases_give_no_rows(engine):
    assert engine.posteriors([]).shape == (0, len(engine.scenarios))
    assert engine.marginals([]).shape == (0, len(engine.marginal_names))


def test_an_unknown_age_is_the_mixture_of_the_age_bands(engine):
    context = {"age": None, "setting": "primary_care"}
    rows = [engine.read(CASE)]
    ages = engine.model.knowledge.settings["primary_care"].ages.p
    shares = [1 - sum(ages), *ages]
    joint = sum(
        share * np.exp(engine.log_joint(rows, {"age": age, "setting": "primary_care"}))[0]
        for share, age in zip(shares, (14, 26.5, 42.5, 57.5, 72.5, 85), strict=True)  # the middles
    )
    assert engine.posteriors([CASE], context)[0] == pytest.approx(joint / joint.sum(), abs=1e-12)


def test_marginals_are_sums_of_the_posterior(engine):
    p = engine.posteriors([CASE, {}])
    found = dict(zip(engine.marginal_names, engine.marginals([CASE, {}]).T, strict=True))
    s = engine.model.scenarios
    for i, cause in enumerate(s.causes):
        assert found[f"cause:{cause}"] == pytest.approx(p[:, s.lead == i].sum(axis=1), abs=1e-12)
        places = [values for name, values in found.items() if name.startswith(f"{cause}/")]
        assert sum(places) == pytest.approx(found[f"cause:{cause}"], abs=1e-12)
    assert found["root:S1/left/both"] == pytest.approx(p[:, s.roots[:, 0, 5] == 3].sum(axis=1), abs=1e-12)
    assert found["cauda:complete"] == pytest.approx(p[:, s.cauda == 2].sum(axis=1), abs=1e-12)


@pytest.mark.parametrize("setting", SETTINGS)
def test_the_bands_of_age_answer_differently_and_all_sum_to_one(engine, setting):
    rows = [engine.posteriors([CASE], {"age": age, "setting": setting})[0] for age in (10, 20, 40, 55, 70, 85)]
    assert np.sum(rows, axis=1) == pytest.approx(np.ones(len(AGE_BANDS)), abs=1e-12)
    assert all(np.abs(a - b).max() > 1e-4 for a, b in pairwise(rows))


def test_no_birthday_makes_a_cause_much_more_likely(engine):
    for setting in SETTINGS:
        at = [engine.contexts({"age": age, "setting": setting})[0][1] for age in range(101)]
        shares = engine.targets.all(np.exp([engine.prior(context) for context in at]))
        causes = shares[:, [name.startswith("cause:") for name in engine.marginal_names]]
        assert np.abs(np.diff(np.log(causes), axis=0)).max() < np.log(1.5)
    before, after = (engine.contexts({"age": age})[0][1] for age in (64.999, 65))
    assert np.abs(engine.prior(before) - engine.prior(after)).max() < 0.001


def test_draws_at_the_published_values_give_the_engines_likelihood(engine):
    theta = engine.model.parameters.base
    keep = np.arange(0, len(engine.scenarios), 7)
    row = engine.read(CASE)
    drawn = DrawnLikelihood(DrawnTables(engine.model, theta), 2, keep).rows([row])[0][0]
    assert drawn == pytest.approx(engine.likelihood([row], 2)[0][keep], abs=1e-9)


def test_members_of_a_pattern_are_weighed_together_whether_a_cause_brings_them_about_or_not(engine):
    knowledge, s = engine.model.knowledge, engine.model.scenarios
    mixed = [
        members
        for members in (list(c.members) for c in knowledge.clusters.values())
        if 0 < sum(bool(knowledge.findings[m].given) for m in members) < len(members)
    ]
    assert mixed
    for members in mixed:
        together, *alone = engine.likelihood(
            [engine.read(dict.fromkeys(m, "present")) for m in ([*members], *([m] for m in members))], 3
        )
        assert np.isfinite(together).all()
        assert together.mean() > sum(alone).mean()  # the pattern ties them
    hip, stenosis = (s.lead == s.causes.index(name) for name in ("hip_osteoarthritis", "central_stenosis"))
    walking, bending = np.exp(
        engine.likelihood(
            [engine.read({f: "present"}) for f in ("worse_standing_walking", "relief_bending_forward")], 3
        )
    )
    assert walking[hip].mean() > 0.7 > 0.4 > bending[hip].mean()
    assert bending[stenosis].mean() > 0.5


def test_signs_of_a_nerve_lesion_come_and_go_together(engine):
    """Eleven muscles taken one by one would hardly ever all be strong."""
    knowledge, s = engine.model.knowledge, engine.model.scenarios
    muscles = [f for f in knowledge.findings if f.startswith("power_")]
    strong = {f"{f}@left": "normal" for f in muscles}
    rows = [strong, *({key: "normal"} for key in strong)]
    at = np.flatnonzero((s.lead == s.causes.index("sciatic_nerve_lesion")) & (s.side == 0) & (s.companion < 0))
    together, *alone = np.exp(engine.likelihood([engine.read(r) for r in rows], 2))[:, at[0]]
    assert 0.05 < together < 0.3
    assert np.prod(alone) < together / 10


def test_signatures_leave_out_only_what_changes_no_table(engine):
    """A group's tables are those of the full signature (roots, lead, companion), at published and drawn values."""
    model = engine.model
    theta = np.concatenate([model.parameters.base, model.parameters.draw(2, 5)])
    for group in model.groups:
        if group.kind not in ("expression", "shared_leak"):
            continue
        for member in group.members:
            full, index = one_side(model.scenarios, model.knowledge, member.side)
            narrow = group.signatures[member.side if len(group.signatures) == 2 else 0]
            expected = model.builder.table(theta, member, full, 4)[:, index]
            found = model.builder.table(theta, member, narrow, 4)[:, group.index]
            assert np.abs(found - expected).max() < 1e-15, member.id


def test_spaces_hold_every_group_once_and_keep_its_signatures(engine):
    found = spaces(engine.model.groups)
    assert sorted(g for space in found for g, _ in space.groups) == list(range(len(engine.model.groups)))
    for space in found:
        for g, cells in space.groups:
            assert np.array_equal(cells[space.index], engine.model.groups[g].index)


def test_level_cells_sum_like_the_plain_combination(engine):
    model, random = engine.model, np.random.default_rng(1)
    at_level = [random.normal(size=(5, 3, len(model.levels.profiles))) for _ in range(5)]
    person, shift = np.log([[0.2, 0.5, 0.3]]), np.log([[0.9, 0.04, 0.06]])
    plain = combine_by_shift(model.levels, at_level, person, shift)
    for a, b in zip(plain, engine.likelihood._cells.by_shift(at_level, 5, person, shift), strict=True):
        assert a == pytest.approx(b, abs=1e-10)


def test_signatures_of_both_sides_mirror_each_other(engine):
    finding = next(f for f in engine.model.knowledge.findings.values() if f.shared_leak)
    members = [m for m in engine.model.instances.values() if m.finding is finding]
    both, index = both_sides(engine.model.scenarios, engine.model.knowledge, Relevance(engine.model.knowledge, members))
    assert len(both) == 2
    assert index.max() + 1 == len(both[0].lead) == len(both[1].lead)
    assert {tuple(r) for r in both[0].roots} == {tuple(r) for r in both[1].roots}


@pytest.mark.parametrize(
    ("evidence", "context", "message"),
    [
        ({"slr@lef": "negative"}, {}, "slr@lef: unknown finding. Did you mean 'slr@left'"),
        ({"slr@left": "perhaps"}, {}, "slr@left: unknown state. Given: 'perhaps'"),
        ({"fever_reported": (1.0,)}, {}, "fever_reported: needs 2 likelihoods"),
        ({"fever_reported": (0.0, 0.0)}, {}, "fever_reported: needs 2 likelihoods"),
        ({"fever_reported": (float("nan"), 1.0)}, {}, "fever_reported: needs 2 likelihoods"),
        ({"fever_reported": (-1.0, 1.0)}, {}, "fever_reported: needs 2 likelihoods"),
        ({}, {"age": 130}, "age must be a number of years from 0 to 120"),
        ({}, {"age": True}, "age must be a number of years"),
        ({}, {"sex": "f"}, "sex: unknown sex"),
        ({}, {"setting": "ward"}, "setting: unknown setting"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(engine, evidence, context, message):
    with pytest.raises(CaseError) as error:
        engine.posteriors([evidence], context)
    assert message in str(error.value)


@pytest.mark.parametrize("age", [np.int64(50), np.float32(50), np.float64(50)])
def test_an_age_may_be_a_number_of_numpy(engine, age):
    assert engine.contexts({"age": age}) == engine.contexts({"age": 50})


def test_a_setting_of_none_is_averaged_over_the_settings(engine):
    evidence = [{"slr@left": "negative", "fever_reported": "present"}, {}]
    settings = engine.model.knowledge.settings
    rows = [engine.read(row) for row in evidence]
    for age in (45, None):
        joint = sum(
            settings[s].unstated.total * np.exp(engine.log_joint(rows, {"age": age, "setting": s})) for s in SETTINGS
        )
        expected = joint / joint.sum(axis=1, keepdims=True)
        assert engine.posteriors(evidence, {"age": age, "setting": None}) == pytest.approx(expected, abs=1e-12)


def test_a_missing_setting_is_that_of_the_default_context(engine):
    assert engine.contexts({"age": 45}) == engine.contexts({"age": 45, "setting": "primary_care"})


@pytest.mark.parametrize(
    ("evidence", "context", "words"),
    [
        ([{}], {"ages": 50}, "context.ages: unknown field. Did you mean 'age'?"),
        ([{}], [("age", 50)], "context: the context maps age, sex and setting"),
        ([{}], {"setting": ["primary_care"]}, "setting: unknown setting"),
        (None, None, "evidence: expected a list of cases"),
        ("slr@left", None, "evidence: expected a list of cases"),
        ({"slr@left": "negative"}, None, "evidence: expected a list of cases"),
        (["slr@left"], None, "evidence: a case maps findings to their states"),
        ([{"slr@left": None}], None, "slr@left: needs 3 likelihoods"),
        ([{"slr@left": ["a", "b", "c"]}], None, "slr@left: needs 3 likelihoods"),
        ([{"slr@left": {"negative": 1.0}}], None, "slr@left: needs 3 likelihoods"),
        ([{"slr@left": [1.0, 2.0]}], None, "slr@left: needs 3 likelihoods"),
        ([{5: "negative"}], None, "5: unknown finding"),
    ],
)
def test_what_is_no_case_or_context_is_told(engine, evidence, context, words):
    with pytest.raises(CaseError) as error:
        engine.posteriors(evidence, context)
    assert str(error.value).startswith(words)


def test_nobody_writes_into_a_kept_prior(engine):
    prior = engine.prior(engine.contexts(None)[0][1])
    with pytest.raises(ValueError, match="read-only"):
        prior[0] = 0.0


def test_an_engine_can_be_pickled(engine):
    """As its knowledge: the tables are built anew, so that a process pool can be handed one."""
    text = pickle.dumps(engine)
    assert len(text) < 1000
    assert (pickle.loads(text).posteriors([CASE]) == engine.posteriors([CASE])).all()
    other = Engine(model=Model(engine.model.knowledge))
    again = pickle.loads(pickle.dumps(other))
    assert again.model is not engine.model
    assert again.posteriors([CASE]) == pytest.approx(engine.posteriors([CASE]), abs=1e-15)


@pytest.mark.parametrize("method", ["marginals", "posteriors"])
def test_a_batch_is_worked_on_in_blocks(engine, method, monkeypatch):
    """Memory beside the answer does not grow with the cases (3,000 took 1.4 GB), and no answer hangs on its block."""
    rows = [CASE, {}, {"fever_reported": "present"}] * 25
    context = {"age": None}
    whole = getattr(engine, method)(rows, context)
    sizes = []
    likelihood = engine.likelihood
    monkeypatch.setattr(engine, "likelihood", lambda some, band: sizes.append(len(some)) or likelihood(some, band))
    assert getattr(engine, method)(rows, context) == pytest.approx(whole, abs=1e-14)
    assert max(sizes) == BLOCK < len(rows)
    for i in (0, 1, 74):
        assert getattr(engine, method)(rows[i : i + 1], context)[0] == pytest.approx(whole[i], abs=1e-14)


def test_marginals_hold_few_posteriors_at_once(engine):
    engine.marginals([CASE] * BLOCK)
    tracemalloc.start()
    engine.marginals([CASE] * (16 * BLOCK))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 6 * BLOCK * len(engine.scenarios) * 8


@pytest.mark.parametrize(
    ("finding", "words"),
    [
        ("slr", "slr: this finding needs its place. Allowed: slr@left, slr@right."),
        ("img_listhesis", "img_listhesis: this finding needs its place. Allowed: img_listhesis@L1-L2, "),
        ("slr@L5", "slr@L5: unknown finding. Allowed: slr@left, slr@right."),
        ("slr_tst", "slr_tst: unknown finding. Did you mean 'slr'? Allowed: slr@left, slr@right."),
        ("feverreported", "feverreported: unknown finding. Did you mean 'fever_reported'?"),
        ("fever_reported@left", "fever_reported@left: fever_reported has no place. Did you mean 'fever_reported'?"),
        ("pain_leg", "pain_leg: this stands for several findings, and the engine takes single ones. Allowed: pain_"),
    ],
)
def test_a_finding_without_its_place_is_told_its_places(engine, finding, words):
    with pytest.raises(CaseError) as error:
        engine.posteriors([{finding: "present"}])
    assert str(error.value).startswith(words)


@pytest.mark.parametrize("wrong", ["folder", 5, [], {}, Path("folder")])
def test_an_engine_is_made_of_knowledge(wrong):
    with pytest.raises(KnowledgeError, match=r"made of knowledge, not of a \w+: foramen.Engine\(foramen.load_know"):
        Engine(wrong)
