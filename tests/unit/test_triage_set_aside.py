"""What the rules of urgency leave out: in which words, and what bars it."""

from __future__ import annotations

from types import ModuleType

import pytest

from foramen.anatomy import SIDES
from foramen.case import Case, Observation
from foramen.inference.engine import Engine
from foramen.records.evidence import items_of
from foramen.triage.set_aside import IGNORED, cancer, deficits, infections, injuries, told

ASKED = ("onset", "duration", "course")  # findings whose states are named, too


@pytest.mark.parametrize("module", [told, deficits, injuries, infections, cancer], ids=lambda m: m.__name__)
def test_every_name_is_in_the_vocabulary(engine: Engine, module: ModuleType) -> None:
    """A name that no finding has, or begins with, would silently bar nothing."""
    knowledge = engine.model.knowledge
    known = [*knowledge.findings, *knowledge.composites]
    states = {state for finding in ASKED for state in knowledge.findings[finding].states} | {"chronic"}
    words = {
        (name, word)
        for name, value in vars(module).items()
        if name.isupper() and isinstance(value, tuple) and name not in ("SIDES", "VERTEBRAE", "GROWING", "UNCHANGED")
        for word in value
    }
    assert words
    for name, word in words - {("SHOW_BONE", "ct"), ("SHOW_BONE", "mri")}:
        assert word in states or any(finding.startswith(word) for finding in known), (name, word)


NOT_TENDER = "percussion_tenderness=absent, midline_tenderness=absent, power_knee_extension@left=normal, duration=days"
NO_RISK = ", ".join(f"{name}=absent" for name in (*infections.RISKS, *infections.FEELS_ILL))
STRONG = ", ".join(f"{muscle}@{side}=normal" for muscle in deficits.EXAMINED for side in SIDES)
LEFT_OUT = {
    "kidney_pain": "pain_back, fever_measured, renal_angle_tenderness@left, urinary_symptoms, " + NOT_TENDER,
    "plain_fever_pain": f"pain_back, fever_reported, {NOT_TENDER}, {NO_RISK}",
    "risk_without_sign": "diabetes, pain_back, fever_reported=absent, malaise_unwell=absent",
    "normal_bloods": "diabetes, pain_back, crp=normal",
    "tested_risk": "immunosuppression, pain_back, crp=normal",
    "old_or_outer_thigh": "pain_lateral_thigh@left, cancer_history, pain_back=absent, duration=months",
    "walking_barred_by_pain": "unable_to_walk, pain_back, pain_severity=severe, " + STRONG,
}
ANY_OF_THEM = ("img_mass", "img_canal_mass", "img_marrow_signal")
INFECTED = ("plain_fever_pain", "risk_without_sign", "normal_bloods", "tested_risk")


def left_out(rule: str, engine: Engine, *more: str) -> bool:
    """Whether the first finding of the text is left out beside ``more``."""
    told = []
    for part in [*LEFT_OUT[rule].split(","), *more]:
        name, _, state = part.strip().partition("=")
        name, _, side = name.partition("@")
        told.append(Observation(name, state or "present", side=side or None))
    items = items_of(Case(age=50, observations=tuple(told)), engine.model)
    return any(IGNORED[rule](item, items) for item in items if item.observation.finding == told[0].finding)


@pytest.mark.parametrize("rule", LEFT_OUT)
def test_it_is_left_out_where_nothing_bars_it(engine: Engine, rule: str) -> None:
    assert left_out(rule, engine)


@pytest.mark.parametrize(
    ("rule", "vague"),
    [
        *((rule, word) for rule in LEFT_OUT if rule != "normal_bloods" for word in ANY_OF_THEM),
        ("normal_bloods", "img_marrow_signal"),
        *((rule, "inflammation_markers") for rule in INFECTED),
        ("walking_barred_by_pain", "hip_pain"),
        ("old_or_outer_thigh", "sciatica"),
        ("old_or_outer_thigh", "hip_pain"),
    ],
)
def test_a_vague_word_bars_it_as_what_it_may_stand_for(engine: Engine, rule: str, vague: str) -> None:
    assert not left_out(rule, engine, vague)
