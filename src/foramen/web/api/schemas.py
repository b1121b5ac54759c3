"""The schemas of the OpenAPI document: those of ``foramen schema``, and of what else the API answers.

OpenAPI 3.1 holds JSON Schema 2020-12 as it stands; only the references are turned to where the document keeps them.
"""

from __future__ import annotations

from typing import Any

from foramen.anatomy import LEVELS, ROOTS, SIDES, VERTEBRAE
from foramen.assessment.schemas import Of, schema_of
from foramen.knowledge.catalogue import PLACES
from foramen.knowledge.plan_schema import Treatment
from foramen.records.case_schema import dataclass_schema
from foramen.records.reports.result import CERTAINTIES, ReadReport

Schema = dict[str, Any]
HOME = "#/components/schemas/"
_TEXT: Schema = {"type": "string"}
_TEXTS: Schema = {"type": "array", "items": _TEXT}


def components() -> dict[str, Schema]:
    """Every schema by its name."""
    found: dict[str, Schema] = {}
    report = dataclass_schema(ReadReport, title="Read report", enums={"ReportFinding.certainty": CERTAINTIES})
    report["properties"] |= {
        "case": {"$ref": "#/$defs/Case", "description": "The given case with the findings added."},
        "left_out": {**_TEXTS, "description": "What the report says that did not reach the case."},
    }
    _add(found, "Case", schema_of(Of.case))
    _add(found, "Assessment", schema_of(Of.assessment))
    _add(found, "ReadReport", report)
    _add(found, "Treatment", dataclass_schema(Treatment, title="Treatment"))
    found["ReportRequest"] = {
        "type": "object",
        "additionalProperties": False,
        "required": ["text"],
        "properties": {
            "text": {**_TEXT, "description": "The report's text; the first 200,000 characters are read."},
            "case": {**_ref("Case"), "description": "A case to which the findings are to be added."},
        },
    }
    found |= {"Finding": _finding(), "Source": _source(), "Problem": _problem()}
    return found


def _add(found: dict[str, Schema], name: str, schema: Schema) -> None:
    """Put a schema and its definitions among the others, with their references turned."""
    for inner, definition in schema.pop("$defs", {}).items():
        found[inner] = _turned(definition)
    schema.pop("$schema", None)
    found[name] = _turned(schema)


def _turned(value: Any) -> Any:
    if isinstance(value, dict):
        here = {k: _turned(v) for k, v in value.items() if k != "$ref"}
        return here if "$ref" not in value else {"$ref": value["$ref"].replace("#/$defs/", HOME), **here}
    return [_turned(v) for v in value] if isinstance(value, list) else value


def _ref(name: str) -> Schema:
    return {"$ref": HOME + name}


def _row(description: str, properties: dict[str, Schema]) -> Schema:
    return {
        "type": "object",
        "description": description,
        "additionalProperties": False,
        "required": list(properties),
        "properties": properties,
    }


def _some(values: Any) -> Schema:
    return {"type": "array", "items": {"enum": list(values)}}


def _finding() -> Schema:
    return _row(
        "A finding that a case can name. `any_of` is filled for a composite: the findings it may stand for.",
        {
            "id": _TEXT,
            "name": _TEXT,
            "category": _TEXT,
            "states": {**_TEXTS, "description": "The first one is the normal one."},
            "site": {"enum": list(PLACES), "description": "Which place it has."},
            "sides": _some(SIDES),
            "levels": _some(LEVELS),
            "vertebrae": _some(VERTEBRAE),
            "roots": _some(ROOTS),
            "question": _TEXT,
            "how": _TEXT,
            "burden": _TEXT,
            "kind": _TEXT,
            "any_of": _TEXTS,
            "words": {
                "type": "object",
                "description": "Usual words for states, each with the states it leaves open.",
                "additionalProperties": _TEXTS,
            },
        },
    )


def _source() -> Schema:
    number = {"type": ["number", "null"]}
    figure = _row(
        "One number read (or recalled) in the source.",
        {
            "id": _TEXT,
            "quantity": _TEXT,
            "about": _TEXT,
            "value": number,
            "ci": {"type": ["array", "null"], "items": {"type": "number"}, "description": "95 % interval."},
            "n": {"type": ["integer", "null"]},
            "counts": _TEXT,
            "read_in_source": {"type": "boolean"},
            "used_in": _TEXTS,
        },
    )
    return _row(
        "A source with its figures.",
        {
            "id": _TEXT,
            "citation": _TEXT,
            "year": {"type": ["integer", "string", "null"]},
            "identifiers": _TEXTS,
            "figures": {"type": "array", "items": figure},
            "uses": {"type": "integer"},
        },
    )


def _problem() -> Schema:
    return {
        "type": "object",
        "description": "A problem document (RFC 9457): what is wrong, where, what is allowed, what to do.",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"const": "about:blank"},
            "title": _TEXT,
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": {**_TEXT, "description": "All of it in one line."},
            "field": {**_TEXT, "description": "Where, such as `findings[0].side`."},
            "given": {**_TEXT, "description": "What was given there, shortened."},
            "allowed": {**_TEXTS, "description": "What would be accepted."},
            "nearest": {"type": ["string", "null"], "description": "The closest accepted value."},
            "cure": {**_TEXT, "description": "What to do."},
        },
    }
