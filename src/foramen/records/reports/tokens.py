"""A sentence as a row of marks: findings, structures, relations, levels, sides, degrees, negations."""

from __future__ import annotations

import re
from dataclasses import dataclass

from foramen.records.reports import levels
from foramen.records.reports.rules import Rules

_WORD = re.compile(r"[A-Za-z]+(?:'[a-z]+)?|\d+(?:\.\d+)?|[&+/,;()?:<>=%-]")
_BILATERAL = re.compile(r"\bb\s?/\s?l\b|\bR\s*[>=]\s*L\b|\bL\s*[>=]\s*R\b|\bbi-lateral", re.I)
_LETTER = {"L": "left", "R": "right"}
_SIDE_LETTER = re.compile(
    r"(?<![-/\w])([LR])\.?(?=\s+(?:para|foram|sub|postero|sided?\b|lateral|post|disc|exit|neural|nf\b|nr\b|s1 |l[345] "
    r"|facet|synov|hemi|psoas|pars\b|recess|extru|protr))",
    re.I,
)
_NERVE = re.compile(r"^\W*(?:(?:exit\w*|exist\w*|travers\w*|descending|spinal)\s+)*n(?:er+ve|rv|rs?\b)", re.I)
_ROOT = re.compile(r"^\W*(?:(?:exit\w*|exist\w*|travers\w*|descending)\s+)*(?:n\w*\s+)?roots?", re.I)
_ROOT_BEFORE = re.compile(r"\b(?:roots?|nerves?)\s+$", re.I)
_ASIDE = re.compile(r"(?<=left and|ight and), (?:and )?to a \w+ (?:extent|degree),", re.I)
RELATIONS = {
    "compress": "press",
    "compression": "press",
    "narrow": "press",
    "displace": "press",  # a root that is pushed aside is compressed
    "abut": "touch",
    "adequate": "free",
    "normal": "free",
}


KINDS = {
    **dict.fromkeys(("left", "right", "both", "central"), "side"),
    **dict.fromkeys(("mild", "moderate", "severe"), "degree"),
    **{
        word: word
        for word in (
            "no", "not", "possible", "resolved", "seen", "and", "or", "but", "with", "extend", "multilevel", "mainly",
            "more", "rule_out",
        )
    },
    "suspicious": "possible", ",": "comma", ";": "but", "&": "and", "?": "possible", "/": "and", "+": "and",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing in a sentence. ``kind``: finding, structure, relation, level, side, degree, no, seen, comma, word …"""

    kind: str
    value: str
    start: int
    end: int
    names: tuple[str, ...] = ()


def marks(text: str, rules: Rules) -> list[Mark]:
    """The marks of a sentence in order."""
    fixed: list[Mark] = []
    for a, b, names in levels.spans(text):
        rest = text[b : b + 40]
        alone = len(names) == 1 and not levels.is_pair(names[0])
        if alone and (_NERVE.match(rest) or _ROOT.match(rest) or _ROOT_BEFORE.search(text[max(0, a - 15) : a])):
            continue  # the name of a root
        fixed.append(Mark("level", "", a, b, names))
    fixed += [Mark("side", "bilateral", m.start(), m.end()) for m in _BILATERAL.finditer(text)]
    fixed += [Mark("side", _LETTER[m[1].upper()], m.start(), m.end()) for m in _SIDE_LETTER.finditer(text)]
    words: list[tuple[str, int, int]] = []
    for m in _WORD.finditer(text):
        if not any(f.start < m.end() and m.start() < f.end for f in fixed):
            text_word = m[0].lower()
            for word in rules.expand.get(m[0]) or rules.expand.get(text_word) or (rules.word(text_word),):
                words.append((word, m.start(), m.end()))
    return _predicates(sorted([*fixed, *_concepts(words, fixed, rules)], key=lambda x: x.start), text)


def _predicates(row: list[Mark], text: str) -> list[Mark]:
    """ "Free" behind a structure says that it is free ("the canal is free"); elsewhere it denies ("free of")."""
    for aside in _ASIDE.finditer(text):  # "left and, to a lesser extent, right"
        row = [
            Mark("word", "", m.start, m.start) if aside.start() <= m.start < aside.end() else m
            for m in row
        ]  # fmt: skip
    for i, mark in enumerate(row):
        word = text[mark.start : mark.end].lower()
        if word == "question" and not (i and row[i - 1].kind == "no"):
            row[i] = Mark("possible", word, mark.start, mark.end)
        if text[mark.start : mark.end].lower() != "free" or text[mark.end : mark.end + 4].strip().startswith("of"):
            continue
        before = [m for m in row[:i] if text[m.start : m.end].lower() not in ("is", "are", "remain", "remains", "both")]
        if mark.kind == "no" and before and before[-1].kind == "structure":
            row[i] = Mark("relation", "free:adequate", mark.start, mark.end)
    return row


def _concepts(words: list[tuple[str, int, int]], fixed: list[Mark], rules: Rules) -> list[Mark]:
    line, places = "", []
    for i, (word, start, _) in enumerate(words):
        # a level between two words ends a phrase
        if i and any(words[i - 1][1] < f.start < start for f in fixed if f.kind == "level"):
            line += " |"
        places.append(len(line) + bool(line))
        line += (" " if line else "") + word
    index = {place: i for i, place in enumerate(places)}
    found: list[tuple[int, int, str, str]] = []
    for concept, pattern in rules.patterns:
        for m in pattern.finditer(line):
            first = index[m.start()]
            last = max(i for i, place in enumerate(places) if place < m.end())
            found.append((first, last, concept.kind, concept.type))
    order = {"findings": 0, "structures": 1}
    found.sort(key=lambda f: (f[0] - f[1], order[f[2]]))  # the longest first
    taken = [False] * len(words)
    out = []
    for first, last, kind, name in found:
        if not any(taken[first : last + 1]):
            taken[first : last + 1] = [True] * (last + 1 - first)
            out.append(Mark(kind.removesuffix("s"), name, words[first][1], words[last][2]))
    for i, (word, start, end) in enumerate(words):
        if not taken[i]:
            out.append(Mark(_kind(word), _value(word), start, end))
    return out


def _kind(word: str) -> str:
    return "relation" if word in RELATIONS else KINDS.get(word, "word")


def _value(word: str) -> str:
    if word in RELATIONS:
        return RELATIONS[word] + ":" + word
    return "bilateral" if word == "both" else word
