"""What holds for any evidence on the shipped model."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foramen.anatomy import SETTINGS, SEXES
from foramen.inference.engine import Engine

ENGINE = Engine()
likelihoods = st.floats(0, 1) | st.sampled_from([0.0, 1.0, 1e-300, 1e300])


@st.composite
def cases(draw, most: int = 25):
    """Evidence on any findings in any states, contradictions included."""
    found = {}
    for key in draw(st.lists(st.sampled_from(sorted(ENGINE.findings)), max_size=most, unique=True)):
        states = ENGINE.findings[key]
        vector = st.tuples(*[likelihoods] * len(states)).filter(any)
        found[key] = draw(st.sampled_from(states) | vector)
    return found


contexts = st.fixed_dictionaries(
    {
        "age": st.none() | st.integers(0, 120),
        "sex": st.sampled_from([None, *SEXES]),
        "setting": st.sampled_from(SETTINGS),
    }
)
unhurried = settings(deadline=None, derandomize=True, max_examples=60, suppress_health_check=list(HealthCheck))


@unhurried
@given(cases(most=60), contexts)
def test_every_answer_is_a_distribution(case, context):
    p = ENGINE.posteriors([case], context)
    assert np.isfinite(p).all()
    assert p.min() >= 0
    assert p.sum(axis=1) == pytest.approx(1, abs=1e-12)
    marginals = ENGINE.marginals([case], context)
    assert np.isfinite(marginals).all()
    assert marginals.min() >= 0
    assert marginals.max() <= 1 + 1e-12


@unhurried
@given(st.lists(cases(most=12), min_size=1, max_size=8), contexts, st.data())
def test_a_case_is_its_row_of_any_batch(rows, context, data):
    i = data.draw(st.integers(0, len(rows) - 1))
    alone = ENGINE.posteriors([rows[i]], context)[0]
    assert alone == pytest.approx(ENGINE.posteriors(rows, context)[i], abs=1e-12)


def test_batches_longer_than_the_blocks_keep_their_order():
    keys = sorted(ENGINE.findings)
    rows = [{keys[(7 * i) % len(keys)]: ENGINE.findings[keys[(7 * i) % len(keys)]][-1]} for i in range(700)]
    together = ENGINE.posteriors(rows)
    for i in (0, 63, 64, 127, 511, 512, 699):
        assert ENGINE.posteriors([rows[i]])[0] == pytest.approx(together[i], abs=1e-12)


@unhurried
@given(cases(), contexts, st.randoms(use_true_random=False))
def test_the_order_of_findings_is_irrelevant(case, context, random):
    items = list(case.items())
    random.shuffle(items)
    other = ENGINE.posteriors([dict(items)], context)
    assert other == pytest.approx(ENGINE.posteriors([case], context), abs=1e-12)


@unhurried
@given(cases(most=8), contexts, st.lists(st.sampled_from(sorted(ENGINE.findings)), max_size=10))
def test_a_finding_about_which_nothing_is_known_changes_nothing(case, context, keys):
    unknown = {key: (1.0,) * len(ENGINE.findings[key]) for key in keys if key not in case}
    asked = ENGINE.posteriors([case | unknown], context)
    assert asked == pytest.approx(ENGINE.posteriors([case], context), abs=1e-12)


@unhurried
@given(cases(most=8), contexts, st.floats(0.01, 100))
def test_only_ratios_of_likelihoods_matter(case, context, factor):
    scaled = {k: v if isinstance(v, str) else tuple(x / 2 for x in v) for k, v in case.items()}
    certain = {
        k: tuple(factor * (s == v) for s in ENGINE.findings[k]) if isinstance(v, str) else v for k, v in scaled.items()
    }
    expected = ENGINE.posteriors([case], context)
    if all(isinstance(v, str) or max(v) > 1e-200 for v in case.values()):
        assert ENGINE.posteriors([certain], context) == pytest.approx(expected, abs=1e-12)
