"""What no likely account explains: complaints and signs, never what was there before as a risk."""

import pytest

import foramen
from foramen.case import Case, Observation

SCIATICA = (
    Observation("pain_posterior_thigh", side="left"),
    Observation("pain_calf", side="left"),
    Observation("leg_pain_dominant"),
    Observation("slr", "positive_up_to_45", side="left"),
    Observation("reflex_ankle", "reduced", side="left"),
    Observation("numb_lateral_foot", side="left"),
)


def unexplained(*more: Observation) -> tuple[str, ...]:
    case = Case(age=28, sex="male", setting="primary_care", observations=(*SCIATICA, *more))
    return foramen.assess(case, draws=2).unexplained


@pytest.mark.parametrize("risk", ["diabetes", "alcohol_excess", "iv_drug_use", "obesity"])
def test_a_risk_factor_needs_no_explanation(risk: str) -> None:
    finding = foramen.load_knowledge().findings[risk]
    assert finding.kind == "risk_factor"
    assert not [x for x in unexplained(Observation(risk, "abnormal")) if x.startswith(finding.name)]


def test_a_sign_still_does() -> None:
    assert any("arms" in x for x in unexplained(Observation("symptoms_in_arms", "abnormal")))
