"""Validate against cases of known truth: ``python validation/run.py [--cases DIR] [--verbose]``.

Prints the same report for any folder of cases in the project's case format with ``truth``.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from score import HERE, Result, Scorer, cause_map, guard_ids, load_cases, share
from urgency import urgency_lines

from foramen.errors import ForamenError
from foramen.inference.engine import Engine


def lines_for(name: str, results: Sequence[Result]) -> list[str]:
    """One block of scores."""
    ranks, equal = [r.rank for r in results], [r.equal_rank for r in results]
    opposite = share([r.opposite for r in results])
    return [
        f"{name}: {len(results)} cases",
        f"  cause           top-1 {share([r == 1 for r in ranks])}   top-3 {share([r <= 3 for r in ranks])}",
        f"  equal-cause     top-1 {share([r == 1 for r in equal])}   top-3 {share([r <= 3 for r in equal])}",
        f"  level           {share([r.level for r in results])}",
        f"  side            {share([r.side for r in results])}   opposite side named {opposite}",
        f"  root            top-1 {share([r.root1 for r in results])}   top-2 {share([r.root2 for r in results])}",
    ]


def report(folder: Path, *, verbose: bool = False, group: bool = False) -> str:
    """The whole report as text; ``group``: the scores alone, no case by name."""
    cases = load_cases(folder)
    ids = {str(raw.get("id")) for raw in cases}
    guard = ids if group else guard_ids(folder) & ids
    engine = Engine()
    scorer = Scorer(engine)
    out = [f"Knowledge {engine.model.knowledge.version}; {len(cases)} cases from {folder.name}/"]
    unreadable: dict[str, str] = {}
    for imaging, name in ((True, "with imaging"), (False, "without imaging")):
        results = []
        for raw in cases:
            try:
                results.append(scorer.score(raw, imaging=imaging))
            except ForamenError as error:
                unreadable[str(raw.get("id", "?"))] = str(error)
                results.append(unread(raw))
        out += ["", *lines_for(name, results)]
        if group:
            continue
        if guard:
            out += lines_for(f"  {name}, not guard", [r for r in results if r.id not in guard])
            out += lines_for(f"  {name}, guard (never looked at one by one)", [r for r in results if r.id in guard])
        missed = [r for r in results if r.rank > 1 and r.id not in guard]
        out.append(f"  true cause not first ({name}):")
        for r in missed if verbose or imaging else missed[:0]:
            first = ", ".join(f"{label} {x:.2f}" for label, x in r.leading[:3])
            out.append(f"    {r.id}: {r.truth} rank {r.rank} ({r.probability:.3f}); first: {first}")
        if not verbose and not imaging:
            out.append("    " + ", ".join(f"{r.id} ({r.truth}, rank {r.rank})" for r in missed))
    out += urgency_lines(cases, engine, hidden=guard)
    if unreadable:
        out += ["", "Could not be read, and count as missed:"]
        out += [f"  {case_id}: {message}" for case_id, message in unreadable.items()]
    if group:
        return "\n".join(out)
    strange = {raw["truth"].get("cause") for raw in cases} - {x for labels in cause_map().values() for x in labels}
    if strange:
        out += ["", f"Truth labels that no cause stands for: {', '.join(sorted(map(str, strange)))}"]
    out += ["", "Causes and the truth labels they stand for:"]
    out += [f"  {cause} -> {', '.join(labels)}" for cause, labels in cause_map().items()]
    counts = Counter(raw["truth"]["cause"] for raw in cases)
    out += ["", "Truth labels: " + ", ".join(f"{k} {n}" for k, n in counts.most_common())]
    return "\n".join(out + reproduced(engine))


def unread(raw: Mapping[str, Any]) -> Result:
    """A case that could not be read: missed in every respect that its truth states."""
    truth = raw["truth"]

    def missed(key: str) -> bool | None:
        return False if truth.get(key) else None

    case_id, cause = str(raw.get("id", "?")), str(truth.get("cause"))
    roots = missed("roots")
    return Result(case_id, cause, 999, 0.0, 999, missed("level"), missed("side"), None, roots, roots, ())


def reproduced(engine: Engine) -> list[str]:
    """Published figures against what the model implies, those outside listed."""
    from foramen.inference.reproduce import reproduce, shares_inside

    rows = reproduce(engine)
    out = ["", "Published figures against what the model implies (inside the published interval):"]
    for strict, words in ((True, "all checkable"), (False, "without those a rival study contradicts")):
        shares = shares_inside(rows, contradicted=strict)
        parts = (
            f"{role.replace('_', ' ')} {inside}/{of} ({inside / max(of, 1):.0%})"
            for role, (inside, of) in shares.items()
        )
        out.append(f"  {words}: " + ", ".join(parts))
    out.append("Outside their interval:")
    for row in rows:
        if row.verdict in ("outside", "contradicted") and row.interval:
            low, high = row.interval
            rival = "; contradicted by a rival study" if row.verdict == "contradicted" else ""
            out.append(
                f"  {row.role.replace('_', ' '):9} {row.figure} ({row.quantity}): published {row.published:.3g} "
                f"[{low:.3g}, {high:.3g}], model {row.implied:.3g}{rival}"
            )
    return out


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", default=str(HERE / "cases"), help="folder of case files with truth")
    parser.add_argument("--verbose", action="store_true", help="list every miss with the leading answers")
    parser.add_argument("--group", action="store_true", help="scores of the group only, no case by name")
    options = parser.parse_args()
    try:
        print(report(Path(options.cases), verbose=options.verbose, group=options.group))
    except ForamenError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
