"""How soon the clinician's page answers a change: ``python benchmarks/live_change.py [--changes N]`` (needs Chromium).

Opens each example case in a real browser, changes a finding back and forth, and measures in the page from the change to
the moment the answer stands in it: urgency, cause, place and culprits first, then the whole. Beside it, from the same
run, what the library takes for that first part without a page.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parent))

import foramen
from foramen.assessment.intervals import DRAWS
from serve_load import server

EXAMPLES = Path(__file__).parents[1] / "examples"
WARM = 2
CHROMIUM = os.environ.get("FORAMEN_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
WATCH = """() => { window.seen = {};
  document.addEventListener('htmx:afterSwap', (e) => { window.seen[e.detail.target.id] = performance.now(); }); }"""
CHANGE = """(value) => { const f = document.getElementById('case').elements.namedItem('f.pain_groin.left');
  window.seen = {}; window.begun = performance.now(); f.value = value;
  f.dispatchEvent(new Event('change', { bubbles: true })); }"""
TIMES = "() => ['answer-first', 'answer-rest'].map((id) => window.seen[id] - window.begun)"


def measured(page: Page, address: str, changes: int) -> list[tuple[float, float]]:
    """Milliseconds to the first part and to the whole answer, for each change."""
    page.goto(address)
    page.evaluate(WATCH)
    out = []
    for number in range(WARM + changes):
        page.evaluate(CHANGE, ("present", "")[number % 2])
        page.wait_for_timeout(900)
        first, whole = page.evaluate(TIMES)
        if number >= WARM:
            out.append((first, whole))
    return out


def library(path: Path) -> float:
    """Median milliseconds of the first part in one process, without a page."""
    case = foramen.read_case(path)
    times = []
    for _ in range(12):
        start = time.perf_counter()
        foramen.assess(case, detail="summary", draws=DRAWS)
        times.append((time.perf_counter() - start) * 1e3)
    return statistics.median(times[2:])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--changes", type=int, default=12)
    options = parser.parse_args()
    print("| example | first part: median, longest | whole answer: median | library, first part |\n|---|---|---|---|")
    with server(1, "--examples", str(EXAMPLES)) as (address, _), sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_context(viewport={"width": 1400, "height": 1000}).new_page()
        for path in sorted(EXAMPLES.glob("*.yaml")):
            times = measured(page, f"{address}/assess/example/{path.stem}", options.changes)
            first, whole = zip(*times, strict=True)
            print(
                f"| {path.stem} | {statistics.median(first):.0f} ms, {max(first):.0f} ms | "
                f"{statistics.median(whole):.0f} ms | {library(path):.0f} ms |",
                flush=True,
            )
        browser.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
