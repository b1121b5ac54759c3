"""The published schemas say what the reader does, and a case survives being written and read again."""

from __future__ import annotations

from dataclasses import make_dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from foramen.anatomy import LEVELS, ROOTS, SIDES, VERTEBRAE
from foramen.assessment.result import Assessment
from foramen.assessment.schemas import Of, schema_of
from foramen.case import Case, Observation, Study
from foramen.errors import CaseError, ContradictionError
from foramen.model.model import default_model
from foramen.records.case_file import read_case
from foramen.records.case_schema import dataclass_schema
from foramen.records.case_writer import case_to_yaml, write_case
from foramen.records.evidence import items_of

ROOT = Path(__file__).parents[2]
GUARD = {
    line.strip()
    for line in (ROOT / "validation" / "guard.txt").read_text(encoding="utf-8").splitlines()
    if line.strip() and not line.startswith("#")
}
CASES = [p for p in sorted((ROOT / "validation" / "cases").glob("*.yaml")) if p.stem not in GUARD]
FIELDS: dict[str, list[Any]] = {
    "side": [*SIDES, "bilateral", "central", "unstated", "up", 3],
    "level": [*LEVELS, "unstated", "L6-S1"],
    "vertebra": [*VERTEBRAE, "unstated", "T12"],
    "root": [*ROOTS, "unstated", "S2"],
    "state": [
        "present",
        "absent",
        "normal",
        "abnormal",
        "severe",
        "positive",
        "reduced",
        "mild",
        "purple",
        True,
        False,
    ],
    "mrc": [0, 5, "4-", "5-", "4+/5", 6, "0-", "x"],
    "degrees": [0, 40, 180, 181, "40"],
    "new": [True, False, "yes"],
    "since": ["3 weeks", 3, []],
}


@lru_cache(maxsize=1)
def validator() -> Draft202012Validator:
    return Draft202012Validator(schema_of(Of.case))


def names() -> list[str]:
    knowledge = default_model().knowledge
    return sorted([*knowledge.findings, *knowledge.composites])


def accepted(case: Any) -> bool:
    """Whether the reader takes the case; findings that contradict each other are another matter."""
    try:
        items_of(read_case(case), default_model())
    except ContradictionError:
        return True
    except CaseError:
        return False
    return True


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_what_the_schema_refuses_the_reader_refuses(data: st.DataObject) -> None:
    row = {"finding": data.draw(st.sampled_from(names()))}
    for key in data.draw(st.lists(st.sampled_from(sorted(FIELDS)), max_size=4, unique=True)):
        row[key] = data.draw(st.sampled_from(FIELDS[key]))
    case = {"findings": [row]}
    if not validator().is_valid(case):
        assert not accepted(case), row


def test_every_state_and_place_of_every_finding_is_accepted_by_both() -> None:
    places: dict[str, dict[str, str]] = {
        "none": {},
        "side": {"side": "left"},
        "level": {"level": "L4-L5"},
        "level_side": {"level": "L4-L5", "side": "right"},
        "vertebra": {"vertebra": "L3"},
        "root_side": {"root": "S1", "side": "left"},
    }
    for finding in default_model().knowledge.findings.values():
        case = {"findings": [{"finding": finding.id, "state": s, **places[finding.site]} for s in finding.states]}
        validator().validate(case)
        assert accepted(case), finding.id


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_development_cases_meet_the_schema_and_survive_writing(path: Path) -> None:
    validator().validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    case = read_case(path)
    again = case_to_yaml(case)
    assert read_case(again) == case
    validator().validate(yaml.safe_load(again))


words = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=20).filter(
    lambda t: not set(t) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
)
maybe = st.none() | words
observations = st.builds(
    Observation,
    finding=words,
    state=words.filter(str.strip),
    not_states=st.lists(words, max_size=2).map(tuple),
    side=maybe,
    level=maybe,
    mrc=st.none() | st.floats(0, 5),
    degrees=st.none() | st.floats(0, 180),
    since=maybe,
    new=st.none() | st.booleans(),
    text=maybe,
)
cases = st.builds(
    Case,
    id=words,
    age=st.none() | st.floats(0, 120),
    sex=st.none() | st.sampled_from(["female", "male"]),
    setting=st.none() | st.sampled_from(["primary_care", "emergency", "spine_clinic"]),
    observations=st.lists(observations, max_size=3).map(tuple),
    studies=st.sampled_from([(), (Study("a", "ct", "lumbar", True, "2024-05-01"),)]),
    medicines=st.lists(words, max_size=2).map(tuple),
    conditions=st.lists(words, max_size=2).map(tuple),
    scores=st.dictionaries(words.filter(str.isprintable), st.floats(0, 1000), max_size=2),
    source=st.dictionaries(words.filter(str.isprintable), words | st.integers(0, 3000), max_size=2),
)


@settings(max_examples=300, deadline=None)
@given(cases)
def test_any_case_is_the_same_after_writing_and_reading(case: Case) -> None:
    assert read_case(case_to_yaml(case)) == case


def test_a_case_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = write_case(Case(id="x", age=40), tmp_path / "x.yaml")
    assert read_case(target) == Case(id="x", age=40.0)
    before = target.read_text(encoding="utf-8")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(CaseError, match="No space left"):
        write_case(Case(id="y"), target)
    assert target.read_text(encoding="utf-8") == before
    assert list(tmp_path.iterdir()) == [target]


def test_what_yaml_cannot_hold_is_refused() -> None:
    with pytest.raises(CaseError, match="source"):
        case_to_yaml(Case(source={"x": object()}))


def test_the_assessment_schema_follows_its_dataclasses() -> None:
    schema = schema_of(Of.assessment)
    assert schema["required"] == list(Assessment.__dataclass_fields__)
    odd = make_dataclass("Odd", [("x", complex)])
    with pytest.raises(TypeError, match="no schema"):
        dataclass_schema(odd, title="a type that JSON does not have")


@pytest.mark.parametrize(
    ("age", "years"), [("70s", 75), ("20s", 25), ("100s", 105), (40, 40), ("70", None), ("75s", None), ("old", None)]
)
def test_an_age_may_be_a_decade_as_anonymised_accounts_give_it(age: object, years: float | None) -> None:
    body = {"context": {"age": age}, "findings": ["pain_back"]}
    assert validator().is_valid(body) is (years is not None)
    if years is None:
        with pytest.raises(CaseError, match="age"):
            read_case(body)
    else:
        assert read_case(body).age == years
