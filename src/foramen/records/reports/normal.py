"""Sentences that call something normal and say nothing else: understood, and nothing is found."""

from __future__ import annotations

import re

from foramen.records.reports import levels
from foramen.records.reports.rules import Rules

_WORD = re.compile(r"[A-Za-z]+|\d+")
_DENIAL = re.compile(
    r"^\W*(?:there (?:is|are|was|were) |shows? |with )?no "
    r"(?:(?:evidence of|signs? of|other|further|definite|focal|acute|bony|osseous) ){0,3}"
    r"(?:abnormal|pathological|significant)(?!.*\b(?:but|chang\w+|interval)\b)[^,;:]*$",
    re.I,
)
_FIVE = re.compile(
    r"^\W*(?:there are )?five (?:non-?\s?rib-?\s?bearing )?lumbar(?:[- ]type)? vertebra\w*(?: bodies)?\W*$", re.I
)
_NOTHING_ELSE = re.compile(
    r"\bno (?:other|further|additional) (?:significant |relevant |focal |bony )?abnormalit", re.I
)


def is_normal(text: str, rules: Rules) -> bool:
    """Whether a sentence only says that something is normal; one word that is not listed, and it does not."""
    words = _words(text)
    known = frozenset().union(*rules.normal.values())
    if _FIVE.match(text):
        return True  # the usual number of vertebrae
    says = any(w in rules.normal["says"] for w in words) or ("conus" in words and bool(levels.spans(text)))
    return all(w in known for w in words) and says


def is_denial(text: str) -> bool:
    """Whether a sentence is one denial of something abnormal ("no abnormal enhancement")."""
    return bool(_DENIAL.match(text))


def rest_is_normal(text: str, rules: Rules) -> bool:
    """Whether it says so of all other levels ("other levels unremarkable"), so that the rest is spoken of."""
    if _DENIAL.match(text) and _NOTHING_ELSE.search(text):
        return True
    words = _words(text)
    about = {"level", "levels", "disc", "discs", "disk", "disks", "spine"}
    return is_normal(text, rules) and bool(about & {*words}) and any(w in rules.normal["rest"] for w in words)


def _words(text: str) -> list[str]:
    """Lower-case words of a sentence, names of levels left out."""
    for start, end, _ in reversed(levels.spans(text)):
        text = f"{text[:start]} {text[end:]}"
    return [w.lower() for w in _WORD.findall(text)]
