"""Imports only ever point down the layers; modules stay readable; the public face is guarded."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import foramen

SOURCE = Path(foramen.__file__).parent
# from the shells down to the ground floor; packages on one line may not import each other unless listed so
LAYERS = [
    {"cli", "web", "service"},
    {"cohort"},
    {"assessment"},
    {"triage", "plan"},
    {"records"},
    {"inference"},
    {"model"},
    {"knowledge"},
    {"case", "anatomy", "errors", "values"},
]
RANK = {name: i for i, layer in enumerate(LAYERS) for name in layer}
MODULES = sorted(p for p in SOURCE.rglob("*.py") if p.parent != SOURCE or p.stem in RANK)


def layer_of(path: Path) -> str:
    relative = path.relative_to(SOURCE)
    return relative.parts[0] if len(relative.parts) > 1 else path.stem


def imported_layers(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        found |= {name.split(".")[1] for name in names if name.startswith("foramen.")}
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_imports_point_down(path):
    own = layer_of(path)
    # assessment/result.py holds the plain types of every answer; triage fills one of them in
    allowed_up = {("triage", "assessment")} if own == "triage" else set()
    for name in imported_layers(path):
        assert name in RANK, f"{path.name} imports foramen.{name}, which stands in no layer"
        assert RANK[name] >= RANK[own] or (own, name) in allowed_up, f"{own} must not import {name}"


def test_triage_takes_only_types_from_assessment():
    for path in (SOURCE / "triage").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("foramen.assessment"):
                assert node.module in ("foramen.assessment.result", "foramen.assessment.posterior"), node.module


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda p: str(p.relative_to(SOURCE)))
def test_no_module_is_long(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_exported_members():
    assert foramen.__all__ == [
        "Assessment", "Case", "CaseError", "ContradictionError", "Engine", "ForamenError", "KnowledgeError",
        "MissingExtraError", "Observation", "Study", "__version__", "assess", "load_knowledge", "read_case",
    ]  # fmt: skip
    for name in foramen.__all__:
        assert getattr(foramen, name) is not None
    with pytest.raises(AttributeError):
        foramen.no_such_name  # noqa: B018


def test_import_is_light():
    heavy = "import sys, foramen; print([m for m in ('numpy', 'yaml', 'rich', 'typer') if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_a_changed_file_is_read_again(tmp_path, monkeypatch):
    """The stamp of names, sizes and times only saves reading what has not changed."""
    import shutil

    from foramen.knowledge.loader import FOLDER, load_knowledge

    monkeypatch.setenv("FORAMEN_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "knowledge"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    load_knowledge.cache_clear()
    first = load_knowledge(folder).version
    load_knowledge.cache_clear()
    assert load_knowledge(folder).version == first
    file = folder / "treatments" / "heat.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    load_knowledge.cache_clear()
    assert load_knowledge(folder).version != first
    load_knowledge.cache_clear()
