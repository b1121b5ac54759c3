"""What a scan shows of a herniation bars and cautions treatments, without being typed as a condition as well."""

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "safety"))
from plan_cases import KNOWLEDGE, PLAN, clear, with_conditions

from foramen.case import Case, Observation
from foramen.plan.make import make_plan
from foramen.plan.person import Person
from foramen.plan.situation import Situation
from foramen.records.reports.read import read_report
from foramen.records.reports.to_case import with_report
from foramen.records.statements import EvidenceSet

BIG = "disc_sequestered_or_multilevel"


def scanned(told: Mapping[str, str], *observed: Observation) -> Situation:
    """A clear acute person with findings at places, by state, and what was stated."""
    base = with_conditions(clear("acute"), "nerves examined")
    vectors = dict(base.evidence.vectors)
    for place, state in told.items():
        states = KNOWLEDGE.findings[place.partition("@")[0]].states
        vectors[place] = tuple(float(s == state) for s in states)
    return replace(base, evidence=EvidenceSet(vectors), case=replace(base.case, observations=observed))


LOW, HIGH = "img_herniation_subarticular@L5-S1/left", "img_herniation_subarticular@L4-L5/left"
CENTRAL = "img_herniation_central@L5-S1"
SCANS = [
    ({LOW: "protrusion"}, (), "absent"),
    ({LOW: "extrusion"}, (), "absent"),
    (
        {LOW: "extrusion"},
        (Observation("img_herniation_subarticular", "sequestered", level="L5-S1", side="left"),),
        "present",
    ),
    ({LOW: "extrusion"}, (Observation("img_herniation", "free_fragment", level="L5-S1"),), "present"),
    ({LOW: "extrusion", HIGH: "protrusion"}, (), "present"),
    ({CENTRAL: "extrusion"}, (), "absent"),
    ({CENTRAL: "extrusion", "img_sac_compression@L5-S1": "present"}, (), "present"),
    ({CENTRAL: "extrusion", "img_sac_compression@L4-L5": "present"}, (), "absent"),
    ({CENTRAL: "protrusion", "img_sac_compression@L5-S1": "present"}, (), "absent"),
    ({CENTRAL: "protrusion", "img_central_stenosis@L5-S1": "severe"}, (), "present"),
]


@pytest.mark.parametrize(("told", "observed", "state"), SCANS)
def test_a_free_large_or_second_herniation_on_the_scan_bars_thrust_and_traction(told, observed, state) -> None:
    case = scanned(told, *observed)
    assert Person(case, PLAN).fact(BIG).state == state
    status = {o.treatment: o.status for o in make_plan(case).options}
    for treatment in ("chiropractic_manipulation", "traction", "ozone_injection"):
        assert (status[treatment] == "blocked") == (state == "present"), treatment


def test_without_a_scan_the_list_of_conditions_tells() -> None:
    base = clear("acute")
    assert Person(base, PLAN).fact(BIG).state == "absent"
    open_list = replace(base, case=replace(base.case, conditions_complete=False))
    assert Person(open_list, PLAN).fact(BIG).state == "unknown"
    assert Person(with_conditions(base, "sequestered disc"), PLAN).fact(BIG).state == "present"


@pytest.mark.parametrize(("shape", "status"), [("protrusion", "offered"), ("extrusion", "needs_care")])
def test_a_thrust_into_a_burst_disc_needs_care(shape: str, status: str) -> None:
    option = next(o for o in make_plan(scanned({LOW: shape})).options if o.treatment == "chiropractic_manipulation")
    assert option.status == status
    assert ("burst" in option.reason) == (status == "needs_care")


def test_one_criticised_trial_is_not_called_clear() -> None:
    for use in PLAN.treatments["chiropractic_manipulation"].use:
        assert "clearly positive" not in use.why


@pytest.mark.parametrize(
    "report",
    [
        "L4-L5: Sequestrated disc on the left.",
        "L5-S1: left paracentral disc extrusion with a sequestered fragment compressing the left S1 root.",
        "L5-S1: large disc extrusion, left subarticular, sequestered and migrated caudally.",
    ],
)
def test_a_report_keeps_that_the_piece_is_free(report: str) -> None:
    case = with_report(Case(), read_report(report))
    assert "sequestered" in [o.state for o in case.observations]
