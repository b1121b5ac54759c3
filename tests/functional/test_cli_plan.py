"""The plan from the outside: leaflet, picture, catalogue of treatments, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from foramen.cli.main import main

CASE = """
context: {age: 45, sex: female, setting: spine_clinic}
findings:
- {finding: pain_calf, side: left}
- {finding: leg_pain_dominant}
- {finding: duration, state: subacute}
- {finding: slr, side: left, degrees: 40}
- {finding: reflex_ankle, side: left, state: absent}
medicines: [apixaban 5 mg, omeprazole]
conditions: [CKD stage 4]
"""


@pytest.fixture
def case(tmp_path: Path) -> Path:
    path = tmp_path / "example.yaml"
    path.write_text(CASE, encoding="utf-8")
    return path


def test_the_plan_stands_after_the_answer(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["assess", str(case)]) == 0
    out = capsys.readouterr().out
    marks = ["Urgency", "Cause", "Why", "Plan", "Now", "Avoid", "Pain over time", "Come back at once", "Sources"]
    places = [out.index(f"\n{m}" if m not in ("Urgency",) else m) for m in marks]
    assert places == sorted(places)
    avoid = " ".join(out[out.index("\nAvoid") :].split())  # lines may break anywhere
    assert "NSAID tablets" in avoid
    assert "CKD stage 4" in avoid


def test_what_a_pacemaker_bars_stands_first_under_avoid(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "example.yaml"
    path.write_text(CASE.replace("CKD stage 4", "CKD stage 4, pacemaker, deep vein thrombosis"), encoding="utf-8")
    assert main(["assess", str(path)]) == 0
    out = capsys.readouterr().out
    avoid = " ".join(out[out.index("\nAvoid") :].split())
    assert avoid.index("TENS") < avoid.index("Bed rest")
    assert "pacemaker" in avoid[: avoid.index("Bed rest")]
    assert main(["assess", str(path), "--patient"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "pacemaker" in told[told.index("should not be done") :]


def test_the_leaflet(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["assess", str(case), "--patient"]) == 0
    out = capsys.readouterr().out
    assert "How soon should I see a doctor?" in out
    assert "emergency department at once" in out
    assert "likelihood" not in out.lower()


def test_the_picture(case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "course.svg"
    assert main(["assess", str(case), "--patient", "--svg", str(target)]) == 0
    assert target.read_text(encoding="utf-8").startswith("<svg")
    for study in ("Machado 2016 Eur J Pain", "Liu 2023 BMJ"):
        assert study in target.read_text(encoding="utf-8"), "a curve or difference stands without its study"
    assert main(["assess", str(case), "--svg", str(tmp_path / "none" / "course.svg")]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_the_plan_in_json(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["assess", str(case), "--json"]) == 0
    plan = json.loads(capsys.readouterr().out)["plan"]
    status = {o["treatment"]: o["status"] for o in plan["options"]}
    assert status["nsaid_tablet"] == "blocked"
    assert status["chiropractic_manipulation"] == "blocked"
    assert plan["unmatched"] == []


def test_a_misspelt_medicine_is_named_with_the_nearest(
    case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(case.read_text(encoding="utf-8").replace("apixaban 5 mg", "apixabann"), encoding="utf-8")
    assert main(["assess", str(wrong)]) == 0
    out = capsys.readouterr().out
    assert "'apixabann' is not recognised; did you mean 'apixaban'?" in " ".join(out.split())


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("tried: [{treatment: ibuprofn, result: helped}]", "tried[0].treatment"),
        ("tried: [{treatment: ibuprofen, result: fine}]", "tried[0].result"),
        ("tried: [{treatment: ibuprofen}]", "tried[0]"),
        ("measurements: {egfr: -3}", "measurements.egfr"),
        ("measurements: {egrf: 30}", "measurements.egrf"),
        ("medicines_complete: maybe", "medicines_complete"),
    ],
)
def test_what_is_wrong_is_refused_by_field(
    case: Path, line: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    case.write_text(CASE + line + "\n", encoding="utf-8")
    assert main(["assess", str(case)]) == 2
    err = capsys.readouterr().err
    assert told in err
    assert len(err.strip().splitlines()) == 1


def test_treatments_can_be_listed_and_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["treatments"]) == 0
    assert "nsaid_tablet" in capsys.readouterr().out
    assert main(["treatments", "ibuprofen"]) == 0
    out = capsys.readouterr().out
    assert "Checked against" in out
    assert "NICE NG59" in out
    assert main(["treatments", "ibuprofn"]) == 2
    assert "ibuprofen" in capsys.readouterr().err
    assert main(["treatments", "nsaid_tablet", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["id"] == "nsaid_tablet"
