"""Levels and vertebrae as reports write them: L4-5, L4/L5, L4_L5, L3 through S1, the last three levels, D12."""

from __future__ import annotations

import re
from itertools import pairwise

NAMES = ("T10", "T11", "T12", "L1", "L2", "L3", "L4", "L5", "S1")
PAIRS = tuple(f"{a}-{b}" for a, b in pairwise(NAMES))
LUMBAR = PAIRS[3:]
KNOWN = frozenset(PAIRS[2:])  # levels a finding can have
Span = tuple[int, int, tuple[str, ...]]
NUMBERS = {"two": 2, "three": 3, "four": 4, "2": 2, "3": 3, "4": 4}

_ONE = r"(?:L\s?[1-6]|S\s?[1-3]|[TD]\s?1[0-2]|[TD]\s?[1-9])"
_PAIR = re.compile(
    rf"\b({_ONE})\s*(?:[-/_–—]|\bover\b|\bon\b|\bupon\b|\brelative to\b|\bthrough\b|\bto\b|\bvs\b)"
    rf"\s*({_ONE}|[1-6])(?!\d)s?\b"
    r"|\bL([1-4])([2-5])\b(?!\s*[-/]\s*[LS]\d)|\b(L5)(S1)\b"
    # dictated: "L4 5", "L5 S1"; but "L4 5 mm", "the L5 S1 roots"
    r"|\bL([1-4]) ([2-5])\b(?!\s*(?:[.,x/-]?\s*\d|mm\b|cm\b|%))|\b(L5) (S1)\b(?!\s+(?:nerve|root|and\b))",
    re.IGNORECASE,
)
_LAST = re.compile(
    r"\b(?:last|lower|lowest|lowermost)\s+(two|three|four|[234])\s+(?:lumbar\s+)?(?:levels?|discs?|segments?)", re.I
)
_CERVICAL = re.compile(r"\bC\s?([2-7])\s*[-/]\s*C?\s?([3-7]|T1)\b", re.I)
_SACRAL = re.compile(r"\blumbo-?sacral (?:level|junction|disc)\b", re.I)
# the sacrum is a place where a bone lesion is spoken of, or where a list of vertebrae names it
_BONE = re.compile(r"metasta|tumou?r|lesion|deposit|neoplas|myeloma|lymphoma|chordoma|destructi|fractur", re.I)
_SACRUM = re.compile(
    r"\bsacrum\b|\bsacral(?: bone| alae?)?(?= (?:bone |marrow )?(?:metasta|tumou?r|lesion|deposit|mass))", re.I
)
_LISTED = re.compile(rf"{_ONE}\s*(?:,|,?\s*\b(?:and|or)\b)\s*(?:in |of )?(?:the )?$", re.I)
_SINGLE = re.compile(rf"\b({_ONE})(?![\d/])\b", re.I)


def spans(text: str) -> list[Span]:
    """(start, end, names) of every level or vertebra in a text; a range stands for all it covers."""
    out: list[Span] = []
    for m in _PAIR.finditer(text):
        names = _pair(m)
        if names:
            out.append((m.start(), m.end(), names))
    for m in _LAST.finditer(text):
        out.append((m.start(), m.end(), LUMBAR[-NUMBERS[m[1].lower()] :]))
    out += [(m.start(), m.end(), ("L5-S1",)) for m in _SACRAL.finditer(text)]
    bone = bool(_BONE.search(text))
    out += [
        (m.start(), m.end(), ("S1",)) for m in _SACRUM.finditer(text) if bone or _LISTED.search(text[: m.start()][-24:])
    ]
    taken = bytearray(len(text))  # marked once, so that time grows with the text and not with its square
    for a, b, _ in out:
        taken[a:b] = b"\1" * (b - a)
    for m in _SINGLE.finditer(text):
        if not any(taken[m.start() : m.end()]):
            out.append((m.start(), m.end(), (_name(m[1]),)))
    out += [(m.start(), m.end(), (f"C{m[1]}-C{m[2]}",)) for m in _CERVICAL.finditer(text)]
    return _ranges(sorted(out), text)


def _ranges(found: list[Span], text: str) -> list[Span]:
    """Ranges ("L3-L4 through L5-S1", "between L2 and L5") as one span for all levels covered."""
    out: list[Span] = []
    for start, end, names in found:
        if out:
            a, b, first = out[-1]
            between = text[b:start].strip().lower()
            opened = text[max(0, a - 9) : a].strip().lower().endswith(("between", "from"))
            both = [n for n in (*first, *names) if n in PAIRS or n in NAMES]
            if between in ("through", "thru", "to") or (opened and between in ("and", "to", "-", "down to")):
                covered = _covered(both)
                if covered:
                    out[-1] = (a, end, covered)
                    continue
        out.append((start, end, names))
    return out


def _covered(names: list[str]) -> tuple[str, ...]:
    bones = [b for name in names for b in name.split("-") if b in NAMES]
    if len(bones) < 2:
        return ()
    places = [NAMES.index(b) for b in bones]
    return PAIRS[min(places) : max(places)]


def _pair(m: re.Match[str]) -> tuple[str, ...]:
    if m[3]:
        return (f"L{m[3]}-L{m[4]}",) if int(m[4]) == int(m[3]) + 1 else ()
    if m[5] or m[9]:
        return ("L5-S1",)
    if m[7]:
        return (f"L{m[7]}-L{m[8]}",) if int(m[8]) == int(m[7]) + 1 else ()
    first, second = _name(m[1]), m[2]
    if second.isdigit():
        second = "S1" if first == "L5" and second in "16" else f"{first[0]}{second}"
    second = _name(second)
    if first not in NAMES or second not in NAMES:
        return ()
    a, b = NAMES.index(first), NAMES.index(second)
    if a == b:
        return (PAIRS[a],) if a < len(PAIRS) else ()
    a, b = min(a, b), max(a, b)
    return PAIRS[a:b]


def _name(text: str) -> str:
    plain = text.replace(" ", "").upper().replace("D", "T")
    return "S1" if plain == "L6" else plain


def is_pair(name: str) -> bool:
    """Whether a name is a level rather than a vertebra."""
    return "-" in name


def is_sacrum(words: str) -> bool:
    """Whether a place is told as "sacrum", which by itself is a quiet word."""
    return words.lower().startswith("sacr")
