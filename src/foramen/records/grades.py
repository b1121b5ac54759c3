"""Measurements to states, and when a test is too early to count. Readings are kept in docs/clinical-readings.md."""

from __future__ import annotations

import re
from collections.abc import Collection

from foramen.case import Observation
from foramen.knowledge.schema import Finding

SLR_NEGATIVE_FROM = 75.0  # degrees; below it, pain on raising the leg is a positive test
SLR_SHARP_UP_TO = 45.0
_WEEKS = {"hour": 1 / 168, "day": 1 / 7, "week": 1.0, "month": 4.35, "year": 52.2}


def takes(key: str, finding: Finding) -> bool:
    """Whether a finding is measured so: ``mrc`` (grade of power) or ``degrees``."""
    if key == "mrc":
        return set(finding.states) >= {"normal", "mild", "moderate", "severe"}
    return "positive_up_to_45" in finding.states


_UNITS = {"h": "hour", "d": "day", "w": "week", "mo": "month", "mt": "month", "y": "year"}
_NUMBERS = {
    "half a": 0.5, "a": 1.0, "an": 1.0, "one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0, "six": 6.0,
    "seven": 7.0, "eight": 8.0, "nine": 9.0, "ten": 10.0, "eleven": 11.0, "twelve": 12.0,
}  # fmt: skip
_SINCE = re.compile(
    r"(?<![\w.,])(\d+(?:[.,]\d+)?|half a|few|several|" + "|".join(n for n in _NUMBERS if n != "half a") + r")\s*"
    r"(h|hrs?|hours?|d|days?|w|wks?|weeks?|mos?|mths?|months?|y|yrs?|years?)\b"
)
_DAYS = {"today": 0.0, "yesterday": 1.0, "last night": 1.0, "last week": 7.0}


def states_from_measurement(o: Observation, finding: Finding) -> tuple[str, ...] | None:
    """States that agree with a measured value (MRC grade, degrees), or None where none was given."""
    if o.mrc is not None and takes("mrc", finding):
        if o.mrc >= 4.9:
            return ("normal",)
        if o.mrc >= 3.6:
            return ("mild",)
        return ("moderate",) if o.mrc >= 2.6 else ("severe",)
    if o.degrees is not None and takes("degrees", finding):
        if o.degrees >= SLR_NEGATIVE_FROM:
            return ("negative",)
        return ("positive_above_45",) if o.degrees > SLR_SHARP_UP_TO else ("positive_up_to_45",)
    return None


def weeks(text: str | None) -> float | None:
    """Duration in weeks from words such as ``10 days``, ``3 wks``, ``two weeks``; None where it cannot be read.

    "A few" is read of days and weeks only: a few months may be two or ten.
    """
    words = (text or "").lower().strip()
    if words in _DAYS:
        return _DAYS[words] / 7
    match = _SINCE.search(words)
    if not match:
        return None
    amount, unit = match[1], _UNITS[match[2][:2] if match[2][:2] in ("mo", "mt") else match[2][0]]
    if amount in ("few", "several"):
        return None if unit in ("month", "year") else 3 * _WEEKS[unit]
    return (_NUMBERS.get(amount) or float(amount.replace(",", "."))) * _WEEKS[unit]


def unread_time(text: str) -> bool:
    """Whether words name an amount of time that ``weeks`` cannot read, and no event ("since the injury")."""
    return weeks(text) is None and bool(re.search(r"\d|\b(?:day|week|month|year|hour)", text.lower()))


# states of the duration with the weeks they may have lasted, by stage of care: only that is held against ``since``
_LASTED = (
    (("hours", "days", "weeks"), 0.0, 6.0), (("subacute",), 6.0, 13.1), (("months", "years"), 13.0, float("inf")),
)  # fmt: skip


def other_duration(o: Observation, states: Collection[str]) -> tuple[str, ...]:
    """States of the duration that fit ``since`` where none of those stated is of the same stage; else none."""
    since = weeks(o.since)
    if since is None:
        return ()
    fitting = [named for named, low, high in _LASTED if low <= since <= high]
    return () if any(set(states) & set(named) for named in fitting) else fitting[0]


def too_early(o: Observation, finding: Finding) -> bool:
    """True for a normal electrodiagnostic test done before it can be abnormal."""
    limit = finding.unreliable_before_weeks
    since = weeks(o.since)
    return bool(limit and since is not None and since < limit and (o.state or "") in ("absent", "normal"))
