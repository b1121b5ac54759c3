"""Urgency on cases of known truth: emergencies recognised, none rated below its truth, routine ones left alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from foramen.errors import ForamenError
from foramen.inference.engine import Engine
from foramen.records.case_file import case_from_mapping
from foramen.triage import urgency
from foramen.triage.rules import URGENCIES

EMERGENCY, SOON = "emergency", "soon"


def urgency_lines(cases: Sequence[Mapping[str, Any]], engine: Engine, *, hidden: set[str]) -> list[str]:
    """Report of urgency with and without imaging; cases in ``hidden`` are counted and never listed."""
    out = ["", "Urgency (truth as the cases state it):"]
    total, safe = 0, 0
    for imaging in (True, False):
        rated = [r for r in (_rate(raw, engine, imaging) for raw in cases) if r]
        pairs = Counter((truth, given) for _, truth, given in rated)
        rank = URGENCIES.index
        truly = [r for r in rated if r[1] == EMERGENCY]
        routine = [r for r in rated if r[1] == URGENCIES[0]]
        below = [r for r in rated if rank(r[2]) < rank(r[1])]
        total, safe = total + len(rated), safe + len(rated) - len(below)
        above = sum(rank(r[2]) > rank(SOON) for r in routine)
        false = sum(r[2] == EMERGENCY for r in routine)
        seen = sum(r[2] == EMERGENCY for r in truly)
        out.append(f"  {'with' if imaging else 'without'} imaging: {len(rated)} cases")
        out.append(f"    emergencies recognised {seen}/{len(truly)}; rated below truth {len(below)}")
        out.append(f"    routine ones above soon {above}/{len(routine)}, called emergency {false}/{len(routine)}")
        table = ", ".join(f"{t} as {g} {pairs[t, g]}" for t in URGENCIES for g in URGENCIES if pairs[t, g])
        out.append(f"    truth as rated: {table}")
        listed = [f"{case} ({truth} as {given})" for case, truth, given in below if case not in hidden]
        if listed:
            out.append(f"    below truth, not guard: {', '.join(listed)}")
    out.append(f"  safe (never below truth), both together: {safe}/{total} ({safe / max(total, 1):.1%})")
    return out


def _rate(raw: Mapping[str, Any], engine: Engine, imaging: bool) -> tuple[str, str, str] | None:
    truth = raw["truth"].get("urgency")
    if truth not in URGENCIES:
        return None
    try:
        case = case_from_mapping(raw)
        return str(raw["id"]), truth, urgency(case if imaging else case.without_imaging(), engine).level
    except ForamenError:
        return str(raw["id"]), truth, URGENCIES[0]
