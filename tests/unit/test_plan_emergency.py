"""What a person must not have stays said in an emergency: it may be given meanwhile."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "safety"))
from plan_cases import clear

from foramen.plan.make import make_plan
from foramen.plan.result import PlanAnswer

WARNED = {
    "urgency": "emergency",
    "rules": {"cauda_equina": "emergency"},
    "warnings": (("Possible cauda equina syndrome", "emergency"),),
}


def emergency(**listed: tuple[str, ...]) -> PlanAnswer:
    base = clear("acute", "disc_herniation", **WARNED)
    return make_plan(replace(base, case=replace(base.case, **listed)))


@pytest.mark.parametrize(
    ("listed", "reason", "treatments"),
    [
        ({"medicines": ("apixaban",)}, "a blood thinner", ("NSAID tablets", "Spinal manipulation", "Caudal epidural")),
        ({"conditions": ("CKD stage 4",)}, "severe kidney disease", ("NSAID tablets",)),
        ({"conditions": ("pacemaker",)}, "a pacemaker", ("TENS", "Shortwave diathermy")),
        ({"conditions": ("aspirin asthma",)}, "asthma, hives or allergy", ("NSAID tablets", "NSAID injections")),
    ],
)
def test_what_the_person_must_not_have_leads_under_avoid_in_an_emergency(
    listed: dict[str, tuple[str, ...]], reason: str, treatments: tuple[str, ...]
) -> None:
    """All had been "the emergency comes first", and nothing told whoever gives a painkiller on the way."""
    plan = emergency(**listed)
    assert reason in plan.avoid[0]
    assert all(name in plan.avoid[0] for name in treatments)
    assert next(o for o in plan.options if o.treatment == "nsaid_tablet").status != "offered"


def test_what_the_warning_sign_bars_follows_as_one_line_by_kind() -> None:
    plan = emergency(medicines=("apixaban",))
    line = next(x for x in plan.avoid if x.startswith("With pressure on the cauda equina"))
    assert plan.avoid.index(line) > 0
    assert all(name in line for name in ("Massage", "Traction", "Joint mobilisation"))
    assert "[also" not in line
    clean = emergency()
    assert all(name in clean.avoid[0] for name in ("Caudal epidural", "Spinal manipulation", "Traction"))


def test_the_leaflet_of_an_emergency_names_the_medicines_that_are_barred_and_nothing_else() -> None:
    told = [x for x in emergency(medicines=("apixaban",)).leaflet_lines if x.part == "avoid"]
    assert [x.values["names"] for x in told] == [("NSAID tablets",)]
    assert not [x for x in emergency().leaflet_lines if x.part == "avoid"]


def test_what_is_taken_and_harms_leads_all_in_an_emergency_too() -> None:
    """It had stood below what might be given, and the leaflet of an emergency was silent of it."""
    plan = emergency(medicines=("apixaban", "ibuprofen"))
    assert plan.avoid[0].startswith("NSAID tablets: already taken, although this speaks against it")
    assert "You take this now: ibuprofen." in plan.leaflet
    assert "You take this now" not in emergency(medicines=("ibuprofen",), conditions=("hay fever",)).leaflet


def test_what_harms_is_told_though_it_is_of_no_use_here() -> None:
    """Kidneys that failed had taken every use from the tablets, and with it the word against those that are taken."""
    plan = emergency(medicines=("ibuprofen", "warfarin"), conditions=("CKD, eGFR 25",))
    assert any(line.startswith("NSAID tablets: already taken") for line in plan.avoid)
