"""A deficit known from before is listed, seen by the rules of urgency and not weighed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from foramen.assessment.assess import assess
from foramen.case import Case, Observation
from foramen.inference.engine import Engine
from foramen.records.evidence import items_of, weigh_items
from foramen.triage import urgency

OLD = Observation("power_ankle_dorsiflexion", side="left", mrc=2, since="6 years", course="stable", new=False)
STRAIN = (
    Observation("pain_back", "present"),
    Observation("onset", "after_lifting"),
    Observation("duration", "weeks"),
    Observation("pain_leg", "absent", side="bilateral"),
    Observation("paraspinal_tenderness", "present"),
)


def weighed(o: Observation, engine: Engine) -> bool:
    return any(i.counts for i in items_of(Case(observations=(o,)), engine.model) if not i.silent)


@pytest.mark.parametrize("state", ["power", "weakness_reported", "reflex_ankle", "sens_foot_dorsum", "calf_wasting"])
def test_a_deficit_known_from_before_is_not_weighed(state: str, engine: Engine) -> None:
    o = OLD if state == "power" else Observation(state, "abnormal", side="left", new=False)
    assert not weighed(o, engine)
    changes = ({"new": None}, {"new": True}, {"course": "worse since spring"}, {"previous": "normal"})
    for change in changes:
        assert weighed(replace(o, **change), engine)


def test_what_is_normal_and_a_numb_saddle_are_weighed_however_old(engine: Engine) -> None:
    for name, state in (("reflex_ankle", "normal"), ("numb_buttock", "present"), ("numb_medial_thigh", "present")):
        assert weighed(Observation(name, state, side="left", new=False), engine)
    assert weighed(Observation("saddle_numbness", "present", new=False), engine)


def test_old_deficits_leave_the_cause_as_it_is(engine: Engine) -> None:
    case = Case(age=58, sex="male", observations=STRAIN)
    with_old = replace(case, observations=(*STRAIN, OLD))
    a, b = (assess(c, engine=engine, draws=5) for c in (case, with_old))
    assert a.causes[0].cause == b.causes[0].cause == "nonspecific_low_back_pain"
    label = next(label for label in b.understood if label.startswith("Ankle dorsiflexion"))
    assert label.endswith("(known from before, for 6 years, stable, not weighed)")
    assert any("known from before" in w and "MRC 2" in w for w in b.warnings)
    assert not any("MRC 2" in w.label for w in b.weights)


def test_rules_see_what_is_not_weighed(engine: Engine) -> None:
    items = items_of(Case(observations=(OLD,)), engine.model)
    assert "power_ankle_dorsiflexion@left" not in weigh_items(items).vectors
    without_course = Case(observations=(replace(OLD, course=None, since=None),))
    assert urgency(without_course, engine, with_model=False).level == "urgent"


def test_a_stable_old_weakness_is_no_new_mild_one(engine: Engine) -> None:
    def level(*observations: Observation) -> str:
        return urgency(Case(age=58, observations=observations), engine, with_model=False).level

    assert level(*STRAIN, OLD) == "routine"
    assert level(*STRAIN, replace(OLD, since=None)) == "routine"
    assert level(*STRAIN, replace(OLD, new=None, mrc=4, since="3 weeks")) == "soon"
    assert level(*STRAIN, OLD, Observation("course", "worsening")) == "soon"
    assert level(*STRAIN, replace(OLD, course="worsening")) == "emergency"


def test_the_leaflet_calls_no_weakness_a_little_one(engine: Engine) -> None:
    told = urgency(Case(observations=(replace(OLD, course=None),)), engine, with_model=False).tell
    assert told
    assert not any("a little weak" in words for words in told)


@pytest.mark.parametrize(("course", "weighed"), [(None, False), ("stable", False), ("worsening", True)])
def test_an_old_fracture_is_no_evidence_unless_it_changes(course: str | None, weighed: bool, engine: Engine) -> None:
    old = Observation("img_fracture", "compression", vertebra="L1", new=False, course=course)
    items = items_of(Case(age=70, observations=(Observation("pain_back"), old)), engine.model)
    assert ("img_fracture@L1" in weigh_items(items).vectors) == weighed
    assert any("fracture" in i.label.lower() for i in items), "it stays among what was understood"
