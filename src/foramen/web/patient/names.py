"""Medicines and conditions as a patient types them: what is recognised, in which words, and what is not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from foramen.case import Case
from foramen.knowledge.schema import Knowledge
from foramen.plan.leaflet import TAKEN, TAKEN_FAILED
from foramen.plan.result import LeafletLine
from foramen.records.listed import read_lists
from foramen.records.measured import without_measurements
from foramen.records.names import Vocabulary, parts, vocabulary
from foramen.records.reactions import reactions, worded
from foramen.web.i18n import Words
from foramen.web.patient.answers import UNKNOWN, Answers

KINDS = {"medicines": "medicine", "conditions": "condition"}
NO_WORDS = ("none", "no", "nothing", "-")


@dataclass(frozen=True, slots=True)
class Name:
    """One name of a list. ``kept``: what the case says; ``means``: what it was taken for, empty if not recognised."""

    typed: str
    kept: str
    means: tuple[str, ...]
    nearest: str = ""


def names(kind: str, text: str, knowledge: Knowledge, words: Words) -> list[Name]:
    """The names in a text; empty for "none". ``kind``: medicines or conditions."""
    singular = KINDS[kind]
    own = vocabulary(singular, knowledge)
    local = Vocabulary(singular, words.names.get(singular, {}))
    nothing = {*NO_WORDS, *words.names.get("none", {}).get("none", ())}
    out = []
    for part in _parts(kind, text, knowledge):
        if part.lower() in nothing:
            continue
        found = list(own.found(part))
        translated = local.found(part)
        meant = [k for name in translated for k in own.found(name)]
        # in English where that says no less, for the doctor; else as typed
        kept = ", ".join(translated) if meant and set(found) <= set(meant) else part
        case = Case(conditions=(part,)) if singular == "condition" else Case(medicines=(part,))
        listed = read_lists(case, knowledge)
        told = list(dict.fromkeys([*found, *meant]))
        if singular == "condition" and (reacts := [k for k in (*listed.has, *listed.denied) if k not in told]):
            told, kept = [*reacts, *told], part
        if not without_measurements(part).strip():
            out.append(Name(part, part, (part,)))
            continue
        near = "" if told else own.unmatched(part).nearest or local.unmatched(part).nearest
        out.append(Name(part, kept, tuple(_said(singular, key, knowledge) for key in told), near))
    return out


def _parts(kind: str, text: str, knowledge: Knowledge) -> list[str]:
    """The names in a text; a reaction to a medicine stays whole ("wheeze with ibuprofen")."""
    if kind == "medicines":
        return parts(text)
    out = []
    for whole in filter(None, map(str.strip, re.split(r"[,;\n]", text))):
        words = worded(whole).split()
        told = reactions(words, vocabulary("condition", knowledge).phrases(words), knowledge)
        out += [whole] if told.stated or told.denied or told.unknown or told.takes else parts(whole)
    return out


def _said(singular: str, key: str, knowledge: Knowledge) -> str:
    plan = knowledge.plan
    return plan.facts[key].name if singular == "condition" else plan.medicines[key].name


def lists_of(answers: Answers, knowledge: Knowledge, words: Words) -> Mapping[str, tuple[str, ...]]:
    """The lists of the case, in English names where they were recognised."""
    return {
        kind: tuple(name.kept for name in names(kind, answers.given[kind], knowledge, words))
        for kind in KINDS
        if answers.given.get(kind, UNKNOWN) != UNKNOWN
    }


def as_typed(lines: Iterable[LeafletLine], answers: Answers, knowledge: Knowledge, words: Words) -> list[LeafletLine]:
    """Lines of the leaflet in which what is taken goes by the name that the patient gave it."""
    given = answers.given.get("medicines", UNKNOWN)
    typed = {} if given == UNKNOWN else {n.kept: n.typed for n in names("medicines", given, knowledge, words)}
    out = []
    for line in lines:
        if line.text in (TAKEN, TAKEN_FAILED):
            told = (", ".join(typed.get(n, n) for n in name.split(", ")) for name in line.values["name"])
            line = replace(line, values={**line.values, "name": tuple(told)})
        out.append(line)
    return out
