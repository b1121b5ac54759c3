"""``foramen findings``, ``sources``, ``check``, ``model``, ``schema`` and ``--version``."""

from __future__ import annotations

import io
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from rich.console import Console

import foramen
from foramen.cli.check import figures_table, verdicts
from foramen.cli.main import main
from foramen.knowledge.loader import FOLDER, load_knowledge


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*arguments: str, code: int = 0) -> str:
        assert main(arguments) == code
        out, err = capsys.readouterr()
        assert (err == "") is (code == 0)
        return out if code == 0 else err

    return run


def body(text: str) -> Any:
    return json.loads(text)


def test_version_names_the_program_and_the_knowledge(run: Any) -> None:
    assert run("--version") == f"foramen {foramen.__version__}, knowledge {load_knowledge().version}\n"


def test_every_finding_is_listed_with_what_a_case_needs(run: Any) -> None:
    knowledge = load_knowledge()
    rows = {row["id"]: row for row in body(run("findings", "--json"))}
    assert set(rows) == set(knowledge.findings) | set(knowledge.composites)
    for finding in knowledge.findings.values():
        row = rows[finding.id]
        assert (row["states"], row["question"], row["site"]) == (list(finding.states), finding.question, finding.site)
    assert rows["slr"]["sides"] == ["left", "right"]
    assert rows["img_listhesis"]["levels"] == ["L1-L2", "L2-L3", "L3-L4", "L4-L5", "L5-S1"]
    assert "pain_calf" in rows["pain_leg"]["any_of"]
    text = run("findings")
    assert all(re.search(rf"^{name}\b", text, re.M) for name in rows)


def test_findings_can_be_narrowed(run: Any) -> None:
    assert [r["id"] for r in body(run("findings", "--json", "crossed_slr"))] == ["crossed_slr"]
    laboratory = body(run("findings", "--json", "--category", "laboratory"))
    assert {r["category"] for r in laboratory} == {"laboratory"}
    assert "Did you mean 'slump'?" in run("findings", "slumpp", code=2)
    assert "Did you mean 'imaging'?" in run("findings", "--category", "imagin", code=2)


@pytest.mark.parametrize(
    ("word", "found"),
    [("wheelchair", "unable_to_walk"), ("claudication", "walking_distance_limited"), ("injur", "onset")],
)
def test_findings_are_found_by_what_they_are_called(run: Any, word: str, found: str) -> None:
    assert found in {row["id"] for row in body(run("findings", word, "--json"))}


@pytest.mark.parametrize(
    ("word", "cure"), [("ibuprofen", "under tried"), ("gout", "under conditions"), ("unremarkable", "It is a state")]
)
def test_a_word_that_is_no_finding_is_sent_where_it_belongs(run: Any, word: str, cure: str) -> None:
    assert cure in run("findings", word, code=2)


def test_every_source_is_listed_with_where_it_is_used(run: Any) -> None:
    knowledge = load_knowledge()
    rows = {row["id"]: row for row in body(run("sources", "--json"))}
    assert set(rows) == set(knowledge.sources)
    figure = next(n.figures[0] for n in knowledge.numbers if n.figures)
    users = {n.where for n in knowledge.numbers if figure in n.figures}
    source = knowledge.figures[figure].source
    (row,) = body(run("sources", "--json", source))
    (shown,) = [f for f in row["figures"] if f["id"] == figure]
    assert users <= set(shown["used_in"])
    text = run("sources", figure)
    assert row["citation"].split()[0] in text
    assert "used in" in text
    assert f"{len(rows)} sources" in run("sources")
    assert "no such source" in run("sources", "nosuchsourceatall", code=2)


def test_the_shipped_knowledge_is_sound_and_its_provenance_adds_up(run: Any) -> None:
    found = body(run("check", "--json"))
    assert found["sound"] is True
    kinds = ("read", "recalled", "derived", "assumption")
    (everything,) = [r for r in found["provenance"] if r["table"] == "All numbers"]
    areas = [r for r in found["provenance"] if r["table"] == "By area"]
    for kind in kinds:
        assert everything[kind] == sum(r[kind] for r in areas)
    mains = [r for r in found["provenance"] if r["table"].startswith("P(finding | cause)")]
    total, *parts = mains
    assert sum(total[k] for k in kinds) == sum(r[k] for r in parts for k in kinds)
    assert {"disc_herniation", "lateral_recess_stenosis"} <= {r["area"] for r in parts}
    text = run("check")
    assert "The knowledge is sound" in text
    assert "assumed" in text


def test_check_names_the_file_at_fault(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORAMEN_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "knowledge"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    target = folder / "causes" / "disc_herniation.yaml"
    text = target.read_text(encoding="utf-8")
    target.write_text(text.replace("place: level\n", "", 1), encoding="utf-8")
    assert "disc_herniation.yaml" in run("check", str(folder), code=4)
    target.write_text("a: [", encoding="utf-8")
    assert "disc_herniation.yaml" in run("check", str(folder), code=4)
    target.write_text(text.replace("female: {p: ", "female: {p: x", 1), encoding="utf-8")
    assert "error: " in run("check", str(folder), code=4)
    assert "no such folder" in run("check", str(tmp_path / "nowhere"), code=4)
    (tmp_path / "hollow").mkdir()
    assert "no knowledge files" in run("check", str(tmp_path / "hollow"), code=4)


def test_figures_are_compared_with_what_the_model_implies(run: Any) -> None:
    rows = body(run("check", "--json", "--figures"))["figures"]
    assert rows
    for row in rows:
        low, high = row["interval"] or (None, None)
        if row["verdict"] == "inside":
            assert low - 1e-9 <= row["implied"] <= high + 1e-9
    console = Console(file=io.StringIO(), width=80, color_system=None)
    console.print(figures_table(rows))
    console.print(verdicts(rows))
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert "! out" in text or "= in" in text
    assert re.search(r"set a number: \d+ of \d+", " ".join(text.split()))
    assert max(len(line) for line in text.splitlines()) <= 80


def test_model_info_counts_every_scenario_once(run: Any) -> None:
    facts = body(run("model", "info", "--json"))
    scenarios = facts["scenarios"]
    assert sum(scenarios["by_kind"].values()) == scenarios["kept"] <= scenarios["generated"]
    assert sum(scenarios["prior_by_kind"].values()) == pytest.approx(1.0)
    assert all(count > 0 for count in scenarios["by_kind"].values())
    left = facts["prior_mass_left_out"]
    assert {len(row) for row in left.values()} == {6}
    assert all(0 <= mass < 0.5 for row in left.values() for mass in row.values())
    assert facts["findings"]["ids"] == len(load_knowledge().findings)
    text = run("model", "info")
    assert "Prior mass left out" in text
    assert "with cauda equina syndrome" in text


def test_the_model_can_be_exported(run: Any, tmp_path: Path) -> None:
    target = tmp_path / "model.bif"
    assert f"Wrote {target}" in run("model", "export", str(target), "--age", "70", "--sex", "female")
    with open(target, encoding="utf-8") as lines:
        head = [next(lines) for _ in range(4)]
    assert head[0].startswith("network")
    assert any("age 70" in line and "female" in line for line in head)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["x.bif", "--sex", "femal"], "Did you mean 'female'?"),
        (["x.txt"], "must end in .bif or .jgum"),
        (["/nowhere/at/all/x.bif"], "no such folder"),
        (["x.bif", "--age", "500"], "--age"),
    ],
)
def test_a_wrong_export_is_refused(arguments: list[str], words: str, run: Any) -> None:
    assert words in run("model", "export", *arguments, code=2)


@pytest.mark.parametrize("of", ["case", "assessment"])
def test_schemas_are_valid_schemas(of: str, run: Any) -> None:
    Draft202012Validator.check_schema(body(run("schema", of)))


def test_a_schema_of_something_else_is_refused(run: Any) -> None:
    assert "error: " in run("schema", "patient", code=2)


def test_help_of_every_command(run: Any) -> None:
    for name in ("assess", "ask", "findings", "sources", "check", "schema", "model"):
        assert "--help" in run(name, "--help")
