"""The referral note: what is old reads as old, what is normal as normal, and a list that is complete as complete."""

from __future__ import annotations

import pytest

import foramen
from foramen.case import Case, Observation


def note(*observations: Observation, **lists: object) -> str:
    told = (Observation("pain_back"), Observation("duration", "weeks"), *observations)
    return foramen.assess(Case(age=48, setting="primary_care", observations=told, **lists)).referral_note


def test_an_old_complaint_is_not_written_as_a_new_one():
    leak = Observation("urinary_incontinence", "present", new=False, since="10 years", course="stable")
    text = note(leak)
    assert "Loss of urine (known from before, for 10 years, stable)" in text
    assert "New loss of urine" not in text
    assert "Loss of urine (for 10 years)" in note(Observation("urinary_incontinence", "present", since="10 years"))
    assert "New loss of urine;" in note(Observation("urinary_incontinence", "present"), Observation("slr", "negative"))


def test_the_time_told_of_a_weakness_stands_in_the_note():
    drop = Observation("power_ankle_dorsiflexion", side="right", mrc=1, new=False, since="8 years")
    assert "right: MRC 1 (known from before, for 8 years, not weighed)" in note(drop)
    fresh = Observation("power_ankle_dorsiflexion", side="right", mrc=3, since="3 days", course="worsening", new=True)
    assert "right: MRC 3 (new, for 3 days, worsening)" in note(fresh)
    changed = Observation("reflex_ankle", "absent", side="left", previous="normal last year")
    assert "left: absent (before: normal last year)" in note(changed)


@pytest.mark.parametrize("word", ["absent", "normal"])
def test_a_normal_vague_finding_reads_as_normal(word):
    text = note(Observation("reflex_leg", word, side="bilateral"), Observation("power_leg", word, side="bilateral"))
    assert "Weak or lost leg reflex, bilateral: not found" in text
    assert "Leg weakness, bilateral: not found" in text
    assert "Leg pain, bilateral: denied" in note(Observation("pain_leg", "absent", side="bilateral"))
    assert "Bladder or bowel disturbance: denied" in note(Observation("sphincter_disturbance", "absent"))


def test_an_abnormal_vague_finding_keeps_what_it_leaves_open():
    assert "Weak or lost leg reflex, which one not stated, left: lost" in note(
        Observation("reflex_leg", "lost", side="left")
    )
    assert "Ankle reflex, left: absent" in note(Observation("reflex_ankle", "absent", side="left"))


def test_an_empty_list_that_is_complete_is_no_unstated_one():
    assert "Medicines: not stated. Conditions: not stated." in note()
    assert "Medicines: none. Conditions: none." in note(medicines_complete=True, conditions_complete=True)
    assert "Medicines: ibuprofen. Conditions: none." in note(medicines=("ibuprofen",), conditions_complete=True)
