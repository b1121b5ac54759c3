"""From a case's observations to evidence the engine understands, checked against the vocabulary.

What is stated less exactly than the model's findings (side, level or root not stated, a composite such as
"leg pain") becomes an *any-of*: at least one of its parts is in one of the stated states.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np

from foramen.anatomy import LEVELS, ROOTS, SIDES, VERTEBRAE
from foramen.case import Case, Observation
from foramen.errors import CaseError, ContradictionError, nearest_match
from foramen.knowledge.schema import Finding, Knowledge
from foramen.model.model import Model
from foramen.records.grades import states_from_measurement, too_early
from foramen.records.vocabulary import implied_findings

Vector = tuple[float, ...]
UNSTATED = "unstated"
NORMAL_WORDS = ("absent", "normal", "negative", "none", "no")
ABNORMAL_WORDS = ("abnormal", "present", "positive", "yes")


@dataclass(frozen=True, slots=True)
class Item:
    """One stated fact as evidence: exact vectors and any-of statements, with the observation behind it."""

    label: str
    observation: Observation
    vectors: Mapping[str, Vector] = field(default_factory=dict)
    any_of: tuple[Mapping[str, Vector], ...] = ()


@dataclass(frozen=True, slots=True)
class EvidenceSet:
    """All evidence of a case: the product of the items' vectors, and any-of statements not yet decided by them."""

    vectors: Mapping[str, Vector]
    any_of: tuple[Mapping[str, Vector], ...]


def items_of(case: Case, model: Model) -> list[Item]:
    """Every observation of a case as an ``Item``. Raises ``CaseError`` naming the field at fault."""
    knowledge = model.knowledge
    observations = [*case.observations, *implied_findings(case, knowledge)]
    items = [_item(o, f"findings[{i}]", model) for i, o in enumerate(observations)]
    return [*items, *_unmentioned(case, items, model)]


def combine_items(items: Iterable[Item]) -> EvidenceSet:
    """The evidence of several items together. Raises ``ContradictionError`` where they cannot all be true."""
    vectors: dict[str, Vector] = {}
    owner: dict[str, str] = {}
    pending: list[tuple[str, Mapping[str, Vector]]] = []
    for item in items:
        for key, vector in item.vectors.items():
            if key in vectors:
                merged = tuple(float(a * b) for a, b in zip(vectors[key], vector, strict=True))
                if not any(merged):
                    raise ContradictionError(
                        f"{owner[key]} and {item.label} cannot both be true", field=key,
                        cure="Correct or remove one of them.",
                    )  # fmt: skip
                vectors[key] = merged
            else:
                vectors[key], owner[key] = vector, item.label
        pending += [(item.label, statement) for statement in item.any_of]
    left: list[Mapping[str, Vector]] = []
    for label, statement in pending:
        parts: dict[str, Vector] = {}
        satisfied = False
        for key, mask in statement.items():
            known = vectors.get(key)
            support = [k and m for k, m in zip(known, mask, strict=True)] if known else list(mask)
            if not any(support):
                continue
            satisfied = satisfied or bool(known and not any(k and not m for k, m in zip(known, mask, strict=True)))
            parts[key] = mask
        if satisfied:
            continue
        if not parts:
            raise ContradictionError(
                f"{label} cannot be true: every finding it could stand for is stated otherwise", field=label
            )
        if len(parts) == 1:
            key, mask = next(iter(parts.items()))
            known = vectors.get(key, (1.0,) * len(mask))
            vectors[key] = tuple(float(a * b) for a, b in zip(known, mask, strict=True))
            continue
        left.append(parts)
    return EvidenceSet(vectors, tuple(left))


def _item(observation: Observation, where: str, model: Model) -> Item:
    knowledge = model.knowledge
    name = observation.finding
    composite = knowledge.composites.get(name)
    if composite is None and name not in knowledge.findings:
        names = [*knowledge.findings, *knowledge.composites]
        raise CaseError(
            "unknown finding", field=f"{where}.finding", given=name, nearest=nearest_match(name, names),
            cure="`foramen findings` lists them all.",
        )  # fmt: skip
    parts = [knowledge.findings[f] for f in (composite.any_of if composite else (name,))]
    site = composite.site if composite else parts[0].site
    _check_place(observation, site, where)
    masks = {f.id: _mask(observation, f, where, lenient=composite is not None) for f in parts}
    normal = all(m[0] > 0 and not any(m[1:]) for m in masks.values())
    label = _label(observation, knowledge)
    groups = [{key: masks[f.id] for f, key in keys} for keys in _places(observation, site, parts)]
    groups = [g for g in groups if g]
    if not groups:
        raise CaseError("this finding has no such place", field=where, given=observation.where())
    if too_early(observation, parts[0]):
        return Item(label + " (too early to count)", observation)
    if normal or all(len(g) == 1 for g in groups):
        return Item(label, observation, {key: vector for g in groups for key, vector in g.items()})
    return Item(label, observation, {}, tuple(groups))


def _check_place(o: Observation, site: str, where: str) -> None:
    wanted = {
        "side": {"side": (*SIDES, "bilateral")},
        "level": {"level": LEVELS},
        "level_side": {"level": LEVELS, "side": (*SIDES, "bilateral", "central")},
        "vertebra": {"vertebra": VERTEBRAE},
        "root_side": {"root": ROOTS, "side": (*SIDES, "bilateral")},
        "none": {},
    }[site]
    for key, allowed in wanted.items():
        value = getattr(o, key)
        if value is not None and value not in (*allowed, UNSTATED):
            raise CaseError(
                f"not a possible {key}", field=f"{where}.{key}", given=value, allowed=(*allowed, UNSTATED),
                nearest=nearest_match(value, allowed),
            )  # fmt: skip
    for key in ("level", "vertebra", "root"):
        if getattr(o, key) is not None and key not in wanted:
            raise CaseError(f"{o.finding} has no {key}", field=f"{where}.{key}", given=getattr(o, key))
    if o.side is not None and "side" not in wanted and not (site == "level" and o.side in (UNSTATED, "central")):
        raise CaseError(f"{o.finding} has no side", field=f"{where}.side", given=o.side)


def _places(o: Observation, site: str, parts: Sequence[Finding]) -> list[list[tuple[Finding, str]]]:
    """Groups of (finding, instance): each group is one statement, true if any of its instances is."""
    side = o.side or UNSTATED
    sides = [(side,)] if side in (*SIDES, "central") else ([("left",), ("right",)] if side == "bilateral" else [SIDES])
    levels = LEVELS if o.level in (None, UNSTATED) else (o.level,)
    vertebrae = VERTEBRAE if o.vertebra in (None, UNSTATED) else (o.vertebra,)
    roots = ROOTS if o.root in (None, UNSTATED) else (o.root,)
    groups: list[list[tuple[Finding, str]]] = []
    sided = site in ("side", "level_side", "root_side")
    for chosen in sides if sided else [SIDES]:
        group: list[tuple[Finding, str]] = []
        for f in parts:
            here = [s for s in chosen if s in SIDES]
            match f.site:
                case "none":
                    group.append((f, f.id))
                case "side":
                    group += [(f, f"{f.id}@{s}") for s in here]
                case "level":
                    # a side was stated, so a finding of the midline is not what was meant
                    if not sided or side in (UNSTATED, "central", "bilateral"):
                        group += [(f, f"{f.id}@{lv}") for lv in levels if lv]
                case "level_side":
                    group += [(f, f"{f.id}@{lv}/{s}") for lv, s in product(levels, here)]
                case "vertebra":
                    group += [(f, f"{f.id}@{v}") for v in vertebrae]
                case "root_side":
                    group += [(f, f"{f.id}@{r}/{s}") for r, s in product(roots, here)]
        groups.append(group)
    return groups


def _mask(o: Observation, finding: Finding, where: str, *, lenient: bool) -> Vector:
    """Which states of a finding agree with what was stated, as a 0/1 vector."""
    states = finding.states
    measured = states_from_measurement(o, finding)
    if measured is not None:
        return tuple(float(s in measured) for s in states)
    if o.not_states:
        for state in o.not_states:
            if state not in states:
                raise CaseError("unknown state", field=f"{where}.not", given=state, allowed=states)
        return tuple(float(s not in o.not_states) for s in states)
    state = o.state or "present"
    if state in states:
        return tuple(float(s == state) for s in states)
    if state in NORMAL_WORDS:
        return (1.0, *(0.0 for _ in states[1:]))
    if state in ABNORMAL_WORDS or (lenient and _is_state_somewhere(state)):
        return (0.0, *(1.0 for _ in states[1:]))
    raise CaseError(
        f"unknown state of {finding.id}", field=f"{where}.state", given=state, allowed=(*states, "abnormal"),
        nearest=nearest_match(state, states),
    )  # fmt: skip


def _is_state_somewhere(state: str) -> bool:
    return state in ("mild", "moderate", "severe", "reduced", "protrusion", "extrusion", "compression", "contact", "burst")


def _label(o: Observation, knowledge: Knowledge) -> str:
    known = knowledge.findings.get(o.finding) or knowledge.composites[o.finding]
    place = o.where().replace(UNSTATED, "").strip()
    value = o.state or ("not " + ", ".join(o.not_states) if o.not_states else "")
    if o.mrc is not None:
        value = f"MRC {o.mrc:.3g}"
    elif o.degrees is not None:
        value = f"{o.degrees:g}°"
    text = f"{known.name}{', ' + place if place else ''}"
    return text if value in ("present", "abnormal", "") else f"{text}: {value.replace('_', ' ')}"


def _unmentioned(case: Case, items: Sequence[Item], model: Model) -> list[Item]:
    """What a complete lumbar report does not mention: likelihood 1 - P(mentioned | present)."""
    spoken = {key for item in items for key in item.vectors}
    spoken |= {key for item in items for statement in item.any_of for key in statement}
    out: list[Item] = []
    complete = [s for s in case.studies if s.complete and s.region in ("lumbar", "whole_spine")]
    if not complete:
        return out
    vectors: dict[str, Vector] = {}
    for key, instance in model.instances.items():
        finding = instance.finding
        if instance.place < 0 or key in spoken or finding.mention is None:
            continue
        missed = 1.0
        for study in complete:
            if study.modality in finding.visible_on:
                missed *= 1.0 - finding.mention.total
        if missed < 1.0:
            vectors[key] = (1.0, *(float(np.round(missed, 6)) for _ in finding.states[1:]))
    if vectors:
        out.append(Item("Nothing else in a complete report", Observation("complete_report"), vectors))
    return out
