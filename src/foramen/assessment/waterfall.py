"""The way to an answer: from what is likely before any finding, finding by finding, to the answer.

Each step is an exact posterior with one finding more, in the order of a visit. Unlike a weight (the finding left out of
all) a step depends on that order; the steps add up to the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from foramen.assessment.answer import posteriors
from foramen.assessment.explain import cause_mask, log10_odds
from foramen.case import Case
from foramen.inference.engine import Engine
from foramen.inference.threads import one_thread
from foramen.records.evidence import Item, items_of, weigh_items

ORDER = ("question", "examination", "laboratory", "edx", "xray", "mri", "imaging", "procedure")
CLEAR = 0.05  # log10 odds; neighbouring steps smaller than this are put together


@dataclass(frozen=True, slots=True)
class Step:
    """One finding, or several small ones together: P(answer) before and after, and the change in log10 odds."""

    label: str
    before: float
    after: float
    log10_odds: float


@dataclass(frozen=True, slots=True)
class Waterfall:
    """``start``: P(answer) for this age, sex and setting alone; ``end``: with all findings."""

    answer: str
    start: float
    end: float
    steps: tuple[Step, ...]


def waterfall(case: Case, engine: Engine, answer: str = "", setting: str | None = None) -> Waterfall:
    """The waterfall of a cause, by its name; the leading cause's where no cause has that name.

    Raises ``CaseError`` and ``ContradictionError`` as ``assess`` does.
    """
    with one_thread():
        context = case.context(setting)
        stated = [i for i in items_of(case, engine.model) if i.counts]
        items = sorted(stated, key=lambda item: _stage(engine, item))
        p = posteriors(engine, [weigh_items(items[:n]) for n in range(len(items) + 1)], context)
        masks = [cause_mask(engine, c) for c in range(len(engine.model.causes))]
        names = [c.name for c in engine.model.causes]
        chosen = (
            names.index(answer) if answer in names else max(range(len(names)), key=lambda c: float(p[-1] @ masks[c]))
        )
        along = [float(x) for x in p @ masks[chosen]]
    return Waterfall(names[chosen], along[0], along[-1], tuple(_steps(items, along)))


def _stage(engine: Engine, item: Item) -> int:
    """Where in a visit a finding is learned; what is read from silence comes with its kind."""
    knowledge = engine.model.knowledge
    name = item.observation.finding
    if name in knowledge.composites:
        name = knowledge.composites[name].any_of[0]
    burden = knowledge.findings[name].burden if name in knowledge.findings else "question"
    if name.startswith("img_"):
        burden = "imaging"
    return ORDER.index(burden) if burden in ORDER else 0


def _steps(items: Sequence[Item], along: Sequence[float]) -> list[Step]:
    out: list[Step] = []
    small: list[int] = []

    def put_together() -> None:
        if small:
            first, last = small[0], small[-1]
            label = items[first].label if len(small) == 1 else f"{len(small)} findings of little weight"
            change = log10_odds(along[last + 1]) - log10_odds(along[first])
            out.append(Step(label, along[first], along[last + 1], change))
            small.clear()

    for i, item in enumerate(items):
        change = log10_odds(along[i + 1]) - log10_odds(along[i])
        if abs(change) < CLEAR:
            small.append(i)
            continue
        put_together()
        out.append(Step(item.label, along[i], along[i + 1], change))
    put_together()
    return out
