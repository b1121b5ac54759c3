"""Times in words, in weeks: how long something lasts ("two weeks"), how long ago it was ("a stent 3 weeks ago")."""

from __future__ import annotations

import re

_WEEKS = {"hour": 1 / 168, "day": 1 / 7, "week": 1.0, "fortnight": 2.0, "month": 52 / 12, "year": 52.0}
_UNITS = {
    "h": "hour", "d": "day", "f": "fortnight", "w": "week", "mo": "month", "mt": "month", "y": "year",
    "д": "day", "н": "week", "м": "month", "г": "year", "л": "year",
}  # fmt: skip
_NUMBERS = {
    "half a": 0.5, "a": 1.0, "an": 1.0, "one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0, "six": 6.0,
    "seven": 7.0, "eight": 8.0, "nine": 9.0, "ten": 10.0, "eleven": 11.0, "twelve": 12.0,
}  # fmt: skip
_FEW = ("few", "several")  # read as three
_NAMED = "|".join((*_NUMBERS, *_FEW))
_AMOUNT_OF = r"hours?|hrs?|h|days?|d|fortnights?|weeks?|wks?|w|months?|mths?|mos?|years?|yrs?|y"
_SINCE = re.compile(
    rf"(?<![\w.,/-])(?:(\d+(?:[.,]\d+)?)(?:\s*(?:-|–|to)\s*\d+(?:[.,]\d+)?)?\s*|({_NAMED})\s+)({_AMOUNT_OF})\b"
)
_SHORT = re.compile(r"(?<![\w.,/])(\d+)\s*/\s*(7|52|12)(?![\w/])")  # 3/7, 2/52, 6/12: days, weeks and months
_PARTS_OF = {"7": "day", "52": "week", "12": "month"}
_LIMIT = re.compile(r"<|\b(?:less|under|within|below|up to)\b")
_CHANGED = re.compile(r"\b(?:worse|worsen\w*|increas\w*|progress\w*|more|new\w*)\b")
LIMIT_WEEKS = 1.0  # "less than" so much is read as so much; of more it would be old or recent, which is not told
_DAYS = {"today": 0.0, "yesterday": 1.0, "last night": 1.0, "last week": 7.0}
_AMOUNT = rf"\d{{1,3}}|{_NAMED}"
_UNIT = "days?|weeks?|wks?|months?|mths?|years?|yrs?"
_AGO = (
    re.compile(rf"\b({_AMOUNT}|last) ({_UNIT}) (?:ago|back|earlier|old)\b"),
    re.compile(rf"\b(?:in|within|over|during) the (?:last|past) (?:({_AMOUNT}) )?({_UNIT})\b"),
    re.compile(r"\b(\d{1,3} )?(день|дня|дней|недел\w*|месяц\w*|года?|лет) назад\b"),
)


def weeks(text: str | None) -> float | None:
    """Duration in weeks from words such as ``10 days``, ``two weeks``, ``3/52``; None where it cannot be read.

    Of a range the shorter end; of several times the first, or the shortest where a change is told ("2 years, worse for
    2 days"). "A few" is read of days and weeks only: a few months may be two or ten. So is "less than" so much.
    """
    words = (text or "").lower().strip()
    if words in _DAYS:
        return _DAYS[words] / 7
    told = [int(n) * _WEEKS[_PARTS_OF[part]] for n, part in _SHORT.findall(words)]
    for digits, named, unit_word in _SINCE.findall(words):
        amount, unit = digits or named, _unit(unit_word)
        if amount in _FEW and unit in ("month", "year"):
            return None
        told.append(_number(amount) * _WEEKS[unit])
    if not told:
        return None
    found = min(told) if _CHANGED.search(words) else told[0]
    return None if _LIMIT.search(words) and found > LIMIT_WEEKS else found


def unread_time(text: str) -> bool:
    """Whether words name an amount of time that ``weeks`` cannot read, and no event ("since the injury")."""
    return weeks(text) is None and bool(re.search(r"\d|\b(?:day|week|fortnight|month|year|hour)", text.lower()))


def weeks_ago(words: str) -> float | None:
    """Weeks since what plain words tell ("3 weeks ago"); None where they tell none. Of several the shortest."""
    told = [_number(n.strip()) * _WEEKS[_unit(unit)] for pattern in _AGO for n, unit in pattern.findall(words)]
    return min(told, default=None)


def _number(amount: str) -> float:
    if amount in _FEW:
        return 3.0
    return 1.0 if amount in ("", "last") else _NUMBERS.get(amount) or float(amount.replace(",", "."))


def _unit(word: str) -> str:
    return _UNITS.get(word[:2]) or _UNITS[word[0]]
