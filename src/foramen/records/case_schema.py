"""JSON Schema (draft 2020-12) of a case and of an assessment, for other programs and for editors.

A case that the schema accepts can still be refused where fields contradict each other or name a study that
is not listed; a case that the schema refuses is always refused. The schema of an assessment is taken from
its dataclasses, so it cannot fall behind them.
"""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, Union, get_args, get_origin, get_type_hints

from foramen.anatomy import LEVELS, ROOTS, SETTINGS, SEXES, SIDES, VERTEBRAE
from foramen.knowledge.schema import Composite, Finding, Knowledge
from foramen.records.case_file import MEASUREMENTS, MODALITIES, REGIONS, RESULTS
from foramen.records.evidence import ABNORMAL_WORDS, NORMAL_WORDS, UNSTATED

DRAFT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]
_TEXT: Schema = {"type": ["string", "number"]}
_FREE: Schema = {"type": ["object", "array", "string", "number", "boolean", "null"]}
PLACES: Mapping[str, Mapping[str, Sequence[str]]] = {
    "none": {},
    "side": {"side": (*SIDES, "bilateral")},
    "level": {"level": LEVELS, "side": ("central",)},
    "level_side": {"level": LEVELS, "side": (*SIDES, "bilateral", "central")},
    "vertebra": {"vertebra": VERTEBRAE},
    "root_side": {"root": ROOTS, "side": (*SIDES, "bilateral")},
}


def case_schema(knowledge: Knowledge) -> Schema:
    """The schema of a case under a knowledge: its finding ids, their states and places."""
    names = sorted([*knowledge.findings, *knowledge.composites])
    observation: Schema = {
        "type": "object",
        "description": "One finding as stated. Without state, not, mrc or degrees it is present.",
        "additionalProperties": False,
        "required": ["finding"],
        "properties": {
            "finding": {"enum": names, "description": "Its id; `foramen findings` explains each."},
            "state": {"type": ["string", "boolean", "null"], "description": "A state's name."},
            "not": {
                "description": "States that are excluded.",
                "anyOf": [{"type": "string"}, {"type": ["array", "null"], "items": {"type": "string"}}],
            },
            "side": {"type": ["string", "null"]},
            "level": {"enum": [*LEVELS, UNSTATED, None]},
            "vertebra": {"enum": [*VERTEBRAE, UNSTATED, None]},
            "root": {"enum": [*ROOTS, UNSTATED, None]},
            "mrc": {
                "description": "Power, MRC grade 0 to 5, also written 4-, 4+ or 4/5.",
                "anyOf": [
                    {"type": ["number", "null"], "minimum": 0, "maximum": 5},
                    {"type": "string", "pattern": "^\\s*(0[+]?|[1-4][+-]?|5-?)(/5)?\\s*$"},
                ],
            },
            "degrees": {"type": ["number", "null"], "minimum": 0, "maximum": 180},
            "study": {"type": ["string", "number", "null"], "description": "The id of a study."},
            "since": {"type": ["string", "number", "null"], "description": "Such as '3 weeks'."},
            "new": {"type": ["boolean", "null"]},
            "course": {"type": ["string", "number", "null"]},
            "previous": {"type": ["string", "number", "null"]},
            "text": {"type": ["string", "number", "null"], "description": "The words it was taken from."},
        },
        "allOf": [*_place_rules(knowledge), *_state_rules(knowledge)],
    }
    study: Schema = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "id": _TEXT,
            "modality": {"enum": [*MODALITIES, None]},
            "region": {"enum": [*REGIONS, None]},
            "complete": {"type": "boolean", "description": "Covers the whole region: silence counts."},
            "date": {"type": ["string", "number", "null"]},
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
            "id": _TEXT,
            "context": {
                "type": ["object", "null"],
                "additionalProperties": False,
                "properties": {
                    "age": {"type": ["number", "null"], "minimum": 0, "maximum": 120},
                    "sex": {"enum": [*SEXES, None]},
                    "setting": {"enum": [*SETTINGS, None]},
                },
            },
            "findings": {
                "type": ["array", "null"],
                "items": {"anyOf": [{"$ref": "#/$defs/observation"}, {"enum": names}]},
            },
            "studies": {"type": ["array", "null"], "items": {"$ref": "#/$defs/study"}},
            "medicines": {"type": ["array", "null"], "items": _TEXT},
            "medicines_complete": {"type": "boolean", "description": "What is not listed is not taken."},
            "conditions": {"type": ["array", "null"], "items": _TEXT},
            "conditions_complete": {"type": "boolean", "description": "What is not listed is absent."},
            "no_conditions": {"type": ["array", "null"], "items": _TEXT, "description": "Asked for and denied."},
            "measurements": _measurements(),
            "tried": {"type": ["array", "null"], "items": {"$ref": "#/$defs/tried"}},
            "scores": {
                "type": ["object", "null"],
                "additionalProperties": {"type": ["number", "null"], "minimum": 0, "maximum": 1000},
            },
            "source": {"type": ["object", "null"], "description": "Where the case comes from; not used."},
            "truth": {**_FREE, "description": "The known answer, for validation; not used."},
            "not_encoded": {**_FREE, "description": "What the record says and no finding holds; not used."},
            "note": {**_FREE, "description": "Free words; not used."},
        },
        "$defs": {"observation": observation, "study": study, "tried": _tried()},
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
            "treatment": _TEXT,
            "result": {"enum": list(RESULTS)},
            "weeks": {"type": ["number", "null"], "minimum": 0, "maximum": 5000},
        },
    }


def _place_rules(knowledge: Knowledge) -> list[Schema]:
    """One rule a site: which place fields its findings may have, and their values."""
    by_site: dict[str, list[str]] = {}
    known: list[Finding | Composite] = [*knowledge.findings.values(), *knowledge.composites.values()]
    for finding in known:
        by_site.setdefault(finding.site, []).append(finding.id)
    rules = []
    for site, ids in by_site.items():
        allowed = PLACES[site]
        places: Schema = {}
        for key in ("side", "level", "vertebra", "root"):
            places[key] = {"enum": [*allowed[key], UNSTATED, None]} if key in allowed else {"type": "null"}
        rules.append({"if": _one_of(ids), "then": {"properties": places}})
    return rules


def _state_rules(knowledge: Knowledge) -> list[Schema]:
    """One rule for all findings with the same states (composites take any state of their parts)."""
    by_states: dict[tuple[str, ...], list[str]] = {}
    for finding in knowledge.findings.values():
        by_states.setdefault(finding.states, []).append(finding.id)
    words = [*NORMAL_WORDS, *ABNORMAL_WORDS]
    rules = []
    for states, ids in by_states.items():
        named = [*states, *(w for w in words if w not in states)]
        body = {
            "state": {"enum": [*named, True, False, None]},
            "not": {"anyOf": [{"enum": [*states, None]}, {"type": "array", "items": {"enum": list(states)}}]},
        }
        rules.append({"if": _one_of(ids), "then": {"properties": body}})
    return rules


def _one_of(ids: Sequence[str]) -> Schema:
    return {"properties": {"finding": {"enum": sorted(ids)}}, "required": ["finding"]}


def dataclass_schema(kind: type, *, title: str, enums: Mapping[str, Sequence[str]] | None = None) -> Schema:
    """The schema of a dataclass as ``dataclasses.asdict`` and JSON render it.

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
