"""Measures of pelvis and lordosis as evidence: soft, and only for what the case does not state otherwise.

Each caution is explained in docs/decisions/0010-xray-measures.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from foramen.case import XRAY_MEASURES, Case, Observation
from foramen.errors import ContradictionError
from foramen.model.model import Model
from foramen.model.sagittal import log_densities, tempered
from foramen.records.statements import Item

SLACK = 5.0  # degrees by which incidence may differ from tilt + slope (assumption: two readings, each off by 2 to 3)


def xray_items(case: Case, items: Sequence[Item], model: Model) -> list[Item]:
    """At most one item: likelihood of each class of the sagittal profile.

    Raises ``ContradictionError`` where incidence, tilt and slope cannot belong together.
    """
    profile = model.knowledge.sagittal
    given = {name: case.measurements[name] for name in XRAY_MEASURES if name in case.measurements}
    if not given or profile is None:
        return []
    check_angles(given)
    seen = Observation(profile.finding)
    label = ", ".join(_words(name, value) for name, value in given.items()).capitalize()
    present = {name for item in items for name in _findings(item, abnormal=True)}
    stated = {name for item in items for name in _findings(item, abnormal=False)}
    if present & set(profile.nothing_after):
        return [Item(f"{label} (not counted: the slip itself is stated)", seen)]
    said = {m for m, finding in profile.said_by.items() if finding in stated}
    # a value beyond the data's lies where a Gaussian is a guess
    beyond = {m for m, (low, high) in profile.range.items() if m in given and not low <= given[m] <= high}
    counted = {m: value for m, value in given.items() if m not in said | beyond}
    reasons = [(said, "stated as a finding"), (beyond, "outside the data's range")]
    notes = [f"{m.replace('_', ' ')} not counted: {why}" for names, why in reasons for m in given if m in names]
    label += f" ({'; '.join(notes)})" if notes else ""
    if not counted:
        return [Item(label, seen)]
    vector = tempered(log_densities(profile, counted), profile.exponent.total)
    return [Item(label, seen, {profile.finding: vector})]


def check_angles(given: Mapping[str, float]) -> None:
    """Raise ``ContradictionError`` unless incidence is tilt + slope, to a few degrees."""
    angles = ("pelvic_incidence", "pelvic_tilt", "sacral_slope")
    if not all(name in given for name in angles):
        return
    incidence, tilt, slope = (given[name] for name in angles)
    if abs(incidence - tilt - slope) > SLACK:
        raise ContradictionError(
            "pelvic incidence is pelvic tilt plus sacral slope, and these three differ from it by more than "
            f"{SLACK:g} degrees",
            field="measurements",
            cure="Correct one of them, or give only two.",
        )


def _findings(item: Item, *, abnormal: bool) -> set[str]:
    """Findings that a stated item speaks of; with ``abnormal`` only those it says (or may mean) to be there."""
    if item.silent:
        return set()
    keys = [key for key, vector in item.vectors.items() if not abnormal or vector[0] == 0.0]
    keys += [key for statement in item.statements for key in statement.parts]
    return {key.partition("@")[0] for key in keys}


def _words(name: str, value: float) -> str:
    unit = "" if name == "pelvic_radius" else "°"
    return f"{name.replace('_', ' ')} {value:g}{unit}"
