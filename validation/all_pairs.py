"""Experiment: does leaving scenarios out move an answer? ``python validation/all_pairs.py``.

Compares all marginals of the development cases (with and without imaging) with those of a model that keeps every
generated scenario, and of one that also pairs every lead with every cause of known community prevalence.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

from score import HERE, guard_ids, load_cases

from foramen.assessment.answer import posteriors
from foramen.inference.engine import Engine
from foramen.knowledge import load_knowledge
from foramen.model.model import Model
from foramen.records.case_file import case_from_mapping
from foramen.records.evidence import items_of, weigh_items


def marginals(engine: Engine, p: np.ndarray) -> dict[str, float]:
    """Every marginal by name."""
    return dict(zip(engine.marginal_names, engine.targets.all(p[None])[0], strict=True))


def compare(small: Engine, large: Engine) -> None:
    """Print how far the marginals of the development cases move from the small model to the large one."""
    guard = guard_ids(HERE / "cases")
    worst: list[tuple[float, str, str, str]] = []
    for raw in load_cases(HERE / "cases"):
        for imaging in (True, False):
            case = case_from_mapping(raw)
            case = case if imaging else case.without_imaging()
            a, b = (
                marginals(e, posteriors(e, [weigh_items(items_of(case, e.model))], case.context())[0])
                for e in (small, large)
            )
            name = max(b, key=lambda k: abs(a.get(k, 0.0) - b[k]))
            worst.append((abs(a.get(name, 0.0) - b[name]), "with" if imaging else "without", raw["id"], name))
    worst.sort(reverse=True)
    moves = np.array([w[0] for w in worst])
    print(f"largest move of any marginal: {moves.max():.4f}, median {np.median(moves):.4f}")
    print(f"moved by more than 0.01: {(moves > 0.01).sum()} of {len(moves)}")
    for move, imaging, case_id, name in worst[:10]:
        shown = "a guard case" if case_id in guard else f"{case_id} ({imaging} imaging): {name}"
        print(f"  {move:.4f}  {shown}")


def main() -> int:
    knowledge = load_knowledge()
    small = Engine()
    whole = Engine(model=Model(knowledge, pruned=False))
    print(f"{len(small.model.scenarios)} scenarios kept, {len(whole.model.scenarios)} generated")
    compare(small, whole)
    pairs = Engine(model=Model(knowledge, all_pairs=True))
    print(f"\n{len(small.model.scenarios)} scenarios kept, {len(pairs.model.scenarios)} with every common companion")
    compare(small, pairs)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
