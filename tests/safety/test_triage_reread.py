"""What a neurologist who read the answers found wrong: alarms that mislead, and reassurance that could."""

from __future__ import annotations

import pytest

import foramen
from foramen.case import Case, Observation
from foramen.inference.engine import Engine
from foramen.triage import urgency


def case_of(text: str, age: float = 45, setting: str | None = None, more: tuple[Observation, ...] = ()) -> Case:
    """``finding@side=state`` separated by commas."""
    told = []
    for part in text.split(","):
        name, _, state = part.strip().partition("=")
        name, _, side = name.partition("@")
        told.append(Observation(name, state or "present", side=side or None))
    return Case(age=age, setting=setting, observations=(*told, *more))


def rules_of(case: Case, engine: Engine) -> set[str]:
    return {str(r["id"]) for r in urgency(case, engine, with_model=False).reasons}


BOTH_LEGS = "pain_back, pain_calf@bilateral, course=worsening"


@pytest.mark.parametrize("duration", ["hours", "days", "weeks", "subacute"])
def test_days_and_weeks_are_not_called_slow_growth_over_months(duration: str, engine: Engine) -> None:
    case = case_of(f"{BOTH_LEGS}, duration={duration}")
    assert "cauda_equina_bilateral_slow" not in rules_of(case, engine)
    assert urgency(case, engine, with_model=False).level == "emergency"


def test_what_slow_growth_leaves_out_the_slow_rule_takes_up(engine: Engine) -> None:
    for duration in ("months", "years", "chronic"):
        case = case_of(f"{BOTH_LEGS}, duration={duration}")
        assert "cauda_equina_bilateral_slow" in rules_of(case, engine)
    timed = (Observation("course", "worsening", since="8 months"),)
    case = case_of("pain_back, pain_calf@bilateral", more=timed)
    assert urgency(case, engine, with_model=False).level == "emergency", "no duration told: it counts as recent"


NEGATIVES = "saddle_numbness=absent, anal_tone_reduced=absent, post_void_residual=below_200"


def test_a_small_probability_of_cauda_equina_is_no_argument_against_its_scan() -> None:
    case = case_of(f"{BOTH_LEGS}, duration=days, bladder_change, {NEGATIVES}", 38, "emergency")
    answer = foramen.assess(case)
    assert answer.urgency.level == "emergency"
    assert answer.cauda_equina.probability < 0.1
    roots = next(line for line in answer.referral_note.splitlines() if line.startswith("Roots:"))
    told = roots.partition("Cauda equina")[2]
    assert "do not exclude it" in told
    assert "%" not in told
    quiet = foramen.assess(case_of("pain_back, pain_calf@left, duration=days", 38, "emergency"))
    assert "Cauda equina syndrome 1% (" in quiet.referral_note or "Cauda equina syndrome <1%" in quiet.referral_note
