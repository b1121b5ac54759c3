"""Malformed cases: whatever is fed to the reader, only ``CaseError`` (or ``ContradictionError``) comes out."""

from __future__ import annotations

import json
from collections import Counter
from copy import deepcopy
from functools import lru_cache
from random import Random
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
        {"finding": "img_fracture", "vertebra": "L3", "not": ["burst"], "study": "mri"},
        {"finding": "edx_root", "root": "L5", "side": "left", "since": "4 weeks"},
        {"finding": "fever_reported", "state": False},
    ],
    "medicines": ["warfarin"],
    "conditions": ["diabetes"],
    "no_conditions": ["asthma"],
    "medicines_complete": True,
    "conditions_complete": False,
    "measurements": {"egfr": 60},
    "tried": [{"treatment": "ibuprofen", "result": "no_effect", "weeks": 3}],
    "scores": {"odi": 40},
    "source": {"title": "made up"},
}

TEXTS = [yaml.safe_dump(VALID), json.dumps(VALID), json.dumps(VALID, indent=1)]
ODD: list[Any] = [
    None, True, False, 0, -1, 7, 10**20, 10**400, 0.5, -0.0, 1e308, float("nan"), float("inf"), "", " ", "unstated",
    "abnormal", "positive", "4+", "4/5", "²", "9" * 400, "x" * 5000, "\x1b[31m", "\ud800", "line\nline", "L5-S1", "up",
    "no", "2024-01-01", "1:59:59", b"\xff", {1, 2}, (1,), object, [], {}, [[]], [None], {"a": 1}, {1: 2}, {None: None},
    {"finding": "slr"}, ["slr"], "slr", {"": ""}, {"new\nline": 1},
]  # fmt: skip
PLACES: dict[str, list[Any]] = {
    "side": [*SIDES, "bilateral", "central", "unstated", "L", "both", 1],
    "level": [*LEVELS, "unstated", "L6-S1", "C5-C6", 4],
    "vertebra": [*VERTEBRAE, "T12", "unstated"],
    "root": [*ROOTS, "S2", "unstated"],
    "state": ["present", "absent", "severe", "normal", "positive", "purple", "reduced", "compression", True, False],
    "not": [["absent"], ["present", "absent"], "normal", [], ["nonsense"], False],
    "mrc": [0, 3, 5, 6, "4+", "5+", "-1", -1],
    "degrees": [0, 45, 90, 181],
    "since": ["2 weeks", "1" * 300 + " days", "yesterday"],
}
KEYS = ["sied", "Finding", "", "level", "root", "mrc", "<<", "not", "id", "findings", 5, None]
PIECES = ["", "", "*a", "&a ", "!!float ", "- ", ": ", "{", "}", "[", "]", '"', "\t", "\0", "#", "%", "|\n", "? ", "é"]
plain_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=10)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
# the generator is seeded by Hypothesis and draws by itself: ten times as many cases in the same time
generators = st.randoms(use_true_random=True)


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


def mutated(rng: Random) -> Any:
    """The valid case with one to three values replaced, removed, renamed, wrapped or doubled."""
    case = deepcopy(VALID)
    for _ in range(rng.randint(1, 3)):
        path = rng.choice(PATHS)
        parent: Any = case
        try:
            for key in path[:-1]:
                parent = parent[key]
            value = parent[path[-1]]
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took this place away
        if not isinstance(parent, dict | list):
            continue
        kind = rng.choice(["replace", "replace", "replace", "remove", "rename", "wrap", "double"])
        if kind == "remove":
            del parent[path[-1]]
        elif kind == "wrap":
            parent[path[-1]] = [value]
        elif kind == "rename" and isinstance(parent, dict):
            parent[rng.choice(KEYS)] = parent.pop(path[-1])
        elif kind == "double" and isinstance(parent, list):
            parent.append(value)
        else:
            parent[path[-1]] = deepcopy(rng.choice(ODD))
    return case


def odd_findings(rng: Random) -> Any:
    """Real finding ids with fields that mostly do not fit them, or each other."""
    found = []
    for _ in range(rng.randint(1, 4)):
        fields = rng.sample(sorted(PLACES), rng.randint(1, 4))
        found.append({"finding": rng.choice(names()), **{key: rng.choice(PLACES[key]) for key in fields}})
    return {"findings": found}


def told_twice(rng: Random) -> Any:
    """The valid case with one finding told again, mostly in another state."""
    case = deepcopy(VALID)
    again = dict(rng.choice(case["findings"]))
    again.pop("degrees", None)
    case["findings"].append({**again, "state": rng.choice(PLACES["state"])})
    return case


def damaged_text(rng: Random) -> Any:
    """The valid case as YAML or JSON text with pieces cut out and odd ones put in."""
    text = rng.choice(TEXTS)
    for _ in range(rng.randint(1, 3)):
        start = rng.randint(0, len(text))
        text = text[:start] + rng.choice(PIECES) + text[start + rng.randint(0, 30) :]
    return text


MAKERS = [mutated] * 4 + [odd_findings] * 2 + [damaged_text] * 2 + [told_twice]
bulk = st.builds(lambda make, rng: make(rng), st.sampled_from(MAKERS), generators)
other = st.one_of(st.text(max_size=60), st.binary(max_size=60), plain_values.map(json.dumps))
malformed = st.one_of(bulk, bulk, bulk, bulk, other)


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

    @settings(max_examples=11_500, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(malformed)
    def each(source: Any) -> None:
        note(repr(source)[:2_000])
        seen[feed(source)] += 1

    each()
    refused = seen["CaseError"] + seen["ContradictionError"]
    assert refused >= WANTED, seen
    assert seen["ContradictionError"] > 10, seen
    assert seen["accepted"] > 0, "some changes leave a valid case"


def test_the_unharmed_case_is_accepted() -> None:
    assert feed(VALID) == "accepted"
    assert feed(yaml.safe_dump(VALID)) == "accepted"
    assert feed(json.dumps(VALID)) == "accepted"
