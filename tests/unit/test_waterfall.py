"""The waterfall goes from the prior to the posterior in exact steps."""

from pathlib import Path

import pytest

import foramen
from foramen.assessment.assess import default_engine
from foramen.assessment.explain import log10_odds
from foramen.assessment.waterfall import waterfall

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.yaml"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_it_starts_before_and_ends_at_the_answer(path):
    case = foramen.read_case(path)
    found = waterfall(case, default_engine())
    answer = foramen.assess(case)
    top = answer.causes[0]
    assert found.answer == top.name
    assert found.end == pytest.approx(top.estimate.probability, abs=1e-9)
    bare = foramen.Case(id="bare", age=case.age, sex=case.sex, setting=case.setting)
    before = {c.cause: c.estimate.probability for c in foramen.assess(bare).causes}
    assert found.start == pytest.approx(before[top.cause], abs=1e-9)
    total = sum(step.log10_odds for step in found.steps)
    assert total == pytest.approx(log10_odds(found.end) - log10_odds(found.start), abs=1e-9)
    for one, next_one in zip(found.steps, found.steps[1:], strict=False):
        assert one.after == next_one.before


def test_any_cause_can_be_asked_for():
    case = foramen.read_case(EXAMPLES[0])
    name = foramen.assess(case).causes[3].name
    assert waterfall(case, default_engine(), name).answer == name
