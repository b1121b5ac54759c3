"""Risks that add up (a bleeding stomach), medicines that weigh more than aspirin, and events told with their time."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "safety"))
from plan_cases import PLAN, clear

from foramen.plan.make import make_plan
from foramen.plan.person import Person
from foramen.plan.result import OptionAnswer


def judged(age: float, medicines: tuple[str, ...], conditions: tuple[str, ...] = ()) -> dict[str, OptionAnswer]:
    base = clear("acute")
    case = replace(base.case, age=age, medicines=medicines, conditions=conditions)
    return {o.treatment: o for o in make_plan(replace(base, case=case)).options}


@pytest.mark.parametrize(
    ("age", "medicines", "conditions", "status"),
    [
        (40, ("aspirin",), (), "needs_care"),
        (66, ("aspirin",), (), "needs_care"),
        (40, ("aspirin", "sertraline"), (), "needs_care"),
        (66, ("aspirin", "sertraline"), (), "blocked"),
        (72, ("aspirin", "prednisolone"), (), "blocked"),
        (76, ("aspirin",), (), "blocked"),  # from 75 beside a steroid or a medicine against platelets
        (76, ("prednisolone",), (), "blocked"),
        (76, (), (), "needs_care"),
        (50, ("aspirin", "sertraline"), ("stomach ulcer 10 years ago",), "blocked"),
    ],
)
def test_several_risks_of_a_bleeding_stomach_bar_anti_inflammatory_tablets(age, medicines, conditions, status) -> None:
    options = judged(age, medicines, conditions)
    assert options["nsaid_tablet"].status == status, options["nsaid_tablet"].reason
    if status == "blocked":
        assert "several risks of a bleeding stomach" in options["nsaid_tablet"].reason
        assert options["nsaid_injection"].status == "blocked"
        assert options["paracetamol"].role == "option"  # what is left


def test_the_risks_are_never_asked_for_as_a_sum() -> None:
    base = clear("acute")
    case = replace(base.case, medicines_complete=False, conditions_complete=False, age=None, no_conditions=())
    assert "stomach_risks" not in [q.id for q in make_plan(replace(base, case=case)).questions]


NEEDLES = (
    "epidural_steroid_transforaminal", "epidural_steroid_interlaminar", "epidural_steroid_caudal",
    "local_anaesthetic_block", "ozone_injection", "dorsal_root_radiofrequency",
)  # fmt: skip


@pytest.mark.parametrize("medicine", ["clopidogrel", "Plavix 75 mg", "prasugrel", "ticagrelor", "CoPlavix", "DAPT"])
def test_no_needle_beside_the_nerves_under_what_aspirin_is_not(medicine: str) -> None:
    options = judged(50, (medicine,))
    assert {t: options[t].status for t in NEEDLES} == dict.fromkeys(NEEDLES, "blocked")


def test_aspirin_alone_is_weighed() -> None:
    options = judged(50, ("aspirin",))
    assert all(options[t].status != "blocked" for t in NEEDLES[:3])
    assert "specialist and the prescriber" in " ".join(c.why for c in options[NEEDLES[0]].cautions)


@pytest.mark.parametrize(
    ("told", "recent"),
    [
        ("heart attack 3 weeks ago", True),
        ("coronary stent 2 months ago", True),
        ("CABG four months ago", True),
        ("stroke in the past month", True),
        ("heart attack 10 years ago", False),
        ("stroke 8 months ago", False),
        ("hernia operation 3 weeks ago", False),
        ("no heart attack in the past 6 months", False),
        ("инсульт месяц назад", True),
    ],
)
def test_an_event_told_with_its_time_is_recent_within_six_months(told: str, recent: bool) -> None:
    base = clear("acute")
    person = Person(replace(base, case=replace(base.case, conditions=(told,))), PLAN)
    assert (person.fact("recent_infarction_or_stroke").state == "present") == recent
