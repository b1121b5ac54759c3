"""What was tried for the complaint, in the terms of the treatments."""

from __future__ import annotations

from collections.abc import Mapping

from foramen.case import Tried
from foramen.errors import CaseError, nearest_match
from foramen.knowledge.plan_schema import STAGES, Treatment
from foramen.plan.role import USEFUL, part_of
from foramen.plan.situation import Situation
from foramen.records.names import plain

LONG_ENOUGH = 6.0  # weeks of a treatment without effect after which conservative care counts as failed
STOPPED = "stopped"  # because of harm
FAILED = {"no_effect": "it did not help", "worse": "it made things worse"}
CARE = ("exercise", "manual", "psychological", "medicine", "injection")


def tried_by_treatment(situation: Situation) -> dict[str, Tried]:
    """What was tried, by treatment id. Raises ``CaseError`` for a name that is no treatment."""
    if not situation.case.tried:
        return {}
    knowledge = situation.knowledge.plan
    ids: dict[str, str] = {}
    for t in knowledge.treatments.values():
        for name in (t.id, t.name, *t.names):
            ids.setdefault(plain(name), t.id)
    out: dict[str, Tried] = {}
    for i, tried in enumerate(situation.case.tried):
        told = plain(tried.treatment)
        key = ids.get(told) or ids.get(told.removesuffix("s"))
        if key is None:
            words = [w for w in told.split() if len(w) >= 4]
            alike = sorted({ids[name] for name in ids if any(w in name.split() for w in words)})
            raise CaseError(
                "not a known treatment", field=f"tried[{i}].treatment", given=tried.treatment,
                nearest=nearest_match(told, ids), allowed=alike, cure="`foramen treatments` lists them all.",
            )  # fmt: skip
        out[key] = tried
    return out


def failed_alike(tried: Mapping[str, Tried], treatment: Treatment) -> str:
    """A treatment that does the same by another way and did not help; empty where none was tried, or this one was."""
    if treatment.id in tried:
        return ""
    return next((key for key in treatment.same_way if key in tried and tried[key].result in FAILED), "")


def harmed_alike(tried: Mapping[str, Tried], treatment: Treatment) -> dict[str, str]:
    """Treatments like this one that were stopped because of harm, with what that means for this one."""
    effects = {**dict.fromkeys(treatment.akin, "care"), **dict.fromkeys(treatment.same_way, "blocked")}
    return {key: effect for key, effect in effects.items() if key in tried and tried[key].result == STOPPED}


def failed_medicine(situation: Situation) -> str:
    """A painkiller that did not help or could not be borne; empty where there is none."""
    for key, tried in tried_by_treatment(situation).items():
        treatment = situation.knowledge.plan.treatments[key]
        proper = part_of(treatment, situation, STAGES, lambda _: True).role in USEFUL
        if proper and treatment.family == "medicine" and tried.result in (*FAILED, STOPPED):
            return treatment.name
    return ""


def failed_care(situation: Situation) -> str:
    """A treatment without operation that had its time and did not help; empty where there is none.

    What has no adequate evidence (vitamins, devices) does not count as having tried care.
    """
    for key, tried in tried_by_treatment(situation).items():
        treatment = situation.knowledge.plan.treatments[key]
        proper = treatment.family in CARE and part_of(treatment, situation, STAGES).role in USEFUL
        if proper and tried.result in FAILED and (tried.weeks or 0) >= LONG_ENOUGH:
            return treatment.name
    return ""
