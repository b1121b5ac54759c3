"""How long ago something listed was ("heart attack 3 weeks ago"), in weeks."""

from __future__ import annotations

import re

_WEEKS = {"d": 1 / 7, "w": 1.0, "m": 52 / 12, "y": 52.0, "д": 1 / 7, "н": 1.0, "м": 52 / 12, "г": 52.0, "л": 52.0}
_ONE: dict[str, float] = {
    "a": 1,
    "an": 1,
    "one": 1,
    "last": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "few": 3,
}
_AMOUNT = r"(\d{1,3}|an?|one|two|three|four|five|six|few)"
_AGO = (
    re.compile(rf"\b{_AMOUNT} (days?|weeks?|wks?|months?|mths?|years?|yrs?) (?:ago|back|earlier|old)\b"),
    re.compile(rf"\b(?:in|within|over|during) the (?:last|past) (?:{_AMOUNT} )?(days?|weeks?|months?|years?)\b"),
    re.compile(r"\b(\d{1,3} )?(день|дня|дней|недел\w*|месяц\w*|года?|лет) назад\b"),
)


def weeks_ago(words: str) -> float | None:
    """Weeks since what plain words tell; None where they tell no time. Of several times the shortest."""
    told = []
    for pattern in _AGO:
        for amount, unit in pattern.findall(words):
            number = amount.strip() or "one"
            told.append((float(number) if number.isdigit() else _ONE[number]) * _WEEKS[unit[0]])
    return min(told, default=None)
