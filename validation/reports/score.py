"""Score the report reader on hand-annotated reports: ``python validation/reports/score.py [--show] [FILE ...]``.

The annotations hold ids only; the texts (CC BY 4.0, doi:10.17632/s6bgczr8s2.2) lie outside this repository, in the
folder given by ``--texts`` or the variable FORAMEN_REPORTS.
"""

from __future__ import annotations

import argparse
import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

from foramen.records.reports import read_report

HERE = Path(__file__).parent
TEXTS = "lumbar_mri_reports_dev.jsonl"
Key = tuple[str, str | None, bool]


def keys(findings: list[dict[str, Any]]) -> Counter[Key]:
    """(type, level, present), each once."""
    return Counter({(f["type"], f["level"], f["present"]): 1 for f in findings})


def sides(findings: list[dict[str, Any]]) -> dict[Key, set[str | None]]:
    out: dict[Key, set[str | None]] = {}
    for f in findings:
        out.setdefault((f["type"], f["level"], f["present"]), set()).add(f["side"])
    return out


class Tally:
    """Counts over reports."""

    def __init__(self) -> None:
        self.hit: Counter[str] = Counter()
        self.extra: Counter[str] = Counter()
        self.missed: Counter[str] = Counter()
        self.side_right = self.side_all = self.severity_right = self.severity_all = self.flipped = self.reports = 0

    def add(self, truth: list[dict[str, Any]], read: list[dict[str, Any]]) -> tuple[list[Key], list[Key], list[Key]]:
        """Count one report; (missed, extra, wrong side)."""
        self.reports += 1
        want, got = keys(truth), keys(read)
        for key in want & got:
            self.hit[key[0]] += 1
        for key in want - got:
            self.missed[key[0]] += 1
        for key in got - want:
            self.extra[key[0]] += 1
            self.flipped += key[2] and (key[0], key[1], False) in want and (key[0], key[1], True) not in want
        wrong = []
        want_side, got_side = sides(truth), sides(read)
        severity = {(f["type"], f["level"], f["present"]): f["severity"] for f in truth}
        severity_read = {(f["type"], f["level"], f["present"]): f["severity"] for f in read}
        for key in want & got:
            if key[2]:
                self.side_all += 1
                self.severity_all += 1
                self.severity_right += severity[key] == severity_read[key]
                if want_side[key] & got_side[key]:
                    self.side_right += 1
                else:
                    wrong.append(key)
        return list(want - got), list(got - want), wrong

    def lines(self) -> list[str]:
        hit, extra, missed = (sum(c.values()) for c in (self.hit, self.extra, self.missed))
        precision, recall = hit / max(hit + extra, 1), hit / max(hit + missed, 1)
        f1 = 2 * hit / max(2 * hit + extra + missed, 1)
        out = [
            f"{self.reports} reports, {hit + missed} findings: precision {precision:.3f}, recall {recall:.3f}, "
            f"F1 {f1:.3f}",
            f"side right {self.side_right}/{self.side_all} ({self.side_right / max(self.side_all, 1):.3f}); "
            f"severity right {self.severity_right}/{self.severity_all}; negated read as affirmed {self.flipped}",
        ]
        for name in sorted({*self.hit, *self.missed, *self.extra}):
            h, e, m = self.hit[name], self.extra[name], self.missed[name]
            parts = f"precision {h / max(h + e, 1):.2f}  recall {h / max(h + m, 1):.2f}"
            out.append(f"  {name:32} n {h + m:4}  {parts}  F1 {2 * h / max(2 * h + e + m, 1):.2f}")
        return out


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, default=sorted(HERE.glob("*.jsonl")))
    parser.add_argument("--texts", type=Path, default=Path(os.environ.get("FORAMEN_REPORTS", "../shared/data")))
    parser.add_argument("--show", action="store_true", help="list what was missed, added or given a wrong side")
    options = parser.parse_args()
    source = options.texts / TEXTS
    if not source.exists():
        print(f"{source} is not there: the texts are not part of this repository (validation/reports/README.md)")
        return 2
    texts = {r["id"]: r["text"] for r in map(json.loads, source.read_text(encoding="utf-8").splitlines())}
    for path in options.files:
        tally = Tally()
        for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
            read = read_report(texts[row["id"]]).to_dict()["findings"]
            missed, extra, wrong = tally.add(row["findings"], read)
            if options.show and (missed or extra or wrong):
                print(f"--- {row['id']}: {texts[row['id']]!r}")
                for name, found in (("missed", missed), ("extra", extra), ("side", wrong)):
                    if found:
                        print(f"    {name}: {found}")
        print(path.stem)
        print("\n".join(tally.lines()))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
