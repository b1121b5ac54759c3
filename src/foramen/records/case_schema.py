"""JSON Schema (draft 2020-12) of a case and of an assessment, for other programs and for editors.

A case that the schema accepts can still be refused where findings contradict each other, where a text names a study
or a treatment that is not known, or where too many findings leave their place open; a case that the schema refuses is
always refused. The schema of an assessment is taken from its dataclasses, so it cannot fall behind them.
"""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, Union, get_args, get_origin, get_type_hints

from foramen.anatomy import SETTINGS, SEXES
from foramen.case import MEASUREMENTS, MODALITIES, REGIONS, RESULTS
from foramen.knowledge.schema import Knowledge
from foramen.records.case_file import DECADE
from foramen.records.observation_schema import NAME_SCHEMA, Schema, bare_names, observation_schema, text_or_number

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_FREE: Schema = {"$ref": "#/$defs/plain"}
_PLAIN: Schema = {
    "description": "Anything, up to 20 levels deep.",
    "anyOf": [
        text_or_number(null=True),
        {"type": "boolean"},
        {"type": "array", "items": _FREE},
        {"type": "object", "propertyNames": NAME_SCHEMA, "additionalProperties": _FREE},
    ],
}


def case_schema(knowledge: Knowledge) -> Schema:
    """The schema of a case under a knowledge: its finding ids, their states and places."""
    study: Schema = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "id": text_or_number(),
            "modality": {"enum": [*MODALITIES, None]},
            "region": {"enum": [*REGIONS, None]},
            "complete": {"type": "boolean", "description": "Covers the whole region: silence counts."},
            "date": text_or_number(null=True),
        },
    }
    return {
        "$schema": DRAFT,
        "title": "Foramen case",
        "description": "One person at one time. What is not listed is not known; not asked is not absent.",
        "x-knowledge-version": knowledge.version,
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "id": text_or_number(),
            "context": {
                "type": ["object", "null"],
                "additionalProperties": False,
                "properties": {
                    "age": {
                        "description": "Years, or a decade such as 70s.",
                        "anyOf": [
                            {"type": ["number", "null"], "minimum": 0, "maximum": 120},
                            {"type": "string", "pattern": f"^(?:{DECADE})$"},
                        ],
                    },
                    "sex": {"enum": [*SEXES, None]},
                    "setting": {"enum": [*SETTINGS, None]},
                },
            },
            "findings": {
                "type": ["array", "null"],
                "items": {"anyOf": [{"$ref": "#/$defs/observation"}, {"enum": bare_names(knowledge)}]},
            },
            "studies": {"type": ["array", "null"], "items": {"$ref": "#/$defs/study"}},
            "medicines": {"type": ["array", "null"], "items": text_or_number()},
            "medicines_complete": {"type": "boolean", "description": "What is not listed is not taken."},
            "conditions": {"type": ["array", "null"], "items": text_or_number()},
            "conditions_complete": {"type": "boolean", "description": "What is not listed is absent."},
            "no_conditions": {
                "type": ["array", "null"],
                "items": text_or_number(),
                "description": "Asked for and denied.",
            },
            "measurements": _measurements(),
            "tried": {"type": ["array", "null"], "items": {"$ref": "#/$defs/tried"}},
            "scores": {
                "type": ["object", "null"],
                "propertyNames": NAME_SCHEMA,
                "additionalProperties": {"type": ["number", "null"], "minimum": 0, "maximum": 1000},
            },
            "source": {
                "type": ["object", "null"],
                "description": "Where the case comes from; not used.",
                "propertyNames": NAME_SCHEMA,
                "additionalProperties": _FREE,
            },
            "truth": {**_FREE, "description": "The known answer, for validation; not used."},
            "not_encoded": {**_FREE, "description": "What the record says and no finding holds; not used."},
            "note": {**_FREE, "description": "Free words; not used."},
        },
        "$defs": {
            "observation": observation_schema(knowledge),
            "study": study,
            "tried": _tried(),
            "plain": _PLAIN,
            "words": text_or_number(null=True),
        },
    }


def _measurements() -> Schema:
    ranges = {k: {"type": ["number", "null"], "minimum": a, "maximum": b} for k, (a, b) in MEASUREMENTS.items()}
    return {"type": ["object", "null"], "additionalProperties": False, "properties": ranges}


def _tried() -> Schema:
    return {
        "type": "object",
        "description": "A treatment tried for this complaint, by id or name.",
        "additionalProperties": False,
        "required": ["treatment", "result"],
        "properties": {
            "treatment": {**text_or_number(), "not": {"enum": ["", 0]}},
            "result": {"enum": list(RESULTS)},
            "weeks": {"type": ["number", "null"], "minimum": 0, "maximum": 5000},
        },
    }


def dataclass_schema(kind: type, *, title: str, enums: Mapping[str, Sequence[str]] | None = None) -> Schema:
    """The schema of a dataclass as ``values.plain_data`` renders it.

    ``enums`` maps ``Class.field`` to its allowed texts. Raises ``TypeError`` for a type it has no schema for.
    """
    definitions: dict[str, Schema] = {}
    top = _of_dataclass(kind, definitions, enums or {})
    return {"$schema": DRAFT, "title": title, **top, "$defs": dict(sorted(definitions.items()))}


def _of_dataclass(kind: type, definitions: dict[str, Schema], enums: Mapping[str, Sequence[str]]) -> Schema:
    hints = get_type_hints(kind)
    properties: dict[str, Schema] = {}
    for f in fields(kind):
        name = f"{kind.__name__}.{f.name}"
        chosen = enums.get(name)
        properties[f.name] = {"enum": list(chosen)} if chosen else _of(hints[f.name], definitions, enums)
        if f.default is not MISSING and isinstance(f.default, str) and f.name == "schema_version":
            properties[f.name] = {"const": f.default}
    doc = (kind.__doc__ or "").strip()
    out: Schema = {"type": "object", "additionalProperties": False, "required": list(properties)}
    if doc and not doc.startswith(f"{kind.__name__}("):  # the signature, written where there are no words
        out["description"] = " ".join(doc.split())
    return {**out, "properties": properties}


def _of(hint: Any, definitions: dict[str, Schema], enums: Mapping[str, Sequence[str]]) -> Schema:
    origin, args = get_origin(hint), get_args(hint)
    simple: dict[Any, Schema] = {
        str: {"type": "string"},
        bool: {"type": "boolean"},
        int: {"type": "integer"},
        float: {"type": "number"},
        type(None): {"type": "null"},
        Any: {},
    }
    if hint in simple:
        return simple[hint]
    if isinstance(hint, type) and is_dataclass(hint):
        if hint.__name__ not in definitions:
            definitions[hint.__name__] = {}
            definitions[hint.__name__] = _of_dataclass(hint, definitions, enums)
        return {"$ref": f"#/$defs/{hint.__name__}"}
    if origin in (Union, types.UnionType):
        return {"anyOf": [_of(a, definitions, enums) for a in args]}
    if origin is tuple and len(args) == 2 and args[1] is Ellipsis:
        return {"type": "array", "items": _of(args[0], definitions, enums)}
    if origin is tuple:
        items = [_of(a, definitions, enums) for a in args]
        return {"type": "array", "prefixItems": items, "minItems": len(items), "maxItems": len(items)}
    if origin is frozenset:
        return {"type": "array", "items": _of(args[0], definitions, enums), "uniqueItems": True}
    if isinstance(origin, type) and issubclass(origin, Mapping):
        values = _of(args[1], definitions, enums)
        return {"type": "object", "additionalProperties": values} if values else {"type": "object"}
    raise TypeError(f"no schema for {hint!r}")
