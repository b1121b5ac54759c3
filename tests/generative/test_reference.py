"""The engine against a slow enumerator that shares no code with it, on random small knowledge."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_knowledge import small_evidence, small_knowledge

from foramen.anatomy import CAUDA_STATES, LESION_SIDES, ROOT_STATES, ROOTS, SETTINGS, SEXES, SIDES, ZONES
from foramen.inference.engine import Engine
from foramen.inference.reference import Account, accounts, posterior
from foramen.model.model import Model
from foramen.model.scenarios import Scenarios

# an age, and the bands that speak for it, its own first: middles lie at 14, 26.5, 42.5, 57.5, 72.5 and 85
AGES = {None: None, 10: {0: 1.0}, 40: {2: 13.5 / 16, 1: 2.5 / 16}, 65: {4: 0.5, 3: 0.5}, 90: {5: 1.0}}

models = st.builds(small_knowledge, st.integers(0, 2**32), st.integers(2, 4), st.integers(3, 9))
contexts = st.fixed_dictionaries(
    {
        "age": st.sampled_from(list(AGES)),
        "sex": st.sampled_from([None, *SEXES]),
        "setting": st.sampled_from(SETTINGS),
    }
)
unhurried = settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def account(s: Scenarios, i: int) -> Account:
    """A scenario in the enumerator's words."""
    roots = {
        (side, root, ROOT_STATES[s.roots[i, d, r]])
        for d, side in enumerate(SIDES)
        for r, root in enumerate(ROOTS)
        if s.roots[i, d, r]
    }
    return Account(
        lead=s.causes[s.lead[i]],
        zone=ZONES[s.zone[i]],
        side=LESION_SIDES[s.side[i]],
        place=int(s.place[i]),
        second=int(s.second[i]),
        roots=frozenset(roots),
        cauda=CAUDA_STATES[s.cauda[i]],
        companion=s.causes[s.companion[i]] if s.companion[i] >= 0 else "",
        companion_side=SIDES[s.companion_side[i]] if s.companion_side[i] >= 0 else "",
    )


def by_account(s: Scenarios, p) -> dict[Account, float]:
    """Probabilities of scenarios summed by what the enumerator takes for one account."""
    found: dict[Account, float] = {}
    for i in range(len(s)):
        key = account(s, i)
        found[key] = found.get(key, 0.0) + float(p[i])
    return found


@settings(unhurried, max_examples=200)
@given(models, st.integers(0, 2**32), st.integers(0, 6), contexts)
def test_posteriors_are_those_of_the_enumerator(knowledge, seed, count, context):
    engine = Engine(model=Model(knowledge, all_pairs=True))
    evidence = small_evidence(seed, engine.findings, count)
    expected = posterior(
        knowledge,
        engine.read(evidence),
        setting=context["setting"],
        age=AGES[context["age"]],
        sex=context["sex"],
        all_pairs=True,
    )
    found = by_account(engine.model.scenarios, engine.posteriors([evidence], context)[0])
    assert found.keys() == expected.keys()
    assert found == pytest.approx(expected, abs=1e-9, rel=0)


@settings(unhurried, max_examples=60)
@given(models, contexts.filter(lambda c: c["age"] is not None))
def test_priors_are_those_of_the_enumerator(knowledge, context):
    engine = Engine(model=Model(knowledge, all_pairs=True))
    age = AGES[context["age"]]
    assert age is not None
    expected = accounts(knowledge, context["setting"], age, context["sex"], all_pairs=True)
    found = by_account(engine.model.scenarios, engine.posteriors([{}], context)[0])
    assert found == pytest.approx(expected, abs=1e-12, rel=1e-9)


@settings(unhurried, max_examples=40)
@given(models, st.integers(0, 2**32), contexts)
def test_batches_and_single_cases_agree_on_any_knowledge(knowledge, seed, context):
    engine = Engine(model=Model(knowledge, all_pairs=True))
    rows = [small_evidence(seed + i, engine.findings, i % 9) for i in range(70)]
    together = engine.posteriors(rows, context)
    for i in (0, 1, 5, 63, 64, 69):
        assert engine.posteriors([rows[i]], context)[0] == pytest.approx(together[i], abs=1e-12, rel=1e-9)
