"""Measurements told in words in the lists of conditions and medicines: ``eGFR 25``, ``INR < 2``, ``platelets 60``."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from foramen.case import MEASUREMENTS, Case
from foramen.errors import CaseError
from foramen.records.names import plain
from foramen.records.times import weeks_ago

Span = tuple[float, float]  # lowest value, and first one too high
NAMES = {
    "egfr": r"e?gfr|р?скф",
    "inr": r"inr|мно",
    "platelets": r"platelets?(?: count)?|plts?|thrombocytes|тромбоцит\w*",
    "hba1c_percent": r"hba1c|a1c",
}
CURES = {
    "egfr": "Give it in ml/min/1.73 m2.",
    "platelets": "Give it per nl, which is 10^9 per litre: 60000 per microlitre is 60.",
    "hba1c_percent": "Give it in percent: 75 mmol/mol is 9 percent.",
}
OLD = 52.0  # weeks after which a value says nothing of today
_NUMBER = r"\d+(?:[.,]\d+)?"
_UNIT = (
    r"(?:\s*(?:%|percent|per nl|/\s*nl|k\b|(?:[x×*]\s*)?10\s*(?:\^|\*\*|e)?\s*9\s*/\s*l\b"
    r"|ml\s*/\s*min(?:\s*/\s*1[.,]73\s*(?:m2|m²)?)?))?"
)
_TOLD = {
    key: re.compile(
        rf"\b(?:{names})\b\s*(?:is|was|of|at|=|:)?\s*"
        rf"(?P<than><=|>=|<|>|≤|≥|below|under|above|over|up to)?\s*"
        rf"(?P<low>{_NUMBER})(?:\s*(?:-|–|to)\s*(?P<high>{_NUMBER}))?{_UNIT}(?![\w/]|\s*mmol)",
        re.IGNORECASE,
    )
    for key, names in NAMES.items()
}
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def without_measurements(text: str) -> str:
    """A text of a list without the measurements told in it."""
    for _, found in _found(text):
        text = text.replace(found[0], " ")
    return text


def told_measurements(case: Case) -> dict[str, Span]:
    """What the lists tell, by the name of the measurement. Raises ``CaseError`` as the field ``measurements`` does."""
    out: dict[str, Span] = {}
    for field in ("conditions", "medicines"):
        for i, text in enumerate(getattr(case, field)):
            for key, found in _found(text):
                span = _span(key, found, f"{field}[{i}]")
                given = case.measurements.get(key)
                known = out.get(key) or ((given, given) if given is not None else span)
                if max(span[0], known[0]) > min(span[1], known[1]):
                    raise CaseError(
                        f"a second value of {key}, which differs", field=f"{field}[{i}]", given=found[0].strip(),
                        cure="Leave the newest one.",
                    )  # fmt: skip
                out[key] = (max(span[0], known[0]), min(span[1], math.nextafter(known[1], math.inf)))
    return out


def _found(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    if _YEAR.search(text) or (weeks_ago(plain(text)) or 0.0) >= OLD:
        return
    for key, pattern in _TOLD.items():
        yield from ((key, found) for found in pattern.finditer(text))


def _span(key: str, found: re.Match[str], field: str) -> Span:
    low = _value(key, found["low"], field, found)
    high = _value(key, found["high"], field, found) if found["high"] else low
    least, most = MEASUREMENTS[key]
    match found["than"]:
        case None:
            return min(low, high), math.nextafter(max(low, high), math.inf)
        case "<" | "below" | "under":
            return least, low
        case "<=" | "≤" | "up to":
            return least, math.nextafter(low, math.inf)
        case ">" | "above" | "over":
            return math.nextafter(low, math.inf), math.inf
    return low, math.nextafter(most, math.inf)


def _value(key: str, text: str, field: str, found: re.Match[str]) -> float:
    thousands = key == "platelets" and re.fullmatch(r"\d+[.,]\d{3}", text)
    value = float(re.sub("[.,]", "", text) if thousands else text.replace(",", "."))
    least, most = MEASUREMENTS[key]
    if not least <= value <= most:
        raise CaseError(
            f"{key}: expected a number from {least:g} to {most:g}", field=field, given=found[0].strip(),
            cure=CURES.get(key, ""),
        )  # fmt: skip
    return value
