"""Measurements to states, and when a test is too early to count. Readings are kept in docs/clinical-readings.md."""

from __future__ import annotations

from collections.abc import Collection

from foramen.case import Observation
from foramen.knowledge.schema import Finding
from foramen.records.times import weeks

SLR_NEGATIVE_FROM = 75.0  # degrees; below it, pain on raising the leg is a positive test
SLR_SHARP_UP_TO = 45.0


def takes(key: str, finding: Finding) -> bool:
    """Whether a finding is measured so: ``mrc`` (grade of power) or ``degrees``."""
    if key == "mrc":
        return set(finding.states) >= {"normal", "mild", "moderate", "severe"}
    return "positive_up_to_45" in finding.states


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
