"""Events (findings joined by and, or, not, counting) and predicates over scenarios, as the checks state them.

An event is expanded into a signed sum of conjunctions, each a likelihood vector per finding, so that
P(event | scenario) follows exactly from the engine's likelihoods, whatever the findings share.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from foramen.anatomy import CAUDA_STATES, LESION_SIDES, LEVELS, ROOTS, SIDES, VERTEBRAE, ZONES
from foramen.errors import KnowledgeError, nearest_match
from foramen.inference.likelihood import Vector
from foramen.model.model import Model
from foramen.model.parameters import Floats

Spec = Mapping[str, Any]
Conjunction = tuple[tuple[str, Vector], ...]
Terms = dict[Conjunction, float]
Mask = NDArray[np.bool_]
SURE: Terms = {(): 1.0}
AGE_STARTS = (0, 18, 35, 50, 65, 80, 100)  # years at which the bands start, and an end


def both(a: Terms, b: Terms) -> Terms:
    """a and b."""
    out: Terms = {}
    for left, x in a.items():
        for right, y in b.items():
            joined = dict(left)
            for key, vector in right:
                old = joined.get(key)
                joined[key] = tuple(p * q for p, q in zip(old, vector, strict=True)) if old else vector
            if all(any(v) for v in joined.values()):
                conjunction = tuple(sorted(joined.items()))
                out[conjunction] = out.get(conjunction, 0.0) + x * y
    return {k: v for k, v in out.items() if v}


def plus(a: Terms, b: Terms, sign: float = 1.0) -> Terms:
    """a + sign x b, for events that exclude each other (+) or contain each other (-)."""
    out = dict(a)
    for key, value in b.items():
        out[key] = out.get(key, 0.0) + sign * value
    return {k: v for k, v in out.items() if v}


def negation(a: Terms) -> Terms:
    """a does not hold. A single finding becomes its other states, which keeps expansions short."""
    if len(a) == 1:
        ((conjunction, weight),) = a.items()
        if weight == 1.0 and len(conjunction) == 1:
            key, vector = conjunction[0]
            rest = tuple(1.0 - v for v in vector)
            return {((key, rest),): 1.0} if any(rest) else {}
    return plus(SURE, a, -1.0)


def any_of(events: Iterable[Terms]) -> Terms:
    """At least one of the events."""
    none = SURE
    for event in events:
        none = both(none, negation(event))
    return negation(none)


def at_least(k: int, events: Sequence[Terms]) -> Terms:
    """At least k of the events: the distribution of their number, event by event."""
    counts: list[Terms] = [SURE] + [{} for _ in events]
    for event in events:
        other = negation(event)
        counts = [plus(both(c, other), both(counts[i - 1], event) if i else {}) for i, c in enumerate(counts)]
    total: Terms = {}
    for terms in counts[k:]:
        total = plus(total, terms)
    return total


def read_event(model: Model, spec: Any, band: int, where: str) -> Terms:
    """An event in an age band. Raises ``KnowledgeError`` for what the knowledge does not hold."""
    if isinstance(spec, str):
        spec = {"finding": spec}
    match spec:
        case {"finding": str(name)}:
            return _finding(model, name, spec, where)
        case {"any_of": list(parts)}:
            return any_of(read_event(model, p, band, where) for p in parts)
        case {"all_of": list(parts)}:
            out = SURE
            for part in parts:
                out = both(out, read_event(model, part, band, where))
            return out
        case {"not": part}:
            return negation(read_event(model, part, band, where))
        case {"at_least": int(k), "of": list(parts)}:
            return at_least(k, [read_event(model, p, band, where) for p in parts])
        case {"age_from": int(years)} if years in AGE_STARTS:
            return SURE if AGE_STARTS[band] >= years else {}
    raise KnowledgeError(f"{where}: cannot read the event {spec!r}")


def _finding(model: Model, name: str, spec: Spec, where: str) -> Terms:
    """A finding or composite in one of some states (default: abnormal); default side affected, any level."""
    knowledge = model.knowledge
    if name in knowledge.composites:
        parts = knowledge.composites[name].any_of
        sides = SIDES if spec.get("side") == "both" else (spec.get("side", "affected"),)
        out = SURE
        for side in sides:
            out = both(out, any_of(_finding(model, part, {**spec, "side": side}, where) for part in parts))
        return out
    if name not in knowledge.findings:
        near = nearest_match(name, [*knowledge.findings, *knowledge.composites])
        hint = f"; did you mean {near!r}?" if near else ""
        raise KnowledgeError(f"{where}: unknown finding {name!r}{hint}")
    finding = knowledge.findings[name]
    states = [str(s) for s in spec.get("state", finding.states[1:])]
    if unknown := set(states) - set(finding.states):
        raise KnowledgeError(f"{where}: {name} has no states {sorted(unknown)}")
    vector = tuple(float(s in states) for s in finding.states)
    by_side: dict[int, list[Terms]] = {}
    for key, instance in model.instances.items():
        if instance.finding is finding and _looked_at(instance.side, key, spec, where):
            by_side.setdefault(instance.side, []).append({((key, vector),): 1.0})
    if not by_side:
        raise KnowledgeError(f"{where}: {name} is not observed there")
    sides_found = [any_of(events) for events in by_side.values()]
    if spec.get("side") == "both" and len(sides_found) == 2:
        return both(sides_found[0], sides_found[1])
    return any_of(sides_found)


def _looked_at(side: int, key: str, spec: Spec, where: str) -> bool:
    wanted = {"affected": (0,), "left": (0,), "other": (1,), "right": (1,), "any": (0, 1), "both": (0, 1)}
    word = str(spec.get("side", "affected"))
    if word not in wanted:
        raise KnowledgeError(f"{where}: side {word!r} is not one of {', '.join(wanted)}")
    place = key.partition("@")[2].split("/")[0]
    listed = [str(p) for p in spec.get("level", spec.get("root", ()))]
    return (side < 0 or side in wanted[word]) and (not listed or place in listed)


def read_predicate(model: Model, spec: Spec, where: str) -> Mask:
    """(scenarios,): which scenarios fulfil every line of a predicate."""
    mask = np.ones(len(model.scenarios), dtype=bool)
    for key, value in spec.items():
        if key != "shown":  # an event that goes with the predicate, read by the caller
            mask = mask & _line(model, key, value, where)
    return mask


def _line(model: Model, key: str, value: Any, where: str) -> Mask:
    s = model.scenarios
    touched = np.sum(np.any(s.roots > 0, axis=2), axis=1)  # sides with an affected root
    match key:
        case "cause":
            return np.isin(s.lead, _causes(model, value, where))
        case "involves":
            named = _causes(model, value, where)
            return np.isin(s.lead, named) | np.isin(s.companion, named)
        case "companion":
            return np.isin(s.companion, _causes(model, value, where))
        case "alone":
            return (s.companion < 0) == bool(value)
        case "serious":
            return np.isin([model.knowledge.causes[c].serious for c in s.causes], value)[s.lead]
        case "roots":
            words = {
                "any": touched > 0,
                "one_side": touched == 1,
                "both_sides": touched == 2,
                "none": touched == 0,
            }
            if value in words:
                return np.asarray(words[value])
        case "root":
            return _root(model, value, where)
        case "cauda":
            return s.cauda == CAUDA_STATES.index(value) if isinstance(value, str) else (s.cauda > 0) == value
        case "level":
            return np.isin(s.place, [LEVELS.index(v) for v in value])
        case "vertebra":
            return np.isin(s.place, [VERTEBRAE.index(v) for v in value])
        case "zone":
            return np.isin(s.zone, [ZONES.index(v) for v in value])
        case "lesion_side":
            return np.isin(s.side, [LESION_SIDES.index(v) for v in value])
        case "any":
            return np.asarray(np.any([read_predicate(model, v, where) for v in value], axis=0))
        case "not":
            return ~read_predicate(model, value, where)
    raise KnowledgeError(f"{where}: cannot read the predicate {key}: {value!r}")


def _causes(model: Model, names: Iterable[str], where: str) -> list[int]:
    found: list[int] = []
    for name in names:
        causes = model.knowledge.causes
        hits = [i for i, c in enumerate(causes) if c == name or name in ["@" + g for g in causes[c].groups]]
        if not hits:
            raise KnowledgeError(f"{where}: no cause or @group {name!r}")
        found += hits
    return found


def _root(model: Model, spec: Spec, where: str) -> Mask:
    """Roots affected: {is: [L5], state: irritated or conduction_loss, side: affected, only: true}."""
    if unknown := set(spec) - {"is", "state", "side", "only"}:
        raise KnowledgeError(f"{where}: unknown keys {sorted(unknown)} of root")
    codes = {"affected": (1, 2, 3), "irritated": (1, 3), "conduction_loss": (2, 3)}[spec.get("state", "affected")]
    sides = {"affected": [0], "other": [1], "any": [0, 1]}[spec.get("side", "affected")]
    index = [ROOTS.index(r) for r in spec.get("is", ROOTS)]
    states = model.scenarios.roots[:, sides]
    mask = np.isin(states[:, :, index], codes).any(axis=(1, 2))
    if spec.get("only"):
        others = [r for r in range(len(ROOTS)) if r not in index]
        mask = mask & ~(states[:, :, others] > 0).any(axis=(1, 2))
    return np.asarray(mask)


def leg_weight(model: Model) -> Floats:
    """(scenarios,): counting affected legs, the left stands for both.

    Scenarios of the right side alone weigh 0 (the left ones mirror them), roots affected on both sides half.
    """
    s = model.scenarios
    left, right = (s.roots[:, 0] > 0).any(axis=1), (s.roots[:, 1] > 0).any(axis=1)
    mirrored = (right & ~left) | (~left & ~right & (s.side == LESION_SIDES.index("right")))
    return np.where(mirrored, 0.0, np.where(left & right, 0.5, 1.0))
