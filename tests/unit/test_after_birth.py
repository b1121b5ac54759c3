"""Pregnant and after a birth are one finding and two facts of the person."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from foramen.assessment.assess import assess, default_engine
from foramen.case import Case, Observation
from foramen.plan.make import make_plan
from foramen.plan.person import Person
from foramen.records.evidence import combine_items, items_of
from foramen.records.vocabulary import implied_findings

sys.path.insert(0, str(Path(__file__).parents[1] / "safety"))
from plan_cases import KNOWLEDGE, PLAN, clear, with_unknown


def facts(*observations: Observation, **more: object) -> tuple[str, str]:
    base = with_unknown(clear())
    case = replace(base.case, sex="female", age=29.0, observations=observations, **more)
    evidence = combine_items(items_of(case, default_engine().model))
    person = Person(replace(base, case=case, evidence=evidence), PLAN)
    return person.fact("pregnancy").state, person.fact("after_birth").state


PREGNANCY = "pregnancy"


@pytest.mark.parametrize(
    ("observation", "expected"),
    [
        (Observation(PREGNANCY, "pregnant"), ("present", "absent")),
        (Observation(PREGNANCY, "postpartum"), ("absent", "present")),
        (Observation(PREGNANCY, "none"), ("absent", "absent")),
        (Observation(PREGNANCY, "present"), ("present", "present")),  # which one is not told
        (Observation(PREGNANCY, not_states=("pregnant",)), ("absent", "unknown")),
        (Observation(PREGNANCY, not_states=("postpartum",)), ("unknown", "absent")),
    ],
)
def test_the_state_of_the_finding_decides(observation: Observation, expected: tuple[str, str]) -> None:
    assert facts(observation) == expected


def test_what_is_listed_or_denied_is_respected() -> None:
    assert facts(no_conditions=(PREGNANCY,)) == ("absent", "unknown")
    assert facts(Observation(PREGNANCY, "postpartum"), no_conditions=(PREGNANCY,)) == ("absent", "present")
    assert facts(Observation(PREGNANCY, "present"), no_conditions=(PREGNANCY,)) == ("absent", "present")
    assert facts(Observation(PREGNANCY, "pregnant"), no_conditions=(PREGNANCY,))[0] == "present"
    assert facts(conditions=("pregnant",)) == ("present", "absent")
    assert facts(Observation(PREGNANCY, "postpartum"), conditions=("pregnant",))[0] == "present"
    assert facts() == ("unknown", "unknown")


def test_a_listed_pregnancy_states_that_state_and_a_denied_one_leaves_a_birth_open() -> None:
    (had,) = implied_findings(Case(conditions=("pregnant",)), KNOWLEDGE)
    assert set(had.not_states) == {"none", "postpartum"}
    (denied,) = implied_findings(Case(no_conditions=(PREGNANCY,)), KNOWLEDGE)
    assert denied.not_states == ("pregnant",)


@pytest.mark.parametrize("more", [{}, {"no_conditions": ("pregnancy",)}])
def test_after_a_birth_no_reason_speaks_of_the_unborn_child(more: dict) -> None:
    case = Case(age=29, sex="female", conditions=("breastfeeding",), **more, observations=(
        Observation("pain_back"), Observation("duration", "weeks"), Observation(PREGNANCY, "postpartum"),
    ))  # fmt: skip
    plan = assess(case, draws=5).plan
    options = {o.treatment: o for o in plan.options}
    assert options["nsaid_tablet"].status != "blocked"
    assert "breastfeeding" in {c.id for c in options["nsaid_tablet"].cautions}
    assert not [o.treatment for o in plan.options for c in o.cautions if c.id.startswith("pregnancy")]
    assert options["opioids"].status == options["muscle_relaxants"].status == "blocked"  # the milk bars these
    assert "after_birth" in {c.id for c in options["traction"].cautions}


def test_in_pregnancy_and_where_it_is_not_told_which_the_tablets_stay_barred() -> None:
    for state in ("pregnant", "present"):
        base = clear("acute")
        told = (Observation(PREGNANCY, state),)
        case = replace(base.case, sex="female", age=29.0, no_conditions=(), observations=told)
        evidence = combine_items(items_of(case, default_engine().model))
        options = {o.treatment: o.status for o in make_plan(replace(base, case=case, evidence=evidence)).options}
        assert options["nsaid_tablet"] == "blocked"
