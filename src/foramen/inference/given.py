"""What an engine is given, checked: evidence by finding, and the context of its cases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from foramen.anatomy import SETTINGS, SEXES
from foramen.case import AGE, NOT_KNOWN
from foramen.errors import CaseError, nearest_match
from foramen.inference.likelihood import Vector
from foramen.model.model import Model
from foramen.model.parameters import Floats
from foramen.values import is_missing, is_number, is_one_of, listed

DEFAULT_CONTEXT = {"age": 45, "sex": None, "setting": "primary_care"}


def read_rows(evidence: Any, model: Model) -> list[dict[str, Vector]]:
    """Every case as ``read_row`` reads it. Raises ``CaseError`` for what is no list of cases."""
    rows = listed(evidence)
    if rows is None:
        cure = "For one case: [{'slr@left': 'negative'}]."
        raise CaseError("expected a list of cases", field="evidence", given=evidence, cure=cure)
    return [read_row(row, model) for row in rows]


def read_row(row: Any, model: Model) -> dict[str, Vector]:
    """One case: by finding at its place, the likelihood of each of its states; 1 and 0 where a state is named.

    Raises ``CaseError`` for an unknown finding, an unknown state, or likelihoods that are none.
    """
    if not isinstance(row, Mapping):
        raise CaseError("a case maps findings to their states", field="evidence", given=row)
    return {key: _likelihoods(key, value, model) for key, value in row.items()}


def _likelihoods(key: Any, value: Any, model: Model) -> Vector:
    instance = model.instances.get(key)
    if instance is None:
        raise _unknown(key, model)
    states = instance.states
    if isinstance(value, str):
        if value not in states:
            near = nearest_match(value, states)
            raise CaseError("unknown state", field=key, given=value, allowed=states, nearest=near)
        return tuple(float(s == value) for s in states)
    vector = _numbers(value)
    if (
        vector is None
        or vector.shape != (len(states),)
        or not np.isfinite(vector).all()
        or (vector < 0).any()
        or not vector.any()
    ):
        words = f"needs {len(states)} likelihoods >= 0, not all 0"
        cure = "Leave out what is not known." if value is None or is_missing(value) else "Or the name of a state."
        raise CaseError(words, field=key, given=value, allowed=states, cure=cure)
    return tuple(float(x) for x in vector)


def _unknown(key: Any, model: Model) -> CaseError:
    """What is wrong with a name that is no finding at a place."""
    knowledge = model.knowledge
    name, at, _ = str(key).partition("@")
    own = _places(name, model)
    if own == (name,):
        return CaseError(f"{name} has no place", field=str(key), nearest=name)
    if own and not at:
        return CaseError("this finding needs its place", field=name, allowed=own)
    if name in knowledge.composites:
        parts = tuple(place for part in knowledge.composites[name].any_of for place in _places(part, model))
        return CaseError(
            "this stands for several findings, and the engine takes single ones", field=str(key), allowed=parts,
            cure="`foramen.assess` takes it as it is.",
        )  # fmt: skip
    near = nearest_match(key, own or (model.instances if at else knowledge.findings))
    allowed = own or (() if at or near is None else _places(near, model))
    return CaseError(
        "unknown finding", field=str(key), nearest=near, allowed=allowed, cure="`foramen findings` lists them all."
    )


def _places(finding: str, model: Model) -> tuple[str, ...]:
    """Names of a finding at its places; its own name where it has none."""
    return tuple(key for key, instance in model.instances.items() if instance.finding.id == finding)


def read_context(context: Any) -> dict[str, Any]:
    """Age in years (or None), sex and setting; a missing key takes its value from ``DEFAULT_CONTEXT``.

    Raises ``CaseError`` for another key, or a value that is not known.
    """
    if context is not None and not isinstance(context, Mapping):
        raise CaseError("the context maps age, sex and setting", field="context", given=context)
    given = {**DEFAULT_CONTEXT, **(context or {})}
    for key in given.keys() - DEFAULT_CONTEXT.keys():
        near = nearest_match(key, DEFAULT_CONTEXT)
        raise CaseError("unknown field", field=f"context.{key}", allowed=tuple(DEFAULT_CONTEXT), nearest=near)
    for name, allowed in (("setting", SETTINGS), ("sex", SEXES)):
        if (value := given[name]) is not None and not is_one_of(value, allowed):
            near, cure = nearest_match(value, allowed), NOT_KNOWN if is_missing(value) else ""
            raise CaseError(f"unknown {name}", field=name, given=value, allowed=allowed, nearest=near, cure=cure)
    if (age := given["age"]) is not None:
        if not is_number(age, *AGE):
            cure = NOT_KNOWN if is_missing(age) else ""
            raise CaseError("age must be a number of years from 0 to 120", field="age", given=age, cure=cure)
        given["age"] = float(age)
    return given


def _numbers(value: Any) -> Floats | None:
    """An array of numbers; None where it is none."""
    try:
        return np.asarray(value, dtype=float)
    except (TypeError, ValueError, OverflowError):
        return None
