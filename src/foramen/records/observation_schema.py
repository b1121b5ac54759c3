"""JSON Schema of one finding as a case states it: which places, states and measurements each finding takes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from foramen.anatomy import LEVELS, ROOTS, SIDES, VERTEBRAE
from foramen.case import Observation
from foramen.knowledge.schema import Finding, Knowledge
from foramen.records.evidence import ABNORMAL_WORDS, NORMAL_WORDS, STATES_SOMEWHERE, UNSTATED, places_meant
from foramen.records.grades import states_from_measurement
from foramen.records.plain import NAME, TEXT, WHOLE

Schema = dict[str, Any]
# no control characters, no marks that turn the direction of reading (``plain`` refuses them)
_SHOWN = r"\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069"
TEXT_SCHEMA: Schema = {"type": "string", "maxLength": TEXT, "pattern": f"^[^{_SHOWN}]*$"}
NAME_SCHEMA: Schema = {"type": "string", "maxLength": NAME, "pattern": f"^[^{_SHOWN}\\t\\n\\r]*$"}
KEYS = ("side", "level", "vertebra", "root")
PLACES = {"side": (*SIDES, "bilateral", "central"), "level": LEVELS, "vertebra": VERTEBRAE, "root": ROOTS}
TAKEN = {"side": ("side",), "level": ("level", "side"), "level_side": ("level", "side"), "vertebra": ("vertebra",),
         "root_side": ("root", "side"), "none": ()}  # fmt: skip


def text_or_number(*, null: bool = False) -> Schema:
    """What is read as text; a number stands for its digits."""
    kinds = ["string", "number", *(["null"] if null else [])]
    return {**TEXT_SCHEMA, "type": kinds, "minimum": -WHOLE, "maximum": WHOLE}


def names_of(knowledge: Knowledge) -> list[str]:
    """Every id that a case can name."""
    return sorted([*knowledge.findings, *knowledge.composites])


def observation_schema(knowledge: Knowledge) -> Schema:
    """The schema of one finding of a case."""
    text = text_or_number(null=True)
    return {
        "type": "object",
        "description": "One finding as stated. Without state, not, mrc or degrees it is present.",
        "additionalProperties": False,
        "required": ["finding"],
        "properties": {
            "finding": {"enum": names_of(knowledge), "description": "Its id; `foramen findings` explains each."},
            "state": {"type": ["string", "boolean", "null"], "description": "A state's name."},
            "not": {
                "description": "States that are excluded.",
                "anyOf": [{"type": "string"}, {"type": ["array", "null"], "items": {"type": "string"}}],
            },
            "side": {"enum": [*PLACES["side"], UNSTATED, None]},
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
            "study": {**text, "description": "The id of a study."},
            "since": {**text, "description": "Such as '3 weeks'."},
            "new": {"type": ["boolean", "null"]},
            "course": text,
            "previous": text,
            "text": {**text, "description": "The words it was taken from."},
        },
        "allOf": [*_place_rules(knowledge), *_state_rules(knowledge), *_measure_rules(knowledge)],
    }


def _parts(knowledge: Knowledge) -> Iterable[tuple[str, str, list[Finding], bool]]:
    """(id, site, findings that it can stand for, whether it is a composite) of every id."""
    for finding in knowledge.findings.values():
        yield finding.id, finding.site, [finding], False
    for composite in knowledge.composites.values():
        yield composite.id, composite.site, [knowledge.findings[f] for f in composite.any_of], True


def _rules(groups: Iterable[tuple[Any, str, Schema]]) -> list[Schema]:
    """One rule for all ids with the same key."""
    ids: dict[Any, list[str]] = {}
    bodies: dict[Any, Schema] = {}
    for key, name, body in groups:
        ids.setdefault(key, []).append(name)
        bodies[key] = body
    return [{"if": _one_of(ids[key]), "then": body} for key, body in bodies.items()]


def _place_rules(knowledge: Knowledge) -> list[Schema]:
    """Which place fields an id may have, and their values."""
    groups = []
    for name, site, parts, _ in _parts(knowledge):
        places: Schema = {key: {"type": "null"} for key in KEYS}
        for key in TAKEN[site]:
            possible = [v for v in PLACES[key] if _somewhere(name, site, parts, key, v)]
            places[key] = {"enum": [*possible, UNSTATED, None]}
        groups.append((repr(places), name, {"properties": places}))
    return _rules(groups)


def _somewhere(name: str, site: str, parts: Sequence[Finding], key: str, value: str) -> bool:
    """Whether a place leaves anything that the id could stand for."""
    if key != "side":
        return True
    if value == "central" and site not in ("level", "level_side"):
        return False
    if site == "level":
        return value == "central"
    return any(places_meant(Observation(name, side=value), site, parts))


def _state_rules(knowledge: Knowledge) -> list[Schema]:
    """The states of an id; a composite takes a state of any of its parts that all of them understand."""
    groups = []
    for name, _, parts, composite in _parts(knowledge):
        words = [*NORMAL_WORDS, *ABNORMAL_WORDS, *(STATES_SOMEWHERE if composite else ())]
        own = [s for s in parts[0].states if all(s in (*p.states, *words) for p in parts)]
        own += [s for p in parts[1:] for s in p.states if s not in own and all(s in (*q.states, *words) for q in parts)]
        denied = [s for s in parts[0].states if all(s in p.states for p in parts)]
        body = {
            "state": {"enum": [*own, *(w for w in words if w not in own), True, False, None]},
            "not": {"anyOf": [{"enum": [*denied, None]}, {"type": "array", "items": {"enum": denied}}]},
        }
        groups.append((repr(body), name, {"properties": body}))
    return _rules(groups)


def _measure_rules(knowledge: Knowledge) -> list[Schema]:
    """A measurement that an id does not take may not stand there as all that is stated."""
    groups = []
    for name, _, parts, _ in _parts(knowledge):
        measured = {"mrc": Observation(name, mrc=3.0), "degrees": Observation(name, degrees=40.0)}
        taken = [k for k, o in measured.items() if any(states_from_measurement(o, p) for p in parts)]
        other = [k for k in measured if k not in taken]
        alone = {k: {"type": "null"} for k in taken} | {"state": {"type": "null"}, "not": {"enum": [None, []]}}
        groups.append(
            (
                tuple(taken),
                name,
                {"if": {"properties": alone}, "then": {"properties": {k: {"type": "null"} for k in other}}},
            )
        )
    return _rules(groups)


def _one_of(ids: Sequence[str]) -> Schema:
    return {"properties": {"finding": {"enum": sorted(ids)}}, "required": ["finding"]}
