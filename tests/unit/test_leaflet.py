"""What a patient reads: reading age 12 or less (Flesch-Kincaid grade 7), a doctor in every leaflet, no dose."""

import sys
import warnings
from pathlib import Path

import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # textstat still asks setuptools for its data
    import textstat

sys.path.insert(0, str(Path(__file__).parents[1] / "safety"))
from plan_cases import KNOWLEDGE, PLAN, clear

from foramen.plan.make import make_plan

GRADE = 7.0  # US school grade that is reached at twelve
TEXTS = {f"treatments/{t.id}": t.plain for t in PLAN.treatments.values()}
TEXTS |= {f"red_flags/{r.id}": r.tell for r in KNOWLEDGE.red_flags.values()}


@pytest.mark.parametrize("where", TEXTS)
def test_words_for_patients_are_plain(where):
    assert TEXTS[where], "what to tell the patient is missing"
    assert textstat.flesch_kincaid_grade(TEXTS[where]) <= GRADE


@pytest.mark.parametrize("cause", KNOWLEDGE.causes)
@pytest.mark.parametrize("urgency", ["routine", "urgent", "emergency"])
def test_every_leaflet_is_plain_and_sends_to_a_doctor(cause, urgency):
    for stage in ("acute", "chronic"):
        text = make_plan(clear(stage, cause, urgency=urgency, within="2 weeks")).leaflet
        assert textstat.flesch_kincaid_grade(text) <= GRADE
        assert "doctor" in text
        assert "emergency department at once" in text
        if urgency == "emergency":
            assert "now" in text
            assert "What can help now?" not in text
