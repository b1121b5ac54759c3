"""Medicines and conditions as a patient types them: what is recognised, in which words, and what is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from foramen.knowledge.schema import Knowledge
from foramen.records.names import Vocabulary, parts, vocabulary
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
    for part in parts(text):
        if part.lower() in nothing:
            continue
        found = list(own.found(part)) or [k for name in local.found(part) for k in own.found(name)]
        kept = part if own.found(part) or not found else ", ".join(local.found(part))
        near = "" if found else own.unmatched(part).nearest or local.unmatched(part).nearest
        out.append(Name(part, kept, tuple(_said(singular, key, knowledge) for key in dict.fromkeys(found)), near))
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
