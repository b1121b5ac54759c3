"""Findings that a report repeats, each once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from foramen.records.reports.result import SAID_BETTER, ReportFinding

EXACT = ("disc_protrusion", "disc_extrusion", "disc_sequestration")  # say more than "herniation"


def merged(found: Sequence[ReportFinding]) -> list[ReportFinding]:
    """Each finding once: what is repeated (in an impression) fills in what the first mention left open."""
    out: list[ReportFinding] = []
    better = {f.span for f in found for types in SAID_BETTER.values() if f.type in types}
    for f in found:
        twin = next((i for i, o in enumerate(out) if _same(o, f)), None)
        if twin is None:
            out.append(f)
            continue
        o = out[twin]
        if o.span in better and f.span not in better:
            o = replace(o, span=f.span, text=f.text)  # what the general word says must outlast the better one
        values = {
            name: getattr(o, name) or getattr(f, name) for name in ("side", "severity", "zone", "grade", "millimetres")
        }
        out[twin] = ReportFinding(o.type, o.level, values["side"], values["severity"], o.present, o.certainty,
                                  values["zone"], values["grade"], values["millimetres"], o.span, o.text)  # fmt: skip
    exact = {f.level for f in out if f.present and f.type in EXACT}
    out = [f for f in out if not (f.type == "disc_herniation" and f.present and f.level in exact)]
    placed = {f.type for f in out if f.level and f.present}
    return [f for f in out if f.type != "postoperative" or f.level or f.type not in placed]


def _same(a: ReportFinding, b: ReportFinding) -> bool:
    if (a.type, a.level, a.present) != (b.type, b.level, b.present):
        return False
    return a.side == b.side or a.side is None or b.side is None
