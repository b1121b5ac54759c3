"""What a person must not have stands first under Avoid, with the reason, whether or not it has a proven use."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "safety"))
from plan_cases import PLAN, clear, with_conditions, with_contraindication

from foramen.knowledge.plan_schema import FAMILIES
from foramen.plan.barred import KINDS
from foramen.plan.make import make_plan
from foramen.plan.result import PlanAnswer
from foramen.plan.situation import Situation

NSAIDS = ("nsaid_tablet", "nsaid_ointment", "nsaid_injection")
# condition, and what an evidence of no use must not hide
BARRED = [
    ("pacemaker", "a pacemaker", (
        "tens", "interferential", "shortwave_diathermy", "therapeutic_ultrasound", "magnetotherapy", "electromassage",
        "neuromuscular_stimulation", "electrophoresis",
    )),
    ("deep vein thrombosis", "a blood clot in a vein", ("massage", "segmental_massage", "traction")),
    ("aspirin asthma", "asthma, hives or allergy set off by aspirin", NSAIDS),
]  # fmt: skip


def names(treatments: tuple[str, ...]) -> list[str]:
    return [PLAN.treatments[t].name for t in treatments]


@pytest.mark.parametrize(("condition", "words", "treatments"), BARRED)
def test_what_is_contraindicated_leads_under_avoid_and_in_the_leaflet(
    condition: str, words: str, treatments: tuple[str, ...]
) -> None:
    plan = make_plan(with_conditions(clear("acute"), condition))
    assert words in plan.avoid[0]
    assert all(name in plan.avoid[0] for name in names(treatments))
    told = [x for x in plan.leaflet_lines if x.part == "avoid" and any(words in r for r in x.values["reasons"])]
    assert len(told) == 1
    assert set(names(treatments)) <= set(told[0].values["names"])


def test_every_why_is_told_of_the_treatments_it_holds_for() -> None:
    line = make_plan(with_conditions(clear("acute"), "deep vein thrombosis")).avoid[0]
    assert line.startswith("With a blood clot in a vein (listed: deep vein thrombosis): ")
    assert "Massage, Segmental (reflex) massage, Shortwave diathermy, Therapeutic ultrasound: a clot may come" in line
    assert "Traction: belts and posture slow the blood" in line


def test_the_last_third_of_pregnancy_bars_the_gel_too() -> None:
    base = clear("acute")
    late = replace(base, case=replace(base.case, conditions=("pregnant",), measurements={"pregnancy_weeks": 30.0}))
    plan = make_plan(late)
    line = next(x for x in plan.avoid if "the last third of pregnancy" in x)
    assert all(name in line for name in names(NSAIDS))


def test_a_treatment_that_two_reasons_bar_stands_once_with_both() -> None:
    plan = make_plan(with_conditions(clear("acute"), "deep vein thrombosis", "osteoporosis"))
    lines = [x for x in plan.avoid if "Traction" in x]
    assert len(lines) == 1
    assert "Traction [also osteoporosis (thin bones)]: belts" in lines[0]


def named_once(plan: PlanAnswer) -> bool:
    own = [o.name for o in plan.options if o.role == "against"]
    return all(sum(x.startswith(f"{name}: ") for x in plan.avoid) <= 1 for name in own)


@pytest.mark.parametrize("condition", [b[0] for b in BARRED])
def test_what_evidence_speaks_against_stays_and_stands_after_what_is_barred(condition: str) -> None:
    healthy, plan = make_plan(clear("acute")), make_plan(with_conditions(clear("acute"), condition))
    assert named_once(plan)
    told = "\n".join(plan.avoid)
    assert all(o.name in told for o in healthy.options if o.role == "against" and o.status != "blocked")


def test_waiting_for_red_flags_hides_no_evidence_against_a_treatment() -> None:
    base: Situation = replace(clear("acute"), open_questions=(("infection", "Do you have a fever?"),))
    told = "\n".join(make_plan(base).avoid)
    assert "Traction: " in told
    assert "Massage: " in told


def test_a_warning_sign_is_told_of_what_would_be_useful() -> None:
    plan = make_plan(replace(clear("acute"), rules={"fracture_fragility": "soon"}))
    line = plan.avoid[0]
    assert "fracture" in line
    assert "Magnetotherapy" not in line
    assert "Joint mobilisation" in line


@pytest.mark.parametrize("condition", ["pregnancy", "after birth"])
def test_where_gentle_techniques_take_the_place_of_a_thrust_the_thrust_is_barred(condition: str) -> None:
    base = with_conditions(clear("acute"), "nerves examined", condition)
    status = {o.treatment: o.status for o in make_plan(base).options}
    assert status["chiropractic_manipulation"] == "blocked"
    assert status["mobilisation"] in ("offered", "needs_care")


def test_no_treatment_is_told_to_be_replaced_by_another_and_offered_with_care() -> None:
    rows = [(t.id, r.why) for t in PLAN.treatments.values() for r in t.contraindications if r.effect == "care"]
    assert not [row for row in rows if "instead of a thrust" in row[1] and row[0] == "chiropractic_manipulation"]


def test_many_whys_are_told_at_their_treatments_and_the_names_by_kind() -> None:
    plan = make_plan(with_conditions(clear("acute"), "pregnancy"))
    assert "medicines: NSAID tablets, " in plan.avoid[0]
    assert "devices, heat and current: " in plan.avoid[0]
    assert "treatment by hand: Spinal manipulation with thrust (chiropractic) (loose ligaments" in plan.avoid[0]
    assert "drowsy" not in plan.avoid[0]
    assert "unborn" in next(o.reason for o in plan.options if o.treatment == "nsaid_tablet")
    assert set(KINDS) == set(FAMILIES)


def test_what_a_finding_bars_is_in_the_leaflet_too() -> None:
    row = next(r for r in PLAN.treatments["massage"].contraindications if r.kind == "finding")
    plan = make_plan(with_contraindication(clear("acute"), row))
    assert "Massage" in plan.avoid[0]
    told = [n for x in plan.leaflet_lines if x.part == "avoid" for n in x.values["names"]]
    assert {"Massage", "Segmental (reflex) massage"} <= set(told)


def test_one_allergy_that_two_conditions_hold_is_one_reason() -> None:
    plan = make_plan(with_conditions(clear("subacute"), "allergy to cortisone"))
    lines = [line for line in plan.avoid if "allergy to cortisone" in line]
    assert len(lines) == 1
    assert all(PLAN.treatments[t].name in lines[0] for t in ("oral_steroids", "epidural_steroid_caudal"))


def test_a_warning_sign_is_not_told_to_need_no_surgeon() -> None:
    base = clear("acute", "nonspecific_low_back_pain", no_root=1.0)
    surgeon = PLAN.treatments["refer_spine_surgery"].name
    assert any(line.startswith(surgeon) for line in make_plan(base).avoid)
    warned = replace(base, urgency="urgent", warnings=(("Cancer history with spinal pain", "urgent"),))
    assert not any(surgeon in line for line in make_plan(warned).avoid)
