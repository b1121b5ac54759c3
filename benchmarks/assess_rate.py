"""How many different cases one process assesses in a second: ``python benchmarks/assess_rate.py [--cases N]``.

Cases are drawn from the model (a scenario by its prior, then findings by their probabilities), each with another
age, sex and setting, so that nothing is assessed twice. Prints a table: cases a second, processor time of a case
(median, 99th percentile), and the memory of the process before and after, which must not grow with the cases.
"""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

import foramen
from foramen.anatomy import LEVELS, SETTINGS, SEXES, SIDES
from foramen.case import Case, Observation, Study
from foramen.inference.engine import Engine
from foramen.model.tables import Instance

SEED = 5
TOLD, IMAGED = 16, 5  # findings a case: of history and examination, and of imaging in two cases of three
TOLD_BY = ("question", "examination")
WARM = 200  # cases assessed before the clock starts


def observation(instance: Instance, state: str) -> Observation:
    """A finding in one state, as a case states it."""
    return Observation(
        finding=instance.finding.id,
        state=state,
        side=SIDES[instance.side] if instance.side >= 0 else None,
        level=LEVELS[instance.place] if instance.place >= 0 else None,
        study="mri" if instance.place >= 0 else None,
    )


def simulated_cases(engine: Engine, count: int, seed: int = SEED) -> list[Case]:
    """Different cases drawn from the model."""
    rng = np.random.default_rng(seed)
    instances = engine.model.instances
    told = [k for k, i in instances.items() if i.place < 0 and i.root < 0 and i.finding.burden in TOLD_BY]
    imaged = [k for k, i in instances.items() if i.place >= 0 and i.finding.site != "vertebra"]
    cases = []
    chance: dict[tuple[str, int], np.ndarray] = {}
    for number in range(count):
        age, sex = int(rng.integers(18, 90)), str(rng.choice(SEXES))
        setting = str(rng.choice(SETTINGS))
        at = engine.contexts({"age": age, "sex": sex, "setting": setting})[0][1]
        scenario = int(np.searchsorted(np.cumsum(np.exp(engine.prior(at))), rng.random()))
        keys = list(rng.choice(told, TOLD, replace=False))
        scanned = rng.random() < 2 / 3
        keys += list(rng.choice(imaged, IMAGED, replace=False)) if scanned else []
        stated = []
        for key in keys:
            states = engine.findings[key]
            if (key, at.band) not in chance:
                rows = [{key: tuple(float(i == k) for i in range(len(states)))} for k in range(len(states))]
                chance[key, at.band] = np.exp(engine.likelihood(rows, at.band)).astype(np.float32)
            p = chance[key, at.band][:, scenario].astype(float)
            stated.append(observation(instances[key], states[rng.choice(len(p), p=p / p.sum())]))
        studies = (Study("mri", "mri", complete=bool(rng.random() < 0.5)),) if scanned else ()
        cases.append(
            Case(
                id=f"simulated-{number}", age=age, sex=sex, setting=setting, observations=tuple(stated), studies=studies
            )
        )
    return cases


def resident_mb() -> float:
    """Resident memory of this process."""
    found = re.search(r"VmRSS:\s+(\d+)", Path("/proc/self/status").read_text(encoding="ascii"))
    return float(found[1]) / 1024 if found else float("nan")


def measure(engine: Engine, cases: Sequence[Case], detail: str) -> tuple[float, list[float]]:
    """Wall seconds for all cases, and processor milliseconds of each."""
    times = []
    start = time.perf_counter()
    for case in cases:
        begun = time.process_time()
        foramen.assess(case, engine=engine, detail=detail)
        times.append((time.process_time() - begun) * 1e3)
    return time.perf_counter() - start, times


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=400, help="cases at each detail")
    parser.add_argument("--detail", choices=("summary", "full"), action="append", help="default: both")
    options = parser.parse_args()
    engine = Engine()
    print("(drawing the cases ...)", flush=True)
    print("| detail | cases | cases/s, one process | CPU of a case: median | 99 % below | memory before | after |")
    print("|---|---|---|---|---|---|---|")
    cases = simulated_cases(engine, WARM + options.cases)
    for detail in options.detail or ("summary", "full"):
        measure(engine, cases[:WARM], detail)
        before = resident_mb()
        wall, times = measure(engine, cases[WARM:], detail)
        p50, p99 = np.quantile(times, [0.5, 0.99])
        rate = f"{len(times) / wall:.0f}"
        memory = f"{before:.0f} MB | {resident_mb():.0f} MB"
        print(f"| {detail} | {len(times)} | {rate} | {p50:.1f} ms | {p99:.1f} ms | {memory} |", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
