"""What may not be proposed as the next test: a needle near the spine where it could do harm."""

from __future__ import annotations

import numpy as np
import pytest
from test_pictures import picture

import foramen
from foramen.assessment.next_finding import next_findings
from foramen.errors import KnowledgeError
from foramen.inference.engine import Engine
from foramen.records.evidence import items_of, weigh_items
from foramen.triage.thresholds import read_policy
from foramen.triage.unsafe import unsafe_tests
from foramen.triage.urgency import rulebook, urgency

CSF = {"csf_pleocytosis", "csf_protein_raised"}
LYME = "burning_pain, tick_exposure, night_pain, duration=weeks, pain_leg@left"
NO_NEEDLE = [
    "pain_back, renal_or_liver_disease, malaise_unwell, crp=high, percussion_tenderness, duration=weeks, night_pain",
    "pain_back, recent_spinal_procedure, crp=high, unrelenting_pain, night_pain, duration=weeks, fever_reported=absent",
    "pain_back, fever_reported",
    f"{LYME}, anticoagulant",
    f"{LYME}, coagulopathy_platelets",
    f"{LYME}, inr_raised",
    "pain_back, saddle_numbness",
]


@pytest.mark.parametrize("text", NO_NEEDLE)
def test_no_puncture_is_proposed_where_it_could_do_harm(text: str, engine: Engine) -> None:
    proposed = {n.finding for n in foramen.assess(picture(text), engine=engine, draws=5).next_findings}
    needles = {test for row in rulebook(engine.model.knowledge)[1].unsafe_tests for test in row.tests}
    assert needles >= CSF
    assert not proposed & needles


def test_a_puncture_may_be_proposed_where_nothing_speaks_against_it(engine: Engine) -> None:
    case = picture(LYME)
    items = items_of(case, engine.model)
    evidence = weigh_items(items)
    s = engine.model.scenarios
    lyme = (s.lead == s.causes.index("lyme_radiculitis")).astype(float)
    p = lyme / lyme.sum()
    assert not unsafe_tests(engine, evidence, p, urgency(case, engine, with_model=False).reasons)
    found = next_findings(engine, evidence, 0.5 * p + 0.5 * np.full(len(p), 1 / len(p)), 3, limit=300)
    assert {n.finding for n in found} >= CSF
    infected = (s.lead == s.causes.index("discitis_osteomyelitis")).astype(float)
    assert unsafe_tests(engine, evidence, 0.93 * p + 0.07 * infected / infected.sum(), ()) >= CSF


def test_an_unknown_rule_or_figure_of_unsafe_tests_is_refused(engine: Engine) -> None:
    from dataclasses import replace

    knowledge = engine.model.knowledge
    for key in ("rules", "sources"):
        row = {**knowledge.thresholds["unsafe_tests"][0], key: ["nothing_known"]}
        with pytest.raises(KnowledgeError, match="nothing_known"):
            read_policy(replace(knowledge, thresholds={**knowledge.thresholds, "unsafe_tests": [row]}))


def child_imaging(text: str, age: float, engine: Engine) -> dict[str, str]:
    plan = foramen.assess(picture(text, age), engine=engine, draws=5).plan
    assert plan is not None
    return {i.id: i.advice for i in plan.imaging}


@pytest.mark.parametrize("flag", ["night_pain", "unrelenting_pain"])
@pytest.mark.parametrize("duration", ["weeks", "months"])
def test_a_warning_sign_in_a_child_is_not_told_to_wait(flag: str, duration: str, engine: Engine) -> None:
    found = child_imaging(f"pain_back, {flag}, duration={duration}", 14, engine)
    assert found["imaging_child_red_flag"] == "now"
    assert "not_now" not in found.values()


def test_lasting_leg_pain_or_sport_in_a_child_asks_for_a_film(engine: Engine) -> None:
    assert child_imaging("pain_back, pain_calf@left, duration=months", 14, engine)["imaging_child_leg_pain"] == "now"
    found = child_imaging("pain_back, extension_sport, extension_pain, night_pain=absent, duration=months", 16, engine)
    assert found == {"xray_child_overuse": "now", "mri_pars_stress_fracture": "consider"}


def test_short_pain_of_a_child_without_warning_signs_needs_no_film(engine: Engine) -> None:
    text = "pain_back, extension_sport, night_pain=absent, unrelenting_pain=absent, duration=days"
    assert set(child_imaging(text, 14, engine).values()) == {"not_now"}
    assert "imaging_child_red_flag" not in child_imaging("pain_back, night_pain, duration=months", 30, engine)


PERONEAL = (
    "pain_back=absent, pain_leg@bilateral=absent, power_ankle_dorsiflexion@right=severe, duration=days, "
    "power_ankle_inversion@right=normal, power_hip_abduction@right=normal, leg_crossing_or_compression"
)


def test_a_peroneal_foot_drop_is_as_urgent_but_the_spine_is_not_scanned_first(engine: Engine) -> None:
    answer = foramen.assess(picture(PERONEAL, 27), engine=engine, draws=5)
    assert answer.urgency.level == "emergency"
    assert "peroneal" in str(answer.urgency.reasons[0]["id"])
    assert "MRI of the spine only if" in answer.urgency.refer_to
    assert answer.plan is not None
    found = {i.id for i in answer.plan.imaging}
    assert "us_peroneal_nerve" in found
    assert "mri_motor_deficit" not in found


@pytest.mark.parametrize(
    "change",
    [
        ("pain_back=absent", "pain_back"),
        ("pain_leg@bilateral=absent", "pain_leg@right"),
        ("power_ankle_inversion@right=normal", "power_ankle_inversion@right=mild"),
        ("power_hip_abduction@right=normal", "power_hip_abduction@right=mild"),
        ("power_hip_abduction@right=normal", "power_hip_abduction@left=normal"),
        (", leg_crossing_or_compression", ""),
        ("leg_crossing_or_compression", "weakness_progression=progressive, leg_crossing_or_compression"),
    ],
)
def test_a_foot_drop_that_may_be_a_root_is_scanned(change: tuple[str, str], engine: Engine) -> None:
    answer = foramen.assess(picture(PERONEAL.replace(*change), 27), engine=engine, draws=5)
    assert answer.urgency.level == "emergency"
    assert answer.plan is not None
    assert {i.id for i in answer.plan.imaging} & {"mri_motor_deficit", "mri_motor_deficit_growing"}


def test_a_normal_muscle_that_a_rule_names_is_no_red_flag(engine: Engine) -> None:
    book, policy = rulebook(engine.model.knowledge)
    items = items_of(picture(PERONEAL), engine.model)
    flags = {i.observation.finding for i in items if book.is_flag(i, policy.never_set_aside)}
    assert flags == {"power_ankle_dorsiflexion"}
