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
