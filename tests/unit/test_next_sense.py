"""No question is proposed that what is known has already answered or made pointless."""

from __future__ import annotations

import pytest

from foramen.assessment.next_finding import next_findings
from foramen.case import Case, Observation
from foramen.inference.engine import Engine
from foramen.records.evidence import combine_items, items_of


def proposed(engine: Engine, *observations: Observation) -> set[str]:
    case = Case(age=45, sex="male", observations=(Observation("pain_back"), *observations))
    evidence = combine_items(items_of(case, engine.model))
    p, band = engine.posteriors([{}], case.context())[0], 2
    return {n.finding for n in next_findings(engine, evidence, p, band, limit=10_000)}


@pytest.mark.parametrize(
    ("finding", "denied", "there"),
    [
        (
            "leg_pain_dominant",
            Observation("pain_leg", "absent", side="bilateral"),
            Observation("pain_buttock", side="left"),
        ),
        (
            "weakness_progression",
            Observation("power_leg", "normal", side="bilateral"),
            Observation("weakness_reported", side="left"),
        ),
        ("crossed_slr", Observation("slr", "negative", side="bilateral"), Observation("pain_calf", side="left")),
        (
            "alternating_buttock_pain",
            Observation("pain_buttock", "absent", side="bilateral"),
            None,
        ),
    ],
)
def test_what_supposes_something_denied_is_not_proposed(
    engine: Engine, finding: str, denied: Observation, there: Observation | None
) -> None:
    assert finding in proposed(engine)
    assert finding not in proposed(engine, denied)
    if there:
        assert finding in proposed(engine, there)
        assert finding in proposed(engine, denied, there)
