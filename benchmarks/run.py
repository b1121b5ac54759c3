"""Speed, as ratios to peers in the same run: ``make bench``. Prints a table and writes benchmarks/RESULTS.md.

Peers: pyAgrum's LazyPropagation on the exported network with the same evidence, and this machine's own matrix
product (the dense product that a scenario x finding matrix would need).
"""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

import numpy as np
import yaml

import foramen
from foramen.inference.engine import Engine
from foramen.inference.export import export_network, network_name
from foramen.inference.given import DEFAULT_CONTEXT
from foramen.records import read_report

ROOT = Path(__file__).parent.parent
CASES, FINDINGS, PEER_CASES, REPEATS = 2000, 20, 8, 3
SEED = 7


def simulated(engine: Engine, count: int, findings: int) -> list[dict[str, str]]:
    """Cases drawn from the model: a scenario by its prior, then findings by their probabilities."""
    rng = np.random.default_rng(SEED)
    context = engine.contexts(DEFAULT_CONTEXT)[0][1]
    scenarios = rng.choice(len(engine.scenarios), size=count, p=np.exp(engine.prior(context)))
    ids = sorted(engine.findings)
    chosen = [list(rng.choice(ids, size=findings, replace=False)) for _ in range(count)]
    used = sorted({key for keys in chosen for key in keys})
    tables: dict[str, np.ndarray] = {}
    for key in used:
        states = engine.findings[key]
        rows = [{key: tuple(float(i == k) for i in range(len(states)))} for k in range(len(states))]
        tables[key] = np.exp(engine.likelihood(rows, context.band))
    cases = []
    for s, keys in zip(scenarios, chosen, strict=True):
        case = {}
        for key in keys:
            p = tables[key][:, s]
            case[key] = engine.findings[key][rng.choice(len(p), p=p / p.sum())]
        cases.append(case)
    return cases


def best(action: Callable[[], object], repeats: int = REPEATS) -> float:
    """Shortest of a few runs, seconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return min(times)


def batch_seconds(engine: Engine, cases: Sequence[dict[str, str]]) -> float:
    engine.marginals(cases[:50], DEFAULT_CONTEXT)
    return best(lambda: engine.marginals(cases, DEFAULT_CONTEXT)) / len(cases)


def product_seconds(engine: Engine, count: int) -> float:
    """Seconds a case for the two dense products (evidence x matrix, posterior x marginals) alone."""
    rows = sum(len(states) for states in engine.findings.values())
    scenarios, marginals = len(engine.scenarios), len(engine.marginal_names)
    rng = np.random.default_rng(SEED)
    batch = min(count, 500)
    a, b, c = (rng.random(shape) for shape in ((batch, rows), (rows, scenarios), (scenarios, marginals)))
    return best(lambda: (a @ b) @ c) / batch


def peer_seconds(engine: Engine, cases: Sequence[dict[str, str]]) -> tuple[float, float]:
    """Seconds a case for pyAgrum (scenario posterior only), and the largest difference from ours."""
    import pyagrum as gum

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.jgum"
        export_network(engine.model, DEFAULT_CONTEXT, path)
        network = gum.loadBN(str(path))
    ours = engine.posteriors(cases, DEFAULT_CONTEXT)
    times, difference = [], 0.0
    for i, case in enumerate(cases):
        evidence = {network_name(key): list(engine.findings[key]).index(state) for key, state in case.items()}
        start = time.perf_counter()
        inference = gum.LazyPropagation(network)
        inference.addTarget("scenario")
        inference.setEvidence(evidence)
        inference.makeInference()
        theirs = inference.posterior("scenario").toarray()
        times.append(time.perf_counter() - start)
        difference = max(difference, float(np.abs(theirs - ours[i]).max()))
    return statistics.median(times), difference


def process_seconds(arguments: Sequence[str]) -> float:
    return best(lambda: subprocess.run(arguments, check=True, capture_output=True, cwd=ROOT))


def peak_memory_mb(path: Path) -> float:
    """High-water mark of resident memory of a fresh process (its own: getrusage would carry over the parent's)."""
    code = (
        "import re, foramen, pathlib;"
        f"foramen.assess(foramen.read_case(pathlib.Path({str(path)!r})));"
        "print(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return float(done.stdout) / 1024


def import_seconds() -> float:
    empty = process_seconds([sys.executable, "-c", "pass"])
    return process_seconds([sys.executable, "-c", "import foramen"]) - empty


def reports_per_second() -> float:
    """Reports of our own read in a second of one core (processor time)."""
    texts = [r["text"] for r in yaml.safe_load((ROOT / "tests" / "spec" / "reports.yaml").read_text(encoding="utf-8"))]
    for text in texts:
        read_report(text)
    start = time.process_time()
    for text in texts * 5:
        read_report(text)
    return 5 * len(texts) / (time.process_time() - start)


def main() -> int:
    engine = Engine()
    cases = simulated(engine, CASES, FINDINGS)
    ours, product = batch_seconds(engine, cases), product_seconds(engine, CASES)
    examples = sorted((ROOT / "examples").glob("*.yaml"))
    read = [foramen.read_case(path) for path in examples]
    for case in read:
        foramen.assess(case)
    warm = statistics.median(best(lambda case=case: foramen.assess(case)) for case in read)
    command = [str(Path(sys.executable).parent / "foramen"), "assess", str(examples[0])]
    fresh, memory, imported = process_seconds(command), max(peak_memory_mb(p) for p in examples), import_seconds()
    reports = reports_per_second()
    print("pyAgrum is loading the exported network (a few seconds) ...", flush=True)
    peer, difference = peer_seconds(engine, cases[:PEER_CASES])
    rows = [
        ("batch, all marginals, one case", f"{ours * 1e6:.0f} µs ({1 / ours:,.0f} cases/s)", ""),
        (
            "pyAgrum LazyPropagation, scenario posterior, one case",
            f"{peer * 1e3:.1f} ms",
            f"{peer / ours:,.0f}× ours (aim ≥ 100)",
        ),
        ("largest difference from pyAgrum", f"{difference:.1e}", "aim ≤ 1e-9"),
        (
            "dense matrix product alone, one case",
            f"{product * 1e6:.0f} µs",
            f"our rate is {product / ours:.0%} of it (aim ≥ 50 %)",
        ),
        ("assess, warm, with explanation, next finding, intervals", f"{warm * 1e3:.0f} ms", "aim ≤ 100 ms"),
        ("foramen assess, fresh process", f"{fresh:.2f} s", "aim ≤ 1.0 s"),
        ("reading an imaging report", f"{reports:,.0f} reports/s", "aim ≥ 200"),
        ("import foramen", f"{imported:.3f} s", "aim ≤ 0.3 s"),
        ("peak memory of one assess", f"{memory:.0f} MB", "aim ≤ 300 MB"),
    ]
    libraries = ", ".join(f"{name} {version(name)}" for name in ("numpy", "pyagrum"))
    about = (
        f"{os.cpu_count()} cores, Python {platform.python_version()}, {libraries}; "
        f"knowledge {engine.model.knowledge.version}, {len(engine.scenarios):,} scenarios, "
        f"{len(engine.findings)} findings, {len(engine.marginal_names)} marginals; "
        f"{CASES:,} simulated cases of {FINDINGS} findings, float64."
    )
    text = [
        "# Benchmark results", "", about, "",
        "| what | measured | ratio or aim |", "|---|---|---|",
        *(f"| {a} | {b} | {c} |" for a, b, c in rows), "",
    ]  # fmt: skip
    (ROOT / "benchmarks" / "RESULTS.md").write_text("\n".join(text), encoding="utf-8")
    print("\n".join(text))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
