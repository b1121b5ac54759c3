"""A word that leaves open what it is alarms as what it may be."""

from dataclasses import replace

import pytest
from test_pictures import picture

from foramen.case import Observation
from foramen.inference.engine import Engine
from foramen.triage import urgency


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ("urinary_trouble", "emergency"),
        ("bowel_trouble", "emergency"),  # as bladder or bowel trouble in one word
        ("img_mass", "urgent"),
        ("img_canal_mass", "urgent"),
    ],
)
def test_a_vague_word_is_as_alarming_as_what_it_leaves_open(engine: Engine, said: str, level: str) -> None:
    assert urgency(picture(f"pain_back, {said}", 50), engine, with_model=False).level == level


@pytest.mark.parametrize("said", ["urinary_trouble", "bowel_trouble"])
def test_a_long_standing_one_that_is_not_new_is_no_alarm(engine: Engine, said: str) -> None:
    case = picture("pain_back", 50)
    old = replace(Observation(said, "present"), new=False, since="10 years", course="stable")
    both = replace(case, observations=(*case.observations, old))
    assert urgency(both, engine, with_model=False).level != "emergency"
