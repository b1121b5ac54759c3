"""A real server and a real Chromium; every page is watched for script errors and requests to other hosts."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = os.environ.get("FORAMEN_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
REQUIRED = os.environ.get("FORAMEN_BROWSER_REQUIRED") == "1"
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")  # fmt: skip
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@pytest.fixture(scope="session")
def server():
    """Address of ``foramen serve`` with the example cases."""
    port = free_port()
    command = [sys.executable, "-m", "foramen.cli.main", "serve", "--port", str(port), "--examples", "examples"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(address + "/healthz", timeout=5).read()
                break
            except OSError:
                assert process.poll() is None, "the server ended at once"
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="session")
def browser():
    missing = (
        "Chromium is not installed" if not CHROMIUM else "" if AXE.exists() else "axe-core is missing: make assets"
    )
    if missing:
        if REQUIRED:
            pytest.fail(missing)
        pytest.skip(missing)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield found
        found.close()


@pytest.fixture
def context(browser):
    """A fresh visitor. Other hosts are out of reach and asking for them is a fault."""
    fresh = browser.new_context(locale="en-GB")
    yield fresh
    fresh.close()


@pytest.fixture
def page(context, server):
    """A page whose script errors and outside requests fail the test at its end."""
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(f"script error: {error}"))
    opened.on(
        "console", lambda m: faults.append(m.text) if m.type == "error" and "Content Security" in m.text else None
    )
    opened.on(
        "request", lambda r: faults.append(f"outside: {r.url}") if not r.url.startswith((server, "data:")) else None
    )
    opened.set_default_timeout(20_000)
    yield opened
    assert faults == []


@pytest.fixture
def accessible():
    """A check of a page against WCAG 2.2 AA with axe-core; the test fails with what was found and where."""

    def check(page) -> None:
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("(tags) => axe.run(document, {runOnly: tags})", STANDARDS)
        words = [
            f"{v['id']}: {v['help']}: {[(n['html'][:160], n['failureSummary'][:300]) for n in v['nodes'][:3]]}"
            for v in found["violations"]
        ]
        assert words == []

    return check
