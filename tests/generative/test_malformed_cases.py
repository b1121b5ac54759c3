"""Malformed cases: whatever is fed to the reader, only ``CaseError`` (or ``ContradictionError``) comes out."""

from __future__ import annotations

import json
from collections import Counter
from copy import deepcopy
from functools import lru_cache
from typing import Any

import yaml
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from foramen.anatomy import LEVELS, ROOTS, SIDES, VERTEBRAE
from foramen.errors import CaseError
from foramen.model.model import Model, default_model
from foramen.records.case_file import read_case
from foramen.records.case_writer import case_to_yaml
from foramen.records.evidence import combine_items, items_of
from foramen.records.plain import decode

WANTED = 10_000
VALID: dict[str, Any] = {
    "id": "valid",
    "context": {"age": 52, "sex": "female", "setting": "primary_care"},
    "studies": [{"id": "mri", "modality": "mri", "region": "lumbar", "complete": True, "date": "2024-01-01"}],
    "findings": [
        {"finding": "pain_leg", "side": "left", "state": "present", "since": "3 weeks"},
        {"finding": "slr", "side": "left", "degrees": 40},
        {"finding": "power_great_toe_extension", "side": "left", "mrc": "4-", "new": True},
        {"finding": "reflex_leg", "side": "unstated", "state": "reduced"},
        {"finding": "img_herniation", "level": "L4-L5", "side": "left", "state": "extrusion", "study": "mri"},
        {"finding": "img_fracture", "vertebra": "L3", "not": ["old"], "study": "mri"},
        {"finding": "edx_root", "root": "L5", "side": "left", "since": "4 weeks"},
        {"finding": "fever_reported", "state": False},
    ],
    "medicines": ["warfarin"],
    "conditions": ["diabetes"],
    "scores": {"odi": 40},
    "source": {"title": "made up"},
}

odd_scalars = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 200), st.integers(), st.floats(),
    st.text(max_size=8), st.binary(max_size=4),
    st.sampled_from(["unstated", "abnormal", "positive", "4+", "²", "9" * 400, "\x1b[31m", "\ud800", "L5-S1", "up"]),
    st.sampled_from([10**400, -(10**400), float("nan"), float("inf"), b"\xff", {1, 2}, (1,), object]),
)  # fmt: skip
odd_values = st.one_of(
    odd_scalars,
    st.lists(odd_scalars, max_size=3),
    st.dictionaries(st.one_of(st.text(max_size=5), st.integers()), odd_scalars, max_size=3),
)
plain_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=10)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@lru_cache(maxsize=1)
def model() -> Model:
    return default_model()


@lru_cache(maxsize=1)
def names() -> list[str]:
    knowledge = model().knowledge
    return sorted([*knowledge.findings, *knowledge.composites])


def _paths(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [here, *(p for key, item in inner for p in _paths(item, (*here, key)))]


PATHS = _paths(VALID)[1:]


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    """The valid case with one to three values replaced, removed, renamed, doubled or moved."""
    case = deepcopy(VALID)
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(PATHS))
        try:
            parent = case
            for key in path[:-1]:
                parent = parent[key]
            value = parent[path[-1]]
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took this place away
        match draw(st.sampled_from(["replace", "replace", "remove", "rename", "wrap", "double"])):
            case "replace":
                parent[path[-1]] = draw(odd_values)
            case "remove":
                del parent[path[-1]]
            case "wrap":
                parent[path[-1]] = [value]
            case "rename" if isinstance(parent, dict):
                parent[draw(st.sampled_from(["sied", "Finding", "", "level", "root", "mrc", "<<", "not"]))] = (
                    parent.pop(path[-1])
                )
            case _ if isinstance(parent, list):
                parent.append(value)
    return case


@st.composite
def odd_findings(draw: st.DrawFn) -> dict[str, Any]:
    """Real finding ids with fields that mostly do not fit them, or each other."""
    places = {
        "side": st.sampled_from([*SIDES, "bilateral", "central", "unstated", "L", "both"]),
        "level": st.sampled_from([*LEVELS, "unstated", "L6-S1", "C5-C6"]),
        "vertebra": st.sampled_from([*VERTEBRAE, "T12", "unstated"]),
        "root": st.sampled_from([*ROOTS, "S2", "unstated"]),
        "state": st.sampled_from(["present", "absent", "severe", "normal", "positive", "purple", "reduced", "grade1"]),
        "not": st.sampled_from([["absent"], ["present", "absent"], "normal", [], ["nonsense"]]),
        "mrc": st.sampled_from([0, 3, 5, 6, "4+", "5+", "-1", -1]),
        "degrees": st.sampled_from([0, 45, 90, 181]),
        "since": st.sampled_from(["2 weeks", "1" * 300 + " days", "yesterday"]),
    }
    found = []
    for _ in range(draw(st.integers(1, 4))):
        fields = draw(st.lists(st.sampled_from(sorted(places)), min_size=1, max_size=4, unique=True))
        row = {key: draw(places[key]) for key in fields}
        found.append({"finding": draw(st.sampled_from(names())), **row})
    return {"findings": found}


@st.composite
def damaged_text(draw: st.DrawFn) -> str:
    """The valid case as YAML or JSON text with a piece cut out, doubled, or odd characters put in."""
    text = draw(st.sampled_from([yaml.safe_dump(VALID), json.dumps(VALID), json.dumps(VALID, indent=1)]))
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 30)))
        put = draw(
            st.sampled_from(
                ["", "*a", "&a ", "!!float ", "- ", ": ", "{", "}", "[", "]", '"', "\t", "\0", "#", "%", "|\n"]
            )
            | st.text(max_size=5)
        )
        text = text[:start] + put + text[end:]
    return text


malformed = st.one_of(
    mutated(), mutated(), odd_findings(), odd_findings(), damaged_text(), damaged_text(),
    st.text(max_size=60), plain_values.map(json.dumps), st.binary(max_size=60),
    plain_values.map(lambda v: yaml.safe_dump(v, allow_unicode=True)),
)  # fmt: skip


def feed(source: Any) -> str:
    """Read a case as far as it goes; the kind of refusal, or ``accepted``."""
    try:
        if isinstance(source, bytes):
            source = decode(source, "bytes")
        case = read_case(source)
        combine_items(items_of(case, model()))
    except CaseError as error:
        told, kind = str(error), type(error).__name__
    else:
        # what is accepted can be written and read back to the same case
        assert read_case(case_to_yaml(case)) == case
        return "accepted"
    assert told.strip()
    assert "\n" not in told
    assert len(told) < 2_000
    return kind


def test_ten_thousand_malformed_cases_bring_nothing_but_a_named_refusal() -> None:
    seen: Counter[str] = Counter()

    @settings(max_examples=13_000, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(malformed)
    def each(source: Any) -> None:
        note(repr(source)[:2_000])
        seen[feed(source)] += 1

    each()
    refused = seen["CaseError"] + seen["ContradictionError"]
    assert refused >= WANTED, seen
    assert seen["ContradictionError"] > 0
    assert seen["accepted"] > 0, "some changes leave a valid case"


def test_the_unharmed_case_is_accepted() -> None:
    assert feed(VALID) == "accepted"
    assert feed(yaml.safe_dump(VALID)) == "accepted"
    assert feed(json.dumps(VALID)) == "accepted"
