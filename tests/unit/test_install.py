"""What the README says of installing is true, and neither tests nor wheel ask for npm."""

import re
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def assets(monkeypatch):
    """The script that fetches the browser files, on a machine without them and without npm."""
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    monkeypatch.delitem(sys.modules, "fetch_assets", raising=False)
    import fetch_assets

    monkeypatch.setattr(fetch_assets, "missing", lambda: ["htmx.min.js"])
    monkeypatch.setattr(fetch_assets.shutil, "which", lambda name: None)
    return fetch_assets


def test_the_readme_names_every_dependency():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    names = [re.match(r"[\w-]+", line)[0] for line in settings["project"]["dependencies"]]
    line = next(
        x for x in (ROOT / "README.md").read_text(encoding="utf-8").splitlines() if x.startswith("pip install .")
    )
    assert re.split(r", | and ", line.partition("brings ")[2]) == sorted(names)


def test_the_tests_go_without_npm(assets, capsys):
    assets.main(["--if-possible"])
    assert "npm is not installed" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="npm is needed"):
        assets.main([])
    assert "fetch_assets.py --if-possible" in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_the_demonstration_asks_for_no_browser_files():
    rules = dict(re.findall(r"^(\w+):([^#\n]*)", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert rules["demo"].split() == ["$(READY)"]


@pytest.mark.parametrize("target", ["wheel", "sdist"])
def test_a_wheel_is_built_without_npm(assets, target, monkeypatch):
    pytest.importorskip("hatchling")
    monkeypatch.syspath_prepend(str(ROOT))
    monkeypatch.delitem(sys.modules, "hatch_build", raising=False)
    import hatch_build

    told = []
    build = object.__new__(hatch_build.BrowserFiles)
    monkeypatch.setattr(hatch_build.BrowserFiles, "target_name", target)
    monkeypatch.setattr(hatch_build.BrowserFiles, "app", SimpleNamespace(display_warning=told.append))
    build.initialize("standard", {"force_include": {}})
    assert told == [assets.WITHOUT]
