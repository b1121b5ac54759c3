"""What a general practitioner who read the answers found wrong: alarms for the old and harmless, none for the new."""

from __future__ import annotations

from dataclasses import replace

import pytest
from test_triage_reread import case_of

from foramen.case import Case, Observation
from foramen.inference.engine import Engine
from foramen.triage import urgency


def level(case: Case, engine: Engine) -> str:
    return urgency(case, engine, with_model=False).level


def with_told(case: Case, *observations: Observation) -> Case:
    return replace(case, observations=(*case.observations, *observations))


GIRDLE_PAIN = case_of("pain_back, pregnancy=pregnant, duration=weeks, onset=gradual", 31)


@pytest.mark.parametrize("belly", ["tearing_or_abdominal_pain", "pain_flank_abdomen"])
def test_a_belly_that_began_to_hurt_in_pregnancy_is_dated_by_itself(belly: str, engine: Engine) -> None:
    """Not by the girdle pain of weeks beside it."""
    assert level(GIRDLE_PAIN, engine) == "routine"
    for said in ({"since": "1 day"}, {"new": True}, {"since": "2 weeks"}):
        assert level(with_told(GIRDLE_PAIN, Observation(belly, "present", **said)), engine) == "emergency"
    for said in ({}, {"since": "6 weeks"}, {"new": False}):
        answer = urgency(with_told(GIRDLE_PAIN, Observation(belly, "present", **said)), engine, with_model=False)
        assert (answer.level, answer.within) == ("urgent", "same day")
        assert "maternity" in answer.tell[0].lower()
    tender = (Observation(belly, "present"), Observation("abdominal_tenderness", "present"))
    assert level(with_told(GIRDLE_PAIN, *tender), engine) == "emergency"
