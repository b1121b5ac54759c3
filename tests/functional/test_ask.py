"""``foramen ask``: an interview answered line by line."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from foramen.cli.interview import Finish, Terminal, ask_finding
from foramen.cli.main import main
from foramen.knowledge.loader import load_knowledge
from foramen.records.case_file import read_case


def answering(*answers: str) -> tuple[Terminal, list[str]]:
    """A terminal at which these answers are typed; what it says is kept."""
    said: list[str] = []
    queue: Iterator[str] = iter(answers)

    def read(hint: str) -> str:
        try:
            return next(queue)
        except StopIteration:
            raise EOFError from None

    return Terminal(say=said.append, read=read), said


def observed(name: str, *answers: str) -> list[tuple[str | None, str | None]]:
    knowledge = load_knowledge()
    terminal, _ = answering(*answers)
    finding = knowledge.findings.get(name) or knowledge.composites[name]
    return [(o.state, o.side) for o in ask_finding(terminal, finding)]


@pytest.mark.parametrize(
    ("name", "answers", "expected"),
    [
        ("fever_reported", ["y"], [("present", None)]),
        ("fever_reported", ["n"], [("absent", None)]),
        ("fever_reported", ["?"], []),
        ("fever_reported", [""], []),
        ("fever_reported", ["maybe", "YES"], [("present", None)]),
        ("pain_calf", ["left"], [("present", "left"), ("absent", "right")]),
        ("pain_calf", ["r"], [("present", "right"), ("absent", "left")]),
        ("pain_calf", ["both"], [("present", "left"), ("present", "right")]),
        ("pain_calf", ["n"], [("absent", "bilateral")]),
        ("pain_calf", ["y"], [("present", "unstated")]),
        ("pain_leg", ["right"], [("present", "right"), ("absent", "left")]),
        ("reflex_ankle", ["left", "2"], [("absent", "left"), ("normal", "right")]),
        ("reflex_ankle", ["left", "?"], [("abnormal", "left"), ("normal", "right")]),
        ("power_knee_extension", ["both", "1", "3"], [("mild", "left"), ("severe", "right")]),
        ("onset", ["2"], [("sudden", None)]),
        ("onset", ["?"], []),
    ],
)
def test_answers_become_observations(
    name: str, answers: list[str], expected: list[tuple[str | None, str | None]]
) -> None:
    assert observed(name, *answers) == expected


@pytest.mark.parametrize("answers", [["q"], [], ["what", "quit"]])
def test_the_interview_can_be_ended_at_any_question(answers: list[str]) -> None:
    with pytest.raises(Finish):
        observed("fever_reported", *answers)


def interview(monkeypatch: pytest.MonkeyPatch, lines: list[str], *arguments: str) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines) + "\n"))
    return main(["ask", *arguments])


START = ["52", "1", "1", "1 4", "left"]  # 52 years, female, primary care; back pain and leg pain on the left


def test_an_interview_is_saved_and_assessed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "mine.yaml"
    assert interview(monkeypatch, [*START, "n", "n", "q"], "--out", str(target)) == 0
    out = capsys.readouterr().out
    case = read_case(target)
    assert (case.age, case.sex, case.setting) == (52.0, "female", "primary_care")
    stated = {(o.finding, o.state, o.side) for o in case.observations}
    assert {("pain_back", "present", None), ("pain_leg", "present", "left"), ("pain_leg", "absent", "right")} <= stated
    assert len(case.observations) == 5
    assert f"Saved to {target}" in " ".join(out.split())
    assert "Foramen · mine" in out
    assert out.index("Red flags") < out.index("Foramen · mine")


def test_red_flags_come_first_and_an_emergency_is_said_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "case.yaml"
    assert interview(monkeypatch, [*START, "y", "q"], "--out", str(target)) == 0
    out = capsys.readouterr().out
    first = read_case(target).observations[-1].finding
    knowledge = load_knowledge()
    assert first in {name for rule in knowledge.red_flags.values() for name in rule.ask}
    assert out.index("!!! EMERGENCY") < out.index("Saved to")
    assert "Act on this now" in out


def test_after_the_red_flags_the_best_question_follows_until_nothing_changes_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "case.yaml"
    lines = ["30", "2", "1", "1", *["?"] * 400]
    assert interview(monkeypatch, lines, "--out", str(target), "--no-examination") == 0
    out = capsys.readouterr().out
    assert "Next question" in out
    assert out.index("Red flags") < out.index("Next question")
    asked = [line for line in out.splitlines() if line.startswith("Next question")]
    assert len(asked) == len(set(asked)) or len(asked) <= 60
    assert [o.finding for o in read_case(target).observations] == ["pain_back"]


def test_an_existing_file_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "case.yaml"
    target.write_text("precious", encoding="utf-8")
    assert interview(monkeypatch, ["q"], "--out", str(target)) == 2
    assert "exists already" in capsys.readouterr().err
    assert target.read_text(encoding="utf-8") == "precious"
    monkeypatch.chdir(tmp_path)
    assert interview(monkeypatch, ["40", "q"]) == 0
    assert read_case(tmp_path / "case-2.yaml").age == 40


def test_an_answer_that_contradicts_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from foramen.case import Case, Observation
    from foramen.cli.ask import Session

    session = Session(Case(observations=(Observation("fever_reported", "absent"),)), examination=True)
    assert session.add([Observation("fever_reported", "present")]) is False
    assert [o.state for o in session.case.observations] == ["absent"]
    assert "contradicts an earlier answer" in " ".join(capsys.readouterr().out.split())


def test_an_interruption_does_not_lose_the_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "case.yaml"
    lines = iter([*START, "n"])

    def typed(prompt: str) -> str:
        try:
            return next(lines)
        except StopIteration:
            raise KeyboardInterrupt from None

    monkeypatch.setattr("builtins.input", typed)
    assert main(["ask", "--out", str(target)]) == 130
    assert len(read_case(target).observations) == 4


def test_what_a_report_is_not_sure_of_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "report.txt"
    report.write_text("L4-L5: Possible disc protrusion. L5-S1: Disc bulge.", encoding="utf-8")
    target = tmp_path / "case.yaml"
    for answer, state in (("y", "protrusion"), ("n", "absent"), ("?", None)):
        lines = [*START[:3], answer, *START[3:], "q"]
        assert interview(monkeypatch, lines, "--out", str(target), "--report", str(report)) == 0
        assert "The report is not sure: disc protrusion L4-L5" in capsys.readouterr().out
        found = {o.finding: o.state for o in read_case(target).observations}
        assert found["img_disc_bulge"] == "abnormal"
        assert found.get("img_herniation") == state
        target.unlink()
