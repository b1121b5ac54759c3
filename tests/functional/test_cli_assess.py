"""``foramen assess`` from the outside: what it prints, its exit codes, and that no input brings a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from foramen.assessment.assess import assess
from foramen.assessment.result import DISCLAIMER
from foramen.assessment.schemas import Of, schema_of
from foramen.cli.main import main
from foramen.records import read_report
from foramen.records.case_file import read_case

CASE = """
id: example
context: {age: 39, sex: male, setting: primary_care}
studies:
- {id: mri, modality: mri, region: lumbar, complete: false}
findings:
- {finding: pain_back}
- {finding: pain_leg, side: right}
- {finding: slr, side: right, degrees: 40}
- {finding: reflex_ankle, side: right, state: absent}
- {finding: power_plantarflexion, side: right, mrc: 4-}
- {finding: img_herniation_subarticular, level: L5-S1, side: right, state: abnormal, study: mri}
- {finding: img_disc_bulge, level: L4-L5, study: mri}
- {finding: saddle_numbness, state: no}
"""


@pytest.fixture
def case(tmp_path: Path) -> Path:
    path = tmp_path / "example.yaml"
    path.write_text(CASE, encoding="utf-8")
    return path


def command(*arguments: str, stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    """A fresh process, as a user starts it."""
    code = "import sys; from foramen.cli.main import main; sys.exit(main())"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], input=stdin, capture_output=True, timeout=120,
        env={**os.environ, "COLUMNS": "80", **environment},
    )  # fmt: skip


def test_a_case_is_assessed(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["assess", str(case)]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert "Foramen · example" in out
    assert "39 years, male, primary care" in out
    assert "L5-S1 ◀" in out
    assert "culprit or bystander" in out
    assert DISCLAIMER in " ".join(out.split())


def test_json_follows_the_published_schema(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["assess", str(case), "--json"]) == 0
    body = json.loads(capsys.readouterr().out)
    Draft202012Validator(schema_of(Of.assessment)).validate(body)
    assert body["case"] == "example"
    assert body["disclaimer"] == DISCLAIMER


@pytest.mark.parametrize("detail", ["full", "summary"])
def test_plain_data_follow_the_published_schema_as_they_are(case: Path, detail: str) -> None:
    """They held tuples, which are no arrays to a validator."""
    found = assess(read_case(case), detail=detail).to_dict()
    Draft202012Validator(schema_of(Of.assessment)).validate(found)
    assert json.loads(json.dumps(found)) == found
    read = read_report("MRI lumbar spine. L4-L5: broad-based disc protrusion contacting the left L5 root.").to_dict()
    assert json.loads(json.dumps(read)) == read
    assert read["findings"]


def test_the_case_meets_the_published_schema() -> None:
    import yaml

    Draft202012Validator(schema_of(Of.case)).validate(yaml.safe_load(CASE))


def test_setting_overrides_the_cases(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["assess", str(case), "--json", "--setting", "spine_clinic"]) == 0
    assert json.loads(capsys.readouterr().out)["context"]["setting"] == "spine_clinic"


def test_the_note_alone(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["assess", str(case), "--json"]) == 0
    note = json.loads(capsys.readouterr().out)["referral_note"]
    assert main(["assess", str(case), "--note"]) == 0
    out = capsys.readouterr().out
    assert " ".join(out.split()).startswith(" ".join(note.split()))
    assert "culprit or bystander" not in out
    assert main(["assess", str(case), "--full"]) == 0
    assert "Referral note" in capsys.readouterr().out


def test_standard_input_json_and_a_reader_that_leaves() -> None:
    import yaml

    body = json.dumps(yaml.safe_load(CASE)).encode()
    done = command("assess", "-", "--json", stdin=body)
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["case"] == "example"
    leaving = "import subprocess, sys; p = subprocess.Popen(sys.argv[1:], stdin=0, stdout=-1); p.stdout.read(1);"
    leaving += "p.stdout.close(); sys.exit(p.wait())"
    code = "import sys; from foramen.cli.main import main; sys.exit(main())"
    quiet = subprocess.run(
        [sys.executable, "-c", leaving, sys.executable, "-c", code, "assess", "-", "--full"],
        input=CASE.encode(), capture_output=True, timeout=120,
    )  # fmt: skip
    assert quiet.stderr == b""
    assert quiet.returncode in (0, 1), "older releases of typer end with 1 when the reader leaves"


def test_piped_output_has_no_colour_and_no_long_lines() -> None:
    done = command("assess", "-", stdin=CASE.encode())
    text = done.stdout.decode("utf-8")
    assert "\x1b" not in text
    assert max(len(line.rstrip()) for line in text.splitlines()) <= 80


def test_no_color_is_respected_on_a_colour_terminal() -> None:
    forced = command("assess", "-", stdin=CASE.encode(), FORCE_COLOR="1", TERM="xterm-256color")
    plain = command("assess", "-", stdin=CASE.encode(), FORCE_COLOR="1", TERM="xterm-256color", NO_COLOR="1")
    assert b"\x1b[1;30;4" in forced.stdout or b"\x1b[36m" in forced.stdout
    for colour in (b"\x1b[31m", b"\x1b[36m", b"\x1b[1;31m"):
        assert colour not in plain.stdout


WRONG = {
    "unknown finding": ("findings: [{finding: slrr, side: left}]", 2, "Did you mean 'slr'?"),
    "unknown field": ("finding: []", 2, "Did you mean 'findings'?"),
    "unknown field of a finding": ("findings: [{finding: slr, sied: left}]", 2, "Did you mean 'side'?"),
    "impossible side": ("findings: [{finding: slr, side: up}]", 2, "findings[0].side"),
    "impossible level": ("findings: [{finding: img_listhesis, level: L9-S7}]", 2, "findings[0].level"),
    "a side where there is none": ("findings: [{finding: fever_reported, side: left}]", 2, "has no side"),
    "a level where there is none": ("findings: [{finding: slr, level: L4-L5}]", 2, "has no level"),
    "unknown state": ("findings: [{finding: reflex_knee, side: left, state: purple}]", 2, "reduced"),
    "wrong type of context": ("context: 5", 2, "expected a mapping"),
    "wrong type of findings": ("findings: {slr: yes}", 2, "expected a list"),
    "wrong type of age": ("context: {age: old}", 2, "context.age"),
    "an impossible age": ("context: {age: 400}", 2, "from 0 to 120"),
    "unknown sex": ("context: {sex: femal}", 2, "Did you mean 'female'?"),
    "unknown setting": ("context: {setting: emergenci}", 2, "Did you mean 'emergency'?"),
    "a study that is not listed": ("findings: [{finding: img_modic, level: L4-L5, study: x}]", 2, "under studies"),
    "an MRC grade where there is none": ("findings: [{finding: fever_reported, mrc: 3}]", 2, "takes no MRC grade"),
    "an angle of a reflex": ("findings: [{finding: reflex_knee, side: left, degrees: 30}]", 2, "takes no angle"),
    "the same field twice": ("findings: []\nfindings: [{finding: fever_reported}]", 2, "stands twice"),
    "a bomb of references": ("a: &a [x, x]\nb: &b [*a, *a]\nfindings: *b", 2, "references"),
    "a tag": ("findings: !!python/object:os.system []", 2, "tags"),
    "broken YAML": ("findings: [{finding: slr, ", 2, "not valid YAML"),
    "broken indentation": ("context:\n  age: 3\n sex: male", 2, "line "),
    "only text": ("hello", 2, "a case is a mapping"),
    "a list": ("[1, 2]", 2, "a case is a mapping"),
    "empty": ("", 2, "the case is empty"),
    "control characters": ('id: "\\e[31mred"', 2, "cannot be shown"),
    "deeply nested": ("source: {a: " + "[" * 5000 + "]" * 5000 + "}", 2, "nested deeper"),
    "a huge number": ("context: {age: " + "9" * 5000 + "}", 2, "longer than"),
    "positive and negative": (
        "findings: [{finding: slr, side: left, state: negative}, {finding: slr, side: left, degrees: 40}]",
        3,
        "cannot both be true",
    ),
    "a state and a measurement that disagree": (
        "findings: [{finding: power_knee_extension, side: left, mrc: 5, state: severe}]",
        3,
        "leaves no state possible",
    ),
    "every state excluded": ("findings: [{finding: fever_reported, not: [absent, present]}]", 3, "no state possible"),
    "leg pain, but nowhere": (
        "findings: [{finding: pain_leg, side: left}, {finding: pain_leg, side: left, state: absent}]",
        3,
        "cannot be true",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_bad_input_is_refused_with_place_and_cure(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text, code, words = WRONG[name]
    path = tmp_path / "case.yaml"
    path.write_text(text, encoding="utf-8")
    assert main(["assess", str(path)]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: ")
    assert words in err
    assert "Traceback" not in err


def test_files_that_are_no_cases(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    large, binary = tmp_path / "large.yaml", tmp_path / "binary.yaml"
    large.write_bytes(b"# " + b"x" * 10_000_000)
    binary.write_bytes(bytes(range(256)) * 40)
    expected = {
        str(large): "larger than 1 MB",
        str(binary): "not a text file",
        str(tmp_path / "missing.yaml"): "no such file",
        str(tmp_path): "cannot be read",
        "/dev/null": "the case is empty",
    }
    for path, words in expected.items():
        assert main(["assess", path]) == 2
        out, err = capsys.readouterr()
        assert (out, err.count("\n")) == ("", 1)
        assert words in err


def test_an_endless_file_is_not_read_to_its_end() -> None:
    done = command("assess", "/dev/zero")
    assert done.returncode == 2
    assert b"larger than 1 MB" in done.stderr


@pytest.mark.parametrize("body", [b"", b"\xff\xfe\x00", b"{", b"findings: [{finding: nosuchthing}]"])
def test_bad_standard_input(body: bytes) -> None:
    done = command("assess", "-", stdin=body)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"error: ")
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [["assess"], ["assess", "a", "b"], ["assess", "x.yaml", "--setting", "moon"], ["nonsense"], ["assess", "--no"]],
)
def test_a_wrong_command_line_is_bad_input(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().err.startswith("error: ")


def test_an_unforeseen_error_tells_nothing_about_the_patient(
    case: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the patient is called Erika")

    monkeypatch.setattr("foramen.assessment.assess.assess", broken)
    assert main(["assess", str(case)]) == 1
    out, err = capsys.readouterr()
    assert (out, err) == ("", "error: internal error (RuntimeError); FORAMEN_DEBUG=1 shows where\n")
    monkeypatch.setenv("FORAMEN_DEBUG", "1")
    with pytest.raises(RuntimeError):
        main(["assess", str(case)])


def test_an_interruption_ends_quietly(
    case: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("foramen.assessment.assess.assess", interrupted)
    assert main(["assess", str(case)]) == 130
    assert "Traceback" not in capsys.readouterr().err
