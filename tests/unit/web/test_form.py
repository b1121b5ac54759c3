"""The clinician's form and a case say the same, either way round."""

import json
from pathlib import Path

import pytest

from foramen.assessment.assess import assess, default_engine
from foramen.assessment.interview import rules_urgency
from foramen.errors import CaseError
from foramen.records.case_file import case_from_mapping, read_case
from foramen.records.case_writer import case_to_mapping
from foramen.records.evidence import items_of
from foramen.web.faults import number_faults
from foramen.web.form import case_from_form, form_from_case, said_words
from foramen.web.stated import stated
from foramen.web.visit import MRC, visit

ROOT = Path(__file__).parents[3]
CASES = sorted([*(ROOT / "examples").glob("*.yaml"), *(ROOT / "validation" / "cases").glob("*.yaml")])


def said(case):
    """What a case says, in any order: context, lists and every observation, both sides told apart."""
    plain = case_to_mapping(case)
    rows = []
    for row in plain.pop("findings"):
        sides = (
            ("left", "right")
            if row.get("side") == "bilateral" and not set(row) & {"level", "vertebra", "root"}
            else ("",)
        )
        rows += [repr(sorted({**row, **({"side": side} if side else {})}.items())) for side in sides]
    return plain, sorted(rows)


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_a_case_survives_the_form(path):
    case = read_case(path)
    again = case_from_form(form_from_case(case, visit()), visit())
    assert said(again) == said(case)
    assert len(items_of(again, default_engine().model)) >= len(items_of(case, default_engine().model))


def test_every_finding_without_a_place_has_a_row_and_every_other_can_be_added():
    knowledge = default_engine().model.knowledge
    known = {**knowledge.findings, **knowledge.composites}
    reachable = set(visit().rows()) | {a.id for a in visit().addable}
    assert set(known) - reachable == set()


def test_no_row_stands_twice():
    rows = [r.id for s in visit().sections for g in s.groups for r in g.rows] + [
        r.id for g in visit().grid for r in g.rows
    ]
    rows += [r.id for a in visit().areas for r in (a.pain, a.numb) if r]
    twice = {r for r in rows if rows.count(r) > 1}
    assert twice <= {"saddle_numbness"}  # on the body chart and among the red flags: one field


@pytest.mark.parametrize("grade", MRC)
def test_power_grades_are_read(grade):
    case = case_from_form({"f.power_plantarflexion.left": [f"mrc:{grade}"]}, visit())
    assert form_from_case(case, visit())["f.power_plantarflexion.left"] == [f"mrc:{grade}"]


def test_areas_not_painted_are_absent_only_when_all_were_asked():
    field = {"f.pain_calf.left": ["present"]}
    assert len(case_from_form(field, visit()).observations) == 1
    all_asked = case_from_form({**field, "areas_complete": ["1"]}, visit()).observations
    states = {(o.finding, o.side): o.state for o in all_asked}
    assert states["pain_calf", "left"] == "present"
    assert states["pain_calf", "right"] == "absent"
    assert states["numb_calf", "left"] == "absent"


def test_old_and_unchanged_is_told_of_what_is_abnormal_only():
    fields = {"f.reflex_ankle.left": ["absent:old"], "f.reflex_ankle.right": ["normal"]}
    left, right = case_from_form(fields, visit()).observations
    assert (left.state, left.new, left.course) == ("absent", False, "unchanged")
    assert (right.new, right.course) == (None, None)


def test_an_old_loss_makes_no_other_loss_old():
    """One field once called all weakness old: an old foot drop took a new weakness from urgent to soon."""
    fields = {"f.power_ankle_dorsiflexion.left": ["mrc:2:old"], "f.power_knee_extension.left": ["mrc:3"]}
    new, old = sorted(case_from_form(fields, visit()).observations, key=lambda o: o.mrc or 0, reverse=True)
    assert (old.mrc, old.new, old.course) == (2, False, "unchanged")
    assert (new.mrc, new.new, new.course) == (3, None, None)
    as_new = assess(case_from_form({"f.power_knee_extension.left": ["mrc:3"]}, visit()), draws=1).urgency.level
    assert assess(case_from_form(fields, visit()), draws=1).urgency.level == as_new
    for row in visit().rows().values():
        old_options = [value for value, _ in row.options if value.endswith(":old")]
        assert row.normal + ":old" not in old_options


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"age": ["old"]}, "age"),
        ({"age": ["400"]}, "context.age"),
        ({"keep": ["{"]}, "keep"),
        ({"keep": ["[]"]}, "keep"),
        ({"x": ["{}"]}, "findings[0].finding"),
        ({"x": ["[" * 5000]}, "x"),
        ({"sex": ["wolf"]}, "context.sex"),
        ({"m.egfr": ["much"]}, "m.egfr"),
    ],
)
def test_bad_fields_are_named(fields, field):
    with pytest.raises(CaseError) as error:
        case_from_form(fields, visit())
    assert error.value.field == field


def test_rest_normal_presumes_no_course_of_the_complaint_and_no_test_nobody_made():
    rows = visit().rows()
    for name in ("onset", "duration", "course", "post_void_residual", "crp", "blood_culture_positive", "edx_femoral"):
        assert rows[name].rest == "", name
    for name, said in (("saddle_numbness", "absent"), ("reflex_ankle", "normal"), ("power_plantarflexion", "mrc:5")):
        assert rows[name].rest == said


@pytest.mark.parametrize("measurements", ["[1]", '"egfr"', "7"])
def test_a_kept_rest_of_another_kind_is_refused_in_words(measurements):
    with pytest.raises(CaseError, match="expected a mapping"):
        case_from_form({"keep": ['{"measurements": ' + measurements + "}"]}, visit())


def test_an_old_bladder_change_does_not_make_a_new_numb_saddle_old():
    fields = {"f.urinary_incontinence": ["present:old"], "f.saddle_numbness": ["present"], "sphincter_since": ["old"]}
    case = case_from_form(fields, visit())
    new = {o.finding: o.new for o in case.observations}
    assert new == {"urinary_incontinence": False, "saddle_numbness": None}
    assert rules_urgency(case, default_engine()).level == "emergency"
    alone = case_from_form({"f.urinary_incontinence": ["present:old"]}, visit())
    assert rules_urgency(alone, default_engine()).level == "routine"


def test_what_a_row_calls_normal_is_normal_to_the_model():
    model = default_engine().model
    for row in visit().rows().values():
        if row.rest:
            for item in items_of(case_from_form({name: [row.rest] for name in row.fields()}, visit()), model):
                assert item.silent or not item.statements, row.id  # not "one of them is abnormal"
                for key, vector in item.vectors.items():
                    if not item.silent:
                        assert vector[0] > 0, (row.id, key)
                        assert not any(vector[1:]), (row.id, key)


@pytest.mark.parametrize("fields", [{"x": ['"slr"'] * 1001}, {"medicines": [",".join(["aspirin"] * 1001)]}])
def test_lists_of_thousands_are_refused(fields):
    with pytest.raises(CaseError, match="at most 1000"):
        case_from_form(fields, visit())


def test_what_an_opened_case_states_stands_in_its_own_field():
    """It stood under imaging once, its row seemed unanswered, and "rest normal" wrote "no" over it."""
    fields = form_from_case(read_case(ROOT / "examples" / "herniation-l4-l5.yaml"), visit())
    rows = visit().rows()

    def words(name):
        return said_words(fields[f"f.{name}"][0], rows[name.partition(".")[0]])

    assert words("bladder_change") == "yes, new"
    assert words("new_constipation") == "yes, new"
    assert words("power_ankle_dorsiflexion.left") == "3+/5"
    assert words("power_great_toe_extension.left") == "3-/5"
    assert words("slr.left") == "45°"
    assert {json.loads(x)["finding"][:4] for x in fields["x"]} == {"img_"}


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_what_has_a_row_stands_in_it(path):
    fields = form_from_case(read_case(path), visit())
    for text in fields["x"]:
        raw = json.loads(text)
        row = visit().rows().get(raw["finding"])
        if row is not None and (not row.sided or raw.get("side") in ("left", "right", "bilateral")):
            assert any(fields.get(name) for name in row.fields()), raw  # stated twice: the second time outside


@pytest.mark.parametrize(
    "value",
    ['{"state": ["a"]}', '{"mrc": {}}', '{"degrees": "x"}', '{"not": 3}', '{"state": "present"', "{" * 5000],
)
def test_a_field_that_somebody_tampered_with_is_refused_in_words_and_can_be_shown(value):
    row = visit().rows()["bladder_change"]
    assert isinstance(said_words(value, row), str)
    with pytest.raises(CaseError):
        assess(case_from_form({"f.bladder_change": [value]}, visit()), draws=1)


def test_a_field_speaks_of_its_own_finding_alone():
    fields = {"f.bladder_change": ['{"finding": "slr", "side": "left", "state": "present"}']}
    (found,) = case_from_form(fields, visit()).observations
    assert found.finding == "bladder_change"


def test_what_is_stated_in_any_way_is_known_to_rest_normal():
    case = case_from_mapping(
        {
            "findings": [
                {"finding": "bladder_change", "new": True},
                {"finding": "pain_leg", "side": "left"},
                {"finding": "power_knee_extension", "side": "unstated", "state": "mild"},
                {"finding": "night_pain", "state": "absent"},
            ],
            "conditions": ["osteoporosis"],
        }
    )
    keys = set(stated(case).keys)
    assert {"bladder_change", "pain_calf@left", "power_knee_extension@right", "osteoporosis"} <= keys
    assert not {"pain_calf@right", "night_pain"} & keys
    parts = visit().rows()["sphincter_disturbance"].parts["f.sphincter_disturbance"]
    assert set(parts) & keys  # so "no disturbance of bladder or bowel" is not presumed, either


def test_a_wrong_number_is_told_in_the_words_of_its_field():
    told = number_faults({"age": ["420"], "m.inr": ["abc"], "m.egfr": ["60"], "m.platelets": ["nan"]})
    assert set(told) == {"age", "m.inr", "m.platelets"}
    assert told["age"] == "Age: give a number from 0 to 120. Here stands '420'."
    assert told["m.inr"].startswith("INR: give a number from 0 to 20.")
    assert not any("context" in words or "m." in words for words in told.values())
