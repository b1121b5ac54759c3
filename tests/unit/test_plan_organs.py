"""Liver and kidneys that fail: needles, operations and thrusts look at clotting first, and a painkiller is left."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "safety"))
from plan_cases import PLAN, clear, with_conditions

from foramen.plan.make import make_plan
from foramen.plan.result import OptionAnswer

ROUTES = ("epidural_steroid_transforaminal", "epidural_steroid_interlaminar", "epidural_steroid_caudal")


def judged(condition: str, stage: str = "chronic") -> dict[str, OptionAnswer]:
    return {o.treatment: o for o in make_plan(with_conditions(clear(stage), "nerves examined", condition)).options}


def why(option: OptionAnswer, condition: str) -> str:
    return next(c.why for c in option.cautions if c.id == condition and c.state == "present")


@pytest.mark.parametrize(
    ("told", "condition", "word"),
    [("cirrhosis", "liver_disease_severe", "platelets"), ("dialysis", "kidney_disease_severe", "heparin")],
)
def test_needle_and_knife_ask_for_clotting(told: str, condition: str, word: str) -> None:
    options = judged(told)
    for treatment in (*ROUTES, "microdiscectomy"):
        assert options[treatment].status != "offered", treatment
        assert word in why(options[treatment], condition), treatment
    assert options["chiropractic_manipulation"].status == "blocked"
    assert options["mobilisation"].status == "needs_care"


@pytest.mark.parametrize("condition", ["liver_disease_severe", "kidney_disease_severe"])
def test_whatever_bars_or_weighs_bleeding_near_the_nerves_weighs_failing_organs(condition: str) -> None:
    for t in PLAN.treatments.values():
        if t.family in ("surgery", "procedure") or t.id in (*ROUTES, "local_anaesthetic_block", "ozone_injection"):
            assert condition in [row.value for row in t.contraindications], t.id


def test_in_cirrhosis_paracetamol_is_what_is_left_and_in_liver_failure_it_is_not() -> None:
    cirrhosis = judged("cirrhosis")["paracetamol"]
    assert (cirrhosis.role, cirrhosis.status) == ("option", "ask_first")
    assert "Has your liver failed" in " ".join(c.question for c in cirrhosis.cautions)
    for told in ("liver failure", "decompensated cirrhosis"):
        failed = judged(told)["paracetamol"]
        assert failed.status == "blocked"
        assert judged(told)["nsaid_tablet"].status == "blocked"  # all that holds in cirrhosis holds as well


@pytest.mark.parametrize("told", [{"conditions": ("cirrhosis",)}, {"medicines": ("warfarin",)}])
def test_a_needle_asks_for_platelets_and_inr_where_liver_or_medicine_spoils_them(told: dict) -> None:
    """A complete list had denied them, and what waited for the red flags asked for nothing."""
    base = with_conditions(clear("subacute"), "severe pain", "nerves examined", *told.get("conditions", ()))
    base = replace(base, case=replace(base.case, medicines=told.get("medicines", ())))
    open_ = replace(base, open_questions=(("cancer", "Have you ever had cancer?"),))
    for situation in (base, open_):
        plan = make_plan(situation)
        asked = next(q for q in plan.questions if q.id == "clotting_impaired")
        assert set(ROUTES) <= set(asked.options)
        assert "INR" in asked.question
        route = next(o for o in plan.options if o.treatment == ROUTES[0])
        assert route.status not in ("offered", "needs_care")
    known = replace(base, case=replace(base.case, measurements={"platelets": 200.0, "inr": 1.0}))
    assert "clotting_impaired" not in [q.id for q in make_plan(known).questions]
    low = make_plan(replace(base, case=replace(base.case, measurements={"platelets": 60.0})))
    assert next(o for o in low.options if o.treatment == ROUTES[0]).status == "blocked"


def test_hands_and_advice_ask_for_no_platelets() -> None:
    plan = make_plan(with_conditions(clear("subacute"), "nerves examined", "severe pain", "cirrhosis"))
    asked = next(q for q in plan.questions if q.id == "clotting_impaired")
    families = {PLAN.treatments[t].family for t in asked.options}
    assert families <= {"injection", "procedure", "surgery"}
    assert not [q for q in make_plan(clear("subacute")).questions if q.id == "clotting_impaired"]
