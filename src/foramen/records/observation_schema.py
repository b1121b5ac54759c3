"""JSON Schema of one finding as a case states it: which places, states and measurements each finding takes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from foramen.anatomy import LEVELS, ROOTS, SIDES, VERTEBRAE
from foramen.case import COURSES, Observation
from foramen.knowledge.catalogue import LOST, STATES_SOMEWHERE, may_be_lost
from foramen.knowledge.schema import Finding, Knowledge
from foramen.records.evidence import UNSTATED, places_meant
from foramen.records.grades import takes
from foramen.records.plain import NAME, TEXT, WHOLE
from foramen.records.state_words import ABNORMAL_WORDS, NORMAL_WORDS, deniable, grades_in_words, unclear_words

Schema = dict[str, Any]
# no control characters, no marks that turn the direction of reading (``plain`` refuses them)
_SHOWN = r"\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069"
TEXT_SCHEMA: Schema = {"type": "string", "maxLength": TEXT, "pattern": f"^[^{_SHOWN}]*$"}
NAME_SCHEMA: Schema = {"type": "string", "maxLength": NAME, "pattern": f"^[^{_SHOWN}\\t\\n\\r]*$"}
_NOTHING: Schema = {"type": "null"}
PLACES = {"side": (*SIDES, "bilateral", "central"), "level": LEVELS, "vertebra": VERTEBRAE, "root": ROOTS}
TAKEN = {"side": ("side",), "level": ("level", "side"), "level_side": ("level", "side"), "vertebra": ("vertebra",),
         "root_side": ("root", "side"), "none": ()}  # fmt: skip

MEASURED: dict[str, Schema] = {
    "mrc": {
        "description": "Power, MRC grade 0 to 5, also written 4-, 4+ or 4/5.",
        "anyOf": [
            {"type": ["number", "null"], "minimum": 0, "maximum": 5},
            {"type": "string", "pattern": r"^\s*(0[+]?|[1-4][+-]?|5-?)(/5)?\s*$"},
        ],
    },
    "degrees": {"type": ["number", "null"], "minimum": 0, "maximum": 180},
}


def text_or_number(*, null: bool = False) -> Schema:
    """What is read as text; a number stands for its digits."""
    kinds = ["string", "number", *(["null"] if null else [])]
    return {**TEXT_SCHEMA, "type": kinds, "minimum": -WHOLE, "maximum": WHOLE}


def bare_names(knowledge: Knowledge) -> list[str]:
    """Every id that says something by itself: all but reflexes."""
    alone = [f.id for f in knowledge.findings.values() if "present" not in unclear_words(f)]
    return sorted([*alone, *knowledge.composites])


def observation_schema(knowledge: Knowledge) -> Schema:
    """The schema of one finding of a case: one variant for all ids that take the same places, states, measurements.

    Findings and composites stand apart: some validators give up on one list of forty variants.
    """
    variants: dict[bool, dict[str, tuple[list[str], Schema]]] = {False: {}, True: {}}
    for name, site, parts, composite in _parts(knowledge):
        own = {**_places(name, site, parts), **_states(parts, composite), **_measurements(parts)}
        variants[composite].setdefault(repr(own), ([], own))[0].append(name)
    kinds = [
        [_variant(sorted(names), *way) for names, own in found.values() for way in _ways(own)]
        for found in variants.values()
        if found
    ]
    return {
        "description": "One finding as stated. Without state, not, mrc or degrees it is present; a reflex needs one.",
        "anyOf": [{"anyOf": kind} for kind in kinds],
    }


def _ways(own: Schema) -> list[tuple[Schema, tuple[str, ...]]]:
    """(properties, those required): what cannot be "present" needs a state, or states that are excluded."""
    states, (one, several) = own["state"]["enum"], own["not"]["anyOf"]
    if "present" in states:
        return [(own, ())]
    denied = {"anyOf": [{"enum": [s for s in one["enum"] if s]}, {**several, "minItems": 1}]}
    return [
        ({**own, "state": {**own["state"], "enum": [s for s in states if s is not None]}}, ("state",)),
        ({**own, "state": _NOTHING, "not": {**own["not"], **denied}}, ("not",)),
    ]


def _variant(names: list[str], own: Schema, required: tuple[str, ...] = ()) -> Schema:
    text: Schema = {"$ref": "#/$defs/words"}
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["finding", *required],
        "properties": {
            "finding": {"enum": names, "description": "Its id; `foramen findings` explains each."},
            **own,
            "study": {**text, "description": "The id of a study."},
            "since": {**text, "description": "Such as '3 weeks'."},
            "new": {"type": ["boolean", "null"]},
            "course": {"enum": [*COURSES, None]},
            "previous": text,
            "text": {**text, "description": "The words it was taken from."},
        },
    }


def _parts(knowledge: Knowledge) -> Iterable[tuple[str, str, list[Finding], bool]]:
    """(id, site, findings that it can stand for, whether it is a composite) of every id."""
    for finding in knowledge.findings.values():
        yield finding.id, finding.site, [finding], False
    for composite in knowledge.composites.values():
        yield composite.id, composite.site, [knowledge.findings[f] for f in composite.any_of], True


def _places(name: str, site: str, parts: Sequence[Finding]) -> Schema:
    """Which place fields an id may have, and their values."""
    places: Schema = dict.fromkeys(PLACES, _NOTHING)
    for key in TAKEN[site]:
        possible = [v for v in PLACES[key] if _somewhere(name, site, parts, key, v)]
        places[key] = {"enum": [*possible, UNSTATED, None]}
    return places


def _somewhere(name: str, site: str, parts: Sequence[Finding], key: str, value: str) -> bool:
    """Whether a place leaves anything that the id could stand for."""
    if key != "side":
        return True
    if site == "level":
        return value == "central"
    if value == "central" and site != "level_side":
        return False
    return any(places_meant(Observation(name, side=value), site, parts))


def _states(parts: Sequence[Finding], composite: bool) -> Schema:
    """The states of an id; a composite takes a state of any of its parts that all of them understand."""
    words = [*NORMAL_WORDS, *ABNORMAL_WORDS, *(STATES_SOMEWHERE if composite else ())]
    words += sorted(grades_in_words(parts) - set(words)) if composite else []
    lost = any(may_be_lost(p.states) for p in parts)
    words += [LOST] if lost else []
    unclear = {w for p in parts for w in unclear_words(p, lenient=composite)}
    words = [w for w in words if w not in unclear]
    every = dict.fromkeys(s for p in parts for s in (*p.states, *p.words))
    own = [s for s in every if all(s in (*p.states, *p.words, *words) for p in parts)]
    denied = deniable(parts, composite=composite)
    named = [*own, *(w for w in words if w not in own)]
    true, false = ("yes", "no") if lost else ("present", "absent")
    yes_no = [answer for answer, word in ((True, true), (False, false)) if word in named]
    return {
        "state": {
            "description": "A state's name.",
            "enum": [*named, *yes_no, None],
        },
        "not": {
            "description": "States that are excluded.",
            "anyOf": [{"enum": [*denied, None]}, {"type": "array", "items": {"enum": denied}}],
        },
    }


def _measurements(parts: Sequence[Finding]) -> Schema:
    """The measurements that an id takes."""
    found = dict.fromkeys(MEASURED, _NOTHING)
    for key, schema in MEASURED.items():
        if any(takes(key, p) for p in parts):
            found[key] = schema
    return found
