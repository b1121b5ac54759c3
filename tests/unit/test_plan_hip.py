"""Where the hip leads, the plan is one for the hip and says what of the spine's does not apply."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "safety"))
from plan_cases import PLAN, clear, with_conditions

from foramen.plan.make import make_plan

HIPS = ("hip_osteoarthritis", "hip_osteonecrosis", "trochanteric_pain")
SPINAL = (
    "epidural_steroid_caudal", "epidural_steroid_interlaminar", "epidural_steroid_transforaminal", "fusion",
    "chiropractic_manipulation", "microdiscectomy", "decompression", "traction",
)  # fmt: skip


@pytest.mark.parametrize("cause", HIPS)
@pytest.mark.parametrize("stage", ["acute", "chronic"])
def test_what_is_done_to_the_spine_is_told_not_to_reach_a_hip(cause: str, stage: str) -> None:
    """All had been "meant for causes that have 4% here", and told nowhere."""
    plan = make_plan(clear(stage, cause))
    line = next(x for x in plan.avoid if "likelier source" in x)
    assert all(PLAN.treatments[t].name in line for t in SPINAL)
    assert plan.avoid.index(line) == 0


@pytest.mark.parametrize("cause", HIPS)
def test_a_spine_that_may_be_the_source_as_well_keeps_its_treatments(cause: str) -> None:
    causes = {cause: 0.55, "disc_herniation": 0.45}
    plan = make_plan(clear("subacute", causes=causes))
    roles = {o.treatment: o.role for o in plan.options}
    assert roles["microdiscectomy"] == "specialist"


def test_a_surgeon_sees_a_worn_hip_after_care_and_a_dying_one_at_once() -> None:
    worn = clear("chronic", "hip_osteoarthritis")
    roles = {o.treatment: (o.role, o.status) for o in make_plan(worn).options}
    assert roles["refer_hip_surgery"] == ("option", "not_useful_now")
    failed = make_plan(with_conditions(worn, "conservative care failed"))
    assert next(o for o in failed.options if o.treatment == "refer_hip_surgery").status == "offered"
    dying = make_plan(replace(clear("subacute", "hip_osteonecrosis")))
    assert next(o for o in dying.options if o.treatment == "refer_hip_surgery").role == "core"
    assert "mri_hip_osteonecrosis" in [i.id for i in dying.imaging if i.advice == "now"]


def test_a_worn_hip_gets_an_anti_inflammatory_before_paracetamol_and_no_opioid() -> None:
    base = clear("chronic", "hip_osteoarthritis", no_root=1.0)
    roles = {o.treatment: o.role for o in make_plan(base).options}
    assert (roles["nsaid_tablet"], roles["paracetamol"], roles["opioids"]) == ("option", "unproven", "against")
    barred = make_plan(with_conditions(base, "CKD stage 4"))
    assert next(o for o in barred.options if o.treatment == "paracetamol").role == "option"
    exercise = next(o for o in make_plan(base).options if o.treatment == "exercise_general")
    assert exercise.effects[0].applies
    assert [s.name for s in exercise.stances if s.applies] == ["NICE NG226"]
    assert {i.id: i.advice for i in make_plan(base).imaging}["xray_hip_worn"] == "consider"
