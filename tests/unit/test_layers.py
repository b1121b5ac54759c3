"""Imports only ever point down the layers; modules stay readable; the public face is guarded."""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import foramen

SOURCE = Path(foramen.__file__).parent
# from the shells down to the ground floor; packages on one line may not import each other
LAYERS = [
    {"cli"},
    {"web"},
    {"assessment"},
    {"triage", "plan"},
    {"records"},
    {"inference"},
    {"model"},
    {"knowledge"},
    {"case"},
    {"values"},
    {"anatomy", "errors"},
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
        below = RANK[name] > RANK[own] or name == own
        assert below or (own, name) in allowed_up, f"{own} must not import {name}"


def test_the_layers_are_those_that_exist_and_are_written_down():
    exist = {p.parent.name for p in SOURCE.glob("*/__init__.py")} | {
        p.stem for p in SOURCE.glob("*.py") if not p.stem.startswith("__")
    }
    assert set(RANK) == exist
    page = (Path(__file__).parents[2] / "CONTRIBUTING.md").read_text(encoding="utf-8")
    written = re.search(r"Imports only point down.*?```text\n(.*?)```", page, re.DOTALL)[1]
    rows = [set(re.split(r",\s*", re.split(r"\s{2,}", line)[0])) for line in written.splitlines()]
    assert rows == LAYERS


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


@pytest.mark.parametrize("package", ["__init__.py", "records/__init__.py"])
def test_a_misspelt_name_is_seen_by_a_type_checker(package):
    """A module's ``__getattr__`` makes any name good; a checker sees the imports for it alone instead."""
    tree = ast.parse((SOURCE / package).read_text(encoding="utf-8"))
    assert not [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "__getattr__"]
    seen = [node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"]
    plain = [node for node in (*tree.body, *seen[0].body) if isinstance(node, ast.ImportFrom)]
    declared = {alias.name for node in plain for alias in node.names} | {"__version__"}
    public = next(n.value for n in tree.body if isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == "__all__")
    assert set(ast.literal_eval(public)) <= declared


def test_import_is_light():
    heavy = "import sys, foramen; print([m for m in ('numpy', 'yaml', 'rich', 'typer') if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A copy of the knowledge, and a cache of its own."""
    from foramen.knowledge.loader import FOLDER, loaded

    monkeypatch.setenv("FORAMEN_CACHE", str(tmp_path / "cache"))
    copied = tmp_path / "knowledge"
    shutil.copytree(FOLDER, copied, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    loaded.cache_clear()
    yield copied
    loaded.cache_clear()


def test_checking_trusts_no_stamp(folder, capsys):
    """A file that was changed without another size or time (unpacked, synchronised) is still checked."""
    from foramen.cli.main import main
    from foramen.knowledge.loader import load_knowledge, loaded

    load_knowledge(folder)
    loaded.cache_clear()
    assert main(["check", str(folder)]) == 0
    file = folder / "treatments" / "heat.yaml"
    before, body = os.stat(file), file.read_text(encoding="utf-8")
    file.write_text(": " + body[2:], encoding="utf-8")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (os.stat(file).st_size, os.stat(file).st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert main(["check", str(folder)]) == 4


@pytest.mark.parametrize("content", ["[]", '{"sources/x.yaml": 5}'])
def test_a_cache_of_the_wrong_form_is_made_anew(folder, tmp_path, content):
    from foramen.knowledge.loader import load_knowledge, loaded

    version = load_knowledge(folder).version
    cached = tmp_path / "cache" / f"knowledge-{version}.json"
    whole = cached.read_text(encoding="utf-8")
    cached.write_text(content, encoding="utf-8")
    loaded.cache_clear()
    assert len(load_knowledge(folder).findings) > 100
    assert cached.read_text(encoding="utf-8") == whole


@pytest.mark.parametrize("content", [b"PK\x03\x04 broken", b"no archive"])
def test_kept_scenarios_that_cannot_be_read_are_made_anew(folder, tmp_path, content):
    from foramen.knowledge.loader import load_knowledge
    from foramen.model.model import Model

    knowledge = load_knowledge(folder)
    count = len(Model(knowledge).scenarios)
    (kept,) = (tmp_path / "cache").glob("scenarios-*.npz")
    kept.write_bytes(content)
    assert len(Model(knowledge).scenarios) == count
    assert kept.stat().st_size > 1000


@pytest.mark.parametrize("changed", ["anatomy.py", "knowledge/parse.py", "model/signatures.py"])
def test_scenarios_kept_by_other_code_are_not_used(tmp_path, changed):
    """Places, roots and the reading of knowledge shape the scenarios as well as what generates them."""
    import shutil

    from foramen.model.kept import PACKAGE, code_behind

    package = tmp_path / "foramen"
    for name in ("anatomy.py", "knowledge", "model"):
        copy = shutil.copytree if (PACKAGE / name).is_dir() else shutil.copy
        (package / name).parent.mkdir(exist_ok=True)
        copy(PACKAGE / name, package / name)
    before = code_behind(package)
    assert before == code_behind(PACKAGE)
    with (package / changed).open("a") as out:
        out.write("# changed\n")
    assert code_behind(package) != before


def test_a_changed_file_is_read_again(tmp_path, monkeypatch):
    """The stamp of names, sizes and times only saves reading what has not changed."""
    import shutil

    from foramen.knowledge.loader import FOLDER, load_knowledge, loaded

    monkeypatch.setenv("FORAMEN_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "knowledge"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    loaded.cache_clear()
    first = load_knowledge(folder).version
    loaded.cache_clear()
    assert load_knowledge(folder).version == first
    file = folder / "treatments" / "heat.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    loaded.cache_clear()
    assert load_knowledge(folder).version != first
    loaded.cache_clear()
