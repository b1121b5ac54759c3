"""Liver and kidneys that fail: needles, operations and thrusts look at clotting first, and a painkiller is left."""

import sys
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
