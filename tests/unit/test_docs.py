"""The pages are true: what they name exists, what they show runs, what exists is named.

``python tests/unit/test_docs.py`` rewrites the parts that come from a real run.
"""

from __future__ import annotations

import doctest
import inspect
import re
import runpy
import sys
from dataclasses import fields
from pathlib import Path

import pytest
import typer.main
import yaml

import foramen
from foramen.assessment.intervals import MOST_DRAWS
from foramen.cli.main import app
from foramen.errors import CaseError
from foramen.knowledge.numbers import parse_number
from foramen.knowledge.schema import Cause, Finding, RedFlagRule
from foramen.records.case_file import CONTEXT, OBSERVATION, STUDY, TOP, read_case
from foramen.triage.rules import FORMS

sys.path.insert(0, str(Path(__file__).parent))
import doc_parts

ROOT = doc_parts.ROOT
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))
TEXT = {page: page.read_text(encoding="utf-8") for page in PAGES}


def page(name: str) -> str:
    return TEXT[ROOT / name]


def blocks(name: str, kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", page(name), re.DOTALL)


def commands() -> dict[str, object]:
    """Every command by its words."""
    found = {"foramen": typer.main.get_command(app)}
    for words in list(found):
        for name, command in found[words].commands.items():
            found[f"{words} {name}"] = command
            for inner, deeper in getattr(command, "commands", {}).items():
                found[f"{words} {name} {inner}"] = deeper
    return found


@pytest.mark.parametrize("words", commands())
def test_every_command_and_option_is_documented(words):
    command = commands()[words]
    if words != "foramen" and getattr(command, "commands", None):
        return  # only groups others
    section = re.search(rf"### `{words}(?: [^`]*)?`\n(.*?)(?=\n##)", page("docs/api.md"), re.DOTALL)
    assert section, f"docs/api.md has no section on {words}"
    options = [o for p in command.params for o in (*p.opts, *p.secondary_opts) if o.startswith("--")]
    documented = set(re.findall(r"--[a-z-]+", section[1]))
    assert set(options) - {"--help"} == documented
    assert words in page("README.md")


def test_every_public_name_is_documented():
    table = page("docs/api.md")
    for name in foramen.__all__:
        assert re.search(rf"^\| `{name}[`(]", table, re.MULTILINE), name
    for name in ("assess", "read_case", "load_knowledge"):
        parameters = inspect.signature(getattr(foramen, name)).parameters
        written = re.search(rf"`{name}\((.*?)\)`", table)
        assert written
        assert re.findall(r"(\w+)(?=[,=]|$)", re.sub(r"=\w+", "", written[1])) == list(parameters), name
    for f in fields(foramen.Assessment):
        assert f"`{f.name}`" in table, f.name


def test_the_number_of_treatments_is_told_as_it_is():
    told = re.search(r"(\d+) kinds of treatment", page("README.md"))
    assert int(told[1]) == len(foramen.load_knowledge().plan.treatments)


def test_limits_are_told_as_they_are():
    assert f"1 to {MOST_DRAWS:,} " in page("docs/api.md")


def test_every_field_of_a_case_is_documented():
    text = page("docs/case-format.md")
    for name in (*TOP, *CONTEXT, *OBSERVATION, *STUDY):
        assert f"`{name}`" in text, name


def test_every_key_of_the_knowledge_is_documented():
    text = page("docs/knowledge-format.md")
    for kind in (Cause, Finding, RedFlagRule):
        for f in fields(kind):
            assert f.name == "words" or f"`{f.name}`" in text, f"{kind.__name__}.{f.name}"
    for form in FORMS:
        assert re.search(rf"[{{`]{form}", text), form


@pytest.mark.parametrize("block", blocks("docs/case-format.md", "yaml"))
def test_cases_of_the_format_page_are_assessed(block):
    raw = yaml.safe_load(block)
    case = read_case(raw if isinstance(raw, dict) else {"findings": raw})
    assessment = foramen.assess(case, draws=2)
    assert assessment.understood
    assert assessment.causes[0].estimate.probability > 0


def test_numbers_of_the_format_page_load():
    found = blocks("docs/knowledge-format.md", "yaml number")
    figures = foramen.load_knowledge().figures
    kinds = {parse_number(yaml.safe_load(b), "page", figures).provenance for b in found}
    assert len(found) >= 6
    assert kinds == {"read", "derived", "assumption"}


@pytest.mark.parametrize("name", ["README.md", "docs/api.md"])
def test_python_examples_run(name):
    names: dict[str, object] = {}
    found = blocks(name, "python")
    assert found
    for block in found:
        if ">>>" in block:
            test = doctest.DocTestParser().get_doctest(block, names, name, name, 0)
            result = doctest.DocTestRunner().run(test, clear_globs=False)
            assert result.attempted > 5
            assert not result.failed
        else:
            exec(block, names)
    if "p" in names:
        assert names["p"].shape == (2, len(names["engine"].marginal_names))


@pytest.mark.parametrize(("kind", "text", "shown"), list(doc_parts.error_examples()))
def test_error_messages_are_those_shown(kind, text, shown):
    real = doc_parts.message(kind, text)
    assert real.startswith("error: ")
    assert real == shown, "run: python tests/unit/test_docs.py"


def test_figures_and_findings_that_the_readings_name_exist():
    knowledge = foramen.load_knowledge()
    known = {*knowledge.figures, *knowledge.findings, *knowledge.composites, *(f.name for f in fields(Cause))}
    named = re.findall(r"`([a-z]\w+_\w*[a-z0-9])`", page("docs/clinical-readings.md"))
    assert len(named) > 10
    assert not set(named) - known
    for value, figure in re.findall(r"(\d\.\d+) \(`(\w+)`", page("docs/clinical-readings.md")):
        assert knowledge.figures[figure].value == pytest.approx(float(value), abs=0.006), figure


def test_exit_codes_are_those_shown():
    text = page("docs/errors.md")
    for name in ("ForamenError", "CaseError", "ContradictionError", "KnowledgeError", "MissingExtraError"):
        assert f"| {getattr(foramen, name).exit_code} | `{name}` |" in text


@pytest.mark.parametrize("name", doc_parts.PARTS)
def test_parts_from_a_run_are_current(name):
    found = {m[2]: m[3] for m in doc_parts.BLOCK.finditer(page(name))}
    assert set(found) == set(doc_parts.PARTS[name])
    for part, made in doc_parts.PARTS[name].items():
        assert doc_parts.same(found[part], made()), f"{part} is stale; run: python tests/unit/test_docs.py"


def test_what_counts_as_stale():
    assert doc_parts.same("L5 █▓░ 84% (71–92) `0123456789ab`", "L5 ██░·  86% (70–92) `ba9876543210`")
    assert not doc_parts.same("L5 84%", "L5 60%")
    assert not doc_parts.same("L5 left 84%", "L5 right 84%")


def anchors(text: str) -> set[str]:
    heads = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in heads}


@pytest.mark.parametrize("path", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(path):
    for target in re.findall(r"\]\(([^)\s]+)\)", TEXT[path]):
        if re.match(r"\w+:", target):
            continue
        name, _, anchor = target.partition("#")
        there = (path.parent / name).resolve() if name else path
        assert there.exists(), f"{target} is not there"
        if anchor:
            assert anchor in anchors(there.read_text(encoding="utf-8")), target


@pytest.mark.parametrize("path", [*PAGES, *EXAMPLES, ROOT / "examples" / "demo.py"], ids=lambda p: p.name)
def test_no_page_speaks_of_one_machine(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"(?<![\w.])/(?:tmp|work|home|root|Users|var|usr)\b|[A-Z]:\\\\", text)


def test_commands_of_make_and_folders_that_pages_name_exist():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for path, text in TEXT.items():
        named = set(re.findall(r"(?:`|^)make ([a-z-]+)", text, re.MULTILINE))
        assert named <= targets, path.name
    named = set(re.findall(r"\| `tests/(\w+)` \|", page("CONTRIBUTING.md")))
    assert named == {p.name for p in (ROOT / "tests").iterdir() if p.is_dir() and not p.name.startswith("_")}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_examples_are_sourced_cases_with_a_diagnosis(path):
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert raw["id"] == path.stem
    assert raw["source"]["title"]
    assert raw["source"]["url"].startswith("http")
    assert raw["truth"]["text"]
    assert raw["note"]
    guard = (ROOT / "validation" / "guard.txt").read_text(encoding="utf-8").split()
    for other in (ROOT / "validation" / "cases").glob("*.yaml"):
        if yaml.safe_load(other.read_text(encoding="utf-8"))["source"]["url"] == raw["source"]["url"]:
            assert other.stem not in guard


def test_the_demonstration_runs(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    demo = runpy.run_path(str(ROOT / "examples" / "demo.py"))
    assert sorted(demo["CASES"]) == [p.stem for p in EXAMPLES]
    assert demo["main"]() == 0
    shown = capsys.readouterr().out
    assert shown.count("Published diagnosis:") == len(EXAMPLES)
    assert max(len(line.rstrip()) for line in shown.splitlines()) <= 80
    for words in (foramen.load_knowledge().version, "examples/", "make validate", "make test", "foramen ask"):
        assert words in shown


def test_an_example_is_read_from_a_path_too():
    assert read_case(EXAMPLES[0]) == read_case(EXAMPLES[0].read_text(encoding="utf-8"))
    with pytest.raises(CaseError):
        read_case(ROOT / "examples" / "missing.yaml")


if __name__ == "__main__":
    doc_parts.rewrite()
