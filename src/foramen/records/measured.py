"""Measurements told in the lists of conditions and medicines: ``eGFR 25``, ``INR < 2``, ``platelets 60``.

Only what can be nothing else is taken: a part of the list that is a name, a value and perhaps its unit. A time, a
target, a denial or a value that cannot be are left in the list, where a name that is not recognised is asked for.
"""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from foramen.case import MEASUREMENTS, Case

NAMES = {
    "egfr": r"e?gfr|р?скф",
    "inr": r"inr|мно",
    "platelets": r"platelets?(?: count)?|plts?|thrombocytes|тромбоцит\w*",
    "hba1c_percent": r"hba1c|a1c",
}
UNITS = {
    "egfr": r"(?:ml|мл)\s*/\s*(?:min|мин)(?:\s*/\s*1[.,]73\s*(?:m|м)[2²]?)?",
    "inr": "",
    "platelets": r"/\s*nl|per nl|g\s*/\s*l|k|(?:[x×*]\s*)?10\s*(?:\^|\*\*|e)?\s*[9⁹]\s*/\s*l|/\s*[µμu]l|per microlitre",
    "hba1c_percent": r"%|percent|mmol\s*/\s*mol",
}
LESS, MORE = ("<", "<=", "≤", "below", "under", "less than"), (">", ">=", "≥", "above", "over", "more than")
_THAN = "|".join(sorted(map(re.escape, (*LESS, *MORE)), key=len, reverse=True))
_NUMBER = r"\d{1,3}(?:[ ,.]\d{3})+(?!\d)|\d+(?:[.,]\d+)?"
_TOLD = {
    key: re.compile(
        rf"\s*(?:{names})\s*(?:is|of|at|=|:)?\s*(?P<than>{_THAN})?\s*(?P<value>{_NUMBER})\s*(?:{UNITS[key]})?\s*\.?\s*",
        re.IGNORECASE,
    )
    for key, names in NAMES.items()
}
_PARTS = re.compile(r"([;\n()\[\]]|,(?!\d))")  # a comma between digits is of a number
PER_MICROLITRE = 2000.0  # platelets above are per microlitre, a thousand times those per nl
IFCC_FROM = 20.0  # HbA1c above is in mmol/mol
IFCC = (0.09148, 2.152)  # percent = 0.09148 x mmol/mol + 2.152, the master equation of NGSP and IFCC


class Told(NamedTuple):
    """The lowest value that it may be, the first one that is too high, and the words."""

    low: float
    high: float
    words: str


def without_measurements(text: str) -> str:
    """A text of a list without the measurements told in it."""
    return "".join("" if _read(part) else part for part in _PARTS.split(text))


def told_measurements(case: Case) -> dict[str, Told]:
    """What the lists tell, by the name of the measurement; of values that differ, all between them may be."""
    out: dict[str, Told] = {}
    for text in (*case.conditions, *case.medicines):
        for part in _PARTS.split(text):
            if read := _read(part):
                key, new = read
                old = out.get(key, new)
                words = old.words if old.words == new.words else f"{old.words} and {new.words}"
                out[key] = Told(min(old.low, new.low), max(old.high, new.high), words)
    return out


def _read(part: str) -> tuple[str, Told] | None:
    for key, pattern in _TOLD.items():
        if found := pattern.fullmatch(part):
            value = _value(key, found["value"])
            least, most = MEASUREMENTS[key]
            if not least <= value <= most:
                return None
            than = (found["than"] or "").lower()
            low = least if than in LESS else value
            high = value if than in ("<", "below", "under", "less than") else math.nextafter(value, math.inf)
            if than in MORE:
                high = math.inf
            return key, Told(low, high, " ".join(part.split()))
    return None


def _value(key: str, text: str) -> float:
    if re.fullmatch(r"\d{1,3}(?:[ ,.]\d{3})+", text):
        value = float(re.sub("[ ,.]", "", text))
    else:
        value = float(text.replace(",", "."))
    if key == "platelets" and value > PER_MICROLITRE:
        return value / 1000
    if key == "hba1c_percent" and value > IFCC_FROM:
        return round(IFCC[0] * value + IFCC[1], 1)
    return value
