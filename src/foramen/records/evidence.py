"""From a case's observations to evidence the engine understands, checked against the vocabulary.

What is stated less exactly than the model's findings (side, level or root not stated, a composite such as
"leg pain") becomes an *any-of*: at least one of its parts is in one of the stated states.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import product
from weakref import WeakKeyDictionary

from foramen.anatomy import LEVELS, ROOTS, SIDES, VERTEBRAE
from foramen.case import Case, Observation
from foramen.errors import CaseError, ContradictionError, nearest_match
from foramen.knowledge.catalogue import STATES_SOMEWHERE
from foramen.knowledge.schema import Composite, Finding, Knowledge
from foramen.knowledge.search import belongs_to, findings_called
from foramen.model.model import Model
from foramen.records.grades import other_duration, states_from_measurement, takes, too_early
from foramen.records.old import NOT_WEIGHED, from_before
from foramen.records.silence import silences
from foramen.records.state_words import ABNORMAL_WORDS, check_denied, grades_in_words, states_denied, states_meant
from foramen.records.statements import EvidenceSet, Item, Statement, combine_items, weigh_items
from foramen.records.untold import untold
from foramen.records.vocabulary import denied_though_listed, implied_findings
from foramen.records.xray import xray_items

Vector = tuple[float, ...]
UNSTATED = "unstated"
ABOVE = ("T", "C", "D")  # first letter of a cervical or thoracic (dorsal) vertebra or disc
ABOVE_L1 = "What lies above L1 has findings of its own, here {}_above_l1."
NONE_ABOVE_L1 = "Above L1 this finding has no place: leave it out. A compressed cord is img_cord_compression."
MOST_READ = 4096
# what observations without their words and times mean, by model: many cases state the same
_read: WeakKeyDictionary[Model, dict[Observation, tuple[Item, list[Finding]]]] = WeakKeyDictionary()


def items_of(case: Case, model: Model) -> list[Item]:
    """Every observation of a case as an ``Item``. Raises ``CaseError`` naming the field at fault."""
    knowledge = model.knowledge
    observations = [*case.observations, *implied_findings(case, knowledge)]
    items = [_at_age(_item(o, f"findings[{i}]", model), case, knowledge) for i, o in enumerate(observations)]
    overruled = denied_though_listed(case, knowledge)
    items = [_of_study(i, case) for i in items if i.observation.finding not in overruled or i.abnormal]
    items += xray_items(case, items, model)
    return [*items, *silences(case, items, model), *untold(items, model)]


def _of_study(item: Item, case: Case) -> Item:
    """An imaging item with the modality of its study; one that names none is of the only study there is."""
    o = item.observation
    if not o.finding.startswith("img_") or not case.studies:
        return item
    found = {s.modality for s in case.studies if s.id == o.study or (o.study is None and len(case.studies) == 1)}
    return replace(item, modality=found.pop()) if len(found) == 1 else item


def _at_age(item: Item, case: Case, knowledge: Knowledge) -> Item:
    """An item that says nothing at the patient's age (early onset in a child) is kept without evidence."""
    finding = knowledge.findings.get(item.observation.finding)
    if case.age is None or finding is None or finding.from_age is None or case.age >= finding.from_age:
        return item
    return Item(item.label + " (says nothing at this age)", item.observation)


def _item(observation: Observation, where: str, model: Model) -> Item:
    o = observation
    said = Observation(o.finding, o.state, o.not_states, o.side, o.level, o.vertebra, o.root, o.mrc, o.degrees)
    kept = _read.setdefault(model, {})
    known = kept.get(said)
    if known is None:
        known = _meaning(said, where, model)
        if len(kept) >= MOST_READ:
            kept.clear()
        kept[said] = known
    read, parts = known
    if o.finding == "duration" and o.since:
        left = [s for s, p in zip(parts[0].states, read.vectors["duration"], strict=True) if p]
        if fitting := other_duration(o, left):
            raise CaseError(
                "its state and since disagree", field=f"{where}.since", given=o.since, allowed=fitting,
                cure="Correct the state or since.",
            )  # fmt: skip
    if too_early(observation, parts[0]):
        return Item(read.label + " (too early to count)", observation)
    if from_before(o) and read.abnormal:
        return Item(read.label + NOT_WEIGHED, o, read.vectors, read.statements, restates=read.restates, old=True)
    return Item(read.label, observation, read.vectors, read.statements, restates=read.restates)


def _meaning(observation: Observation, where: str, model: Model) -> tuple[Item, list[Finding]]:
    """What an observation states, whenever it was found, and the findings that it speaks of."""
    knowledge = model.knowledge
    name = observation.finding
    composite = knowledge.composites.get(name)
    if composite is None and name not in knowledge.findings:
        raise CaseError(
            "unknown finding", field=f"{where}.finding", given=name, nearest=nearest_finding(name, knowledge),
            cure=belongs_to(name, knowledge) or "`foramen findings` lists them all.",
        )  # fmt: skip
    parts = [knowledge.findings[f] for f in (composite.any_of if composite else (name,))]
    site = composite.site if composite else parts[0].site
    _check_place(observation, site, where, f"{name}_above_l1" in knowledge.findings)
    _check_measured(observation, parts, where)
    check_denied(observation.not_states, parts, f"{where}.not", composite=composite is not None)
    grades = {*STATES_SOMEWHERE, *grades_in_words(parts)} if composite else ()
    masks = {f.id: _mask(observation, f, where, grades) for f in parts}
    normal = all(m[0] > 0 and not any(m[1:]) for m in masks.values())
    # "not severe" of a composite or a vague place: none of it is severe ("one of it is not" would say next to nothing)
    nowhere = normal or (bool(observation.not_states) and all(m[0] > 0 for m in masks.values()))
    label = _label(observation, knowledge, normal=normal)
    if not any(any(m) for m in masks.values()):
        raise ContradictionError(
            "what is stated about this finding leaves no state possible", field=where, given=name,
            cure="Correct its state, its measurement or `not`.",
        )  # fmt: skip
    groups = [{key: masks[f.id] for f, key in keys} for keys in places_meant(observation, site, parts)]
    groups = [g for g in groups if g]
    if not groups:
        raise CaseError("this finding has no such place", field=where, given=observation.where())
    if nowhere or all(len(g) == 1 for g in groups):
        vectors = {key: vector for g in groups for key, vector in g.items() if not nowhere or not all(vector)}
        by_key = {key: knowledge.restated.get(model.instances[key].finding.id) for key in vectors}
        restates = {key: found for key, found in by_key.items() if found}
        return Item(label, observation, vectors, restates=restates), parts
    return Item(label, observation, {}, tuple(Statement(g) for g in groups)), parts


def _check_place(o: Observation, site: str, where: str, has_above: bool) -> None:
    by_site: dict[str, dict[str, tuple[str, ...]]] = {
        "side": {"side": (*SIDES, "bilateral")},
        "level": {"level": LEVELS},
        "level_side": {"level": LEVELS, "side": (*SIDES, "bilateral", "central")},
        "vertebra": {"vertebra": VERTEBRAE},
        "root_side": {"root": ROOTS, "side": (*SIDES, "bilateral")},
        "none": {},
    }
    wanted = by_site[site]
    for key, allowed in wanted.items():
        value = getattr(o, key)
        if value is not None and value not in (*allowed, UNSTATED):
            above = key in ("level", "vertebra") and value.upper().startswith(ABOVE)
            raise CaseError(
                f"not a possible {key}", field=f"{where}.{key}", given=value, allowed=(*allowed, UNSTATED),
                nearest=None if above else nearest_match(value, allowed),
                cure=(ABOVE_L1.format(o.finding) if has_above else NONE_ABOVE_L1) if above else "",
            )  # fmt: skip
    for key in ("level", "vertebra", "root"):
        if getattr(o, key) is not None and key not in wanted:
            raise CaseError(f"{o.finding} has no {key}", field=f"{where}.{key}", given=getattr(o, key))
    midline = site == "level" and o.side in (UNSTATED, "central")
    if o.side is not None and "side" not in wanted and not midline:
        raise CaseError(f"{o.finding} has no side", field=f"{where}.side", given=o.side)


def places_meant(o: Observation, site: str, parts: Sequence[Finding]) -> list[list[tuple[Finding, str]]]:
    """Groups of (finding, instance): each group is one statement, true if any of its instances is."""
    side = o.side or UNSTATED
    both: list[tuple[str, ...]] = [("left",), ("right",)]
    sides = [(side,)] if side in (*SIDES, "central") else (both if side == "bilateral" else [SIDES])
    levels: Sequence[str] = LEVELS if o.level in (None, UNSTATED) else (o.level,)
    vertebrae: Sequence[str] = VERTEBRAE if o.vertebra in (None, UNSTATED) else (o.vertebra,)
    roots = ROOTS if o.root in (None, UNSTATED) else (o.root,)
    if site == "vertebra" and len(vertebrae) == 1:  # the discs above and below a vertebra, and the vertebrae of a level
        levels = [lv for lv in LEVELS if vertebrae[0] in lv.split("-")]
    elif site in ("level", "level_side") and len(levels) == 1:
        vertebrae = [v for v in VERTEBRAE if v in levels[0].split("-")]
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


def _mask(o: Observation, finding: Finding, where: str, grades: Collection[str]) -> Vector:
    """Which states of a finding (0 or 1) agree with what was stated: measurement, state, excluded states.

    ``grades``: of a part of a composite, words for grades that it need not have itself; empty for a single finding.
    """
    states = finding.states
    agree = set(states)
    measured = states_from_measurement(o, finding)
    if measured is not None:
        agree &= set(measured)
    agree -= states_denied(o.not_states, finding)
    if o.state is not None or (measured is None and not o.not_states):
        agree &= states_meant(o.state or "present", finding, where, lenient=bool(grades), grades=grades)
    return tuple(float(s in agree) for s in states)


def _check_measured(o: Observation, parts: Sequence[Finding], where: str) -> None:
    """A measurement that says nothing about the finding must not be passed over, nor be read as "present"."""
    for key, words in (("mrc", "MRC grade"), ("degrees", "angle")):
        if getattr(o, key) is not None and not any(takes(key, f) for f in parts):
            raise CaseError(
                f"{o.finding} takes no {words}", field=f"{where}.{key}", given=getattr(o, key),
                cure="Give its state instead.",
            )  # fmt: skip


def nearest_finding(given: str, knowledge: Knowledge) -> str | None:
    """The id of the finding closest to what was given, by what it is called, by id or by name in words."""
    if called := findings_called(given, knowledge, whole=True):
        return called[0]
    known: dict[str, Finding | Composite] = {**knowledge.findings, **knowledge.composites}
    by_id = nearest_match(given, known)
    by_name = nearest_match(given.replace("_", " "), [f.name.lower() for f in known.values()])
    named = next((key for key, f in known.items() if f.name.lower() == by_name), None)
    return by_id or named


def grade(mrc: float) -> str:
    """An MRC grade as it is written: ``3+`` for 3.33, ``4-`` for 3.67."""
    whole = round(mrc)
    sign = "+" if mrc - whole > 0.2 else ("-" if whole - mrc > 0.2 else "")
    return f"{whole}{sign}"


def _label(o: Observation, knowledge: Knowledge, *, normal: bool) -> str:
    known = knowledge.findings.get(o.finding) or knowledge.composites[o.finding]
    name = known.name
    place = o.where().replace(UNSTATED, "").strip()
    value = o.state or ("not " + ", ".join(o.not_states) if o.not_states else "")
    if o.mrc is not None:
        value = f"MRC {grade(o.mrc)}"
    elif o.degrees is not None:
        value = f"{o.degrees:g}°"
    first = known if isinstance(known, Finding) else knowledge.findings[known.any_of[0]]
    if value == first.states[0] == "absent":
        value = "denied" if first.burden == "question" else "not found"  # "cannot pass urine: absent" is hard to read
    if normal and not isinstance(known, Finding):
        # none of them: "lost leg reflex, which not stated: absent" reads as lost
        name = re.sub(r", [^,]* not stated$", "", name)
        if o.mrc is None and o.degrees is None:
            value = "denied" if first.burden == "question" else "not found"
    text = f"{name}{', ' + place if place else ''}"
    return text if value in (*ABNORMAL_WORDS, "") else f"{text}: {value.replace('_', ' ')}"


__all__ = ["EvidenceSet", "Item", "Statement", "combine_items", "items_of", "weigh_items"]
