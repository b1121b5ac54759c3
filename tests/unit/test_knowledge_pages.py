"""Every treatment, red-flag rule and imaging advice has its page, as the knowledge files say it."""

import importlib.util
from pathlib import Path

import foramen

ROOT = Path(__file__).parents[2]


def test_every_file_has_its_page_and_no_page_is_old():
    spec = importlib.util.spec_from_file_location("pages", ROOT / "scripts" / "write_knowledge_pages.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    wanted = module.pages(foramen.load_knowledge())
    folders = ("treatments", "red-flags", "imaging")
    have = {f"{f}/{p.name}": p.read_text(encoding="utf-8") for f in folders for p in (ROOT / "docs" / f).glob("*.md")}
    assert set(have) == set(wanted), "run: python scripts/write_knowledge_pages.py"
    old = [name for name in wanted if have[name] != wanted[name]]
    assert not old, "run: python scripts/write_knowledge_pages.py"
